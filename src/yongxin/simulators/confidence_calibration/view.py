"""Ten sentences, words, table and figure of the calibration of confidence."""

from dataclasses import dataclass

from yongxin.language import Language, LocalizedText
from yongxin.simulators.base import (
    ChoiceInput,
    Figure,
    InputGroup,
    InputOption,
    Inputs,
    Results,
    Simulator,
    Table,
    both,
)
from yongxin.simulators.confidence_calibration.model import (
    Judgement,
    by_level,
    calibration,
)
from yongxin.simulators.figures import LEGEND_ABOVE
from yongxin.simulators.numerals import plain, signed


@dataclass(frozen=True)
class Sentence:
    """A sentence that is true or false beyond dispute, and why."""

    text: LocalizedText
    short: LocalizedText
    is_true: bool
    why: LocalizedText


SENTENCES: dict[str, Sentence] = {
    "cubic-metre": Sentence(
        text=both("一立方米的水，大约重一吨", "A cubic metre of water weighs about a tonne"),
        short=both("一立方米水", "A cubic metre"),
        is_true=True,
        why=both("一升约一公斤，一立方米是一千升。", "A litre is about a kilo, and it has 1,000."),
    ),
    "up-and-down": Sentence(
        text=both(
            "一个价先涨10%，再降10%，回到原价", "A price up 10% and then down 10% is as before"
        ),
        short=both("涨10%降10%", "Up and down 10%"),
        is_true=False,
        why=both("100涨到110，110降一成是99。", "100 becomes 110, and 110 less a tenth is 99."),
    ),
    "birthdays": Sentence(
        text=both(
            "随便23个人里，有两人同一天生日的可能超过一半",
            "Among any 23 people, two share a birthday more often than not",
        ),
        short=both("23人的生日", "23 birthdays"),
        is_true=True,
        why=both(
            "23人能配成253对，算下来约51%。", "23 people make 253 pairs; it comes to some 51%."
        ),
    ),
    "ice": Sentence(
        text=both("水结成冰，体积会缩小", "Water shrinks when it freezes"),
        short=both("水结冰", "Freezing water"),
        is_true=False,
        why=both(
            "会胀大，冬天水管就是这样冻裂的。", "It swells, which is why pipes burst in winter."
        ),
    ),
    "paper": Sentence(
        text=both(
            "一张纸要是能对折十次，会超过一千层",
            "Fold a sheet of paper ten times and it has over 1,000 layers",
        ),
        short=both("对折十次", "Ten folds"),
        is_true=True,
        why=both("每折一次翻一倍，十次是1024层。", "Each fold doubles it, and ten make 1,024."),
    ),
    "hot-oil": Sentence(
        text=both("油锅起火，浇水是好办法", "Water is a good way to put out burning oil in a pan"),
        short=both("油锅起火", "Burning oil"),
        is_true=False,
        why=both(
            "千万别浇，油会溅开。关火，盖锅盖，火大就撤，打119。",
            "Never: the oil sprays. Heat off, lid on; if it spreads, get out and ring 119.",
        ),
    ),
    "july-august": Sentence(
        text=both("七月和八月都有31天", "July and August both have 31 days"),
        short=both("七月八月", "July, August"),
        is_true=True,
        why=both(
            "一年里七个月有31天，这两个都是。", "Seven months have 31 days, these two included."
        ),
    ),
    "rome": Sentence(
        text=both("北京比罗马更靠北", "Beijing lies further north than Rome"),
        short=both("北京和罗马", "Beijing, Rome"),
        is_true=False,
        why=both(
            "北京约北纬40度，罗马约42度。", "Beijing is at about 40 degrees north, Rome at 42."
        ),
    ),
    "smoke": Sentence(
        text=both(
            "火场有烟，弯低身子走，能少吸些烟", "In smoke, keeping low means breathing less of it"
        ),
        short=both("弯低身子", "Keeping low"),
        is_true=True,
        why=both(
            "热烟往上走，贴近地面的空气好些。", "Hot smoke rises; the air is better low down."
        ),
    ),
    "leap-year": Sentence(
        text=both("2100年有2月29日", "2100 has a 29 February"),
        short=both("2100年", "The year 2100"),
        is_true=False,
        why=both(
            "整百的年份要除得尽400才闰，2100除不尽。",
            "Of years ending in 00, only those divisible by 400 are leap years.",
        ),
    ),
}

_OPEN = "open"

#: Each verdict: what it says of the sentence, and how sure of it, in percent.
_VERDICTS: dict[str, tuple[bool, int, LocalizedText]] = {
    "true-100": (True, 100, both("对，十成把握", "True, 100% sure")),
    "true-80": (True, 80, both("对，八成把握", "True, 80% sure")),
    "true-60": (True, 60, both("对，六成把握", "True, 60% sure")),
    "false-60": (False, 60, both("错，六成把握", "False, 60% sure")),
    "false-80": (False, 80, both("错，八成把握", "False, 80% sure")),
    "false-100": (False, 100, both("错，十成把握", "False, 100% sure")),
}

_WORDS: dict[Language, dict[str, str]] = {
    "zh-CN": {
        "caption": "十句话的答案",
        "sentence": "句子",
        "yours": "你说的",
        "answer": "其实",
        "why": "为什么",
        "so-far": "到现在",
        "chosen": "选了{chosen}句",
        "hidden": "—",
        "true": "对",
        "false": "错",
        "start": "先选十句，都选完了，答案一起出来。",
        "some": "选了{chosen}句，还有{left}句。",
        "numbers": "平均把握{sure}%，对了{right}句，也就是{hits}%。"
        "把握减去对的比例：{difference}。",
        "over": "把握太满了一些：下回说“肯定”以前，多问自己一句“万一呢”。",
        "under": "把握太虚了一些：你比自己以为的行。",
        "even": "差不到10，十句话里就算说得准了。",
        "all-sure": "说十成的{count}句，对了{right}句。",
        "alike": "满分又满把握，这十句难不住你，换几件没把握的事再试。",
        "row-right": "{verdict} ✓",
        "row-wrong": "{verdict} ✗",
        "said": "说的把握",
        "hit": "对的比例",
        "level": "{sure}%<br>{count}句",
        "axis": "对的比例（%）",
    },
    "en": {
        "caption": "The ten answers",
        "sentence": "Sentence",
        "yours": "You said",
        "answer": "It is",
        "why": "Why",
        "so-far": "So far",
        "chosen": "{chosen} chosen",
        "hidden": "–",
        "true": "true",
        "false": "false",
        "start": "Choose for all ten sentences; then the answers appear together.",
        "some": "Chosen: {chosen}. Still open: {left}.",
        "numbers": "You were {sure}% sure on average and got {right} right, which is {hits}%. "
        "Sureness minus the share right: {difference}.",
        "over": "A little too sure. Before the next “definitely”, ask yourself “and if not?”.",
        "under": "Not quite sure enough. You are better than you think.",
        "even": "Less than 10 apart; with ten sentences, that is as close as one can tell.",
        "all-sure": "Of {count} said with 100%, you got {right} right.",
        "alike": "All right and fully sure. These ten were too easy for you; try it on things of "
        "which you are not certain.",
        "row-right": "{verdict} ✓",
        "row-wrong": "{verdict} ✗",
        "said": "Sure",
        "hit": "Right",
        "level": "{sure}%<br>{count} said",
        "axis": "Share right, in %",
    },
}


def _show(inputs: Inputs, language: Language) -> Results:
    words = _WORDS[language]
    chosen = [name for name in SENTENCES if inputs[name] != _OPEN]
    if len(chosen) < len(SENTENCES):
        kind = "some" if chosen else "start"
        so_far = words["chosen"].format(chosen=len(chosen))
        return Results(
            summary=words[kind].format(chosen=len(chosen), left=len(SENTENCES) - len(chosen)),
            table=_table([(words["so-far"], so_far, words["hidden"], words["hidden"])], language),
        )
    judgements = [_judgement(name, inputs) for name in SENTENCES]
    return Results(
        summary=_summary(judgements, language),
        table=_table(_answers(inputs, language), language),
        figure=_figure(judgements, language),
    )


def _judgement(name: str, inputs: Inputs) -> Judgement:
    verdict, sure, _ = _VERDICTS[str(inputs[name])]
    return Judgement(sure=sure, is_right=verdict == SENTENCES[name].is_true)


def _summary(judgements: list[Judgement], language: Language) -> str:
    words = _WORDS[language]
    found = calibration(judgements)
    sentences = [
        words["numbers"].format(
            sure=plain(found.mean_sure, 0),
            right=sum(one.is_right for one in judgements),
            hits=plain(found.hit_rate, 0),
            difference=signed(found.difference, 0),
        )
    ]
    if found.mean_sure == found.hit_rate == 100:
        sentences.append(words["alike"])
    else:
        is_wide = abs(found.difference) >= 100 / len(judgements)
        kind = ("over" if found.difference > 0 else "under") if is_wide else "even"
        sentences.append(words[kind])
    fully_sure = [one.is_right for one in judgements if one.sure == 100]
    if fully_sure and not all(fully_sure):
        sentences.append(words["all-sure"].format(count=len(fully_sure), right=sum(fully_sure)))
    return ("" if language == "zh-CN" else " ").join(sentences)


def _answers(inputs: Inputs, language: Language) -> list[tuple[str, ...]]:
    """Return the answers, for whoever has judged all: earlier they would teach the next guess."""
    words = _WORDS[language]
    rows: list[tuple[str, ...]] = []
    for name, sentence in SENTENCES.items():
        said = _VERDICTS[str(inputs[name])][2].in_language(language)
        key = "row-right" if _judgement(name, inputs).is_right else "row-wrong"
        rows.append(
            (
                sentence.short.in_language(language),
                words[key].format(verdict=said),
                words["true" if sentence.is_true else "false"],
                sentence.why.in_language(language),
            )
        )
    return rows


def _table(rows: list[tuple[str, ...]], language: Language) -> Table:
    words = _WORDS[language]
    return Table(
        caption=words["caption"],
        columns=tuple(words[key] for key in ("sentence", "yours", "answer", "why")),
        rows=tuple(rows),
    )


def _figure(judgements: list[Judgement], language: Language) -> Figure:
    """Draw, for each sureness that was used, what was said beside what was right."""
    words = _WORDS[language]
    levels = by_level(judgements)
    names = [words["level"].format(sure=plain(one.sure, 0), count=one.count) for one in levels]
    parts = (
        (words["said"], [one.sure for one in levels], "var(--yx-muted)"),
        (words["hit"], [one.hit_rate for one in levels], "var(--yx-brand)"),
    )
    return {
        "data": [
            {
                "type": "bar",
                "name": name,
                "x": names,
                "y": [round(one, 4) for one in values],
                "text": [f"{plain(one, 0)}%" for one in values],
                "textposition": "outside",
                "cliponaxis": False,
                "marker": {"color": colour},
            }
            for name, values, colour in parts
        ],
        "layout": {
            "barmode": "group",
            "xaxis": {"type": "category"},
            "yaxis": {"title": {"text": words["axis"]}, "range": [0, 115], "dtick": 25},
            "bargap": 0.35,
            "height": 300,
            "showlegend": True,
            "legend": {**LEGEND_ABOVE, "traceorder": "normal"},
            "margin": {"t": 40},
        },
    }


SIMULATOR = Simulator(
    package=__package__ or "",
    title=both("说几成，对几成", "How sure, how right"),
    introduction=both(
        "十句话，有对有错。每句选一个：对还是错，几成把握。瞎猜也有五成，所以最低是六成。"
        "选错不要紧，这里只量把握准不准。",
        "Ten sentences, some true, some false. Choose for each, and say how sure you are. A blind "
        "guess is right half the time, so 60% is the lowest. Being wrong does no harm; what is "
        "measured is how well you know how sure to be.",
    ),
    groups=(
        InputGroup(
            id="sentences",
            label=both("十句话", "Ten sentences"),
            inputs=tuple(
                ChoiceInput(
                    id=name,
                    label=sentence.text,
                    options=(
                        InputOption(_OPEN, both("还没选", "Not chosen yet")),
                        *(InputOption(one, text) for one, (_, _, text) in _VERDICTS.items()),
                    ),
                    default=_OPEN,
                )
                for name, sentence in SENTENCES.items()
            ),
        ),
    ),
    show=_show,
)
