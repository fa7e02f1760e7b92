"""A trainer marks with the keyboard, returns an answer and marks it again; the learner reads it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from support.browser import PHONE, GuardedBrowser
from support.cohort import MODULE, REFLECTION, Cohort
from support.live_site import LiveSite
from yongxin.grading.exchange import release_module
from yongxin.language import LANGUAGES, Language
from yongxin.text import interface_text

LOG = f"reflect:{REFLECTION}"
REVISED = "先着急，后来无奈"
HOSTILE = "周二晚上，等了二十分钟。\n<b>没人</b>来。" + "W" * 120
SECONDS = 60_000
Look = Callable[[Page, str], None]

pytestmark = pytest.mark.filterwarnings(
    "ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning",
    "ignore:datetime.datetime.utcnow:DeprecationWarning",
    "ignore:Exception ignored in. <_io.FileIO:pytest.PytestUnraisableExceptionWarning",
)


@pytest.fixture
def cohort(own_course: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> Cohort:
    """The sample course, its exercise released, with its state where the site has its own."""
    monkeypatch.setenv("YONGXIN_STATE", str(own_course / "var"))
    shutil.copy(repository / "nbgrader_config.py", own_course)
    release_module(own_course, MODULE)
    return Cohort(own_course)


@pytest.fixture
def site(cohort: Cohort) -> Iterator[LiveSite]:
    site = LiveSite(cohort.root, cohort.root / "var")
    site.start()
    yield site
    site.close()


def element(page: Page, name: str) -> Locator:
    root = page.locator(f'[data-yongxin-element="{name}"]')
    expect(root).to_have_attribute("data-yongxin-mounted", "")
    return root


def hand_in(page: Page, site: LiveSite, language: Language, feeling: str) -> None:
    page.goto(f"{site.url}/{language}/exercise/{MODULE}")
    log = element(page, LOG)
    log.locator('[data-yongxin-field="facts"] textarea').fill(HOSTILE)
    log.locator('[data-yongxin-field="feeling"] textarea').fill(feeling)
    log.locator('input[value="dissatisfied"]').check()
    is_saved(log, language)
    root = element(page, "submit:exercise")
    root.locator("[data-yongxin-action=hand-in]").click()
    root.locator("[data-yongxin-action=confirm]").click()
    expect(root.locator(".yongxin-handed-in li")).to_have_count(1, timeout=SECONDS)


def is_saved(root: Locator, language: Language) -> None:
    told = interface_text(language)("element.saved.complete")
    expect(root.locator(".yongxin-status")).to_contain_text(told, timeout=SECONDS)


def keys_work(page: Page) -> None:
    """Wait for the script of the page, which shows what the keys do."""
    expect(page.locator("[data-yongxin-keys]")).to_be_visible()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", LANGUAGES)
def test_marking_returning_revising_and_reading(
    site: LiveSite, cohort: Cohort, chromium: GuardedBrowser, look: Look, language: Language
) -> None:
    text = interface_text(language)
    learner, second = chromium.new_page(viewport=PHONE), chromium.new_page(viewport=PHONE)
    site.sign_in(learner)
    hand_in(learner, site, language, "着急")
    site.sign_in(second, "second")
    hand_in(second, site, language, "平静")
    cohort.collect_and_autograde()

    trainer = chromium.new_page()
    site.sign_in(trainer, "trainer")
    trainer.goto(f"{site.url}/{language}/marking/comments")
    for words in ("事实写得清楚。Clear facts.", "感受再具体一点。What exactly did you feel?"):
        trainer.locator("#words").fill(words)
        trainer.locator("button[value=add]").click()
        expect(trainer.locator(".marking-bank-list")).to_contain_text(words)
    look(trainer, "marking-comments")
    trainer.goto(f"{site.url}/{language}/marking")
    look(trainer, "marking-overview")
    trainer.locator("main .button-primary").click()
    expect(trainer.locator(".marking-answer")).to_contain_text("着急")
    look(trainer, "marking-turn")
    for name in ("林夏", "周远"):
        assert name not in trainer.content()
    _return_it(trainer, text("marking.told.returned"))
    expect(trainer.locator(".marking-answer")).to_contain_text("平静")
    _mark_by_keyboard(trainer)
    expect(trainer.locator("main")).to_contain_text(text("marking.done.title"))
    look(trainer, "marking-done")
    assert cohort.grades("second")[f"reflection-{REFLECTION}"]["manual"] == 2

    learner.goto(f"{site.url}/{language}/exercise/{MODULE}")
    log = element(learner, LOG)
    feeling = log.locator('[data-yongxin-field="feeling"] textarea')
    # The page said "saved" before; what is waited for is this change.
    with learner.expect_response("**/api/yongxin/events", timeout=SECONDS):
        feeling.fill(REVISED)
    is_saved(log, language)
    log.locator("[data-yongxin-action=revise]").click()
    log.locator("[data-yongxin-action=confirm]").click()
    # One more attempt is left, so the field stays open: the note tells that it was handed in.
    told = text("reflection.returned.revised", time="…").partition("…")[0]
    expect(log).to_contain_text(told, timeout=SECONDS)
    cohort.collect_and_autograde()

    trainer.goto(f"{site.url}/{language}/marking/{MODULE}/{REFLECTION}")
    expect(trainer.locator(".marking-answer")).to_contain_text(REVISED)
    expect(trainer.locator(".marking-returned")).to_contain_text("What exactly did you feel?")
    look(trainer, "marking-revised")
    keys_work(trainer)
    trainer.keyboard.press("3")
    trainer.keyboard.press("Enter")
    expect(trainer.locator("main")).to_contain_text(text("marking.done.title"))
    cohort.give_feedback()

    learner.goto(f"{site.url}/{language}/results/{MODULE}")
    expect(learner.locator("main")).to_contain_text(REVISED)
    second.goto(f"{site.url}/{language}/results/{MODULE}")
    expect(second.locator("main")).to_contain_text("事实写得清楚。Clear facts.")


def _return_it(page: Page, told: str) -> None:
    page.locator("[data-yongxin-words]").nth(1).click()
    expect(page.locator("#comment")).to_have_value("感受再具体一点。What exactly did you feel?")
    page.locator(".marking-more summary").click()
    page.locator("button[value=return]").click()
    expect(page.locator("main [role=status]")).to_contain_text(told)


def _mark_by_keyboard(page: Page) -> None:
    """Keys do nothing while somebody types, nor when they are turned off."""
    comment, level = page.locator("#comment"), page.locator("[name=level]:checked")
    keys_work(page)
    page.keyboard.press("c")
    page.keyboard.type("3 sn ")
    expect(comment).to_have_value("3 sn ")
    expect(level).to_have_count(0)
    comment.fill("")
    page.keyboard.press("Escape")
    page.locator("[data-yongxin-keys-on]").uncheck()
    page.keyboard.press("3")
    expect(level).to_have_count(0)
    page.locator("[data-yongxin-keys-on]").check()
    page.keyboard.press("Shift+Digit1")
    expect(comment).to_have_value("事实写得清楚。Clear facts.")
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    page.keyboard.press("2")
    expect(level).to_have_value("2")
    page.keyboard.press("s")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_second_person_and_their_agreement(
    site: LiveSite, cohort: Cohort, chromium: GuardedBrowser, look: Look, language: Language
) -> None:
    text = interface_text(language)
    for username in ("learner", "second"):
        cohort.hand_in(username, written={"facts": "等了很久。", "feeling": "着急"})
    cohort.collect_and_autograde()
    queue = f"{site.url}/{language}/marking/{MODULE}/{REFLECTION}"
    trainer, other = chromium.new_page(), chromium.new_page()
    site.sign_in(trainer, "trainer")
    trainer.goto(queue)
    for level in ("0", "2"):
        keys_work(trainer)
        trainer.keyboard.press(level)
        trainer.keyboard.press("Enter")
        expect(trainer.locator("main")).to_contain_text(
            text("marking.told.given" if level == "0" else "marking.done.title")
        )
    site.store.set_second_sample(MODULE, REFLECTION, 1)
    site.sign_in(other, "admin")
    other.goto(f"{queue}/second")
    look(other, "marking-second")
    for _ in range(2):
        keys_work(other)
        other.keyboard.press("3")
        with other.expect_navigation():
            other.keyboard.press("s")
    other.goto(f"{queue}/agreement")
    expect(other.locator("main")).to_contain_text(text("marking.agree.settle"))
    look(other, "marking-agreement")
    other.locator(".marking-settle select").first.select_option("2")
    other.locator("button[value=settle]").first.click()
    expect(other.locator("main")).to_contain_text(text("marking.told.settled"))
