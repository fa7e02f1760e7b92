"""A build makes the same files from the same content, everywhere, and changes nothing else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.trees import differing, tree
from yongxin.build import build_course
from yongxin.content import ContentError
from yongxin.grading.release import ReleaseRefused

MODULE = "z1-lift"


def test_the_sample_course_is_built_as_it_is_committed(
    written_course: Path, sample_content: Path
) -> None:
    """The derived files beside the sample's content are the expected result.

    After a change that is meant: ``yongxin build --course tests/fixtures/course``, and read the
    difference before committing it.
    """
    result = build_course(written_course)

    assert differing(tree(written_course), tree(sample_content.parent)) == []
    assert set(result.missing) == set(tree(written_course))
    assert not result.stale
    assert not result.superfluous


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "Asia/Shanghai", "PYTHONUTF8": "0"},
        {"PYTHONHASHSEED": "2", "LC_ALL": "C.UTF-8", "TZ": "America/Lima", "COLUMNS": "40"},
    ],
    ids=["plain ASCII in the east", "UTF-8 in the west"],
)
def test_the_machine_does_not_matter(
    environment: dict[str, str], written_course: Path, sample_content: Path
) -> None:
    program = "import sys, pathlib, yongxin.build as b; b.build_course(pathlib.Path(sys.argv[1]))"
    bare = {name: value for name, value in os.environ.items() if not name.startswith("LC_")}
    # Without the folder of the environment's programs in PATH: `.venv/bin/yongxin` is enough.
    subprocess.run(
        [sys.executable, "-c", program, str(written_course)],
        env=bare | {"PATH": "/usr/bin:/bin"} | environment,
        cwd="/",
        check=True,
        timeout=120,
    )

    assert differing(tree(written_course), tree(sample_content.parent)) == []


def test_a_second_build_touches_nothing(own_course: Path) -> None:
    before = {path: (own_course / path).stat().st_mtime_ns for path in tree(own_course)}

    result = build_course(own_course)

    assert result.is_current
    assert set(result.unchanged) == set(before)
    assert {path: (own_course / path).stat().st_mtime_ns for path in before} == before


def test_a_check_names_every_file_that_is_not_as_it_should_be_and_writes_nothing(
    own_course: Path,
) -> None:
    lesson = own_course / "content" / MODULE / "lesson.en.md"
    lesson.write_text(
        lesson.read_text(encoding="utf-8").replace("A few words", "Some words"), encoding="utf-8"
    )
    (own_course / "exercises" / MODULE / f"{MODULE}.ipynb").unlink()
    (own_course / "data/bank/z9-gone.json").write_text("{}", encoding="utf-8")
    before = tree(own_course, "course", "solutions", "data")

    result = build_course(own_course, check=True)

    assert list(result.differences()) == [
        "exercises/z1-lift/z1-lift.ipynb: missing",
        "course/en/z1-lift.ipynb: stale",
        "data/bank/z9-gone.json: superfluous",
    ]
    assert not result.is_current
    assert differing(tree(own_course, "course", "solutions", "data"), before) == []

    build_course(own_course)
    assert build_course(own_course, check=True).is_current
    assert not (own_course / "data/bank/z9-gone.json").exists()


def test_only_derived_files_are_touched(own_course: Path) -> None:
    others = [
        "README.md",
        "data/complaints.csv",
        "data/raw/survey.csv",
        "var/submitted/lin/z1-lift/answers.json",
        "course/en/.ipynb_checkpoints/z1-lift-checkpoint.ipynb",
        "content/z1-lift/items.yaml",
    ]
    for path in others[:-1]:
        (own_course / path).parent.mkdir(parents=True, exist_ok=True)
        (own_course / path).write_text("by hand", encoding="utf-8")
    before = {path: (own_course / path).read_bytes() for path in others}
    (own_course / "course/en/old-module.ipynb").write_text("{}", encoding="utf-8")
    (own_course / "solutions/old-module").mkdir()
    (own_course / "solutions/old-module/old-module.ipynb").write_text("{}", encoding="utf-8")

    result = build_course(own_course)

    assert result.superfluous == (
        "course/en/old-module.ipynb",
        "solutions/old-module/old-module.ipynb",
    )
    assert not (own_course / "solutions/old-module").exists(), "an empty folder is left"
    assert {path: (own_course / path).read_bytes() for path in others} == before


def test_content_with_a_slip_leaves_the_course_as_it_was(own_course: Path) -> None:
    before = tree(own_course)
    items = own_course / "content" / MODULE / "items.yaml"
    items.write_text(
        items.read_text(encoding="utf-8").replace("key: met", "key: mett"), encoding="utf-8"
    )

    with pytest.raises(ContentError, match="mett"):
        build_course(own_course)

    assert differing(tree(own_course), before) == []


def test_a_release_that_nbgrader_refuses_leaves_the_course_as_it_was(
    own_course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(own_course)
    lesson = own_course / "content" / MODULE / "lesson.en.md"
    lesson.write_text(
        lesson.read_text(encoding="utf-8").replace("A few words", "Some words"), encoding="utf-8"
    )
    # As if the notebook had been composed without saying what is meant for learners.
    monkeypatch.setattr("yongxin.build.solution._LEARNER", {"audience": "trainer"})

    with pytest.raises(ReleaseRefused, match=r"z1-lift.*not for learners"):
        build_course(own_course)

    assert differing(tree(own_course), before) == []


def test_a_full_disk_leaves_the_course_as_it_was(
    own_course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("course", "data"):
        for path in (own_course / folder).rglob("*.*"):
            if path.is_file():
                path.write_bytes(b"stale")
    before = tree(own_course)
    write_bytes = Path.write_bytes
    written: list[Path] = []

    def write_until_full(path: Path, data: bytes) -> int:
        if path.is_relative_to(own_course):
            written.append(path)
            if len(written) == 4:
                raise OSError(28, "No space left on device", str(path))
        return write_bytes(path, data)

    monkeypatch.setattr(Path, "write_bytes", write_until_full)
    with pytest.raises(OSError, match="No space left"):
        build_course(own_course)

    assert len(written) == 4
    assert differing(tree(own_course), before) == [], "something was replaced or left behind"


def test_a_module_in_preparation_is_in_the_course_and_has_no_files(built_course: Path) -> None:
    files = tree(built_course)

    assert b'"z2-gate"' in files["data/course.json"]
    assert not [path for path in files if "z2-gate" in path]


def test_each_language_gets_the_images_that_its_lesson_shows(written_course: Path) -> None:
    module = written_course / "content" / MODULE
    (module / "images/chain.en.svg").write_bytes((module / "images/chain.svg").read_bytes())
    lesson = module / "lesson.en.md"
    lesson.write_text(
        lesson.read_text(encoding="utf-8").replace("images/chain.svg", "images/chain.en.svg"),
        encoding="utf-8",
    )

    images = [path for path in build_course(written_course).missing if path.endswith(".svg")]

    assert images == [
        "course/en/images/z1-lift/chain.en.svg",
        "course/zh-CN/images/z1-lift/chain.svg",
    ]
