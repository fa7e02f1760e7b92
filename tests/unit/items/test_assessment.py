"""Self-assessments: how answers count, which bands are refused, and what a group may be told."""

import copy
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from ruamel.yaml import YAML

from yongxin.items import MalformedResponse
from yongxin.items.assessment import (
    STEP,
    Assessment,
    FirstResult,
    GroupFigures,
    Spread,
    group_figures,
    outcomes,
    spread,
)
from yongxin.items.assessment.slips import slips


def both(text: str) -> dict[str, str]:
    return {"zh-CN": f"{text}（中）", "en": text}


def band(lowest: int, highest: int) -> dict[str, Any]:
    words = both(f"{lowest} to {highest}")
    return {"from": lowest, "to": highest, "title": words, "text": words}


def entry(
    bands: list[tuple[int, int]],
    *,
    values: tuple[int, ...] = (0, 1),
    backwards: tuple[bool, ...] = (False,) * 14,
    measure: str = "sum",
) -> dict[str, Any]:
    """Return a self-assessment of one scale as it is written."""
    return {
        "id": "self-check",
        "units": ["A-36"],
        "title": both("Self-check"),
        "scale": [
            {"id": f"point-{number}", "value": value, "text": both(str(value))}
            for number, value in enumerate(values)
        ],
        "questions": [
            {"id": f"question-{number}", "text": both("I do"), "reversed": one}
            for number, one in enumerate(backwards)
        ],
        "total": {
            "title": both("Total"),
            "measure": measure,
            "bands": [band(*ends) for ends in bands],
        },
    }


def read(data: dict[str, Any]) -> Assessment:
    return Assessment.model_validate(data)


def said(data: dict[str, Any]) -> list[str]:
    """Return what is to be mended: place and message."""
    return [
        f"{'.'.join(map(str, one.place))}: {one.message}"
        + (f" {one.found}" if one.found is not None else "")
        for one in slips(read(data))
    ]


#: Fourteen questions with yes or no, five of them reversed: the deck's test, with sound bands.
FOURTEEN = entry(
    [(0, 5), (6, 9), (10, 14)], backwards=tuple(number % 3 == 2 for number in range(14))
)


# -- how answers count --------------------------------------------------------------------------


@st.composite
def answered(draw: st.DrawFn) -> tuple[Assessment, dict[str, str]]:
    """A self-assessment of one to four dimensions and a total, with complete answers."""
    values = draw(st.lists(st.integers(-9, 9), min_size=2, max_size=5, unique=True).map(sorted))
    backwards = draw(st.lists(st.booleans(), min_size=1, max_size=12))
    data = entry([(0, 49), (50, 100)], values=tuple(values), backwards=tuple(backwards))
    data["total"]["measure"] = "percent"
    count = draw(st.integers(1, min(4, len(backwards))))
    data["dimensions"] = [
        {**copy.deepcopy(data["total"]), "id": f"dimension-{number}"} for number in range(count)
    ]
    for number, question in enumerate(data["questions"]):
        question["dimension"] = f"dimension-{number % count}"
    assessment = read(data)
    assert slips(assessment) == []
    option = st.sampled_from([one.id for one in assessment.scale or ()])
    return assessment, {one.id: draw(option) for one in assessment.questions}


@given(answered())
def test_every_result_lies_within_its_range_and_has_one_band(
    given_: tuple[Assessment, dict[str, str]],
) -> None:
    assessment, answers = given_
    found = outcomes(assessment, answers)
    assert [one.scale_id for one in found] == [*(d.id for d in assessment.dimensions), "total"]
    for one in found:
        assert one.spread.lowest <= one.points <= one.spread.highest
        assert 0 <= one.percent <= 100
        assert sum(each.holds(one.figure) for each in one.scale.bands) == 1
        assert one.band is not None
    assert sum(one.points for one in found[:-1]) == found[-1].points


@given(answered(), st.randoms())
def test_the_order_of_the_answers_does_not_matter(
    given_: tuple[Assessment, dict[str, str]], random: Any
) -> None:
    assessment, answers = given_
    shuffled = list(answers.items())
    random.shuffle(shuffled)
    assert outcomes(assessment, dict(shuffled)) == outcomes(assessment, answers)


@given(answered())
def test_reversing_a_question_mirrors_what_it_counts(
    given_: tuple[Assessment, dict[str, str]],
) -> None:
    assessment, answers = given_
    first, *others = assessment.questions
    turned = assessment.model_copy(
        update={"questions": (first.model_copy(update={"reversed": not first.reversed}), *others)}
    )
    values = {one.id: one.value for one in assessment.scale or ()}
    mirrored = min(values.values()) + max(values.values()) - values[answers[first.id]]
    change = (mirrored - values[answers[first.id]]) * (-1 if first.reversed else 1)
    before, after = outcomes(assessment, answers)[-1], outcomes(turned, answers)[-1]
    assert after.points - before.points == change
    assert after.spread == before.spread


@given(answered())
def test_reversing_every_question_and_answering_the_opposite_is_the_same(
    given_: tuple[Assessment, dict[str, str]],
) -> None:
    assessment, answers = given_
    points = assessment.scale or ()
    evenly = [one.model_copy(update={"value": number}) for number, one in enumerate(points)]
    opposite = {one.id: other.id for one, other in zip(evenly, reversed(evenly), strict=True)}
    even = assessment.model_copy(update={"scale": tuple(evenly)})
    turned = even.model_copy(
        update={
            "questions": tuple(
                one.model_copy(update={"reversed": not one.reversed}) for one in even.questions
            )
        }
    )
    swapped = {question: opposite[option] for question, option in answers.items()}
    assert [one.points for one in outcomes(turned, swapped)] == [
        one.points for one in outcomes(even, answers)
    ]


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(JSON_VALUES | st.dictionaries(st.just("question-0") | st.text(), JSON_VALUES))
def test_what_is_no_complete_sheet_is_refused_and_nothing_else_is_raised(value: Any) -> None:
    assessment = read(FOURTEEN)
    with pytest.raises(MalformedResponse):
        outcomes(assessment, value if isinstance(value, dict) else {})
    if not isinstance(value, dict) or value:
        with pytest.raises(MalformedResponse):
            assessment.public().read(value)
    assert assessment.public().read({}) == {}


@pytest.mark.parametrize(("score", "expected"), [(0, 0), (5, 0), (6, 1), (9, 1), (10, 2), (14, 2)])
def test_fourteen_questions_six_is_in_the_middle_and_in_one_band_only(
    score: int, expected: int
) -> None:
    assessment = read(FOURTEEN)
    assert slips(assessment) == []
    answers = {
        one.id: "point-1" if (number < score) != one.reversed else "point-0"
        for number, one in enumerate(assessment.questions)
    }
    (total,) = outcomes(assessment, answers)
    assert total.points == score
    assert total.band == assessment.scales()["total"].bands[expected]


@pytest.mark.parametrize(
    ("points", "percent"), [(7, 0), (35, 100), (21, 50), (8, 4), (34, 96), (22, 54)]
)
def test_percent_begins_at_the_least_that_is_possible(points: int, percent: int) -> None:
    """Seven questions from 1 to 5: the deck's own percentage would begin at 20."""
    assert Spread(7, 35).percent(points) == percent


def test_the_lowest_and_highest_come_from_the_values_of_each_question() -> None:
    data = entry([(0, 4), (5, 9)], values=(1, 5), backwards=(False,))
    data["questions"].append(
        {
            "id": "own",
            "text": both("Which?"),
            "options": [
                {"id": "less", "value": -1, "text": both("Less")},
                {"id": "more", "value": 4, "text": both("More")},
            ],
        }
    )
    assessment = read(data)
    assert slips(assessment) == []
    assert spread(assessment, "total") == Spread(0, 9)


# -- what an author is told ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bands", "finding"),
    [
        ([(0, 5), (7, 14)], "total.bands: no band holds 6; results go from 0 to 14"),
        ([(0, 4), (7, 14)], "total.bands: no band holds 5 to 6; results go from 0 to 14"),
        ([(1, 5), (6, 14)], "total.bands: no band holds 0; results go from 0 to 14"),
        ([(0, 5), (6, 12)], "total.bands: no band holds 13 to 14; results go from 0 to 14"),
        (
            [(0, 6), (6, 14)],
            "total.bands.1: 6 stands in an earlier band already; each number needs one band",
        ),
        (
            [(0, 9), (6, 14)],
            "total.bands.1: 6 to 9 stands in an earlier band already; each number needs one band",
        ),
        ([(0, 5), (6, 15)], "total.bands.1.to: 15 is impossible: results go from 0 to 14"),
        ([(-1, 5), (6, 14)], "total.bands.0.from: -1 is impossible: results go from 0 to 14"),
        ([(5, 0), (6, 14)], "total.bands.0.to: 0 is below from: 5"),
    ],
)
def test_gaps_and_overlaps_are_refused_with_the_number(
    bands: list[tuple[int, int]], finding: str
) -> None:
    assert finding in said(entry(bands))


@given(st.sets(st.integers(1, 14)))
def test_bands_that_follow_one_another_are_accepted_and_any_number_less_is_not(
    cuts: set[int],
) -> None:
    starts = [0, *sorted(cuts)]
    ends = [*(one - 1 for one in starts[1:]), 14]
    bands = list(zip(starts, ends, strict=True))
    if not 2 <= len(bands) <= 8:
        return
    assert said(entry(bands)) == []
    for number, (lowest, highest) in enumerate(bands):
        shorter = [*bands]
        shorter[number] = (lowest, highest - 1) if lowest < highest else (lowest + 1, highest)
        assert any(re.search(rf"\b{highest}\b", one) for one in said(entry(shorter)))


def test_bands_in_percent_cover_0_to_100_whatever_the_points() -> None:
    data = entry([(0, 49), (50, 69), (70, 84), (85, 100)], values=(1, 3, 5), measure="percent")
    assert said(data) == []
    data["total"]["bands"][1] = band(51, 69)
    assert said(data) == ["total.bands: no band holds 50; results go from 0 to 100"]


INSTEAD = "total is all questions together; write it as total:"
REMEDY = "name its dimension, or write a total for all questions"
ONLY_WORDS = "its question counts for nothing, so this is all it can say"


def _unknown_dimension(data: dict[str, Any]) -> None:
    data["dimensions"] = [{**data["total"], "id": "calm"}]
    data["questions"][0]["dimension"] = "clam"


def _unused_dimension(data: dict[str, Any]) -> None:
    data["dimensions"] = [{**data["total"], "id": "calm"}]


def _total_as_dimension(data: dict[str, Any]) -> None:
    data["dimensions"] = [{**data["total"], "id": "total"}]


def _own_options(data: dict[str, Any], *options: dict[str, Any]) -> None:
    data["questions"][1]["options"] = [
        {"id": f"own-{number}", "text": both("Own"), **one} for number, one in enumerate(options)
    ]


@pytest.mark.parametrize(
    ("spoil", "finding"),
    [
        (_unknown_dimension, "questions.0.dimension:  clam"),
        (_unused_dimension, "dimensions.0.id: no question counts for it calm"),
        (
            _total_as_dimension,
            f"dimensions.0.id: {INSTEAD} beside dimensions:",
        ),
        (
            lambda data: data["questions"].append(data["questions"][0]),
            "questions.14.id: stands here twice question-0",
        ),
        (
            lambda data: data["scale"].__setitem__(1, {**data["scale"][1], "value": 0}),
            "scale.1.value: values rise from the first to the last; this is 0 after 0",
        ),
        (
            lambda data: data.pop("scale"),
            "questions.0.options: is missing, and there is no scale for all questions",
        ),
        (
            lambda data: data.pop("total"),
            f"questions.0: counts for nothing; {REMEDY}",
        ),
        (
            lambda data: _own_options(data, {"value": 1}, {}),
            "questions.1.options.1: needs a value: its question is counted",
        ),
        (
            lambda data: _own_options(data, {"value": 1}, {"value": 1}),
            "questions.1.options: all are worth the same, so the question tells nothing",
        ),
        (
            lambda data: (data.pop("total"), _own_options(data, {"value": 1}, {})),
            f"questions.1.options.1: needs feedback: {ONLY_WORDS}",
        ),
        (
            lambda data: (data.pop("total"), data["questions"][2].update(reversed=True)),
            f"questions.2.reversed: the question counts for nothing; {REMEDY}",
        ),
    ],
)
def test_fields_that_do_not_fit_one_another_are_told(
    spoil: Callable[[dict[str, Any]], object], finding: str
) -> None:
    data = entry([(0, 5), (6, 14)])
    spoil(data)
    assert finding in said(data)


@pytest.mark.parametrize("field", [{"use": "graded"}, {"use": "practice"}, {"points": 2}])
def test_neither_use_nor_points_can_be_written(field: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="never part of a grade"):
        read(FOURTEEN | field)
    assert set(field).isdisjoint(Assessment.model_json_schema()["properties"])
    assert set(field).isdisjoint(read(FOURTEEN).model_dump(mode="json"))


def test_what_is_written_survives_the_way_through_the_bank() -> None:
    assessment = read(FOURTEEN)
    assert Assessment.model_validate(assessment.model_dump(mode="json")) == assessment


def test_every_documented_self_assessment_can_be_asked(repository: Path) -> None:
    text = (repository / "docs" / "content.md").read_text(encoding="utf-8")
    chapter = text.partition("## Self-assessments: assessments.yaml")[2].partition("\n## ")[0]
    yaml = YAML(typ="safe", pure=True)
    examples = re.findall(r"```yaml\n(- id: .*?)^```", chapter, re.MULTILINE | re.DOTALL)
    entries = [one for example in examples for one in yaml.load(example)]
    assert len(entries) == 2
    assert [slips(read(one)) for one in entries] == [[], []]


# -- what a group may be told -------------------------------------------------------------------

START = datetime(2026, 3, 1, tzinfo=UTC)
PERCENTS = st.integers(0, 100)


def results(percents: list[int]) -> list[FirstResult]:
    return [
        FirstResult(START + timedelta(hours=number), {"total": one})
        for number, one in enumerate(percents)
    ]


def told(percents: list[int]) -> GroupFigures | None:
    return group_figures(results(percents), ["total"])


@given(st.lists(PERCENTS, max_size=STEP - 1))
def test_of_fewer_than_five_others_nothing_is_told(percents: list[int]) -> None:
    assert told(percents) is None


@given(st.lists(PERCENTS, min_size=STEP, max_size=40), st.randoms())
def test_a_mean_is_of_whole_steps_rounded_and_never_at_an_end(
    percents: list[int], random: Any
) -> None:
    figures = told(percents)
    assert figures is not None
    assert figures.people % STEP == 0
    assert len(percents) - STEP < figures.people <= len(percents)
    mean = figures.means["total"]
    assert mean % 5 == 0
    assert 10 <= mean <= 90
    exact = sum(percents[: figures.people]) / figures.people
    assert abs(mean - min(90, max(10, exact))) <= 2.5
    shuffled = results(percents)
    random.shuffle(shuffled)
    assert group_figures(shuffled, ["total"]) == figures


@given(st.lists(PERCENTS, min_size=STEP, max_size=40), PERCENTS, PERCENTS)
def test_one_more_person_changes_nothing_unless_five_others_came_with_them(
    percents: list[int], one: int, other: int
) -> None:
    """Whatever somebody's result is, the figures before and after they came do not depend on it.

    The step that counts them counts five more people that nobody had been told of.
    """
    whole = percents[: len(percents) // STEP * STEP]
    for come in range(1, STEP):
        others = [50] * (come - 1)
        assert told([*whole, *others, one]) == told([*whole, *others, other]) == told(whole)


@given(st.lists(PERCENTS, min_size=STEP, max_size=STEP))
def test_a_group_of_equals_at_an_end_is_not_told_apart_from_one_near_it(
    percents: list[int],
) -> None:
    low = [one // 11 for one in percents]  # 0 to 9
    assert told(low) == told([0] * STEP)
    assert told([100 - one for one in low]) == told([100] * STEP)


def test_results_of_other_scales_do_not_count() -> None:
    other = [FirstResult(START, {"calm": 50})] * STEP
    assert group_figures(other, ["total"]) is None
    assert group_figures([*other, *results([50] * STEP)], ["total"]) == GroupFigures(
        STEP, {"total": 50}
    )
    assert group_figures(results([50] * STEP), []) is None
