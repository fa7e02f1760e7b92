"""The store's copies of marks say what nbgrader's own sums say, and follow what trainers do."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from support.cohort import MODULE, REFLECTION, Cohort
from support.gradebook_server import ON_BOTH, on_a_server
from support.many_marks import fill_gradebook
from yongxin.catalogue import Catalogue
from yongxin.cohort.marks import Marks
from yongxin.grading.batch import GradingFailed
from yongxin.store import UNKNOWN_MOMENT, ModuleMark, Store

pytestmark = pytest.mark.filterwarnings(
    "ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning",
    "ignore:datetime.datetime.utcnow:DeprecationWarning",
)
REFLECTION_CELL = f"reflection-{REFLECTION}"
EVERYBODY = 40


@pytest.fixture
def cohort(request: pytest.FixtureRequest, own_course: Path, repository: Path) -> Iterator[Cohort]:
    """A released course whose gradebook has marks of forty learners; see ``ON_BOTH``."""
    from yongxin.grading.exchange import release_module

    with ExitStack() as stack:
        if getattr(request, "param", "sqlite") == "sqlite":
            release_module(own_course, MODULE)
            cohort = Cohort(own_course)
        else:
            shutil.copy(repository / "nbgrader_config.py", own_course)
            cohort = stack.enter_context(on_a_server(own_course))
        fill_gradebook(cohort.gradebook_url, EVERYBODY)
        yield cohort


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'store.db'}") as store:
        for number in range(EVERYBODY):
            store.add_learner(username(number), f"学员{number}")
        yield store


@pytest.fixture
def marks(cohort: Cohort, store: Store) -> Iterator[Marks]:
    marks = Marks(cohort.root, Catalogue(cohort.root), store)
    yield marks
    marks.close()


def username(number: int) -> str:
    return f"learner-{number:05}"


def of(store: Store, number: int) -> ModuleMark | None:
    found = store.marks(learner_ids=[store.learner_ids()[username(number)]])
    return found[0] if found else None


def change(cohort: Cohort, number: int, **values: Any) -> None:
    """Enter something in the grade of a learner's reflection, as formgrader does."""
    with cohort.gradebook() as gradebook:
        grade = gradebook.find_grade(REFLECTION_CELL, MODULE, MODULE, username(number))
        for name, value in values.items():
            setattr(grade, name, value)
        gradebook.db.commit()


@ON_BOTH
def test_points_are_those_that_nbgrader_shows(cohort: Cohort, store: Store, marks: Marks) -> None:
    change(cohort, 1, manual_score=2.0, needs_manual_grade=False, extra_credit=0.5)
    change(cohort, 2, extra_credit=3.0)  # without a score there is nothing to add it to
    with cohort.gradebook() as gradebook:
        submission = gradebook.find_submission(MODULE, username(3))
        submission.notebooks[0].late_submission_penalty = 0.5
        submission = gradebook.find_submission(MODULE, username(4))
        submission.notebooks[0].late_submission_penalty = 1000.0
        gradebook.db.commit()
    marks.refresh(seconds=60)
    found = {one.learner_id: one for one in store.marks()}
    assert len(found) == EVERYBODY
    ids = store.learner_ids()
    with cohort.gradebook() as gradebook:
        for submission in gradebook.assignment_submissions(MODULE):
            mark = found[ids[submission.student_id]]
            penalty = submission.late_submission_penalty or 0.0
            assert mark.points == pytest.approx(max(0.0, submission.score - penalty))
            assert mark.maximum == pytest.approx(submission.max_score)
            assert mark.handed_in == submission.timestamp.replace(tzinfo=UTC)
            waiting = sum(grade.needs_manual_grade for grade in submission.notebooks[0].grades)
            assert mark.waiting == waiting
    assert found[ids[username(4)]].points == 0


def test_the_lowest_share_of_reflections_is_told_once_none_waits(
    cohort: Cohort, store: Store, marks: Marks
) -> None:
    with cohort.gradebook() as gradebook:
        grade = gradebook.find_grade(REFLECTION_CELL, MODULE, MODULE, username(1))
        maximum = grade.max_score
    change(cohort, 1, manual_score=maximum / 2, needs_manual_grade=False)
    change(cohort, 2, manual_score=2 * maximum, needs_manual_grade=False)
    change(cohort, 3, auto_score=0.0, needs_manual_grade=False)  # left empty
    marks.refresh(seconds=60)
    shares = [mark.reflections for number in range(4) if (mark := of(store, number))]
    assert shares == [None, pytest.approx(0.5), 1.0, 0.0]


@ON_BOTH
def test_what_changes_in_the_gradebook_is_found_at_once(
    cohort: Cohort, store: Store, marks: Marks
) -> None:
    marks.refresh(seconds=60)
    assert not marks.is_behind
    change(cohort, 7, manual_score=1.0, needs_manual_grade=False)
    marks.refresh(seconds=60)
    mark = of(store, 7)
    assert mark
    assert mark.waiting == 0
    with cohort.gradebook() as gradebook:
        gradebook.remove_submission(MODULE, username(7))
    marks.refresh(seconds=60)
    assert of(store, 7) is None
    assert len(store.marks()) == EVERYBODY - 1


def test_nothing_is_read_while_nothing_changes(
    store: Store, marks: Marks, monkeypatch: pytest.MonkeyPatch
) -> None:
    from yongxin.cohort import gradebook_marks

    marks.refresh(seconds=60)

    def unexpected(*_: object) -> None:
        raise AssertionError("the gradebook was read again")

    monkeypatch.setattr(gradebook_marks, "read_cells", unexpected)
    marks.refresh(seconds=60)
    marks.refresh(usernames=[username(1)])


def test_some_learners_alone(cohort: Cohort, store: Store, marks: Marks) -> None:
    marks.refresh(usernames=[username(3), username(5), "nobody"])
    ids = store.learner_ids()
    assert [one.learner_id for one in store.marks()] == [ids[username(3)], ids[username(5)]]
    with cohort.gradebook() as gradebook:
        gradebook.remove_submission(MODULE, username(3))
    marks.refresh(usernames=[username(3)], modules=[MODULE])
    assert [one.learner_id for one in store.marks()] == [ids[username(5)]]


@ON_BOTH
def test_reading_goes_on_where_it_had_to_stop(
    store: Store, marks: Marks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yongxin.cohort.marks._AT_ONCE", 16)
    for known in (16, 32, EVERYBODY):
        assert not store.marks() or marks.is_behind
        marks.refresh(modules=[MODULE], seconds=0)
        assert len(store.marks()) == known
    assert not marks.is_behind


def test_a_learner_who_is_not_on_the_roster_is_left_out(
    cohort: Cohort, store: Store, marks: Marks
) -> None:
    with cohort.gradebook() as gradebook:
        gradebook.add_student("guest")
        gradebook.add_submission(MODULE, "guest")
    marks.refresh(seconds=60)
    assert len(store.marks()) == EVERYBODY


def test_a_submission_without_a_time_is_older_than_any(
    cohort: Cohort, store: Store, marks: Marks
) -> None:
    with cohort.gradebook() as gradebook:
        gradebook.find_submission(MODULE, username(0)).timestamp = None
        gradebook.db.commit()
    marks.refresh(seconds=60)
    mark = of(store, 0)
    assert mark
    assert mark.handed_in == UNKNOWN_MOMENT


def test_without_a_gradebook_there_are_no_marks(own_course: Path, store: Store) -> None:
    marks = Marks(own_course, Catalogue(own_course), store)
    marks.refresh()
    marks.refresh(usernames=[username(1)])
    assert store.marks() == []
    assert not (own_course / "var" / "gradebook.db").exists()


def test_a_damaged_gradebook_says_so(cohort: Cohort, store: Store) -> None:
    path = Path(cohort.gradebook_url.removeprefix("sqlite:///"))
    path.write_bytes(b"not a database" * 1000)
    marks = Marks(cohort.root, Catalogue(cohort.root), store)
    with pytest.raises(GradingFailed, match="cannot be read"):
        marks.refresh()
    with pytest.raises(GradingFailed, match="cannot be read"):
        marks.refresh(usernames=[username(1)], modules=[MODULE])


def test_a_gradebook_that_was_replaced_is_read_anew(
    cohort: Cohort, store: Store, marks: Marks, tmp_path: Path
) -> None:
    path = Path(cohort.gradebook_url.removeprefix("sqlite:///"))
    earlier = tmp_path / "earlier.db"
    with sqlite3.connect(path) as source, sqlite3.connect(earlier) as target:
        source.backup(target)
    source.close()
    target.close()
    change(cohort, 7, manual_score=1.0, needs_manual_grade=False)
    marks.refresh(seconds=60)
    earlier.replace(path)
    marks.refresh(seconds=60)
    mark = of(store, 7)
    assert mark
    assert mark.waiting == 1


def test_a_long_reading_is_not_begun_again_at_once(
    cohort: Cohort, store: Store, marks: Marks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yongxin.cohort.marks._QUICK_SECONDS", 0.0)
    monkeypatch.setattr("yongxin.cohort.marks._PAUSE", 1_000_000)
    marks.refresh(seconds=60)
    change(cohort, 7, manual_score=1.0, needs_manual_grade=False)
    marks.refresh(seconds=60)
    assert of(store, 7).waiting == 1  # type: ignore[union-attr]
    marks.refresh(usernames=[username(7)])
    assert of(store, 7).waiting == 0  # type: ignore[union-attr]
