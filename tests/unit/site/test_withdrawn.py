"""A question withdrawn in mid-cohort is shown as withdrawn, takes no answer and lacks none."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from yongxin.build.bank import data_bytes, public_bank
from yongxin.catalogue import Catalogue
from yongxin.content import load_content
from yongxin.elements import RefusedEvent, find_element
from yongxin.grading.exchange import ExchangeSettings
from yongxin.language import LANGUAGES, Language
from yongxin.site.learning import ElementEvent, Learning
from yongxin.store import Learner, Store
from yongxin.text import interface_text

MODULE = "z1-lift"
NAME = "quiz:gap-sign"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def withdraw(root: Path) -> None:
    """Withdraw the question, and write what a build would give to learners."""
    items = root / "content" / MODULE / "items.yaml"
    entry = "- id: gap-sign\n"
    text = items.read_text(encoding="utf-8")
    assert entry in text
    items.write_text(text.replace(entry, f"{entry}  withdrawn: true\n"), encoding="utf-8")
    bank = public_bank(MODULE, load_content(root / "content").modules[MODULE])
    (root / "data" / "bank" / f"{MODULE}.json").write_bytes(data_bytes(bank))


def event(number: int, **what: Any) -> ElementEvent:
    return ElementEvent(NAME, f"event-{number}", "tab", number, what)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_exercise_says_so_and_offers_nothing(own_course: Path, language: Language) -> None:
    withdraw(own_course)
    markup = str(find_element(NAME, Catalogue(own_course)).markup(language))
    text = interface_text(language)
    assert text("quiz.withdrawn") in markup
    assert text("scoring.withdrawn") in markup
    assert load_content(own_course / "content").modules[MODULE].items[-1].stem.in_language(
        language
    ) in (markup)
    for control in ("<input", "<button", "<select", "<textarea", "<form"):
        assert control not in markup


def test_an_answer_from_before_stays_and_none_is_taken_any_more(
    own_course: Path, tmp_path: Path, store: Store, lin: Learner
) -> None:
    exchange = ExchangeSettings(tmp_path / "exchange", "yongxin")
    before = Learning(Catalogue(own_course), store, exchange, clock=lambda: NOW)
    before.apply_event(lin, event(0, type="answer", response="met"), "en")
    withdraw(own_course)
    learning = Learning(Catalogue(own_course), store, exchange, clock=lambda: NOW)

    with pytest.raises(RefusedEvent) as refused:
        learning.apply_event(lin, event(1, type="answer", response="delighted"), "en")

    assert refused.value.code == "withdrawn"
    assert store.saved(lin.id, [NAME])[NAME].state["response"] == "met"
    assert learning.page_state(lin, [NAME], "en")[NAME]["presentation"] == {}


def test_nobody_is_told_that_it_is_still_open(
    own_course: Path, tmp_path: Path, store: Store, lin: Learner
) -> None:
    exchange = ExchangeSettings(tmp_path / "exchange", "yongxin")
    learning = Learning(Catalogue(own_course), store, exchange, clock=lambda: NOW)
    before = _standing(learning, lin)
    withdraw(own_course)
    learning = Learning(Catalogue(own_course), store, exchange, clock=lambda: NOW)
    after = _standing(learning, lin)
    assert NAME in before["missing"]
    assert NAME not in after["missing"]
    assert after["total"] == before["total"]
    assert after["answered"] == before["answered"] + 1
    assert after["progress"] == before["progress"] + 1


def _standing(learning: Learning, learner: Learner) -> dict[str, Any]:
    shown = learning.page_state(learner, ["submit:exercise"], "en", module_id=MODULE)
    presentation = shown["submit:exercise"]["presentation"]
    return {
        "missing": [one["name"] for one in presentation["missing"]],
        "total": presentation["total"],
        "answered": presentation["answered"],
        "progress": learning.overview.progress(learner)[MODULE].answered,
    }
