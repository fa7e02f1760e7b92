"""Handing an exercise in, as a learner sees it: questions before, receipts after, then locked."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from support.browser import GuardedBrowser
from support.live_site import LiveSite
from yongxin.grading.exchange import ExchangeSettings, release_module
from yongxin.text import interface_text

SINGLE = "quiz:gap-sign"
EXERCISE = "en/exercise/z1-lift"
SECONDS = 30_000

text = interface_text("en")


@pytest.fixture
def site(own_course: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveSite]:
    """The sample course, whose exercise may be handed in."""
    state = own_course / "var"
    monkeypatch.setenv("YONGXIN_STATE", str(state))
    release_module(own_course, "z1-lift")
    site = LiveSite(own_course, state)
    site.start()
    yield site
    site.close()


def element(page: Page, name: str) -> Locator:
    root = page.locator(f'[data-yongxin-element="{name}"]')
    expect(root).to_have_attribute("data-yongxin-mounted", "")
    return root


def opened(site: LiveSite, browser: GuardedBrowser, username: str = "learner") -> Page:
    page = browser.new_page()
    site.sign_in(page, username)
    page.goto(f"{site.url}/{EXERCISE}")
    return page


def to_the_top(page: Page) -> None:
    """Leave nothing half under the header: axe would take it for a target that is too small."""
    page.evaluate("scrollTo(0, 0)")


def hand_in(page: Page) -> Locator:
    """Press the button and confirm; return the element when the server has answered."""
    root = element(page, "submit:exercise")
    root.locator("[data-yongxin-action=hand-in]").click()
    root.locator("[data-yongxin-action=confirm]").click()
    expect(root.locator(".yongxin-confirm")).to_be_hidden(timeout=SECONDS)
    return root


def submissions(site: LiveSite, username: str = "learner") -> list[tuple[int, bool]]:
    learner = site.store.learner(username)
    assert learner
    return [(one.number, one.late) for one in site.store.submissions(learner.id, "z1-lift")]


def test_an_exercise_is_handed_in_twice_and_then_locked(
    site: LiveSite,
    own_course: Path,
    chromium: GuardedBrowser,
    axe: Callable[..., None],
    screenshot: Callable[..., None],
) -> None:
    page = opened(site, chromium)
    element(page, SINGLE).get_by_label("Expectations were met").check()
    root = element(page, "submit:exercise")
    expect(root.locator(".yongxin-missing li")).to_have_count(2)
    root.locator("[data-yongxin-action=hand-in]").click()
    expect(root.locator(".yongxin-confirm")).to_contain_text("2")
    to_the_top(page)
    axe(page)
    screenshot(page, "exercise-confirm")
    root.locator("[data-yongxin-action=cancel]").click()
    assert submissions(site) == []

    hand_in(page)
    receipts = root.locator(".yongxin-handed-in li")
    expect(receipts).to_have_count(1)
    expect(receipts.first).to_contain_text("1")
    inbound = list(ExchangeSettings(own_course / "var" / "exchange").handed_in.iterdir())
    assert [one.name.partition("+")[0] for one in inbound] == ["learner"]

    element(page, SINGLE).get_by_label("Delight").check()
    hand_in(page)
    expect(receipts).to_have_count(2)
    expect(root.locator("[data-yongxin-action=hand-in]")).to_be_hidden()
    expect(element(page, SINGLE).get_by_label("Delight")).to_be_disabled()
    to_the_top(page)
    axe(page)
    screenshot(page, "exercise-handed-in")
    assert submissions(site) == [(1, False), (2, False)]
    page.reload()
    expect(element(page, SINGLE).get_by_label("Delight")).to_be_checked()
    expect(element(page, SINGLE).get_by_label("Delight")).to_be_disabled()

    page.goto(f"{site.url}/en/results/z1-lift")
    expect(page.locator("main")).to_contain_text("Not graded yet")
    expect(page.locator("main")).to_contain_text("You have used 2 of 2.")
    page.goto(f"{site.url}/en/")
    expect(page.locator(".fact-done").first).to_contain_text("handed in")


def test_after_the_deadline_it_is_late_for_everybody_to_see(
    site: LiveSite, chromium: GuardedBrowser
) -> None:
    site.store.set_deadline("z1-lift", datetime.now(UTC) - timedelta(hours=1))
    page = opened(site, chromium)
    page.goto(f"{site.url}/en/")
    expect(page.locator(".fact-late").first).to_contain_text("was due")
    page.goto(f"{site.url}/{EXERCISE}")
    hand_in(page)
    assert submissions(site) == [(1, True)]
    trainer = chromium.new_page()
    site.sign_in(trainer, "trainer")
    trainer.goto(f"{site.url}/en/cohort")
    matrix = trainer.locator(".matrix").first
    row = matrix.locator("tbody tr", has_text="林夏")
    expect(row).to_contain_text(text("cohort.late"))
    other = matrix.locator("tbody tr", has_text="周远")
    expect(other).to_contain_text(text("cohort.state.overdue"))


def test_who_does_not_learn_cannot_hand_in(site: LiveSite, chromium: GuardedBrowser) -> None:
    page = opened(site, chromium, "trainer")
    expect(page.locator("main")).to_contain_text(text("site.exercise.staff"))
    root = hand_in(page)
    expect(root.locator(".yongxin-handed-in")).to_be_hidden()
    assert submissions(site, "trainer") == []


def test_an_exchange_that_is_gone_loses_no_answer(
    site: LiveSite, own_course: Path, chromium: GuardedBrowser, screenshot: Callable[..., None]
) -> None:
    page = opened(site, chromium)
    element(page, SINGLE).get_by_label("Expectations were met").check()
    exchange = own_course / "var" / "exchange"
    exchange.rename(own_course / "var" / "elsewhere")
    root = hand_in(page)
    told = root.locator(".yongxin-status")
    expect(told).to_contain_text("nothing was handed in", timeout=SECONDS)
    screenshot(page, "exercise-no-exchange")
    assert submissions(site) == []
    (own_course / "var" / "elsewhere").rename(exchange)
    hand_in(page)
    expect(root.locator(".yongxin-handed-in li")).to_have_count(1)
    assert submissions(site) == [(1, False)]
