"""The guards of the browser tests catch what they are there for."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from support.browser import GuardedBrowser, stays_here


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:8866/en/", True),
        ("http://localhost:8866/", True),
        ("ws://[::1]:8866/api", True),
        ("data:text/plain,hello", True),
        ("blob:http://127.0.0.1/1", True),
        ("https://example.org/font.woff2", False),
        ("http://10.0.0.1/", False),
        ("https://127.0.0.1.example.org/", False),
    ],
)
def test_only_loopback_counts_as_this_machine(url: str, here: bool) -> None:
    assert stays_here(url) is here


def test_a_page_that_reaches_out_fails_its_test(one_browser: Browser) -> None:
    guarded = GuardedBrowser(one_browser)
    page = guarded.new_page()
    page.set_content('<img src="http://example.org/pixel.png" alt="">')
    page.wait_for_timeout(100)
    guarded.close()
    with pytest.raises(AssertionError, match=r"http://example\.org/pixel\.png"):
        guarded.verify()


def test_an_uncaught_exception_fails_its_test(one_browser: Browser) -> None:
    guarded = GuardedBrowser(one_browser)
    page = guarded.new_page()
    page.set_content("<script>setTimeout(() => { throw new Error('lost') })</script>")
    page.wait_for_timeout(100)
    guarded.close()
    with pytest.raises(AssertionError, match="lost"):
        guarded.verify()


def test_a_page_that_leaves_people_out_fails_axe(
    chromium: GuardedBrowser, axe: Callable[..., None]
) -> None:
    page = chromium.new_page()
    page.set_content("<!doctype html><html><body><img src='data:,'></body></html>")
    with pytest.raises(AssertionError, match="image-alt"):
        axe(page)
