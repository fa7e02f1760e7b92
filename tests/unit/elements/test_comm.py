"""The widget: it shows what the kernel says, answers every question, and takes nothing else."""

from collections.abc import Callable
from typing import Any

import pytest

from yongxin.elements import Context, Element, Presentation
from yongxin.elements.comm import ElementWidget, Failed, Shown
from yongxin.language import Language


class FakeDesk:
    """A desk in memory, which fails when a test wants it to."""

    kept = True

    def __init__(self, moment: Callable[..., Context]) -> None:
        self.moment = moment
        self.state: dict[str, Any] | None = None
        self.revision = 0
        self.failure: Exception | None = None
        self.handed_in: list[str] = []

    def show(self, element: Element, language: Language) -> Shown:
        state = element.initial() if self.state is None else self.state
        return Shown(self.revision, element.present(state, self.moment(language)))

    def apply(
        self,
        element: Element,
        event: Any,
        language: Language,
        **_ids: object,
    ) -> tuple[Shown, dict[str, Any]]:
        if self.failure:
            raise self.failure
        state = element.initial() if self.state is None else self.state
        self.state, reply = element.handle(state, event, self.moment(language))
        self.revision += 1
        return self.show(element, language), {"reply": reply, "overtaken": False}

    def hand_in(self, *_: object, event_id: str, **_more: object) -> Presentation:
        if self.failure:
            raise self.failure
        self.handed_in.append(event_id)
        return {"attempts_used": len(self.handed_in)}


class Browser:
    """What a browser sees of a widget: the answers to its questions."""

    def __init__(self, widget: ElementWidget, monkeypatch: pytest.MonkeyPatch) -> None:
        self.widget = widget
        self.answers: list[tuple[Any, list[bytes]]] = []
        monkeypatch.setattr(widget, "send", lambda *answer: self.answers.append(answer))

    def ask(self, question: Any) -> Any:
        before = len(self.answers)
        self.widget._handle_custom_msg(question, [])
        return self.answers[before][0] if len(self.answers) > before else None

    def send(self, event: Any, **more: Any) -> Any:
        question = {"id": "q", "type": "event", "event_id": "e", "client": "c", "revision": 0}
        return self.ask({**question, "event": event, **more})


@pytest.fixture
def desk(moment: Callable[..., Context]) -> FakeDesk:
    return FakeDesk(moment)


@pytest.fixture
def browser(
    elements: dict[str, Element], desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> Browser:
    return Browser(ElementWidget(elements["quiz:lift-first-words"], "en", desk), monkeypatch)


def test_an_event_is_applied_and_shown(browser: Browser, desk: FakeDesk) -> None:
    answer = browser.send({"type": "answer", "response": "not-my-job"})
    assert answer["id"] == "q"
    assert answer["revision"] == 1
    assert answer["presentation"]["response"] == "not-my-job"
    assert browser.widget.shown == {
        "revision": 1,
        "presentation": answer["presentation"],
    }
    assert desk.state == {"response": "not-my-job", "checked": False}


def test_nothing_synced_holds_a_key_or_feedback(browser: Browser) -> None:
    state = repr(browser.widget.get_state())
    assert "sorry-and-facts" in state, "the option itself is there to be chosen"
    assert "People who wait fear silence most" not in state
    assert "chart of duties" not in state


def test_what_a_browser_writes_into_the_traits_is_ignored(browser: Browser) -> None:
    before = dict(browser.widget.get_state())
    forged = {
        "shown": {"revision": 9, "presentation": {"locked": False}},
        "markup": "<b>",
        "_esm": "",
    }
    browser.widget._handle_msg(
        {"content": {"data": {"method": "update", "state": forged}}, "buffers": []}
    )
    assert browser.widget.get_state() == before


def test_a_refused_event_is_answered_in_the_readers_language(
    elements: dict[str, Element], desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected: dict[Language, str] = {"en": "a number", "zh-CN": "要填一个数"}
    for language, words in expected.items():
        widget = ElementWidget(elements["quiz:lift-minutes"], language, desk)
        answer = Browser(widget, monkeypatch).send({"type": "answer", "response": "abc"})
        assert answer["error"]["kind"] == "refused"
        assert words in answer["error"]["message"]


@pytest.mark.parametrize("kind", ["busy", "full", "unavailable", "refused"])
def test_a_failing_store_is_told_to_the_browser(
    browser: Browser, desk: FakeDesk, kind: Any
) -> None:
    desk.failure = Failed(kind, "some-code", "words")
    answer = browser.send({"type": "answer", "response": "not-my-job"})
    assert answer["error"] == {"kind": kind, "code": "some-code", "message": "words"}
    assert browser.widget.shown["revision"] == 0


def test_a_mistake_of_ours_is_logged_and_still_answered(
    browser: Browser, desk: FakeDesk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.failure = ZeroDivisionError("our mistake")
    answer = browser.send({"type": "check"})
    assert answer["error"]["kind"] == "unavailable"
    assert "our mistake" in caplog.text


@pytest.mark.parametrize(
    "question",
    [
        {"id": "q"},
        {"id": "q", "type": "execute"},
        {"id": "q", "type": "event"},
        {"id": "q", "type": "event", "event_id": 1, "client": "c", "revision": 0, "event": {}},
        {"id": "q", "type": "event", "event_id": "", "client": "c", "revision": 0, "event": {}},
        {"id": "q", "type": "event", "event_id": "e" * 999, "client": "c", "revision": 0},
        {"id": "q", "type": "event", "event_id": "e", "client": "c", "revision": "0", "event": {}},
        {"id": "q", "type": "event", "event_id": "e", "client": "c", "revision": True, "event": {}},
        {"id": "q", "type": "event", "event_id": "e", "client": "c", "revision": 0, "event": []},
        {"id": "q", "type": "library", "name": "../../items/base.py"},
        {"id": "q", "type": "library", "name": None},
        {"id": "q", "type": "library"},
    ],
    ids=repr,
)
def test_a_malformed_question_is_refused(browser: Browser, desk: FakeDesk, question: Any) -> None:
    assert browser.ask(question)["error"]["code"] == "malformed"
    assert desk.state is None


@pytest.mark.parametrize("question", [None, [], "x", {}, {"id": 1, "type": "show"}], ids=repr)
def test_a_question_that_no_answer_could_reach_is_left_alone(
    browser: Browser, question: Any
) -> None:
    assert browser.ask(question) is None


def test_a_library_comes_as_bytes(browser: Browser) -> None:
    browser.ask({"id": "q", "type": "library", "name": "plotly"})
    answer, buffers = browser.answers[-1]
    assert answer == {"id": "q"}
    assert b"/**\n* plotly.js" in buffers[0][:200]


def test_another_views_change_is_shown_when_asked_for(browser: Browser, desk: FakeDesk) -> None:
    desk.state, desk.revision = {"response": "not-my-job", "checked": True}, 5
    answer = browser.ask({"id": "q", "type": "show"})
    assert answer["revision"] == 5
    assert answer["presentation"]["verdict"]["ratio"] == 0
    assert browser.widget.shown["revision"] == 5


def test_handing_in_is_the_desks_work(
    elements: dict[str, Element], desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser(ElementWidget(elements["submit:exercise"], "en", desk), monkeypatch)
    question = {"id": "q", "type": "hand-in", "event_id": "h", "confirmed": True}
    assert browser.ask(question)["presentation"] == {"attempts_used": 1}
    assert desk.handed_in == ["h"]
    desk.failure = Failed("refused", "exchange-unavailable", "words")
    assert browser.ask(question)["error"]["message"] == "words"
