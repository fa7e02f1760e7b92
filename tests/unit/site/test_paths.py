"""Addresses, and which of them may be followed."""

import pytest

from yongxin.site.paths import Paths


@pytest.mark.parametrize(
    "wanted",
    [
        "/en/",
        "/zh-CN/lesson/a2-pickle",
        "/en/lesson/sign-in-desk",
        "/en/results?x=//y",
        "/en/#chain",
    ],
)
def test_pages_of_the_site_may_be_gone_to(wanted: str) -> None:
    assert Paths("/").safe_next(wanted) == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        None,
        "",
        "en/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example/",
        "https:evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/en/\r\nSet-Cookie: a=b",
        " /en/",
        "/en/sign-in",
        "/sign-in/a-token",
        "/sign-out",
        "/en/" + "x" * 1000,
    ],
)
def test_no_other_address_may_be_gone_to(wanted: str | None) -> None:
    assert Paths("/").safe_next(wanted) is None


def test_below_a_prefix_only_what_is_below_it() -> None:
    paths = Paths("/services/course/")
    assert paths.safe_next("/services/course/en/") == "/services/course/en/"
    assert paths.safe_next("/services/other/") is None
    assert paths.safe_next("/services/course//evil.example") == "/services/course//evil.example"
    assert paths.safe_next("/services/course/sign-out") is None


@pytest.mark.parametrize(
    ("path", "other"),
    [
        ("/en/", "/zh-CN/"),
        ("/en", "/zh-CN/"),
        ("/en/lesson/a2-pickle?x=1", "/zh-CN/lesson/a2-pickle?x=1"),
        ("/sign-in/a-token", "/sign-in/a-token?language=zh-CN"),
        ("/nothing?language=en", "/nothing?language=zh-CN"),
    ],
)
def test_the_same_page_in_another_language(path: str, other: str) -> None:
    assert Paths("/").in_language(path, "zh-CN") == other


def test_names_that_people_chose_are_escaped() -> None:
    assert Paths("/").cohort("en", group="a&b=c") == "/en/cohort?group=a%26b%3Dc"
    assert Paths("/").timeline("en", "a/b@x.y") == "/en/cohort/learner/a%2Fb%40x.y"
    assert Paths("/").sign_in("en", "/en/?a=1&b=2") == "/en/sign-in?next=%2Fen%2F%3Fa%3D1%26b%3D2"
