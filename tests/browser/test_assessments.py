"""Self-assessments: answered by keyboard alone, seen as words, table and chart, taken again."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from support.browser import DESKTOP, PHONE, GuardedBrowser
from support.element_server import ElementServer
from support.elements_on_pages import root, status

HABITS, CALLS = "assess:water-day-habits", "assess:water-last-calls"


def result(page: Page, name: str) -> Locator:
    return root(page, name).locator(".yongxin-result")


def answer(page: Page, arrows: int) -> None:
    """Go on to the next question with Tab, and to one of its answers with the arrow keys."""
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _ in range(arrows):
        page.keyboard.press("ArrowDown")


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_it_is_answered_by_keyboard_seen_at_once_and_taken_again(
    open_page: Callable[..., Page], server: ElementServer, size: Any
) -> None:
    page = open_page(HABITS, viewport=size)
    finish = root(page, HABITS).get_by_role("button", name="See the result")
    for arrows in (3, 0, 3):
        answer(page, arrows)
    expect(root(page, HABITS)).to_contain_text("3 of 6 questions are answered.")
    expect(status(page, HABITS)).to_have_text("Saved, some of it is still open")
    finish.focus()
    page.keyboard.press("Enter")
    still_open = root(page, HABITS).locator(".yongxin-still-open")
    expect(still_open).to_have_text("3 still open: 4, 5, 6.")
    group = root(page, HABITS).get_by_role("group", name="I take one breath before I speak.")
    expect(group.get_by_role("radio").first).to_be_focused()

    page.reload()
    expect(root(page, HABITS)).to_contain_text("3 of 6 questions are answered.")
    for number, arrows in ((4, 3), (5, 3), (6, 1)):
        root(page, HABITS).get_by_role("group").nth(number - 1).get_by_role("radio").first.focus()
        page.keyboard.press("Space")
        for _ in range(arrows):
            page.keyboard.press("ArrowDown")
    expect(still_open).to_be_hidden()
    expect(status(page, HABITS)).to_have_text(
        "All answered and saved, the result is ready to be seen"
    )
    finish.focus()
    page.keyboard.press("Enter")

    expect(result(page, HABITS).locator(".yongxin-result-title")).to_be_focused()
    expect(root(page, HABITS).locator("form")).to_be_hidden()
    expect(result(page, HABITS)).to_contain_text("Keeping your word 9 (0–9) Steady")
    expect(result(page, HABITS)).to_contain_text("Six questions cannot see all of a person.")
    rows = result(page, HABITS).get_by_role("table", name="Your result").get_by_role("row")
    expect(rows).to_have_text(
        [
            "SideYouPossibleWhere that is",
            "Keeping your word90–9Steady",
            "Staying calm40–9Mostly",
            "Both together72%0%–100%On the way",
        ]
    )
    chart = result(page, HABITS).locator(".yongxin-chart")
    chart.scroll_into_view_if_needed()
    expect(chart.locator(".main-svg").first).to_be_visible()
    expect(chart).to_have_accessible_name(
        "Keeping your word: 9 (0–9), Steady. Staying calm: 4 (0–9), Mostly. "
        "Both together: 72%, On the way."
    )
    expect(status(page, HABITS)).to_have_text("Your result is saved, and only you can see it")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]

    result(page, HABITS).get_by_role("button", name="Do it again").focus()
    page.keyboard.press("Enter")
    expect(root(page, HABITS).get_by_role("radio").first).to_be_focused()
    expect(root(page, HABITS).get_by_role("radio", checked=True)).to_have_count(0)
    page.keyboard.press("Shift+Tab")
    for _ in range(6):
        answer(page, 3)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(result(page, HABITS)).to_contain_text(
        "Since last time: Keeping your word went down from 9 to 6; Staying calm went up from 4 to 6"
    )
    history = result(page, HABITS).get_by_role("table", name="All your results")
    expect(history.get_by_role("row")).to_have_count(3)
    chart.scroll_into_view_if_needed()
    expect(chart.locator(".main-svg").first).to_be_visible()
    assert [one["scores"]["total"][0] for one in server.state(HABITS)["taken"]] == [13, 12]


def test_one_may_go_back_to_the_last_result(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(CALLS)
    for one in root(page, CALLS).get_by_role("group").all():
        one.get_by_role("radio").last.check()
    root(page, CALLS).get_by_role("button", name="See the result").click()
    expect(result(page, CALLS)).to_contain_text("What is not in the log was not noted.")
    expect(root(page, CALLS).locator(".yongxin-chart")).to_have_count(0)
    result(page, CALLS).get_by_role("button", name="Do it again").click()
    root(page, CALLS).get_by_role("radio").first.check()
    back = root(page, CALLS).get_by_role("button", name="Stop and go back")
    back.focus()
    page.keyboard.press("Enter")
    expect(result(page, CALLS).locator(".yongxin-result-title")).to_be_focused()
    expect(result(page, CALLS)).to_contain_text("What is not in the log was not noted.")
    expect(status(page, CALLS)).to_have_text("Your result is saved, and only you can see it")
    assert len(server.state(CALLS)["taken"]) == 1


def test_without_a_connection_answers_are_kept_and_the_result_comes_later(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(HABITS)
    page.context.set_offline(True)
    for one in root(page, HABITS).get_by_role("group").all():
        one.get_by_role("radio").first.check()
    root(page, HABITS).get_by_role("button", name="See the result").click()
    expect(status(page, HABITS)).to_contain_text("Not connected.")
    expect(root(page, HABITS)).to_contain_text("6 of 6 questions are answered.")
    page.context.set_offline(False)
    expect(result(page, HABITS)).to_contain_text("Both together 33% Start somewhere", timeout=15000)
    assert len(server.state(HABITS)["taken"]) == 1


def test_without_a_script_the_questions_can_be_read(
    chromium: GuardedBrowser, server: ElementServer
) -> None:
    page = chromium.new_page(java_script_enabled=False)
    page.goto(server.page("en", HABITS))
    expect(root(page, HABITS)).to_contain_text("When somebody gets loud, so do I.")
    expect(root(page, HABITS).get_by_role("radio").first).to_be_disabled()
    expect(result(page, HABITS)).to_be_hidden()


@pytest.mark.parametrize(
    ("size", "language", "theme"),
    [
        (PHONE, "zh-CN", "light"),
        (PHONE, "en", "dark"),
        (DESKTOP, "zh-CN", "dark"),
        (DESKTOP, "en", "light"),
    ],
)
def test_axe_finds_nothing_before_with_a_result_and_after_another(
    open_page: Callable[..., Page],
    axe: Callable[..., None],
    screenshot: Callable[..., None],
    server: ElementServer,
    size: Any,
    language: str,
    theme: Any,
) -> None:
    page = open_page(HABITS, CALLS, language=language, viewport=size, color_scheme=theme)
    axe(page)
    screenshot(page, f"assessment-fresh-{theme}")
    for option in ("often", "always"):
        for element in (HABITS, CALLS):
            answers = {
                one.id: option if element == HABITS else one.options[-1].id
                for one in server.elements[element].assessment.public().questions  # type: ignore[attr-defined]
            }
            server.change_elsewhere(element, {"type": "again"})
            server.change_elsewhere(element, {"type": "mark", "answers": answers})
            server.change_elsewhere(element, {"type": "finish"})
    page.reload()
    chart = result(page, HABITS).locator(".yongxin-chart")
    chart.scroll_into_view_if_needed()
    expect(chart.locator(".main-svg").first).to_be_visible()
    page.locator("summary:visible").first.click()
    axe(page)
    screenshot(page, f"assessment-result-{theme}")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.set_viewport_size({"width": 640, "height": 512})
    page.reload()
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    chart.scroll_into_view_if_needed()
    expect(chart.locator(".main-svg").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
