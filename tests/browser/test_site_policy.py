"""What pages may load and do, the way back to them, and their pictures."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright

from support.browser import PHONE, GuardedBrowser, launch
from support.live_site import LiveSite
from yongxin.language import LANGUAGES

REPOSITORY = Path(__file__).parents[2]

#: Notes what the policy forbids, before anything of the page runs.
WATCH = """
window.violations = [];
addEventListener("securitypolicyviolation", (event) =>
  violations.push(`${event.effectiveDirective}: ${event.blockedURI} ${event.sourceFile ?? ""}`));
"""

#: who → the pages below the language
PAGES = {
    None: ("sign-in", "nothing/here"),
    "learner": (
        "",
        "?by=path",
        "lesson/z1-lift",
        "exercise/z1-lift",
        "results",
        "results/z1-lift",
        "lesson/z2-gate",
        "cohort",
        "nothing/here",
    ),
    "trainer": ("", "lesson/z1-lift", "exercise/z1-lift", "cohort", "cohort?group=east"),
}

#: Every element on a page, brought to life.
ALIVE = """() => [...document.querySelectorAll("[data-yongxin-element]")]
  .every((one) => "yongxinMounted" in one.dataset)"""


@pytest.fixture
def watched(chromium: GuardedBrowser) -> Callable[[], Page]:
    def page() -> Page:
        opened = chromium.new_page(viewport=PHONE)
        opened.add_init_script(WATCH)
        return opened

    return page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("username", PAGES)
def test_no_page_does_what_its_policy_forbids(
    chromium: GuardedBrowser,
    watched: Callable[[], Page],
    live_site: LiveSite,
    username: str | None,
    language: str,
) -> None:
    page = watched()
    if username:
        live_site.sign_in(page, username)
    for address in PAGES[username]:
        page.goto(f"{live_site.url}/{language}/{address}")
        page.wait_for_function(ALIVE)
        # A chart is drawn when it comes into sight.
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        for chart in page.locator(".yongxin-chart").all():
            chart.scroll_into_view_if_needed()
            chart.locator(".bars path").first.wait_for(state="attached")
        assert page.evaluate("violations") == [], address
    # A page that is not there says so in the console too, and that is all.
    told = [one for one in chromium.console if "the server responded with a status of" not in one]
    assert [one for one in told if one.startswith(("error", "warning"))] == []


def test_the_policy_is_in_force(watched: Callable[[], Page], live_site: LiveSite) -> None:
    page = watched()
    page.goto(f"{live_site.url}/en/sign-in")
    page.evaluate("""() => {
      const script = document.createElement("script");
      script.textContent = "window.ran = true";
      document.body.append(script);
      document.body.insertAdjacentHTML("beforeend", '<p style="color: red">red</p>');
    }""")
    page.wait_for_function("() => violations.length === 2")
    assert page.evaluate("window.ran") is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_of_the_sample_is_shown(
    chromium: GuardedBrowser, live_site: LiveSite, language: str
) -> None:
    page = chromium.new_page()
    live_site.sign_in(page)
    assert _shown_pictures(page, f"{live_site.url}/{language}/lesson/z1-lift") > 0


@pytest.fixture(scope="module")
def real_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    """The course of this repository, served."""
    site = LiveSite(REPOSITORY, tmp_path_factory.mktemp("real"))
    site.start()
    yield site
    site.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_of_the_course_is_shown(
    chromium: GuardedBrowser, real_site: LiveSite, language: str
) -> None:
    page = chromium.new_page()
    real_site.sign_in(page)
    page.goto(f"{real_site.url}/{language}/")
    lessons = page.locator("h3 a").evaluate_all("links => links.map((link) => link.href)")
    exercises = page.locator(".card-more a").evaluate_all("links => links.map((one) => one.href)")
    assert lessons
    shown = [_shown_pictures(page, address) for address in [*lessons, *exercises]]
    assert sum(shown) > 0


def _shown_pictures(page: Page, address: str) -> int:
    """Return how many pictures the page has besides the frame's; fails if one cannot be seen."""
    page.goto(address)
    pictures = page.locator("main img")
    for picture in pictures.all():
        picture.scroll_into_view_if_needed()
        picture.evaluate("one => one.complete || new Promise((done) => (one.onload = done))")
        assert picture.evaluate("one => one.naturalWidth") > 0, picture.get_attribute("src")
    return pictures.count()


# -- the way back ----------------------------------------------------------------------------------


@pytest.fixture
def keeping_browser(one_playwright: Playwright) -> Iterator[GuardedBrowser]:
    """A browser that keeps whole pages for the way back, which Playwright's does not."""
    browser = launch(one_playwright, keeps_pages=True)
    guarded = GuardedBrowser(browser)
    yield guarded
    guarded.close()
    browser.close()
    guarded.verify()


def test_the_way_back_is_at_once_and_ends_with_the_session(
    keeping_browser: GuardedBrowser, live_site: LiveSite
) -> None:
    page = keeping_browser.new_page()
    page.add_init_script("addEventListener('pageshow', (event) => (window.kept = event.persisted))")
    live_site.sign_in(page)
    lesson, results = f"{live_site.url}/en/lesson/z1-lift", f"{live_site.url}/en/results"
    page.goto(lesson)
    page.wait_for_function(ALIVE)
    page.goto(results)
    _back(page, lesson)
    assert page.evaluate("window.kept") is True

    page.goto(results)
    page.locator(".account summary").click()
    page.locator(".account form button").click()
    page.wait_for_url(re.compile("/sign-in$"))
    page.evaluate("setTimeout(() => history.go(-2))")
    page.wait_for_url(re.compile(r"/sign-in\?next="))
    assert page.locator("main form input[name=password]").is_visible()


def _back(page: Page, address: str) -> None:
    # Playwright waits for a load that does not come when the whole page was kept.
    page.evaluate("setTimeout(() => history.back())")
    page.wait_for_url(address, wait_until="commit")
    page.wait_for_function("() => 'kept' in window")
