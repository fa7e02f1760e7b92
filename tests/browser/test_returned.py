"""A reflection is returned, revised and handed in again, as the learner sees it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from support.browser import DESKTOP, PHONE, GuardedBrowser
from support.live_site import LiveSite
from yongxin.cli import main
from yongxin.grading.exchange import ExchangeSettings, release_module
from yongxin.language import LANGUAGES, Language
from yongxin.text import interface_text

MODULE, REFLECTION = "z1-lift", "lift-log"
LOG, GAP = f"reflect:{REFLECTION}", "quiz:gap-sign"
FEELING = '[data-yongxin-field="feeling"] textarea'
REVISED = "先着急，后来无奈"
SECONDS = 30_000
Look = Callable[[Page, str], None]
#: What a page could trip over: mark-up, a change of direction, a word that has no end.
HOSTILE = '<script>document.title = "gone"</script><b>粗</b> \u202eexe.gnp ' + "W" * 300
COMMENT = f"事实写得好。感受再写具体一点：{HOSTILE}"


@pytest.fixture
def site(own_course: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveSite]:
    """The sample course, whose exercise may be handed in."""
    state = own_course / "var"
    monkeypatch.setenv("YONGXIN_STATE", str(state))
    release_module(own_course, MODULE)
    site = LiveSite(own_course, state)
    site.start()
    yield site
    site.close()


def element(page: Page, name: str) -> Locator:
    root = page.locator(f'[data-yongxin-element="{name}"]')
    expect(root).to_have_attribute("data-yongxin-mounted", "")
    return root


def press(root: Locator, action: str) -> None:
    root.locator(f"[data-yongxin-action={action}]").click()


def write(root: Locator, field: str, words: str) -> None:
    root.locator(f'[data-yongxin-field="{field}"] textarea').fill(words)


def is_saved(root: Locator, language: Language, state: str = "complete") -> None:
    told = interface_text(language)(f"element.saved.{state}")
    expect(root.locator(".yongxin-status")).to_contain_text(told, timeout=SECONDS)


def hand_everything_in(page: Page, site: LiveSite, language: Language) -> None:
    """Use up both attempts."""
    page.goto(f"{site.url}/{language}/exercise/{MODULE}")
    log = element(page, LOG)
    write(log, "facts", HOSTILE)
    write(log, "feeling", "着急，等了很久")
    log.locator('input[value="dissatisfied"]').check()
    is_saved(log, language)
    root = element(page, "submit:exercise")
    for number in (1, 2):
        press(root, "hand-in")
        press(root, "confirm")
        expect(root.locator(".yongxin-handed-in li")).to_have_count(number, timeout=SECONDS)


def deliveries(site: LiveSite) -> int:
    return len(list(ExchangeSettings(site.state / "exchange").handed_in.iterdir()))


def give_back(site: LiveSite, comment: str) -> None:
    """Return the reflection, as a trainer at a terminal."""
    where = ["--course", str(site.course_root), "--store", site.store_url]
    assert main(["return", MODULE, "learner", REFLECTION, "--comment", comment, *where]) == 0


@pytest.fixture
def look(axe: Callable[..., None], screenshot: Callable[..., None]) -> Look:
    """Look at a page on a desk and on a phone."""

    def look(page: Page, name: str) -> None:
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
            assert page.title() != "gone"
            # axe would take for too small a target what is half under the header.
            page.evaluate("scrollTo(0, 0)")
            axe(page)
            screenshot(page, name)

    return look


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reflection_is_returned_revised_and_handed_in_again(
    site: LiveSite, chromium: GuardedBrowser, look: Look, language: Language
) -> None:
    page = chromium.new_page(viewport=PHONE)
    site.sign_in(page)
    hand_everything_in(page, site, language)
    log = element(page, LOG)
    expect(log.locator(FEELING)).not_to_be_editable()
    expect(log.locator(".yongxin-returned")).to_be_hidden()
    expect(log.locator("[data-yongxin-action=revise]")).to_be_hidden()

    give_back(site, COMMENT)
    for address in ("", "results", f"results/{MODULE}"):
        page.goto(f"{site.url}/{language}/{address}")
        notice = page.locator("main .returned")
        expect(notice).to_have_count(1)
        expect(notice).to_contain_text("<script>")
        expect(notice.locator("script, b")).to_have_count(0)
        look(page, f"returned-{address.replace('/', '-') or 'start'}")
    page.goto(f"{site.url}/{language}/")
    page.locator("main .returned a").click()
    _only_the_reflection_is_open(page, look)
    _an_incomplete_one_is_not_handed_in(page, language)
    _what_was_revised_is_kept(page)

    before = deliveries(site)
    _it_is_handed_in_after_a_question(page, look)
    assert deliveries(site) == before + 1
    learner = site.store.learner("learner")
    assert learner
    assert site.store.hand_ins(learner.id) == {MODULE: 2}
    page.reload()
    expect(element(page, LOG).locator(FEELING)).to_have_value(REVISED)
    expect(element(page, LOG).locator(FEELING)).not_to_be_editable()

    page.goto(f"{site.url}/{language}/")
    expect(page.locator("main .returned")).to_have_count(0)
    page.goto(f"{site.url}/{language}/results/{MODULE}")
    told = interface_text(language)("site.results.revision", moment="")
    expect(page.locator("main")).to_contain_text(told.strip())


def _only_the_reflection_is_open(page: Page, look: Look) -> None:
    log = element(page, LOG)
    expect(log).to_be_in_viewport()
    expect(log.locator(FEELING)).to_be_editable()
    expect(element(page, GAP).locator("input:enabled")).to_have_count(0)
    note = log.locator(".yongxin-returned")
    expect(note).to_contain_text("<script>")
    assert "\u202e" not in note.inner_text()
    look(page, "returned-exercise")


def _an_incomplete_one_is_not_handed_in(page: Page, language: Language) -> None:
    log = element(page, LOG)
    log.locator(FEELING).fill("")
    is_saved(log, language, "begun")
    press(log, "revise")
    told = interface_text(language)("reflection.revise.incomplete")
    expect(log.locator(".yongxin-status")).to_contain_text(told)
    log.locator(FEELING).fill(REVISED)
    is_saved(log, language)


def _what_was_revised_is_kept(page: Page) -> None:
    page.reload()
    expect(element(page, LOG).locator(FEELING)).to_have_value(REVISED)


def _it_is_handed_in_after_a_question(page: Page, look: Look) -> None:
    """With the keyboard alone."""
    log = element(page, LOG)
    button = log.locator("[data-yongxin-action=revise]")
    button.focus()
    page.keyboard.press("Enter")
    expect(log.locator(".yongxin-confirm")).to_be_focused()
    look(page, "returned-confirm")
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(log.locator(".yongxin-confirm")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(log.locator(FEELING)).not_to_be_editable(timeout=SECONDS)
    expect(log.locator(".yongxin-returned")).to_be_focused()
    expect(button).to_be_hidden()
    look(page, "returned-revised")


def test_an_exchange_that_is_gone_loses_no_revision(
    site: LiveSite, chromium: GuardedBrowser
) -> None:
    page = chromium.new_page(viewport=PHONE)
    site.sign_in(page)
    hand_everything_in(page, site, "en")
    give_back(site, "再具体一点")
    page.reload()
    log = element(page, LOG)
    log.locator(FEELING).fill(REVISED)
    exchange = site.state / "exchange"
    exchange.rename(site.state / "elsewhere")
    press(log, "revise")
    press(log, "confirm")
    expect(log.locator(".yongxin-status")).to_contain_text("nothing was handed in", timeout=SECONDS)
    (site.state / "elsewhere").rename(exchange)
    press(log, "revise")
    press(log, "confirm")
    expect(log.locator(FEELING)).not_to_be_editable(timeout=SECONDS)
    expect(log.locator(FEELING)).to_have_value(REVISED)
