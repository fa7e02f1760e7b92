"""The rules between the parts of the content, each broken once."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from unit.content.conftest import ENGLISH, ITEMS, REFLECTIONS, Edit, Findings

SLIPS = YAML(typ="safe", pure=True).load(Path(__file__).with_name("slips.yaml"))


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip["finding"][:60])
def test_a_slip_is_found_with_its_line_and_a_way_out(
    edit: Edit, findings: Findings, slip: dict[str, str]
) -> None:
    edit(slip["in"], slip["old"], slip["new"])
    found = findings()
    assert any(line.startswith(slip["finding"]) for line in found), "\n".join(found)


def test_one_slip_gives_one_finding(edit: Edit, findings: Findings) -> None:
    edit(ITEMS, "type: single-choice", "type: single-chioce")
    assert len(findings()) == 1


def test_a_file_that_cannot_be_read_blames_no_other_file(
    content: Path, edit: Edit, findings: Findings
) -> None:
    edit(ITEMS, "- id: lift-causes", "- id: 'lift-causes")
    (content / "sources.yaml").write_text("- id: [", encoding="utf-8")
    assert {line.split(":")[0] for line in findings()} == {
        "content/sources.yaml",
        "content/z1-lift/items.yaml",
    }


@pytest.mark.parametrize("name", ["lesson.zh-CN.md", "lesson.en.md", "items.yaml"])
def test_a_released_module_has_lessons_in_both_languages_and_items(
    content: Path, findings: Findings, name: str
) -> None:
    (content / "z1-lift" / name).unlink()
    assert f"content/z1-lift/{name}:1: file: is missing" in findings()


def test_a_module_in_preparation_needs_no_folder_and_an_unfinished_one_is_checked(
    content: Path, findings: Findings
) -> None:
    (content / "z2-gate").mkdir()
    assert findings() == []
    (content / "z2-gate" / "lesson.en.md").write_text("# The gate\n", encoding="utf-8")
    found = findings()
    assert "content/z2-gate/lesson.zh-CN.md:1: file: is missing" in found
    assert any(
        line.startswith("content/z2-gate/lesson.en.md:2: section: no recap") for line in found
    )


@pytest.mark.parametrize(
    ("path", "nearest"),
    [
        ("glosary.yaml", "glossary.yaml"),
        ("z1-lif/items.yaml", "z1-lift"),
        ("z1-lift/lesson.fr.md", "lesson.en.md"),
        ("z1-lift/item.yaml", "items.yaml"),
    ],
)
def test_a_file_that_nobody_reads_is_named(
    content: Path, findings: Findings, path: str, nearest: str
) -> None:
    (content / path).parent.mkdir(exist_ok=True)
    (content / path).write_text("x", encoding="utf-8")
    found = findings()
    assert len(found) == 1
    assert "file: nobody reads it" in found[0]
    assert found[0].endswith(f"nearest: {nearest}")


def test_hidden_files_of_editors_are_passed(content: Path, findings: Findings) -> None:
    (content / ".DS_Store").write_bytes(b"\0")
    (content / "z1-lift" / ".ipynb_checkpoints").mkdir()
    (content / "z1-lift" / "images" / ".swp").write_bytes(b"\0")
    assert findings() == []


def test_an_image_that_no_lesson_shows_is_named(content: Path, findings: Findings) -> None:
    (content / "z1-lift/images/old.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert findings() == ["content/z1-lift/images/old.png:1: image: no lesson shows it"]


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("photo.bmp", b"BM", 'image: found ".bmp"; allowed: .png, .jpg, .webp, .svg'),
        ("photo.png", b"\xff\xd8\xff", "image: its content is not that of a .png file"),
        ("photo.jpg", b"\xff\xd8\xff" + b"0" * 600_000, "image: 600 kB; at most 500 kB"),
        ("a photo.jpg", b"\xff\xd8\xff", "image: name it with letters, digits and hyphens"),
        ("broken.svg", b"<svg>", "image: no well-formed SVG"),
        ("other.svg", b"<html/>", "image: no SVG drawing"),
    ],
)
def test_an_image_that_a_page_cannot_show_is_named(
    content: Path, findings: Findings, name: str, data: bytes, expected: str
) -> None:
    (content / "z1-lift/images" / name).write_bytes(data)
    assert any(f"{name}:1: {expected}" in line for line in findings())


def test_a_released_module_has_something_graded(edit: Edit, findings: Findings) -> None:
    edit(ITEMS, "  use: graded\n  units: [A-12]", "  use: practice\n  units: [A-12]")
    edit(ITEMS, "  use: graded\n  units: [A-15]", "  use: practice\n  units: [A-15]")
    assert not any("nothing in it is graded" in line for line in findings()), "a reflection is"
    edit(REFLECTIONS, "use: graded\n  units: [A-12]", "use: practice\n  units: [A-12]")
    edit(REFLECTIONS, "  points: 3\n", "")
    assert (
        "content/z1-lift/items.yaml:1: use: z1-lift is released and nothing in it is graded"
        in findings()
    )


@pytest.mark.parametrize(
    ("avoid", "expected"),
    [
        ("{en: [Resident]}", ['en.md:9: glossary: write expectation; found "Resident"']),
        ("{en: [reside, minute]}", []),
        ("{zh-CN: [住户, 电梯口]}", ['zh-CN.md:9: glossary: write 期望; found "住户"']),
        ("{zh-CN: [期], en: [expect]}", []),
    ],
)  # fmt: skip
def test_words_to_avoid_are_found_in_prose_as_whole_words_and_not_in_the_term_itself(
    edit: Edit, findings: Findings, avoid: str, expected: list[str]
) -> None:
    edit("glossary.yaml", "  definition:", f"  avoid: {avoid}\n  definition:")
    assert findings() == [f"content/z1-lift/lesson.{one}" for one in expected]


def test_the_order_of_sections_is_the_same_in_both_languages(
    content: Path, findings: Findings
) -> None:
    path = content / ENGLISH
    head, hook, chain, recap = path.read_text(encoding="utf-8").split("\n## ")
    path.write_text(f"{head}\n## {chain}\n## {hook}\n## {recap}", encoding="utf-8")
    wanted = "stands where content/z1-lift/lesson.zh-CN.md has hook"
    assert findings() == [f'content/z1-lift/lesson.en.md:5: section: {wanted}; found "chain"']


def test_units_outside_the_run_can_be_added_to_a_module(edit: Edit, findings: Findings) -> None:
    edit("course.yaml", "units: [A-16, A-20]", "units: [A-17, A-20]")
    assert findings() == [
        'content/curriculum.yaml:6: units: is in no module of course.yaml; found "A-16"'
    ]
    edit("course.yaml", "units: [A-17, A-20]", "units: [A-17, A-20]\n    extra_units: [A-16]")
    assert findings() == []
