"""Answers stay: through reloads, other browsers, crashes, dead networks, and several tabs."""

import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from support.browser import PHONE, GuardedBrowser
from support.live_site import LiveSite
from yongxin.site.people import TRUSTED_SECONDS
from yongxin.text import interface_text

SINGLE, ORDER, LOG = "quiz:gap-sign", "quiz:chain-order", "reflect:lift-log"
EXERCISE = "en/exercise/z1-lift"
SAVED = 10_000

text = interface_text("en")


def element(page: Page, name: str) -> Locator:
    root = page.locator(f'[data-yongxin-element="{name}"]')
    expect(root).to_have_attribute("data-yongxin-mounted", "")
    return root


def status(page: Page, name: str) -> Locator:
    return element(page, name).locator(".yongxin-status")


def choose(page: Page, label: str) -> None:
    element(page, SINGLE).get_by_label(label).check()


def is_saved(page: Page, name: str = SINGLE) -> None:
    expect(status(page, name)).to_have_attribute("data-state", "saved", timeout=SAVED)


def opened(site: LiveSite, browser: GuardedBrowser, username: str = "learner") -> Page:
    page = browser.new_page()
    site.sign_in(page, username)
    page.goto(f"{site.url}/{EXERCISE}")
    return page


def kept(site: LiveSite, name: str, username: str = "learner") -> dict[str, object] | None:
    learner = site.store.learner(username)
    assert learner
    found = site.store.saved(learner.id, [name]).get(name)
    return found.state if found else None


def until(condition: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def test_reload_and_another_browser_keep_every_answer(
    fresh_site: LiveSite, chromium: GuardedBrowser
) -> None:
    page = opened(fresh_site, chromium)
    choose(page, "Expectations were met")
    facts = element(page, LOG).get_by_label("Facts")
    facts.fill("二十分钟。I waited.")
    element(page, ORDER).get_by_role("button").nth(1).click()
    for name in (SINGLE, LOG, ORDER):
        is_saved(page, name)
    order = element(page, ORDER).inner_text()
    page.reload()
    for one in (page, opened(fresh_site, chromium)):
        expect(element(one, SINGLE).get_by_label("Expectations were met")).to_be_checked()
        expect(element(one, LOG).get_by_label("Facts")).to_have_value("二十分钟。I waited.")
        assert element(one, ORDER).inner_text().splitlines()[:8] == order.splitlines()[:8]


def test_a_change_is_on_the_server_within_a_second(
    fresh_site: LiveSite, chromium: GuardedBrowser
) -> None:
    page = opened(fresh_site, chromium)
    element(page, SINGLE)
    choose(page, "Expectations were met")
    until(lambda: kept(fresh_site, SINGLE) is not None, seconds=1)


def test_a_server_that_was_killed_and_started_again_has_lost_nothing(
    fresh_site: LiveSite, chromium: GuardedBrowser
) -> None:
    page = opened(fresh_site, chromium)
    choose(page, "Expectations were met")
    is_saved(page)
    fresh_site.kill()
    choose(page, "Delight")
    expect(status(page, SINGLE)).to_contain_text(text("element.kept.device"), timeout=SAVED)
    assert kept(fresh_site, SINGLE) == {"response": "met", "checked": False}
    fresh_site.start()
    until(lambda: kept(fresh_site, SINGLE) == {"response": "delighted", "checked": False}, 70)
    is_saved(page)
    page.reload()
    expect(element(page, SINGLE).get_by_label("Delight")).to_be_checked()


def test_without_a_network_a_banner_says_so_and_what_is_written_is_sent_later(
    fresh_site: LiveSite, chromium: GuardedBrowser, axe: Callable[..., None]
) -> None:
    page = opened(fresh_site, chromium)
    page.set_viewport_size(PHONE)
    facts = element(page, LOG).get_by_label("Facts")
    banner = page.locator(".banner")
    page.context.set_offline(True)
    expect(banner).to_have_text(text("site.offline"))
    facts.fill("written in the lift")
    expect(status(page, LOG)).to_contain_text(text("element.kept.device"), timeout=SAVED)
    axe(page)
    assert kept(fresh_site, LOG) is None
    page.context.set_offline(False)
    expect(banner).to_have_text(text("site.online"))
    is_saved(page, LOG)
    assert kept(fresh_site, LOG) == {"fields": {"facts": "written in the lift"}}
    expect(banner).to_be_empty(timeout=SAVED)


def test_what_was_not_sent_is_sent_when_the_page_is_opened_again(
    fresh_site: LiveSite, chromium: GuardedBrowser
) -> None:
    page = opened(fresh_site, chromium)
    element(page, LOG)
    fresh_site.kill()
    element(page, LOG).get_by_label("Facts").fill("before the power cut")
    expect(status(page, LOG)).to_contain_text(text("element.kept.device"), timeout=SAVED)
    address, context = page.url, page.context
    page.close(run_before_unload=False)
    fresh_site.start()
    again = context.new_page()
    again.goto(address)
    expect(element(again, LOG).get_by_label("Facts")).to_have_value("before the power cut")
    until(lambda: kept(fresh_site, LOG) == {"fields": {"facts": "before the power cut"}})


def test_of_two_tabs_the_later_wins_and_the_earlier_is_told(
    fresh_site: LiveSite, chromium: GuardedBrowser
) -> None:
    first = opened(fresh_site, chromium)
    second = first.context.new_page()
    second.goto(first.url)
    choose(first, "Expectations were met")
    is_saved(first)
    expect(element(second, SINGLE).get_by_label("Expectations were met")).to_be_checked()
    choose(second, "Delight")
    is_saved(second)
    expect(element(first, SINGLE).get_by_label("Delight")).to_be_checked(timeout=SAVED)
    expect(status(first, SINGLE)).to_have_attribute("data-state", "elsewhere")
    assert kept(fresh_site, SINGLE) == {"response": "delighted", "checked": False}


def test_another_device_is_noticed_when_one_comes_back(
    fresh_site: LiveSite, chromium: GuardedBrowser
) -> None:
    desk = opened(fresh_site, chromium)
    element(desk, SINGLE)
    phone = opened(fresh_site, chromium)
    choose(phone, "Delight")
    is_saved(phone)
    time.sleep(5)  # a page does not ask more often than this
    desk.evaluate("dispatchEvent(new Event('focus'))")
    expect(element(desk, SINGLE).get_by_label("Delight")).to_be_checked(timeout=SAVED)


def test_a_session_that_ended_keeps_what_is_written_until_one_is_back(
    fresh_site: LiveSite, chromium: GuardedBrowser, screenshot: Callable[..., None]
) -> None:
    page = opened(fresh_site, chromium)
    element(page, SINGLE)
    fresh_site.store.end_sessions("learner")
    time.sleep(TRUSTED_SECONDS)  # the session was ended in another process than the site's
    choose(page, "Delight")
    expect(status(page, SINGLE)).to_have_attribute("data-state", "signed-out", timeout=SAVED)
    screenshot(page, "exercise-signed-out")
    link = status(page, SINGLE).get_by_role("link")
    standing = link.element_handle()
    for _ in range(
        2
    ):  # new attempts to send leave the link where it is, so that a click reaches it
        with page.expect_response(lambda response: response.url.endswith("/events")):
            pass
    assert standing.evaluate("link => link.isConnected")
    link.click()
    page.get_by_label("User name").fill("learner")
    page.get_by_label("Password", exact=True).fill("learner-password")
    page.locator("main button[type=submit]").click()
    page.wait_for_url(f"**/{EXERCISE}")
    expect(element(page, SINGLE).get_by_label("Delight")).to_be_checked()
    until(lambda: kept(fresh_site, SINGLE) is not None)


def test_whoever_signs_in_next_neither_sees_nor_saves_the_other_ones_answers(
    fresh_site: LiveSite, chromium: GuardedBrowser
) -> None:
    page = opened(fresh_site, chromium)
    element(page, SINGLE)
    other = page.context.new_page()
    other.goto(f"{fresh_site.url}/en/")
    other.locator(".account summary").click()
    other.get_by_role("button", name="Sign out").click()
    fresh_site.sign_in(other, "second")
    choose(page, "Delight")  # in a tab that was left open
    expect(status(page, SINGLE)).to_have_attribute("data-state", "somebody-else", timeout=SAVED)
    assert kept(fresh_site, SINGLE) is None
    assert kept(fresh_site, SINGLE, "second") is None
    other.goto(f"{fresh_site.url}/{EXERCISE}")
    expect(element(other, SINGLE).get_by_label("Delight")).not_to_be_checked()


def test_a_store_that_is_locked_keeps_the_answer_and_says_so(
    fresh_site: LiveSite, chromium: GuardedBrowser, screenshot: Callable[..., None]
) -> None:
    import sqlite3

    page = opened(fresh_site, chromium)
    element(page, SINGLE)
    lock = sqlite3.connect(fresh_site.state / "yongxin.db", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    try:
        choose(page, "Delight")
        expect(status(page, SINGLE)).to_have_attribute("data-state", "busy", timeout=30_000)
        screenshot(page, "exercise-busy")
    finally:
        lock.execute("ROLLBACK")
        lock.close()
    is_saved(page)
    assert kept(fresh_site, SINGLE) == {"response": "delighted", "checked": False}
