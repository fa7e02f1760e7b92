"""How far people are: states, deadlines and lists."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from yongxin.catalogue import Catalogue
from yongxin.cohort.completion import CompletionDesk, CoursePath, PathOverview, course_paths
from yongxin.cohort.completion.overview import PersonOnPath, path_overview
from yongxin.store import ModuleMark, Store

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LIFT, WATER = "z1-lift", "z3-water"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'store.db'}") as store:
        yield store


@pytest.fixture
def path(built_course: Path) -> CoursePath:
    return {one.id: one for one in course_paths(Catalogue(built_course))}["on-duty"]


def hand_in(store: Store, learner_id: int, module_id: str) -> None:
    store.hand_in(
        learner_id,
        module_id,
        event_id="e",
        allowed_attempts=2,
        now=NOW,
        snapshot={"answers": {}, "reflections": {}},
        deliver=lambda _submission: {"timestamp": "t"},
    )


def person(overview: PathOverview, username: str) -> PersonOnPath:
    return next(one for one in overview.people if one.username == username)


def test_states_and_what_is_due(store: Store, path: CoursePath) -> None:
    people = {
        name: store.add_learner(name, name.title(), groups=groups).id
        for name, groups in (
            ("new", []),
            ("opened", []),
            ("handed", []),
            ("later", ["east"]),
            ("both", ["east", "west"]),
        )
    }
    store.add_learner("trainer", "T", role="trainer")
    store.deactivate(store.add_learner("gone", "Gone").username)
    store.set_deadline(LIFT, NOW - DAY)
    store.set_deadline(WATER, NOW + 7 * DAY)
    store.set_deadline("z2-gate", NOW - DAY)  # in preparation, and not in this path
    store.add_learner("x", "X", groups=["west"])
    store.set_deadline(LIFT, NOW + 2 * DAY, group="east")
    store.set_deadline(LIFT, NOW + 8 * DAY, group="west")
    store.record_visits({(people["opened"], LIFT): NOW})
    hand_in(store, people["handed"], LIFT)
    found = path_overview(store, path, NOW)
    assert [one.username for one in found.people] == [
        "both", "handed", "later", "new", "opened", "x",
    ]  # fmt: skip
    assert found.groups == ["east", "west"]
    new, opened, handed, later, both = (person(found, one) for one in people)
    assert (new.state, new.overdue, new.soon) == (
        "not-begun",
        ((LIFT, NOW - DAY),),
        ((WATER, NOW + 7 * DAY),),
    )
    assert opened.state == "on-the-way"
    assert opened.overdue == new.overdue
    assert (handed.state, handed.overdue) == ("on-the-way", ())
    assert later.overdue == ()
    assert later.soon == ((LIFT, NOW + 2 * DAY), (WATER, NOW + 7 * DAY))
    assert both.soon == ((WATER, NOW + 7 * DAY),)  # of several groups' the latest counts
    assert found.counts() == {
        "reached": 0, "on-the-way": 2, "not-begun": 4, "overdue": 2, "to-remind": 6,
    }  # fmt: skip
    assert found.counts(group="east")["not-begun"] == 2
    assert [one.username for one in found.chosen(shown="overdue")] == ["new", "opened"]
    assert [one.username for one in found.chosen(group="west")] == ["both", "x"]
    assert [one.username for one in found.chosen(query=" OPEN ")] == ["opened"]


def test_nobody_who_has_reached_a_path_is_reminded(store: Store, built_course: Path) -> None:
    learner_id = store.add_learner("a", "A").id
    clock = [NOW]
    desk = CompletionDesk(Catalogue(built_course), store, lambda: clock[0])
    assert desk.overview("on-duty").counts()["not-begun"] == 1
    store.record_visits({(learner_id, one): NOW for one in (LIFT, WATER)})
    store.keep_marks(ModuleMark(learner_id, one, NOW, 9, 10, 0, 1.0) for one in (LIFT, WATER))
    assert desk.catch_up()  # and so the overview is made anew
    store.set_deadline(LIFT, NOW - DAY)
    found = person(desk.overview("on-duty"), "a")
    assert (found.state, found.modules, found.overdue) == ("reached", 2, ())
    # Kept for a moment, then made anew.
    store.add_learner("b", "B")
    assert len(desk.overview("on-duty").people) == 1
    clock[0] += timedelta(minutes=2)
    assert len(desk.overview("on-duty").people) == 2


def test_what_one_learner_still_has_to_do(store: Store, built_course: Path) -> None:
    learner_id = store.add_learner("a", "A").id
    desk = CompletionDesk(Catalogue(built_course), store, lambda: NOW)
    store.record_visits({(learner_id, LIFT): NOW})
    hand_in(store, learner_id, LIFT)
    own = {one.path.id: one for one in desk.of_learner(learner_id)}
    assert dict(own["on-duty"].wants)[LIFT] == ("marking",)
    assert "open" in dict(own["on-duty"].wants)[WATER]
    assert [module_id for module_id, _ in own["onboarding"].wants] == [LIFT, WATER]
    store.keep_marks([ModuleMark(learner_id, LIFT, NOW, 9, 10, 0, 1.0)])
    own = {one.path.id: one for one in desk.of_learner(learner_id)}
    assert own["on-duty"].done == {LIFT}
    assert own["on-duty"].completion is None
