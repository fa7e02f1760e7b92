"""Every graded question of the course is scored right: perfect, empty, wrong and malformed."""

from functools import singledispatch
from pathlib import Path
from random import Random

import pytest

from support.malformed import malformed
from yongxin.content import load_content
from yongxin.items import JSON, Item, score
from yongxin.items.calculated import Calculated
from yongxin.items.cloze import Cloze
from yongxin.items.figure import plain
from yongxin.items.grid import ChoiceRowKey, cell_name
from yongxin.items.hot_text import HotText
from yongxin.items.multiple_choice import MultipleChoice
from yongxin.items.number import Number
from yongxin.items.numeric_table import NumericTable
from yongxin.items.ordering import Ordering
from yongxin.items.pairs import Pairs
from yongxin.items.right_answer import right_response
from yongxin.items.scenario import Scenario
from yongxin.items.short_text import ShortText
from yongxin.items.single_choice import SingleChoice
from yongxin.items.table import Table
from yongxin.items.true_false import TrueFalse
from yongxin.language import LANGUAGES, Language

LEARNERS = ("lin.xia", "chen.min", "wu.jing")
MALFORMED_EACH = 25


@pytest.fixture(scope="module")
def graded(repository: Path) -> list[Item]:
    """The graded questions of this repository's course."""
    modules = load_content(repository / "content").modules.values()
    items = [item for module in modules for item in module.items if item.use == "graded"]
    assert len(items) >= 9
    return items


def test_a_perfect_answer_earns_all_points(graded: list[Item]) -> None:
    for written in graded:
        for learner in LEARNERS:
            item = written.for_learner(learner)
            key = written.answer_key().for_learner(learner)
            for language in LANGUAGES:
                result = score(key, perfect(item, language))
                assert (result.ratio, result.points, result.reason) == (1, item.points, None), (
                    item.id
                )


def test_no_answer_earns_nothing(graded: list[Item]) -> None:
    for item in graded:
        result = score(item.answer_key().for_learner(LEARNERS[0]), None)
        assert (result.points, result.reason) == (0, "empty"), item.id


def test_a_wrong_answer_is_read_and_earns_less_than_half(graded: list[Item]) -> None:
    for written in graded:
        for learner in LEARNERS:
            item = written.for_learner(learner)
            key = written.answer_key().for_learner(learner)
            response = wrong(item)
            assert item.public().read(response) is not None, item.id
            result = score(key, response)
            assert result.reason is None, item.id
            assert result.ratio < 0.5, item.id


def test_a_malformed_answer_earns_nothing_and_raises_nothing(graded: list[Item]) -> None:
    random = Random(20240900)
    for written in graded:
        item = written.for_learner(LEARNERS[0])
        key = written.answer_key().for_learner(LEARNERS[0])
        good = perfect(item, "en")
        for _ in range(MALFORMED_EACH):
            result = score(key, malformed(item.public(), good, random))
            assert result.points == 0, item.id
            assert result.reason is not None, item.id


def perfect(item: Item, language: Language) -> JSON:
    """Return a response that earns everything."""
    if isinstance(item, Scenario):
        return [list(item.answer_key().best_path())]
    return right_response(item, language)


@singledispatch
def wrong(item: Item) -> JSON:
    """Return a response that the question takes, and in which as little as possible is right."""
    raise NotImplementedError(item.type)


@wrong.register
def _(item: SingleChoice) -> JSON:
    return next(one.id for one in item.options if one.id != item.key)


@wrong.register
def _(item: MultipleChoice) -> JSON:
    return sorted(one.id for one in item.options if one.id not in item.key)


@wrong.register
def _(item: HotText) -> JSON:
    return sorted(one.id for one in item.hot if one.id not in item.key)[: item.limit]


@wrong.register
def _(item: Ordering) -> JSON:
    return list(reversed(item.key))


@wrong.register
def _(item: TrueFalse) -> JSON:
    flipped = {"verdict": "false" if item.key else "true"}
    return flipped | ({"reason": item.reason} if item.reason else {})


@wrong.register
def _(item: Number) -> JSON:
    return plain(item.key + 100 * max(1, item.tolerance))


@wrong.register
def _(item: Calculated) -> JSON:
    number = plain(item.bounds.minimum)
    return {"number": number, "unit": item.unit_choices[0].id} if item.unit_choices else number


@wrong.register
def _(item: Pairs) -> JSON:
    places = sorted(set(item.key.values()))
    return {
        entry: places[(places.index(place) + 1) % len(places)] for entry, place in item.key.items()
    }


@wrong.register
def _(item: Cloze) -> JSON:
    return {
        gap.id: next(one.id for one in gap.options if one.id != item.key[gap.id])
        for gap in item.gaps
    }


@wrong.register
def _(item: ShortText) -> JSON:
    return "not this at all"


@wrong.register
def _(item: Table) -> JSON:
    return _other_cells(item)


@wrong.register
def _(item: NumericTable) -> JSON:
    return _other_cells(item)


@wrong.register
def _(item: Scenario) -> JSON:
    key = item.answer_key()
    return [list(min(key.ends(), key=lambda standing: key.path_ratio(standing.path)).path)]


def _other_cells(item: Table | NumericTable) -> JSON:
    cells: dict[str, JSON] = {}
    for row in item.answer_key().rows:
        if isinstance(row, ChoiceRowKey):
            for column, right in row.cells.items():
                other = next(one for one in row.choices if one != right)
                cells[cell_name(row.id, column)] = other
        else:
            for column, cell in row.cells.items():
                cells[cell_name(row.id, column)] = plain(cell.key + 1000)
    return cells
