"""Scenarios: played by keyboard alone, kept in the middle, graded without a hint, two tabs."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from support.browser import DESKTOP, PHONE, GuardedBrowser
from support.element_server import Answer, ElementServer
from support.elements_on_pages import root, status, voice

CALL, MAN = "quiz:water-first-call", "quiz:water-angry-man"
BEST = {CALL: ["ask-her", "send-at-once"], MAN: ["own-it", "call-at-three"]}


def ending(page: Page, name: str) -> Locator:
    return root(page, name).locator(".yongxin-ending")


def option(page: Page, name: str) -> Locator:
    return page.locator(f'[data-yongxin-step="{name}"]')


def choose(page: Page, name: str) -> None:
    """Walk to an option with the Tab key, as far as it takes, and press it."""
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.yongxinStep") == name:
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"no Tab leads to {name}")


def walk(server: ElementServer, name: str, *options: str) -> None:
    """Play as another device of the same learner would."""
    for at, one in enumerate(options):
        server.change_elsewhere(name, {"type": "choose", "option": one, "at": at})


# -- by keyboard --------------------------------------------------------------------------------


def test_practice_is_played_to_an_ending_and_again_by_keyboard(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(CALL)
    choose(page, "ask-her")
    made = root(page, CALL).locator(".yongxin-choice-made")
    expect(made).to_be_focused()
    expect(made).to_contain_text("“My husband takes his pills with it.”")
    expect(made).to_contain_text("What it changed: Trust +1.")
    expect(made).to_contain_text("Way of responding: probing")
    expect(voice(page, CALL)).to_contain_text("Two crates of bottled water")
    expect(voice(page, CALL)).not_to_contain_text("pills")
    expect(status(page, CALL)).to_have_text("Saved, some of it is still open")
    trust = root(page, CALL).get_by_label("Trust")
    expect(trust).to_have_attribute("aria-valuetext", "1")

    choose(page, "send-at-once")
    expect(ending(page, CALL)).to_be_focused()
    expect(ending(page, CALL)).to_contain_text("He has had his pills.")
    expect(ending(page, CALL)).to_contain_text("The customer's rating: very satisfied.")
    expect(ending(page, CALL)).to_contain_text("Your way came to 100% of what was possible.")
    expect(voice(page, CALL)).to_contain_text("the water is at her door")
    expect(status(page, CALL)).to_have_text("Answered, saved")

    page.keyboard.press("Tab")
    expect(root(page, CALL).get_by_role("button", name="Play again")).to_be_focused()
    page.keyboard.press("Enter")
    expect(root(page, CALL).locator(".yongxin-story > li").first).to_be_focused()
    expect(root(page, CALL).locator(".yongxin-time")).to_have_text("Round 2")
    expect(trust).to_have_attribute("aria-valuetext", "0")
    choose(page, "hang-up")
    expect(ending(page, CALL)).to_be_focused()
    expect(ending(page, CALL)).to_contain_text("Your way came to 0% of what was possible.")
    assert server.state(CALL)["response"] == [BEST[CALL], ["hang-up"]]
    page.get_by_text("Earlier rounds").click()
    earlier = root(page, CALL).locator(".yongxin-earlier li")
    expect(earlier).to_contain_text("Round 1: “What do you need water for most?” → ")
    expect(earlier).to_contain_text("(100% of what was possible)")


def test_a_graded_scenario_is_played_twice_by_keyboard_and_judges_nothing(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(MAN)
    expect(root(page, MAN).locator(".yongxin-time")).to_have_text("Round 1 of 2")
    choose(page, "not-my-fault")
    expect(root(page, MAN).locator(".yongxin-choice-made")).to_be_focused()
    choose(page, "not-my-fault")
    expect(ending(page, MAN)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(root(page, MAN).locator(".yongxin-time")).to_have_text("Round 2 of 2")
    choose(page, "own-it")
    choose(page, "call-at-three")
    expect(ending(page, MAN)).to_be_focused()
    expect(ending(page, MAN)).to_contain_text("You have played it as often as it can be played.")
    expect(root(page, MAN).get_by_role("button", name="Play again")).to_be_hidden()
    assert server.state(MAN)["response"] == [["not-my-fault"] * 2, BEST[MAN]]
    everything = page.content()
    for secret in ("He asked you, not the engineers", "Trust", "Their word counts for nothing"):
        assert secret not in everything
    expect(root(page, MAN).locator("meter, .yongxin-why, .yongxin-chain")).to_have_count(0)
    expect(ending(page, MAN)).not_to_contain_text("rating")


# -- what is kept -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [CALL, MAN])
def test_a_reload_in_the_middle_goes_on_where_it_was(
    open_page: Callable[..., Page], name: str
) -> None:
    page = open_page(name)
    choose(page, BEST[name][0])
    expect(option(page, BEST[name][1])).to_be_enabled()
    story = root(page, name).locator(".yongxin-story").inner_text()
    page.reload()
    expect(option(page, BEST[name][1])).to_be_enabled()
    assert root(page, name).locator(".yongxin-story").inner_text() == story
    choose(page, BEST[name][1])
    expect(ending(page, name)).to_be_visible()


def test_a_choice_without_a_connection_is_shown_kept_and_sent_once(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(CALL)
    server.always = Answer(503, "store-busy")
    choose(page, "ask-her")
    made = root(page, CALL).locator(".yongxin-choice-made")
    expect(made).to_contain_text("“What do you need water for most?”")
    expect(made).to_contain_text("Waiting for what happens next")
    expect(status(page, CALL)).to_contain_text("kept on this device")
    # The focus stays where it was, and no second choice can be made.
    expect(option(page, "ask-her")).to_be_focused()
    expect(option(page, "hang-up")).to_have_attribute("aria-disabled", "true")
    option(page, "hang-up").click(force=True)
    page.reload()
    expect(made).to_contain_text("Waiting for what happens next")
    server.always = None
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(option(page, "send-at-once")).to_be_enabled()
    assert server.state(CALL)["response"] == [["ask-her"]]


def test_what_is_refused_leaves_the_choice_open(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(CALL)
    server.next.append(Answer(400, "malformed", "This did not work."))
    choose(page, "ask-her")
    expect(status(page, CALL)).to_contain_text("This did not work.")
    expect(root(page, CALL).locator(".yongxin-choice-made")).to_have_count(0)
    expect(option(page, "ask-her")).to_have_attribute("aria-disabled", "false")
    expect(option(page, "ask-her")).to_be_focused()
    page.keyboard.press("Enter")
    expect(option(page, "send-at-once")).to_be_enabled()


def test_a_tab_that_was_left_behind_is_told_and_catches_up(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(MAN)
    walk(server, MAN, "own-it")
    choose(page, "not-my-fault")
    expect(status(page, MAN)).to_contain_text("Changed elsewhere at")
    expect(option(page, "call-at-three")).to_be_visible()
    made = root(page, MAN).locator(".yongxin-choice-made")
    expect(made).to_have_count(1)
    expect(made).to_contain_text("He lowers his hand.")
    expect(made).to_be_focused()
    assert server.state(MAN)["response"] == [["own-it"]]


def test_a_handed_in_scenario_shows_the_story_and_takes_no_step(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    walk(server, MAN, "own-it")
    server.locked = True
    page = open_page(MAN)
    expect(status(page, MAN)).to_have_text("Handed in, cannot be changed")
    expect(root(page, MAN).get_by_role("button")).to_have_count(0)
    expect(root(page, MAN)).to_contain_text("He lowers his hand.")


# -- what everybody can perceive ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "language", "theme"),
    [
        (PHONE, "zh-CN", "light"),
        (PHONE, "en", "dark"),
        (DESKTOP, "zh-CN", "dark"),
        (DESKTOP, "en", "light"),
    ],
)
def test_axe_finds_nothing_before_in_the_middle_and_at_the_end(
    open_page: Callable[..., Page],
    axe: Callable[..., None],
    screenshot: Callable[..., None],
    server: ElementServer,
    size: Any,
    language: str,
    theme: Any,
) -> None:
    page = open_page(CALL, MAN, language=language, viewport=size, color_scheme=theme)
    axe(page)
    screenshot(page, f"scenario-fresh-{theme}")
    walk(server, CALL, "ask-her")
    walk(server, MAN, "own-it")
    page.reload()
    expect(page.locator(".yongxin-choice-made")).to_have_count(2)
    axe(page)
    screenshot(page, f"scenario-begun-{theme}")
    server.change_elsewhere(CALL, {"type": "choose", "option": "everybody-down", "at": 1})
    server.change_elsewhere(MAN, {"type": "choose", "option": "call-at-three", "at": 1})
    server.change_elsewhere(CALL, {"type": "replay"})
    walk(server, CALL, "ask-her", "everybody-down")
    page.reload()
    expect(page.locator(".yongxin-ending:visible")).to_have_count(2)
    expect(page.locator('[data-failed="true"]')).to_have_count(1)
    page.locator(".yongxin-earlier summary:visible").first.click()
    axe(page)
    screenshot(page, f"scenario-ended-{theme}")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_targets_are_large_enough_for_a_thumb_and_nothing_is_cut_at_twice_the_size(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(CALL, MAN, viewport=PHONE)
    boxes = [one.bounding_box() for one in page.locator("[data-yongxin-step]").all()]
    assert len(boxes) == 5
    assert all(box and box["height"] >= 44 for box in boxes)
    page.set_viewport_size({"width": 640, "height": 512})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640


def test_without_a_script_the_beginning_can_be_read(
    chromium: GuardedBrowser, server: ElementServer
) -> None:
    page = chromium.new_page(java_script_enabled=False)
    page.goto(server.page("en", CALL))
    expect(root(page, CALL)).to_contain_text("“Not a drop is left in the flat.”")
    expect(option(page, "hang-up")).to_be_disabled()
