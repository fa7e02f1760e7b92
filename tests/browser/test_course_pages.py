"""Every lesson and exercise of the course, as it is committed: complete, accessible, no overflow.

The sample course shows that pages work; this shows that what authors wrote works on them.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from support.browser import DESKTOP, PHONE, GuardedBrowser
from support.live_site import LiveSite

ROOT = Path(__file__).parents[2]
COURSE = json.loads((ROOT / "data" / "course.json").read_text(encoding="utf-8"))
MODULES = [name for name, one in COURSE["modules"].items() if one["status"] == "released"]

#: How far a page may reach beyond the window: browsers round to whole pixels.
OVERFLOW = 1


@pytest.fixture(scope="module")
def course_site(demo_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    site = LiveSite(demo_course, tmp_path_factory.mktemp("state"))
    site.start()
    yield site
    site.close()


def all_work(page: Page) -> None:
    """Wait until every element of the page works."""
    count = page.locator("[data-yongxin-element]").count()
    assert count > 0
    expect(page.locator("[data-yongxin-mounted]")).to_have_count(count)


def overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def open_details(page: Page) -> None:
    page.evaluate("document.querySelectorAll('main details').forEach((one) => (one.open = true))")


@pytest.mark.parametrize("kind", ["lesson", "exercise"])
@pytest.mark.parametrize("module", MODULES)
def test_a_page_of_the_course(
    course_site: LiveSite,
    chromium: GuardedBrowser,
    axe: Callable[..., None],
    screenshot: Callable[..., None],
    module: str,
    kind: str,
) -> None:
    page = chromium.new_page(viewport=PHONE)
    course_site.sign_in(page, "learner")
    # In one language on a phone, in the other at a desk: axe takes seconds for a long page.
    for language, looked_at in (("zh-CN", PHONE), ("en", DESKTOP)):
        page.set_viewport_size(PHONE)
        page.goto(f"{course_site.url}/{language}/{kind}/{module}")
        all_work(page)
        open_details(page)
        assert overflow(page) <= OVERFLOW, f"{page.url} at {PHONE['width']}"
        screenshot(page, f"{kind}-{module}")
        page.set_viewport_size(looked_at)
        axe(page)
        page.set_viewport_size(DESKTOP)
        assert overflow(page) <= OVERFLOW, f"{page.url} at {DESKTOP['width']}"
        screenshot(page, f"{kind}-{module}")
    assert [one for one in chromium.console if "error" in one.lower()] == []
