"""Moodle XML is read as Moodle means it, and XML that means harm is refused."""

import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yongxin.interchange import moodle_xml_reader, moodle_xml_writer
from yongxin.interchange.from_items import Portable
from yongxin.interchange.importing import convert
from yongxin.interchange.question import (
    Answer,
    Choice,
    Embedded,
    Gap,
    Matching,
    Numerical,
    Ordering,
    Question,
    Refused,
    ShortAnswer,
    TrueFalse,
)
from yongxin.interchange.rich_text import to_html
from yongxin.interchange.source_file import MAXIMUM_BYTES, UnreadableFile, read_bytes
from yongxin.interchange.to_items import Defaults

DEFAULTS = Defaults("practice", ("A-06",))


def quiz(*questions: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><quiz>{"".join(questions)}</quiz>'.encode()


def question(kind: str, inner: str, stem: str = "Stem?") -> str:
    return (
        f'<question type="{kind}"><name><text>N</text></name><questiontext format="html">'
        f"<text><![CDATA[{stem}]]></text></questiontext>{inner}</question>"
    )


def answer(fraction: float, text: str, inner: str = "") -> str:
    return f'<answer fraction="{fraction}"><text>{text}</text>{inner}</answer>'


def one(kind: str, inner: str, stem: str = "Stem?") -> Question:
    (found,) = moodle_xml_reader.read(quiz(question(kind, inner, stem)), "en")
    assert isinstance(found, Question), str(found)
    return found


def test_choices_of_one_and_of_several() -> None:
    inner = answer(100, "a", "<feedback><text>Yes.</text></feedback>") + answer(0, "b")
    assert one("multichoice", f"<single>true</single>{inner}").body == Choice(
        (Answer({"en": "a"}, 1, {"en": "Yes."}), Answer({"en": "b"}, 0, {})), single=True
    )
    several = one("multichoice", "<single>false</single>" + answer(33.33333, "a")).body
    assert isinstance(several, Choice)
    assert not several.single


def test_true_false_numbers_texts_pairs_and_orders() -> None:
    assert one("truefalse", answer(0, "true") + answer(100, "false")).body == TrueFalse(
        False, right={}, wrong={}
    )
    units = "<units><unit><multiplier>1</multiplier><unit_name>kg</unit_name></unit></units>"
    body = one("numerical", answer(100, "3.5", "<tolerance>0.1</tolerance>") + units).body
    assert isinstance(body, Numerical)
    assert (body.answers[0].tolerance, body.units) == (0.1, ("kg",))
    body = one("shortanswer", "<usecase>1</usecase>" + answer(100, "Frog")).body
    assert isinstance(body, ShortAnswer)
    assert body.case_sensitive
    pair = "<subquestion><text>cat</text><answer><text>mouse</text></answer></subquestion>"
    assert one("matching", pair).body == Matching((({"en": "cat"}, {"en": "mouse"}),))
    body = one("ordering", answer(2, "b") + answer(1, "a") + answer(3, "c")).body
    assert isinstance(body, Ordering)
    assert [entry["en"] for entry in body.entries] == ["a", "b", "c"]


def test_gaps_with_their_feedback_weights_and_escapes() -> None:
    stem = r"<p>Fill in.</p>Say {2:MULTICHOICE:=so\}rry#Good.~%0%a \~ b#Why?} in {:MC:~now~=time}."
    body = one("cloze", "", stem).body
    assert isinstance(body, Embedded)
    assert body.text == {"en": "Say {{1}} in {{2}}."}
    first, second = body.gaps
    assert (first.weight, second.weight) == (2, 1)
    assert isinstance(first.body, Choice)
    assert [entry.text["en"] for entry in first.body.answers] == ["so}rry", "a ~ b"]
    assert [entry.fraction for entry in first.body.answers] == [1, 0]


@pytest.mark.parametrize(("kind", "tag"), [("gapselect", "selectoption"), ("ddwtos", "dragbox")])
def test_missing_words_become_gaps_with_the_choices_of_their_group(kind: str, tag: str) -> None:
    words = (("cat", 1), ("mat", 2), ("dog", 1), ("bed", 2))
    inner = "".join(f"<{tag}><text>{w}</text><group>{g}</group></{tag}>" for w, g in words)
    body = one(kind, inner, "The [[1]] sat on the [[2]].").body
    assert isinstance(body, Embedded)
    assert body.text == {"en": "The {{1}} sat on the {{2}}."}
    choices = [gap.body for gap in body.gaps]
    assert [
        [(answer.text["en"], answer.fraction) for answer in choice.answers]
        for choice in choices
        if isinstance(choice, Choice)
    ] == [[("cat", 1), ("dog", 0)], [("mat", 1), ("bed", 0)]]


@pytest.mark.parametrize(
    "kind", ["essay", "description", "calculated", "ddmarker", "drawing", "stack", ""]
)
def test_foreign_types_are_reported(kind: str) -> None:
    content = quiz(
        question(kind, ""), question("truefalse", answer(100, "true") + answer(0, "false"))
    )
    refused, kept = moodle_xml_reader.read(content, "en")
    assert isinstance(refused, Refused)
    assert refused.what == "question 1 (N)"
    assert isinstance(kept, Question)


def test_what_is_left_out_of_a_question_is_told() -> None:
    stem = 'See <img src="@@PLUGINFILE@@/x.png"> <b>now</b>'
    inner = answer(100, "true") + answer(0, "false") + "<hint><text>Look.</text></hint>"
    found = one("truefalse", inner, stem)
    assert found.stem == {"en": "See now"}
    assert found.lost == ("a picture", "the hints for further tries")


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))
HOSTILE = {
    "billion laughs": f"<!DOCTYPE q [{LAUGHS}]><quiz>&l9;</quiz>",
    "quadratic": f'<!DOCTYPE q [<!ENTITY a "{"a" * 50_000}">]><quiz>{"&a;" * 1000}</quiz>',
    "file": '<!DOCTYPE q [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>',
    "address": '<!DOCTYPE q [<!ENTITY x SYSTEM "http://127.0.0.1:9/">]><quiz>&x;</quiz>',
    "parameter": '<!DOCTYPE q [<!ENTITY % x SYSTEM "http://127.0.0.1:9/"> %x;]><quiz/>',
    "external document type": '<!DOCTYPE quiz SYSTEM "http://127.0.0.1:9/q.dtd"><quiz/>',
    "public document type": '<!DOCTYPE quiz PUBLIC "-//X" "http://127.0.0.1:9/q.dtd"><quiz/>',
    "deep": "<quiz>" + "<a>" * 100_000 + "</a>" * 100_000 + "</quiz>",
    "wide": "<quiz>" + "<a/>" * 300_000 + "</quiz>",
    "undefined entity": "<quiz>&nope;</quiz>",
    "no XML": "hello",
    "empty": "",
    "not closed": "<quiz><question>",
    "other root": "<html/>",
    "two roots": "<quiz/><quiz/>",
    "wrong encoding": '<?xml version="1.0" encoding="nonsense"?><quiz/>',
    "UTF-7": '<?xml version="1.0" encoding="UTF-7"?><quiz/>',
    "null": "<quiz>\0</quiz>",
}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_xml_is_refused_in_a_moment(hostile: str) -> None:
    begun = time.perf_counter()
    with pytest.raises(UnreadableFile):
        list(moodle_xml_reader.read(hostile.encode(), "en"))
    assert time.perf_counter() - begun < 10


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.xml"
    with path.open("wb") as file:
        file.truncate(MAXIMUM_BYTES * 100)
    with pytest.raises(UnreadableFile, match="larger than"):
        read_bytes(path)
    with pytest.raises(UnreadableFile, match="no file"):
        read_bytes(tmp_path)
    with pytest.raises(UnreadableFile, match="no file"):
        read_bytes(Path("/dev/zero"))


@pytest.mark.parametrize(
    ("kind", "inner", "stem"),
    [
        ("multichoice", answer(100, "x" * 30_000), "S"),
        ("multichoice", "".join(answer(0, "x") for _ in range(200)), "S"),
        ("multichoice", '<answer fraction="nan"><text>a</text></answer>', "S"),
        ("numerical", answer(100, "1e400"), "S"),
        ("numerical", answer(100, "three"), "S"),
        ("cloze", "", "{1:MULTICHOICE:=a~b"),
        ("cloze", "", "{1:NONSENSE:=a~b}"),
        ("cloze", "", "{1:MC:=a~b}" * 60),
        ("cloze", "", "no gap"),
        ("cloze", "", "{1:NM:=x}"),
        ("gapselect", "", "[[7]]"),
        ("truefalse", answer(100, "yes") + answer(0, "no"), "S"),
        ("matching", "<subquestion/>" * 200, "S"),
    ],
)
def test_a_question_that_cannot_be_read_is_refused_alone(kind: str, inner: str, stem: str) -> None:
    (found,) = moodle_xml_reader.read(quiz(question(kind, inner, stem)), "en")
    assert isinstance(found, Refused)


@pytest.mark.parametrize(
    "stem",
    [
        "<" * 19_000,
        "<p " * 6_000,
        "<a>" * 6_000,
        "</p " * 4_000,
        "<p a='" * 3_000,
        "<p>" * 6_000,
        "<!--" * 4_000,
        "<![x" * 4_000,
        "&#" * 9_000,
        "<span lang='en' class='multilang'>" * 500,
        "{1:MC:" * 3_000,
        "{1:MC:=a#" + "~" * 15_000 + "}",
        "[[" * 9_000,
    ],
)
@pytest.mark.parametrize("kind", ["truefalse", "cloze", "gapselect"])
def test_hostile_markup_is_read_in_a_moment(stem: str, kind: str) -> None:
    inner = answer(100, "true") + answer(0, "false")
    begun = time.perf_counter()
    convert(moodle_xml_reader.read(quiz(question(kind, inner, stem)), "en"), (), DEFAULTS)
    assert time.perf_counter() - begun < 10


def test_scripts_never_reach_a_text() -> None:
    stem = "<p onclick='x()'>Hello<script>alert(1)</script><style>p{}</style></p>"
    assert one("truefalse", answer(100, "true") + answer(0, "false"), stem).stem == {"en": "Hello"}


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for text in (content, b"<quiz>" + content + b"</quiz>"):
        with suppress(UnreadableFile):
            list(moodle_xml_reader.read(text, "en"))


WORDS = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Co", "Cn", "Zs", "Zl", "Zp")), min_size=1
)


@given(st.lists(WORDS, min_size=5, max_size=5))
def test_any_words_survive_in_gaps(words: list[str]) -> None:
    stem, right, wrong, why, around = words
    gap = Choice(
        (Answer({"en": right}, 1.0, {"en": why}), Answer({"en": wrong}, 0.0, {})), single=True
    )
    text = around.replace("{", "(").replace("}", ")")
    made = Question(
        id="any",
        name="any",
        stem={"en": stem.replace("{", "(").replace("[", "(")},
        body=Embedded({"en": f"{to_html({'en': text})} {{{{1}}}}."}, (Gap(gap, 3),)),
        explanation={"en": why},
    )
    element = moodle_xml_writer.write(Portable(made, []))
    (back,) = moodle_xml_reader.read(moodle_xml_writer.document([element]).encode(), "en")
    assert isinstance(back, Question), str(back)
    assert back.stem == made.stem
    assert back.body == Embedded({"en": f"{text} {{{{1}}}}."}, (Gap(gap, 3),))
