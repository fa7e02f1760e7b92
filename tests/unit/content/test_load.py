"""Loading content that is sound, and refusing content that is not."""

from pathlib import Path

import pytest

from yongxin.content import (
    ContentError,
    ElementCall,
    Prose,
    check_content,
    examine_content,
    load_content,
)


def test_the_sample_course_has_nothing_to_mend(sample_content: Path) -> None:
    examination = examine_content(sample_content)
    assert examination.findings == ()
    assert dict(examination.examined) == {
        "files": 10,
        "self-assessments": 2,
        "modules": 2,
        "lessons": 4,
        "sections": 12,
        "items": 23,
        "scenarios": 2,
        "variants": 237,
        "reflections": 3,
        "terms": 1,
        "sources": 1,
        "images": 1,
    }


def test_everything_that_was_written_is_loaded_in_its_order(sample_content: Path) -> None:
    content = load_content(sample_content)
    assert content.course.title.en == "A small course"
    assert list(content.course.modules) == ["z1-lift", "z2-gate", "z3-water"]
    assert list(content.modules) == ["z1-lift", "z3-water"], "one in preparation has no lesson yet"
    module = content.modules["z1-lift"]
    assert [item.id for item in module.items] == [
        "lift-first-words",
        "lift-causes",
        "lift-minutes",
        "chain-order",
        "gap-sign",
    ]
    assert [one.id for one in module.reflections] == ["lift-log", "lift-recap"]
    assert module.images == {"chain.svg": sample_content / "z1-lift/images/chain.svg"}
    assert content.sources["oliver-1980"].year == 1980
    assert content.glossary[0].in_language("zh-CN") == "期望"
    assert content.curriculum.systems["S015"].units == ("A-15",)


def test_a_lesson_is_sections_of_prose_and_calls(sample_content: Path) -> None:
    lesson = load_content(sample_content).modules["z1-lift"].lessons["en"]
    assert lesson.title == "The lift has stopped"
    assert lesson.introduction == "A few words that open the module."
    assert [section.id for section in lesson.sections] == ["hook", "chain", "recap"]
    hook, chain, _ = lesson.sections
    assert (hook.title, hook.line, hook.units) == ("Guess first", 5, ("A-06",))
    assert hook.blocks == (
        Prose("A resident has waited twenty minutes. **What do you say first?**", line=9),
        ElementCall("quiz", ("lift-first-words",), line=12),
        Prose(":::scene\nSeven in the evening. The lift stands at the third floor.\n:::", line=15),
    )
    assert (chain.units, chain.systems) == (("A-12", "A-15"), ("S012", "S015"))
    assert chain.calls[0].source == 'quiz("lift-causes", "lift-minutes")'
    assert [name for call in lesson.calls for name in call.names] == [
        "quiz:lift-first-words",
        "quiz:lift-causes",
        "quiz:lift-minutes",
        "simulate:satisfaction-gap",
        "reflect:lift-recap",
    ]
    assert [citation.name for citation in lesson.citations] == ["oliver-1980", "oliver-1980"]


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(
    sample_content: Path, content: Path
) -> None:
    for path in content.rglob("*"):
        if path.suffix in (".md", ".yaml"):
            text = path.read_text(encoding="utf-8")
            path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    original, changed = load_content(sample_content), load_content(content)
    assert changed.modules["z1-lift"].lessons == original.modules["z1-lift"].lessons
    assert changed.modules["z1-lift"].items == original.modules["z1-lift"].items


def test_content_with_findings_is_not_loaded(content: Path) -> None:
    (content / "glossary.yaml").unlink()
    with pytest.raises(ContentError, match=r"content/glossary\.yaml:1: file: is missing") as error:
        load_content(content)
    assert list(error.value.findings) == check_content(content)


def test_a_folder_that_is_missing_is_a_finding(tmp_path: Path) -> None:
    assert [str(one) for one in check_content(tmp_path / "contents")] == [
        "contents:1: folder: is missing"
    ]


def test_an_empty_folder_lacks_every_course_file(tmp_path: Path) -> None:
    assert [one.file.rpartition("/")[2] for one in check_content(tmp_path)] == [
        "course.yaml",
        "curriculum.yaml",
        "glossary.yaml",
        "sources.yaml",
    ]
