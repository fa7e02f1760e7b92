"""A trainer looks at the cohort, narrows it down, and goes to one learner and to what to do."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from support.browser import DESKTOP, PHONE, GuardedBrowser
from support.live_site import LiveSite
from yongxin.language import LANGUAGES, Language
from yongxin.text import interface_text

WIDTHS = {"phone": PHONE, "desk": DESKTOP}
MODULE = "z1-lift"
WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def site(built_course: Path, tmp_path: Path) -> Iterator[LiveSite]:
    """A site with a learner who has opened a module long ago, and one who is late."""
    site = LiveSite(built_course, tmp_path / "state", "--trainers-folder=")
    learner = site.store.learner("learner")
    assert learner
    long_ago = datetime.now(UTC) - timedelta(days=9)
    site.store.record_visits({(learner.id, MODULE): long_ago})
    site.store.set_deadline(MODULE, long_ago, group="west")
    site.start()
    yield site
    site.stop()
    site.store.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_from_the_cohort_to_one_learner_and_to_today(
    site: LiveSite,
    chromium: GuardedBrowser,
    axe: Callable[..., None],
    language: Language,
    width: str,
) -> None:
    text = interface_text(language)
    context = chromium.new_context(viewport=WIDTHS[width])
    page = context.new_page()
    site.sign_in(page, "trainer")

    page.goto(f"{site.url}/{language}/cohort")
    rows = page.locator(".matrix").first.locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="林夏")).to_contain_text(text("cohort.state.in-progress"))
    expect(rows.filter(has_text="周远")).to_contain_text(text("cohort.state.overdue"))
    axe(page)
    assert not page.evaluate(WIDE)

    page.get_by_label(text("cohort.module"), exact=True).select_option(MODULE)
    page.get_by_label(text("cohort.in-state"), exact=True).select_option("overdue")
    page.get_by_role("button", name=text("cohort.show"), exact=True).click()
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("周远")

    page.get_by_role("link", name="周远").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("周远")
    expect(page.get_by_text(text("timeline.nothing"))).to_be_visible()
    axe(page)
    assert not page.evaluate(WIDE)

    page.get_by_role("link", name=text("site.staff.today"), exact=True).click()
    expect(page.get_by_role("heading", name=text("today.stuck"))).to_be_visible()
    axe(page)
    assert not page.evaluate(WIDE)
    page.get_by_role("link", name="west").click()
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("周远")
