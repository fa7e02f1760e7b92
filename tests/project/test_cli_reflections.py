"""`yongxin return`, as a trainer at a terminal meets it."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from yongxin.cli import main
from yongxin.store import Store

MODULE, REFLECTION = "z1-lift", "lift-log"
COMMENT = ("--comment", "写写后来怎样了。")

Run = Callable[..., int]


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    with Store.open(url) as store:
        store.add_learner("zhou", "周远")
        learner = store.add_learner("lin.xia", "林夏")
        store.hand_in(
            learner.id,
            MODULE,
            event_id="one",
            allowed_attempts=2,
            now=datetime(2026, 3, 4, tzinfo=UTC),
            snapshot={"answers": {}, "reflections": {}},
            deliver=lambda _: {},
        )
    return url


@pytest.fixture
def run(url: str, built_course: Path) -> Run:
    def command(*words: str) -> int:
        return main(["return", *words, "--course", str(built_course), "--store", url])

    return command


def test_a_reflection_is_returned_and_noted(
    run: Run, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(MODULE, "lin.xia", REFLECTION, *COMMENT) == 0
    assert capsys.readouterr().out == "Returned lift-log to lin.xia, to be revised once.\n"
    with Store.open(url) as store:
        learner = store.learner("lin.xia")
        assert learner
        (found,) = store.returned(learner.id)
        assert (found.reflection, found.comment, found.is_open) == (REFLECTION, COMMENT[1], True)
        (entry,) = store.audit_entries()
        assert entry.actor.endswith("(command line)")
        assert (entry.action, entry.subject) == ("reflection return", "lin.xia")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((MODULE, "lin.xia", "lift-logg", *COMMENT), "nearest: lift-log"),
        (("z1-left", "lin.xia", REFLECTION, *COMMENT), "nearest: z1-lift"),
        (("z2-gate", "lin.xia", REFLECTION, *COMMENT), "still in preparation"),
        ((MODULE, "lin.xi", REFLECTION, *COMMENT), "nearest: lin.xia"),
        ((MODULE, "zhou", REFLECTION, *COMMENT), "has not been handed in yet"),
        ((MODULE, "lin.xia", REFLECTION, "--comment", " "), "1 to 2000 characters"),
    ],
)
def test_what_cannot_be_returned_is_told_in_one_line(
    run: Run, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str
) -> None:
    assert run(*words) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert told in printed.err
    assert printed.err.count("\n") == 1


def test_the_second_time_is_refused(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run(MODULE, "lin.xia", REFLECTION, *COMMENT)
    assert run(MODULE, "lin.xia", REFLECTION, *COMMENT) == 1
    assert "a reflection is returned once" in capsys.readouterr().err
