"""The whole loop, as people walk it.

A learner answers and hands in, a trainer grades, and the learner reads what the trainer says.
Everything is the real thing: the site, nbgrader's commands, formgrader, the module ``a2-pickle``.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from support.browser import DESKTOP, PHONE, GuardedBrowser
from support.live_jupyter import LiveJupyter
from support.live_site import LiveSite
from yongxin.content import ModuleContent, load_content
from yongxin.demo import prepare
from yongxin.items import Item
from yongxin.items.calculated import Calculated
from yongxin.items.cloze import Cloze
from yongxin.items.grid import cell_name
from yongxin.items.matching import Matching
from yongxin.items.multiple_choice import MultipleChoice
from yongxin.items.number import Number
from yongxin.items.numeric_table import NumericTable
from yongxin.items.ordering import Ordering
from yongxin.items.single_choice import SingleChoice
from yongxin.items.sorting import Sorting
from yongxin.items.true_false import TrueFalse
from yongxin.language import LANGUAGES, Language
from yongxin.text import interface_text

MODULE = "a2-pickle"
LEARNER = "lin.xia"
MARK = 2
COMMENT = "想法和事实分得很清楚。下次也写写：哪一步本来可以不一样？"
SECONDS = 60_000

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def site(own_demo_course: Path) -> Iterator[LiveSite]:
    """The repository's own course with its demo cohort, as ``make serve`` prepares it."""
    site = LiveSite(own_demo_course, own_demo_course / "var")
    prepare(own_demo_course, site.store)
    site.start()
    yield site
    site.close()


@pytest.fixture
def jupyter(own_demo_course: Path, tmp_path: Path) -> Iterator[LiveJupyter]:
    """The trainer's JupyterLab, as ``make formgrader`` starts it."""
    jupyter = LiveJupyter(own_demo_course, tmp_path / "jupyter.log")
    jupyter.start()
    yield jupyter
    jupyter.stop()


@pytest.fixture
def module(own_demo_course: Path) -> ModuleContent:
    """The module as ``LEARNER`` is asked it, with numbers of their own."""
    module = load_content(own_demo_course / "content").modules[MODULE]
    items = tuple(item.for_learner(LEARNER) for item in module.items)
    return replace(module, items=items)


def test_a_module_goes_from_text_to_gradebook_and_back(
    site: LiveSite,
    module: ModuleContent,
    chromium: GuardedBrowser,
    axe: Callable[..., None],
    screenshot: Callable[..., None],
    request: pytest.FixtureRequest,
) -> None:
    graded = [item for item in module.items if item.use == "graded"]
    written = [one for one in module.reflections if one.use == "graded"]
    missed = next(item for item in graded if item.type == "single-choice")

    # The learner, on a phone.
    phone = chromium.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    page = phone.new_page()
    site.sign_in(page, LEARNER)
    screenshot(page, "start")
    _read_the_lesson(site, page, module, screenshot)
    _do_the_exercise(site, page, module, missed)
    screenshot(page, "exercise")
    axe(page)
    _reload_keeps_every_answer(page, module, missed)
    _hand_in(page, screenshot)
    axe(page)
    page.goto(f"{site.url}/zh-CN/results")
    screenshot(page, "results-waiting")
    axe(page)

    # The trainer, at a desk.
    root = site.course_root
    _nbgrader(root, "collect")
    _nbgrader(root, "autograde")
    jupyter: LiveJupyter = request.getfixturevalue("jupyter")
    _mark_the_reflections(jupyter, chromium, len(written), screenshot)
    _nbgrader(root, "generate_feedback")
    _nbgrader(root, "release_feedback")

    # The learner again, in both languages and at both widths.
    full = sum(item.points for item in graded) + sum(one.points for one in written)
    points = sum(item.points for item in graded) - missed.points + MARK * len(written)
    _read_the_feedback(site, phone, graded, (points, full), axe, screenshot)
    desk = chromium.new_context(viewport=DESKTOP)
    site.sign_in(desk.new_page(), LEARNER)
    _read_the_feedback(site, desk, graded, (points, full), axe, screenshot)


def element(page: Page, name: str) -> Locator:
    """Return the element of this name once it can be used."""
    root = page.locator(f'[data-yongxin-element="{name}"]')
    control = root.locator("fieldset.yongxin-question, [data-yongxin-action=hand-in]").first
    expect(control).to_be_enabled(timeout=SECONDS)
    return root


def answer(root: Locator, item: Item, *, wrongly: bool = False) -> None:
    """Answer an item with the keys of the content, as somebody who knows (or not) would."""
    match item:
        case SingleChoice():
            options = [option.id for option in item.options]
            chosen = next(one for one in options if (one == item.key) != wrongly)
            root.locator(f'input[value="{chosen}"]').check()
        case MultipleChoice():
            for option in item.key:
                root.locator(f'input[value="{option}"]').check()
        case Number() | Calculated() | NumericTable():
            for field, number in _numbers(item).items():
                root.locator(field).fill(number)
        case Ordering():
            for place, entry in enumerate(item.key):
                up = root.locator(f'[data-yongxin-option="{entry}"] [data-yongxin-move="-1"]')
                for _ in range(_order(root).index(entry) - place):
                    up.click()
        case TrueFalse() | Sorting() | Matching() | Cloze():
            _fill_places(root, item)
        case _:
            raise NotImplementedError(f"nobody has shown this test how to answer {item.type}")


def _fill_places(root: Locator, item: TrueFalse | Sorting | Matching | Cloze) -> None:
    """Choose what is right at every place of an item, by radio button or in a select."""
    right = _judgement(item) if isinstance(item, TrueFalse) else item.key
    for place, option in right.items():
        if isinstance(item, (TrueFalse, Sorting)):
            root.locator(f'[data-yongxin-option="{place}"] input[value="{option}"]').check()
        else:
            root.locator(f'select[data-yongxin-place="{place}"]').select_option(option)


def is_answered(root: Locator, item: Item, *, wrongly: bool = False) -> None:
    """Expect the controls to show what ``answer`` entered."""
    match item:
        case SingleChoice():
            checked = expect(root.locator("input:checked"))
            checked.not_to_have_value(item.key) if wrongly else checked.to_have_value(item.key)
        case MultipleChoice():
            expect(root.locator("input:checked")).to_have_count(len(item.key))
        case Number() | Calculated() | NumericTable():
            for field, number in _numbers(item).items():
                expect(root.locator(field)).to_have_value(number)
        case Ordering():
            assert _order(root) == list(item.key)
        case TrueFalse():
            expect(root.locator("input:checked")).to_have_count(len(_judgement(item)))
        case Sorting():
            expect(root.locator("input:checked")).to_have_count(len(item.key))
        case Matching() | Cloze():
            for place, option in item.key.items():
                select = root.locator(f'select[data-yongxin-place="{place}"]')
                expect(select).to_have_value(option)
        case _:
            raise NotImplementedError(item.type)


def _numbers(item: Number | Calculated | NumericTable) -> dict[str, str]:
    """Return what to write into which field."""
    if isinstance(item, Number):
        return {"input[type=text]": f"{item.key:g}"}
    if isinstance(item, Calculated):
        return {"input[type=text]": f"{item.answer_key().value():f}"}
    return {
        f'input[data-yongxin-cell="{cell_name(row.id, column)}"]': f"{cell.key:g}"
        for row in item.rows
        for column, cell in row.cells.items()
        if cell.key is not None
    }


def _judgement(item: TrueFalse) -> dict[str, str]:
    verdict = {"verdict": "true" if item.key else "false"}
    return verdict | ({"reason": item.reason} if item.reason else {})


def _order(root: Locator) -> list[str]:
    return root.locator("[data-yongxin-option]").evaluate_all(
        "rows => rows.map((row) => row.dataset.yongxinOption)"
    )


def _is_saved(page: Page, root: Locator, state: str) -> None:
    language: Language = page.locator("html").get_attribute("lang")  # type: ignore[assignment]
    text = interface_text(language)(f"element.saved.{state}")
    expect(root.locator(".yongxin-status")).to_contain_text(text, timeout=SECONDS)


def _read_the_lesson(
    site: LiveSite, page: Page, module: ModuleContent, screenshot: Callable[..., None]
) -> None:
    page.goto(f"{site.url}/zh-CN/lesson/{MODULE}")
    expect(page.locator("h1")).to_contain_text(module.lessons["zh-CN"].title)
    practice = next(item for item in module.items if item.use == "practice")
    root = element(page, f"quiz:{practice.id}")
    answer(root, practice)
    root.locator("[data-yongxin-action=check]").click()
    expect(root.locator(".yongxin-verdict")).to_contain_text(
        practice.explanation.in_language("zh-CN"), timeout=SECONDS
    )
    screenshot(page, "lesson")


def _do_the_exercise(site: LiveSite, page: Page, module: ModuleContent, missed: Item) -> None:
    page.goto(f"{site.url}/zh-CN/exercise/{MODULE}")
    for item in module.items:
        if item.use == "graded":
            root = element(page, f"quiz:{item.id}")
            answer(root, item, wrongly=item is missed)
            _is_saved(page, root, "answered")
    for reflection in module.reflections:
        if reflection.use == "graded":
            root = element(page, f"reflect:{reflection.id}")
            for field in reflection.fields:
                exemplar = (reflection.exemplar or {})[field.id]
                place = root.locator(f'[data-yongxin-field="{field.id}"]')
                if isinstance(exemplar, str):
                    place.locator(f'input[value="{exemplar}"]').check()
                else:
                    place.locator("textarea").fill(exemplar.zh_cn)
            _is_saved(page, root, "complete")


def _reload_keeps_every_answer(page: Page, module: ModuleContent, missed: Item) -> None:
    page.reload()
    for item in module.items:
        if item.use == "graded":
            is_answered(element(page, f"quiz:{item.id}"), item, wrongly=item is missed)
    for reflection in module.reflections:
        if reflection.use == "graded":
            root = element(page, f"reflect:{reflection.id}")
            for field in reflection.fields:
                exemplar = (reflection.exemplar or {})[field.id]
                if not isinstance(exemplar, str):
                    area = root.locator(f'[data-yongxin-field="{field.id}"] textarea')
                    expect(area).to_have_value(exemplar.zh_cn)


def _hand_in(page: Page, screenshot: Callable[..., None]) -> None:
    root = element(page, "submit:exercise")
    expect(root.locator(".yongxin-missing")).to_be_hidden()
    root.locator("[data-yongxin-action=hand-in]").click()
    screenshot(page, "hand-in")
    root.locator("[data-yongxin-action=confirm]").click()
    expect(root.locator(".yongxin-handed-in li")).to_have_count(1, timeout=SECONDS)


def _nbgrader(root: Path, command: str) -> None:
    """Run a trainer's command in the course's folder; show what it printed if it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", command, MODULE],
        cwd=root,
        env=os.environ | {"PYTHONWARNINGS": "default"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"nbgrader {command}:\n{done.stdout}\n{done.stderr}"


def _mark_the_reflections(
    jupyter: LiveJupyter, chromium: GuardedBrowser, number: int, screenshot: Callable[..., None]
) -> None:
    """Mark in formgrader's page, as a trainer does; its scripts are nbgrader's own."""
    chromium.forgive_exceptions = True
    page = chromium.new_page()
    page.goto(jupyter.address("formgrader"))
    page.get_by_role("link", name="Manual Grading").click()
    for link in (MODULE, MODULE, "Submission #1"):  # the module, its notebook, the hand-in
        page.locator("td a", has_text=link).click(timeout=SECONDS)
    # The marks arrive after the page; exactly the reflections wait for one.
    waiting = page.locator("input.score.needs_manual_grade")
    expect(waiting).to_have_count(number, timeout=SECONDS)
    for _ in range(number):
        waiting.first.fill(str(MARK))
        waiting.first.press("Tab")
    expect(waiting).to_have_count(0)
    for comment in page.locator("textarea.comment").all():
        comment.fill(COMMENT)
        comment.press("Tab")
    page.wait_for_timeout(1000)
    page.reload()
    for one in page.locator("textarea.comment").all():
        expect(one).to_have_value(COMMENT, timeout=SECONDS)
    screenshot(page, "formgrader")
    page.close()
    chromium.exceptions.clear()
    chromium.forgive_exceptions = False


def _read_the_feedback(
    site: LiveSite,
    context: BrowserContext,
    graded: list[Item],
    score: tuple[float, float],
    axe: Callable[..., None],
    screenshot: Callable[..., None],
) -> None:
    page = context.pages[0]
    for language in LANGUAGES:
        text = interface_text(language)
        page.goto(f"{site.url}/{language}/results/{MODULE}")
        told = text("site.results.score", score=f"{score[0]:g}", max=f"{score[1]:g}")
        expect(page.locator(".score")).to_contain_text(told)
        body = page.locator("main")
        for item in graded:
            expect(body).to_contain_text(item.explanation.in_language(language).split("\n")[0])
        expect(body).to_contain_text(COMMENT)
        expect(body).not_to_contain_text("HIDDEN TESTS")
        expect(body).not_to_contain_text("score_cell")
        screenshot(page, "feedback")
        axe(page)
