"""`yongxin roster import`, as somebody at a terminal meets it."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from yongxin.cli import main
from yongxin.store import Store

Run = Callable[..., int]

LIST = "账号,姓名,组,角色,手机\nlin.xia,林夏,东区；夜班,,1\n吴静,吴静,,人事,2\n"


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.fixture
def run(url: str, tmp_path: Path) -> Run:
    def command(text: str, *words: str) -> int:
        file = tmp_path / "people.csv"
        file.write_text(text, encoding="gb18030")
        return main(["roster", "import", str(file), "--store", url, *words])

    return command


def test_a_dry_run_shows_what_would_change_and_changes_nothing(
    run: Run, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(LIST, "--dry-run") == 0
    printed = capsys.readouterr()
    lines = printed.out.splitlines()
    assert lines[1].split() == ["new", "lin.xia", "林夏", "learner", "zh-CN", "东区,", "夜班"]
    assert lines[-2].startswith("2 new, 0 changed")
    assert "--dry-run" in lines[-1]
    assert "GB18030" in printed.err
    assert "手机" in printed.err
    with Store.open(url) as store:
        assert store.learners(active=None) == []
        assert store.audit_entries() == []


def test_an_import_shows_what_became_of_everybody(
    run: Run, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run(LIST)
    run("账号\nold.wang\n")
    capsys.readouterr()
    changed = LIST.replace("林夏,东区；夜班", "林小夏,")
    assert run(changed, "--deactivate-missing") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == [
        *("changed", "lin.xia", "林夏", "→", "林小夏"),
        *("learner", "zh-CN", "东区,", "夜班", "→", "–"),
    ]
    assert lines[2].split()[:2] == ["deactivated", "old.wang"]
    assert lines[3] == "0 new, 1 changed, 0 reactivated, 1 deactivated, 1 unchanged."
    with Store.open(url) as store:
        entry = store.audit_entries(limit=1)[0]
        assert (entry.action, entry.subject) == ("roster import", "people.csv")
        assert entry.detail == {"changed": 1, "deactivated": 1, "unchanged": 1}


def test_one_bad_row_changes_nothing_and_every_problem_is_told(
    run: Run, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(LIST + "../evil,x,,\nlin.xia,y,,国王\n") == 1
    told = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[1] for line in told[:-1]] == ["row 4", "row 5", "row 5"]
    assert told[-1].startswith("yongxin: 3 problems in ")
    with Store.open(url) as store:
        assert store.learners(active=None) == []


def test_a_file_that_is_not_there_is_told_in_one_line(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["roster", "import", "nowhere.xlsx", "--store", url]) == 1
    error = capsys.readouterr().err
    assert error.startswith("yongxin: nowhere.xlsx: it cannot be read")
    assert error.count("\n") == 1


@pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")
def test_nbgrader_learns_the_names_and_forgets_nobody(own_course: Path, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(LIST, encoding="utf-8")
    where = ["--course", str(own_course)]
    assert main(["roster", "import", str(file), *where]) == 0
    file.write_text("账号,姓名\n李雷,李雷\n", encoding="utf-8")
    assert main(["roster", "import", str(file), "--deactivate-missing", *where]) == 0
    with sqlite3.connect(own_course / "var" / "gradebook.db") as gradebook:
        rows = gradebook.execute("SELECT id, last_name, first_name FROM student ORDER BY id")
        assert rows.fetchall() == [("lin.xia", "林夏", "lin.xia"), ("李雷", "李雷", "李雷")]
    gradebook.close()
