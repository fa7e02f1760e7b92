"""The marking queue and nbgrader's gradebook: what one writes, the other shows."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from nbgrader.api import Comment, Grade
from sqlalchemy import select

from support.cohort import MODULE, REFLECTION, Cohort
from support.gradebook_server import ON_BOTH
from yongxin.catalogue import Catalogue, UnknownId
from yongxin.cohort.desk import TrainersDesk
from yongxin.cohort.marking import (
    ChangedSince,
    CommentTooLong,
    Done,
    Marking,
    NothingToUndo,
    Turn,
    UnknownAnswer,
)
from yongxin.grading.batch import GradingFailed
from yongxin.store import Learner, MarkedAlready, Store

FIRST = datetime(2026, 5, 4, 12, tzinfo=UTC)
WRITTEN = {"facts": "第一行\n<b>第二行</b>", "feeling": "着急。", "rating": "dissatisfied"}
CELL = f"reflection-{REFLECTION}"


@pytest.fixture
def store(cohort: Cohort) -> Iterator[Store]:
    with Store.open(f"sqlite:///{cohort.root / 'var' / 'yongxin.db'}") as store:
        for username, group in (("李雷", "east"), ("han.meimei", "west"), ("zhou", "west")):
            store.add_learner(username, f"名字 {username}", groups=[group])
        for username in ("chen", "wang"):
            store.add_learner(username, username.title(), role="trainer")
        yield store


@pytest.fixture
def marking(cohort: Cohort, store: Store) -> Marking:
    """Three answers wait, han.meimei's the longest."""
    for hours, username in ((2, "李雷"), (0, "han.meimei"), (1, "zhou")):
        cohort.hand_in(username, written=WRITTEN, now=FIRST + timedelta(hours=hours))
    cohort.collect_and_autograde()
    return TrainersDesk(cohort.root, Catalogue(cohort.root), store).marking


@pytest.fixture
def chen(store: Store) -> Learner:
    return person(store, "chen")


def person(store: Store, username: str) -> Learner:
    found = store.learner(username)
    assert found
    return found


def next_turn(marking: Marking, who: Learner, **options: Any) -> Turn:
    found = marking.turn(MODULE, REFLECTION, who, "zh-CN", **options)
    assert isinstance(found, Turn), found
    return found


def give(
    marking: Marking, who: Learner, turn: Turn, level: int = 2, comment: str | None = "好。"
) -> None:
    marking.give(
        MODULE,
        REFLECTION,
        turn.answered.grade_id,
        who,
        level=level,
        comment=comment,
        seen=turn.seen,
    )


def rows(cohort: Cohort) -> dict[str, list[dict[str, Any]]]:
    """Return everything that the gradebook has of marks and comments, but for random ids."""
    with cohort.gradebook() as gradebook:
        return {
            table.__tablename__: [
                {name: value for name, value in row._mapping.items() if not name.endswith("id")}
                for row in gradebook.db.execute(
                    select(table.__table__).order_by(table.__table__.c.id)
                )
            ]
            for table in (Grade, Comment)
        }


def mark_as_formgrader_does(cohort: Cohort, username: str, points: float, comment: str) -> None:
    """Send what formgrader's page sends, to formgrader's own handlers."""
    from nbgrader.server_extensions.formgrader.apihandlers import CommentHandler, GradeHandler

    with cohort.gradebook() as gradebook:
        grade = gradebook.find_grade(CELL, MODULE, MODULE, username)
        its_comment = gradebook.find_comment(CELL, MODULE, MODULE, username)
        for handler, row, body in (
            (GradeHandler, grade, {"manual_score": points, "extra_credit": None}),
            (CommentHandler, its_comment, {"manual_comment": comment}),
        ):

            class Stand:
                """Stands for the request: only what the handler's ``put`` asks for."""

                def __init__(self, sent: dict[str, Any]) -> None:
                    self.gradebook = gradebook
                    self._sent = sent

                def get_json_body(self) -> dict[str, Any]:
                    return self._sent

                def write(self, _answer: str) -> None:
                    pass

            put: Any = handler.put
            while hasattr(put, "__wrapped__"):
                put = put.__wrapped__
            put(Stand(body), row.id)


def test_the_oldest_comes_first_with_what_was_written_and_the_example(
    marking: Marking, chen: Learner
) -> None:
    turn = next_turn(marking, chen)
    assert turn.answered.username == "han.meimei"
    assert turn.handed_in == FIRST
    assert turn.fields is not None
    assert [field.text for field in turn.fields] == ["第一行\n<b>第二行</b>", "着急。", "不满意"]
    assert [field.text for field in turn.exemplar][1:] == ["先急，后委屈。", "不满意"]
    assert (turn.marked, turn.total, turn.maximum) == (0, 3, 3.0)
    give(marking, chen, turn)
    after = next_turn(marking, chen, after=turn.answered.grade_id)
    assert after.answered.username == "zhou"
    assert (after.marked, after.total) == (1, 3)
    last = next_turn(marking, chen, after=after.answered.grade_id)
    assert last.answered.username == "李雷"
    assert last.previous == last.following == after.answered.grade_id
    assert next_turn(marking, chen, after=last.answered.grade_id) == after  # round and round


@ON_BOTH
def test_the_gradebook_is_as_formgrader_would_leave_it(
    cohort: Cohort, marking: Marking, chen: Learner
) -> None:
    before = rows(cohort)
    give(marking, chen, next_turn(marking, chen), 2, "写得具体。")
    ours = rows(cohort)
    assert ours != before
    marking.undo(chen)
    assert rows(cohort) == before
    mark_as_formgrader_does(cohort, "han.meimei", 2, "写得具体。")
    assert rows(cohort) == ours


def test_without_a_comment_none_is_written(cohort: Cohort, marking: Marking, chen: Learner) -> None:
    comments = rows(cohort)["comment"]
    give(marking, chen, next_turn(marking, chen), 0, "")
    assert rows(cohort)["comment"] == comments
    assert cohort.grades("han.meimei")[CELL] == {
        "auto": None, "manual": 0.0, "waits": False, "score": 0.0,
    }  # fmt: skip


def test_what_was_marked_in_formgrader_is_marked_here(
    cohort: Cohort, marking: Marking, chen: Learner
) -> None:
    first = next_turn(marking, chen)
    mark_as_formgrader_does(cohort, "han.meimei", 1.5, "半分")
    turn = next_turn(marking, chen)
    assert turn.answered.username == "zhou"
    assert (turn.marked, turn.total) == (1, 3)
    seen = next_turn(marking, chen, grade_id=first.answered.grade_id)
    assert seen.state == (1.5, False, "半分")


def test_a_mark_that_somebody_gave_meanwhile_is_never_overwritten(
    cohort: Cohort, marking: Marking, chen: Learner, store: Store
) -> None:
    turn = next_turn(marking, chen)
    mark_as_formgrader_does(cohort, "han.meimei", 1, "先来的")
    before = rows(cohort)
    entries = store.audit_entries()
    with pytest.raises(ChangedSince):
        give(marking, chen, turn, 3)
    assert rows(cohort) == before
    assert store.audit_entries() == entries
    give(marking, chen, next_turn(marking, chen, grade_id=turn.answered.grade_id), 3)
    assert cohort.grades("han.meimei")[CELL]["manual"] == 3


@ON_BOTH
def test_of_two_who_save_at_once_one_is_told(
    cohort: Cohort, marking: Marking, store: Store, chen: Learner
) -> None:
    turn = next_turn(marking, chen)
    wang = person(store, "wang")
    told: list[str] = []

    def save(who: Learner, level: int) -> None:
        try:
            give(marking, who, turn, level)
        except ChangedSince:
            told.append(who.username)

    threads = [threading.Thread(target=save, args=pair) for pair in ((chen, 1), (wang, 3))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(told) == 1
    manual = cohort.grades("han.meimei")[CELL]["manual"]
    assert manual == (3 if told == ["chen"] else 1)
    assert [one.action for one in store.audit_entries()].count("mark give") == 1


def test_marks_are_taken_back_one_after_another_exactly(
    cohort: Cohort, marking: Marking, chen: Learner
) -> None:
    states = [rows(cohort)]
    for level in (1, 2, 3):
        give(marking, chen, next_turn(marking, chen), level)
        states.append(rows(cohort))
    again = next_turn(marking, chen, grade_id=marking_order(cohort)[0])
    give(marking, chen, again, 0, "改了主意")
    for state in reversed(states):
        marking.undo(chen)
        assert rows(cohort) == state
    with pytest.raises(NothingToUndo):
        marking.undo(chen)


def marking_order(cohort: Cohort) -> list[str]:
    with cohort.gradebook() as gradebook:
        return [
            gradebook.find_grade(CELL, MODULE, MODULE, username).id
            for username in ("han.meimei", "zhou", "李雷")
        ]


def test_a_mark_that_was_changed_since_is_not_taken_back(
    cohort: Cohort, marking: Marking, chen: Learner
) -> None:
    give(marking, chen, next_turn(marking, chen), 1)
    give(marking, chen, next_turn(marking, chen), 2)
    mark_as_formgrader_does(cohort, "zhou", 3, "看了第二遍")
    with pytest.raises(ChangedSince):
        marking.undo(chen)
    assert cohort.grades("zhou")[CELL]["manual"] == 3
    assert marking.undo(chen).grade_id == marking_order(cohort)[0]
    assert cohort.grades("han.meimei")[CELL]["waits"]


def test_nobody_takes_back_what_another_gave(marking: Marking, chen: Learner, store: Store) -> None:
    give(marking, chen, next_turn(marking, chen))
    with pytest.raises(NothingToUndo):
        marking.undo(person(store, "wang"))


def test_two_trainers_get_two_answers_and_are_told_when_there_is_but_one(
    marking: Marking, chen: Learner, store: Store
) -> None:
    wang = person(store, "wang")
    mine = next_turn(marking, chen)
    theirs = next_turn(marking, wang)
    assert mine.held_by is theirs.held_by is None
    assert mine.answered != theirs.answered
    assert next_turn(marking, wang, grade_id=mine.answered.grade_id).held_by == "Chen"
    marking.let_go(mine.answered.grade_id, chen)
    assert next_turn(marking, wang, grade_id=mine.answered.grade_id).held_by is None


def test_a_group(marking: Marking, chen: Learner) -> None:
    turn = next_turn(marking, chen, group="east")
    assert turn.answered.username == "李雷"
    assert turn.total == 1
    assert isinstance(marking.turn(MODULE, REFLECTION, chen, "en", group="nobody"), Done)
    (row,) = marking.overview("west")
    assert row.counts == (2, 0, FIRST)


@ON_BOTH
def test_the_overview_counts_anew_after_a_mark(marking: Marking, chen: Learner) -> None:
    (row,) = marking.overview()
    assert (row.module_id, row.reflection.id, row.counts) == (MODULE, REFLECTION, (3, 0, FIRST))
    give(marking, chen, next_turn(marking, chen))
    (row,) = marking.overview()
    assert row.counts == (2, 1, FIRST + timedelta(hours=1))


def test_an_overview_without_time_leaves_the_rest_for_the_next(marking: Marking) -> None:
    (row,) = marking.overview(seconds=0)
    assert row.counts is None
    (row,) = marking.overview()
    assert row.counts is not None


def test_each_mark_and_each_taking_back_is_in_the_log_without_points_and_comment(
    marking: Marking, chen: Learner, store: Store
) -> None:
    give(marking, chen, next_turn(marking, chen), 2, "SECRET")
    marking.undo(chen)
    undone, given = store.audit_entries(limit=2)
    of = {"module": MODULE, "reflection": REFLECTION}
    assert (given.actor, given.action, given.subject) == ("chen", "mark give", "han.meimei")
    assert given.detail == undone.detail == of
    assert (undone.actor, undone.action, undone.subject) == ("chen", "mark undo", "han.meimei")
    assert "SECRET" not in str(store.audit_entries())


@ON_BOTH
def test_the_store_has_the_mark_at_once(marking: Marking, chen: Learner, store: Store) -> None:
    give(marking, chen, next_turn(marking, chen), 3)
    (mark,) = store.marks(learner_ids=[person(store, "han.meimei").id])
    assert (mark.waiting, mark.reflections) == (0, 1.0)


def test_what_was_returned_comes_back_with_its_revision(
    cohort: Cohort, marking: Marking, chen: Learner, store: Store
) -> None:
    meimei = person(store, "han.meimei")
    receipt = {"timestamp": "t", "directory": "d", "secret": "s"}
    store.hand_in(
        meimei.id, MODULE, event_id="e", allowed_attempts=2, now=FIRST, snapshot={},
        deliver=lambda _: receipt,
    )  # fmt: skip
    store.return_reflection(meimei.id, MODULE, REFLECTION, comment="再具体些", now=FIRST)
    assert next_turn(marking, chen).answered.username == "zhou"
    assert next_turn(marking, chen).total == 2
    (row,) = marking.overview()
    assert (row.counts, row.returned) == ((2, 0, FIRST + timedelta(hours=1)), 1)

    again = {**WRITTEN, "feeling": "先着急，后放心。"}
    moments: list[datetime] = []

    def deliver(revision: Any) -> dict[str, str]:
        moments.append(revision.moment)
        cohort.hand_in("han.meimei", written=again, now=revision.moment)
        return receipt

    store.revise(
        meimei.id, MODULE, REFLECTION, event_id="r", now=FIRST + timedelta(days=2),
        change=lambda snapshot: snapshot, deliver=deliver,
    )  # fmt: skip
    assert moments == [FIRST + timedelta(microseconds=1)]
    assert next_turn(marking, chen).answered.username == "zhou", "its old text is not marked"
    cohort.collect_and_autograde()
    turn = next_turn(marking, chen)
    assert turn.answered.username == "han.meimei"
    assert turn.fields
    assert turn.fields[1].text == "先着急，后放心。"
    assert turn.returned
    assert turn.returned.comment == "再具体些"


def test_what_nobody_can_mark_is_refused(cohort: Cohort, marking: Marking, chen: Learner) -> None:
    turn = next_turn(marking, chen)
    with pytest.raises(UnknownAnswer):
        next_turn(marking, chen, grade_id="f" * 32)
    with pytest.raises(UnknownId):
        marking.turn(MODULE, "no-such", chen, "en")
    with pytest.raises(CommentTooLong):
        give(marking, chen, turn, 1, "长" * 2001)
    with pytest.raises(ValueError, match="4 is none of"):
        give(marking, chen, turn, 4)
    (cohort.root / "var" / "gradebook.db").unlink()
    with pytest.raises(GradingFailed, match="release a module first"):
        marking.overview()
    assert not (cohort.root / "var" / "gradebook.db").exists()


# -- a second person ---------------------------------------------------------------------------


def test_a_second_person_marks_a_sample_without_touching_the_gradebook(
    cohort: Cohort, marking: Marking, chen: Learner, store: Store
) -> None:
    wang = person(store, "wang")
    for level in (0, 2, 3):
        give(marking, chen, next_turn(marking, chen), level)
    assert isinstance(marking.second_turn(MODULE, REFLECTION, wang, "en"), Done)
    store.set_second_sample(MODULE, REFLECTION, 1)
    assert isinstance(marking.second_turn(MODULE, REFLECTION, chen, "en"), Done), "own marks"
    before = rows(cohort)
    for level in (2, 2, 3):
        turn = marking.second_turn(MODULE, REFLECTION, wang, "en")
        assert isinstance(turn, Turn)
        assert turn.state is None
        marking.give_second(
            MODULE, REFLECTION, turn.answered.grade_id, wang, level=level, seen=turn.seen
        )
    with pytest.raises(MarkedAlready):
        marking.give_second(
            MODULE, REFLECTION, turn.answered.grade_id, wang, level=1, seen=turn.seen
        )
    assert rows(cohort) == before
    found = marking.comparison(MODULE, REFLECTION)
    assert (found.agreement.pairs, found.agreement.exact, found.open) == (3, 2, 0)
    assert found.agreement.kappa is None
    (difference,) = found.differences
    assert (difference.first, difference.second, difference.settled) == (0.0, 2.0, None)

    marking.settle(MODULE, REFLECTION, difference.grade_id, chen, level=1)
    assert cohort.grades("han.meimei")[CELL]["manual"] == 1
    settled = marking.comparison(MODULE, REFLECTION)
    assert settled.agreement == found.agreement, "agreement is about what both thought at first"
    assert settled.differences[0].settled is not None


def test_one_chosen_answer_gets_a_second_mark(
    marking: Marking, chen: Learner, store: Store
) -> None:
    turn = next_turn(marking, chen)
    give(marking, chen, turn)
    give(marking, chen, next_turn(marking, chen))
    marking.ask_second(MODULE, REFLECTION, turn.answered.grade_id)
    found = marking.second_turn(MODULE, REFLECTION, person(store, "wang"), "en")
    assert isinstance(found, Turn)
    assert (found.answered, found.total) == (turn.answered, 1)


def test_a_first_mark_that_changes_meanwhile_is_not_compared(
    cohort: Cohort, marking: Marking, chen: Learner, store: Store
) -> None:
    wang = person(store, "wang")
    store.set_second_sample(MODULE, REFLECTION, 1)
    give(marking, chen, next_turn(marking, chen), 1)
    turn = marking.second_turn(MODULE, REFLECTION, wang, "en")
    assert isinstance(turn, Turn)
    cohort.mark("han.meimei", 3)
    with pytest.raises(ChangedSince):
        marking.give_second(
            MODULE, REFLECTION, turn.answered.grade_id, wang, level=1, seen=turn.seen
        )
    assert marking.comparison(MODULE, REFLECTION).agreement.pairs == 0
