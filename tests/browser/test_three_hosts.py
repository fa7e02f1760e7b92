"""One notebook, three places: JupyterLab, plain Voila, and our site. It works the same in each."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from support.browser import GuardedBrowser
from support.hosts import ELEMENT_MILLISECONDS, HOSTS, Host

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

MODULE = "z1-lift"
CAUSES, MINUTES, RECAP = "quiz:lift-causes", "quiz:lift-minutes", "reflect:lift-recap"
GAP, STEP = "simulate:satisfaction-gap", "reflect:water-next-step"


@pytest.fixture(scope="module", params=HOSTS, ids=lambda host: host.name)
def host(
    request: pytest.FixtureRequest, built_course: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Host]:
    # JupyterLab saves notebooks as they are worked with, so everybody gets a course of their own.
    course = tmp_path_factory.mktemp("course-of-a-host") / "course"
    shutil.copytree(built_course, course)
    host = request.param(course, tmp_path_factory.mktemp("state-of-a-host"))
    host.start()
    yield host
    host.stop()


@pytest.fixture
def page(chromium: GuardedBrowser, host: Host) -> Iterator[Page]:
    chromium.forgive_exceptions = host.throws
    yield chromium.new_page()
    if host.reaches_out:
        chromium.foreign.clear()


def element(page: Page, name: str) -> Locator:
    found = page.locator(f'[data-yongxin-element="{name}"][data-yongxin-mounted]')
    found.wait_for(timeout=ELEMENT_MILLISECONDS)
    return found


def status(page: Page, name: str) -> Locator:
    return element(page, name).locator(".yongxin-status")


def test_an_answer_is_checked_and_still_there_after_a_reload(
    host: Host, page: Page, screenshot: Callable[..., None]
) -> None:
    host.open_lesson(page, MODULE, "en")
    causes = element(page, CAUSES)
    for label in ('"Nobody cares about us."', '"They only want to save money."'):
        causes.get_by_label(label).check()
    causes.get_by_role("button", name="Check").click()
    expect(causes.get_by_text("All right!", exact=True)).to_be_visible()
    expect(status(page, CAUSES)).to_have_text("Answered, saved")

    minutes = element(page, MINUTES)
    # Keys that JupyterLab would take for commands to the notebook: "b" adds a cell below.
    minutes.get_by_role("textbox").press_sequentially("1.3")
    minutes.get_by_role("button", name="Change the sign").press("Enter")
    expect(minutes.get_by_role("textbox")).to_have_value("−1.3")
    expect(status(page, MINUTES)).to_have_text("Answered, saved")

    element(page, RECAP).get_by_label("Concept").press_sequentially("abba dd 期望")
    expect(status(page, RECAP)).to_have_text("Saved")
    screenshot(page, f"host-{host.name}", full_page=False)

    page.reload()
    host.open_lesson(page, MODULE, "en")
    expect(element(page, CAUSES).get_by_text("All right!", exact=True)).to_be_visible()
    expect(element(page, CAUSES).get_by_label('"I am angry."')).not_to_be_checked()
    expect(element(page, MINUTES).get_by_role("textbox")).to_have_value("−1.3")
    expect(element(page, RECAP).get_by_label("Concept")).to_have_value("abba dd 期望")


def test_the_other_language_shows_the_same_answers(host: Host, page: Page) -> None:
    host.open_lesson(page, MODULE, "en")
    element(page, CAUSES).get_by_role("button", name="Try again").or_(
        element(page, CAUSES).get_by_role("button", name="Check")
    ).wait_for()
    element(page, RECAP).get_by_label("What I gain").fill("两种语言")
    expect(status(page, RECAP)).to_have_text("Saved")
    host.open_lesson(page, MODULE, "zh-CN")
    expect(element(page, RECAP).get_by_label("我的收获")).to_have_value("两种语言")


def test_a_simulator_follows_and_draws(host: Host, page: Page) -> None:
    host.open_lesson(page, MODULE, "en")
    gap = element(page, GAP)
    gap.get_by_role("group", name="Product").get_by_role("spinbutton", name="Perceived").fill("6")
    expect(gap.locator(".yongxin-summary")).to_contain_text("The overall gap is +0.68")
    chart = gap.locator(".yongxin-chart")
    chart.scroll_into_view_if_needed()
    expect(chart.locator(".bars path").first).to_be_visible(timeout=30_000)


def test_elements_are_fine_for_axe(host: Host, page: Page, axe: Callable[..., None]) -> None:
    host.open_lesson(page, MODULE, "zh-CN")
    for name in (CAUSES, MINUTES, RECAP, GAP):
        element(page, name)
    # The pages around them belong to Jupyter, except on our site, where they are tested too.
    axe(page, context=".yongxin")


def test_a_day_is_kept_and_what_was_written_is_shown_again(host: Host, page: Page) -> None:
    host.open_lesson(page, "z3-water", "en")
    kept = element(page, "kept:lift-log")
    expect(kept).to_contain_text("Nothing is written here yet.")
    # Only the site knows where it is written.
    is_site = kept.get_by_role("link", name="Go and write it").is_visible()
    assert is_site != kept.get_by_text("What you wrote on the course’s site").is_visible()
    assert is_site == (host.name == "site")
    days = element(page, STEP).locator("input[type=date]")
    days.first.fill("2026-12-01")
    expect(status(page, STEP)).to_have_text("Saved, not complete yet")
    page.reload()
    host.open_lesson(page, "z3-water", "en")
    expect(element(page, STEP).locator("input[type=date]").first).to_have_value("2026-12-01")
