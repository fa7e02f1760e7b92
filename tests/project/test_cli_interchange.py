"""`yongxin export` and `yongxin import`, as a trainer meets them."""

import shutil
from pathlib import Path

import pytest

from yongxin.cli import main
from yongxin.content import check_content, load_content

ITEMS = Path("content", "z1-lift", "items.yaml")


@pytest.fixture
def course(tmp_path: Path, sample_content: Path) -> Path:
    """A course that has its content and nothing built."""
    root = tmp_path / "course"
    shutil.copytree(sample_content, root / "content")
    return root


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(list(words))
    printed = capsys.readouterr()
    return status, printed.out, printed.err


@pytest.mark.parametrize("form", ["gift", "moodle-xml"])
def test_an_exported_module_can_be_imported_again_and_passes_the_check(
    course: Path, tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bank"
    words = ("--course", str(course), "--module", "z1-lift")
    status, out, err = run(capsys, "export", "--format", form, *words, "-o", str(path))
    assert (status, out) == (0, "")
    assert "Exported 5 questions from 1 module; 2 left out." in err
    assert "lift-log: left out (reflection)" in err

    before = load_content(course / "content").modules["z1-lift"].items
    (course / ITEMS).write_text("# Questions.\n", encoding="utf-8")
    status, out, err = run(capsys, "import", str(path), *words)
    assert (status, out) == (0, "")
    assert "Added 5 questions" in err
    assert (course / ITEMS).read_text(encoding="utf-8").startswith("# Questions.\n\n- id: lift-")
    assert check_content(course / "content") == []
    after = load_content(course / "content").modules["z1-lift"].items
    assert [(one.id, one.type, one.use, one.points, one.units, one.systems) for one in after] == [
        (one.id, one.type, one.use, one.points, one.units, one.systems) for one in before
    ]


def test_foreign_questions_are_added_with_marks_that_the_check_reports(
    course: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "foreign.txt"
    path.write_text(
        "::Lift colour::What colour is the lift?{=blue#Yes. ~red#No.####We painted it.}\n\n"
        "::Essay::Tell us about it.{}\n\nBroken {=a\n",
        encoding="utf-8",
    )
    before = (course / ITEMS).read_text(encoding="utf-8")
    words = ("import", str(path), "--course", str(course), "--module", "z1-lift")
    status, out, err = run(capsys, *words, "--language", "en", "--dry-run")
    assert status == 1
    assert out.startswith("- id: lift-colour\n")
    assert "line 3 (Essay): an essay" in err
    assert "line 5: { is not closed" in err
    assert (course / ITEMS).read_text(encoding="utf-8") == before

    status, out, err = run(capsys, *words, "--language", "en", "--use", "graded")
    assert status == 1
    assert "lift-colour: its unit is a guess: A-06" in err
    after = (course / ITEMS).read_text(encoding="utf-8")
    assert after.startswith(before.rstrip())
    findings = [str(one) for one in check_content(course / "content")]
    assert findings
    assert all("the Chinese text is missing" in one for one in findings)
    assert any("options[1].feedback.zh-CN" in one for one in findings)

    status, _, err = run(capsys, "build", "--course", str(course))
    assert status == 1
    assert "nothing was built" in err

    status, _, err = run(capsys, *words)
    assert status == 1
    assert (course / ITEMS).read_text(encoding="utf-8") != after  # a new id, since it has none


def test_what_is_there_already_is_refused(
    course: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bank.xml"
    run(capsys, "export", "--format=moodle-xml", "--course", str(course), "-o", str(path))
    before = (course / ITEMS).read_text(encoding="utf-8")
    status, _, err = run(
        capsys, "import", str(path), "--course", str(course), "--module", "z1-lift"
    )
    assert status == 1
    assert "lift-first-words: the course has a question with this id" in err
    assert (course / ITEMS).read_text(encoding="utf-8") == before


def test_a_second_language_can_be_exported_alone(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out, _ = run(capsys, "export", "--format=gift", "--language=en", "--course", str(course))
    assert "multilang" not in out
    assert "电梯" not in out
    assert "A resident has waited" in out


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'<!DOCTYPE q [<!ENTITY a "b">]><quiz>&a;</quiz>', "document type"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"q {\0}", "U+0000"),
    ],
)
def test_hostile_files_change_nothing(
    course: Path,
    tmp_path: Path,
    content: bytes,
    message: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "hostile"
    path.write_bytes(content)
    before = (course / ITEMS).read_text(encoding="utf-8")
    words = ("--course", str(course), "--module", "z1-lift")
    status, _, err = run(capsys, "import", str(path), *words)
    assert status == 1
    assert message in err
    assert "nothing was imported" in err
    assert (course / ITEMS).read_text(encoding="utf-8") == before


def test_unknown_modules_and_missing_files_are_told(
    course: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--course", str(course))
    status, _, err = run(capsys, "export", "--format=gift", "--module", "z9", *words)
    assert status == 1
    assert "there is no module z9; there are" in err
    status, _, err = run(capsys, "import", str(tmp_path / "no"), "--module", "z1-lift", *words)
    assert status == 1
    assert "is not there" in err
