"""Every page of the site: nothing comes from elsewhere, nobody is left out, nothing overflows."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from support.browser import DESKTOP, PHONE, GuardedBrowser
from support.live_site import LiveSite
from yongxin.grading.exchange import ExchangeSettings, Receipt
from yongxin.grading.feedback import (
    ELEMENT_ID,
    Feedback,
    FieldFeedback,
    ItemFeedback,
    Level,
    PartFeedback,
    ReflectionFeedback,
    feedback_path,
)
from yongxin.language import LANGUAGES, LocalizedText
from yongxin.text import interface_text

NOON = datetime(2026, 3, 4, 4, tzinfo=UTC)  # noon in Shanghai
WIDTHS = {"phone": PHONE, "desk": DESKTOP}

#: Who looks at which page (an address below the language), and what the picture is called.
LOOKS = (
    (None, "sign-in", "sign-in"),
    ("learner", "", "start"),
    ("learner", "?by=path", "start-by-path"),
    ("learner", "lesson/z1-lift", "lesson"),
    ("learner", "exercise/z1-lift", "exercise"),
    ("learner", "review", "review-nothing-met"),
    ("learner", "results", "results"),
    ("learner", "results/z1-lift", "result"),
    ("second", "results", "results-none"),
    ("second", "results/z1-lift", "result-none"),
    ("trainer", "", "start-trainer"),
    ("trainer", "cohort", "cohort-trainer"),
    ("hr", "cohort?group=east", "cohort-hr"),
    ("learner", "cohort", "error-not-allowed"),
    ("learner", "lesson/z2-gate", "error-in-preparation"),
    ("learner", "no/such/page", "error-not-found"),
)


def both(chinese: str, english: str) -> LocalizedText:
    return LocalizedText.model_validate({"zh-CN": chinese, "en": english})


def hand_in(site: LiveSite, username: str, *, late: bool) -> Receipt:
    """Record a hand-in as the site does, without the exchange."""
    learner = site.store.learner(username)
    assert learner is not None
    receipt = Receipt(NOON.strftime("%Y-%m-%d %H:%M:%S.%f UTC"), "folder", f"secret-{username}")
    site.store.set_deadline("z1-lift", NOON + timedelta(hours=-1 if late else 1))
    site.store.hand_in(
        learner.id,
        "z1-lift",
        event_id="first",
        allowed_attempts=2,
        now=NOON,
        snapshot={},
        deliver=lambda _: asdict(receipt),
    )
    return receipt


def grade(site: LiveSite, receipt: Receipt) -> None:
    """Put feedback where ``nbgrader release_feedback`` would."""
    feedback = Feedback(
        module="z1-lift",
        title=both("电梯停了", "The lift has stopped"),
        language="zh-CN",
        timestamp=receipt.timestamp,
        late=True,
        score=2.5,
        max_score=6,
        late_penalty=0,
        items=(
            ItemFeedback(
                id="chain-order",
                number=1,
                rule="adjacent-pairs",
                stem=both("把五步排好。", "Put the five steps in order."),
                response_text=both("期望\n感知\n想法", "Expectation\nPerception\nThought"),
                points=1.5,
                max=2,
                verdict="partly",
                reason=None,
                explanation=both("先有期望，后有行动。", "Expectation comes first."),
            ),
            ItemFeedback(
                id="gap-sign",
                number=2,
                rule="exact-match",
                stem=both("差距为零意味着什么？", "What does a gap of zero mean?"),
                response_text=both("刚好如愿", "Expectations were met"),
                points=1,
                max=1,
                verdict="right",
                reason=None,
                explanation=both("零就是不多不少。", "Zero is neither more nor less."),
                parts=(
                    PartFeedback(
                        id="met",
                        name=both("刚好如愿", "Expectations were met"),
                        chosen=True,
                        right=True,
                        text=both("对。刚好，不是惊喜。", "Right. Met rather than exceeded."),
                    ),
                ),
            ),
        ),
        reflections=(
            ReflectionFeedback(
                id="lift-log",
                number=3,
                prompt=both("写一次你自己等电梯的经历。", "Write about a lift."),
                fields=(
                    FieldFeedback(
                        label=both("事实", "Facts"),
                        text=both("我等了二十分钟。\n没有人来。", "我等了二十分钟。\n没有人来。"),
                        exemplar=both("周二晚七点。", "Tuesday, seven in the evening."),
                    ),
                ),
                points=None,
                max=3,
                comment="写得清楚。",
                rubric=(Level(level=0, text=both("空白", "Blank")),),
            ),
        ),
        generated=NOON,
    )
    path = feedback_path(ExchangeSettings(site.state / "exchange"), "z1-lift", receipt.secret)
    path.parent.mkdir(parents=True)
    facts = feedback.model_dump_json(by_alias=True)
    path.write_text(f'<script type="application/json" id="{ELEMENT_ID}">{facts}</script>', "utf-8")


@pytest.fixture(scope="module")
def site(built_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    """A site in the middle of a course: somebody has handed in late and was graded."""
    site = LiveSite(built_course, tmp_path_factory.mktemp("state"))
    grade(site, hand_in(site, "learner", late=True))
    site.start()
    yield site
    site.close()


def signed_in(site: LiveSite, browser: GuardedBrowser, username: str | None) -> BrowserContext:
    context = browser.new_context()
    if username is not None:
        page = context.new_page()
        site.sign_in(page, username)
        page.close()
    return context


def is_ready(page: Page) -> None:
    for element in page.locator("[data-yongxin-element]").all():
        expect(element).to_have_attribute("data-yongxin-mounted", "")


def assert_fits(page: Page) -> None:
    """Nothing sticks out to the side."""
    wide = page.evaluate(
        """() => [...document.querySelectorAll("body *")]
          .filter((one) => !one.closest(".visually-hidden, .skip, svg"))
          .filter((one) => {
            let around = one.parentElement;
            while (around && getComputedStyle(around).overflowX === "visible") {
              around = around.parentElement;
            }
            return !around || around === document.documentElement;
          })
          .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
          .map((one) => one.outerHTML.slice(0, 200))"""
    )
    assert wide == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


@pytest.mark.parametrize(("username", "address", "name"), LOOKS, ids=[one[2] for one in LOOKS])
def test_a_page_is_for_everybody(
    site: LiveSite,
    chromium: GuardedBrowser,
    axe: Callable[..., None],
    screenshot: Callable[..., None],
    username: str | None,
    address: str,
    name: str,
) -> None:
    page = signed_in(site, chromium, username).new_page()
    seen = 0
    for language in LANGUAGES:
        for size in WIDTHS.values():
            page.set_viewport_size(size)
            page.goto(f"{site.url}/{language}/{address}")
            is_ready(page)
            expect(page.locator("html")).to_have_attribute("lang", language)
            expect(page.locator("h1")).to_have_count(1)
            axe(page)
            assert_fits(page)
            screenshot(page, name)
            seen += 1
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(PHONE)
    axe(page)
    screenshot(page, f"{name}-dark")
    assert seen == 4


def test_the_page_of_a_one_time_link_is_for_everybody(
    site: LiveSite,
    chromium: GuardedBrowser,
    axe: Callable[..., None],
    screenshot: Callable[..., None],
) -> None:
    page = chromium.new_page(viewport=PHONE)
    link = site.sign_in_link()
    for language in LANGUAGES:
        page.goto(f"{link}?language={language}")
        expect(page.locator("html")).to_have_attribute("lang", language)
        axe(page)
        screenshot(page, "sign-in-link")
    page.locator("main button").click()
    page.goto(link)
    axe(page)
    page.locator("main button").click()
    expect(page.locator("h1")).to_have_text(interface_text("zh-CN")("site.refused.link-used.title"))
    axe(page)
    screenshot(page, "sign-in-link-used")


def test_at_four_times_the_size_nothing_is_cut_off(
    site: LiveSite, chromium: GuardedBrowser
) -> None:
    # WCAG 1.4.10: 320 CSS pixels are 1280 at 400 %.
    page = signed_in(site, chromium, "learner").new_page()
    page.set_viewport_size({"width": 320, "height": 256})
    for language in LANGUAGES:
        for address in ("", "lesson/z1-lift", "exercise/z1-lift", "results/z1-lift"):
            page.goto(f"{site.url}/{language}/{address}")
            is_ready(page)
            assert_fits(page)


def test_the_contents_open_and_close_with_the_keyboard(
    site: LiveSite, chromium: GuardedBrowser, axe: Callable[..., None]
) -> None:
    context = signed_in(site, chromium, "learner")
    page = context.new_page()
    page.set_viewport_size(PHONE)
    page.goto(f"{site.url}/en/lesson/z1-lift")
    button = page.get_by_role("button", name="Contents")
    menu = page.get_by_role("navigation", name="Course", exact=True)
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(menu).to_be_hidden()
    button.focus()
    page.keyboard.press("Enter")
    expect(menu).to_be_visible()
    axe(page)
    page.keyboard.press("Tab")
    expect(menu.get_by_role("link", name="The lift has stopped")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("Space")
    menu.get_by_role("link", name="Recap").click()
    expect(menu).to_be_hidden()
    assert page.url.endswith("#recap")


def test_the_first_tab_leads_past_the_header(site: LiveSite, chromium: GuardedBrowser) -> None:
    page = signed_in(site, chromium, "learner").new_page()
    page.goto(f"{site.url}/en/lesson/z1-lift")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_switching_the_language_keeps_the_place_and_is_remembered(
    site: LiveSite, chromium: GuardedBrowser
) -> None:
    page = signed_in(site, chromium, "second").new_page()
    page.goto(f"{site.url}/en/lesson/z1-lift")
    page.locator("#recap").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('#recap').scrollIntoView()")
    outline = page.get_by_role("list", name="On this page")
    expect(outline.get_by_role("link", name="Recap")).to_have_attribute("aria-current", "location")
    switch = page.get_by_role("link", name="中文")
    expect(switch).to_have_attribute("href", re.compile(r"/zh-CN/lesson/z1-lift#.*recap$"))
    # Pressed with the mouse, because Playwright would first scroll to where a sticky header began.
    box = switch.bounding_box()
    assert box
    with page.expect_request("**/api/yongxin/language"):
        page.mouse.click(box["x"] + 5, box["y"] + 5)
    page.wait_for_url(re.compile(r"/zh-CN/lesson/z1-lift#.*recap$"))
    expect(page.locator("#reflect_lift-recap")).to_be_in_viewport()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/en/lesson/z1-lift**")
    page.goto(site.url)
    page.wait_for_url("**/en/")


def test_a_page_prints_without_what_only_a_screen_needs(
    site: LiveSite, chromium: GuardedBrowser
) -> None:
    page = signed_in(site, chromium, "learner").new_page()
    page.goto(f"{site.url}/en/lesson/z1-lift")
    page.emulate_media(media="print")
    for hidden in (".top", ".side", ".onward"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()


def test_nothing_moves_for_those_who_ask_for_it(site: LiveSite, chromium: GuardedBrowser) -> None:
    page = signed_in(site, chromium, "learner").new_page()
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{site.url}/en/lesson/z1-lift")
    moving = page.evaluate(
        """() => [...document.querySelectorAll("html, body *")].filter((one) => {
          const style = getComputedStyle(one);
          return style.scrollBehavior === "smooth" || style.transitionDuration !== "0s" ||
            style.animationName !== "none";
        }).map((one) => one.outerHTML.slice(0, 120))"""
    )
    assert moving == []


@pytest.mark.parametrize(("motion", "flows"), [("no-preference", True), ("reduce", False)])
def test_one_page_flows_into_the_next_unless_motion_is_unwanted(
    site: LiveSite,
    chromium: GuardedBrowser,
    motion: Literal["no-preference", "reduce"],
    flows: bool,
) -> None:
    page = signed_in(site, chromium, "learner").new_page()
    page.emulate_media(reduced_motion=motion)
    page.add_init_script(
        "addEventListener('pagereveal', (event) => { window.flows = !!event.viewTransition; });"
    )
    page.goto(f"{site.url}/en/")
    page.locator('a[href$="/en/lesson/z1-lift"]').first.click()
    page.wait_for_url("**/en/lesson/z1-lift")
    is_ready(page)
    assert page.evaluate("window.flows") is flows


def test_a_page_needs_no_more_than_our_own_few_files(
    site: LiveSite, chromium: GuardedBrowser
) -> None:
    context = signed_in(site, chromium, "learner")
    page = context.new_page()
    loaded: list[str] = []
    page.on("response", lambda answer: loaded.append(answer.url))
    page.goto(f"{site.url}/zh-CN/lesson/z1-lift")
    is_ready(page)
    page.wait_for_load_state("networkidle")
    assert 5 <= len(loaded) <= 8, json.dumps(loaded, indent=1)
    assert not any("voila" in one or "plotly" in one for one in loaded)
