"""Handing in: whole or not at all, as exactly this learner, from exactly the released exercise."""

import json
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import nbformat
import pytest

from support.cohort import MODULE, RIGHT_ORDER, Cohort
from yongxin.catalogue import Catalogue
from yongxin.grading import answers, exchange_plugins, submission
from yongxin.grading.submission import HandInFailed, HandIns, hand_in
from yongxin.language import LANGUAGES
from yongxin.store import names
from yongxin.text import interface_text

PROGRAM = Path(__file__).parent / "programs" / "hand_in_at_once.py"
NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


def handed_in(cohort: Cohort) -> list[str]:
    return sorted(path.name for path in cohort.settings.handed_in.iterdir())


def require_nothing_left(cohort: Cohort) -> None:
    assert handed_in(cohort) == []
    assert {path.name for path in cohort.settings.course.iterdir()} <= {
        "inbound",
        "outbound",
        "feedback",
    }


def failure(cohort: Cohort, username: str = "李雷") -> HandInFailed:
    with pytest.raises(HandInFailed) as caught:
        cohort.hand_in(username, {"gap-sign": "met"})
    for language in LANGUAGES:
        assert interface_text(language)(f"handin.failed.{caught.value.code}")
    return caught.value


def test_a_receipt_proves_the_hand_in(cohort: Cohort) -> None:
    receipt = cohort.hand_in("李雷", {"chain-order": RIGHT_ORDER}, {"facts": "等了。"}, now=NOW)
    assert receipt.timestamp == "2026-05-04 09:30:00.000000 UTC"
    assert handed_in(cohort) == [receipt.directory]
    assert receipt.directory.startswith("李雷+z1-lift+2026-05-04 09:30:00.000000 UTC+")
    folder = cohort.settings.handed_in / receipt.directory
    assert sorted(path.name for path in folder.iterdir()) == [
        "answers.json",
        "submission_secret.txt",
        "timestamp.txt",
        f"{MODULE}.ipynb",
    ]
    assert (folder / "submission_secret.txt").read_text(encoding="utf-8") == receipt.secret
    read = answers.read(folder / "answers.json")
    assert (read.module, read.handed_in, read.language) == (MODULE, NOW, "zh-CN")
    assert read.response_to("chain-order") == RIGHT_ORDER
    assert read.reflections["lift-log"].fields == {"facts": "等了。"}


def test_only_the_answer_cell_differs_from_the_release(cohort: Cohort) -> None:
    receipt = cohort.hand_in("李雷", {}, {"facts": "等了二十分钟。", "rating": "satisfied"})
    submitted = nbformat.read(
        cohort.settings.handed_in / receipt.directory / f"{MODULE}.ipynb", as_version=4
    )
    released = nbformat.read(cohort.settings.released / MODULE / f"{MODULE}.ipynb", as_version=4)
    different = [
        (after.metadata.nbgrader.grade_id, after.source)
        for before, after in zip(released.cells, submitted.cells, strict=True)
        if before != after
    ]
    ((grade_id, source),) = different
    assert grade_id == "reflection-lift-log"
    assert "<strong>事实</strong>" in source
    assert "等了二十分钟。" in source
    assert "满意" in source


@pytest.mark.parametrize("username", ["李雷", "张.伟-2@shop.cn", "o_neill", "12345", "欧阳" * 30])
def test_any_username_of_the_roster_goes_all_the_way(cohort: Cohort, username: str) -> None:
    cohort.hand_in(username, {"gap-sign": "met"})
    cohort.collect_and_autograde()
    assert cohort.score(username) == 1.0


BAD_NAMES = (
    "../../evil",
    "a/b",
    ".",
    "..",
    "",
    "a+b",
    "a*",
    "[ab]",
    "a b",
    "a\n",
    "a\x00",
    "{x}",
    "x" * 65,
    "\ud800",
)


@pytest.mark.parametrize("username", BAD_NAMES)
def test_a_name_that_means_something_else_is_refused(cohort: Cohort, username: str) -> None:
    """Stock nbgrader takes ``../../evil``; plus signs and wildcards make another learner of it."""
    assert failure(cohort, username).code == "unfit-name"
    require_nothing_left(cohort)


def test_a_name_too_long_for_a_folder_is_refused(cohort: Cohort) -> None:
    """Sixty-four Chinese characters are a good username, but take 192 bytes of at most 255."""
    module_id = "z" * 60
    shutil.copytree(cohort.root / "exercises" / MODULE, cohort.root / "exercises" / module_id)
    with pytest.raises(HandInFailed) as caught:
        hand_in(
            cohort.settings,
            course_root=cohort.root,
            username="字" * 64,
            module_id=module_id,
            answers={},
            reflections={},
            language="en",
            now=NOW,
        )
    assert caught.value.code == "unfit-name"


@pytest.mark.parametrize("module_id", ["../secret", "Z1", "", "z1-lift/..", "z1+lift", "z1-lift\n"])
def test_a_module_that_means_something_else_is_refused(cohort: Cohort, module_id: str) -> None:
    with pytest.raises(HandInFailed) as caught:
        hand_in(
            cohort.settings,
            course_root=cohort.root,
            username="李雷",
            module_id=module_id,
            answers={},
            reflections={},
            language="zh-CN",
            now=NOW,
        )
    assert caught.value.code == "unfit-name"


def test_what_was_not_released_cannot_be_handed_in(cohort: Cohort) -> None:
    shutil.rmtree(cohort.settings.released / MODULE)
    error = failure(cohort)
    assert error.code == "not-released"
    assert "nbgrader release_assignment z1-lift" in str(error)
    require_nothing_left(cohort)


def test_an_exercise_that_is_not_the_released_one_cannot_be_handed_in(cohort: Cohort) -> None:
    exercise = cohort.root / "exercises" / MODULE / f"{MODULE}.ipynb"
    exercise.write_text(exercise.read_text(encoding="utf-8") + " ", encoding="utf-8")
    error = failure(cohort)
    assert error.code == "release-differs"
    assert "nbgrader release_assignment --force z1-lift" in str(error)
    require_nothing_left(cohort)


def test_a_missing_exchange_is_not_made(cohort: Cohort) -> None:
    shutil.rmtree(cohort.settings.root)
    assert failure(cohort).code == "exchange-unavailable"
    assert not cohort.settings.root.exists()


@pytest.mark.parametrize("where", ["exercise", "release"])
def test_links_are_refused(cohort: Cohort, where: str) -> None:
    """A link in the exchange once made collect copy the trainer's gradebook into a submission."""
    folder = cohort.settings.released if where == "release" else cohort.root / "exercises"
    (folder / MODULE / "data.db").symlink_to(cohort.root / "var" / "gradebook.db")
    assert failure(cohort).code == "exchange-unavailable"
    require_nothing_left(cohort)


def test_a_submission_with_a_link_is_not_collected(cohort: Cohort) -> None:
    bad = cohort.hand_in("李雷", {"gap-sign": "met"})
    cohort.hand_in("han.meimei", {"gap-sign": "met"})
    link = cohort.settings.handed_in / bad.directory / "x.txt"
    link.symlink_to(cohort.root / "var" / "gradebook.db")
    cohort.nbgrader("collect", MODULE, "--quiet")
    submitted = cohort.root / "var" / "submitted"
    assert [path.name for path in submitted.iterdir()] == ["han.meimei"]


def test_an_open_exchange_is_closed_again(cohort: Cohort) -> None:
    """Stock nbgrader lets everybody in whenever somebody releases without our configuration."""
    cohort.settings.root.chmod(0o777)
    cohort.hand_in("李雷")
    assert cohort.settings.root.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("step", ["while copying", "before it is moved"])
def test_a_full_disk_leaves_nothing(
    cohort: Cohort, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    if step == "while copying":
        monkeypatch.setattr(exchange_plugins.Submit, "do_copy", no_space)
    else:
        monkeypatch.setattr(exchange_plugins, "_flush", no_space)
    error = failure(cohort)
    assert error.code == "exchange-unavailable"
    assert "No space left on device" in str(error)
    require_nothing_left(cohort)
    monkeypatch.undo()
    cohort.hand_in("李雷")
    assert len(handed_in(cohort)) == 1


def test_answers_that_are_too_large_are_refused(cohort: Cohort) -> None:
    with pytest.raises(HandInFailed) as caught:
        cohort.hand_in("李雷", {}, {"facts": "长" * answers.MAXIMUM_BYTES})
    assert caught.value.code == "too-large"
    require_nothing_left(cohort)


def test_nothing_is_kept_outside_the_exchange(
    cohort: Cohort, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nbgrader keeps a copy, secret and all, in the home of whoever hands in: here, the site."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(home / "jupyter"))
    cohort.hand_in("李雷", {"gap-sign": "met"})
    assert list(home.iterdir()) == []
    assert not (cohort.root / "var" / "cache").exists()


def test_many_hand_in_at_the_same_moment(cohort: Cohort) -> None:
    together = threading.Barrier(8)

    def one(number: int) -> str:
        together.wait()
        return cohort.hand_in(f"learner-{number}", {"gap-sign": "met"}, now=NOW).directory

    with ThreadPoolExecutor(8) as pool:
        directories = list(pool.map(one, range(8)))
    assert handed_in(cohort) == sorted(directories)
    for number, directory in enumerate(directories):
        assert directory.startswith(f"learner-{number}+")
        text = (cohort.settings.handed_in / directory / "answers.json").read_text(encoding="utf-8")
        assert json.loads(text)["answers"]["gap-sign"]["response"] == "met"


def test_the_same_learner_may_hand_in_twice_in_one_moment(cohort: Cohort) -> None:
    cohort.hand_in("李雷", now=NOW)
    cohort.hand_in("李雷", now=NOW)
    assert len(handed_in(cohort)) == 2


def test_every_username_of_the_roster_makes_a_folder_name_that_fits() -> None:
    longest = names.username("字" * (names.MAXIMUM_USERNAME_BYTES // 3))
    submission._check_names(longest, "m" * submission.MAXIMUM_MODULE_ID_BYTES)
    with pytest.raises(HandInFailed):
        submission._check_names(longest, "m" * (submission.MAXIMUM_MODULE_ID_BYTES + 1))


def test_an_exercise_that_was_released_anew_is_handed_in_anew(cohort: Cohort) -> None:
    """What was made of an exercise is kept, and must not outlive it."""
    hand_ins = HandIns(cohort.settings, Catalogue(cohort.root))
    places = [
        cohort.root / "exercises" / MODULE / f"{MODULE}.ipynb",
        cohort.settings.released / MODULE / f"{MODULE}.ipynb",
    ]

    def handed_in_text() -> str:
        receipt = hand_ins.hand_in(
            username="李雷",
            module_id=MODULE,
            answers={},
            reflections={},
            language="en",
            now=NOW,
        )
        folder = cohort.settings.handed_in / receipt.directory
        return (folder / f"{MODULE}.ipynb").read_text(encoding="utf-8")

    before = places[0].read_text(encoding="utf-8")
    assert handed_in_text() == handed_in_text() == before
    after = before.replace("Question 1", "Question one")
    for place in places:
        place.write_text(after, encoding="utf-8")
    assert handed_in_text() == after != before


def test_several_processes_hand_in_at_the_same_moment(cohort: Cohort) -> None:
    """At the bell, everybody at once and some twice: every submission has a folder of its own."""
    processes, each = 3, 40
    command = [sys.executable, PROGRAM, cohort.root, cohort.settings.root, MODULE, str(each)]
    running = [
        subprocess.Popen(
            [*command, f"p{number}"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for number in range(processes)
    ]
    told: list[str] = []
    for process in running:
        output, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        told += output.splitlines()
    assert len(set(told)) == len(told) == processes * each
    assert handed_in(cohort) == sorted(told)
    for name in told:
        folder = cohort.settings.handed_in / name
        assert len(list(folder.iterdir())) == 4
        assert answers.read(folder / answers.FILE_NAME).response_to("gap-sign") == "met"
