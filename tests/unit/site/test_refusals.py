"""Whatever goes wrong has words in both languages."""

import re

import pytest

from yongxin.catalogue import UnknownId
from yongxin.elements import RefusedEvent
from yongxin.grading.submission import HandInFailed
from yongxin.language import LANGUAGES, Language
from yongxin.site.learning import NeedsConfirmation
from yongxin.site.modules import InPreparation
from yongxin.site.refusals import CODES, Refusal, answer_to
from yongxin.store import (
    NoAttemptsLeft,
    StateRefused,
    StoreBusy,
    StoreFull,
    StoreOutdated,
    UnknownLearner,
)
from yongxin.text import interface_text

ERRORS = (
    (Refusal(429, "sign-in-often", minutes=3, retry_after=170), 429, "sign-in-often"),
    (Refusal(410, "link-used"), 410, "link-used"),
    (RefusedEvent("locked"), 409, "locked"),
    (RefusedEvent("too-large", kilobytes=64), 400, "too-large"),
    (NeedsConfirmation("incomplete"), 409, "incomplete"),
    (NeedsConfirmation("late"), 409, "late"),
    (NoAttemptsLeft("twice"), 409, "no-attempts"),
    (HandInFailed("exchange-unavailable", "gone"), 503, "exchange-unavailable"),
    (HandInFailed("not-released", "gone"), 503, "not-released"),
    (HandInFailed("too-large", "long"), 413, "too-large"),
    (UnknownId("item", "x", []), 404, "not-found"),
    (InPreparation("z2-gate"), 404, "in-preparation"),
    (StateRefused("large"), 413, "too-large"),
    (UnknownLearner("gone"), 401, "not-signed-in"),
    (StoreBusy("locked"), 503, "store-busy"),
    (StoreFull("full"), 507, "store-full"),
    (StoreOutdated("old"), 503, "store-unavailable"),
    (ZeroDivisionError(), 500, "internal"),
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("error", "status", "code"), ERRORS, ids=lambda one: repr(one)[:40])
def test_an_error_becomes_a_status_a_code_and_words(
    error: Exception, status: int, code: str, language: Language
) -> None:
    answer = answer_to(error, 500)
    assert (answer.status, answer.code) == (status, code)
    words = answer.words(interface_text(language))
    assert len(words.title) > 2
    assert len(words.text) > 5
    assert "{" not in words.title + words.text


@pytest.mark.parametrize("status", [*CODES, 418, 502])
def test_every_status_has_words(status: int) -> None:
    for language in LANGUAGES:
        assert answer_to(None, status).words(interface_text(language)).text


def test_the_words_of_the_site_are_the_same_in_both_languages() -> None:
    chinese, english = (interface_text(language) for language in LANGUAGES)
    keys = sorted(english.area("site."))
    assert len(keys) > 150
    assert keys == sorted(chinese.area("site."))
    for key in keys:
        places = [sorted(re.findall(r"\{\w+\}", text(key))) for text in (chinese, english)]
        assert places[0] == places[1], key


def test_chinese_words_keep_the_rules_of_chinese() -> None:
    text = interface_text("zh-CN")
    keys = sorted(text.area("site."))
    assert keys
    for key in keys:
        words = text(key)
        assert not re.search(r"[\u4e00-\u9fff] ?[,;:!?] ?[\u4e00-\u9fff]", words), key
        assert not re.search(r"[\u4e00-\u9fff] [\w{]|[\w}] [\u4e00-\u9fff]", words), key
