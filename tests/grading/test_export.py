"""Marks as tables: through `nbgrader export` and through `yongxin export`, one and the same."""

import csv
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine, event

from support.cohort import HALF_RIGHT_ORDER, MODULE, REFLECTION, RIGHT_ORDER, Cohort
from support.many_marks import fill_gradebook
from yongxin.cli import main
from yongxin.grading.exchange import nbgrader_configuration, set_due_date, sync_roster
from yongxin.store import Store

WRITTEN = {"facts": "等了二十分钟，没有人说明。", "feeling": "=着急", "rating": "dissatisfied"}


def rows_of(path: Path) -> list[dict[str, str]]:
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")  # else Excel takes it for GBK
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


class Exports:
    """The sample cohort with a roster beside it, and what its exports hold."""

    def __init__(self, cohort: Cohort) -> None:
        self.cohort = cohort
        self.store_url = f"sqlite:///{cohort.root / 'var' / 'yongxin.db'}"
        with Store.open(self.store_url) as store:
            store.add_learner("李雷", "李雷", groups=["东区", "夜班"])
            store.add_learner("han.meimei", "韩梅梅", groups=["西区"])
            store.add_learner("@sum", "=1+1", groups=["西区"])
            store.add_learner("left", "走了的人")
            store.deactivate("left")
            store.add_learner("chen.min", "陈敏", role="trainer")
        # A trainer and somebody who left: the gradebook knows them from earlier.
        sync_roster(cohort.root, {"left": "走了的人", "chen.min": "陈敏", "guest": "旁听生"})

    def rows(self, *words: str) -> list[dict[str, str]]:
        path = self.cohort.root / "marks.csv"
        assert self.run("--format", "csv", "-o", str(path), "--language", "en", *words) == 0
        return rows_of(path)

    def run(self, *words: str) -> int:
        return main(["export", "--course", str(self.cohort.root), *words])

    def hand_in(self, username: str, *arguments: Any, **options: Any) -> None:
        """Hand in as the site does: recorded in the store as well."""
        with Store.open(self.store_url) as store:
            person = store.learner(username)
            assert person is not None

            def deliver(_submission: object) -> dict[str, str]:
                return {"directory": self.cohort.hand_in(username, *arguments, **options).directory}

            store.hand_in(
                person.id,
                MODULE,
                event_id=f"{username.encode().hex()}-{datetime.now(UTC).timestamp()}",
                allowed_attempts=9,
                now=datetime.now(UTC),
                snapshot={},
                deliver=deliver,
            )


@pytest.fixture
def exports(cohort: Cohort) -> Exports:
    return Exports(cohort)


def test_a_row_for_each_learner_and_module(exports: Exports) -> None:
    cohort = exports.cohort
    set_due_date(cohort.root, MODULE, datetime.now(UTC) - timedelta(days=1))
    exports.hand_in("李雷", {"gap-sign": "met", "chain-order": HALF_RIGHT_ORDER}, WRITTEN)
    cohort.collect_and_autograde()
    exports.hand_in("han.meimei", {"gap-sign": "met"})

    rows = {row["username"]: row for row in exports.rows()}
    assert set(rows) == {"李雷", "han.meimei", "'@sum", "guest"}
    lei = rows["李雷"]
    moment = datetime.fromisoformat(lei.pop("handed in (local time)")).astimezone()
    assert abs(datetime.now(UTC) - moment) < timedelta(minutes=5)
    assert lei == {
        "username": "李雷",
        "name": "李雷",
        "groups": "东区; 夜班",
        "module": MODULE,
        "title": lei["title"],
        "state": "waiting for marks",
        "score": "2",
        "maximum": "6",
        "taken off for lateness": "0",
        "late": "yes",
        "attempts": "1",
        "marks still to give": "1",
    }
    assert (rows["han.meimei"]["state"], rows["han.meimei"]["score"]) == (
        "handed in, not graded",
        "",
    )
    assert (rows["'@sum"]["state"], rows["'@sum"]["name"]) == ("not handed in", "'=1+1")
    assert rows["guest"]["name"] == "旁听生"


def test_a_penalty_is_taken_off_as_nbgrader_does(exports: Exports) -> None:
    cohort = exports.cohort
    cohort.hand_in("李雷", {"gap-sign": "met", "chain-order": RIGHT_ORDER})
    cohort.collect_and_autograde()
    with cohort.gradebook() as gradebook:
        notebook = gradebook.find_submission_notebook(MODULE, MODULE, "李雷")
        notebook.late_submission_penalty = 1.25
        gradebook.db.commit()
    cohort.mark("李雷", 2.5)
    row = exports.rows("--group", "东区")[0]
    assert (row["score"], row["taken off for lateness"], row["state"]) == ("4.25", "1.25", "graded")


def test_a_row_for_each_question(exports: Exports) -> None:
    cohort = exports.cohort
    cohort.hand_in("李雷", {"gap-sign": "met", "chain-order": ["nonsense"]}, WRITTEN)
    cohort.hand_in("han.meimei", {"chain-order": HALF_RIGHT_ORDER})
    cohort.collect_and_autograde()
    cohort.mark("李雷", 2.5, "-写得清楚")

    rows = exports.rows("--table", "items", "--group", "东区", "--answers")
    assert [row["question"] for row in rows] == ["chain-order", "gap-sign", REFLECTION]
    assert [row["no."] for row in rows] == ["1", "2", "3"]
    assert [row["kind"] for row in rows] == ["ordering", "single choice", "reflection"]
    assert [row["points"] for row in rows] == ["0", "1", "2.5"]
    assert [row["maximum"] for row in rows] == ["2", "1", "3"]
    assert [row["marked by hand"] for row in rows] == ["no", "no", "yes"]
    assert [row["why no points"] for row in rows] == ["answer could not be read", "", ""]
    assert [row["comment"] for row in rows] == ["", "", "'-写得清楚"]
    unreadable, chosen, written = (row["answer"] for row in rows)
    assert unreadable == '["nonsense"]'
    assert chosen not in ("", "met")
    assert "等了二十分钟" in written
    assert "=着急" in written

    (half, unanswered, unwritten) = exports.rows("--table", "items", "--group", "西区")
    assert (half["points"], half["why no points"]) == ("1", "")
    assert unanswered["why no points"] == unwritten["why no points"] == "not answered"
    assert "answer" not in half


def test_refused_answers_are_told_as_such(exports: Exports) -> None:
    cohort = exports.cohort
    cohort.hand_in("李雷", {"gap-sign": "met"})
    cohort.nbgrader("collect", MODULE, "--quiet")
    (cohort.root / "var" / "submitted" / "李雷" / MODULE / "answers.json").write_text("{")
    cohort.nbgrader("autograde", MODULE, "--quiet")
    rows = exports.rows("--table", "items", "--answers")
    assert {row["why no points"] for row in rows} == {"answers.json was refused"}
    assert {row["answer"] for row in rows} == {""}


def test_a_workbook_has_typed_cells_and_headings_in_the_language(exports: Exports) -> None:
    cohort = exports.cohort
    exports.hand_in("李雷", {"gap-sign": "met"})
    cohort.collect_and_autograde()
    path = cohort.root / "marks.xlsx"
    assert exports.run("--format", "xlsx", "-o", str(path)) == 0
    page: Any = load_workbook(path).active
    head, *rows = page.iter_rows(values_only=True)
    assert head[:7] == ("账号", "姓名", "组", "模块", "模块名称", "状态", "得分")
    by_username = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    lei = by_username["李雷"]
    assert (lei["得分"], lei["满分"], lei["交作业次数"]) == (1, 6, 1)
    assert isinstance(lei["交作业时间（本地）"], datetime)
    assert by_username["@sum"]["姓名"] == "=1+1"  # as text: nothing before it, nothing computed
    assert not [cell for row in page for cell in row if cell.data_type == "f"]


def test_nbgrader_exports_the_same_table(exports: Exports) -> None:
    cohort = exports.cohort
    exports.hand_in("李雷", {"gap-sign": "met"})
    cohort.collect_and_autograde()
    cohort.nbgrader("export", "--GradesExport.language=en")
    assert rows_of(cohort.root / "var" / "grades.csv") == exports.rows()

    other = cohort.root / "other.xlsx"
    cohort.nbgrader(
        "export",
        f"--to={other}",
        "--GradesExport.table=items",
        f"--assignment={MODULE}",
        "--student=李雷",
    )
    page: Any = load_workbook(other).active
    assert [row[0] for row in page.iter_rows(min_row=2, values_only=True)] == ["李雷"] * 3


def test_nbgrader_exports_without_a_store(cohort: Cohort) -> None:
    cohort.nbgrader("export")
    rows = rows_of(cohort.root / "var" / "grades.csv")
    assert {row["账号"]: (row["姓名"], row["状态"]) for row in rows} == {
        "李雷": ("李雷", "未交"),
        "han.meimei": ("韩梅梅", "未交"),
    }
    assert not (cohort.root / "var" / "yongxin.db").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--format", "csv", "--group", "东部"], "there is no group '东部'"),
        (["--format", "csv", "--module", "nope"], f"among others: {MODULE}"),
        (["--format", "xlsx"], "-o"),
        (["--format", "csv", "--answers"], "--table items"),
        (["--format", "gift", "--table", "items"], "--format csv or xlsx"),
        (["--format", "csv", "-o", "/nowhere/at/all.csv"], "No such file"),
    ],
)
def test_what_cannot_be_exported_is_told_in_one_line(
    exports: Exports, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    assert exports.run(*words) == 1
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1


def test_nbgrader_tells_a_module_that_is_not_there(cohort: Cohort) -> None:
    with pytest.raises(SystemExit, match="no module in the gradebook 'nope'"):
        cohort.nbgrader("export", "--assignment=nope")
    assert not (cohort.root / "var" / "grades.csv").exists()


def test_marks_are_printed_without_a_file_name(
    exports: Exports, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exports.run("--format", "csv", "--group", "西区", "--language", "en") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("username,name,groups")
    assert len(lines) == 3


#: Prints the most bytes that an export takes, in a process that does nothing else: what other
#: tests left behind, or do meanwhile, would be counted here. The first run is for the imports.
MEASURED = """
import sys, tracemalloc
from yongxin.cli import main
main(sys.argv[1:])
tracemalloc.start()
assert main(sys.argv[1:]) == 0
print(tracemalloc.get_traced_memory()[1])
"""


@pytest.mark.parametrize("table", ["modules", "items"])
def test_more_learners_need_neither_more_queries_nor_more_memory(
    cohort: Cohort, table: str
) -> None:
    """Stock nbgrader asks for each learner of each module again."""
    exports = Exports(cohort)
    path = cohort.root / "marks.csv"
    words = ("--format", "csv", "--table", table, "-o", str(path))
    queries: list[str] = []

    def count(*arguments: Any) -> None:
        queries.append(arguments[2])

    def counted() -> int:
        queries.clear()
        assert exports.run(*words) == 0
        return len(queries)

    event.listen(Engine, "before_cursor_execute", count)
    try:
        few = counted()
        fill_gradebook(nbgrader_configuration(cohort.root).CourseDirectory.db_url, 3000)
        assert counted() == few
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    assert len(path.read_text(encoding="utf-8").splitlines()) > 3000

    arguments = [sys.executable, "-c", MEASURED, "export", "--course", str(cohort.root), *words]
    told = subprocess.run(arguments, check=True, stdout=subprocess.PIPE, text=True)
    # Bytes for each learner: what there is to say of a person, and of one module at a time.
    assert int(told.stdout) / 3000 < 3000
