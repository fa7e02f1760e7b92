"""How questions have worked and what is done in the lessons, as a trainer looks at it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from support.browser import DESKTOP, PHONE, GuardedBrowser
from support.cohort import HALF_RIGHT_ORDER, MODULE, RIGHT_ORDER
from support.live_site import LiveSite
from yongxin.grading.exchange import release_module
from yongxin.language import LANGUAGES
from yongxin.text import interface_text

SIZES = (PHONE, DESKTOP)
WORDS = "lift-first-words"
WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
Axe = Callable[..., None]
Screenshot = Callable[..., None]


@pytest.fixture
def site(own_course: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveSite]:
    """The sample course with thirty people who have practised and handed in."""
    state = own_course / "var"
    monkeypatch.setenv("YONGXIN_STATE", str(state))
    release_module(own_course, MODULE)
    site = LiveSite(own_course, state)
    for number in range(30):
        take_part(site, number)
    site.start()
    yield site
    site.close()


def take_part(site: LiveSite, number: int) -> None:
    learner = site.store.add_learner(f"person-{number}", f"学员{number}", groups=["east"])
    site.store.record_visit(learner.id, MODULE)
    site.store.count_reading(MODULE, ["hook", "chain", "recap"][: 1 + number % 3])
    first, ratio = ("sorry-and-facts", 1.0) if number % 3 else ("not-my-job", 0.0)
    practised = {
        f"quiz:{WORDS}": {
            "response": "sorry-and-facts",
            "checked": True,
            "first": {"response": first, "ratio": ratio},
        },
        "simulate:satisfaction-gap": {"inputs": {"product-perception": 5.0}, "resets": 1},
    }
    for name, state in practised.items():
        site.store.apply(
            learner.id,
            name,
            event_id="1",
            client="tab",
            revision=0,
            transition=lambda _, state=state: (state, {}),
        )
    order = RIGHT_ORDER if number % 4 else HALF_RIGHT_ORDER
    site.store.hand_in(
        learner.id,
        MODULE,
        event_id="1",
        allowed_attempts=2,
        now=datetime(2026, 11, 1, tzinfo=UTC),
        snapshot={"answers": {"chain-order": {"response": order}}, "reflections": {}},
        deliver=lambda _submission: {"timestamp": "t", "directory": "d", "secret": "s"},
    )


def look(page: Page, axe: Axe, screenshot: Screenshot, name: str) -> None:
    axe(page)
    assert not page.evaluate(WIDE), page.url
    screenshot(page, name)


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_each_question_has_worked(
    site: LiveSite, chromium: GuardedBrowser, axe: Axe, screenshot: Screenshot, language: str
) -> None:
    text = interface_text("en" if language == "en" else "zh-CN")
    page = chromium.new_page()
    site.sign_in(page, "trainer")
    for size in SIZES:
        page.set_viewport_size(size)
        page.goto(f"{site.url}/{language}/cohort/items/{MODULE}")
        expect(page.locator("main")).to_contain_text(text("analysis.count", attempts=30))
        page.locator("details.explained summary").click()
        expect(page.get_by_text(text("analysis.cronbach"))).to_be_visible()
        look(page, axe, screenshot, "items")
        page.get_by_role("link", name=text("analysis.choices")).first.click()
        expect(page.get_by_role("columnheader", name=text("analysis.rest"))).to_be_visible()
        expect(page.locator("#item-chain-order")).to_be_in_viewport()
        look(page, axe, screenshot, "items-choices")
    page.emulate_media(color_scheme="dark")
    axe(page)
    page.get_by_label(text("analysis.attempts")).select_option("every")
    page.get_by_role("button", name=text("analysis.show")).click()
    expect(page.locator("main")).to_contain_text(text("analysis.every-attempt"))
    with page.expect_download() as download:
        page.get_by_role("link", name=text("analysis.export")).click()
    assert Path(download.value.path()).read_bytes().startswith(b"PK")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_done_in_a_lesson(
    site: LiveSite, chromium: GuardedBrowser, axe: Axe, screenshot: Screenshot, language: str
) -> None:
    text = interface_text("en" if language == "en" else "zh-CN")
    page = chromium.new_page()
    site.sign_in(page, "trainer")
    for size in SIZES:
        page.set_viewport_size(size)
        page.goto(f"{site.url}/{language}/cohort/practice")
        look(page, axe, screenshot, "practice")
        page.locator(f'main a[href$="/cohort/practice/{MODULE}"]').click()
        expect(page.locator("main")).to_contain_text(text("practice.reading.opened", opened=30))
        row = page.locator("tr", has=page.locator(f'a[href*="item={WORDS}"]'))
        expect(row.locator("td").nth(2)).to_contain_text("67%")
        look(page, axe, screenshot, "practice-lesson")
        row.get_by_role("link").click()
        expect(page.locator("#answered")).to_be_in_viewport()
        expect(page.locator("main")).to_contain_text("33%")
        look(page, axe, screenshot, "practice-answers")
    page.emulate_media(color_scheme="dark")
    axe(page)
    expect(page.locator("main")).not_to_contain_text("学员1")


def test_a_device_tells_once_how_far_a_lesson_was_read(
    fresh_site: LiveSite, chromium: GuardedBrowser
) -> None:
    lesson = f"{fresh_site.url}/en/lesson/{MODULE}"
    page = chromium.new_page()
    page.clock.install()
    fresh_site.sign_in(page, "learner")

    def look_at(section: str) -> None:
        page.goto(lesson)
        expect(page.locator("[data-yongxin-element]").last).to_have_attribute(
            "data-yongxin-mounted", ""
        )
        page.locator(f"#{section}").evaluate("(one) => one.scrollIntoView({ behavior: 'instant' })")
        # In the contents, which a phone shows only on demand, stands where the reader is.
        place = page.locator(f'.outline a[href$="#{section}"]')
        expect(place).to_have_attribute("aria-current", "location")

    def stay() -> None:
        for _ in range(3):  # a page that still moves begins to count anew
            page.clock.fast_forward(6000)
            page.wait_for_timeout(400)

    def told(*sections: str) -> dict[str, dict[str, int]]:
        return {MODULE: dict.fromkeys(sections, 1)}

    page.set_viewport_size(PHONE)
    look_at("hook")
    page.clock.fast_forward(1000)
    look_at("hook")  # opened and left at once: nothing was read
    with page.expect_response("**/reading") as response:
        stay()
    assert response.value.ok
    assert fresh_site.store.readings() == told("hook")
    look_at("hook")
    stay()  # told already

    look_at("chain")
    page.context.route("**/reading", lambda route: route.fulfill(status=503))
    with page.expect_response("**/reading"):
        stay()
    assert fresh_site.store.readings() == told("hook")
    page.context.unroute_all()
    look_at("recap")  # what could not be told is told with what is read next
    with page.expect_response("**/reading") as response:
        stay()
    assert response.value.ok
    assert fresh_site.store.readings() == told("hook", "chain", "recap")
