"""Which cells need no kernel: exactly those that are one call of a verb, or imports of verbs."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yongxin.elements import Import, recognise
from yongxin.elements.recognise import MAXIMUM_CHARACTERS, VERBS


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ('quiz("chain-order")', ["quiz:chain-order"]),
        ("quiz('a', 'b2-c')", ["quiz:a", "quiz:b2-c"]),
        ('scenario("extra-visitor-card")', ["quiz:extra-visitor-card"]),
        ('reflect("own-customer-log")', ["reflect:own-customer-log"]),
        ('simulate("satisfaction-gap")', ["simulate:satisfaction-gap"]),
        ('assess("service-self-14")', ["assess:service-self-14"]),
        ("submit()", ["submit:exercise"]),
        ("progress()", ["progress:course"]),
        ('\n\nquiz(\n    "a",\n    "b",\n)  # two of them\n', ["quiz:a", "quiz:b"]),
        ('quiz("a");', ["quiz:a"]),
    ],
)
def test_a_call_of_a_verb_names_its_elements(source: str, names: list[str]) -> None:
    assert recognise(source) == names


@pytest.mark.parametrize("package", ["yongxin", "yongxin.en", "yongxin.zh_cn"])
def test_an_import_of_verbs_is_recognised(package: str) -> None:
    assert recognise(f"from {package} import quiz, reflect") == Import(
        (package,), ("quiz", "reflect")
    )


def test_several_imports_of_verbs_are_recognised() -> None:
    source = "from yongxin import quiz\nfrom yongxin.en import submit  # at the end"
    assert recognise(source) == Import(("yongxin", "yongxin.en"), ("quiz", "submit"))


HOSTILE = [
    "",
    "   \n# only a comment",
    "quiz",
    "quiz()",
    "submit(1)",
    'submit("a2-pickle")',
    'progress(*["a"])',
    "quiz(1)",
    "quiz(b'a')",
    "quiz(f'a')",
    "quiz(None)",
    'quiz(id="a")',
    'quiz("a", **{})',
    'quiz(*["a"])',
    'quiz("a" + "b")',
    'quiz("a" if True else "b")',
    'quiz((x := "a"))',
    'quiz(open("/etc/passwd").read())',
    'quiz("../../etc/passwd")',
    'quiz("A")',
    'quiz("a:b")',
    'quiz("a ")',
    'quiz("a\\n")',
    'quiz("-a")',
    'quiz("ａ")',
    'yongxin.quiz("a")',
    'quiz("a").show()',
    'quiz("a")("b")',
    'quiz("a")[0]',
    '(lambda: quiz("a"))()',
    'x = quiz("a")',
    'quiz("a"), quiz("b")',
    'quiz("a")\nquiz("b")',
    'quiz("a"); import os',
    '__import__("os").system("true")',
    'await quiz("a")',
    'if True: quiz("a")',
    "import yongxin",
    "import os",
    "from yongxin import *",
    "from yongxin import quiz as q",
    "from yongxin import quiz, os",
    "from yongxin.store import Store",
    "from . import quiz",
    "from .yongxin import quiz",
    "from yongxin.en.x import quiz",
    'from yongxin import quiz\nquiz("a")',
    "from yongxin import quiz\nimport os",
    "%time quiz('a')",
    "!rm -rf /",
    "quiz('a'",
    "quiz('a')\0",
    "\ud800",
    "print('hello')",
    "play('extra-visitor-card')",
    "score_cell({})",
    f"quiz({'(' * 300}'a'{')' * 300})",
    "-" * 3000 + "1",
    f'quiz("{"a" * MAXIMUM_CHARACTERS}")',
]


@pytest.mark.parametrize("source", HOSTILE)
def test_anything_else_is_left_to_a_kernel(source: str) -> None:
    assert recognise(source) is None


@given(st.text(max_size=200))
def test_no_text_makes_it_fail(source: str) -> None:
    recognise(source)


@given(st.sampled_from(sorted(VERBS)), st.lists(st.text(max_size=20), max_size=3))
def test_whatever_is_recognised_is_one_call_with_these_literals(verb: str, ids: list[str]) -> None:
    source = f"{verb}({', '.join(map(repr, ids))})"
    names = recognise(source)
    if isinstance(names, list) and ids:
        call = ast.literal_eval(source.removeprefix(verb)[:-1] + ",)")
        assert [name.partition(":")[2] for name in names] == list(call)
