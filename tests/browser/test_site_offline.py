"""Without a network: what was visited is read, what is answered is kept, and nobody sees another's.

The network goes by ending the server, which no page and no worker can tell from a dead line.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from support.browser import PHONE, GuardedBrowser
from support.live_site import LiveSite
from yongxin.site.people import TRUSTED_SECONDS
from yongxin.text import interface_text

SINGLE, LOG = "quiz:gap-sign", "reflect:lift-log"
LESSON, EXERCISE = "en/lesson/z1-lift", "en/exercise/z1-lift"
PATIENT = 15_000

text = interface_text("en")


@pytest.fixture
def site(live_site: LiveSite) -> Iterator[LiveSite]:
    """A running site, however the test before left it."""
    if live_site.process is None:
        live_site.start()
    yield live_site
    if live_site.process is None:
        live_site.start()


def element(page: Page, name: str) -> Locator:
    root = page.locator(f'[data-yongxin-element="{name}"]')
    expect(root).to_have_attribute("data-yongxin-mounted", "")
    return root


def answer(page: Page, label: str) -> None:
    element(page, SINGLE).get_by_label(label).check()


def saved(page: Page, name: str = SINGLE) -> None:
    status = element(page, name).locator(".yongxin-status")
    expect(status).to_have_attribute("data-state", "saved", timeout=PATIENT)


def kept(site: LiveSite, username: str, name: str = SINGLE) -> Any:
    learner = site.store.learner(username)
    assert learner
    found = site.store.saved(learner.id, [name]).get(name)
    return found.state if found else None


def until(condition: Callable[[], object], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def person(site: LiveSite, username: str) -> str:
    """Add a learner, so that tests which share a site do not meet; return the user name."""
    if site.store.learner(username) is None:
        site.store.add_learner(username, username.title(), language="en")
    return username


def signed_in(site: LiveSite, context: BrowserContext, username: str) -> Page:
    """Return a page with the worker in charge."""
    page = context.new_page()
    site.sign_in(page, person(site, username))
    page.goto(f"{site.url}/en/")
    worker_is_in_charge(page)
    return page


def worker_is_in_charge(page: Page) -> None:
    until(lambda: page.evaluate("navigator.serviceWorker.controller !== null"), 40)


def copies(page: Page) -> list[str]:
    """Return the paths of the pages that the device keeps."""
    return page.evaluate(
        """async () => {
          const found = [];
          for (const name of await caches.keys()) {
            if (name.includes(" pages ")) {
              for (const one of await (await caches.open(name)).keys()) {
                found.push(new URL(one.url).pathname.slice(1));
              }
            }
          }
          return found.sort();
        }"""
    )


def has_copy(page: Page, path: str) -> None:
    until(lambda: path in copies(page))


def waiting(page: Page) -> Locator:
    return page.locator(".yongxin-waiting")


def test_what_was_visited_is_read_without_a_network_and_shows_the_last_answer(
    site: LiveSite,
    chromium: GuardedBrowser,
    axe: Callable[..., None],
    screenshot: Callable[..., None],
) -> None:
    page = signed_in(site, chromium.new_context(), "reader")
    has_copy(page, "en/")
    page.goto(f"{site.url}/{LESSON}")
    has_copy(page, LESSON)
    page.goto(f"{site.url}/{EXERCISE}")
    has_copy(page, EXERCISE)
    answer(page, "Delight")
    saved(page)
    copy = "async () => (await (await caches.match(location.href)).text())"
    until(lambda: '"response":"delighted"' in page.evaluate(copy))
    site.kill()
    page.reload()
    assert page.locator("html").get_attribute("data-yongxin-kept")
    expect(page.locator(".banner")).to_contain_text("The server does not answer just now")
    expect(element(page, SINGLE).get_by_label("Delight")).to_be_checked()
    page.goto(f"{site.url}/{LESSON}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    for image in page.locator(".prose img").all():
        image.scroll_into_view_if_needed()
        until(lambda: image.evaluate("image => image.complete && image.naturalWidth > 0"))  # noqa: B023
    axe(page)
    screenshot(page, "offline-copy")
    page.goto(f"{site.url}/")
    expect(page).to_have_url(f"{site.url}/en/")
    for language in ("en", "zh-CN"):
        words = interface_text(language)
        page.goto(f"{site.url}/{language}/results")
        expect(page.get_by_role("heading", level=1)).to_have_text(words("site.not-here.title"))
        expect(page.locator(".copies li")).to_have_count(3)
        page.set_viewport_size(PHONE)
        screenshot(page, "offline-page")
        axe(page)
    page.locator(".copies a").first.click()
    expect(page.locator(".notebook, .cards").first).to_be_visible()
    site.start()
    page.goto(f"{site.url}/{LESSON}")
    assert page.locator("html").get_attribute("data-yongxin-kept") is None


def test_what_was_answered_without_a_network_is_sent_from_any_page(
    site: LiveSite,
    chromium: GuardedBrowser,
    axe: Callable[..., None],
    screenshot: Callable[..., None],
) -> None:
    context = chromium.new_context()
    page = signed_in(site, context, "traveller")
    has_copy(page, "en/")
    page.goto(f"{site.url}/{EXERCISE}")
    has_copy(page, EXERCISE)
    site.kill()
    page.reload()
    answer(page, "Expectations were met")
    element(page, LOG).get_by_label("Facts").fill("写在电梯里 in the lift")
    expect(waiting(page)).to_contain_text(text("element.waiting.several", count=2), timeout=PATIENT)
    page.close(run_before_unload=False)
    page = context.new_page()
    page.goto(f"{site.url}/en/")
    expect(waiting(page)).to_contain_text(text("element.waiting.several", count=2), timeout=PATIENT)
    expect(waiting(page)).to_contain_text(text("element.status.offline"), timeout=PATIENT)
    axe(page)
    page.set_viewport_size(PHONE)
    screenshot(page, "answers-wait")
    page.close()
    site.start()
    page = context.new_page()
    page.goto(f"{site.url}/en/")
    expect(waiting(page)).to_have_text(text("element.waiting.sent"), timeout=PATIENT)
    screenshot(page, "answers-sent")
    assert kept(site, "traveller") == {"response": "met", "checked": False}
    assert kept(site, "traveller", LOG) == {"fields": {"facts": "写在电梯里 in the lift"}}
    assert page.evaluate("Object.keys(localStorage)") == []


def test_a_page_without_elements_and_without_waiting_answers_loads_no_runtime(
    site: LiveSite, chromium: GuardedBrowser
) -> None:
    page = chromium.new_page()
    site.sign_in(page, person(site, "visitor"))
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto(f"{site.url}/en/")
    page.wait_for_load_state("networkidle")
    pages = [one for one in loaded if one.endswith(".js") and "service-worker" not in one]
    assert any(one.endswith("/site.js") for one in pages)
    assert page.locator("script[src$='/elements.js']").count() == 0
    assert page.evaluate("Symbol.for('yongxin.plotly') in window") is False


def test_two_learners_on_one_device_never_meet(site: LiveSite, chromium: GuardedBrowser) -> None:
    context = chromium.new_context()
    page = signed_in(site, context, "first-shift")
    page.goto(f"{site.url}/{EXERCISE}")
    has_copy(page, EXERCISE)
    site.kill()
    page.reload()
    answer(page, "Delight")
    expect(waiting(page)).to_contain_text("One answer waits", timeout=PATIENT)
    site.start()
    # Signed out in the moment the network is back, in a tab that knows nothing of the answer.
    site.store.end_sessions("first-shift")
    page.close(run_before_unload=False)
    page = context.new_page()
    page.goto(f"{site.url}/en/")
    expect(page).to_have_url(f"{site.url}/en/sign-in?next=%2Fen%2F")
    expect(waiting(page)).to_have_text(text("site.waiting"))
    until(lambda: copies(page) == [])
    site.sign_in(page, person(site, "second-shift"))
    page.goto(f"{site.url}/{EXERCISE}")
    expect(element(page, SINGLE).get_by_label("Delight")).not_to_be_checked()
    expect(waiting(page)).to_be_hidden()
    has_copy(page, EXERCISE)
    time.sleep(1)  # in which nothing may be sent
    assert kept(site, "second-shift") is None
    assert kept(site, "first-shift") is None
    # Signing out forgets the second one's pages at once.
    page.locator(".account summary").click()
    page.get_by_role("button", name="Sign out").click()
    until(lambda: copies(page) == [])
    site.kill()
    page.goto(f"{site.url}/{EXERCISE}")
    expect(page.get_by_role("heading", level=1)).to_have_text(text("site.not-here.title"))
    site.start()
    # The first one comes back: the answer is sent from the start page.
    site.sign_in(page, "first-shift")
    until(lambda: kept(site, "first-shift") == {"response": "delighted", "checked": False})
    assert kept(site, "second-shift") is None


def test_an_answer_outlives_a_session_and_is_sent_after_signing_in_again(
    site: LiveSite, chromium: GuardedBrowser
) -> None:
    context = chromium.new_context()
    page = signed_in(site, context, "sleeper")
    page.goto(f"{site.url}/{EXERCISE}")
    element(page, SINGLE)
    site.store.end_sessions("sleeper")
    time.sleep(TRUSTED_SECONDS)  # the session was ended in another process than the site's
    answer(page, "Delight")
    expect(waiting(page)).to_contain_text("One answer waits", timeout=PATIENT)
    page.goto(f"{site.url}/en/sign-in")
    site.sign_in(page, "sleeper")  # arrives on the start page
    until(lambda: kept(site, "sleeper") == {"response": "delighted", "checked": False})


def test_what_must_not_be_kept_is_not(site: LiveSite, chromium: GuardedBrowser) -> None:
    context = chromium.new_context()
    page = context.new_page()
    site.sign_in(page, "trainer")
    page.goto(f"{site.url}/en/")
    worker_is_in_charge(page)
    for path in ("en/cohort", "en/lesson/nothing-here", "en/sign-in", "en/lesson/z1-lift"):
        page.goto(f"{site.url}/{path}")
    has_copy(page, "en/lesson/z1-lift")
    assert set(copies(page)) <= {"en/", "en/lesson/z1-lift"} | {
        one for one in copies(page) if "/image/" in one
    }


# -- ahead ----------------------------------------------------------------------------------------


def visits(site: LiveSite, username: str) -> set[str]:
    learner = site.store.learner(username)
    assert learner
    return set(site.store.visits(learner.id))


@pytest.mark.parametrize("way", ["pointer", "keyboard"])
def test_a_lesson_is_fetched_before_it_is_opened_and_noted_when_it_is(
    site: LiveSite, chromium: GuardedBrowser, way: str
) -> None:
    username = f"quick-{way}"
    page = signed_in(site, chromium.new_context(), username)
    link = page.locator(f'a[href$="/{LESSON}"]').first
    if way == "pointer":
        link.hover()
    else:
        link.focus()
    time.sleep(1)  # in which it is fetched, and no visit is noted
    assert visits(site, username) == set()
    site.kill()  # so that nothing but what was fetched ahead can be shown
    if way == "pointer":
        link.click()
    else:
        page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/{LESSON}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.locator("html").get_attribute("data-yongxin-kept") is None
    assert page.evaluate("document.activeElement === document.body")
    expect(page).to_have_title(page.locator("title").inner_text())
    site.start()
    page.reload()
    until(lambda: visits(site, username) == {"z1-lift"})


def test_the_visit_of_a_page_that_was_fetched_ahead_is_noted(
    site: LiveSite, chromium: GuardedBrowser
) -> None:
    page = signed_in(site, chromium.new_context(), "swift")
    link = page.locator(f'a[href$="/{LESSON}"]').first
    link.hover()
    time.sleep(0.5)
    assert visits(site, "swift") == set()
    link.click()
    until(lambda: visits(site, "swift") == {"z1-lift"})
    assert '"unvisited":true' in page.locator("#yongxin-page").inner_text()


def test_whoever_saves_data_fetches_nothing_ahead(site: LiveSite, chromium: GuardedBrowser) -> None:
    context = chromium.new_context()
    context.add_init_script(
        "Object.defineProperty(navigator, 'connection', {value: {saveData: true}})"
    )
    page = signed_in(site, context, "saver")
    page.locator(f'a[href$="/{LESSON}"]').first.hover()
    time.sleep(0.5)
    page.locator(f'a[href$="/{LESSON}"]').first.click()
    expect(page).to_have_url(f"{site.url}/{LESSON}")
    assert '"unvisited"' not in page.locator("#yongxin-page").inner_text()
