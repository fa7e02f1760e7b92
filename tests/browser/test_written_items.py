"""Short text, tables, hot text and calculated numbers: by keyboard alone, on a phone, locked."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from support.browser import DESKTOP, PHONE, GuardedBrowser
from support.element_server import ElementServer
from support.elements_on_pages import keys, root, status, voice
from support.sample_elements import sample_items
from yongxin.items import MalformedResponse
from yongxin.items.number.reading import read_number

WORD, TABLE, HOT = "quiz:water-one-word", "quiz:water-log-table", "quiz:water-feelings"
COSTS, TANK = "quiz:water-costs", "quiz:water-tank"
GRADED_WORD, GRADED_TABLE = "quiz:water-one-word-more", "quiz:water-shift-table"
GRADED_HOT, GRADED_COSTS, SPEED = "quiz:water-promises", "quiz:water-minutes", "quiz:water-speed"
PRACTICE = [WORD, TABLE, HOT, COSTS, TANK]
GRADED = [GRADED_WORD, GRADED_TABLE, GRADED_HOT, GRADED_COSTS, SPEED]

#: One response to each: something right, something wrong and, where possible, something open.
RESPONSES: dict[str, Any] = {
    WORD: "Perception",
    TABLE: {"first-act.morning": "wait", "calls.morning": "25"},
    HOT: ["off", "worried"],
    COSTS: {"tower-one.cost": "96", "tower-two.bottles": "8", "mean.cost": "86.5"},
    TANK: "−3",
    GRADED_WORD: "期望",
    GRADED_TABLE: {"task.desk": "mend", "people.desk": "2"},
    GRADED_HOT: ["soon"],
    GRADED_COSTS: {"repair.both": "75"},
    SPEED: {"number": "24", "unit": "litre"},
}


# -- by keyboard --------------------------------------------------------------------------------


def test_a_short_text_is_written_checked_and_tried_again_by_keyboard(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(WORD)
    keys(page, "Tab")
    page.keyboard.type("  PERCEPTION. ")
    keys(page, "Enter")
    expect(voice(page, WORD)).to_contain_text("Not yet. Perception comes once it happens.")
    expect(root(page, WORD).get_by_role("button", name="Try again")).to_be_focused()
    keys(page, "Enter")
    field = root(page, WORD).get_by_role("textbox", name="Your answer")
    expect(field).to_be_focused()
    keys(page, "ControlOrMeta+a")
    page.keyboard.type("expectation")
    keys(page, "Enter")
    expect(voice(page, WORD)).to_contain_text("All right!")
    kept = server.state(WORD)
    assert (kept["response"], kept["checked"]) == ("expectation", True)


def test_a_table_is_filled_in_and_checked_by_keyboard(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(TABLE)
    keys(page, "Tab")
    first = root(page, TABLE).get_by_role("combobox", name="What comes first Morning")
    expect(first).to_be_focused()
    page.keyboard.type("Cl")
    keys(page, "Tab")
    page.keyboard.type("Wa")
    expect(status(page, TABLE)).to_have_text("Saved, some of it is still open")
    keys(page, "Tab")
    calls = root(page, TABLE).get_by_role("textbox", name="Calls received Morning")
    expect(calls).to_be_focused()
    page.keyboard.type("24")
    keys(page, "Enter")
    expect(voice(page, TABLE)).to_contain_text("Partly right (60%).")
    expect(voice(page, TABLE)).to_contain_text("They have waited for hours")
    expect(voice(page, TABLE)).not_to_contain_text("Thirty in all")
    wrong = root(page, TABLE).get_by_role("combobox", name="What comes first Afternoon")
    expect(wrong).to_have_accessible_description(
        "Afternoon Think again. They have waited for hours: thank them first."
    )
    expect(root(page, TABLE).locator(".yongxin-feedback:visible")).to_have_count(4)
    assert server.state(TABLE)["response"] == {
        "first-act.morning": "close-valve",
        "first-act.afternoon": "wait",
        "calls.morning": "24",
    }


def test_what_is_no_number_stays_in_its_cell_and_the_rest_is_saved(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(COSTS)
    fields = root(page, COSTS).get_by_role("textbox")
    fields.nth(0).fill("96")
    fields.nth(1).fill("nine")
    keys(page, "Tab")
    expect(fields.nth(1)).to_have_attribute("aria-invalid", "true")
    expect(fields.nth(1)).to_have_accessible_description("bottles This has to be a number.")
    fields.nth(3).fill("84")
    expect(status(page, COSTS)).to_have_text("Saved, some of it is still open")
    expect(fields.nth(1)).to_have_value("nine")
    page.wait_for_function("document.querySelector('.yongxin-status').dataset.state === 'saved'")
    assert server.state(COSTS)["response"] == {"tower-one.cost": "96", "mean.cost": "84"}
    fields.nth(1).fill("9")
    expect(fields.nth(1)).to_have_attribute("aria-invalid", "false")


def test_a_numeric_table_is_filled_in_by_keyboard(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(COSTS)
    for number in ("96", "9", "10.5", "85"):
        keys(page, "Tab")
        page.keyboard.type(number)
    field = root(page, COSTS).get_by_role("textbox", name="Mean Cost")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description("yuan")
    keys(page, "Enter")
    expect(voice(page, COSTS)).to_contain_text("All right!")
    assert server.state(COSTS)["response"]["mean.bottles"] == "10.5"


def test_words_are_picked_out_of_a_text_by_keyboard_up_to_the_limit(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(HOT)
    keys(page, "Tab", "Space", "Tab", "Space", "Tab", "Space", "Tab", "Space")
    expect(voice(page, HOT)).to_contain_text("You can pick 3 at most. Take one back first.")
    expect(root(page, HOT).get_by_role("checkbox", name="uneasy")).not_to_be_checked()
    keys(page, "Shift+Tab", "Space", "Tab", "Space", "Enter")
    expect(voice(page, HOT)).to_contain_text("Partly right (50%).")
    expect(voice(page, HOT)).to_contain_text("A fact: look at the tap.")
    picked = root(page, HOT).get_by_role("checkbox", name="off")
    expect(picked).to_have_accessible_description(
        "Pick 3 at most. off Think again. A fact: look at the tap."
    )
    assert server.state(HOT)["response"] == ["off", "uneasy", "worried"]


def test_a_learners_own_numbers_stand_in_the_question_and_are_reckoned_with(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    tank = sample_items()["water-tank"].for_learner(server.learner)
    page = open_page(TANK)
    expect(root(page, TANK).locator(".yongxin-stem")).to_have_text(tank.stem.en)
    assert "{" not in tank.stem.en
    litres, homes, use = (float(one) for one in tank.public().variant.values())
    keys(page, "Tab")
    page.keyboard.type(f"{litres / homes:.2f}")
    keys(page, "Enter")
    expect(voice(page, TANK)).to_contain_text(f"now divide by {use:g} litres an hour.")
    keys(page, "Enter", "ControlOrMeta+a")
    page.keyboard.type(f"{litres / homes / use:.2f}")
    keys(page, "Enter")
    expect(voice(page, TANK)).to_contain_text("All right!")
    expect(root(page, TANK).locator(".yongxin-verdict")).to_contain_text(f"{litres:g} ÷")


def test_another_learner_is_asked_another_variant(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    item = sample_items()["water-tank"]
    seen: set[str] = set()
    for learner in ("lin", "李雷", "han.meimei"):
        server.learner = learner
        stem = root(open_page(TANK), TANK).locator(".yongxin-stem")
        expect(stem).to_have_text(item.for_learner(learner).stem.en)
        seen.add(stem.inner_text())
    assert len(seen) == 3


def test_a_unit_is_chosen_by_keyboard(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(SPEED)
    keys(page, "Tab")
    page.keyboard.type("0.5")
    expect(status(page, SPEED)).to_have_text("Saved, some of it is still open")
    keys(page, "Tab", "Tab")
    expect(root(page, SPEED).get_by_role("combobox", name="Unit")).to_be_focused()
    page.keyboard.type("litres a s")
    expect(status(page, SPEED)).to_have_text("Answered, saved")
    assert server.state(SPEED)["response"] == {"number": "0.5", "unit": "per-second"}
    page.reload()
    expect(root(page, SPEED).get_by_role("combobox")).to_have_value("per-second")
    expect(root(page, SPEED).get_by_role("textbox")).to_have_value("0.5")


# -- numbers are read in the browser as on the server ---------------------------------------------


def test_a_table_takes_for_numbers_what_the_server_takes(open_page: Callable[..., Page]) -> None:
    typed = ["-1.3", "−1,3", "－１．３", "–1.3", "1。3", " 1.3 ", "- 1.3", "+5", ".5", "5.",
             "1,300", "12,345,678", "007", "-", ".", "abc", "1e5", "0x10", "nan",
             "1.2.3", "1,2,3", "1 2",
             "½", "--1", "٣", "三", "1;3", "1，300", "+ 4", "1、5", "‐2"]  # fmt: skip
    page = open_page(COSTS)
    first, second = (root(page, COSTS).get_by_role("textbox").nth(place) for place in (0, 1))
    found: list[bool] = []
    for one in typed:
        first.fill(one)
        second.focus()
        found.append(first.get_attribute("aria-invalid") == "false")
    assert found == [is_number(one) for one in typed]


def is_number(text: str) -> bool:
    try:
        read_number(text)
    except MalformedResponse:
        return False
    return True


# -- what everybody can perceive ----------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_axe_finds_nothing_before_after_and_when_locked(
    open_page: Callable[..., Page],
    server: ElementServer,
    axe: Callable[..., None],
    screenshot: Callable[..., None],
    size: Any,
    language: str,
    theme: Any,
) -> None:
    page = open_page(*PRACTICE, *GRADED, language=language, viewport=size, color_scheme=theme)
    axe(page)
    screenshot(page, f"written-before-{theme}")
    for name, response in RESPONSES.items():
        server.change_elsewhere(name, {"type": "answer", "response": response})
        if name in PRACTICE:
            server.change_elsewhere(name, {"type": "check"})
    server.locked = True
    page.reload()
    for name in PRACTICE:
        expect(root(page, name).locator(".yongxin-verdict")).to_be_visible()
    for name in GRADED:
        expect(root(page, name).locator("fieldset:disabled")).to_have_count(1)
    axe(page)
    screenshot(page, f"written-after-{theme}")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= size["width"], "the page scrolls sideways"


def test_everything_fits_at_twice_the_size(open_page: Callable[..., Page]) -> None:
    page = open_page(*PRACTICE, *GRADED, viewport={"width": 640, "height": 512})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640


def test_targets_are_large_enough_for_a_thumb(open_page: Callable[..., Page]) -> None:
    page = open_page(*PRACTICE, *GRADED, viewport=PHONE)
    measured = page.locator(
        ".yongxin :is(button, select, input[type=text], label.yongxin-hot, label.yongxin-choice)"
    )
    boxes = [box for one in measured.all() if one.is_visible() and (box := one.bounding_box())]
    assert len(boxes) > 40
    assert min(box["height"] for box in boxes) >= 44
    assert min(box["width"] for box in boxes) >= 44


def test_on_a_phone_each_row_is_a_group_that_names_its_columns(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(TABLE, viewport=PHONE)
    cells = root(page, TABLE).locator(".yongxin-grid-row").nth(1).get_by_role("cell")
    tops = [box["y"] for one in cells.all() if (box := one.bounding_box())]
    assert len(tops) == 2
    assert tops[0] < tops[1]
    expect(cells.nth(0).locator(".yongxin-cell-column")).to_have_text("Morning")
    # Still a table for those who hear it.
    expect(root(page, TABLE).get_by_role("table")).to_have_count(1)
    expect(root(page, TABLE).get_by_role("rowheader")).to_have_count(3)
    sign = root(page, TABLE).get_by_role("button", name="Change the sign")
    root(page, TABLE).get_by_role("textbox").fill("4")
    sign.click()
    expect(root(page, TABLE).get_by_role("textbox")).to_have_value("−4")


def test_without_a_script_the_tables_and_the_text_can_be_read(
    chromium: GuardedBrowser, server: ElementServer
) -> None:
    page = chromium.new_page(java_script_enabled=False)
    page.goto(server.page("en", *PRACTICE))
    expect(root(page, TABLE)).to_contain_text("A pipe burst")
    expect(root(page, TABLE).get_by_role("combobox").first).to_be_disabled()
    expect(root(page, HOT)).to_contain_text("The water has been off since seven")
    expect(root(page, COSTS)).to_contain_text("12 bottles")
