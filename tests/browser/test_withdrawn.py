"""What learners see of a question that was withdrawn, and of one whose key is withheld."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from support.browser import DESKTOP, PHONE, GuardedBrowser
from support.cohort import HALF_RIGHT_ORDER, MODULE
from support.live_site import LiveSite
from yongxin.catalogue import Catalogue
from yongxin.cli import main
from yongxin.grading.exchange import prepare_state, release_module
from yongxin.language import LANGUAGES
from yongxin.site.learning import ElementEvent, Learning
from yongxin.text import interface_text

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

GAP, ORDER = "quiz:gap-sign", "quiz:chain-order"
SECONDS = 30_000


@pytest.fixture
def site(own_course: Path, repository: Path) -> Iterator[LiveSite]:
    """The sample course, released and graded, with one question withdrawn and two withheld."""
    shutil.copy(repository / "nbgrader_config.py", own_course)
    release_module(own_course, MODULE)
    site = LiveSite(own_course, own_course / "var")
    _hand_in(own_course, site)
    _nbgrader(own_course, "collect")
    assert main(["grade", MODULE, "--course", str(own_course)]) == 0
    for file, entry, setting in (
        ("items.yaml", "- id: gap-sign\n", "withdrawn"),
        ("items.yaml", "- id: chain-order\n", "withhold"),
        ("reflections.yaml", "- id: lift-log\n", "withhold"),
    ):
        path = own_course / "content" / MODULE / file
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(entry, f"{entry}  {setting}: true\n"), encoding="utf-8")
    assert main(["regrade", MODULE, "--yes", "--course", str(own_course)]) == 0
    _nbgrader(own_course, "generate_feedback")
    _nbgrader(own_course, "release_feedback")
    site.start()
    yield site
    site.close()


def _nbgrader(root: Path, command: str) -> None:
    """Run one of nbgrader's commands as a trainer would."""
    subprocess.run(
        [sys.executable, "-m", "nbgrader", command, MODULE, "--quiet"], cwd=root, check=True
    )


def _hand_in(root: Path, site: LiveSite) -> None:
    """Hand in as the learner: an order with a slip, and the question that is withdrawn empty."""
    learning = Learning(Catalogue(root), site.store, prepare_state(root))
    learner = site.store.learner("learner")
    assert learner is not None
    order = ElementEvent(ORDER, "one", "tab", 0, {"type": "answer", "response": HALF_RIGHT_ORDER})
    learning.apply_event(learner, order, "zh-CN")
    learning.hand_in(learner, MODULE, event_id="two", language="zh-CN", confirmed=True)
    learning.close()


def test_learners_are_told_of_both(
    site: LiveSite,
    chromium: GuardedBrowser,
    axe: Callable[..., None],
    screenshot: Callable[..., None],
) -> None:
    for size in (PHONE, DESKTOP):
        page = chromium.new_context(viewport=size).new_page()
        site.sign_in(page)
        for language in LANGUAGES:
            text = interface_text(language)

            page.goto(f"{site.url}/{language}/exercise/{MODULE}")
            expect(page.locator("[data-yongxin-mounted]")).not_to_have_count(0, timeout=SECONDS)
            withdrawn = page.locator(f'[data-yongxin-element="{GAP}"]')
            expect(withdrawn).to_contain_text(text("quiz.withdrawn"))
            expect(withdrawn).to_contain_text(text("scoring.withdrawn"))
            expect(withdrawn.locator("input, button, select, textarea")).to_have_count(0)
            other = page.locator(f'[data-yongxin-element="{ORDER}"] fieldset.yongxin-question')
            expect(other).to_be_enabled()
            missing = page.locator('[data-yongxin-element="submit:exercise"]')
            expect(missing).not_to_contain_text(text("element.submit.question", number=2))
            _is_sound(page)
            axe(page)
            screenshot(page, "withdrawn-exercise")

            page.goto(f"{site.url}/{language}/results/{MODULE}")
            order, gap = page.locator("section[aria-labelledby=items] article").all()
            expect(order).to_contain_text(text("feedback.verdict.partly"))
            expect(order).to_contain_text(text("feedback.withheld"))
            expect(order.locator(".parts")).to_have_count(0)
            expect(gap).to_contain_text(text("feedback.verdict.withdrawn"))
            expect(gap).to_contain_text(text("feedback.withdrawn"))
            expect(gap).to_contain_text(text("feedback.points", points="1", max="1"))
            expect(gap).not_to_contain_text(text("feedback.reason.empty"))
            reflection = page.locator("section[aria-labelledby=reflections]")
            expect(reflection).to_contain_text(text("feedback.exemplar-withheld"))
            _is_sound(page)
            axe(page)
            screenshot(page, "withdrawn-result")
        page.context.close()


def _is_sound(page: Page) -> None:
    """Fail when something is wider than the page."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
