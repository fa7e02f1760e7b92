"""Flash cards by keyboard alone, on a phone and at a desk, in both languages, without a network."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from support.browser import DESKTOP, PHONE, GuardedBrowser
from support.live_site import LiveSite
from yongxin.language import LANGUAGES
from yongxin.text import interface_text

REVIEW = "review:cards"
CHOICE, CAUSES = "quiz:lift-first-words", "quiz:lift-causes"
WIDTHS = {"phone": PHONE, "desk": DESKTOP}


def person(site: LiveSite, username: str, language: Any) -> str:
    """Add somebody who has answered a question and opened a lesson: three cards wait."""
    learner = site.store.add_learner(username, username.title(), language=language)
    site.store.record_visit(learner.id, "z1-lift")
    for name, response in ((CHOICE, "not-my-job"), (CAUSES, ["nobody-cares"])):
        state = {"response": response, "checked": True}
        site.store.apply(
            learner.id,
            name,
            event_id="first",
            client="test",
            revision=0,
            transition=lambda _, state=state: (state, {}),
        )
    return username


def streaks(site: LiveSite, username: str) -> dict[str, int]:
    learner = site.store.learner(username)
    assert learner
    kept = site.store.saved(learner.id, [REVIEW])
    return {one: what[0] for one, what in kept[REVIEW].state["cards"].items()} if kept else {}


def root(page: Page) -> Locator:
    return page.locator(f'[data-yongxin-element="{REVIEW}"]')


def card(page: Page) -> Locator:
    return root(page).locator(".yongxin-flash-card")


def question(page: Page) -> Locator:
    return card(page).locator(".yongxin-stem")


def status(page: Page) -> Locator:
    return root(page).locator(".yongxin-status")


def saved(page: Page, words: str) -> None:
    expect(status(page)).to_have_text(words)


def turned(page: Page, heading: str) -> None:
    expect(card(page).get_by_role("heading", name=heading)).to_be_focused()
    expect(card(page).locator(".yongxin-right-answer")).not_to_be_empty()


def opened(page: Page, site: LiveSite, language: str) -> None:
    page.goto(f"{site.url}/{language}/review")
    expect(root(page)).to_have_attribute("data-yongxin-mounted", "")


def tab_to(page: Page, target: Locator) -> None:
    for _ in range(30):
        page.keyboard.press("Tab")
        if target.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError("no Tab leads there")


def open_from_the_menu(page: Page, name: str) -> None:
    link = page.get_by_role("link", name=name, exact=True)
    tab_to(page, link)
    page.keyboard.press("Enter")
    expect(root(page)).to_have_attribute("data-yongxin-mounted", "")
    expect(link).to_have_attribute("aria-current", "page")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_cards_are_turned_and_graded_by_keyboard(
    chromium: GuardedBrowser,
    live_site: LiveSite,
    axe: Callable[..., None],
    screenshot: Callable[..., None],
    language: Any,
    width: str,
) -> None:
    text = interface_text(language)
    username = person(live_site, f"keys-{language}-{width}", language)
    page = chromium.new_page(viewport=WIDTHS[width])
    live_site.sign_in(page, username)
    open_from_the_menu(page, text("site.menu.review"))
    expect(root(page)).to_contain_text(text("review.page.waiting.several", count=3))
    axe(page)
    screenshot(page, "review-front")

    # A digit means nothing while the focus is not on the card, or the card is not turned.
    first = question(page).inner_text()
    page.keyboard.press("3")
    expect(question(page)).to_have_text(first)
    tab_to(page, card(page).get_by_role("button", name=text("review.turn")))
    page.keyboard.press("3")
    expect(question(page)).to_have_text(first)
    page.keyboard.press("Space")
    turned(page, text("review.back"))
    axe(page)
    screenshot(page, "review-back")
    page.keyboard.press("Control+3")
    expect(question(page)).to_have_text(first)
    page.keyboard.press("3")
    expect(question(page)).not_to_have_text(first)
    expect(question(page)).to_be_focused()
    expect(root(page).locator(".yongxin-announcer")).to_contain_text(text("review.page.noted.good"))
    saved(page, text("element.saved.kept"))

    # From the question itself, too; and by Tab to a button of its own.
    page.keyboard.press("Enter")
    turned(page, text("review.back"))
    tab_to(page, card(page).get_by_role("button", name=text("review.grades.again")))
    page.keyboard.press("Enter")
    expect(question(page)).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("2")
    done = root(page).get_by_role("heading", name=text("review.page.end.done"))
    expect(done).to_be_focused()
    expect(root(page)).to_contain_text(text("review.page.end.later.one"))
    expect(root(page)).to_contain_text(text("review.page.answered", count=3))
    saved(page, text("element.saved.kept"))
    assert sorted(streaks(live_site, username).values()) == [0, 1, 1]

    reminder = page.get_by_label(text("review.reminder"))
    tab_to(page, reminder)
    page.keyboard.press("Space")
    expect(reminder).to_be_checked()
    axe(page)
    screenshot(page, "review-done")
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(wide)
    page.reload()
    expect(done).to_be_visible()
    expect(reminder).to_be_checked()


def test_a_card_answered_in_one_tab_leaves_the_other(
    chromium: GuardedBrowser, live_site: LiveSite
) -> None:
    username = person(live_site, "two-tabs", "en")
    context = chromium.new_context(viewport=DESKTOP)
    one = context.new_page()
    live_site.sign_in(one, username)
    opened(one, live_site, "en")
    other = context.new_page()
    opened(other, live_site, "en")
    first = question(one).inner_text()
    expect(question(other)).to_have_text(first)
    question(one).focus()
    one.keyboard.press("Enter")
    one.keyboard.press("3")
    expect(question(other)).not_to_have_text(first)
    expect(root(other)).to_contain_text("2 cards wait.")
    assert list(streaks(live_site, username).values()) == [1]


def test_cards_go_on_without_a_network_and_count_once_it_is_back(
    chromium: GuardedBrowser, live_site: LiveSite
) -> None:
    text = interface_text("en")
    username = person(live_site, "no-network", "en")
    page = chromium.new_page(viewport=PHONE)
    live_site.sign_in(page, username)
    opened(page, live_site, "en")
    page.route("**/api/yongxin/**", lambda route: route.abort())
    question(page).focus()
    for _ in range(3):
        page.keyboard.press("Enter")
        page.keyboard.press("3")
    expect(root(page)).to_contain_text(text("review.page.end.done"))
    expect(status(page)).to_contain_text(text("element.status.offline"))
    assert streaks(live_site, username) == {}
    page.unroute("**/api/yongxin/**")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(status(page)).to_have_text(text("element.saved.kept"), timeout=20_000)
    assert list(streaks(live_site, username).values()) == [1, 1, 1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_start_page_reminds_whoever_wants_it(
    chromium: GuardedBrowser,
    live_site: LiveSite,
    axe: Callable[..., None],
    screenshot: Callable[..., None],
    language: Any,
) -> None:
    text = interface_text(language)
    username = person(live_site, f"reminded-{language}", language)
    options = {"viewport": PHONE, "color_scheme": "dark", "reduced_motion": "reduce"}
    page = chromium.new_page(**options)
    live_site.sign_in(page, username)
    line = page.locator(".review-waits")
    expect(line).to_have_count(0)
    opened(page, live_site, language)
    page.get_by_label(text("review.reminder")).check()
    expect(status(page)).to_have_text(text("element.saved.kept"))
    screenshot(page, "review-dark")
    axe(page)
    page.goto(f"{live_site.url}/{language}/")
    expect(line).to_contain_text(text("site.start.cards.several", count=3))
    axe(page)
    screenshot(page, "start-reminded-dark")
    line.get_by_role("link").click()
    expect(root(page)).to_have_attribute("data-yongxin-mounted", "")
