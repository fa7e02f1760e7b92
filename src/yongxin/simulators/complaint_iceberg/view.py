"""Inputs, words, table and figure of the complaint iceberg."""

from yongxin.language import Language
from yongxin.simulators.base import (
    ChoiceInput,
    Figure,
    InputGroup,
    InputOption,
    Inputs,
    NumberInput,
    Results,
    Simulator,
    Table,
    both,
)
from yongxin.simulators.complaint_iceberg.model import (
    PEOPLE_PER_COMPLAINT,
    SERIOUS_OF,
    Iceberg,
    from_complaints,
    from_unhappy,
)
from yongxin.simulators.figures import LEGEND_ABOVE
from yongxin.simulators.numerals import plain

_WORDS: dict[Language, dict[str, str]] = {
    "zh-CN": {
        "caption": "水面上和水面下（人数）",
        "rule": "怎么算",
        "spoken": "开口的",
        "hidden": "没开口的",
        "total": "合计",
        "serious": "非常不满",
        "by-rate": "{rate}%会开口",
        "by-26": "26位里1位",
        "by-27": "另有26位",
        "forward": "{unhappy}位不满的人里，{spoken}位告诉你，{hidden}位不说；"
        "不说的里面，大约{serious}位非常不满。",
        "inverse": "收到{complaints}件投诉。照“{rule}”算，不满的一共{total}位，没开口的{hidden}位；"
        "照原话“26位里1位”，一共{by26}位；照讲义“另有26位”，一共{by27}位。",
        "nobody": "一位也不开口，就不会收到投诉；后面两行照原话和讲义算。",
    },
    "en": {
        "caption": "Above and below the water (people)",
        "rule": "Rule",
        "spoken": "Speak",
        "hidden": "Silent",
        "total": "Total",
        "serious": "Very unhappy",
        "by-rate": "{rate}% speak",
        "by-26": "1 in 26",
        "by-27": "26 others",
        "forward": "Of {unhappy} dissatisfied people, {spoken} tell you and {hidden} do not. "
        "Among those who do not, some {serious} are very dissatisfied.",
        "inverse": "{complaints} complaints. With “{rule}” there are {total} dissatisfied in all, "
        "{hidden} of them silent. The source’s “1 in 26” makes {by26}, the deck’s “26 others” "
        "{by27}.",
        "nobody": "If nobody spoke, no complaint would come; the rows follow the source and the "
        "deck.",
    },
}
_DIGITS = 1


def _show(inputs: Inputs, language: Language) -> Results:
    words = _WORDS[language]
    serious = float(inputs["serious"])
    if inputs["direction"] == "from-unhappy":
        unhappy, rate = float(inputs["unhappy"]), float(inputs["speak-rate"])
        names = [words["by-rate"].format(rate=plain(rate, _DIGITS))]
        icebergs = [from_unhappy(unhappy, rate / 100, serious)]
        summary = words["forward"].format(
            unhappy=_people(unhappy),
            spoken=_people(icebergs[0].spoken),
            hidden=_people(icebergs[0].hidden),
            serious=plain(icebergs[0].serious, 0),
        )
    else:
        complaints, rate = float(inputs["complaints"]), float(inputs["speak-rate"])
        names = [words[f"by-{people}"] for people in PEOPLE_PER_COMPLAINT]
        icebergs = [from_complaints(complaints, one, serious) for one in PEOPLE_PER_COMPLAINT]
        summary = words["nobody"]
        if rate:
            names.insert(0, words["by-rate"].format(rate=plain(rate, _DIGITS)))
            icebergs.insert(0, from_complaints(complaints, 100 / rate, serious))
            own, source, deck = icebergs
            summary = words["inverse"].format(
                complaints=_people(complaints),
                rule=names[0],
                total=_people(own.total),
                hidden=_people(own.hidden),
                by26=_people(source.total),
                by27=_people(deck.total),
            )
    return Results(
        summary=summary,
        table=_table(names, icebergs, language),
        figure=_figure(names, icebergs, language),
    )


def _people(number: float) -> str:
    return plain(number, _DIGITS)


def _table(names: list[str], icebergs: list[Iceberg], language: Language) -> Table:
    words = _WORDS[language]
    return Table(
        caption=words["caption"],
        columns=tuple(words[key] for key in ("rule", "spoken", "hidden", "total", "serious")),
        rows=tuple(
            (
                name,
                _people(one.spoken),
                _people(one.hidden),
                _people(one.total),
                plain(one.serious, 0),
            )
            for name, one in zip(names, icebergs, strict=True)
        ),
    )


def _figure(names: list[str], icebergs: list[Iceberg], language: Language) -> Figure:
    """Draw each iceberg as a bar: the tip above the water line, the rest below it."""
    words = _WORDS[language]
    largest = max(one.total for one in icebergs) or 1
    parts = (
        (words["spoken"], [one.spoken for one in icebergs], 1, "var(--yx-warm)"),
        (words["hidden"], [one.hidden for one in icebergs], -1, "var(--yx-focus)"),
    )
    return {
        "data": [
            {
                "type": "bar",
                "name": name,
                "x": names,
                "y": [round(direction * one, 4) for one in values],
                "text": [_people(one) for one in values],
                "textposition": "outside",
                "cliponaxis": False,
                "marker": {"color": colour},
            }
            for name, values, direction, colour in parts
        ],
        "layout": {
            "barmode": "relative",
            "bargap": 0.45,
            "xaxis": {"showgrid": False, "type": "category"},
            "yaxis": {
                "range": [-1.12 * largest, 0.3 * largest],
                "showticklabels": False,
                "showgrid": False,
                "zerolinewidth": 3,
            },
            "height": 340,
            "showlegend": True,
            "legend": dict(LEGEND_ABOVE),
            "margin": {"t": 40},
        },
    }


SIMULATOR = Simulator(
    package=__package__ or "",
    title=both("投诉的冰山", "The complaint iceberg"),
    introduction=both(
        "可以从不满的人数往上看，算听得到几位；也可以从收到的投诉往下看，估计水面下有多少人。"
        "开口的比例由你拨，它不是定数。",
        "Look up from the dissatisfied and see how many you hear, or look down from the complaints "
        "and estimate what lies below. How many speak is yours to set: it is no constant.",
    ),
    groups=(
        InputGroup(
            id="question",
            label=both("往哪边看", "Which way"),
            inputs=(
                ChoiceInput(
                    id="direction",
                    label=both("从哪里出发", "Where you start"),
                    options=(
                        InputOption(
                            "from-unhappy",
                            both("知道多少人不满", "The dissatisfied are known"),
                        ),
                        InputOption(
                            "from-complaints",
                            both("只知道收到几件投诉", "Only the complaints are known"),
                        ),
                    ),
                    default="from-unhappy",
                ),
            ),
        ),
        InputGroup(
            id="people",
            label=both("人数", "People"),
            inputs=(
                NumberInput(
                    id="unhappy",
                    label=both(
                        "不满的人数（从不满的人出发时用）",
                        "Dissatisfied people (if these are known)",
                    ),
                    minimum=0,
                    maximum=10000,
                    step=10,
                    default=1000,
                ),
                NumberInput(
                    id="complaints",
                    label=both(
                        "收到的投诉（从投诉出发时用）", "Complaints received (if these are known)"
                    ),
                    minimum=0,
                    maximum=100,
                    step=1,
                    default=3,
                ),
            ),
        ),
        InputGroup(
            id="shares",
            label=both("比例", "Shares"),
            inputs=(
                NumberInput(
                    id="speak-rate",
                    label=both("开口的占百分之几", "Share that speaks, in %"),
                    minimum=0,
                    maximum=30,
                    step=0.5,
                    default=4,
                ),
                NumberInput(
                    id="serious",
                    label=both(
                        "没开口的每26位里，非常不满的有几位",
                        "Very dissatisfied among every 26 silent ones",
                    ),
                    minimum=0,
                    maximum=SERIOUS_OF,
                    step=1,
                    default=6,
                ),
            ),
        ),
    ),
    show=_show,
)
