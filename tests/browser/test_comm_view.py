"""The widget's half in the browser, with a kernel that answers as the test wants it to."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from support.browser import GuardedBrowser
from support.sample_elements import sample_elements
from yongxin.elements import assets
from yongxin.elements.contract import Context
from yongxin.language import Language

SINGLE, GAP = "quiz:lift-first-words", "simulate:satisfaction-gap"
PAGE = "http://127.0.0.1:9/notebook"

#: A model as the widget libraries make one; what is sent goes to ``window.kernel``.
MODEL = """
  async ({ script, state, views }) => {
    const file = new Blob([script], { type: "text/javascript" });
    const module = await import(URL.createObjectURL(file));
    const tell = (news, ...what) => (hearers[news] ?? []).forEach((one) => one(...what));
    const hearers = {};
    window.sent = [];
    window.model = {
      get: (name) => state[name],
      set(name, value) { state[name] = value; tell(`change:${name}`); },
      on: (name, hear) => (hearers[name] ??= []).push(hear),
      send: (question) => { window.sent.push(question); window.kernel?.(question); },
      answer: (content, buffers = []) => tell("msg:custom", content, buffers),
    };
    window.ends = [];
    for (let view = 0; view < views; view += 1) {
      const el = document.body.appendChild(document.createElement("main"));
      window.ends.push(module.default.render({ model: window.model, el }));
    }
  }
"""


def shown(name: str, state: dict[str, Any] | None = None, revision: int = 0) -> dict[str, Any]:
    element = sample_elements()[name]
    context = Context("en", datetime.now(UTC))
    presentation = element.present(state or element.initial(), context)
    return {"revision": revision, "presentation": presentation}


@pytest.fixture
def open_widget(chromium: GuardedBrowser) -> Callable[..., Page]:
    def open_widget(
        name: str, *, language: Language = "en", kept: bool = True, views: int = 1
    ) -> Page:
        page = chromium.new_page()
        html = f"<!doctype html><html lang=en><title>x</title><style>{assets.style()}</style><body>"
        page.route(PAGE, lambda route: route.fulfill(body=html, content_type="text/html"))
        page.goto(PAGE)
        state = {
            "element": name,
            "language": language,
            "markup": str(sample_elements()[name].markup(language)),
            "texts": assets.browser_text(language),
            "kept": kept,
            "shown": shown(name),
        }
        page.evaluate(
            MODEL, {"script": assets.script(with_extras=True), "state": state, "views": views}
        )
        return page

    return open_widget


def root(page: Page, name: str) -> Locator:
    return page.locator(f'[data-yongxin-element="{name}"]')


def status(page: Page, name: str) -> Locator:
    return root(page, name).locator(".yongxin-status")


def answer_with(page: Page, content: dict[str, Any]) -> None:
    page.evaluate(
        "content => { window.kernel = ({ id }) => model.answer({ id, ...content }) }",
        content,
    )


def test_an_event_goes_to_the_kernel_and_its_answer_is_shown(
    open_widget: Callable[..., Page],
) -> None:
    page = open_widget(SINGLE)
    state = {"response": "not-my-job", "checked": False}
    answer_with(page, {**shown(SINGLE, state, 1), "reply": {}, "overtaken": False})
    root(page, SINGLE).get_by_role("radio").nth(1).check()
    expect(status(page, SINGLE)).to_have_text("Answered, saved")
    sent = page.evaluate("sent")
    assert [(one["type"], one["event"]) for one in sent] == [
        ("event", {"type": "answer", "response": "not-my-job"})
    ]
    assert page.evaluate("localStorage.length") == 0, "the kernel keeps answers, not the browser"


def test_without_a_store_it_says_that_nothing_is_kept(open_widget: Callable[..., Page]) -> None:
    page = open_widget(SINGLE, kept=False)
    expect(status(page, SINGLE)).to_contain_text("this machine has no place to keep answers")
    state = {"response": "not-my-job", "checked": False}
    answer_with(page, {**shown(SINGLE, state, 1), "reply": {}, "overtaken": False})
    root(page, SINGLE).get_by_role("radio").nth(1).check()
    expect(status(page, SINGLE)).to_contain_text("it is gone when you close this")


def test_a_kernel_that_does_not_answer_is_told(open_widget: Callable[..., Page]) -> None:
    page = open_widget(SINGLE)
    page.clock.install()
    root(page, SINGLE).get_by_role("radio").nth(1).check()
    page.clock.run_for(16_000)
    expect(status(page, SINGLE)).to_have_text(
        "The kernel does not answer, please run this cell again. "
        "Your answer is not saved yet, please keep this page open."
    )


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ({"kind": "busy", "code": "store-busy", "message": ""}, "The server is busy."),
        ({"kind": "full", "code": "store-full", "message": ""}, "has no space left"),
        ({"kind": "refused", "code": "response", "message": "Words."}, "Not saved: Words."),
    ],
    ids=lambda one: one["kind"] if isinstance(one, dict) else one,
)
def test_what_the_kernel_refuses_is_told(
    open_widget: Callable[..., Page], error: dict[str, str], words: str
) -> None:
    page = open_widget(SINGLE)
    answer_with(page, {"error": error})
    root(page, SINGLE).get_by_role("radio").nth(1).check()
    expect(status(page, SINGLE)).to_contain_text(words)


def test_two_views_of_one_widget_have_ids_of_their_own_and_one_state(
    open_widget: Callable[..., Page], axe: Callable[..., None]
) -> None:
    page = open_widget(SINGLE, views=2)
    state = {"response": "not-my-job", "checked": False}
    answer_with(page, {**shown(SINGLE, state, 1), "reply": {}, "overtaken": False})
    first, second = root(page, SINGLE).all()
    first.get_by_role("radio").nth(1).check()
    expect(second.get_by_role("radio").nth(1)).to_be_checked()
    ids = page.evaluate("Array.from(document.querySelectorAll('[id]'), one => one.id)")
    assert len(ids) == len(set(ids))
    axe(page, context=".yongxin")


def test_what_another_kernel_message_shows_is_taken_over(open_widget: Callable[..., Page]) -> None:
    page = open_widget(SINGLE)
    state = {"response": "sorry-and-facts", "checked": True}
    page.evaluate("shown => model.set('shown', shown)", shown(SINGLE, state, 3))
    expect(root(page, SINGLE).get_by_text("All right!", exact=True)).to_be_visible()
    expect(status(page, SINGLE)).to_contain_text("Changed elsewhere at")


def test_keys_are_kept_from_the_notebook(open_widget: Callable[..., Page]) -> None:
    page = open_widget(SINGLE)
    # Lumino, JupyterLab's toolkit, looks for this mark before it takes a key for a command.
    expect(root(page, SINGLE)).to_have_attribute("data-lm-suppress-shortcuts", "true")


def test_the_chart_library_is_asked_for_when_a_chart_comes_near_and_harms_no_other(
    open_widget: Callable[..., Page],
) -> None:
    page = open_widget(GAP)
    page.evaluate("window.Plotly = { isAnothers: true }")
    page.evaluate(
        """text => {
          const view = new DataView(new TextEncoder().encode(text).buffer);
          window.kernel = ({ id, type }) => type === "library" && model.answer({ id }, [view]);
        }""",
        assets.library("plotly"),
    )
    chart = root(page, GAP).locator(".yongxin-chart")
    chart.scroll_into_view_if_needed()
    expect(chart.locator(".bars path").first).to_be_visible()
    assert page.evaluate("window.Plotly.isAnothers")
    assert [one["type"] for one in page.evaluate("sent")] == ["library"]


def test_a_closed_view_leaves_nothing_behind(
    open_widget: Callable[..., Page], chromium: GuardedBrowser
) -> None:
    page = open_widget(GAP, views=2)
    page.evaluate("ends[0]()")
    page.evaluate("document.querySelector('main').remove()")
    page.evaluate(
        "shown => model.set('shown', shown)", shown(GAP, {"inputs": {"service-weight": 1.0}}, 2)
    )
    expect(root(page, GAP).locator(".yongxin-status")).to_contain_text("Changed elsewhere")
