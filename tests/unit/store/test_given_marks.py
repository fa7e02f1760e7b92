"""What the store keeps of marking: marks that can be taken back, leases, second marks, comments."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from yongxin.store import (
    Answered,
    BankFull,
    GradeState,
    InvalidName,
    Learner,
    MarkedAlready,
    Store,
)
from yongxin.store.bank_comments import MOST_BANK_COMMENTS
from yongxin.store.given_marks import MARKS_TO_TAKE_BACK

WAITS = GradeState(None, True, None)
MARKED = GradeState(2.0, False, "好")
ANSWER = Answered("a" * 32, "li.ming", "a2-pickle", "own-customer-log")


@pytest.fixture
def chen(store: Store) -> Learner:
    return store.add_learner("chen", "陈敏", role="trainer")


@pytest.fixture
def wang(store: Store) -> Learner:
    return store.add_learner("wang", "王芳", role="trainer")


def soon() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=1)


@pytest.mark.usefixtures("learner")
def test_the_last_mark_of_each_trainer_can_be_taken_back(
    store: Store, chen: Learner, wang: Learner
) -> None:
    assert store.last_given(chen.id) is None
    first = store.keep_given("chen", ANSWER, WAITS, MARKED)
    other = ANSWER._replace(grade_id="b" * 32)
    second = store.keep_given("chen", other, WAITS, MARKED._replace(comment=None))
    found = store.last_given(chen.id)
    assert found
    assert (found.id, found.grade_id, found.before) == (second, "b" * 32, WAITS)
    assert found.after == GradeState(2.0, False, None)
    assert store.last_given(wang.id) is None
    store.keep_undone("chen", other, second)
    found = store.last_given(chen.id)
    assert found
    assert (found.id, found.after) == (first, MARKED)
    store.forget_given(first)
    assert store.last_given(chen.id) is None
    assert store.markers(ANSWER.module_id, ANSWER.reflection_id) == {ANSWER.grade_id: chen.id}
    assert [one.action for one in store.audit_entries()] == [
        "mark undo", "mark give", "mark give",
    ]  # fmt: skip


@pytest.mark.usefixtures("learner")
def test_the_words_of_older_marks_are_forgotten(store: Store, chen: Learner) -> None:
    for number in range(MARKS_TO_TAKE_BACK + 3):
        answer = ANSWER._replace(grade_id=f"{number:032x}")
        store.keep_given("chen", answer, WAITS, MARKED)
    back = 0
    while (given := store.last_given(chen.id)) is not None:
        store.keep_undone("chen", ANSWER, given.id)
        back += 1
    assert back == MARKS_TO_TAKE_BACK


@pytest.mark.usefixtures("chen")
def test_a_mark_of_somebody_who_is_on_no_roster_is_kept(store: Store) -> None:
    store.keep_given("chen", ANSWER._replace(username="somebody.else"), WAITS, MARKED)
    assert store.audit_entries(limit=1)[0].subject == "somebody.else"


def test_an_answer_is_leased_to_one_at_a_time(store: Store, chen: Learner, wang: Learner) -> None:
    grade = ANSWER.grade_id
    assert store.lease(grade, chen.id, until=soon()) is None
    assert store.lease(grade, chen.id, until=soon()) is None
    assert store.lease(grade, wang.id, until=soon()) == "陈敏"
    assert store.leased_to_others(wang.id) == {grade}
    assert store.leased_to_others(chen.id) == set()
    store.let_go(grade, wang.id)  # it is not hers
    assert store.lease(grade, wang.id, until=soon()) == "陈敏"
    store.let_go(grade, chen.id)
    assert store.lease(grade, wang.id, until=soon()) is None


def test_a_lease_ends(store: Store, chen: Learner, wang: Learner) -> None:
    over = datetime.now(UTC) - timedelta(seconds=1)
    store.lease(ANSWER.grade_id, chen.id, until=over)
    assert store.leased_to_others(wang.id) == set()
    assert store.lease(ANSWER.grade_id, wang.id, until=soon()) is None


def test_of_two_who_come_at_once_one_has_it(store: Store, chen: Learner, wang: Learner) -> None:
    for number in range(10):
        grade = f"{number:032x}"
        with ThreadPoolExecutor(2) as threads:
            told = list(
                threads.map(
                    lambda who: store.lease(who[0], who[1], until=soon()),
                    [(grade, chen.id), (grade, wang.id)],
                )
            )
        assert told.count(None) == 1


@pytest.mark.usefixtures("learner", "chen")
def test_a_second_mark_is_kept_once(store: Store, wang: Learner) -> None:
    of = (ANSWER.module_id, ANSWER.reflection_id)
    store.ask_second(ANSWER)
    store.ask_second(ANSWER)
    (asked,) = store.second_marks(*of).values()
    assert (asked.points, asked.marker_id) == (None, None)
    store.keep_second("wang", ANSWER, first_points=1.0, points=3.0)
    with pytest.raises(MarkedAlready):
        store.keep_second("chen", ANSWER, first_points=1.0, points=2.0)
    (kept,) = store.second_marks(*of).values()
    assert (kept.first_points, kept.points, kept.marker_id) == (1.0, 3.0, wang.id)
    assert kept.settled_at is None
    store.settle_second("chen", ANSWER)
    (settled,) = store.second_marks(*of).values()
    assert settled.settled_at is not None
    assert (settled.first_points, settled.points) == (1.0, 3.0)
    assert [one.action for one in store.audit_entries()] == [
        "second mark settle", "second mark give",
    ]  # fmt: skip


def test_a_sample(store: Store) -> None:
    of = (ANSWER.module_id, ANSWER.reflection_id)
    assert store.second_sample(*of) is None
    for every in (5, 2):
        store.set_second_sample(*of, every)
        assert store.second_sample(*of) == every
    with pytest.raises(ValueError, match="one in 0"):
        store.set_second_sample(*of, 0)
    store.set_second_sample(*of, None)
    assert store.second_sample(*of) is None


def test_comments_to_use_again(store: Store, chen: Learner, wang: Learner) -> None:
    store.add_bank_comment(chen.id, " 具体。\r\nConcrete. ", shared=False)
    store.add_bank_comment(wang.id, "好", shared=True)
    own, shared = store.bank_comments(chen.id)
    assert (own.words, own.is_shared) == ("具体。\nConcrete.", False)
    assert (shared.words, shared.is_shared) == ("好", True)
    assert store.bank_comments(wang.id) == [shared]
    store.change_bank_comment(wang.id, own.id, "stolen")
    store.remove_bank_comment(wang.id, own.id)
    store.change_bank_comment(chen.id, shared.id, "很好")
    assert [one.words for one in store.bank_comments(chen.id)] == [own.words, "很好"]
    store.remove_bank_comment(chen.id, own.id)
    assert [one.words for one in store.bank_comments(chen.id)] == ["很好"]


@pytest.mark.parametrize("words", ["", " \n", "长" * 501, "a\x00b", "a\ud800b"])
def test_what_is_no_comment(store: Store, chen: Learner, words: str) -> None:
    with pytest.raises(InvalidName):
        store.add_bank_comment(chen.id, words, shared=False)


def test_a_bank_has_an_end(store: Store, chen: Learner) -> None:
    for number in range(MOST_BANK_COMMENTS):
        store.add_bank_comment(chen.id, f"{number}", shared=False)
    with pytest.raises(BankFull):
        store.add_bank_comment(chen.id, "one more", shared=False)
    store.add_bank_comment(chen.id, "one more", shared=True)


def test_the_learners_erasure_takes_the_words_along(
    store: Store, learner: Learner, chen: Learner
) -> None:
    """Comments about somebody are theirs; see ``personal``."""
    store.keep_given("chen", ANSWER, WAITS, MARKED)
    store.ask_second(ANSWER)
    from yongxin.store.personal import count_rows

    with store._database.reading() as connection:
        counts = count_rows(connection, learner.id)
    assert counts["mark_given"] == counts["second_mark"] == 1
