"""The ways of a cohort through a scenario, as a trainer looks at them."""

from collections.abc import Callable

from playwright.sync_api import expect

from support.browser import DESKTOP, PHONE, GuardedBrowser
from support.live_site import LiveSite
from yongxin.language import LANGUAGES

SCENARIO = "water-first-call"
PLAYED = [[["ask-her", "send-at-once"]]] * 3 + [
    [["hang-up"], ["ask-her"]],
    [["ask-her"]],
    [["gone"]],
]


def play(site: LiveSite) -> None:
    for number, response in enumerate(PLAYED):
        learner = site.store.add_learner(f"caller-{number}", f"学员{number}")
        state = {"response": response}
        site.store.apply(
            learner.id,
            f"quiz:{SCENARIO}",
            event_id="1",
            client="tab",
            revision=0,
            transition=lambda _, state=state: (state, {}),
        )


def test_the_ways_are_for_every_trainer(
    fresh_site: LiveSite,
    chromium: GuardedBrowser,
    axe: Callable[..., None],
    screenshot: Callable[..., None],
) -> None:
    page = chromium.new_page()
    fresh_site.sign_in(page, "trainer")
    for state in ("few", "all"):
        for language in LANGUAGES:
            for size in (PHONE, DESKTOP):
                page.set_viewport_size(size)
                page.goto(f"{fresh_site.url}/{language}/cohort/scenario/{SCENARIO}")
                expect(page.locator("main svg")).to_have_count(0 if state == "few" else 1)
                axe(page)
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
                screenshot(page, f"ways-{state}")
        if state == "few":
            play(fresh_site)
    page.emulate_media(color_scheme="dark")
    axe(page)
    # What is wider than a phone is moved to the side with the keyboard alone.
    page.set_viewport_size(PHONE)
    region = page.locator("main .scroll").first
    region.focus()
    page.keyboard.press("ArrowRight")
    assert region.evaluate("(one) => one.scrollWidth <= one.clientWidth || one.matches(':focus')")
