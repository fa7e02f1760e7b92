"""``yongxin grade``: what a trainer types, and what the trainer is told."""

import re

import pytest

from support.cohort import HALF_RIGHT_ORDER, MODULE, RIGHT_ORDER, Cohort
from yongxin.cli import main
from yongxin.commands.grading import progress_text
from yongxin.commands.places import store_url
from yongxin.grading.batch import Progress
from yongxin.store import Store


@pytest.fixture
def collected(cohort: Cohort) -> Cohort:
    cohort.hand_in("李雷", {"chain-order": HALF_RIGHT_ORDER}, {"facts": "我等了很久。"})
    cohort.hand_in("all-right", {"chain-order": RIGHT_ORDER, "gap-sign": "met"})
    cohort.nbgrader("collect", MODULE, "--quiet")
    return cohort


def grade(cohort: Cohort, *options: str) -> int:
    return main(["grade", MODULE, "--course", str(cohort.root), *options])


def told(text: str) -> dict[str, int]:
    return {
        name: int(number) for name, number in re.findall(r"^([a-z]+) +(\d+)", text, re.MULTILINE)
    }


def test_a_trainer_reads_what_came_of_it(
    collected: Cohort, capsys: pytest.CaptureFixture[str]
) -> None:
    assert grade(collected) == 0
    captured = capsys.readouterr()
    assert told(captured.out) == {"graded": 1, "waiting": 1, "unchanged": 0, "refused": 0}
    assert captured.err == ""  # no progress unless somebody watches
    assert grade(collected, "--jobs", "2") == 0
    assert told(capsys.readouterr().out)["unchanged"] == 2
    assert grade(collected, "--force") == 0
    assert told(capsys.readouterr().out)["waiting"] == 1


def test_what_was_refused_and_what_was_damaged_is_told(
    collected: Cohort, capsys: pytest.CaptureFixture[str]
) -> None:
    submitted = collected.root / "var" / "submitted"
    (submitted / "all-right" / MODULE / "timestamp.txt").write_text("soon", encoding="utf-8")
    (submitted / "李雷" / MODULE / f"{MODULE}.ipynb").write_text("{", encoding="utf-8")
    (submitted / "two\nlines").mkdir()
    (submitted / "two\nlines" / MODULE).symlink_to("/")
    assert grade(collected) == 1
    out = capsys.readouterr().out
    assert told(out) == {"graded": 0, "waiting": 1, "unchanged": 0, "refused": 2}
    assert re.search(r"^all-right +.*'soon'", out, re.MULTILINE)
    assert re.search(r"^李雷 +not-json: ", out, re.MULTILINE)
    assert r"'two\nlines'" in out


def test_a_group_is_graded_alone(collected: Cohort, capsys: pytest.CaptureFixture[str]) -> None:
    with Store.open(store_url(collected.root)) as store:
        store.add_learner("李雷", "李雷", groups=["east"])
        store.deactivate("李雷")  # has left, and is graded all the same
    assert grade(collected, "--group", "east") == 0
    assert told(capsys.readouterr().out) == {
        "graded": 0,
        "waiting": 1,
        "unchanged": 0,
        "refused": 0,
    }
    assert not (collected.root / "var" / "autograded" / "all-right").exists()
    assert grade(collected, "--group", "west") == 1
    assert "'west'" in capsys.readouterr().err


def test_what_keeps_a_run_from_beginning_is_told(
    collected: Cohort, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["grade", "a2-pickle", "--course", str(collected.root)]) == 1
    assert "run `yongxin release a2-pickle`" in capsys.readouterr().err


def test_nothing_collected_is_told(cohort: Cohort, capsys: pytest.CaptureFixture[str]) -> None:
    assert grade(cohort) == 0
    assert "nbgrader collect" in capsys.readouterr().out


def test_somebody_who_watches_sees_how_far_it_is(
    collected: Cohort, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    grade(collected)
    assert "2 of 2 submissions" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("progress", "seconds", "text"),
    [
        (Progress(0, 100), 0.0, "0 of 100 submissions"),
        (Progress(32, 10000), 0.1, "32 of 10000 submissions, 320 a second, 0:31 left"),
        (Progress(50, 150), 100.0, "50 of 150 submissions, 0.5 a second, 3:20 left"),
        (Progress(9, 9), 3.0, "9 of 9 submissions, 3 a second, 0:00 left"),
    ],
)
def test_progress_tells_rate_and_remaining_time(
    progress: Progress, seconds: float, text: str
) -> None:
    assert progress_text(progress, seconds) == text
