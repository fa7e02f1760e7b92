"""The simulators of the silent customer: check values, and what must hold for any input."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from yongxin.language import LANGUAGES, Language
from yongxin.simulators import find_simulator
from yongxin.simulators.claim_checker.model import STATUSES, check_claims, facts
from yongxin.simulators.claim_checker.view import CARDS
from yongxin.simulators.complaint_iceberg.model import from_complaints, from_unhappy
from yongxin.simulators.leaky_bucket.model import leaky_bucket
from yongxin.simulators.recovery.model import Rates, recovery
from yongxin.simulators.telling_tree.model import telling

SHARES = st.floats(0, 1)
PEOPLE = st.floats(0, 10_000)


# -- the complaint iceberg ------------------------------------------------------------------------


def test_the_iceberg_has_its_check_values() -> None:
    forward = from_unhappy(1000, 0.04, 6)
    assert (forward.spoken, forward.hidden) == pytest.approx((40, 960))
    assert from_complaints(12, 1 / 0.04, 6).total == pytest.approx(300)
    others = from_complaints(12, 27, 6)
    assert (others.hidden, others.total, others.serious) == pytest.approx((312, 324, 72))


@given(PEOPLE, SHARES, st.floats(0, 26))
def test_nobody_gets_lost_in_the_water(unhappy: float, rate: float, serious: float) -> None:
    iceberg = from_unhappy(unhappy, rate, serious)
    assert iceberg.total == pytest.approx(unhappy)
    assert iceberg.serious <= iceberg.hidden + 1e-9


@given(st.floats(1, 10_000), st.floats(0.001, 1))
def test_looking_down_undoes_looking_up(unhappy: float, rate: float) -> None:
    spoken = from_unhappy(unhappy, rate, 6).spoken
    assert from_complaints(spoken, 1 / rate, 6).total == pytest.approx(unhappy)


@pytest.mark.parametrize(
    "refused",
    [
        lambda: from_unhappy(-1, 0.04, 6),
        lambda: from_unhappy(1, 1.1, 6),
        lambda: from_unhappy(1, 0.04, 27),
        lambda: from_complaints(-1, 26, 6),
        lambda: from_complaints(1, 0.5, 6),
    ],
)
def test_the_iceberg_refuses_what_cannot_be(refused) -> None:
    with pytest.raises(ValueError, match="0 or more"):
        refused()


@pytest.mark.parametrize("language", LANGUAGES)
def test_three_rules_stand_side_by_side_when_complaints_are_known(language: Language) -> None:
    simulator = find_simulator("complaint-iceberg")
    inputs = simulator.defaults() | {"direction": "from-complaints", "complaints": 12}
    rows = simulator.show(inputs, language).table.rows
    assert [row[3] for row in rows] == ["300", "312", "324"]
    # With nobody who speaks there is no rule of one's own: the other two are left.
    assert len(simulator.show(inputs | {"speak-rate": 0}, language).table.rows) == 2


# -- the telling tree -----------------------------------------------------------------------------


def test_the_tree_has_its_check_values() -> None:
    assert telling(1, 10, 0.13, "mixture").others_tell == pytest.approx(8.51, abs=0.005)
    assert telling(1, 10, 0.20, "mixture").others_tell == pytest.approx(7.5)
    assert telling(1, 10, 0.13, "mixture").hearers == 10
    assert telling(1, 10, 0.13, "relay").hearers == pytest.approx(36)
    assert telling(1, 10, 0.20, "relay").hearers == pytest.approx(50)


@given(st.integers(1, 500), st.floats(5, 30), st.floats(0, 0.24), st.floats(1, 50))
def test_a_relay_never_reaches_fewer_than_a_mixture(
    unhappy: int, mean: float, share: float, times: float
) -> None:
    mixture = telling(unhappy, mean, share, "mixture", times)
    relay = telling(unhappy, mean, share, "relay", times)
    assert relay.hearers >= mixture.hearers - 1e-6
    assert mixture.others_tell is not None
    assert share * 20 + (1 - share) * mixture.others_tell == pytest.approx(mean)


@pytest.mark.parametrize(
    ("unhappy", "mean", "share"), [(-1, 10, 0.13), (1, 10, 1.0), (1, 2, 0.13), (1, 10, -0.1)]
)
def test_the_tree_refuses_what_cannot_be(unhappy: int, mean: float, share: float) -> None:
    with pytest.raises(ValueError, match="0 or more"):
        telling(unhappy, mean, share, "mixture")


# -- recovery -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("solved", "on_the_spot", "back"), [(0.7, 0.2, 56.4), (0.7, 0.5, 66.3), (0.9, 0.2, 65.2)]
)
def test_recovery_has_its_check_values(solved: float, on_the_spot: float, back: float) -> None:
    assert recovery(100, solved, on_the_spot, Rates()).back == pytest.approx(back, abs=0.05)


@given(st.floats(0, 500), SHARES, SHARES, SHARES)
def test_solving_more_or_faster_never_brings_back_fewer(
    complaints: float, solved: float, more: float, on_the_spot: float
) -> None:
    assume(solved <= more)
    rates = Rates()
    less = recovery(complaints, solved, on_the_spot, rates)
    assert recovery(complaints, more, on_the_spot, rates).back >= less.back - 1e-6
    assert recovery(complaints, solved, 1, rates).back >= less.back - 1e-6
    every = (less.fast, less.slow, less.unresolved)
    assert sum(one.complaints for one in every) == pytest.approx(complaints)


def test_recovery_refuses_what_cannot_be() -> None:
    for solved, rates in ((1.1, Rates()), (0.5, Rates(slow=-0.1))):
        with pytest.raises(ValueError, match="0 or more"):
            recovery(100, solved, 0.2, rates)


@pytest.mark.parametrize("language", LANGUAGES)
def test_more_on_the_spot_than_solved_is_said_to_be_too_many(language: Language) -> None:
    simulator = find_simulator("recovery")
    summary = simulator.show(simulator.defaults() | {"on-the-spot": 90}, language).summary
    assert summary.count("70%") == 1


# -- the leaky bucket -----------------------------------------------------------------------------


def test_the_bucket_has_its_check_values() -> None:
    bucket = leaky_bucket(1000, 0.2, 0, 8)
    assert bucket.first[5] / 1000 == pytest.approx(0.328, abs=0.0005)
    assert bucket.stay == pytest.approx(5)
    assert bucket.half_life == pytest.approx(3.11, abs=0.005)
    assert leaky_bucket(1000, 0.2, 100, 8).steady == pytest.approx(500)
    # Half in five years, as Reichheld has it, is about 13% a year.
    assert leaky_bucket(1, 0.13, 0, 5).first[5] == pytest.approx(0.5, abs=0.002)


@given(st.floats(1, 2000), st.floats(0.01, 0.4))
def test_as_many_new_ones_as_are_lost_keep_the_level(start: float, loss: float) -> None:
    bucket = leaky_bucket(start, loss, start * loss, 8)
    assert bucket.all == pytest.approx([start] * 9)
    assert bucket.steady == pytest.approx(start)


def test_a_tight_bucket_keeps_everybody() -> None:
    bucket = leaky_bucket(100, 0, 10, 3)
    assert bucket.first == (100, 100, 100, 100)
    assert bucket.all == (100, 110, 120, 130)
    assert bucket.steady is None


@pytest.mark.parametrize(("start", "loss"), [(-1, 0.2), (100, 1), (100, -0.1)])
def test_the_bucket_refuses_what_cannot_be(start: float, loss: float) -> None:
    with pytest.raises(ValueError, match="0 or more"):
        leaky_bucket(start, loss, 0, 5)


# -- the claim checker ----------------------------------------------------------------------------


def test_guesses_are_compared_card_by_card() -> None:
    checked = check_claims(
        {"one": "sourced", "two": "unsourced", "three": "popularised"},
        {"one": "sourced", "two": "popularised", "three": None},
    )
    assert (checked.turned, checked.agreed) == (2, 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_shows_its_back_only_when_it_was_judged(language: Language) -> None:
    simulator = find_simulator("claim-checker")
    untouched = simulator.show(simulator.defaults(), language)
    backs = {card.back.in_language(language) for card in CARDS.values()}
    assert not backs & {cell for row in untouched.table.rows for cell in row}
    for index, name in enumerate(CARDS):
        rows = simulator.show(simulator.defaults() | {name: "sourced"}, language).table.rows
        assert [number for number, row in enumerate(rows) if row[1] in backs] == [index]


def test_what_a_card_claims_is_what_the_table_of_facts_says() -> None:
    checked = 0
    for card in CARDS.values():
        for fact_id in card.facts:
            fact = facts()[fact_id]
            for claim in (card.claim.zh_cn, card.claim.en):
                assert re.search(rf"(?<!\d){re.escape(fact.value)}(?!\d)", claim), fact_id
                checked += 1
    assert checked == 2 * sum(len(card.facts) for card in CARDS.values()) > 0


def test_every_fact_has_a_unit_of_its_own_deck_and_a_status() -> None:
    assert len(facts()) > 60
    for fact in facts().values():
        assert fact.unit_id.startswith(f"{fact.deck}-")
        assert fact.value or fact.alt_value
        assert bool(fact.alt_value) <= bool(fact.alt_source or fact.status == "sourced")
    assert {fact.status for fact in facts().values()} == set(STATUSES)
