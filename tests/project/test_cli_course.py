"""`yongxin check`, `build` and `coverage`, as a trainer meets them."""

import re
import shutil
from pathlib import Path

import pytest

from yongxin.cli import main


@pytest.fixture
def course(tmp_path: Path, sample_content: Path) -> Path:
    """A course that has its content and nothing built."""
    shutil.copytree(sample_content, tmp_path / "content")
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(list(words))
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def test_sound_content_passes_and_says_how_much_was_examined(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = run(capsys, "check", "--course", str(course))
    assert (status, err) == (0, "")
    files = [path.read_text(encoding="utf-8") for path in course.glob("content/*/items.yaml")]
    written = sum(len(re.findall(r"^- id:", text, re.MULTILINE)) for text in files)
    assert written > 5
    assert re.search(rf"\b{written} items\b", out)
    assert re.search(r"\bno findings\b", out)


def test_all_findings_are_printed_at_once_each_with_file_and_line(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    items = course / "content" / "z1-lift" / "items.yaml"
    text = items.read_text(encoding="utf-8")
    text = text.replace("type: number", "type: numbers").replace("key: met\n", "key: mett\n")
    items.write_text(text, encoding="utf-8")
    lesson = course / "content" / "z1-lift" / "lesson.en.md"
    lesson.write_text(
        lesson.read_text(encoding="utf-8").replace(
            'quiz("lift-first-words")', 'quiz("lift-first")'
        ),
        encoding="utf-8",
    )
    status, out, _ = run(capsys, "check", "--course", str(course))
    assert status == 1
    lines = [line for line in out.splitlines() if re.match(r"content/\S+:\d+: ", line)]
    named = {line.split(":")[0] for line in lines}
    assert named >= {"content/z1-lift/items.yaml", "content/z1-lift/lesson.en.md"}
    assert any("number" in line and "numbers" in line for line in lines)
    assert any("lift-first-words" in line for line in lines)
    assert re.search(rf"\b{len(lines)} findings\b", out)


def test_malformed_yaml_is_a_finding_and_no_traceback(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = course / "content" / "z1-lift" / "reflections.yaml"
    broken.write_text("- id: lift-log\n  prompt: {zh-CN: [\n", encoding="utf-8")
    status, out, err = run(capsys, "check", "--course", str(course))
    assert status == 1
    assert re.search(r"^content/z1-lift/reflections\.yaml:\d+: ", out, re.MULTILINE)
    assert "Traceback" not in out + err


def test_a_build_writes_everything_and_the_check_then_finds_nothing(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = run(capsys, "build", "--check", "--course", str(course))
    assert status == 1
    assert "data/course.json: missing" in out
    assert not (course / "data").exists()

    status, out, _ = run(capsys, "build", "--course", str(course))
    assert status == 0
    assert (course / "exercises" / "z1-lift" / "z1-lift.ipynb").is_file()

    status, out, _ = run(capsys, "build", "--check", "--course", str(course))
    assert status == 0
    assert re.search(r"\b\d\d files\b", out)


def test_the_check_names_a_stale_file(own_course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lesson = own_course / "content" / "z1-lift" / "lesson.en.md"
    lesson.write_text(
        lesson.read_text(encoding="utf-8").replace("A few words", "Some words"), encoding="utf-8"
    )
    status, out, _ = run(capsys, "build", "--check", "--course", str(own_course))
    assert status == 1
    stale = [line for line in out.splitlines() if line.endswith(": stale")]
    assert stale == ["course/en/z1-lift.ipynb: stale"]


def test_content_that_cannot_be_used_is_not_built(
    own_course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (own_course / "data" / "course.json").read_bytes()
    (own_course / "content" / "course.yaml").write_text("title: [", encoding="utf-8")
    status, out, err = run(capsys, "build", "--course", str(own_course))
    assert status == 1
    assert "content/course.yaml:1:" in out + err
    assert (own_course / "data" / "course.json").read_bytes() == before


def test_coverage_tells_what_is_done_and_what_is_open(
    own_course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = run(capsys, "coverage", "--course", str(own_course))
    lines = {line.split()[0]: line for line in out.splitlines() if line[:1] in {"A", "S"}}
    assert status == 0
    assert {"A-12", "A-16", "S012", "S017"} <= set(lines)
    assert "done" in lines["A-12"]
    assert "open" in lines["A-16"]
    assert "open" in lines["S017"]


def test_the_own_course_of_this_repository_is_sound_and_built(
    demo_course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, "check", "--course", str(demo_course))[0] == 0
    status, out, _ = run(capsys, "build", "--check", "--course", str(demo_course))
    assert status == 0, out
