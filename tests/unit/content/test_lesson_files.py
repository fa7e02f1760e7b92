"""Lessons in Markdown: what is read from them, and what is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yongxin.content.finding import Report
from yongxin.content.lesson import ElementCall, Lesson, Prose
from yongxin.content.lesson_file import parse_lesson

START = "# Title\n\nIntroduction.\n\n## Hook {#hook}\n\n"
END = "\n\n## Recap {#recap}\n"
#: The first line of what stands between ``START`` and ``END``.
FIRST = 7


def parse(text: str) -> tuple[Lesson, list[str]]:
    report = Report()
    lesson, _ = parse_lesson(text, report.of("l.md"))
    return lesson, [str(finding) for finding in report.findings()]


def in_section(text: str) -> tuple[Lesson, list[str]]:
    """Parse a lesson that holds ``text`` in its first section."""
    return parse(START + text + END)


def test_prose_and_calls_alternate_in_a_section() -> None:
    lesson, findings = in_section(
        "One.\n\nTwo.\n\n```yongxin\nquiz( \"a\", 'b' )\n```\n\n```yongxin\n"
        'simulate("c")\n```\nThree.'
    )
    assert findings == []
    assert lesson.sections[0].blocks == (
        Prose("One.\n\nTwo.", FIRST),
        ElementCall("quiz", ("a", "b"), FIRST + 5),
        ElementCall("simulate", ("c",), FIRST + 9),
        Prose("Three.", FIRST + 11),
    )


def test_coverage_comments_are_read_and_are_no_prose() -> None:
    lesson, findings = in_section(
        "<!-- units: A-06 A-07 -->\n<!-- systems: S012 -->\n\nOne.\n\n"
        "<!--units:A-08, F-16.2-->\nTwo."
    )
    assert findings == []
    section = lesson.sections[0]
    assert section.units == ("A-06", "A-07", "A-08", "F-16.2")
    assert section.systems == ("S012",)
    assert [block.markdown for block in section.blocks if isinstance(block, Prose)] == [
        "One.",
        "Two.",
    ]


def test_boxes_stay_in_the_prose_and_what_they_hold_is_examined() -> None:
    box = ":::source\n- **The deck says:** $5\n- [@oliver-1980]\n:::"
    lesson, findings = in_section(box)
    assert lesson.sections[0].blocks == (Prose(box, FIRST),)
    assert [(one.line, one.name) for one in lesson.citations] == [(FIRST + 2, "oliver-1980")]
    assert findings == [
        f"l.md:{FIRST + 1}: text: $ begins a formula in Jupyter; write the currency's name"
    ]


def test_code_is_left_alone() -> None:
    lesson, findings = in_section("`[@x] $5 <b>`\n\n```\n:::scene\n## No heading\n$5 [@y]\n```")
    assert findings == []
    assert lesson.citations == ()
    assert len(lesson.sections) == 2


def test_smaller_headings_belong_to_the_prose() -> None:
    lesson, findings = in_section("### Part\n\nText.\n\n#### Smaller\n\nText.")
    assert findings == []
    assert len(lesson.sections[0].blocks) == 1


def test_a_kept_answer_stands_between_the_prose_around_it() -> None:
    lesson, findings = in_section("Before.\n:::kept a1-look/twice\nAfter.\n\n:::kept b2/c\n")
    assert findings == []
    assert lesson.sections[0].blocks == (
        Prose("Before.", FIRST),
        ElementCall("kept", ("twice",), FIRST + 1, module="a1-look"),
        Prose("After.", FIRST + 2),
        ElementCall("kept", ("c",), FIRST + 4, module="b2"),
    )
    assert lesson.calls[0].source == 'kept("twice")'
    assert lesson.calls[0].names == ("kept:twice",)


def test_a_kept_answer_in_code_is_code() -> None:
    lesson, findings = in_section("```\n:::kept a1-look/twice\n```")
    assert findings == []
    assert lesson.calls == ()


def test_a_link_may_lead_to_the_plan() -> None:
    _, findings = in_section("All of it is in [my plan](plan:) and [**hers**](plan:).")
    assert findings == []


def test_images_are_named_with_their_lines() -> None:
    lesson, findings = in_section("See:\n![A chain](images/chain.svg) and ![Two](images/two.png)")
    assert findings == []
    assert [(one.line, one.name) for one in lesson.images] == [
        (FIRST + 1, "images/chain.svg"),
        (FIRST + 1, "images/two.png"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<script>alert(1)</script>", "HTML: raw HTML; only <!-- units"),
        ("<!-- to do -->", "HTML: raw HTML; only <!-- units"),
        ("<!-- units: A-06", "HTML: raw HTML; only <!-- units"),
        ("A <b>bold</b> claim", "HTML: raw HTML; found"),
        ('<img src="https://x.org/y.png">', "HTML: raw HTML; "),
        ("- <!-- units: A-06 -->", "units: stands in a section, at the left margin"),
        ("[x](javascript:alert(1))", "link: no link that can be followed"),
        ("[x](http://x.org)", "link: links lead to https://… or to a section"),
        ("[x](other.md)", "link: links lead to https://… or to a section"),
        ("[x](#hok)", 'link: found "hok"; allowed: hook, recap; nearest: hook'),
        ("[x][y]\n\n[y]: https://x.org", "link: write the address where the link stands"),
        ("![](images/chain.svg)", "image: no alternative text"),
        ("![x](https://x.org/y.png)", "image: images stand in the module's folder images/"),
        ("![x](data:image/png;base64,AAAA)", "image: images stand in the module's folder images/"),
        ("![x](../images/chain.svg)", "image: images stand in the module's folder images/"),
        ("![x](images/../../key.png)", "image: images stand in the module's folder images/"),
        (":::scenery\nx\n:::", 'box: found "scenery"; allowed: scene, source, limit, tip, deck, '),
        (":::scene\nx", "box: is not closed"),
        (":::", "box: closes a box, and none is open"),
        (":::kept", "kept: names the module and the reflection: :::kept a1-look-twice/strengths"),
        (":::kept strengths", "kept: names the module and the reflection"),
        (":::kept a1/b/c", "kept: names the module and the reflection"),
        (":::kept A1/b", "kept: names the module and the reflection"),
        (":::scene\n:::kept a1/b\n:::", "kept: stands inside the box of line 7"),
        ("  :::kept a1/b", "box: boxes open and close with ::: at the left margin"),
        (":::kept a1/b\n:::", "box: closes a box, and none is open"),
        ("[my\nplan](plan:)", "link: write it on one line and in plain words"),
        ("[x](plan:b)", "link: links lead to https://… or to a section"),
        ("```yongxin\nkept('a')\n```", 'block: found "kept"; allowed: quiz, scenario, reflect'),
        (":::scene\n:::tip\n:::", "box: opens a box inside the box of line 7"),
        ("：：：scene\nx\n:::", "box: boxes open and close with ::: at the left margin"),
        ("  :::scene\nx\n:::", "box: boxes open and close with ::: at the left margin"),
        (":::tip\n## Next {#next}\n:::", "section: a section cannot begin inside a box"),
        ("#### Deep", "heading: level 4 below level 2"),
        ("> ### Quoted", "heading: a heading stands at the left margin"),
        ("# Again", "title: a second title"),
        ("## Next", "section: no id; write one after the heading"),
        ("## Next {#Next}", "section: ids are lowercase words joined by hyphens"),
        ("## Next {#hook}", "section: the id of line 5 again"),
        ("## Next {#sources}", "section: this id is kept for the built notebook"),
        ("## {#next}", "section: the heading is empty"),
        ("```python\n1\n```", 'block: found "python"; allowed: yongxin'),
        ("```yongxing\n1\n```", 'block: found "yongxing"; allowed: yongxin; nearest: yongxin'),
        (":::tip\n```yongxin\nquiz('a')\n```\n:::", "block: cannot stand inside a box"),
        ("- x\n\n  ```yongxin\n  quiz('a')\n  ```", "block: stands at the left margin"),
        ("```yongxin\nqiuz('a')\n```", 'block: found "qiuz"; allowed: quiz, scenario, reflect'),
        ("```yongxin\nquiz()\n```", "block.quiz: names nothing"),
        ("```yongxin\nquiz(a)\n```", 'block.quiz: write one call with ids in quotes, such as'),
        ("```yongxin\nquiz(id='a')\n```", "block.quiz: write one call with ids in quotes"),
        ("```yongxin\nquiz(*'a')\n```", "block.quiz: write one call with ids in quotes"),
        ("```yongxin\nquiz('a' + 'b')\n```", "block.quiz: write one call with ids in quotes"),
        ("```yongxin\nquiz(“a”)\n```", "block: write one call with ids in quotes"),
        ("```yongxin\nquiz('a'); quiz('b')\n```", "block: write one call with ids in quotes"),
        ("```yongxin\nimport os\n```", "block: write one call with ids in quotes"),
        ("```yongxin\n```", "block: write one call with ids in quotes"),
        (f"```yongxin\n{'(' * 900}\n```", "block: write one call with ids in quotes"),
    ],
)  # fmt: skip
def test_what_a_lesson_may_not_hold_is_reported(text: str, expected: str) -> None:
    _, findings = in_section(text)
    assert any(f": {expected}" in finding for finding in findings), findings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## Hook {#hook}\n\n## Recap {#recap}\n", "l.md:1: title: the lesson begins with a line"),
        ("Text.\n\n# Title\n\n## Recap {#recap}", "l.md:3: title: something stands before the"),
        ("# Title\n\n## Hook {#hook}\n", "l.md:4: section: no recap; the lesson needs a section"),
        (
            '# Title\n\n```yongxin\nquiz("a")\n```\n\n## Recap {#recap}',
            "l.md:3: block: stands before the first section",
        ),
    ],
)
def test_a_lesson_has_a_title_sections_and_a_recap(text: str, expected: str) -> None:
    _, findings = parse(text)
    assert len(findings) == 1
    assert findings[0].startswith(expected)


def test_a_broken_call_is_told_apart_from_a_missing_one() -> None:
    report = Report()
    _, broken = parse_lesson(f"{START}```yongxin\nquiz(\n```{END}", report.of("l.md"))
    assert broken == {"hook"}


PIECES = st.sampled_from(
    ["# ", "## ", " {#hook}", "```yongxin\n", "```\n", ":::tip\n", ":::\n", "<!-- units: A-06 -->",
     "<!--", "[@x]", "![a](images/b.svg)", "[a](b)", "> ", "- ", "\n", "\n\n", "| a |\n|---|\n",
     'quiz("a")\n', "    ", "\t", "<b>", "***", "&amp;", "\\"],
)  # fmt: skip

TEXT = st.text(st.characters(exclude_characters="\r"), max_size=5)  # files are read without it


@settings(max_examples=300)
@given(st.lists(PIECES | TEXT, max_size=25).map("".join))
def test_any_text_is_parsed_without_an_exception_and_with_lines_inside_the_file(text: str) -> None:
    report = Report()
    lesson, _ = parse_lesson(text, report.of("l.md"))
    last = text.count("\n") + 1
    assert all(1 <= finding.line <= last for finding in report.findings())
    for section in lesson.sections:
        assert all(1 <= block.line <= last for block in section.blocks)
