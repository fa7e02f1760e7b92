"""Inputs, words, table and figure of reply times."""

from yongxin.language import Language
from yongxin.simulators.base import (
    Figure,
    InputGroup,
    Inputs,
    NumberInput,
    Results,
    Simulator,
    Table,
    both,
)
from yongxin.simulators.numerals import plain
from yongxin.simulators.reply_times.model import reply_times

_REQUESTS = ("one", "two", "three", "four", "five")
#: Invented, to have something to look at.
_DEFAULTS = (1, 3, 6, 20, 70)
_WEEK = 168
_DIGITS = 1

_WORDS: dict[Language, dict[str, str]] = {
    "zh-CN": {
        "caption": "五次，各等了多久",
        "request": "哪一次",
        "hours": "小时",
        "in-time": "赶上了吗",
        "yes": "赶上",
        "no": "没赶上",
        "number": "第{number}次",
        "bar": "第{number}次 {hours}",
        "summary": "答应的是{promised}小时。五次里赶上{in_time}次；排在中间的等了{middle}小时，"
        "最久的等了{longest}小时。",
        "axis": "小时",
        "promised": "答应的时间",
    },
    "en": {
        "caption": "Five requests and their waits",
        "request": "Request",
        "hours": "Hours",
        "in-time": "In time?",
        "yes": "yes",
        "no": "no",
        "number": "No. {number}",
        "bar": "No. {number}: {hours}",
        "summary": "Promised, in hours: {promised}. In time: {in_time} of five. The middle one "
        "waited {middle}, the longest {longest}.",
        "axis": "Hours",
        "promised": "promised",
    },
}


def _show(inputs: Inputs, language: Language) -> Results:
    words = _WORDS[language]
    hours = [float(inputs[name]) for name in _REQUESTS]
    promised = float(inputs["promised"])
    result = reply_times(hours, promised)
    return Results(
        summary=words["summary"].format(
            promised=plain(promised, 0),
            in_time=result.in_time,
            middle=plain(result.middle, _DIGITS),
            longest=plain(result.longest, _DIGITS),
        ),
        table=Table(
            caption=words["caption"],
            columns=tuple(words[key] for key in ("request", "hours", "in-time")),
            rows=tuple(
                (
                    words["number"].format(number=number),
                    plain(wait, _DIGITS),
                    words["yes" if wait <= promised else "no"],
                )
                for number, wait in enumerate(hours, start=1)
            ),
        ),
        figure=_figure(hours, promised, language),
    )


def _figure(hours: list[float], promised: float, language: Language) -> Figure:
    words = _WORDS[language]
    colours = ["var(--yx-brand)" if wait <= promised else "var(--yx-warm)" for wait in hours]
    return {
        "data": [
            {
                "type": "bar",
                "orientation": "h",
                # The hours stand beside the bars: behind them they would meet the dashed line.
                "y": [
                    words["bar"].format(number=number, hours=plain(wait, _DIGITS))
                    for number, wait in enumerate(hours, start=1)
                ],
                "x": hours,
                "text": [plain(wait, _DIGITS) for wait in hours],
                "textposition": "none",
                "marker": {"color": colours},
            }
        ],
        "layout": {
            "xaxis": {
                "title": {"text": words["axis"]},
                "rangemode": "tozero",
                "range": [0, max(*hours, promised) * 1.2 + 1],
            },
            "yaxis": {
                "autorange": "reversed",
                "zeroline": False,
                "ticks": "outside",
                "tickcolor": "var(--yx-line)",
            },
            "shapes": [
                {
                    "type": "line",
                    "x0": promised,
                    "x1": promised,
                    "y0": 0,
                    "y1": 1,
                    "yref": "paper",
                    "line": {"color": "var(--yx-ink)", "width": 2, "dash": "dash"},
                }
            ],
            "annotations": [
                {
                    "x": promised,
                    "y": 1,
                    "yref": "paper",
                    "yanchor": "bottom",
                    "showarrow": False,
                    "text": words["promised"],
                }
            ],
            "height": 300,
            "showlegend": False,
            "margin": {"t": 28, "r": 40},
        },
    }


SIMULATOR = Simulator(
    package=__package__ or "",
    title=both("最近五次，各等了多久", "Your last five requests"),
    introduction=both(
        "翻记录，把最近五次等到第一句准话的时间填进去。还没回的，填到现在为止。开头五个数是编的。",
        "Look up how long your last five requests waited for a first definite answer. For one "
        "still waiting, enter the time so far. The figures to begin with are invented.",
    ),
    groups=(
        InputGroup(
            id="promise",
            label=both("答应的", "Promised"),
            inputs=(
                NumberInput(
                    id="promised",
                    label=both("几小时内回话", "An answer within so many hours"),
                    minimum=1,
                    maximum=_WEEK,
                    step=1,
                    default=24,
                ),
            ),
        ),
        InputGroup(
            id="waits",
            label=both("等了几小时", "Hours waited"),
            inputs=tuple(
                NumberInput(
                    id=name,
                    label=both(f"第{number}次", f"No. {number}"),
                    minimum=0,
                    maximum=_WEEK,
                    step=0.5,
                    default=default,
                )
                for number, (name, default) in enumerate(
                    zip(_REQUESTS, _DEFAULTS, strict=True), start=1
                )
            ),
        ),
    ),
    show=_show,
)
