"""Data sets: the same bytes every time, a dictionary for every column, invented ones say so."""

import csv
import re
from pathlib import Path

from yongxin.build.data_sets import FOLDER, data_set_files

MODULE = "a3-silent-customers"


def sets() -> dict[str, bytes]:
    return dict(data_set_files([MODULE]))


def table(name: str) -> list[dict[str, str]]:
    lines = sets()[f"{FOLDER}/{name}"].decode().splitlines()
    assert lines[0].startswith("# ")
    return list(csv.DictReader(lines[1:]))


def test_sets_are_made_only_for_released_modules_and_always_alike() -> None:
    assert dict(data_set_files([])) == {}
    assert sets() == sets()
    assert sorted(sets()) == [
        f"{FOLDER}/{one}" for one in ("README.md", "complaints.csv", "deck_facts.csv")
    ]


def test_the_dictionary_names_every_column() -> None:
    dictionary = sets()[f"{FOLDER}/README.md"].decode()
    checked = 0
    for name in ("complaints.csv", "deck_facts.csv"):
        assert f"## `{name}`" in dictionary
        for column in table(name)[0]:
            assert f"`{column}`" in dictionary, column
            checked += 1
    assert checked == 22


def test_invented_complaints_say_so_and_hold_together() -> None:
    assert b"Invented for training" in sets()[f"{FOLDER}/complaints.csv"].splitlines()[0]
    rows = table("complaints.csv")
    assert len(rows) == 300
    for row in rows:
        assert row["on_spot"] <= row["solved"]
        assert bool(row["hours_to_close"]) == (row["solved"] == "1")
        assert int(row["minutes_to_first_reply"]) > 0


def test_the_lesson_counts_the_complaints_rightly(repository: Path) -> None:
    rows = table("complaints.csv")
    groups = (
        [row for row in rows if row["on_spot"] == "1"],
        [row for row in rows if row["on_spot"] == "0" and row["solved"] == "1"],
        [row for row in rows if row["solved"] == "0"],
    )
    expected = []
    for group in groups:
        back = sum(int(row["returned"]) for row in group)
        expected.append((len(group), back, round(100 * back / len(group))))
    row = re.compile(r"^\| [^|]+ \| (\d+) \| (\d+) ?[（(](\d+)%[）)] \|$", re.MULTILINE)
    for language in ("zh-CN", "en"):
        lesson = repository / "content" / MODULE / f"lesson.{language}.md"
        found = row.findall(lesson.read_text("utf-8"))
        assert [tuple(map(int, one)) for one in found] == expected
