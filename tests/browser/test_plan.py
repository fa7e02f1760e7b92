"""An action plan from the first word to the file: written in a lesson, gathered, taken along."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdf
import pytest
from icalendar import Calendar
from playwright.sync_api import Locator, Page, expect

from support.browser import DESKTOP, PHONE, GuardedBrowser
from support.live_site import LiveSite
from yongxin.language import LANGUAGES
from yongxin.text import InterfaceText, interface_text

WIDTHS = {"phone": PHONE, "desk": DESKTOP}
STEP = "把三栋楼的通知群先建好 #{panic()} $x$"
FACTS = "周二晚七点，三号楼，我等了二十分钟。"
DAYS = {"zh-CN": "2026年12月1日", "en": "1 December 2026"}
WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def element(page: Page, name: str) -> Locator:
    return page.locator(f'[data-yongxin-element="{name}"]')


def opened(page: Page, site: LiveSite, path: str) -> None:
    page.goto(f"{site.url}/{path}")
    # The last element of a page comes to life last.
    expect(page.locator("[data-yongxin-element]").last).to_have_attribute(
        "data-yongxin-mounted", ""
    )


def saved(root: Locator, words: str) -> None:
    expect(root.locator(".yongxin-status")).to_have_text(words)


def downloaded(page: Page, name: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("link", name=name, exact=True).click()
    return Path(download.value.path()).read_bytes()


def require_refusal_of_a_wrong_day(page: Page, step: Locator) -> None:
    """A day that cannot be is not kept, and whoever leaves the field is told."""
    review = step.locator("input[type=date]").last
    review.fill("0026-12-01")
    review.blur()
    expect(review).to_have_attribute("aria-invalid", "true")
    expect(step.locator(".yongxin-status")).to_contain_text("2000")
    review.fill("")
    expect(review).to_have_attribute("aria-invalid", "false")
    page.reload()
    expect(step.locator("input[type=date]").first).to_have_value("2026-12-01")
    expect(step.locator("input[type=date]").last).to_have_value("")


def require_files(page: Page, text: InterfaceText) -> None:
    """What is written stands in the PDF, and its day in the calendar."""
    made = pypdf.PdfReader(io.BytesIO(downloaded(page, text("plan.download.pdf"))))
    shown = "".join("".join(one.extract_text().split()) for one in made.pages)
    assert "".join(STEP.split()) in shown
    assert "".join(FACTS.split()) in shown
    calendar = Calendar.from_ical(downloaded(page, text("plan.download.calendar")))
    (event,) = calendar.walk("VEVENT")
    assert str(event["summary"]) == STEP


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_plan_is_written_gathered_and_taken_along(
    chromium: GuardedBrowser,
    live_site: LiveSite,
    axe: Callable[..., None],
    screenshot: Callable[..., None],
    language: Any,
    width: str,
) -> None:
    text = interface_text(language)
    username = f"plan-{language}-{width}"
    live_site.store.add_learner(username, "林夏", language=language)
    page = chromium.new_page(viewport=WIDTHS[width])
    live_site.sign_in(page, username)

    # Nothing yet, and the way to where it is written.
    page.get_by_role("link", name=text("site.menu.plan"), exact=True).click()
    expect(page.locator("main")).to_contain_text(text("plan.empty"))
    axe(page)
    screenshot(page, "plan-empty")
    page.locator('a[href$="#reflect-lift-log"]').click()
    log = element(page, "reflect:lift-log")
    log.get_by_role("textbox").first.fill(FACTS)
    saved(log, text("element.saved.begun"))

    # The lesson shows it again, and asks for a step and its day.
    opened(page, live_site, f"{language}/lesson/z3-water")
    kept = element(page, "kept:lift-log")
    expect(kept).to_contain_text(FACTS)
    step = element(page, "reflect:water-next-step")
    step.get_by_role("textbox").first.fill(STEP)
    step.locator("input[type=date]").first.fill("2026-12-01")
    saved(step, text("element.saved.kept"))
    screenshot(page, "plan-lesson")
    axe(page, '[data-yongxin-element="reflect:water-next-step"]')
    axe(page, '[data-yongxin-element="kept:lift-log"]')

    require_refusal_of_a_wrong_day(page, step)
    page.locator(f'main a[href="/{language}/plan"]').click()
    main = page.locator("main")
    expect(main).to_contain_text(FACTS)
    expect(main).to_contain_text(STEP)
    expect(main).to_contain_text(DAYS[language])
    axe(page)
    screenshot(page, "plan")
    assert not page.evaluate(WIDE)

    require_files(page, text)

    # What is changed meanwhile is there on the way back.
    page.locator('a[href$="#reflect-water-next-step"]').click()
    changed = step.get_by_role("textbox").first
    changed.fill("先建一个群")
    changed.blur()
    saved(step, text("element.saved.kept"))
    page.go_back()
    expect(main).to_contain_text("先建一个群")


def test_what_waits_on_the_device_is_shown_again_too(
    chromium: GuardedBrowser, fresh_site: LiveSite
) -> None:
    page = chromium.new_page()
    fresh_site.sign_in(page)
    for path in ("en/lesson/z3-water", "en/exercise/z1-lift"):
        opened(page, fresh_site, path)
        page.evaluate("navigator.serviceWorker.ready.then(() => {})")
    # A second time, so that the worker has seen and kept both.
    opened(page, fresh_site, "en/lesson/z3-water")
    opened(page, fresh_site, "en/exercise/z1-lift")
    log = element(page, "reflect:lift-log")
    log.get_by_role("textbox").first.fill(FACTS)
    saved(log, interface_text("en")("element.saved.begun"))
    fresh_site.kill()
    page.goto(f"{fresh_site.url}/en/lesson/z3-water")
    # What was sent before stands in the copy of a page that showed it earlier.
    expect(element(page, "kept:lift-log")).to_contain_text(FACTS)
    page.goto(f"{fresh_site.url}/en/exercise/z1-lift")
    log.get_by_role("textbox").nth(1).fill("先急，后委屈。")
    log.get_by_role("textbox").nth(1).blur()
    expect(log.locator(".yongxin-status")).to_contain_text(
        interface_text("en")("element.kept.device")
    )
    page.goto(f"{fresh_site.url}/en/lesson/z3-water")
    expect(element(page, "kept:lift-log")).to_contain_text("先急，后委屈。")
