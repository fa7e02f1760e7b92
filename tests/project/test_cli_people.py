"""`yongxin roster` and `yongxin deadline`, as somebody at a terminal meets them."""

import io
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from yongxin.cli import main
from yongxin.commands import CommandFailed
from yongxin.commands.people import read_deadline
from yongxin.store import Store

Run = Callable[..., int]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.fixture
def run(url: str) -> Run:
    def command(*words: str) -> int:
        return main([*words, "--store", url])

    return command


def test_somebody_is_added_listed_and_deactivated(
    run: Run, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        run("roster", "add", "lin.xia", "--name", "林夏", "--group", "东区", "--group", "夜班") == 0
    )
    assert (
        run("roster", "add", "wu.jing", "--name", "吴静", "--role", "hr", "--language", "en") == 0
    )
    capsys.readouterr()
    assert run("roster", "list") == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[1].split() == ["lin.xia", "林夏", "learner", "zh-CN", "东区,", "夜班"]
    assert printed[-1] == "2 on the roster."

    assert run("roster", "deactivate", "lin.xia") == 0
    capsys.readouterr()
    run("roster", "list")
    assert "lin.xia" not in capsys.readouterr().out
    run("roster", "list", "--all")
    assert "deactivated" in capsys.readouterr().out
    with Store.open(url) as store:
        assert [entry.action for entry in store.audit_entries()] == [
            "roster deactivate",
            "roster add",
            "roster add",
        ]


def test_columns_line_up_under_chinese_names(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run("roster", "add", "a", "--name", "林夏")
    run("roster", "add", "b", "--name", "Eve Clarke")
    capsys.readouterr()
    run("roster", "list")
    _, chinese, english, _ = capsys.readouterr().out.splitlines()
    # Two Chinese characters take four columns of a terminal.
    assert chinese.index("learner") + 2 == english.index("learner")


def test_a_link_works_once_and_stands_alone_on_its_line(
    run: Run, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run("roster", "add", "lin.xia")
    capsys.readouterr()
    assert run("roster", "link", "lin.xia", "--url", "https://course.example/") == 0
    link = capsys.readouterr().out.strip()
    token = link.removeprefix("https://course.example/sign-in/")
    assert token != link
    with Store.open(url) as store:
        signed_in = store.redeem_sign_in_token(token)
        assert signed_in is not None
        assert signed_in.username == "lin.xia"
        assert store.redeem_sign_in_token(token) is None


def test_a_password_is_read_from_a_pipe(
    run: Run, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("roster", "add", "lin.xia")
    monkeypatch.setattr(sys, "stdin", io.StringIO("一个很长的密码词\n"))
    assert run("roster", "password", "lin.xia") == 0
    with Store.open(url) as store:
        assert store.check_password("lin.xia", "一个很长的密码词") is not None
        assert store.check_password("lin.xia", "一个很长的密码") is None


def test_a_short_password_changes_nothing(
    run: Run, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run("roster", "add", "lin.xia")
    monkeypatch.setattr(sys, "stdin", io.StringIO("short\n"))
    assert run("roster", "password", "lin.xia") == 1
    assert "8 characters" in capsys.readouterr().err
    with Store.open(url) as store:
        assert store.check_password("lin.xia", "short") is None


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["roster", "link", "nobody"], "nobody"),
        (["roster", "deactivate", "nobody"], "nobody"),
        (["roster", "add", "../../evil"], "is no username"),
        (["roster", "add", "x", "--name", " "], "is no name"),
        (["deadline", "set", "a2-pickle", "tomorrow"], "2026-12-01T18:00"),
        (["deadline", "set", "a2-pickle", "2026-12-01", "--group", "东区"], "there is no group"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line_without_a_traceback(
    run: Run, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    assert run(*words) == 1
    error = capsys.readouterr().err
    assert error.startswith("yongxin: ")
    assert told in error
    assert error.count("\n") == 1


def test_a_name_is_taken_only_once(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("roster", "add", "lin.xia") == 0
    assert run("roster", "add", "LIN.XIA") == 1
    assert "taken" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["frobnicate"],
        ["roster"],
        ["roster", "add"],
        ["roster", "add", "x", "--role", "king"],
        ["roster", "link", "x", "--days", "0"],
        ["check", "--frob"],
        ["release"],
    ],
)
def test_a_command_line_that_is_not_understood_exits_with_2(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(words)
    assert exit_.value.code == 2
    assert "usage: yongxin" in capsys.readouterr().err


def test_deadlines_are_set_shown_and_lifted(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run("roster", "add", "lin.xia", "--group", "东区")
    run("deadline", "set", "a2-pickle", "2026-12-01T18:00+08:00")
    run("deadline", "set", "a2-pickle", "2026-12-05", "--group", "东区")
    capsys.readouterr()
    assert run("deadline", "show") == 0
    shown = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in shown[1:-1]] == ["everybody", "东区"]
    assert shown[-1] == "2 set."
    run("deadline", "set", "a2-pickle", "never")
    capsys.readouterr()
    run("deadline", "show", "a2-pickle")
    assert "everybody" not in capsys.readouterr().out


def test_a_day_means_its_end_and_a_time_without_offset_is_local() -> None:
    assert read_deadline("never") is None
    day = read_deadline("2026-12-01")
    assert day is not None
    assert day.replace(tzinfo=None) == datetime(2026, 12, 1, 23, 59, 59)  # noqa: DTZ001
    assert day.utcoffset() == datetime(2026, 12, 1, 12).astimezone().utcoffset()
    exact = read_deadline("2026-12-01T18:00+08:00")
    assert exact == datetime(2026, 12, 1, 18, tzinfo=timezone(timedelta(hours=8)))
    assert read_deadline("2026-12-01T18:00Z") == datetime(2026, 12, 1, 18, tzinfo=UTC)
    with pytest.raises(CommandFailed):
        read_deadline("1.12.2026")
