"""Preparing nbgrader's state and releasing: private, harmless to repeat, never half done."""

import json
import os
import shutil
import stat
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from traitlets.config import Config

from support.cohort import MODULE, Cohort
from yongxin.grading.configuration import configure, state_directory
from yongxin.grading.exchange import (
    STAGING_PREFIX,
    NotReleased,
    is_released,
    nbgrader_configuration,
    prepare_state,
    release_module,
    set_due_date,
    sync_roster,
)
from yongxin.grading.private import make_private


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def open_to_others(folder: Path) -> Iterator[Path]:
    for path in (folder, *folder.iterdir()):
        if path.is_dir() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield path


def test_the_exchange_lets_nobody_else_in(cohort: Cohort) -> None:
    """Stock nbgrader opens the exchange to everybody when it releases."""
    cohort.nbgrader("release_assignment", MODULE, "--force", "--quiet")
    assert list(open_to_others(cohort.root / "var")) == []
    assert stat.S_IMODE(cohort.settings.root.stat().st_mode) == 0o700


def test_preparing_and_releasing_again_changes_nothing(cohort: Cohort) -> None:
    before = snapshot(cohort.settings.root)
    exercise = (cohort.root / "exercises" / MODULE / f"{MODULE}.ipynb").read_bytes()
    prepare_state(cohort.root)
    release_module(cohort.root, MODULE)
    assert snapshot(cohort.settings.root) == before != {}
    assert (cohort.root / "exercises" / MODULE / f"{MODULE}.ipynb").read_bytes() == exercise


def test_the_release_is_what_the_build_made(cohort: Cohort, built_course: Path) -> None:
    built = built_course / "exercises" / MODULE / f"{MODULE}.ipynb"
    assert is_released(cohort.settings, built)


def test_trainers_can_generate_with_nbgrader_itself(cohort: Cohort) -> None:
    exercise = cohort.root / "exercises" / MODULE / f"{MODULE}.ipynb"
    built = exercise.read_bytes()
    cohort.nbgrader("generate_assignment", MODULE, "--quiet")
    assert exercise.read_bytes() == built


def test_a_release_holds_no_key_and_one_file(cohort: Cohort) -> None:
    (cohort.root / "solutions" / MODULE / "notes.txt").write_text("for trainers", encoding="utf-8")
    release_module(cohort.root, MODULE)
    released = snapshot(cohort.settings.released / MODULE)
    assert list(released) == [f"{MODULE}.ipynb"]
    text = released[f"{MODULE}.ipynb"].decode()
    assert "chain-order" in text
    for secret in ("score_cell", "HIDDEN", "SOLUTION", "周二晚七点"):
        assert secret not in text


def test_a_release_that_fails_leaves_the_last_one(cohort: Cohort) -> None:
    """Nbgrader refuses a new cell once somebody has handed in; by then the folder is gone."""
    cohort.hand_in("李雷")
    cohort.collect_and_autograde()
    before = snapshot(cohort.settings.released), snapshot(cohort.root / "exercises")
    solution = cohort.root / "solutions" / MODULE / f"{MODULE}.ipynb"
    notebook = json.loads(solution.read_text(encoding="utf-8"))
    text = json.dumps(notebook).replace("gap-sign", "gap-symbol")
    solution.write_text(text, encoding="utf-8")
    with pytest.raises(NotReleased, match="'gap-sign' is gone, 'gap-symbol' is new"):
        release_module(cohort.root, MODULE)
    assert (snapshot(cohort.settings.released), snapshot(cohort.root / "exercises")) == before


def test_an_unknown_module_is_not_released(cohort: Cohort) -> None:
    with pytest.raises(NotReleased, match="z9-nothing"):
        release_module(cohort.root, "z9-nothing")


def test_answers_or_links_in_an_exercise_are_not_released(cohort: Cohort) -> None:
    """Whatever stands beside an exercise is copied over learners' files when grading."""
    exercise = cohort.root / "exercises" / MODULE
    for name in ("answers.json", "data.csv"):
        (exercise / name).symlink_to(cohort.root / "var" / "gradebook.db")
        with pytest.raises(SystemExit):
            cohort.nbgrader("release_assignment", MODULE, "--force", "--quiet")
        (exercise / name).unlink()
    (exercise / "answers.json").write_text("{}", encoding="utf-8")
    with pytest.raises(SystemExit):
        cohort.nbgrader("release_assignment", MODULE, "--force", "--quiet")
    assert "answers.json" not in snapshot(cohort.settings.released / MODULE)


def test_trainers_see_whole_names(cohort: Cohort) -> None:
    sync_roster(cohort.root, {"李雷": '李雷 <script>"x", y', "o.neill": "Sean O'Neill\n"})
    sync_roster(cohort.root, {"李雷": "李雷（东区）"})
    with cohort.gradebook() as gradebook:
        names = {one.id: (one.last_name, one.first_name) for one in gradebook.students}
    assert names["李雷"] == ("李雷（东区）", "李雷")
    assert names["o.neill"] == ("Sean O＇Neill", "o.neill")
    assert names["han.meimei"] == ("韩梅梅", "han.meimei")


def test_the_gradebook_keeps_due_dates_in_utc(cohort: Cohort) -> None:
    china = timezone(timedelta(hours=8))
    set_due_date(cohort.root, MODULE, datetime(2026, 5, 4, 18, 0, tzinfo=china))
    with cohort.gradebook() as gradebook:
        assert gradebook.find_assignment(MODULE).duedate == datetime(2026, 5, 4, 10, 0)  # noqa: DTZ001
    release_module(cohort.root, MODULE)
    with cohort.gradebook() as gradebook:
        assert gradebook.find_assignment(MODULE).duedate is not None
    set_due_date(cohort.root, MODULE, None)
    with cohort.gradebook() as gradebook:
        assert gradebook.find_assignment(MODULE).duedate is None
    with pytest.raises(ValueError, match="time zone"):
        set_due_date(cohort.root, MODULE, datetime(2026, 5, 4, 18, 0))  # noqa: DTZ001


def test_the_state_can_stand_elsewhere(
    built_course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "course"
    shutil.copytree(built_course, root)  # without an nbgrader_config.py of its own
    monkeypatch.setenv("YONGXIN_STATE", str(tmp_path / "elsewhere"))
    release_module(root, MODULE)
    cohort = Cohort(root)
    assert (
        cohort.settings.root
        == state_directory(root) / "exchange"
        == (tmp_path / "elsewhere" / "exchange")
    )
    cohort.hand_in("李雷", {"gap-sign": "met"})
    shutil.copy(Path(__file__).parents[2] / "nbgrader_config.py", root)
    cohort.collect_and_autograde()
    assert cohort.score("李雷") == 1.0
    assert not (root / "var").exists()


def test_a_state_that_nbgrader_cannot_work_in_is_refused(
    cohort: Cohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YONGXIN_STATE", str(tmp_path / "state (old)"))
    with pytest.raises(ValueError, match="YONGXIN_STATE"):
        configure(Config(), cohort.root)


def test_a_course_that_nbgrader_cannot_work_in_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="nbgrader cannot work in"):
        configure(Config(), tmp_path / "course [2026]")
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_hand_in_has_left_is_removed(cohort: Cohort) -> None:
    stale = cohort.settings.course / f"{STAGING_PREFIX}stale"
    fresh = cohort.settings.course / f"{STAGING_PREFIX}fresh"
    for folder in (stale, fresh):
        folder.mkdir()
    os.utime(stale, (time.time() - 7200, time.time() - 7200))
    prepare_state(cohort.root)
    assert not stale.exists()
    assert fresh.exists()


def test_a_folder_of_somebody_else_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(NotADirectoryError):
        make_private(tmp_path / "link")
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    with pytest.raises(PermissionError, match="share"):
        make_private(shared)
    assert stat.S_IMODE(shared.stat().st_mode) == 0o1777
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(PermissionError, match="another account"):
        make_private(tmp_path)


def test_configuration_is_in_utc_and_plain_json(cohort: Cohort) -> None:
    """A numeric zone would put "+0800" into submissions' names, and collect invents a learner.

    Formgrader writes its configuration as JSON, so plug-ins are named by strings.
    """
    config = nbgrader_configuration(cohort.root)
    assert config.Exchange.timezone == "UTC"
    assert "timestamp_format" not in config.Exchange
    assert json.loads(json.dumps(config))["CourseDirectory"]["course_id"] == "yongxin"
