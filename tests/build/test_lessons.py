"""Lesson notebooks and the start page: what stands in their cells, and under which ids."""

import json
import re
from dataclasses import replace

import nbformat
import pytest
from nbformat import NotebookNode

from yongxin.build.lesson import lesson_notebook
from yongxin.build.notebook import CellIds
from yongxin.build.prose import ProseBuilder, cite
from yongxin.build.start import start_notebook
from yongxin.content import Content, ElementCall, Lesson, Prose, Section, Source
from yongxin.language import LANGUAGES, Language

MODULE = "z1-lift"


def read(data: bytes) -> NotebookNode:
    notebook = nbformat.reads(data.decode(), as_version=4)
    nbformat.validate(notebook)
    return notebook


def sources(notebook: NotebookNode) -> dict[str, str]:
    return {cell.id: cell.source for cell in notebook.cells}


def with_lesson(content: Content, *sections: Section, introduction: str = "") -> Content:
    lesson = Lesson("A title", introduction, sections)
    module = replace(content.modules[MODULE], lessons=dict.fromkeys(LANGUAGES, lesson))
    return replace(content, modules={MODULE: module})


def section(id: str, *blocks: Prose | ElementCall) -> Section:
    return Section(id, f"About {id}", 1, ("A-06",), (), blocks)


def prose(content: Content, markdown: str, language: Language = "en") -> str:
    return ProseBuilder(MODULE, language, content.sources).build(markdown)


# Cells


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lesson_begins_with_one_import_and_holds_one_line_per_element(
    language: Language, content: Content
) -> None:
    notebook = read(lesson_notebook(content, MODULE, language))
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]

    assert notebook.cells[0].id == "import"
    assert code == [
        f"from yongxin.{language.lower().replace('-', '_')} import quiz, reflect, simulate",
        'quiz("lift-first-words")',
        'quiz("lift-causes", "lift-minutes")',
        'simulate("satisfaction-gap")',
        'reflect("lift-recap")',
    ]
    assert notebook.metadata.yongxin == {
        "module": MODULE,
        "role": "lesson",
        "language": language,
    }
    assert all(cell.get("outputs", []) == [] for cell in notebook.cells)


def test_both_languages_have_the_same_cells(content: Content) -> None:
    chinese, english = (read(lesson_notebook(content, MODULE, one)) for one in LANGUAGES)

    assert [(cell.id, cell.cell_type) for cell in chinese.cells] == [
        (cell.id, cell.cell_type) for cell in english.cells
    ]
    assert chinese.metadata.title == "电梯停了"
    assert english.metadata.title == "The lift has stopped"


def test_a_section_begins_with_the_cell_of_its_own_id(content: Content) -> None:
    cells = sources(read(lesson_notebook(content, MODULE, "en")))

    assert cells["hook"].startswith("## Guess first\n\nA resident has waited")
    assert cells["recap"] == "## Recap", "a section that begins with an element has its heading"
    assert "<aside" in cells["hook-2"]


def test_coverage_comments_and_authors_marks_are_not_built(content: Content) -> None:
    text = "\n".join(sources(read(lesson_notebook(content, MODULE, "en"))).values())

    for mark in ("<!--", "units:", "{#", ":::", "[@", "```"):
        assert mark not in text


def test_a_lesson_without_elements_imports_nothing(content: Content) -> None:
    built = read(
        lesson_notebook(with_lesson(content, section("only", Prose("Words.", 3))), MODULE, "en")
    )

    assert sources(built) == {"lesson_title": "# A title", "only": "## About only\n\nWords."}


def test_an_edit_in_one_section_leaves_the_ids_of_the_others(content: Content) -> None:
    call = ElementCall("quiz", ("lift-first-words",), 5)
    sections = [section("one", Prose("a", 1), call), section("two", Prose("b", 1))]
    edited = [section("one", Prose("a", 1), call, Prose("c", 9)), *sections[1:]]
    before = read(lesson_notebook(with_lesson(content, *sections), MODULE, "en"))
    after = read(lesson_notebook(with_lesson(content, *edited), MODULE, "en"))

    assert list(sources(before)) == [
        "import",
        "lesson_title",
        "one",
        "quiz_lift-first-words",
        "two",
    ]
    assert set(sources(after)) - set(sources(before)) == {"one-2"}


def test_the_id_of_a_section_is_never_given_to_another_cell(content: Content) -> None:
    crossing = [
        section("chain", Prose("a", 1), ElementCall("quiz", ("gap",), 2), Prose("b", 3)),
        section("chain-2", Prose("c", 5)),
        section("title", Prose("d", 7)),
        section("quiz-gap", Prose("e", 9)),
    ]
    cells = sources(read(lesson_notebook(with_lesson(content, *crossing), MODULE, "en")))

    assert cells["chain-2"] == "## About chain-2\n\nc"
    assert cells["chain-3"] == "b"
    assert cells["title"].startswith("## About title")
    assert cells["quiz-gap"].startswith("## About quiz-gap")


def test_long_names_become_ids_that_nbformat_accepts_and_that_stay() -> None:
    names = [f"quiz_{'a' * 64}", f"quiz_{'a' * 63}b"]
    first, second = (CellIds([]).claim(name) for name in names)

    assert first == CellIds([]).claim(names[0])
    assert first != second
    for one in (first, second):
        assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", one)


def test_one_element_may_be_shown_twice(content: Content) -> None:
    call = ElementCall("simulate", ("satisfaction-gap",), 1)
    built = with_lesson(content, section("one", call), section("two", call))
    cells = sources(read(lesson_notebook(built, MODULE, "en")))

    assert cells["simulate_satisfaction-gap"] == cells["simulate_satisfaction-gap-2"]


# Prose


def test_a_box_is_an_aside_whose_content_stays_markdown(content: Content) -> None:
    assert prose(content, "Before.\n\n:::scene\nAt **seven**.\n\n- a\n:::\n\nAfter.") == (
        "Before.\n\n"
        '<aside class="yongxin-box yongxin-box-scene" role="note" aria-label="Scene">\n\n'
        "At **seven**.\n\n- a\n\n"
        "</aside>\n\n"
        "After."
    )


@pytest.mark.parametrize("kind", ["scene", "source", "limit", "tip", "deck"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_box_has_a_name_to_be_read_out(
    kind: str, language: Language, content: Content
) -> None:
    built = prose(content, f":::{kind}\nWords.\n:::", language)

    assert re.search(rf'yongxin-box-{kind}" role="note" aria-label="[^"]+">', built)


def test_images_are_found_from_where_the_notebook_stands(content: Content) -> None:
    assert prose(content, "![A chain](images/chain.svg) and (images/chain.svg)") == (
        f"![A chain](images/{MODULE}/chain.svg) and (images/chain.svg)"
    )


def test_what_an_image_shows_may_be_told_over_several_lines(content: Content) -> None:
    assert prose(content, "![A chain\nof five](images/chain.svg)") == (
        f"![A chain\nof five](images/{MODULE}/chain.svg)"
    )


def test_code_is_left_as_it_is(content: Content) -> None:
    untouched = [
        "`[@oliver-1980]`",
        "``a ` [@oliver-1980]``",
        "`![x](images/x.svg)`",
        "```\n:::scene\n[@oliver-1980]\n![x](images/x.svg)\n:::\n```",
        "~~~\n```\n:::tip\n~~~",
        "````\n```\n:::tip\n````",
    ]
    for markdown in untouched:
        assert prose(content, markdown) == markdown
    assert prose(content, "```\na\n```\n[@oliver-1980]").endswith("\nOliver (1980)")


def source(authors: str, title: str = "On waiting", published_in: str | None = None) -> Source:
    return Source(id="a-work", authors=authors, year=2001, title=title, published_in=published_in)


@pytest.mark.parametrize(
    ("authors", "english", "chinese"),
    [
        ("Oliver, R. L.", "Oliver (2001)", "Oliver（2001）"),
        ("de Matos, C. A., & Henrique, J. L.", "de Matos and Henrique (2001)",
         "de Matos与Henrique（2001）"),
        ("Parasuraman, A., Zeithaml, V. A., & Berry, L. L.", "Parasuraman et al. (2001)",
         "Parasuraman等（2001）"),
        ("Webb, T.-L.", "Webb (2001)", "Webb（2001）"),
        ("TARP", "TARP (2001)", "TARP（2001）"),
        ("中国物业管理协会", "中国物业管理协会 (2001)", "中国物业管理协会（2001）"),
    ],
)  # fmt: skip
def test_works_are_cited_as_people_name_them(authors: str, english: str, chinese: str) -> None:
    assert cite(source(authors), "en") == english
    assert cite(source(authors), "zh-CN") == chinese


@pytest.mark.parametrize(
    ("work", "listed"),
    [
        (source("Oliver, R. L.", "On waiting", "Journal 17(4)"),
         "- Oliver, R. L. (2001). On waiting. *Journal 17(4)*."),
        (source("Chernev, A.", "How many?", "Journal"),
         "- Chernev, A. (2001). How many? *Journal*."),
        (source("TARP", "Complaints *in* the USA"),
         r"- TARP (2001). *Complaints \*in\* the USA*."),
    ],
)  # fmt: skip
def test_works_are_listed_once_in_the_last_cell(
    work: Source, listed: str, content: Content
) -> None:
    text = Prose(f"See [@{work.id}] and again [@{work.id}].", 3)
    cited = replace(with_lesson(content, section("only", text)), sources={work.id: work})
    cells = sources(read(lesson_notebook(cited, MODULE, "en")))

    assert list(cells)[-1] == "sources"
    assert cells["sources"] == f"## Works cited\n\n{listed}"


def test_works_cited_in_the_introduction_are_listed_too(content: Content) -> None:
    built = with_lesson(content, section("only"), introduction="See [@oliver-1980].")
    cells = sources(read(lesson_notebook(built, MODULE, "zh-CN")))

    assert cells["lesson_title"] == "# A title\n\nSee Oliver（1980）."
    assert "Oliver, R. L. (1980)" in cells["sources"]


# Start page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_start_page_lists_every_part_and_module_and_links_what_can_be_learned(
    language: Language, content: Content
) -> None:
    notebook = read(start_notebook(content, language))
    course = content.course
    (part,) = [cell.source for cell in notebook.cells if cell.id == "z"]

    assert part.startswith(f"## {course.parts[0].title.in_language(language)}\n")
    assert re.findall(r"\((.*?\.ipynb)\)", part) == [f"{MODULE}.ipynb", "z3-water.ipynb"]
    assert course.modules["z2-gate"].title.in_language(language) in part
    assert notebook.cells[-1].source == "progress()"
    assert notebook.metadata.yongxin == {"role": "start", "language": language}
    (other,) = set(LANGUAGES) - {language}
    assert f"](../{other}/index.ipynb)" in sources(notebook)["start_title"]


def test_markup_in_a_title_is_shown_as_it_is_written(content: Content) -> None:
    title = {"zh-CN": "C = C1 * C2 <b>", "en": "C = C1 * C2 <b>"}
    modules = content.course.modules
    named = modules[MODULE].model_copy(
        update={"title": type(modules[MODULE].title).model_validate(title)}
    )
    course = content.course.model_copy(update={"modules": modules | {MODULE: named}})
    built = start_notebook(replace(content, course=course), "en").decode()

    assert json.dumps(r"[C = C1 \* C2 \<b\>](z1-lift.ipynb)")[1:-1] in built
