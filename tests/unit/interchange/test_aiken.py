"""Aiken is read, and what is none is told with its line."""

from yongxin.interchange import aiken
from yongxin.interchange.question import Choice, Question, Refused

TEXT = """\
Who mends the lift?
A) The guard
B. The firm
ANSWER: B

Which floor is the <b>lobby</b> on?
A) One
B) Two
ANSWER: A
"""


def test_questions_with_their_right_choices() -> None:
    assert aiken.looks_like_aiken(TEXT)
    first, second = aiken.read(TEXT, "en")
    assert isinstance(first, Question)
    assert isinstance(first.body, Choice)
    assert [(a.text["en"], a.fraction) for a in first.body.answers] == [
        ("The guard", 0),
        ("The firm", 1),
    ]
    assert isinstance(second, Question)
    assert second.stem == {"en": "Which floor is the <b>lobby</b> on?"}


def test_what_is_none_is_refused_and_the_next_is_read() -> None:
    text = "Q1\nA) a\nANSWER: C\n\nQ2\nA) a\nB) b\nQ3\nA) a\nB) b\nANSWER: A\nA) x\nANSWER: A\nQ4"
    found = list(aiken.read(text, "en"))
    assert [str(one) if isinstance(one, Refused) else one.stem["en"] for one in found] == [
        "line 1: ANSWER: C is none of A",
        "line 5: ANSWER: is missing before line 8",
        "Q3",
        "line 12: no question stands before the choices",
        "line 14: ANSWER: is missing at the end of the file",
    ]


def test_huge_lines_are_refused() -> None:
    (found,) = aiken.read("x" * 100_000, "en")
    assert isinstance(found, Refused)
