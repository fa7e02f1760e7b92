"""True or false, with a reason: a claim to judge and, where the item asks it, why."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, model_validator

from yongxin.items.base import (
    JSON,
    Item,
    Key,
    Option,
    OptionVerdict,
    PublicItem,
    PublicOption,
    Slug,
    require_known_ids,
    require_unique_ids,
)
from yongxin.items.pairs import read_pairs
from yongxin.language import LANGUAGES, Language, LocalizedText
from yongxin.scoring import exact_match, verdict_and_reason
from yongxin.text import interface_text

Type = Literal["true-false"]

#: Strict: a quoted "false" in YAML is a slip to be told, not a truth.
Truth = Annotated[bool, Field(strict=True)]

#: The two parts of a response, and what may be said of the claim.
VERDICT, REASON = "verdict", "reason"
VERDICTS = ("true", "false")


def read_judgement(response: JSON, reasons: tuple[str, ...]) -> dict[str, str]:
    """Return the verdict and the reason, as far as either is given.

    Raises ``MalformedResponse`` for anything but these; no reason can be given where none is asked.
    """
    return read_pairs(response, {VERDICT: VERDICTS, REASON: reasons})


def _spelled(truth: bool) -> str:
    return "true" if truth else "false"


class PublicTrueFalse(PublicItem):
    """Asked as radio buttons; the response is ``{"verdict": "true", "reason": id}``, both optional.

    Without ``reasons`` only the verdict is asked.
    """

    type: Type = "true-false"
    reasons: tuple[PublicOption, ...] = ()

    @property
    def rule(self) -> str:
        return "verdict-and-reason" if self.reasons else "exact-match"

    def read(self, response: JSON) -> dict[str, str] | None:
        if response is None:
            return None
        return self._judgement(response) or None

    def is_complete(self, response: JSON) -> bool:
        """As in the base class: the verdict is given, and the reason too if one is asked."""
        asked = {VERDICT, REASON} if self.reasons else {VERDICT}
        return response is not None and asked <= set(response)

    def in_words(self, response: JSON, language: Language) -> tuple[str, ...]:
        judgement = self._judgement(response)
        text = interface_text(language)
        words: list[str] = []
        if VERDICT in judgement:
            words.append(text(f"items.true-false.{judgement[VERDICT]}"))
        words += (
            reason.text.in_language(language)
            for reason in self.reasons
            if reason.id == judgement.get(REASON)
        )
        return tuple(words)

    def part_names(self) -> dict[str, LocalizedText]:
        """As in the base class; the two parts are the verdict and the reason."""
        return {
            part: LocalizedText.model_validate(
                {
                    language: interface_text(language)(f"items.true-false.{part}")
                    for language in LANGUAGES
                }
            )
            for part in (VERDICT, REASON)
        }

    def _judgement(self, response: JSON) -> dict[str, str]:
        return read_judgement(response, tuple(reason.id for reason in self.reasons))


class TrueFalseKey(Key):
    """Whether the claim is true, the reasons that were on offer, and the right one of them."""

    type: Type = "true-false"
    key: Truth
    reasons: tuple[Slug, ...] = ()
    reason: Slug | None = None

    def ratio(self, response: JSON) -> float:
        judgement = read_judgement(response, self.reasons)
        verdict = exact_match(_spelled(self.key), judgement.get(VERDICT, ""))
        if self.reason is None:
            return verdict
        reason = exact_match(self.reason, judgement.get(REASON, ""))
        return verdict_and_reason(verdict == 1, reason == 1)


class TrueFalse(Item):
    """A claim (the stem), whether it is true, what to say to whoever misjudged it, and why.

    ``reasons``, two to six with feedback each, and the id of the right ``reason`` belong together;
    an item may do without both.
    """

    type: Type
    key: Truth
    feedback: LocalizedText
    reasons: Annotated[tuple[Option, ...], Field(max_length=6)] = ()
    reason: Slug | None = None

    @model_validator(mode="after")
    def _reasons_belong_together(self) -> "TrueFalse":
        if not self.reasons:
            if self.reason is not None:
                raise ValueError(f"reason names {self.reason}, but there are no reasons")
            return self
        if len(self.reasons) < 2:
            raise ValueError("one reason alone leaves no choice; write two to six, or none")
        if self.reason is None:
            ids = ", ".join(reason.id for reason in self.reasons)
            raise ValueError(f"reason must name the right one of the reasons: {ids}")
        require_unique_ids(self.reasons)
        require_known_ids([self.reason], self.reasons)
        return self

    def public(self) -> PublicTrueFalse:
        return PublicTrueFalse(
            id=self.id,
            use=self.use,
            points=self.points,
            stem=self.stem,
            reasons=tuple(reason.public() for reason in self.reasons),
        )

    def answer_key(self) -> TrueFalseKey:
        return TrueFalseKey(
            id=self.id,
            points=self.points,
            key=self.key,
            reasons=tuple(reason.id for reason in self.reasons),
            reason=self.reason,
        )

    def option_verdicts(self, response: JSON, language: Language) -> Iterable[OptionVerdict]:
        """Say whether the claim is true; of the reasons, speak of the chosen one only."""
        judgement = read_judgement(response, tuple(reason.id for reason in self.reasons))
        text = interface_text(language)
        space = "" if language == "zh-CN" else " "
        judged_rightly = judgement.get(VERDICT) == _spelled(self.key)
        claim = text(f"items.true-false.claim-is-{_spelled(self.key)}")
        if not judged_rightly:
            claim = f"{claim}{space}{self.feedback.in_language(language)}"
        verdicts = [OptionVerdict(VERDICT, judged_rightly, claim)]
        if self.reasons and REASON not in judgement:
            verdicts.append(OptionVerdict(REASON, False, text("items.nothing-chosen")))
        for reason in self.reasons:
            if reason.id == judgement.get(REASON):
                is_right = reason.id == self.reason
                why = reason.feedback.in_language(language)
                if is_right and not judged_rightly:
                    why = f"{why}{space}{text('items.true-false.reason-needs-verdict')}"
                verdicts.append(OptionVerdict(REASON, is_right, why))
        return verdicts
