"""The gallery shows every kind of question in every state, to everybody, by keyboard too."""

import html
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from support.browser import DESKTOP, PHONE, GuardedBrowser
from support.live_gallery import LiveGallery
from yongxin.content import Content, load_content
from yongxin.gallery.copies import HANDED_IN, Copy, gallery_copies
from yongxin.gallery.responses import Responses
from yongxin.gallery.states import copy_id
from yongxin.gallery.visitor import USERNAME
from yongxin.items import ITEM_TYPES, Item, score
from yongxin.items.assessment import Assessment
from yongxin.items.calculated import Calculated
from yongxin.items.cloze import Cloze
from yongxin.items.hot_text import HotText
from yongxin.items.matching import Matching
from yongxin.items.multiple_choice import MultipleChoice
from yongxin.items.ordering import Ordering
from yongxin.items.reflection import Reflection
from yongxin.items.single_choice import SingleChoice
from yongxin.items.sorting import Sorting
from yongxin.items.true_false import TrueFalse
from yongxin.language import LANGUAGES, Language

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SECONDS = 30_000
Copies = dict[str, tuple[Copy, ...]]


@pytest.fixture(scope="module")
def content(repository: Path) -> Content:
    return load_content(repository / "docs" / "items" / "content")


@pytest.fixture(scope="module")
def responses(repository: Path) -> Responses:
    return Responses.read(repository / "docs" / "items")


@pytest.fixture(scope="module")
def copies(content: Content, responses: Responses) -> Copies:
    """The copies of each module of the gallery."""
    return gallery_copies(content, responses.known)


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveGallery]:
    folder = tmp_path_factory.mktemp("gallery")
    gallery = LiveGallery(folder)
    yield gallery
    gallery.close()
    assert not list(folder.glob("yongxin-gallery-*")), "the gallery has left something behind"


def addresses(copies: Copies) -> list[str]:
    """Return every page of the gallery, without its language."""
    pages = [f"{place}/{module_id}" for module_id in copies for place in ("lesson", "exercise")]
    return ["", *pages, "results", f"results/{HANDED_IN}"]


# -- every type in every state ------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_copy_stands_on_its_page_in_its_state(
    gallery: LiveGallery, copies: Copies, language: Language
) -> None:
    examined = set()
    for module_id, module in copies.items():
        for use, place in (("practice", "lesson"), ("graded", "exercise")):
            asked = [one for one in module if one.use == use]
            if not asked:
                assert module_id == HANDED_IN
                continue
            page = gallery.page(f"{language}/{place}/{module_id}")
            shown = elements(page)
            for copy in asked:
                assert f'data-yongxin-element="{copy.name}"' in page
                presentation = shown[copy.name]["presentation"]
                is_in_state(copy, presentation)
                locked = presentation.get("locked", False)
                assert locked == (module_id == HANDED_IN)
                examined.add((type(copy.element), use, copy.state, locked))
    # Each state of each type, before handing in and, locked, after it.
    assert len(examined) > 9 * len(ITEM_TYPES)


def elements(page: str) -> dict[str, Any]:
    data = re.search(r'<script type="application/json" id="yongxin-page">(.*?)</script>', page)
    assert data
    return json.loads(data[1])["elements"]


def is_in_state(copy: Copy, presentation: dict[str, Any]) -> None:
    """Assert that a copy is shown in the state that it names, as far as the server can know."""
    if isinstance(copy.element, Reflection):
        assert bool(presentation["fields"]) == (copy.state in {"answered", "complete"})
        assert presentation["complete"] == (copy.state == "complete")
        return
    if isinstance(copy.element, Assessment):
        assert bool(presentation["answered"]) == (copy.state == "answered")
        assert bool(presentation["result"]) == (copy.state == "complete")
        return
    if copy.element.type == "scenario":
        given = presentation["at"] > 0
        ending = presentation["ending"]
        ratio = ending and ending["ratio"]
    else:
        given = presentation["response"] is not None
        ratio = presentation["verdict"] and presentation["verdict"]["ratio"]
    assert given == (copy.state not in {"untouched", "refused"}), copy.name
    if copy.element.use == "practice" and copy.state in {"right", "partly", "wrong"}:
        assert copy.state == verdict_of(ratio), copy.name
    else:
        assert ratio is None, copy.name


def verdict_of(ratio: float) -> str:
    return {0.0: "wrong", 1.0: "right"}.get(ratio, "partly")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_graded_copy_comes_back_with_its_verdict_and_why(
    gallery: LiveGallery, copies: Copies, responses: Responses, language: Language
) -> None:
    page = gallery.page(f"{language}/results/{HANDED_IN}")
    articles = re.findall(r'<article class="answer.*?</article>', page, re.DOTALL)
    handed_in = sorted(copies[HANDED_IN], key=is_written)
    assert len(articles) == len(handed_in) > 50
    for copy, article in zip(handed_in, articles, strict=True):
        told = html.unescape(article)
        if isinstance(copy.element, Reflection):
            assert copy.element.prompt.in_language(language) in told
            assert ('class="comment"' in article) == (copy.state == "complete")
            continue
        assert isinstance(copy.element, Item)
        item = copy.element.for_learner(USERNAME)
        assert item.stem.in_language(language) in told
        assert item.explanation.in_language(language) in told
        scored = score(item.answer_key(), responses.of(copy, USERNAME))
        verdict = "unanswered" if scored.reason else verdict_of(scored.ratio)
        assert f'class="answer answer-{verdict}"' in article, copy.name


def is_written(copy: Copy) -> bool:
    return isinstance(copy.element, Reflection)


# -- what everybody can perceive ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "size", "theme"),
    [("zh-CN", PHONE, "light"), ("en", PHONE, "dark"), ("zh-CN", DESKTOP, "dark"),
     ("en", DESKTOP, "light")],
    ids=["chinese-phone-light", "english-phone-dark", "chinese-desk-dark", "english-desk-light"],
)  # fmt: skip
def test_axe_finds_nothing_in_any_state(
    gallery: LiveGallery,
    copies: Copies,
    chromium: GuardedBrowser,
    axe: Callable[..., None],
    screenshot: Callable[..., None],
    language: Language,
    size: Any,
    theme: Any,
) -> None:
    context = chromium.new_context(storage_state=gallery.session, viewport=size, color_scheme=theme)
    page = context.new_page()
    examined = 0
    for address in addresses(copies):
        page.goto(f"{gallery.url}/{language}/{address}")
        settle(page)
        axe(page)
        screenshot(page, f"gallery-{address or 'start'}-{theme}")
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], address
        examined += 1
    assert examined == 3 + 2 * len(copies)
    assert [one for one in chromium.console if "Content Security Policy" in one] == []


def settle(page: Page) -> None:
    """Wait until all elements can be used, and until what is to be refused has been."""
    page.wait_for_function(
        """() => [...document.querySelectorAll("[data-yongxin-element]")].every((root) =>
            "yongxinMounted" in root.dataset
            && (!root.dataset.yongxinElement.endsWith("-refused")
                || ["refused", "complaint"].includes(
                    root.querySelector(".yongxin-status").dataset.state)
                || root.querySelector("[aria-invalid=true]")))""",
        timeout=SECONDS,
    )


# -- by keyboard alone --------------------------------------------------------------------------


def item_named(content: Content, item_type: str) -> tuple[str, Item]:
    """Return the first practice item of a type, as the visitor is asked it, with its module."""
    return next(
        (module.id, item)
        for module in content.modules.values()
        for item in module.items
        if item.type == item_type and item.use == "practice"
    )


def open_copy(gallery: LiveGallery, chromium: GuardedBrowser, module_id: str, root: str) -> Page:
    """Open a lesson at an element: the next Tab goes to its first control."""
    page = chromium.new_page(storage_state=gallery.session)
    page.goto(f"{gallery.url}/en/lesson/{module_id}#{root}")
    settle(page)
    return page


def press(page: Page, key: str, times: int = 1) -> None:
    for _ in range(times):
        page.keyboard.press(key)


def tab_to(page: Page, control: Locator) -> None:
    """Press Tab until the control has the focus; it must not be far."""
    for _ in range(12):
        if control.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {control}")


@pytest.mark.parametrize("item_type", [one.name for one in ITEM_TYPES if one.name != "scenario"])
def test_a_question_is_answered_and_checked_by_keyboard_alone(
    gallery: LiveGallery,
    content: Content,
    responses: Responses,
    chromium: GuardedBrowser,
    item_type: str,
) -> None:
    module_id, item = item_named(content, item_type)
    own_id = copy_id(item.id, "untouched", handed_in=False)
    copy = Copy(item.id, "right", item.model_copy(update={"id": own_id}))
    page = open_copy(gallery, chromium, module_id, f"quiz-{copy.element.id}")
    root = page.locator(f'[data-yongxin-element="{copy.name}"]')
    press(page, "Tab")
    assert root.evaluate("one => one.contains(document.activeElement)")
    enter(page, root, item, responses.of(copy, USERNAME))
    check = root.locator("[data-yongxin-action=check]")
    tab_to(page, check)
    press(page, "Enter")
    expect(root.locator(".yongxin-verdict")).to_have_attribute("data-ratio", "right")
    # The focus has gone on to what can be done next.
    again = root.locator("[data-yongxin-action=retry]")
    expect(again).to_be_focused()
    press(page, "Enter")
    expect(check).to_be_visible()
    assert root.evaluate("one => one.contains(document.activeElement)")


def enter(page: Page, root: Locator, item: Item, response: Any) -> None:
    """Give a response by keys, from the item's first control on."""
    match item:
        case SingleChoice():
            pick(page, root, response)
        case MultipleChoice() | HotText():
            for option in root.locator("input[type=checkbox]").all():
                tab_to(page, option)
                press(page, "Space", option.get_attribute("value") in response)
        case TrueFalse() | Sorting():
            for place, option in response.items():
                pick(page, root.locator(f'[data-yongxin-option="{place}"]'), option)
        case Ordering():
            enter_order(page, root, response)
        case _ if isinstance(response, dict):
            for place, value in response.items():
                fill(page, part(root, item, place), value)
        case _:
            page.keyboard.type(response)


def part(root: Locator, item: Item, place: str) -> Locator:
    """Return the select or the text field for one part of a response."""
    match item:
        case Matching() | Cloze():
            return root.locator(f'select[data-yongxin-place="{place}"]')
        case Calculated():
            return root.locator("select" if place == "unit" else "input[type=text]")
        case _:
            return root.locator(f'[data-yongxin-cell="{place}"]')


def fill(page: Page, control: Locator, value: str) -> None:
    if control.evaluate("one => one.localName") == "select":
        choose(page, control, value)
    else:
        tab_to(page, control)
        page.keyboard.type(value)


def pick(page: Page, group: Locator, option: str) -> None:
    """Pick one of some radio buttons: Tab goes to the group, arrow keys go through it."""
    radios = group.locator("input[type=radio]")
    tab_to(page, radios.first)
    press(page, "Space")
    values = radios.evaluate_all("all => all.map((one) => one.value)")
    press(page, "ArrowDown", values.index(option))


def choose(page: Page, select: Locator, option: str) -> None:
    """Choose from a select as people do: with the arrow keys."""
    tab_to(page, select)
    values = select.locator("option").evaluate_all("all => all.map((one) => one.value)")
    press(page, "ArrowDown", values.index(option))
    expect(select).to_have_value(option)


def enter_order(page: Page, root: Locator, wanted: list[str]) -> None:
    """Bring entries into order: the arrow keys go from one to the next, with Alt they move it."""
    rows = root.locator("li[data-yongxin-option]")
    at = 0
    for place, entry in enumerate(wanted):
        standing = rows.evaluate_all("all => all.map((one) => one.dataset.yongxinOption)")
        steps = standing.index(entry) - at
        press(page, "ArrowDown" if steps > 0 else "ArrowUp", abs(steps))
        press(page, "Alt+ArrowUp", standing.index(entry) - place)
        at = place


def test_a_scenario_is_played_to_its_end_by_keyboard_alone(
    gallery: LiveGallery, content: Content, responses: Responses, chromium: GuardedBrowser
) -> None:
    module_id, item = item_named(content, "scenario")
    name = copy_id(item.id, "untouched", handed_in=False)
    page = open_copy(gallery, chromium, module_id, f"quiz-{name}")
    root = page.locator(f'[data-yongxin-element="quiz:{name}"]')
    (path,) = responses.of(Copy(item.id, "right", item), USERNAME)
    for option in path:
        tab_to(page, root.locator(f'[data-yongxin-step="{option}"]'))
        press(page, "Enter")
        expect(root.locator(f'[data-yongxin-step="{option}"]')).to_have_count(0)
    expect(root.locator(".yongxin-ending")).to_be_focused()
    expect(root.locator(".yongxin-ending .yongxin-score")).to_contain_text("100%")
    tab_to(page, root.locator("[data-yongxin-action=replay]"))
    press(page, "Enter")
    expect(root.locator(".yongxin-ending")).to_be_hidden()


def test_a_reflection_is_written_by_keyboard_alone(
    gallery: LiveGallery, content: Content, responses: Responses, chromium: GuardedBrowser
) -> None:
    reflection = next(one for one in content.modules["cases"].reflections if one.use == "practice")
    name = copy_id(reflection.id, "untouched", handed_in=False)
    page = open_copy(gallery, chromium, "cases", f"reflect-{name}")
    root = page.locator(f'[data-yongxin-element="reflect:{name}"]')
    written = responses.of(Copy(reflection.id, "complete", reflection), USERNAME)
    for field, text in written.items():
        place = root.locator(f'[data-yongxin-field="{field}"]')
        if place.locator("textarea").count():
            tab_to(page, place.locator("textarea"))
            page.keyboard.type(text)
        else:
            pick(page, place, text)
    expect(root.locator(".yongxin-status")).to_have_attribute("data-standing", "complete")
    expect(root.locator(".yongxin-status")).to_have_attribute("data-state", "saved")
    tab_to(page, root.locator(".yongxin-exemplar summary"))
    press(page, "Enter")
    expect(root.locator("[data-yongxin-exemplar=words]")).to_be_visible()
