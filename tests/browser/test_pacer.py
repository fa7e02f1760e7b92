"""The breathing pacer in a real browser: by eye, by ear, by keyboard, and with less motion."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from support.browser import DESKTOP, PHONE, GuardedBrowser
from support.element_server import ElementServer
from support.elements_on_pages import root, voice

PACER = "simulate:breathing-pacer"


def pace(page: Page) -> Locator:
    return root(page, PACER).get_by_role("group", name="Breathe along")


def cue(page: Page) -> Locator:
    return pace(page).locator(".yongxin-pace-cue")


def start_and_stop(page: Page) -> Locator:
    return pace(page).get_by_role("button")


def disc_width(page: Page) -> float:
    box = pace(page).locator(".yongxin-pace-disc").bounding_box()
    assert box
    return box["width"]


def disc_style(page: Page, what: str) -> str:
    disc = pace(page).locator(".yongxin-pace-disc")
    return disc.evaluate("(disc, what) => getComputedStyle(disc).getPropertyValue(what)", what)


def test_the_pacer_runs_its_course_by_keyboard_and_by_ear(open_page: Callable[..., Page]) -> None:
    page = open_page(PACER)
    page.clock.install()
    expect(start_and_stop(page)).to_have_text("Start")
    expect(cue(page)).to_be_empty()
    start_and_stop(page).focus()
    page.keyboard.press("Enter")
    page.clock.run_for(500)
    expect(cue(page)).to_have_text("In")
    expect(pace(page).locator(".yongxin-pace-count")).to_have_text("4")
    expect(pace(page)).to_contain_text("Breath 1 of 6")
    expect(voice(page, PACER)).to_have_text("In, 4 seconds")
    expect(start_and_stop(page)).to_have_text("Stop")
    page.clock.run_for(4000)
    expect(cue(page)).to_have_text("Out")
    expect(voice(page, PACER)).to_have_text("Out, 6 seconds")
    page.clock.run_for(46_000)
    expect(pace(page)).to_contain_text("Breath 6 of 6")
    expect(voice(page, PACER)).to_have_text("In, 4 seconds")
    page.clock.run_for(10_000)
    expect(pace(page)).to_contain_text("Done: 6 in 60 seconds")
    expect(voice(page, PACER)).to_contain_text("Done: 6 in 60 seconds")
    expect(cue(page)).to_be_empty()
    expect(start_and_stop(page)).to_have_text("Start")
    expect(start_and_stop(page)).to_be_focused()


@pytest.mark.parametrize("key", ["Enter", "Escape"])
def test_the_pacer_stops_at_once_and_keeps_nothing(
    open_page: Callable[..., Page], server: ElementServer, key: str
) -> None:
    page = open_page(PACER)
    page.clock.install()
    start_and_stop(page).press("Enter")
    page.clock.run_for(2000)
    page.keyboard.press(key)
    expect(cue(page)).to_be_empty()
    expect(pace(page)).to_contain_text("Stopped.")
    page.clock.run_for(10_000)
    expect(cue(page)).to_be_empty()
    assert server.events == []


def test_the_ring_comes_before_its_settings_and_follows_them(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(PACER)
    page.clock.install()
    page.keyboard.press("Tab")
    expect(start_and_stop(page)).to_be_focused()
    inhale = root(page, PACER).get_by_role("slider", name="Seconds in")
    page.keyboard.press("Tab")
    expect(inhale).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(root(page, PACER).get_by_role("row", name="All")).to_contain_text("54")
    start_and_stop(page).press("Enter")
    page.clock.run_for(300)
    expect(voice(page, PACER)).to_have_text("In, 3 seconds")
    # A pace that is changed while it runs is stopped rather than changed under a breath.
    inhale.press("ArrowRight")
    expect(pace(page)).to_contain_text("Stopped.")
    expect(cue(page)).to_be_empty()


def test_a_page_that_was_asleep_comes_back_at_the_right_breath(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(PACER)
    page.clock.install()
    start_and_stop(page).press("Enter")
    page.clock.run_for(1000)
    page.clock.fast_forward(24_500)
    page.clock.run_for(200)
    expect(pace(page)).to_contain_text("Breath 3 of 6")
    expect(cue(page)).to_have_text("Out")


def test_without_the_pacer_the_table_can_be_followed(
    server: ElementServer, chromium: GuardedBrowser
) -> None:
    page = chromium.new_page()
    page.route("**/pacer.js", lambda route: route.abort())
    page.goto(server.page("en", PACER))
    expect(root(page, PACER)).to_have_attribute("data-yongxin-mounted", "")
    expect(start_and_stop(page)).to_be_disabled()
    expect(root(page, PACER).get_by_role("row", name="No. 6")).to_contain_text("54 to 60")
    root(page, PACER).get_by_role("slider", name="Seconds out").press("ArrowRight")
    expect(root(page, PACER).get_by_role("row", name="No. 6")).to_contain_text("59 to 66")


def test_the_ring_moves_only_where_motion_is_wanted(open_page: Callable[..., Page]) -> None:
    page = open_page(PACER, reduced_motion="no-preference")
    small = disc_width(page)
    start_and_stop(page).click()
    page.wait_for_timeout(2000)
    assert small * 1.3 < disc_width(page) < small / 0.35, "half-way in, the ring is half-way up"
    assert float(disc_style(page, "transition-duration").removesuffix("s")) == pytest.approx(4, 0.1)
    start_and_stop(page).click()
    page.emulate_media(reduced_motion="reduce")
    start_and_stop(page).click()
    expect(cue(page)).to_have_text("In")
    expect(pace(page).locator(".yongxin-pace-count")).not_to_be_empty()
    assert disc_style(page, "transform") == "none"
    before = disc_width(page)
    page.wait_for_timeout(500)
    assert disc_width(page) == before
    page.emulate_media(reduced_motion="no-preference")
    root(page, PACER).get_by_role("combobox").select_option("still")
    expect(pace(page)).to_have_attribute("data-moves", "false")
    expect(pace(page)).to_contain_text("Stopped.")
    start_and_stop(page).click()
    expect(cue(page)).to_have_text("In")
    assert disc_style(page, "transform") == "none"


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_before_and_while_it_runs(
    open_page: Callable[..., Page], axe: Callable[..., None], size: dict[str, int], theme: str
) -> None:
    page = open_page(PACER, viewport=size, color_scheme=theme)
    axe(page)
    start_and_stop(page).click()
    expect(cue(page)).to_have_text("In")
    axe(page)
