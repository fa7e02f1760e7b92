"""A list of people becomes the roster, wholly or not at all."""

from datetime import UTC, datetime

import pytest

from yongxin.store import InvalidName, Learner, RosterEntry, Store, UsernameTaken


@pytest.fixture
def people(store: Store) -> list[Learner]:
    """A learner who stays, one who left, and a trainer."""
    store.add_learner("gone", "走了的人", groups=["东区"])
    store.deactivate("gone")
    return [
        store.add_learner("lin.xia", "林夏", groups=["东区"]),
        store.add_learner("chen.min", "陈敏", role="trainer"),
    ]


def kinds(store: Store, *entries: RosterEntry, missing: bool = False) -> dict[str, str]:
    changes = store.update_roster(entries, deactivate_missing=missing)
    return {one.after.username: one.kind for one in changes}


def test_people_are_added_changed_and_let_in_again(store: Store, people: list[Learner]) -> None:
    done = kinds(
        store,
        RosterEntry("li.lei", "李雷", "hr", "en", ("夜班", "东区", "夜班")),
        RosterEntry("lin.xia", "林小夏", groups=("西区",)),
        RosterEntry("gone"),
        RosterEntry("chen.min", role="trainer"),
    )
    assert done == {
        "li.lei": "new",
        "lin.xia": "changed",
        "gone": "reactivated",
        "chen.min": "unchanged",
    }
    found = {one.username: one for one in store.learners(active=None)}
    li, lin, gone = found["li.lei"], found["lin.xia"], found["gone"]
    assert (li.name, li.role, li.language, li.groups) == ("李雷", "hr", "en", ("东区", "夜班"))
    assert (lin.name, lin.groups, lin.session_key) == (
        "林小夏",
        ("西区",),
        people[0].session_key,  # nobody is signed out by a new name
    )
    assert (gone.active, gone.name, gone.groups) == (True, "走了的人", ("东区",))


def test_what_the_list_does_not_say_stays(store: Store, people: list[Learner]) -> None:
    assert kinds(store, RosterEntry("lin.xia")) == {"lin.xia": "unchanged"}
    assert kinds(store, RosterEntry("lin.xia", groups=())) == {"lin.xia": "changed"}
    changed = store.learner("lin.xia")
    assert changed is not None
    assert (changed.name, changed.groups) == ("林夏", ())


def test_somebody_new_without_a_name_is_called_by_the_username(store: Store) -> None:
    assert kinds(store, RosterEntry("张三")) == {"张三": "new"}
    found = store.learner("张三")
    assert found is not None
    assert (found.name, found.role, found.language) == ("张三", "learner", "zh-CN")


def test_missing_learners_are_locked_out_and_nobody_else_is(
    store: Store, people: list[Learner]
) -> None:
    token = store.issue_sign_in_token("lin.xia")
    assert kinds(store, RosterEntry("li.lei"), missing=True) == {
        "li.lei": "new",
        "lin.xia": "deactivated",
    }
    assert store.redeem_sign_in_token(token) is None
    left = store.learner("lin.xia")
    assert left is not None
    assert (left.active, left.groups) == (False, ("东区",))
    assert left.session_key != people[0].session_key
    trainer = store.learner("chen.min")
    assert trainer is not None
    assert trainer.active


def test_usernames_that_read_the_same_are_one_person(store: Store, people: list[Learner]) -> None:
    assert kinds(store, RosterEntry("ＬＩＮ.Xia", "林夏")) == {"lin.xia": "unchanged"}
    with pytest.raises(UsernameTaken, match="twice"):
        store.update_roster([RosterEntry("a"), RosterEntry("Ａ")])


@pytest.mark.parametrize(
    "bad",
    [
        RosterEntry("../../evil"),
        RosterEntry("x", name="two\nlines"),
        RosterEntry("x", groups=("",)),
        RosterEntry("x", language="fr"),
    ],
)
def test_one_bad_entry_changes_nothing(
    store: Store, people: list[Learner], bad: RosterEntry
) -> None:
    before = store.learners(active=None)
    with pytest.raises(InvalidName):
        store.update_roster([RosterEntry("lin.xia", "Other"), bad], deactivate_missing=True)
    assert store.learners(active=None) == before


def test_comparing_changes_nothing_and_tells_the_same(store: Store, people: list[Learner]) -> None:
    before = store.learners(active=None)
    entries = [RosterEntry("li.lei", groups=("新组",)), RosterEntry("gone")]
    planned = store.compare_roster(entries, deactivate_missing=True)
    assert store.learners(active=None) == before
    assert [one.kind for one in planned] == ["new", "reactivated", "deactivated"]
    assert store.update_roster(entries, deactivate_missing=True) == planned


def test_a_second_time_changes_nothing(store: Store) -> None:
    entries = [RosterEntry(f"p{number}", groups=("a", "b")) for number in range(50)]
    assert {one.kind for one in store.update_roster(entries)} == {"new"}
    assert {one.kind for one in store.update_roster(entries)} == {"unchanged"}
    assert store.learners(group="b") == store.learners()


def test_hand_ins_of_everybody_are_counted(store: Store, learner: Learner) -> None:
    assert store.all_hand_ins() == {}
    for number in (1, 2):
        store.hand_in(
            learner.id,
            "a2-pickle",
            event_id=f"event-{number}",
            allowed_attempts=3,
            now=datetime.now(UTC),
            snapshot={},
            deliver=lambda _submission: {},
        )
    assert store.all_hand_ins() == {("li.ming", "a2-pickle"): 2}
