"""GIFT as teachers write it is read as Moodle reads it, and GIFT that means harm does none."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from yongxin.interchange import gift_reader, gift_writer
from yongxin.interchange.from_items import Portable
from yongxin.interchange.importing import convert
from yongxin.interchange.question import (
    Answer,
    Choice,
    Matching,
    Numerical,
    Ordering,
    Question,
    Refused,
    ShortAnswer,
    TrueFalse,
    Wording,
)
from yongxin.interchange.to_items import Defaults
from yongxin.language import LANGUAGES, Language

DEFAULTS = Defaults("practice", ("A-06",))


def read(text: str) -> list[Question | Refused]:
    return list(gift_reader.read(text, "en"))


def one(text: str) -> Question:
    (question,) = read(text)
    assert isinstance(question, Question), str(question)
    return question


def refused(text: str) -> str:
    (found,) = read(text)
    assert isinstance(found, Refused)
    return str(found)


def test_a_choice_with_feedback_and_an_explanation() -> None:
    question = one(
        "::Lift::Who mends the lift? {\n=The firm#Right.\n~The guard#No.\n~You\n"
        "####It has a contract.\n}"
    )
    assert (question.name, question.stem) == ("Lift", {"en": "Who mends the lift?"})
    assert question.explanation == {"en": "It has a contract."}
    assert question.body == Choice(
        (
            Answer({"en": "The firm"}, 1.0, {"en": "Right."}),
            Answer({"en": "The guard"}, 0.0, {"en": "No."}),
            Answer({"en": "You"}, 0.0, {}),
        ),
        single=True,
    )


def test_weights_without_a_right_one_let_people_choose_several() -> None:
    body = one("Which? {~%50%a ~%50%b ~%-100%c}").body
    assert isinstance(body, Choice)
    assert not body.single
    assert [answer.fraction for answer in body.answers] == [0.5, 0.5, -1.0]


def test_answers_in_a_sentence_leave_a_line_there() -> None:
    assert one("The lift is {=broken ~blue} today.").stem == {"en": "The lift is _____ today."}


def test_escaped_characters_are_characters() -> None:
    question = one(r"Is 1 \= 1 \{really\}\: \#1 \~ \\ two\nlines? {T}")
    assert question.stem == {"en": "Is 1 = 1 {really}: #1 ~ \\ two\nlines?"}


def test_true_and_false_with_what_is_said_to_either() -> None:
    body = one("The sun rises. {FALSE#It does.#Right you are.####So.}").body
    assert body == TrueFalse(False, right={"en": "Right you are."}, wrong={"en": "It does."})


@pytest.mark.parametrize(
    ("answers", "value", "tolerance"),
    [("#3:2", 3, 2), ("#1..5", 3, 2), ("# =-1.5:0.05", -1.5, 0.05), ("#1822", 1822, 0)],
)
def test_numbers_with_a_tolerance_or_a_range(answers: str, value: float, tolerance: float) -> None:
    body = one(f"How many? {{{answers}}}").body
    assert isinstance(body, Numerical)
    assert (body.answers[0].value, body.answers[0].tolerance) == (value, tolerance)


def test_pairs_and_a_distractor() -> None:
    body = one("Match. {=cat -> mouse =dog -> cat = -> hay}").body
    assert isinstance(body, Matching)
    assert body.pairs[2] == ({}, {"en": "hay"})


def test_short_answers_with_a_part_of_the_mark() -> None:
    body = one("Name it. {=frog#Yes =%50%toad =%0%*#No.}").body
    assert isinstance(body, ShortAnswer)
    assert [(a.text, a.fraction) for a in body.answers] == [("frog", 1), ("toad", 0.5), ("*", 0)]


def test_an_order_of_the_ordering_plugin() -> None:
    body = one("Order. {>3 ALL VERTICAL LONGEST_ORDERED_SUBSET SHOW none\none\ntwo\nthree\n}").body
    assert body == Ordering(
        ({"en": "one"}, {"en": "two"}, {"en": "three"}), "LONGEST_ORDERED_SUBSET"
    )


def test_ids_and_tags_of_moodles_comments_are_read() -> None:
    question = one("// question: 7\n// [id:lift-one] [tag:unit:A-06]\n$x? {T}")
    assert (question.id, question.tags) == ("lift-one", ("unit:A-06",))


def test_languages_side_by_side_are_told_apart() -> None:
    html = (
        '<span lang="zh_cn" class="multilang">电梯</span> '
        '<span class="multilang" lang="en">Lift</span>'
    )
    escaped = html.replace("=", r"\=")
    assert one(f"[html]{escaped}? {{T}}").stem == {"zh-CN": "电梯 ?", "en": "Lift?"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Only a text", "description"),
        ("An essay {}", "essay"),
        ("Never closed { =a ~b", "{ is not closed"),
        ("Never opened =a ~b }", "not opened"),
        ("Twice {=a ~b} and {=c ~d}", "more than once"),
        ("Nested {=a {~b} }", "more than once"),
        ("No number {#three}", "no number"),
        ("No number is right {#=%0%3}", "no number is right"),
        ("No arrow {=a -> b =c}", "-> is missing"),
        ("No sign {some words}", "begins with"),
        ("\ue100 {T}", "private use"),
        ("Nothing {#}", "0 answers"),
        ("Line " + "x" * 30_000 + " {T}", "characters in a line"),
        ("Text " + "\n".join(["x" * 1000] * 10) + " {T}", "more than 3000 characters"),
        ("Long " + "\n".join(["x" * 1000] * 70) + " {T}", "a question of more than"),
        ("Many {" + "~a" * 200 + "}", "200 answers"),
    ],
)
def test_what_is_no_question_is_refused_with_a_reason(text: str, why: str) -> None:
    message = refused(text)
    assert message.startswith("line 1")
    assert why in message


def test_one_broken_question_does_not_hide_the_next() -> None:
    found = read("A {=a\n\n::B:: B? {T}\n\nC }\n\nD? {F}")
    assert [type(entry) for entry in found] == [Refused, Question, Refused, Question]


@pytest.mark.parametrize(
    "hostile",
    [
        "{" * 200_000,
        "\\" * 19_000,
        "{=" * 9_000,
        "~#" * 9_000 + "}",
        "//" * 9_000,
        "<" * 19_000,
        "[html]" + "<span " * 3_000 + "{T}",
        "[html]" + "&" * 18_000 + " {T}",
        "%" * 19_000 + "{=a}",
    ],
)
def test_hostile_texts_are_read_in_a_moment(hostile: str) -> None:
    begun = time.perf_counter()
    for text in (hostile, f"::x::{hostile}", f"q {{{hostile}}}"):
        list(convert(read(text), (), DEFAULTS).ids)
    assert time.perf_counter() - begun < 10


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    for found in (*read(text), *read(f"::n::{text} {{{text}}}")):
        assert isinstance(found, (Question, Refused))
    convert(read(f"::n::{text} {{={text} ~other}}"), (), DEFAULTS)


WORDS = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Co", "Cn", "Zs", "Zl", "Zp")), min_size=1
)


# A stem that begins with [ once came back with [html] before it.
@example(["[", "[plain]", "%50%", "[html]"], LANGUAGES[1:])
@given(st.lists(WORDS, min_size=4, max_size=4), st.sampled_from([LANGUAGES, LANGUAGES[1:]]))
def test_any_words_survive(words: list[str], languages: tuple[Language, ...]) -> None:
    stem, right, wrong, why = (_in_all(languages, word) for word in words)
    question = Question(
        id="any",
        name="any",
        stem=stem,
        body=Choice((Answer(right, 1.0, why), Answer(wrong, 0.0, {})), single=True),
        explanation=why,
    )
    back = one(gift_writer.write(Portable(question, [])))
    assert (back.stem, back.body, back.explanation) == (stem, question.body, why)


def _in_all(languages: tuple[Language, ...], word: str) -> Wording:
    return {language: word for language in languages}  # noqa: C420  (keeps its type)
