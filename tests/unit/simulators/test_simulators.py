"""The simulators' models: check values, bounds, and what must hold for any input."""

import ast
import re
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yongxin.language import LANGUAGES
from yongxin.simulators import ChoiceInput, Simulator, find_simulator, simulator_ids
from yongxin.simulators.expectation_builder.model import Source, expectation
from yongxin.simulators.numerals import MINUS, percentages, plain, signed
from yongxin.simulators.satisfaction_chain.model import Links, replay
from yongxin.simulators.satisfaction_gap.model import Attribute, satisfaction_gap
from yongxin.simulators.shares import normalised

MARKS = st.floats(1, 7)
WEIGHTS = st.floats(0, 1000)
CHAIN = list(
    product(
        ("favour", "nothing-extra"),
        ("priced", "refused", "explained", "asked", "given"),
        ("harsh", "plain", "kind"),
        ("nothing", "put-right"),
    )
)


def test_the_folders_tell_the_ids() -> None:
    assert {"expectation-builder", "satisfaction-chain", "satisfaction-gap"} <= set(simulator_ids())
    assert list(simulator_ids()) == sorted(simulator_ids())
    assert [find_simulator(one).id for one in simulator_ids()] == list(simulator_ids())
    with pytest.raises(KeyError):
        find_simulator("base")


# -- the satisfaction gap -------------------------------------------------------------------------


def test_the_gap_has_its_check_value() -> None:
    perceptions, expectations = (3.2, 4.5, 4.0, 3.6), (4.5, 4.0, 4.2, 3.9)
    weights = (0.4, 0.3, 0.2, 0.1)
    gap = satisfaction_gap(
        [Attribute(*one) for one in zip(perceptions, expectations, weights, strict=True)]
    )
    assert gap.weighted == pytest.approx(-0.44)
    assert gap.unweighted == pytest.approx(-0.325)
    assert gap.gaps == pytest.approx((-1.3, 0.5, -0.2, -0.3))


@given(st.lists(st.builds(Attribute, MARKS, MARKS, WEIGHTS), min_size=1, max_size=9))
def test_the_weighted_gap_lies_between_the_smallest_and_the_largest(
    attributes: list[Attribute],
) -> None:
    gap = satisfaction_gap(attributes)
    assert min(gap.gaps) - 1e-9 <= gap.weighted <= max(gap.gaps) + 1e-9
    assert sum(gap.shares) == pytest.approx(1)


@given(st.lists(st.tuples(MARKS, MARKS), min_size=1, max_size=9), st.floats(0.001, 1000))
def test_equal_weights_give_the_plain_mean(marks: list[tuple[float, float]], weight: float) -> None:
    gap = satisfaction_gap([Attribute(*one, weight) for one in marks])
    assert gap.weighted == pytest.approx(gap.unweighted, abs=1e-9)


@pytest.mark.parametrize(
    "attribute", [Attribute(0.9, 4, 1), Attribute(4, 7.1, 1), Attribute(4, 4, -0.1)]
)
def test_the_gap_refuses_what_is_off_its_scales(attribute: Attribute) -> None:
    with pytest.raises(ValueError, match=r"lie between|0 or more"):
        satisfaction_gap([attribute])


# -- the expectation builder ----------------------------------------------------------------------


def test_the_expectation_has_its_check_value() -> None:
    result = expectation([Source(25, level) for level in (6, 4, 5, 3)])
    assert result.level == pytest.approx(4.5)
    assert result.shares == pytest.approx((0.25,) * 4)


@given(st.lists(st.builds(Source, WEIGHTS, MARKS), min_size=1, max_size=9))
def test_shares_add_up_whatever_is_moved(sources: list[Source]) -> None:
    result = expectation(sources)
    assert sum(result.shares) == pytest.approx(1)
    assert 1 - 1e-9 <= result.level <= 7 + 1e-9
    assert sum(result.contributions) == pytest.approx(result.level)


@pytest.mark.parametrize("sources", [[Source(1, 0)], [Source(1, 7.5)], [Source(-1, 4)], []])
def test_the_expectation_refuses_what_is_off_its_scales(sources: list[Source]) -> None:
    with pytest.raises(ValueError, match=r"lie between|0 or more"):
        expectation(sources)


def test_weights_of_nothing_are_equal_weights() -> None:
    assert normalised([0, 0]) == [0.5, 0.5]


# -- the satisfaction chain -----------------------------------------------------------------------


def test_the_story_as_it_was_ends_as_it_did() -> None:
    chain = replay(Links())
    assert (chain.thought, chain.feeling, chain.action, chain.chance) == (0, 0, 0, 0)


@pytest.mark.parametrize(("links"), CHAIN)
def test_a_better_link_never_leaves_the_customer_worse(links: Any) -> None:
    expectation_, deed, reading, afterwards = links
    now = replay(Links(*links))
    assert 0 <= now.chance <= 4
    better_deeds = ("priced", "refused", "explained", "asked", "given")
    for better in better_deeds[better_deeds.index(deed) + 1 :]:
        assert replay(Links(expectation_, better, reading, afterwards)).chance >= now.chance
    assert replay(Links("nothing-extra", deed, reading, afterwards)).chance >= now.chance
    assert replay(Links(expectation_, deed, "kind", afterwards)).chance >= now.chance
    assert replay(Links(expectation_, deed, reading, "put-right")).chance >= now.chance


def test_putting_it_right_is_not_as_good_as_doing_it_right() -> None:
    at_once = replay(Links(deed="given")).chance
    assert replay(Links(afterwards="put-right")).chance < at_once


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("story", ["pickle", "visitor-card"])
def test_every_combination_of_links_can_be_told(story: str, language: Any) -> None:
    show = find_simulator("satisfaction-chain").show
    told = set()
    for expectation_, deed, reading, afterwards in CHAIN:
        inputs = {
            "story": story,
            "expectation": expectation_,
            "deed": deed,
            "reading": reading,
            "afterwards": afterwards,
        }
        results = show(inputs, language)
        told.add(results.table.rows)
        differs = [row[1] != row[2] for row in results.table.rows]
        assert [index for index, one in enumerate(differs) if one] == list(results.table.marked)
    assert len(told) > 30


# -- words and numbers ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (-0.001, "0"),
        (4.5, "4.5"),
        (-0.325, "−0.33"),
        (3.0, "3"),
        (10, "10"),
    ],
)
def test_numbers_are_written_as_people_read_them(value: float, text: str) -> None:
    assert plain(value, 2) == text


def test_signs_are_written_where_the_direction_matters() -> None:
    assert [signed(one, 1) for one in (0.5, -1.3, 0)] == ["+0.5", f"{MINUS}1.3", "0"]


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=9))
def test_percentages_add_up_to_a_hundred(weights: list[int]) -> None:
    shares = normalised(weights)
    whole = percentages(shares)
    assert sum(whole) == 100
    assert all(abs(one - share * 100) < 1 for one, share in zip(whole, shares, strict=True))


# -- all of them ----------------------------------------------------------------------------------


@pytest.fixture(params=simulator_ids())
def simulator(request: pytest.FixtureRequest) -> Simulator:
    return find_simulator(request.param)


@pytest.mark.parametrize("language", LANGUAGES)
def test_results_at_the_bounds_can_be_shown(simulator: Simulator, language: Any) -> None:
    for bound in ("minimum", "maximum", "default"):
        inputs = {
            one.id: one.default
            if isinstance(one, ChoiceInput) or bound == "default"
            else getattr(one, bound)
            for one in simulator.inputs()
        }
        results = simulator.show(inputs, language)
        assert results == simulator.show(inputs, language)
        assert "{" not in results.summary
        assert all(len(row) == len(results.table.columns) for row in results.table.rows)


def test_inputs_have_ids_of_their_own_and_defaults_that_they_take(simulator: Simulator) -> None:
    inputs = list(simulator.inputs())
    assert len({one.id for one in inputs}) == len(inputs)
    for one in inputs:
        assert one.read(one.default) == one.default


def test_every_number_of_a_figure_stands_in_its_table(simulator: Simulator) -> None:
    results = simulator.show(simulator.defaults(), "en")
    cells = {cell for row in results.table.rows for cell in row}
    for trace in results.figure["data"] if results.figure else ():
        assert set(trace["text"]) <= cells


def test_figures_are_such_as_plotly_knows() -> None:
    from plotly.graph_objects import Figure

    checked = 0
    for simulator_id in simulator_ids():
        simulator = find_simulator(simulator_id)
        figure = simulator.show(simulator.defaults(), "en").figure
        if figure is not None:
            Figure(ast.literal_eval(re.sub(r"var\(--yx-[a-z-]+\)", "#123456", repr(figure))))
            checked += 1
    assert checked >= 2
