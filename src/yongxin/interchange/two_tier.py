"""True or false with a reason as one choice of both, which scores the same, and back.

No format has an item whose second answer counts beside the right first one only. A choice of
"true, because …" and "false, because …" has: 1 for both right, ½ for the right verdict alone.
"""

from collections.abc import Sequence

from yongxin.interchange.question import Answer, Choice, Wording
from yongxin.items.true_false import TrueFalse
from yongxin.language import LANGUAGES, Language
from yongxin.scoring import verdict_and_reason
from yongxin.text import interface_text

_BETWEEN: dict[Language, str] = {"zh-CN": "。理由：", "en": ". Reason: "}
_NEAR = 1e-4


def choice(item: TrueFalse, languages: Sequence[Language]) -> Choice:
    """Return each verdict with each reason; the first half of the answers says "true"."""
    answers: list[Answer] = []
    for verdict in (True, False):
        for reason in item.reasons:
            judged = verdict == item.key
            said = reason.feedback if judged else item.feedback
            answers.append(
                Answer(
                    {
                        one: _before(verdict, one) + reason.text.in_language(one)
                        for one in languages
                    },
                    verdict_and_reason(judged, reason.id == item.reason),
                    {one: said.in_language(one) for one in languages},
                )
            )
    return Choice(tuple(answers), single=True)


def _before(verdict: bool, language: Language) -> str:
    word = interface_text(language)(f"items.true-false.{'true' if verdict else 'false'}")
    return f"{word}{_BETWEEN[language]}"


def take_apart(body: Choice) -> tuple[bool, Wording, list[Answer]] | None:
    """Return the key, what is said to a wrong verdict, and the reasons, of which one counts 1.

    Returns ``None`` for a choice that was not made from such an item, or was changed since.
    """
    half, odd = divmod(len(body.answers), 2)
    if odd or half < 2:
        return None
    reasons: dict[bool, list[Answer]] = {}
    for verdict, answers in ((True, body.answers[:half]), (False, body.answers[half:])):
        reasons[verdict] = []
        for one in answers:
            text = _without(one.text, verdict)
            if text is None:
                return None
            reasons[verdict].append(Answer(text, one.fraction, one.feedback))
    key = sum(one.fraction for one in reasons[True]) > 0
    right, wrong = reasons[key], reasons[not key]
    shares = sorted(one.fraction for one in right)
    expected = [*([0.5] * (half - 1)), 1.0]
    sound = all(abs(a - b) < _NEAR for a, b in zip(shares, expected, strict=True))
    same = [one.text for one in right] == [one.text for one in wrong]
    if not (sound and same) or any(one.fraction > _NEAR for one in wrong):
        return None
    return key, wrong[0].feedback, right


def _without(text: Wording, verdict: bool) -> Wording | None:
    """Return a text without the verdict before it, or ``None`` if that is not there."""
    found: dict[Language, str] = {}
    for language in LANGUAGES:
        if language in text:
            # White space may have been tidied on the way.
            before = _before(verdict, language).strip()
            if not text[language].startswith(before):
                return None
            found[language] = text[language].removeprefix(before).strip()
    return found
