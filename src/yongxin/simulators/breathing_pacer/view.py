"""Inputs, words, table and pace of slow breathing."""

from yongxin.language import Language
from yongxin.simulators.base import (
    Beat,
    ChoiceInput,
    InputGroup,
    InputOption,
    Inputs,
    NumberInput,
    Pace,
    Results,
    Simulator,
    Table,
    both,
)
from yongxin.simulators.breathing_pacer.model import (
    FEWEST,
    LONGEST_IN,
    LONGEST_OUT,
    MOST,
    SHORTEST_IN,
    SHORTEST_OUT,
    Rhythm,
    rhythm,
)
from yongxin.simulators.numerals import plain

_WORDS: dict[Language, dict[str, str]] = {
    "zh-CN": {
        "rhythm": "吸{inhale}秒，呼{exhale}秒，一次{whole}秒；做{cycles}次，一共{seconds}秒。",
        "rate": "照这样呼吸，一分钟大约{rate}次。",
        "short-out": "这里呼得比吸短。很多教法让呼气长一点，两样都试试，哪样舒服用哪样。",
        "caption": "照着表看钟也能做（秒）",
        "breath": "第几次",
        "in": "吸气",
        "out": "呼气",
        "sum": "到这里",
        "number": "第{number}次",
        "span": "{begins}到{ends}",
        "all": "一共",
        "breathe-in": "吸气",
        "breathe-out": "呼气",
        "said-in": "吸气，{seconds}秒",
        "said-out": "呼气，{seconds}秒",
        "turn": "第{number}次，共{cycles}次",
        "done": "做完了：{cycles}次，{seconds}秒。不用急着站起来。",
    },
    "en": {
        "rhythm": "In for {inhale} seconds and out for {exhale}: {whole} seconds a breath, "
        "{seconds} seconds for {cycles}.",
        "rate": "That is about {rate} breaths a minute.",
        "short-out": "Here the breath out is the shorter one. Many teachers make it the longer; "
        "try both and keep what feels easy.",
        "caption": "With this table, any clock will do (seconds)",
        "breath": "Breath",
        "in": "In",
        "out": "Out",
        "sum": "So far",
        "number": "No. {number}",
        "span": "{begins} to {ends}",
        "all": "All",
        "breathe-in": "In",
        "breathe-out": "Out",
        "said-in": "In, {seconds} seconds",
        "said-out": "Out, {seconds} seconds",
        "turn": "Breath {number} of {cycles}",
        "done": "Done: {cycles} in {seconds} seconds. No hurry to get up.",
    },
}
_DIGITS = 1


def _show(inputs: Inputs, language: Language) -> Results:
    inhale, exhale, cycles = (int(inputs[one]) for one in ("inhale", "exhale", "cycles"))
    result = rhythm(inhale, exhale, cycles)
    return Results(
        summary=_summary(inhale, exhale, result, language),
        table=_table(inhale, exhale, result, language),
        pace=_pace(inhale, exhale, result, inputs["ring"] == "moves", language),
    )


def _summary(inhale: int, exhale: int, result: Rhythm, language: Language) -> str:
    words = _WORDS[language]
    sentences = [
        words["rhythm"].format(
            inhale=inhale,
            exhale=exhale,
            whole=inhale + exhale,
            cycles=len(result.breaths),
            seconds=result.seconds,
        ),
        words["rate"].format(rate=plain(result.per_minute, _DIGITS)),
    ]
    if exhale < inhale:
        sentences.append(words["short-out"])
    return ("" if language == "zh-CN" else " ").join(sentences)


def _table(inhale: int, exhale: int, result: Rhythm, language: Language) -> Table:
    words = _WORDS[language]
    rows = [
        (
            words["number"].format(number=number),
            words["span"].format(begins=one.begins, ends=one.turns),
            words["span"].format(begins=one.turns, ends=one.ends),
            str(one.ends),
        )
        for number, one in enumerate(result.breaths, start=1)
    ]
    cycles = len(result.breaths)
    rows.append((words["all"], str(cycles * inhale), str(cycles * exhale), str(result.seconds)))
    return Table(
        caption=words["caption"],
        columns=tuple(words[key] for key in ("breath", "in", "out", "sum")),
        rows=tuple(rows),
        has_total=True,
    )


def _pace(inhale: int, exhale: int, result: Rhythm, moves: bool, language: Language) -> Pace:
    words = _WORDS[language]
    cycles = len(result.breaths)
    beats: list[Beat] = []
    for number, one in enumerate(result.breaths, start=1):
        turn = words["turn"].format(number=number, cycles=cycles)
        beats += [
            Beat(
                cue=words["breathe-in"],
                said=words["said-in"].format(seconds=inhale),
                turn=turn,
                begins=one.begins,
                ends=one.turns,
                opens=True,
            ),
            Beat(
                cue=words["breathe-out"],
                said=words["said-out"].format(seconds=exhale),
                turn=turn,
                begins=one.turns,
                ends=one.ends,
                opens=False,
            ),
        ]
    done = words["done"].format(cycles=cycles, seconds=result.seconds)
    return Pace(beats=tuple(beats), done=done, moves=moves)


SIMULATOR = Simulator(
    package=__package__ or "",
    title=both("跟着圆圈呼吸", "Breathe with the ring"),
    introduction=both(
        "圆圈变大时吸气，变小时慢慢呼气，不用使劲。不想看圆圈，就听提示或者看数字。觉得头晕就停下，照平常呼吸。",
        "Breathe in while the ring grows and out, slowly, while it shrinks; no effort. If you "
        "would rather not watch it, listen to the cues or follow the count. If you feel dizzy, "
        "stop and breathe as usual.",
    ),
    groups=(
        InputGroup(
            id="rhythm",
            label=both("快慢和次数", "Pace and number"),
            inputs=(
                NumberInput(
                    id="inhale",
                    label=both("吸气几秒", "Seconds in"),
                    minimum=SHORTEST_IN,
                    maximum=LONGEST_IN,
                    step=1,
                    default=4,
                ),
                NumberInput(
                    id="exhale",
                    label=both("呼气几秒", "Seconds out"),
                    minimum=SHORTEST_OUT,
                    maximum=LONGEST_OUT,
                    step=1,
                    default=6,
                ),
                NumberInput(
                    id="cycles",
                    label=both("做几次", "Number of breaths"),
                    minimum=FEWEST,
                    maximum=MOST,
                    step=1,
                    default=6,
                ),
                ChoiceInput(
                    id="ring",
                    label=both("圆圈", "The ring"),
                    options=(
                        InputOption("moves", both("变大变小", "grows and shrinks")),
                        InputOption(
                            "still", both("不动，只看字和数", "stays still, words and count only")
                        ),
                    ),
                    default="moves",
                ),
            ),
        ),
    ),
    show=_show,
)
