"""From a notebook to the body of a page."""

import re
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from yongxin.catalogue import Catalogue, DamagedCourse
from yongxin.site.notebooks import Prepared, in_one_language, prepare
from yongxin.site.paths import Paths
from yongxin.site.rendering import Body, Lessons, stamp


@pytest.fixture
def lessons(own_course: Path) -> Lessons:
    return Lessons(Catalogue(own_course), Paths("/"))


def written(course: Path, *cells: nbformat.NotebookNode) -> Path:
    path = course / "course" / "en" / "test.ipynb"
    nbformat.write(new_notebook(cells=list(cells), metadata={"title": "A test"}), path)
    return path


def body(lessons: Lessons, path: Path) -> Body:
    return lessons.body(path, "en")


def prose(lessons: Lessons, course: Path, markdown: str) -> str:
    return body(lessons, written(course, new_markdown_cell(markdown, id="words"))).html


def test_a_lesson_becomes_sections_and_elements_in_order(
    lessons: Lessons, own_course: Path
) -> None:
    found = body(lessons, own_course / "course" / "en" / "z1-lift.ipynb")
    assert found.title == "The lift has stopped"
    assert found.elements == (
        "quiz:lift-first-words",
        "quiz:lift-causes",
        "quiz:lift-minutes",
        "simulate:satisfaction-gap",
        "reflect:lift-recap",
    )
    ids = re.findall(
        r'^<(?:section|div) class="(?:prose|element)" id="([^"]+)"', found.html, re.MULTILINE
    )
    assert [one for one in ids if one in {"hook", "chain", "recap", "sources"}] == [
        "hook",
        "chain",
        "recap",
        "sources",
    ]
    assert "import" not in ids
    assert "from yongxin" not in found.html


def test_a_page_that_needs_a_kernel_says_so(lessons: Lessons, own_course: Path) -> None:
    assert body(lessons, written(own_course, new_code_cell("1 + 1"))).needs_kernel
    assert not body(lessons, written(own_course, new_markdown_cell("1 + 1"))).needs_kernel


def test_pictures_get_an_address_that_changes_with_them(lessons: Lessons, own_course: Path) -> None:
    markdown = "![A chain](images/z1-lift/chain.svg)"
    before = prose(lessons, own_course, markdown)
    assert 'loading="lazy"' in before
    assert 'alt="A chain"' in before
    address = re.findall(r'src="(/en/image/z1-lift/chain\.svg\?v=\w+)"', before)[0]
    picture = own_course / "course" / "en" / "images" / "z1-lift" / "chain.svg"
    path = written(own_course, new_markdown_cell(markdown))
    assert body(lessons, path).pictures == {picture: stamp(picture)}
    picture.write_text(picture.read_text().replace("#0b6e4f", "#000000"))
    after = prose(lessons, own_course, markdown + " ")
    assert address not in after
    assert "/en/image/z1-lift/chain.svg?v=" in after


def test_a_picture_that_is_missing_is_told(lessons: Lessons, own_course: Path) -> None:
    with pytest.raises(DamagedCourse, match="gone"):
        prose(lessons, own_course, "![A chain](images/z1-lift/gone.svg)")


def test_a_link_to_another_notebook_leads_to_its_lesson(lessons: Lessons, own_course: Path) -> None:
    html = prose(lessons, own_course, "[one](z1-lift.ipynb#chain) [two](https://example.org/)")
    assert 'href="/en/lesson/z1-lift#chain"' in html
    assert 'href="https://example.org/"' in html, "a link is not loaded, only followed"


def test_a_table_can_be_scrolled_with_the_keyboard(lessons: Lessons, own_course: Path) -> None:
    html = prose(lessons, own_course, "| a | b |\n|---|---|\n| 1 | 2 |")
    assert re.search(
        r'<div class="scroll" role="group" aria-label="[^"]+" tabindex="0">\s*<table', html
    )


def test_a_table_is_aligned_by_classes_because_the_policy_forbids_styles(
    lessons: Lessons, own_course: Path
) -> None:
    html = prose(lessons, own_course, "| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | 3 |")
    assert "style=" not in html
    assert re.findall(r'<(t[hd]) class="align-(\w+)">', html) == [
        (tag, place) for tag in ("th", "td") for place in ("left", "center", "right")
    ]


def test_headings_have_no_signs_to_click_on(lessons: Lessons, own_course: Path) -> None:
    html = prose(lessons, own_course, "## A heading")
    assert "¶" not in html
    assert "<h2>A heading</h2>" in html


def test_raw_cells_of_an_author_are_not_shown(own_course: Path) -> None:
    path = written(own_course, new_raw_cell("<script>alert(1)</script>"))
    prepared = prepare(path.read_text(), path, Catalogue(own_course), "en")
    assert prepared.notebook.cells == []


def test_outputs_that_were_committed_are_not_shown(own_course: Path) -> None:
    cell = new_code_cell("1 + 1", outputs=[nbformat.v4.new_output("stream", text="old")])
    path = written(own_course, cell)
    prepared: Prepared = prepare(path.read_text(), path, Catalogue(own_course), "en")
    assert prepared.needs_kernel
    assert prepared.notebook.cells[0].outputs == []


@pytest.mark.parametrize("content", ["", "{", "[]", '{"cells": 3}', "null"])
def test_what_is_no_notebook_is_told_with_its_path(own_course: Path, content: str) -> None:
    path = own_course / "course" / "en" / "test.ipynb"
    with pytest.raises(DamagedCourse) as damaged:
        prepare(content, path, Catalogue(own_course), "en")
    assert damaged.value.path == path


def test_of_words_in_every_language_one_is_kept() -> None:
    title = '# <span lang="zh-CN">电梯</span> · <span lang="en">The lift</span>'
    words = '<span lang="zh-CN">一。</span>\n\n<span lang="en">One.</span>'
    assert in_one_language(f"{title}\n\n{words}", "en") == "# The lift\n\nOne."
    assert in_one_language(f"{title}\n\n{words}", "zh-CN") == "# 电梯\n\n一。"
    alone = 'a word in <span lang="en">English</span>'
    assert in_one_language(alone, "zh-CN") == alone
