"""What a learner writes into a reflection is shown as written, and is never live."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from nbconvert.filters import markdown2html

from yongxin.grading.reflection_cell import clean, compose_cell, fields_in_words, make_inert
from yongxin.items.reflection import PublicReflection
from yongxin.language import Language

LOG = PublicReflection.model_validate(
    {
        "id": "lift-log",
        "use": "graded",
        "units": ["A-12"],
        "points": 3,
        "prompt": {"zh-CN": "写一次经历。", "en": "Write about one time."},
        "fields": [
            {"id": "facts", "kind": "text", "label": {"zh-CN": "事实", "en": "Facts"}},
            {
                "id": "rating",
                "kind": "choice",
                "label": {"zh-CN": "总的来说", "en": "All in all"},
                "options": [
                    {"id": "satisfied", "text": {"zh-CN": "满意", "en": "satisfied"}},
                    {"id": "hurt", "text": {"zh-CN": "委屈", "en": "hurt"}},
                ],
            },
        ],
    }
)

HOSTILE = [
    "<script>alert(1)</script>",
    "</div><img src=x onerror=alert(1)>",
    "# 标题\n\n- 一\n- 二\n\n> 引用\n\n```js\nalert(1)\n```\n\n    code",
    "**粗** _斜_ ~~删~~ `码` | a | b |\n|---|---|",
    "[x](javascript:alert(1)) ![i](http://evil.example/i.png) <http://evil.example>",
    "http://evil.example/路 www.evil.example someone@evil.example",
    "$x$ $$\\frac{1}{2}$$ \\(a\\) \\[b\\] \\begin{align}c\\end{align} \\$",
    "&lt;b&gt; &amp; &#60;script&#62; &nbsp;",
    "attachment:x.png {{ 7*7 }} {% raw %} %matplotlib !ls",
    "]]> --> <!-- <?php ?> <![CDATA[",
    "### BEGIN SOLUTION\n### END SOLUTION\n### BEGIN HIDDEN TESTS",
]
READERS = {"nbconvert": markdown2html, "CommonMark": MarkdownIt("commonmark").render}
HARMLESS = {"div", "p", "strong", "em", "br", "span"}
ATTRIBUTES = {"class", "lang", "dir"}


def read(reader: str, source: str) -> BeautifulSoup:
    return BeautifulSoup(READERS[reader](source), "html.parser")


def shown(page: BeautifulSoup) -> str:
    for line_end in page.find_all("br"):
        line_end.replace_with("\n")
    return page.get_text()


def require_inert(reader: str, text: str) -> None:
    source = compose_cell(LOG, {"facts": text, "rating": "hurt"}, "zh-CN")
    assert source is not None
    page = read(reader, source)
    tags: list[Any] = page.find_all()
    assert {tag.name for tag in tags} <= HARMLESS
    assert {name for tag in tags for name in tag.attrs} <= ATTRIBUTES
    # MathJax looks for formulas within one run of text; none may hold what begins one.
    for run in page.find_all(string=True):
        assert run in ("$", "\\") or not {"$", "\\"} & set(run)
    answer = page.select("p")[1]
    assert shown(BeautifulSoup(str(answer), "html.parser")) == clean(text)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("text", HOSTILE)
def test_markup_of_a_learner_is_shown_and_does_nothing(reader: str, text: str) -> None:
    require_inert(reader, text)


@pytest.mark.parametrize("reader", READERS)
@given(
    text=st.text(
        st.sampled_from("<>&\"'`*_#-+=|~[](){}!$\\/:;.@%^?\n\t 1aé字😀") | st.characters(),
        min_size=1,
        max_size=60,
    ).filter(lambda text: clean(text).strip())
)
def test_no_text_at_all_is_live(reader: str, text: str) -> None:
    require_inert(reader, text)


def test_labels_and_choices_are_in_the_learners_language() -> None:
    source = compose_cell(LOG, {"facts": "Twenty minutes.\n\nTwenty!", "rating": "hurt"}, "en")
    assert source is not None
    words = shown(read("nbconvert", source)).split()
    assert words == ["Facts", "Twenty", "minutes.", "Twenty!", "All", "in", "all", "hurt"]


def test_an_empty_field_is_said_to_be_empty() -> None:
    source = compose_cell(LOG, {"rating": "satisfied"}, "zh-CN")
    assert source is not None
    words = shown(read("nbconvert", source)).split()
    assert words == ["事实", "（这里没有写）", "总的来说", "满意"]


@pytest.mark.parametrize("fields", [{}, {"facts": ""}, {"facts": " \n\t　"}])
def test_nothing_written_leaves_the_cell_alone(fields: dict[str, str]) -> None:
    """nbgrader gives an untouched cell no points by itself; anything else waits for a trainer."""
    assert compose_cell(LOG, fields, "zh-CN") is None


def test_characters_that_deceive_are_left_out() -> None:
    assert clean("满\u202e意\u2066\x00\x1b[31m\r\n好\u2028吧\x85了\n") == "满意[31m\n好\n吧\n了"


@given(st.text() | st.sampled_from(HOSTILE))
def test_only_what_was_composed_here_is_left_as_it_is(text: str) -> None:
    for fields in ({"facts": text}, {"facts": text, "rating": text}, {"rating": "hurt"}):
        for language in ("zh-CN", "en"):
            composed = compose_cell(LOG, fields, language)
            assert composed is None or make_inert(composed) == composed
    inert = make_inert(text)
    assert make_inert(inert) == inert
    page = BeautifulSoup(markdown2html(inert), "html.parser")
    assert {tag.name for tag in page.find_all(True)} <= {"div", "p", "br", "span"}


def test_a_composed_cell_that_was_altered_is_shown_as_text() -> None:
    composed = compose_cell(LOG, {"facts": "x"}, "en")
    assert composed is not None
    for altered in (
        composed.replace("x", "<b>x</b>"),
        composed.replace("x", "$x$"),
        composed.replace("<p", '<p onclick="x"'),
        f"{composed}\n<script></script>",
        composed.replace("\n", "\n\n"),
    ):
        assert "&#60;" in make_inert(altered)


@pytest.mark.parametrize(
    ("language", "day"), [("zh-CN", "2026年12月1日"), ("en", "1 December 2026")]
)
def test_a_day_is_told_as_people_write_it(language: Language, day: str) -> None:
    label = {"zh-CN": "哪一天", "en": "On which day"}
    fields = [{"id": "when", "kind": "date", "label": label}]
    reflection = PublicReflection.model_validate({**LOG.model_dump(), "fields": fields})
    composed = compose_cell(reflection, {"when": "2026-12-01"}, language)
    assert composed is not None
    assert make_inert(composed) == composed
    assert day in BeautifulSoup(composed, "html.parser").get_text()
    # What was kept before the field was one for days stays as it is.
    assert fields_in_words(reflection, {"when": "soon"}, language)[0].text == "soon"
