"""YAML files, however they were spoilt: a clear finding and never a traceback."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unit.content.conftest import ITEMS, Edit, Findings
from yongxin.content.finding import Report
from yongxin.content.yaml_file import parse_yaml


def parse(text: str) -> tuple[object, list[str]]:
    report = Report()
    document = parse_yaml(text, report.of("f.yaml"))
    return document and document.data, [str(finding) for finding in report.findings()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb:\n\t- x", "f.yaml:3: YAML: a tab; indent with spaces"),
        ("a: b: c", "f.yaml:1: YAML: a colon inside a text; put the text in quotes"),
        ("a: 'b\nc: d\n", "f.yaml:1: YAML: a quote or a bracket opens here and is not closed"),
        ("a: 1\nb: 2\na: 3", "f.yaml:3: a: stands twice here, first in line 1"),
        ("x:\n- {id: a, id: b}", "f.yaml:2: id: stands twice here, first in line 2"),
        ("", "f.yaml:1: YAML: the file is empty"),
        ("# nothing yet\n", "f.yaml:1: YAML: the file is empty"),
        ("a: 1\n---\nb: 2", "f.yaml:2: YAML: a second document (---); a file holds one"),
        ("a: &x 1\nb: *x", "f.yaml:1: YAML: the name x after & or *; put such a text in quotes"),
        ("a: *x", "f.yaml:1: YAML: the name x after & or *; put such a text in quotes"),
        ("a: !now b", "f.yaml:1: YAML: the tag !now; put a text that begins with ! in quotes"),
        ("{{a}}: 1", "f.yaml:1: YAML: a key that is a list or a mapping; put it in quotes"),
        ("[" * 13 + "]" * 13, "f.yaml:1: YAML: nested deeper than 12 levels"),
        ("a: 1\nb: " + "[" * 4000, "f.yaml:2: YAML: a line of more than 4000 characters"),
        ("a: 1\nb: \0", "f.yaml:2: YAML: the invisible character U+0000"),
        ('a: "\\U99999999"', "f.yaml:1: YAML: an escape such as \\U0001F600 names no character"),
        ('a: "\\ud800"', "f.yaml:1: YAML: the invisible character U+D800"),
        ('a: "\\0"', "f.yaml:1: YAML: the invisible character U+0000"),
    ],
)
def test_what_data_does_not_need_is_refused_with_its_line(text: str, expected: str) -> None:
    assert parse(text)[1] == [expected]


def test_values_follow_yaml_1_2() -> None:
    text = "[yes, no, on, 2024-01-01, 010, 1_000, 1:30, 0x1F, true, null, ~, 1.5, -2, 1e3, '7']"
    assert parse(text) == (
        ["yes", "no", "on", "2024-01-01", 10, "1_000", "1:30", "0x1F", True, None, None, 1.5, -2,
         1000.0, "7"],
        [],
    )  # fmt: skip


def test_every_value_knows_its_line() -> None:
    report = Report()
    document = parse_yaml("a:\n  - b: 1\n    c:\n      d: x\n  - 2\n", report.of("f"))
    assert document is not None
    assert document.data == {"a": [{"b": 1, "c": {"d": "x"}}, 2]}
    assert document.line(("a", 0, "c", "d")) == 4
    assert document.line(("a", 0, "c", "missing")) == 3
    assert document.line(("a", 1)) == 5


@settings(max_examples=300)
@given(st.text("ab:-{}[]'\"#&*!|>%@`,?~ \n\t\\0", max_size=60) | st.text(max_size=40))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    data, findings = parse(text)
    assert data is not None or findings


def test_a_file_in_another_encoding_is_named_with_its_line(
    content: Path, findings: Findings
) -> None:
    (content / ITEMS).write_bytes("- id: x\n  stem: 电梯\n".encode("gbk"))
    assert findings() == [
        "content/z1-lift/items.yaml:2: encoding: not UTF-8; save the file with the encoding UTF-8"
    ]


def test_a_file_of_utf_16_is_named(content: Path, findings: Findings) -> None:
    (content / "glossary.yaml").write_text("- id: x\n", encoding="utf-16")
    assert findings() == [
        "content/glossary.yaml:1: encoding: not UTF-8; save the file with the encoding UTF-8"
    ]


def test_a_huge_file_is_not_read(content: Path, findings: Findings) -> None:
    (content / ITEMS).write_bytes(b"- a\n" * 250_001)
    assert findings() == [
        "content/z1-lift/items.yaml:1: file: larger than 1000 kB; split it into modules"
    ]


def test_a_folder_in_place_of_a_file_is_named(content: Path, findings: Findings) -> None:
    (content / "glossary.yaml").unlink()
    (content / "glossary.yaml").mkdir()
    assert findings()[0].startswith("content/glossary.yaml:1: file: cannot be read")


def test_a_list_is_asked_for_where_a_list_belongs(content: Path, findings: Findings) -> None:
    (content / ITEMS).write_text("id: lift-causes\n", encoding="utf-8")
    assert findings() == [
        "content/z1-lift/items.yaml:1: file: needs a list: entries that begin with - id:"
    ]


def test_all_findings_of_all_files_come_at_once_and_sorted(edit: Edit, findings: Findings) -> None:
    edit("course.yaml", "pass_mark: 0.7", "pass_mark: 70")
    edit(ITEMS, "type: number", "type: numbr")
    edit(ITEMS, "type: ordering", "type: ordring")
    edit("glossary.yaml", "- id: expectation", "- id: Expectation")
    lines = [line.split(":")[:2] for line in findings()]
    assert lines == [
        ["content/course.yaml", "5"],
        ["content/glossary.yaml", "1"],
    ], "without the course's modules nobody knows which folders to read"
    edit("course.yaml", "pass_mark: 70", "pass_mark: 0.7")
    lines = [line.split(":")[:2] for line in findings()]
    assert lines == [
        ["content/glossary.yaml", "1"],
        ["content/z1-lift/items.yaml", "41"],
        ["content/z1-lift/items.yaml", "54"],
    ]


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_any_damage_to_any_file_gives_findings_and_no_traceback(
    content: Path, sample_content: Path, findings: Findings, data: st.DataObject
) -> None:
    paths = sorted(path for path in sample_content.rglob("*") if path.is_file())
    path = data.draw(st.sampled_from(paths))
    original = path.read_bytes()
    start = data.draw(st.integers(0, len(original)))
    end = data.draw(st.integers(start, min(len(original), start + 40)))
    inserted = data.draw(
        st.binary(max_size=4)
        | st.sampled_from([b"{", b"- ", b"\t", b"```", b"<", b":::", b"#", b"\n\n", b'"', b"$"])
    )
    spoilt = content / path.relative_to(sample_content)
    try:
        spoilt.write_bytes(original[:start] + inserted + original[end:])
        assert isinstance(findings(), list)
    finally:
        spoilt.write_bytes(original)
