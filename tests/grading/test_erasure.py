"""Somebody is erased from the gradebook, the exchange and nbgrader's folders, beside the store."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from support.cohort import MODULE, RIGHT_ORDER, Cohort
from support.gradebook_server import ON_BOTH
from yongxin.cohort import erasure
from yongxin.cohort.erasure import ErasureStopped, Places, erase, erase_again, survey
from yongxin.cohort.retention import Periods, carry_out, look
from yongxin.grading.batch.staging import one_at_a_time
from yongxin.grading.exchange import Receipt
from yongxin.grading.feedback import feedback_path
from yongxin.store import InvalidName, Store

WRITTEN = {"facts": "业主说水压小", "feeling": "着急", "action": "约了周四"}


@pytest.fixture
def store(cohort: Cohort) -> Iterator[Store]:
    with Store.open(f"sqlite:///{cohort.root / 'var' / 'yongxin.db'}") as store:
        for username in ("lin", "lin.2", "zhou"):
            store.add_learner(username, username.title(), groups=["east"])
        yield store


@pytest.fixture
def places(cohort: Cohort) -> Places:
    return Places(cohort.root / "var", cohort.settings, cohort.root)


def hand_in(cohort: Cohort, store: Store, username: str, number: int) -> Receipt:
    receipts: list[Receipt] = []
    learner = store.learner(username)
    assert learner is not None

    def deliver(_submission: object) -> dict[str, str]:
        receipts.append(cohort.hand_in(username, {"chain-order": RIGHT_ORDER}, WRITTEN))
        return vars(receipts[0])

    store.hand_in(
        learner.id,
        MODULE,
        event_id=f"e{number}",
        allowed_attempts=3,
        now=datetime.now(UTC),
        snapshot={"answers": {}, "reflections": {}},
        deliver=deliver,
    )
    return receipts[0]


def whole_round(cohort: Cohort, store: Store) -> dict[str, Receipt]:
    """Let three learners hand in, be marked and get feedback; one of them hands in once more."""
    receipts = {one: hand_in(cohort, store, one, 1) for one in ("lin", "lin.2", "zhou")}
    cohort.collect_and_autograde()
    cohort.mark("lin", 2, "写得具体")
    cohort.give_feedback()
    hand_in(cohort, store, "lin", 2)
    return receipts


def trees(cohort: Cohort) -> list[str]:
    return [
        f"{folder}/{name}"
        for folder, folders, files in os.walk(cohort.root / "var")
        for name in (*folders, *files)
    ]


@ON_BOTH
def test_everything_of_one_goes_and_nothing_of_the_others(
    cohort: Cohort, store: Store, places: Places
) -> None:
    receipts = whole_round(cohort, store)
    foretold = survey(places, store, "lin")
    assert foretold.gradebook["student"] == 1
    assert foretold.gradebook["submission"] == 1
    assert foretold.gradebook["grade"] >= 2
    assert foretold.files == {
        "exchange": 2, "submitted": 1, "autograded": 1, "feedback": 1, "released-feedback": 1,
    }  # fmt: skip
    assert foretold.rows["submission"] == 2
    others = {one: survey(places, store, one) for one in ("lin.2", "zhou")}

    erased = erase(places, store, "LIN", "wu")  # as somebody typed it

    assert erased == foretold
    assert survey(places, store, "lin").is_empty
    assert store.learner("lin") is None
    names = [name for path in trees(cohort) for name in [Path(path).name]]
    assert not [one for one in names if one == "lin" or one.startswith("lin+")]
    assert not feedback_path(cohort.settings, MODULE, receipts["lin"].secret).exists()
    for username, before in others.items():
        assert survey(places, store, username) == before
        assert cohort.read_feedback(receipts[username]) is not None
        assert cohort.autograded(username).exists()
    with cohort.gradebook() as gradebook:
        assert {one.id for one in gradebook.students} >= {"lin.2", "zhou"}
        assert "lin" not in {one.id for one in gradebook.students}
    (noted,) = store.erasures()
    assert noted.finished is not None
    assert "lin" not in noted.name_digest
    assert store.check_audit().is_sound


def test_a_second_time_finds_nothing_and_does_no_harm(
    cohort: Cohort, store: Store, places: Places
) -> None:
    erase(places, store, "lin", "wu")
    assert erase(places, store, "lin", "wu").is_empty
    assert erase(places, store, "never.was.here", "wu").is_empty


@pytest.mark.parametrize("step", ["_delete", "forget", "finish_erasure"])
def test_a_kill_in_between_is_mended_by_the_same_name(
    cohort: Cohort, store: Store, places: Places, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    whole_round(cohort, store)

    def killed(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(erasure if step == "_delete" else Store, step, killed)
        with pytest.raises(KeyboardInterrupt):
            erase(places, store, "lin", "wu")
    (begun,) = store.erasures()
    assert begun.finished is None
    left = store.learner("lin")
    assert left is None or not left.active
    erase(places, store, "lin", "wu")
    assert survey(places, store, "lin").is_empty
    (done,) = store.erasures()
    assert done.finished is not None


def test_nobody_is_erased_while_a_batch_is_writing(
    cohort: Cohort, store: Store, places: Places
) -> None:
    with (
        one_at_a_time(cohort.root / "var" / "autograded"),
        pytest.raises(ErasureStopped, match="grading") as stopped,
    ):
        erase(places, store, "lin", "wu")
    assert stopped.value.code == "grading"
    assert store.learner("lin") is not None
    assert store.erasures() == []


def test_no_link_is_followed(cohort: Cohort, store: Store, places: Places, tmp_path: Path) -> None:
    treasure = tmp_path / "treasure"
    treasure.mkdir()
    (treasure / "kept").write_text("kept")
    for folder in ("submitted", "feedback"):
        place = cohort.root / "var" / folder
        place.mkdir(exist_ok=True)
        (place / "lin").symlink_to(treasure)
    inside = cohort.root / "var" / "autograded" / "lin" / MODULE
    inside.mkdir(parents=True)
    (inside / "link").symlink_to(treasure)
    (cohort.settings.handed_in / f"lin+{MODULE}+now").symlink_to(treasure)
    erase(places, store, "lin", "wu")
    assert (treasure / "kept").read_text() == "kept"
    assert survey(places, store, "lin").is_empty


@pytest.mark.parametrize("name", ["..", "../etc", "a/b", "", "a+b", "*"])
def test_what_is_no_name_reaches_no_folder(store: Store, places: Places, name: str) -> None:
    with pytest.raises(InvalidName):
        erase(places, store, name, "wu")


def test_a_restored_backup_forgets_again(
    cohort: Cohort, store: Store, places: Places, tmp_path: Path
) -> None:
    whole_round(cohort, store)
    erase(places, store, "lin", "wu")
    known = store.erasures()
    with Store.open(f"sqlite:///{tmp_path / 'restored.db'}") as restored:
        for username in ("lin", "zhou"):
            restored.add_learner(username, username.title())
        restored.audit("wu", "password", "lin")
        hand_in(cohort, restored, "lin", 1)  # its file, as it came back with the exchange
        assert erase_again(places, restored, known, "restore") == 1
        assert restored.learner("lin") is None
        assert restored.learner("zhou") is not None
        assert survey(places, restored, "lin").is_empty
        assert restored.erasures()
        assert all(one.finished for one in restored.erasures())
        assert erase_again(places, restored, known, "restore") == 0


def test_a_site_without_the_trainers_folder_says_so(
    cohort: Cohort, store: Store, places: Places
) -> None:
    whole_round(cohort, store)
    beside = Places(places.state, places.exchange, None)
    assert not erase(beside, store, "lin", "wu").gradebook_known
    assert survey(places, store, "lin").gradebook["student"] == 1
    assert not erase(places, store, "lin", "guan").is_empty  # over there
    assert survey(places, store, "lin").is_empty


def test_hand_ins_that_are_old_go_with_their_files_and_marks(
    cohort: Cohort, store: Store, places: Places
) -> None:
    receipts = whole_round(cohort, store)
    soon = datetime.now(UTC) + timedelta(days=4000)
    periods = Periods(inactive_learning=None, account=None, audit=None)
    (due,) = [one for one in look(store, periods, soon) if one.number]
    assert (due.kind, due.number) == ("hand-ins", 3)
    assert carry_out(places, store, periods, datetime.now(UTC), actor="wu", most=9) == {}
    assert carry_out(places, store, periods, soon, actor="wu", most=2) == {"hand-ins": 2}
    assert carry_out(places, store, periods, soon, actor="wu", most=2) == {"hand-ins": 1}
    for username, receipt in receipts.items():
        left = survey(places, store, username)
        assert left.gradebook == {"student": 1}
        assert "exchange" not in left.files
        assert "released-feedback" not in left.files
        assert not cohort.autograded(username).exists()
        assert not feedback_path(cohort.settings, MODULE, receipt.secret).exists()
        assert "submission" not in left.rows
        assert store.learner(username) is not None
    assert list(cohort.settings.handed_in.iterdir()) == []
