"""True and false, matching, sorting and cloze: by keyboard alone, on a phone, and locked."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from support.browser import DESKTOP, PHONE, GuardedBrowser
from support.element_server import ElementServer
from support.elements_on_pages import keys, root, status, voice

CLAIM, MATCH = "quiz:water-no-news", "quiz:water-who-helps"
SORT, CLOZE = "quiz:water-remarks", "quiz:water-notice"
PRACTICE = [CLAIM, MATCH, SORT, CLOZE]
GRADED = [
    "quiz:water-four-oclock",
    "quiz:water-first-words",
    "quiz:water-duties",
    "quiz:water-apology",
]

#: One response to each: something right, something wrong and, where possible, something open.
RESPONSES: dict[str, Any] = {
    CLAIM: {"verdict": "false", "reason": "fewer-calls"},
    MATCH: {"burst-pipe": "engineers", "many-calls": "accounts"},
    SORT: {"since-seven": "fact", "fed-up": "fact", "tell-me-when": "request"},
    CLOZE: {"when": "soon", "words": "sorry"},
    GRADED[0]: {"verdict": "true", "reason": "no-blame"},
    GRADED[1]: {"angry": "calm-down", "worried": "who-is-there"},
    GRADED[2]: {"carry": "during"},
    GRADED[3]: {"first": "sorry"},
}


# -- by keyboard --------------------------------------------------------------------------------


def test_a_claim_is_judged_by_keyboard(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(CLAIM)
    verdict = root(page, CLAIM).get_by_role("group", name="Is the claim true?")
    reason = root(page, CLAIM).get_by_role("group", name="Why? Choose one reason.")
    keys(page, "Tab", "ArrowDown")
    expect(verdict.get_by_role("radio", name="False")).to_be_checked()
    expect(status(page, CLAIM)).to_have_text("Saved, some of it is still open")
    keys(page, "Tab", "Space")
    expect(reason.get_by_role("radio").first).to_be_checked()
    expect(status(page, CLAIM)).to_have_text("Answered, saved")
    keys(page, "ArrowDown", "Tab", "Enter")
    expect(voice(page, CLAIM)).to_contain_text("Partly right (50%).")
    expect(voice(page, CLAIM)).to_contain_text("Rules change; the worry stays.")
    described = reason.get_by_role("radio").nth(1)
    expect(described).to_have_accessible_description("Think again. Rules change; the worry stays.")
    keys(page, "Enter")
    expect(verdict.get_by_role("radio", name="False")).to_be_focused()
    keys(page, "Tab", "ArrowUp", "Enter")
    expect(voice(page, CLAIM)).to_contain_text("All right!")
    kept = server.state(CLAIM)
    assert kept["response"] == {"reason": "silence-worries", "verdict": "false"}
    assert kept["checked"]


def test_entries_are_matched_by_keyboard(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(MATCH)
    pipe = root(page, MATCH).get_by_label("A pipe has burst in the basement")
    keys(page, "Tab")
    expect(pipe).to_be_focused()
    keys(page, "ArrowDown", "ArrowDown", "ArrowDown")
    expect(pipe).to_have_value("engineers")
    expect(status(page, MATCH)).to_have_text("Saved, some of it is still open")
    keys(page, "Tab", "ArrowDown", "Tab")
    page.keyboard.type("D")  # the letter of a match finds it
    keys(page, "Tab", "Enter")
    expect(voice(page, MATCH)).to_contain_text("Partly right (56%).")
    expect(voice(page, MATCH)).to_contain_text("Its match: Building steward — ")
    keys(page, "Space")
    expect(pipe).to_be_focused()
    keys(page, "Tab", "Tab")
    page.keyboard.type("B")
    keys(page, "Tab", "Enter")
    expect(voice(page, MATCH)).to_contain_text("All right!")
    assert server.state(MATCH)["response"] == {
        "burst-pipe": "engineers",
        "many-calls": "front-desk",
        "old-couple": "steward",
    }


def test_a_match_can_be_taken_back(open_page: Callable[..., Page], server: ElementServer) -> None:
    page = open_page(MATCH)
    keys(page, "Tab", "ArrowDown")
    expect(status(page, MATCH)).to_have_text("Saved, some of it is still open")
    keys(page, "ArrowUp")
    expect(status(page, MATCH)).to_have_text("Not answered yet")
    assert server.state(MATCH)["response"] is None


def test_entries_are_sorted_by_keyboard(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(SORT)
    keys(page, "Tab", "Space")
    keys(page, "Tab", "ArrowDown")
    keys(page, "Tab", "ArrowUp")
    keys(page, "Tab", "ArrowDown", "ArrowDown")
    expect(status(page, SORT)).to_have_text("Answered, saved")
    entry = root(page, SORT).get_by_role("group", name='"There is no notice downstairs."')
    expect(entry.get_by_role("radio", name="Request")).to_be_checked()
    keys(page, "Tab", "Enter")
    expect(voice(page, SORT)).to_contain_text("Partly right (63%).")
    expect(voice(page, SORT)).to_contain_text("It belongs to: Fact — ")
    expect(root(page, SORT).locator(".yongxin-feedback:visible")).to_have_count(4)
    assert server.state(SORT)["response"] == {
        "fed-up": "feeling",
        "no-notice": "request",
        "since-seven": "fact",
        "tell-me-when": "request",
    }


def test_gaps_are_filled_by_keyboard_and_say_where_they_stand(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    page = open_page(CLOZE)
    keys(page, "Tab")
    first = root(page, CLOZE).get_by_role("combobox").first
    expect(first).to_be_focused()
    expect(first).to_have_accessible_name("Gap 1 of 3: We expect it back (gap) .")
    page.keyboard.type("soon")
    keys(page, "Tab", "ArrowDown", "Tab")
    page.keyboard.type("at 2")
    expect(status(page, CLOZE)).to_have_text("Answered, saved")
    keys(page, "Tab", "Enter")
    expect(voice(page, CLOZE)).to_contain_text("Partly right (67%).")
    expect(voice(page, CLOZE)).to_contain_text('Everybody hears a different "soon".')
    expect(first).to_have_accessible_description(
        'Gap 1 Think again. What belongs here: before 4 pm — Everybody hears a different "soon".'
    )
    gaps = root(page, CLOZE).locator(".yongxin-gap")
    verdicts = gaps.evaluate_all("all => all.map((one) => one.dataset.verdict)")
    assert verdicts == ["wrong", "right", "right"]
    assert server.state(CLOZE)["response"] == {"next": "at-two", "when": "soon", "words": "sorry"}
    assert [one["type"] for one in server.received(CLOZE)].count("check") == 1


def test_gaps_stand_where_each_language_has_them(open_page: Callable[..., Page]) -> None:
    page = open_page(CLOZE, language="zh-CN")
    names = [
        "第1空，共3空：预计（此空）恢复。",
        "第2空，共3空：我们（此空）再更新一次。",
        "第3空，共3空：（此空）",
    ]
    for place, name in zip(root(page, CLOZE).get_by_role("combobox").all(), names, strict=True):
        expect(place).to_have_accessible_name(name)


# -- what is kept, and what everybody can perceive ----------------------------------------------


def test_reload_keeps_what_was_chosen(
    open_page: Callable[..., Page], server: ElementServer
) -> None:
    for name in PRACTICE:
        server.change_elsewhere(name, {"type": "answer", "response": RESPONSES[name]})
    page = open_page(*PRACTICE)
    checked = page.locator("input:checked").evaluate_all("all => all.map((one) => one.value)")
    assert checked == ["false", "fewer-calls", "fact", "fact", "request"]
    chosen = page.locator("select").evaluate_all("all => all.map((one) => one.value)")
    assert chosen == ["engineers", "accounts", "", "soon", "sorry", ""]


@pytest.mark.parametrize(
    ("size", "language", "theme"),
    [
        (PHONE, "zh-CN", "light"),
        (PHONE, "en", "dark"),
        (DESKTOP, "zh-CN", "dark"),
        (DESKTOP, "en", "light"),
    ],
)
def test_axe_finds_nothing_before_after_and_locked(
    open_page: Callable[..., Page],
    axe: Callable[..., None],
    screenshot: Callable[..., None],
    server: ElementServer,
    size: Any,
    language: str,
    theme: Any,
) -> None:
    names = PRACTICE + GRADED
    page = open_page(*names, language=language, viewport=size, color_scheme=theme)
    axe(page)
    screenshot(page, f"places-fresh-{theme}")
    for name in names:
        server.change_elsewhere(name, {"type": "answer", "response": RESPONSES[name]})
    for name in PRACTICE:
        server.change_elsewhere(name, {"type": "check"})
    server.locked = True
    page.reload()
    expect(page.locator(".yongxin-verdict:visible")).to_have_count(len(PRACTICE))
    expect(page.locator(".yongxin-question:disabled")).to_have_count(len(names))
    axe(page)
    screenshot(page, f"places-used-{theme}")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_targets_are_large_enough_for_a_thumb_and_nothing_is_cut_at_twice_the_size(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(*PRACTICE, viewport=PHONE)
    measured = page.locator(".yongxin :is(button, select, label.yongxin-choice)")
    heights = [
        box["height"] for one in measured.all() if one.is_visible() and (box := one.bounding_box())
    ]
    assert len(heights) > 25
    assert min(heights) >= 44
    page.set_viewport_size({"width": 640, "height": 512})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640


def test_without_a_script_everything_on_offer_can_be_read(
    chromium: GuardedBrowser, server: ElementServer
) -> None:
    page = chromium.new_page(java_script_enabled=False)
    page.goto(server.page("en", *PRACTICE))
    for name, words in (
        (CLAIM, "The rules ask for a notice every hour"),
        (MATCH, "Building steward"),
        (SORT, '"I am fed up."'),
        (CLOZE, "The water is off today"),
    ):
        expect(root(page, name)).to_contain_text(words)
        expect(root(page, name).locator("input, select").first).to_be_disabled()
