"""Fixtures for tests in a real browser, offline."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from support.browser import DESKTOP, PHONE, GuardedBrowser, launch
from support.element_server import ElementServer
from support.live_site import LiveSite

# Rules that axe leaves out by default although WCAG 2.2 AA asks for them. None is ever disabled.
AXE_OPTIONS = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}


@pytest.fixture(scope="package")
def one_playwright() -> Iterator[Playwright]:
    # Playwright's synchronous interface leaves a running event loop in this thread, which is why
    # this fixture must end with the package: asyncio.run refuses to work beside it.
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def one_browser(one_playwright: Playwright) -> Iterator[Browser]:
    browser = launch(one_playwright)
    yield browser
    browser.close()


@pytest.fixture
def chromium(one_browser: Browser) -> Iterator[GuardedBrowser]:
    """A browser with no history. The test fails if any page asked for anything off this machine."""
    guarded = GuardedBrowser(one_browser)
    yield guarded
    guarded.close()
    guarded.verify()


@pytest.fixture
def server() -> Iterator[ElementServer]:
    """Pages of elements, without a site around them."""
    server = ElementServer()
    yield server
    server.close()


@pytest.fixture
def open_page(chromium: GuardedBrowser, server: ElementServer) -> Iterator[Callable[..., Page]]:
    """``open_page(*names)`` opens a page of elements and waits until all of them work.

    The server's policy is as strict as the site's, and the test fails if a page breaks it.
    """

    def open_page(*names: str, language: Any = "en", **options: Any) -> Page:
        page = chromium.new_page(**options)
        page.goto(server.page(language, *names))
        expect(page.locator("[data-yongxin-mounted]")).to_have_count(len(names))
        return page

    yield open_page
    assert [one for one in chromium.console if "Content Security Policy" in one] == []


@pytest.fixture
def axe() -> Callable[..., None]:
    """``axe(page)`` fails with axe-core's report when it finds anything; no rule is disabled."""

    def assert_no_findings(page: Page, context: str | None = None) -> None:
        results = Axe().run(page, context=context, options=AXE_OPTIONS)
        assert results.response["passes"], "axe-core examined nothing"
        assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"

    return assert_no_findings


@pytest.fixture
def screenshot(request: pytest.FixtureRequest) -> Callable[..., None]:
    """``screenshot(page, "lesson")`` keeps a picture when pytest runs with ``--screenshots DIR``.

    The file is named after the picture, the page's language and its width.
    """
    folder: Path | None = request.config.getoption("--screenshots")

    def take(page: Page, name: str, *, full_page: bool = True) -> None:
        if folder is None:
            return
        language = page.locator("html").get_attribute("lang") or "unknown"
        size = page.viewport_size
        width = size["width"] if size else "window"
        file = re.sub(r"[^\w.-]+", "-", f"{name}.{language}.{width}.png")
        page.screenshot(path=folder / file, full_page=full_page)

    return take


@pytest.fixture
def look(axe: Callable[..., None], screenshot: Callable[..., None]) -> Callable[[Page, str], None]:
    """``look(page, "lesson")`` looks at a page on a phone and on a desk, and leaves it there."""

    def look(page: Page, name: str) -> None:
        for size in (PHONE, DESKTOP):
            page.set_viewport_size(size)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
            # axe would take for too small a target what is half under the header.
            page.evaluate("scrollTo(0, 0)")
            axe(page)
            screenshot(page, name)

    return look


@pytest.fixture(scope="module")
def live_site(built_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    """The sample course, served; shared by the tests of one module.

    Tests that kill it start it again; those that need an untouched store use ``fresh_site``.
    """
    site = LiveSite(built_course, tmp_path_factory.mktemp("state"))
    site.start()
    yield site
    site.close()


@pytest.fixture
def fresh_site(built_course: Path, tmp_path: Path) -> Iterator[LiveSite]:
    """The sample course, served for one test alone."""
    site = LiveSite(built_course, tmp_path / "state")
    site.start()
    yield site
    site.close()
