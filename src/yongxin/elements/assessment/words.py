"""A result for people: in words, as a table, as a chart, then beside earlier ones and the group."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from yongxin.elements.assessment.chart import Bar, chart
from yongxin.elements.contract import Presentation
from yongxin.items import JSON
from yongxin.items.assessment import Assessment, GroupFigures, Outcome, outcomes
from yongxin.language import Language
from yongxin.text import InterfaceText, interface_text

#: So many characters of a name fit beside a bar on a phone.
_WIDTH: dict[Language, int] = {"zh-CN": 6, "en": 14}


@dataclass(frozen=True)
class Dated:
    """A result as it is kept: when, and the points on each scale."""

    at: str
    points: Mapping[str, int]


def result_words(
    assessment: Assessment,
    answers: Mapping[str, str],
    dated: Sequence[Dated],
    taken: Sequence[str],
    group: GroupFigures | None,
    language: Language,
) -> Presentation:
    """Return all that is shown of the latest result, which are these complete ``answers``.

    ``taken`` are the moments of all results, oldest first; ``dated`` those results that can be
    compared.
    """
    words = _Words(outcomes(assessment, answers), language)
    left_out = len(taken) - len(dated)
    return {
        "at": taken[-1] if taken else None,
        "summary": words.summary(),
        "scales": words.scales(),
        "table": words.table(),
        "figure": words.figure(dated[-2] if len(dated) > 1 else None),
        "answers": _answers(assessment, answers, language),
        "changes": words.changes(dated),
        "history": words.history(dated),
        "left_out": words.text("assessment.left-out", count=left_out) if left_out else None,
        "group": words.group(group),
    }


class _Words:
    def __init__(self, found: Sequence[Outcome], language: Language) -> None:
        self._found = found
        self._language: Language = language
        self.text: InterfaceText = interface_text(language)

    def summary(self) -> str:
        """Say everything in a sentence for each scale."""
        if not self._found:
            return self.text("assessment.noted")
        sentences = [
            self.text(
                "assessment.sentence",
                title=self._title(one),
                position=self._position(one),
                band=self._band(one),
            )
            for one in self._found
        ]
        return ("" if self._language == "zh-CN" else " ").join(sentences)

    def scales(self) -> list[JSON]:
        return [
            {
                "title": self._title(one),
                "position": self._position(one),
                "band": self._band(one),
                "text": one.band.text.in_language(self._language) if one.band else "",
            }
            for one in self._found
        ]

    def table(self) -> JSON:
        if not self._found:
            return None
        return {
            "caption": self.text("assessment.table.caption"),
            "columns": [
                self.text(f"assessment.table.{one}") for one in ("scale", "own", "range", "band")
            ],
            "rows": [
                [self._title(one), self._figure(one, one.figure), self._range(one), self._band(one)]
                for one in self._found
            ],
        }

    def figure(self, before: Dated | None) -> JSON:
        """Return the chart; where several scales stand side by side, all in percent."""
        if not self._found:
            return None
        single = len(self._found) == 1
        bars = [
            Bar(
                name="<br>".join(textwrap.wrap(self._title(one), _WIDTH[self._language])),
                value=one.figure if single else one.percent,
                label=self._figure(one, one.figure),
                before=before and self._before(one, before.points[one.scale_id], single),
            )
            for one in self._found
        ]
        one = self._found[0]
        in_points = single and one.scale.measure == "sum"
        axis = self.text("assessment.axis.points" if in_points else "assessment.axis.percent")
        return chart(
            bars,
            ends=one.spread.figures(one.scale.measure) if single else (0, 100),
            edges=[band.lowest for band in one.scale.bands] if single else [],
            axis=axis,
            names=(self.text("assessment.now"), self.text("assessment.before")),
        )

    def changes(self, dated: Sequence[Dated]) -> list[JSON]:
        """Say what has changed since the last time, and since the first one."""
        if not self._found or len(dated) < 2:
            return []
        since = [("assessment.since.last", dated[-2])]
        if len(dated) > 2:
            since.append(("assessment.since.first", dated[0]))
        joint = self.text("assessment.joint")
        return [
            self.text(key, changes=joint.join(self._change(one, earlier) for one in self._found))
            for key, earlier in since
        ]

    def history(self, dated: Sequence[Dated]) -> JSON:
        """Return every result with its date, the latest first."""
        return {
            "caption": self.text("assessment.history.caption"),
            "columns": [
                self.text("assessment.history.date"),
                *(self._title(one) for one in self._found),
            ],
            "rows": [
                {
                    "at": one.at,
                    "cells": [
                        self._figure(scale, _figure_of(scale, one.points[scale.scale_id]))
                        for scale in self._found
                    ],
                }
                for one in reversed(dated)
            ],
        }

    def group(self, figures: GroupFigures | None) -> JSON:
        """Return the group's means beside the learner's own place, all in percent."""
        if figures is None or not self._found:
            return None
        return {
            "words": self.text("assessment.group.words", people=figures.people),
            "table": {
                "caption": self.text("assessment.group.caption"),
                "columns": [
                    self.text("assessment.table.scale"),
                    self.text("assessment.group.own"),
                    self.text("assessment.group.mean"),
                ],
                "rows": [
                    [
                        self._title(one),
                        f"{one.percent}%",
                        self._mean(figures.means[one.scale_id]),
                    ]
                    for one in self._found
                ],
            },
        }

    def _mean(self, mean: int) -> str:
        key = "lowest" if mean == GroupFigures.LOWEST else "about"
        key = "highest" if mean == GroupFigures.HIGHEST else key
        return self.text(f"assessment.group.{key}", mean=mean)

    def _change(self, one: Outcome, earlier: Dated) -> str:
        before, after = _figure_of(one, earlier.points[one.scale_id]), one.figure
        key = "same" if before == after else "up" if before < after else "down"
        return self.text(
            f"assessment.change.{key}",
            title=self._title(one),
            before=self._figure(one, before),
            after=self._figure(one, after),
        )

    def _before(self, one: Outcome, points: int, single: bool) -> int:
        return _figure_of(one, points) if single else one.spread.percent(points)

    def _title(self, one: Outcome) -> str:
        return one.scale.title.in_language(self._language)

    def _band(self, one: Outcome) -> str:
        return one.band.title.in_language(self._language) if one.band else ""

    def _figure(self, one: Outcome, figure: int) -> str:
        return f"{figure}%" if one.scale.measure == "percent" else f"{figure}"

    def _range(self, one: Outcome) -> str:
        first, last = one.spread.figures(one.scale.measure)
        return f"{self._figure(one, first)}–{self._figure(one, last)}"

    def _position(self, one: Outcome) -> str:
        figure = self._figure(one, one.figure)
        if one.scale.measure == "percent":
            return figure
        return self.text("assessment.position", figure=figure, range=self._range(one))


def _figure_of(one: Outcome, points: int) -> int:
    return one.spread.percent(points) if one.scale.measure == "percent" else points


def _answers(assessment: Assessment, answers: Mapping[str, str], language: Language) -> list[JSON]:
    """Return each question with the chosen answer, and what there is to say about it."""
    rows: list[JSON] = []
    for question in assessment.questions:
        chosen = next(
            one for one in assessment.options_of(question) if one.id == answers[question.id]
        )
        feedback = getattr(chosen, "feedback", None)
        rows.append(
            {
                "question": question.text.in_language(language),
                "answer": chosen.text.in_language(language),
                "feedback": feedback.in_language(language) if feedback else None,
            }
        )
    return rows
