"""Who is on the roster."""

import unicodedata

import pytest

from yongxin.store import InvalidName, Store, UnknownLearner, UsernameTaken


def test_a_learner_is_found_as_added(store: Store) -> None:
    added = store.add_learner(
        "wang.fang", "王芳", role="trainer", language="en", groups=["保洁", "前台", "保洁"]
    )
    assert store.learner("wang.fang") == added
    assert (added.username, added.name, added.role, added.language) == (
        "wang.fang",
        "王芳",
        "trainer",
        "en",
    )
    assert added.groups == tuple(sorted(("保洁", "前台")))
    assert added.active
    assert added.session_key
    assert store.learner("nobody") is None


@pytest.mark.parametrize("username", ["李明", "Ölaf", "a", "x" * 64, "a@b.cn", "-", "..."])
def test_usernames_may_be_written_in_every_script(store: Store, username: str) -> None:
    assert store.add_learner(username, "n").username == unicodedata.normalize("NFC", username)
    assert store.learner(username) is not None


@pytest.mark.parametrize(
    "username",
    ["", ".", "..", "a/b", "a b", "a\n", "x" * 65, "a\0b", "../x", "a+b", "李，明", "\ud800"],
)
def test_a_username_that_could_harm_a_path_is_refused(store: Store, username: str) -> None:
    with pytest.raises(InvalidName):
        store.add_learner(username, "n")
    assert store.learner(username) is None
    assert store.learners() == []


def test_a_username_too_long_for_a_folder_is_refused_at_once(store: Store) -> None:
    """Sixty-four Chinese characters once were a good username until its owner handed in."""
    assert store.add_learner("字" * 60, "n").username == "字" * 60
    with pytest.raises(InvalidName, match=r"192 bytes; 180 are allowed, .* sixty Chinese"):
        store.add_learner("字" * 64, "n")


def test_what_changes_the_roster_is_told(store: Store) -> None:
    store.add_learner("a", "A")
    changes = (
        lambda: store.update_learner("a", language="en"),
        lambda: store.deactivate("a"),
        lambda: store.end_sessions("a"),
        lambda: store.set_password("a", "a password of some length"),
    )
    for change in changes:
        before = store.roster
        store.learner("a")
        assert store.roster is before
        change()
        assert store.roster is not before


def test_names_are_kept_in_one_normal_form(store: Store) -> None:
    decomposed = unicodedata.normalize("NFD", "Zoë")
    assert decomposed != "Zoë"
    added = store.add_learner(decomposed, f" {decomposed} 李 ", groups=[decomposed])
    assert (added.username, added.name, added.groups) == ("Zoë", "Zoë 李", ("Zoë",))
    assert store.learner("Zoë") == store.learner(decomposed) == added
    assert store.learners(group=decomposed) == [added]


@pytest.mark.parametrize("typed", ["Li.Ming", "LI.MING", "ｌｉ．ｍｉｎｇ"])
def test_a_username_is_the_same_in_large_and_in_wide_letters(store: Store, typed: str) -> None:
    added = store.add_learner("li.ming", "李明")
    assert store.learner(typed) == added
    with pytest.raises(UsernameTaken):
        store.add_learner("Li.Ming", "somebody else")
    assert store.learners() == [added]


@pytest.mark.parametrize(
    "change",
    [
        {"name": "  "},
        {"name": "x" * 257},
        {"name": "two\nlines"},
        {"name": "two\u2028lines"},
        {"role": "boss"},
        {"language": "fr"},
        {"groups": [""]},
    ],
)
def test_values_that_cannot_be_are_refused(store: Store, change: dict[str, object]) -> None:
    before = store.add_learner("a", "A", groups=["g"])
    with pytest.raises(InvalidName):
        store.update_learner("a", **change)  # pyright: ignore[reportArgumentType]
    assert store.learner("a") == before


def test_one_text_is_not_taken_for_a_list_of_groups(store: Store) -> None:
    with pytest.raises(TypeError, match="front desk"):
        store.add_learner("a", "A", groups="front desk")


def test_an_update_changes_what_is_given_and_nothing_else(store: Store) -> None:
    before = store.add_learner("a", "A", groups=["one", "two"])
    after = store.update_learner("a", name="B", groups=["two", "three"])
    assert (after.name, after.groups) == ("B", ("three", "two"))
    assert (after.role, after.language, after.session_key) == (
        before.role,
        before.language,
        before.session_key,
    )
    assert store.update_learner("a", groups=[]).groups == ()
    assert store.update_learner("a") == store.learner("a")
    with pytest.raises(UnknownLearner):
        store.update_learner("nobody", name="B")


def test_learners_are_listed_by_role_group_and_activity(store: Store) -> None:
    for username, role, groups in [
        ("c", "learner", ["one"]),
        ("a", "learner", ["one", "two"]),
        ("b", "trainer", ["two"]),
        ("d", "learner", []),
    ]:
        store.add_learner(username, username, role=role, groups=groups)
    store.deactivate("d")

    def listed(**conditions: object) -> list[str]:
        return [one.username for one in store.learners(**conditions)]  # pyright: ignore[reportArgumentType]

    assert listed() == ["a", "b", "c"]
    assert listed(active=None) == ["a", "b", "c", "d"]
    assert listed(active=False) == ["d"]
    assert listed(role="learner") == ["a", "c"]
    assert listed(group="two") == ["a", "b"]
    assert listed(group="two", role="learner") == ["a"]
    assert listed(group="three") == []
    assert {one.username: one.groups for one in store.learners()}["a"] == ("one", "two")
