"""Every element in a real browser: by keyboard, by screen reader, on a phone, in the dark."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from support.browser import DESKTOP, PHONE, GuardedBrowser
from support.element_server import ElementServer
from support.elements_on_pages import root, status, voice
from support.sample_elements import sample_elements

SINGLE, MULTIPLE, NUMBER = "quiz:lift-first-words", "quiz:lift-causes", "quiz:lift-minutes"
ORDER, GRADED_ORDER, GRADED = "quiz:morning-round", "quiz:chain-order", "quiz:gap-sign"
LOG, RECAP, ROLES = "reflect:lift-log", "reflect:lift-recap", "reflect:who-was-it"
GAP, BUILDER = "simulate:satisfaction-gap", "simulate:expectation-builder"
CHAIN, CALIBRATION = "simulate:satisfaction-chain", "simulate:confidence-calibration"
SUBMIT = "submit:exercise"

THEMES = [
    (size, language, theme)
    for size in (PHONE, DESKTOP)
    for language in ("zh-CN", "en")
    for theme in ("light", "dark")
]


def order(page: Page, name: str) -> list[str]:
    return root(page, name).locator(".yongxin-entry-text").all_inner_texts()


# -- what everybody can perceive ----------------------------------------------------------------


def use_everything(page: Page) -> None:
    """Bring all elements into the state in which they show the most."""
    root(page, SINGLE).get_by_role("radio").nth(1).check()
    for box in (0, 2):
        root(page, MULTIPLE).get_by_role("checkbox").nth(box).check()
    root(page, NUMBER).get_by_role("textbox").fill("1.3")
    root(page, ORDER).locator("[data-yongxin-move='1']").first.click()
    for name in (SINGLE, MULTIPLE, NUMBER, ORDER):
        root(page, name).locator("[data-yongxin-action=check]").click()
        expect(root(page, name).locator(".yongxin-verdict")).to_be_visible()
    root(page, LOG).get_by_role("textbox").first.fill("很生气 I was angry")
    root(page, LOG).get_by_role("textbox").nth(1).fill("急" * 301)
    root(page, LOG).get_by_role("radio").first.check()
    root(page, LOG).locator("summary").click()
    root(page, CHAIN).get_by_role("combobox").nth(2).select_option("given")
    expect(root(page, CHAIN).locator(".yongxin-tag")).to_have_count(5)
    root(page, SUBMIT).locator("[data-yongxin-action=hand-in]").click()
    for name in (GAP, BUILDER):
        root(page, name).locator(".yongxin-chart").scroll_into_view_if_needed()
        expect(root(page, name).locator(".yongxin-chart .main-svg").first).to_be_visible()


@pytest.mark.parametrize(("size", "language", "theme"), THEMES)
def test_axe_finds_nothing_before_and_after_use(
    open_page: Callable[..., Page],
    axe: Callable[..., None],
    screenshot: Callable[..., None],
    size: Any,
    language: str,
    theme: Any,
) -> None:
    names = list(sample_elements())
    page = open_page(*names, language=language, viewport=size, color_scheme=theme)
    axe(page)
    use_everything(page)
    axe(page)
    screenshot(page, f"elements-{theme}")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= size["width"], "the page scrolls sideways"


def test_elements_fit_at_twice_the_size(open_page: Callable[..., Page]) -> None:
    page = open_page(*sample_elements(), viewport={"width": 640, "height": 512})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640


def test_targets_are_large_enough_for_a_thumb(open_page: Callable[..., Page]) -> None:
    page = open_page(*sample_elements(), viewport=PHONE)
    measured = page.locator(
        ".yongxin :is(button, select, textarea, summary, label.yongxin-choice, input[type=number])"
    )
    heights = [
        box["height"] for one in measured.all() if one.is_visible() and (box := one.bounding_box())
    ]
    assert len(heights) > 40
    assert min(heights) >= 44


def test_without_a_script_the_questions_can_be_read(
    chromium: GuardedBrowser, server: ElementServer
) -> None:
    page = chromium.new_page(java_script_enabled=False)
    page.goto(server.page("en", SINGLE, LOG, GAP))
    expect(root(page, SINGLE)).to_contain_text("A resident has waited twenty minutes")
    expect(root(page, SINGLE).get_by_role("radio").first).to_be_disabled()
    expect(root(page, LOG)).to_contain_text("Write about one time")
    expect(root(page, GAP)).to_contain_text("The overall gap is −0.44")


# -- by keyboard --------------------------------------------------------------------------------


def test_a_single_choice_is_answered_checked_and_tried_again_by_keyboard(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(SINGLE)
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(root(page, SINGLE).get_by_role("radio").nth(1)).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    retry = root(page, SINGLE).get_by_role("button", name="Try again")
    expect(retry).to_be_focused()
    expect(voice(page, SINGLE)).to_contain_text("Not yet.")
    expect(voice(page, SINGLE)).to_contain_text("The resident needs a way up")
    expect(voice(page, SINGLE)).to_contain_text("People who wait fear silence most.")
    page.keyboard.press("Space")
    expect(root(page, SINGLE).get_by_role("radio").nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(voice(page, SINGLE)).to_contain_text("All right!")
    assert server.state(SINGLE) == {
        "response": "sorry-and-facts",
        "checked": True,
        "first": {"response": "not-my-job", "ratio": 0.0},
    }


def test_a_multiple_choice_is_answered_by_keyboard(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(MULTIPLE)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(root(page, MULTIPLE).locator(".yongxin-feedback:visible")).to_have_count(3)
    # What the learner did well is not read out; what was chosen wrongly or missed is.
    expect(voice(page, MULTIPLE)).to_contain_text("That is a feeling.")
    expect(voice(page, MULTIPLE)).to_contain_text("it guesses at a motive")
    described = root(page, MULTIPLE).get_by_role("checkbox").nth(2)
    expect(described).to_have_accessible_description("Think again. That is a feeling.")
    assert server.state(MULTIPLE)["response"] == ["angry", "nobody-cares"]


def test_a_number_is_typed_and_its_sign_changed_without_a_minus_key(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(NUMBER)
    page.keyboard.press("Tab")
    page.keyboard.type("1.3")
    field = root(page, NUMBER).get_by_role("textbox", name="Your answer")
    assert field.get_attribute("inputmode") == "decimal"
    expect(field).to_have_accessible_description("points Answered, saved")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(field).to_have_value("−1.3")
    expect(field).to_be_focused()
    page.keyboard.press("Enter")
    expect(voice(page, NUMBER)).to_contain_text("All right!")
    assert server.state(NUMBER)["response"] == "−1.3"


def test_the_beginning_of_a_number_is_not_refused(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(NUMBER)
    field = root(page, NUMBER).get_by_role("textbox")
    for key in "-1":
        field.press(key)
        page.wait_for_timeout(500)
    expect(status(page, NUMBER)).to_have_text("Answered, saved")
    assert [one["response"] for one in server.received(NUMBER)] == ["-1"]


def test_an_order_is_made_with_buttons(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(ORDER)
    assert order(page, ORDER) == [
        "Write down what is wrong",
        "Walk round and look",
        "Report it to the engineers",
    ]
    down = root(page, ORDER).get_by_role("button", name="Move down: Write down what is wrong")
    down.press("Enter")
    expect(down).to_be_focused()
    expect(voice(page, ORDER)).to_contain_text("Now number 2 of 3: Write down what is wrong")
    assert order(page, ORDER)[0] == "Walk round and look"
    root(page, ORDER).get_by_role("button", name="Check").click()
    expect(root(page, ORDER).get_by_text("All right!", exact=True)).to_be_visible()
    assert server.state(ORDER)["response"] == ["look", "note", "report"]


def test_an_order_is_made_with_alt_and_the_arrow_keys(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(GRADED_ORDER)
    buttons = root(page, GRADED_ORDER).get_by_role("button")
    buttons.first.focus()
    page.keyboard.press("ArrowDown")
    expect(root(page, GRADED_ORDER).get_by_role("button", name="Move up: Action")).to_be_focused()
    for _ in range(3):
        page.keyboard.press("Alt+ArrowDown")
    assert order(page, GRADED_ORDER)[-1] == "Action"
    expect(voice(page, GRADED_ORDER)).to_contain_text("Now number 5 of 5: Action")
    page.keyboard.press("Alt+ArrowDown")
    expect(voice(page, GRADED_ORDER)).to_contain_text("Last already: Action")
    expect(status(page, GRADED_ORDER)).to_have_text("Answered, saved")
    assert server.state(GRADED_ORDER)["response"][-1] == "action"


def test_an_untouched_order_is_no_answer(open_page: Callable[..., Page]) -> None:
    page = open_page(ORDER)
    root(page, ORDER).get_by_role("button", name="Check").click()
    expect(root(page, ORDER).locator(".yongxin-verdict")).to_contain_text("There is no answer yet.")
    expect(status(page, ORDER)).to_have_text("Not answered yet")
    root(page, ORDER).get_by_role("button").nth(1).click()
    expect(root(page, ORDER).locator(".yongxin-verdict")).to_be_hidden()


def test_an_order_can_be_dragged_too(open_page: Callable[..., Page], server: ElementServer) -> None:
    page = open_page(ORDER)
    grips = root(page, ORDER).locator(".yongxin-grip")
    start, end = grips.first.bounding_box(), grips.last.bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 8, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(end["x"] + 8, end["y"] + 40, steps=8)
    page.mouse.up()
    expect(status(page, ORDER)).to_have_text("Answered, saved")
    assert server.state(ORDER)["response"] == ["look", "report", "note"]


def test_a_graded_item_says_that_it_is_graded_later_and_has_no_check(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(GRADED)
    expect(root(page, GRADED)).to_contain_text("It is graded after you hand in.")
    expect(root(page, GRADED).get_by_role("button")).to_have_count(0)


# -- reflections --------------------------------------------------------------------------------


def test_a_reflection_counts_hints_and_keeps_what_is_written(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(LOG)
    facts = root(page, LOG).get_by_label("Facts")
    expect(facts).to_have_accessible_description("Who, when, where 5 to 600 characters")
    facts.fill("👩‍🔧")
    expect(root(page, LOG)).to_contain_text("3 characters, 5 at least")
    expect(status(page, LOG)).to_have_text("Saved, not complete yet")
    facts.fill("On Tuesday I was angry.")
    expect(root(page, LOG).get_by_text("There seems to be a feeling in here.")).to_be_visible()
    root(page, LOG).get_by_label("Feelings").fill("hurried")
    root(page, LOG).get_by_role("group", name="All in all").get_by_label("dissatisfied").check()
    expect(status(page, LOG)).to_have_text("Complete, saved")
    page.reload()
    expect(facts).to_have_value("On Tuesday I was angry.")
    expect(root(page, LOG).get_by_label("dissatisfied")).to_be_checked()


def test_what_is_too_long_stays_in_the_field_and_the_rest_is_saved(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(LOG)
    feelings = root(page, LOG).get_by_label("Feelings")
    feelings.fill("急" * 302)
    expect(root(page, LOG)).to_contain_text("302 characters, 2 too many, 300 at most")
    expect(status(page, LOG)).to_contain_text('"Feelings" is too long')
    root(page, LOG).get_by_label("Facts").fill("seven in the evening")
    root(page, LOG).get_by_label("satisfied", exact=True).check()
    page.wait_for_timeout(600)
    expect(feelings).to_have_value("急" * 302)
    expect(status(page, LOG)).to_contain_text('"Feelings" is too long')
    assert server.state(LOG)["fields"] == {"facts": "seven in the evening", "rating": "satisfied"}
    feelings.fill("急" * 300)
    expect(status(page, LOG)).to_have_text("Complete, saved")
    assert len(server.state(LOG)["fields"]["feeling"]) == 300


def test_what_people_write_is_text_and_nothing_else(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    hostile = "<img src=x onerror=alert(1)> {{7*7}} </textarea>"
    server.change_elsewhere(RECAP, {"type": "write", "fields": {"concept": hostile}})
    page = open_page(RECAP)
    expect(root(page, RECAP).get_by_label("Concept")).to_have_value(hostile)
    assert root(page, RECAP).locator("img").count() == 0


def test_the_rubric_can_be_read_beforehand(open_page: Callable[..., Page]) -> None:
    page = open_page(LOG)
    root(page, LOG).locator("summary", has_text="How it is marked").click()
    expect(root(page, LOG).get_by_text("Facts and feelings are kept apart")).to_be_visible()


def test_pinyin_is_not_sent_before_it_has_become_characters(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(RECAP)
    field = root(page, RECAP).get_by_label("Concept")
    field.focus()
    session = page.context.new_cdp_session(page)
    for text in ("q", "qi", "qiwang"):
        session.send(
            "Input.imeSetComposition", {"text": text, "selectionStart": 6, "selectionEnd": 6}
        )
        page.wait_for_timeout(350)
    assert server.received(RECAP) == []
    session.send("Input.insertText", {"text": "期望"})
    expect(status(page, RECAP)).to_have_text("Saved")
    expect(field).to_have_value("期望")
    assert server.state(RECAP)["fields"] == {"concept": "期望"}


def test_a_locked_reflection_can_still_be_read_and_copied(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    server.change_elsewhere(LOG, {"type": "write", "fields": {"facts": "seven o'clock"}})
    server.locked = True
    page = open_page(LOG)
    field = root(page, LOG).get_by_label("Facts")
    expect(field).to_have_attribute("readonly", "")
    expect(field).to_be_enabled()
    expect(root(page, LOG).get_by_role("radio").first).to_be_disabled()
    expect(status(page, LOG)).to_have_text("Handed in, cannot be changed")


# -- simulators ---------------------------------------------------------------------------------


def test_a_simulator_follows_its_sliders_by_keyboard(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(GAP)
    group = root(page, GAP).get_by_role("group", name="Product")
    slider = group.get_by_role("slider", name="Perceived")
    number = group.get_by_role("spinbutton", name="Perceived")
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(number).to_have_value("3.5")
    expect(root(page, GAP).locator(".yongxin-summary")).to_contain_text("The overall gap is −0.32")
    expect(root(page, GAP).get_by_role("row", name="Product")).to_contain_text("−1")
    expect(voice(page, GAP)).to_contain_text("The overall gap is −0.32")
    assert server.state(GAP) == {"inputs": {"product-perception": 3.5}}
    root(page, GAP).get_by_role("button", name="Back to the start").press("Enter")
    expect(number).to_have_value("3.2")
    expect(slider).to_have_value("3.2")
    assert server.state(GAP) == {"inputs": {}, "resets": 1}


def test_dragging_a_slider_is_a_few_events_at_most(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(GAP)
    slider = root(page, GAP).get_by_role("slider").first
    box = slider.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 3, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"], box["y"] + box["height"] / 2, steps=30)
    page.mouse.up()
    expect(root(page, GAP).get_by_role("spinbutton").first).to_have_value("7")
    expect(status(page, GAP)).to_have_text("Your settings are saved")
    assert server.state(GAP)["inputs"]["product-perception"] == 7.0
    assert len(server.received(GAP)) < 10


@pytest.mark.parametrize("typed", ["9", "", "-1"])
def test_a_number_out_of_range_is_told_and_not_sent(
    open_page: Callable[..., Page], server: ElementServer, typed: str
) -> None:
    page = open_page(GAP)
    number = root(page, GAP).get_by_role("spinbutton").first
    number.fill(typed)
    expect(status(page, GAP)).to_contain_text('"Perceived" has to be between 1 and 7.')
    expect(number).to_have_attribute("aria-invalid", "true")
    page.wait_for_timeout(400)
    assert server.received(GAP) == []
    number.fill("6.9")
    expect(status(page, GAP)).to_have_text("Your settings are saved")


def test_moving_one_share_never_breaks_the_sum(open_page: Callable[..., Page]) -> None:
    page = open_page(BUILDER)
    group = root(page, BUILDER).get_by_role("group", name="Advertising")
    for weight in ("0", "100", "35"):
        group.get_by_role("spinbutton", name="How much it counts").fill(weight)
        page.wait_for_timeout(600)
        shares = [
            int(cell.removesuffix("%"))
            for cell in root(page, BUILDER).locator("tbody td:nth-child(2)").all_inner_texts()
        ]
        assert shares[-1] == sum(shares[:-1]) == 100


def test_changing_a_link_replays_the_story(open_page: Callable[..., Page]) -> None:
    page = open_page(CHAIN, language="zh-CN")
    root(page, CHAIN).get_by_label("② 事实：接待的人怎么做").select_option("given")
    expect(root(page, CHAIN).locator(".yongxin-summary")).to_have_text(
        "改了事实。再来的可能从“几乎没有”变成“很大”。"
    )
    expect(root(page, CHAIN).get_by_role("row", name="③ 想法")).to_contain_text(
        "把我放在心上。变了"
    )
    root(page, CHAIN).get_by_label("故事", exact=True).select_option("visitor-card")
    expect(root(page, CHAIN).get_by_role("row", name="② 感知")).to_contain_text("前台登记了姓名")


def test_a_chart_is_loaded_when_it_comes_near_and_is_named_by_its_summary(
    open_page: Callable[..., Page], chromium: GuardedBrowser
) -> None:
    page = open_page(*[RECAP, LOG, SINGLE, MULTIPLE], GAP, viewport=PHONE)
    loaded = "performance.getEntriesByName(location.origin + '/plotly.js').length"
    page.wait_for_timeout(300)
    assert page.evaluate(loaded) == 0
    chart = root(page, GAP).locator(".yongxin-chart")
    before = chart.bounding_box()
    chart.scroll_into_view_if_needed()
    expect(chart.locator(".main-svg").first).to_be_visible()
    expect(chart).to_have_role("img")
    expect(chart).to_have_accessible_name(root(page, GAP).locator(".yongxin-summary").inner_text())
    after = chart.bounding_box()
    assert before
    assert after
    assert after["height"] == pytest.approx(before["height"], abs=1), "the page jumped"


def test_a_chart_with_nothing_to_draw_at_first_comes_when_there_is_something(
    open_page: Callable[..., Page], axe: Callable[..., None]
) -> None:
    """It once never came: the page had no place for it."""
    page = open_page(CALIBRATION, viewport=PHONE)
    chart = root(page, CALIBRATION).locator(".yongxin-chart")
    expect(chart).to_be_hidden()
    for one in root(page, CALIBRATION).get_by_role("combobox").all():
        one.select_option("true-80")
    expect(chart).to_have_role("img")
    chart.scroll_into_view_if_needed()
    expect(chart.locator(".bars path").first).to_be_visible()
    expect(chart).to_have_accessible_name(
        root(page, CALIBRATION).locator(".yongxin-summary").inner_text()
    )
    axe(page)
    root(page, CALIBRATION).get_by_role("button", name="Back to the start").click()
    expect(chart).to_be_hidden()


def test_a_chart_takes_the_colours_of_the_theme(open_page: Callable[..., Page]) -> None:
    page = open_page(GAP, color_scheme="light")
    chart = root(page, GAP).locator(".yongxin-chart")
    chart.scroll_into_view_if_needed()
    bar = chart.locator(".bars path").last
    expect(bar).to_have_css("fill", "rgb(164, 38, 44)")
    page.emulate_media(color_scheme="dark")
    expect(bar).to_have_css("fill", "rgb(255, 143, 138)")


def test_without_the_library_the_table_says_it_all(open_page: Callable[..., Page]) -> None:
    page = open_page(RECAP, LOG, GAP, viewport=PHONE)
    page.route("**/plotly.js", lambda route: route.abort())
    root(page, GAP).locator(".yongxin-chart").scroll_into_view_if_needed()
    expect(root(page, GAP)).to_contain_text("The chart could not be drawn.")
    expect(root(page, GAP).get_by_role("row", name="Overall")).to_contain_text("−0.44")
    page.unroute("**/plotly.js")
    root(page, GAP).get_by_role("button", name="Try again").press("Enter")
    expect(root(page, GAP).locator(".yongxin-chart")).to_have_attribute("role", "img")
    expect(root(page, GAP).locator(".yongxin-chart svg").first).to_be_visible()
    expect(root(page, GAP)).not_to_contain_text("The chart could not be drawn.")


def test_a_choice_among_many_is_a_list_to_choose_from(
    open_page: Callable[..., Page],
    server: ElementServer,
    axe: Callable[..., None],
    screenshot: Callable[..., None],
) -> None:
    page = open_page(ROLES, viewport=PHONE)
    role = root(page, ROLES).get_by_label("Role")
    expect(role).to_have_value("")
    axe(page)
    role.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(status(page, ROLES)).to_have_attribute("data-state", "saved")
    assert server.state(ROLES) == {"fields": {"role": "guard"}}
    page.reload()
    expect(root(page, ROLES).get_by_label("Role")).to_have_value("guard")
    screenshot(page, "choice-among-many")
    root(page, ROLES).get_by_label("Role").select_option("")
    expect(status(page, ROLES)).to_have_text("Nothing written yet")
    assert server.state(ROLES) == {"fields": {}}


# -- several of one -----------------------------------------------------------------------------


def test_an_element_shown_twice_has_ids_of_its_own_and_one_state(
    open_page: Callable[..., Page], axe: Callable[..., None]
) -> None:
    page = open_page(SINGLE, SINGLE)
    first, second = root(page, SINGLE).all()
    first.get_by_role("radio").nth(1).check()
    expect(second.get_by_role("radio").nth(1)).to_be_checked()
    expect(first.get_by_role("radio").nth(1)).to_be_checked()
    ids = page.evaluate("Array.from(document.querySelectorAll('[id]'), one => one.id)")
    assert len(ids) == len(set(ids))
    axe(page)


def test_progress_is_told_module_by_module(open_page: Callable[..., Page]) -> None:
    page = open_page("progress:course")
    lines = root(page, "progress:course").get_by_role("listitem")
    expect(lines.nth(0)).to_contain_text("3 of 6 complete")
    expect(lines.nth(1)).to_contain_text("Not begun")
    expect(lines.nth(2)).to_contain_text("In preparation")
    bar = root(page, "progress:course").get_by_role("progressbar", name="The lift has stopped")
    assert bar.evaluate("bar => bar.value / bar.max") == 0.5
