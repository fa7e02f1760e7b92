"""Flash cards as an element: what waits, what an answer changes, and what can never be a card."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yongxin.catalogue import Catalogue, NotPractice
from yongxin.elements import Context, RefusedEvent
from yongxin.elements.review import ItemCard, ReviewElement, TermCard, make_deck
from yongxin.elements.review.schedule import GRADES, NEW_A_DAY, WAITS
from yongxin.language import LANGUAGES, Language
from yongxin.store.json_text import MAXIMUM_STATE_BYTES, encode

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
TERM, CHOICE, OWN_NUMBERS = "term:expectation", "item:lift-first-words", "item:water-tank"


@pytest.fixture(scope="module")
def catalogue(built_course: Path) -> Catalogue:
    return Catalogue(built_course).edition()


@pytest.fixture(scope="module")
def deck(catalogue: Catalogue):
    return make_deck(catalogue)


@pytest.fixture
def review(deck) -> ReviewElement:
    return ReviewElement(deck, set(deck), UTC)


def at(moment: datetime = NOON, language: Language = "en") -> Context:
    return Context(language=language, now=moment, learner="lin")


def grade(review: ReviewElement, state, card: str, how: str = "good", now: datetime = NOON):
    return review.handle(state, {"type": "grade", "card": card, "grade": how}, at(now))


def ids(review: ReviewElement, state, now: datetime = NOON) -> list[str]:
    return [one["id"] for one in review.present(state, at(now))["cards"]]


def cards_made_up(count: int, name: str = "item:{:058d}") -> dict[str, Any]:
    """A deck as large as one likes; its cards show nothing but their ids."""

    def made_up(one: str) -> Any:
        return SimpleNamespace(id=one, present=lambda _language, _learner: {"id": one})

    return {one: made_up(one) for one in (name.format(number) for number in range(count))}


# -- the deck -------------------------------------------------------------------------------------


def test_the_deck_is_made_of_practice_items_and_terms(catalogue: Catalogue, deck) -> None:
    banks = [catalogue.bank(one) for one in catalogue.built_modules()]
    practice = {
        f"item:{one.id}" for bank in banks for one in bank.practice if one.type != "scenario"
    }
    assert set(deck) == practice | {TERM}
    assert isinstance(deck[CHOICE], ItemCard)
    assert isinstance(deck[TERM], TermCard)
    modules = [card.modules[0].id for card in deck.values()]
    assert modules == sorted(modules, key=list(catalogue.course.modules).index)


def test_a_graded_item_is_never_a_card(catalogue: Catalogue, deck) -> None:
    graded = [
        one.id for module in catalogue.built_modules() for one in catalogue.bank(module).graded
    ]
    assert len(graded) > 10
    for item_id in graded:
        assert f"item:{item_id}" not in deck
        with pytest.raises(NotPractice):
            catalogue.flash_card(item_id, "en")
        everything = {f"item:{one}" for one in graded} | set(deck)
        review = ReviewElement(deck, everything, UTC)
        state, reply = grade(review, review.initial(), f"item:{item_id}")
        assert (state, reply) == (review.initial(), {"counted": False})
        assert item_id not in json.dumps(review.present(review.initial(), at()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_card_has_two_sides(deck, language) -> None:
    for card in deck.values():
        shown = card.present(language, "lin")
        assert shown["front"]["text"]
        assert shown["back"]["lines"]
        assert " · " in shown["kicker"]
        assert shown["back"]["explanation"] or isinstance(card, TermCard)


def test_a_choice_has_its_right_answer_in_words_and_why(deck) -> None:
    back = deck[CHOICE].present("en", "lin")["back"]
    assert back["lines"] == ["Apologise and say what is happening"]
    assert back["explanation"]


def test_a_term_is_asked_in_ones_own_language(deck) -> None:
    shown = deck[TERM].present("zh-CN", "lin")
    assert shown["front"] == {
        "text": "期望",
        "also": {"language": "en", "text": "expectation"},
        "groups": [],
    }
    assert shown["back"]["lines"] == ["在事情发生之前，人心里以为会得到什么。"]


def test_numbers_of_ones_own_are_asked_and_answered(deck) -> None:
    questions = {deck[OWN_NUMBERS].present("en", one)["front"]["text"] for one in "abcdefgh"}
    assert len(questions) > 1
    assert all("{" not in one for one in questions)


# -- what waits -----------------------------------------------------------------------------------


def test_only_what_was_met_is_asked(deck) -> None:
    nothing = ReviewElement(deck, set(), UTC).present({}, at())
    assert (nothing["cards"], nothing["waiting"], nothing["met"]) == ([], 0, 0)
    assert nothing["next_in"] is None
    review = ReviewElement(deck, {CHOICE}, UTC)
    assert ids(review, {}) == [CHOICE]
    state, reply = grade(review, {}, TERM)
    assert (reply, state["cards"]) == ({"counted": False}, {})


def test_new_cards_are_few_a_day_and_those_that_are_due_are_all_there() -> None:
    deck = cards_made_up(4 * NEW_A_DAY)
    review, state = ReviewElement(deck, set(deck), UTC), {}
    for day in range(3):
        now = NOON + timedelta(days=day)
        shown = ids(review, state, now)
        new = [one for one in shown if one not in state.get("cards", {})]
        assert len(new) == NEW_A_DAY
        assert shown.index(new[0]) == len(shown) - NEW_A_DAY
        for one in shown:
            state, _ = grade(review, state, one, "again", now)
        done = review.present(state, at(now))
        assert (done["waiting"], done["next_in"]) == (0, 1)
        assert done["answered"] == NEW_A_DAY * (day + 1)


def test_a_page_holds_a_sitting_and_tells_how_many_wait() -> None:
    deck = cards_made_up(50)
    state = {"cards": {one: [2, 0] for one in deck}}
    shown = ReviewElement(deck, (), UTC).present(state, at())
    assert (len(shown["cards"]), shown["waiting"]) == (30, 50)


# -- answers --------------------------------------------------------------------------------------


def test_an_answer_counts_once_for_each_time_the_card_is_due(review: ReviewElement) -> None:
    first, reply = grade(review, review.initial(), CHOICE)
    assert reply == {"counted": True}
    again, reply = grade(review, first, CHOICE, "again", NOON + timedelta(hours=1))
    assert (again, reply) == (first, {"counted": False})
    tomorrow = NOON + timedelta(days=1)
    assert ids(review, first, tomorrow)[0] == CHOICE
    second, reply = grade(review, first, CHOICE, "good", tomorrow)
    assert reply == {"counted": True}
    assert second["cards"][CHOICE][0] == 2


def test_each_grade_tells_when_the_card_comes_again(review: ReviewElement) -> None:
    shown = review.present({"cards": {CHOICE: [2, 0]}}, at())["cards"][0]
    assert (shown["id"], shown["is_new"]) == (CHOICE, False)
    assert shown["waits"] == {"again": 1, "hard": 7, "good": 30}


def test_handling_changes_no_state_that_it_was_given(review: ReviewElement) -> None:
    before = {"cards": {CHOICE: [1, 0]}, "new": ["2026-03-04", 3], "reminder": True}
    kept = json.loads(json.dumps(before))
    after, _ = grade(review, before, CHOICE)
    assert before == kept
    assert after["reminder"] is True
    assert after["new"] == ["2026-03-04", 3]  # this one was not new


def test_the_reminder_is_off_until_it_is_wanted(review: ReviewElement) -> None:
    assert not ReviewElement.is_reminder_wanted(review.initial())
    wanted, _ = review.handle({}, {"type": "remind", "wanted": True}, at())
    assert ReviewElement.is_reminder_wanted(wanted)
    assert review.present(wanted, at())["reminder"] is True
    unwanted, _ = review.handle(wanted, {"type": "remind", "wanted": False}, at())
    assert not ReviewElement.is_reminder_wanted(unwanted)


@pytest.mark.parametrize(
    "event",
    [
        None,
        {"type": "grade"},
        {"type": "grade", "card": CHOICE},
        {"type": "grade", "card": 7, "grade": "good"},
        {"type": "grade", "card": [CHOICE], "grade": "good"},
        {"type": "grade", "card": CHOICE, "grade": "perfect"},
        {"type": "grade", "card": CHOICE, "grade": ["good"]},
        {"type": "grade", "card": CHOICE, "grade": "good", "at": "2020-01-01"},
        {"type": "remind", "wanted": "yes"},
        {"type": "remind", "wanted": 1},
        {"type": "reset"},
    ],
)
def test_what_is_no_event_is_refused(review: ReviewElement, event) -> None:
    with pytest.raises(RefusedEvent):
        review.handle(review.initial(), event, at())


# -- what may change beneath it -------------------------------------------------------------------


def test_a_card_that_left_the_course_is_not_asked_and_comes_back_with_it(deck) -> None:
    without = {one: card for one, card in deck.items() if one != CHOICE}
    state, _ = grade(ReviewElement(deck, set(deck), UTC), {}, CHOICE)
    later = NOON + timedelta(days=40)
    review = ReviewElement(without, set(without), UTC)
    assert CHOICE not in ids(review, state, later)
    same, reply = grade(review, state, CHOICE, "good", later)
    assert (same["cards"], reply) == (state["cards"], {"counted": False})
    kept, _ = grade(review, state, TERM, "good", later)
    assert ids(ReviewElement(deck, (), UTC), kept, later) == [CHOICE]


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    st.fixed_dictionaries(
        {}, optional={"cards": JSON_VALUES, "new": JSON_VALUES, "reminder": JSON_VALUES}
    ),
    st.sampled_from([CHOICE, TERM, "item:gone"]),
    st.sampled_from(GRADES),
)
def test_a_state_of_any_age_can_be_shown_and_used(deck, state, card: str, how: str) -> None:
    review = ReviewElement(deck, set(deck), UTC)
    shown = review.present(state, at())
    assert json.loads(json.dumps(shown)) == shown
    after, _ = grade(review, state, card, how)
    assert encode(after, MAXIMUM_STATE_BYTES)
    review.present(after, at())


def test_a_state_never_outgrows_its_place() -> None:
    """Far more cards than any course has, with the longest ids, answered as fast as can be."""
    deck = cards_made_up(900)
    review, state, day = ReviewElement(deck, set(deck), UTC), {}, 0
    while len(state.get("cards", {})) < 700:
        now = NOON + timedelta(days=day)
        for one in list(deck)[day * NEW_A_DAY : (day + 1) * NEW_A_DAY]:
            state, _ = grade(review, state, one, "good", now)
        day += 1
    assert len(encode(state, MAXIMUM_STATE_BYTES)) > 55_000
    now = NOON + timedelta(days=day)
    shown = review.present(state, at(now))
    assert not any(one["is_new"] for one in shown["cards"])
    full, reply = grade(review, state, list(deck)[-1], "good", now)
    assert (full["cards"], reply) == (state["cards"], {"counted": False})
    # Cards of a course that is no more make room for those of the one that is.
    others = cards_made_up(5, "term:{:058d}")
    review = ReviewElement(others, set(others), UTC)
    state, reply = grade(review, state, next(iter(others)), "good", now)
    assert reply == {"counted": True}
    assert list(state["cards"]) == [next(iter(others))]


def test_the_longest_wait_is_the_last_one() -> None:
    assert max(WAITS) == WAITS[-1] == 30
