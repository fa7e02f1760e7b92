"""Cloze: a text with gaps, each filled from a drop-down."""

import re
from collections.abc import Iterable
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, model_validator

from yongxin.items.base import (
    JSON,
    Item,
    Key,
    Model,
    OptionVerdict,
    PublicItem,
    PublicOption,
    Slug,
    require_unique_ids,
)
from yongxin.items.pairs import PairsKey, read_pairs, require_key_for_each
from yongxin.language import LANGUAGES, Language, LocalizedText
from yongxin.nearest import nearest
from yongxin.scoring import share_right
from yongxin.text import interface_text

Type = Literal["cloze"]

_GAP = re.compile(r"\{\{([^{}]*)\}\}")

#: Where a sentence ends: what a gap is read out with goes no further.
_END = re.compile(r"(?<=[。！？；\n])|(?<=[.!?;])\s")


class Segment(NamedTuple):
    """A piece of the text and the gap that follows it; the last piece has none.

    ``before`` and ``after`` are what stands around the gap in its sentence, other gaps as "…".
    """

    text: str
    gap: "PublicGap | None" = None
    number: int = 0
    before: str = ""
    after: str = ""


class PublicGap(Model):
    """A gap: the name by which the text calls it, and what may stand in it."""

    id: Slug
    options: tuple[PublicOption, ...]


class PublicCloze(PublicItem):
    """Asked as a text with selects in it; the response maps gaps to options.

    Gaps that are still open are missing from the response.
    """

    type: Type = "cloze"
    text: LocalizedText
    gaps: tuple[PublicGap, ...]

    @property
    def rule(self) -> str:
        return "share-right"

    def offered(self) -> dict[str, tuple[str, ...]]:
        """Return for each gap the ids that can be chosen for it."""
        return {gap.id: tuple(option.id for option in gap.options) for gap in self.gaps}

    def segments(self, language: Language) -> tuple[Segment, ...]:
        """Return the text as pieces with the gaps between them, numbered as they stand in it."""
        gaps = {gap.id: gap for gap in self.gaps}
        # Braces around anything else are text: a public item may come from a file of any age.
        marks = re.compile(rf"\{{\{{({'|'.join(map(re.escape, gaps))})\}}\}}")
        *pieces, last = marks.split(self.text.in_language(language))
        texts, names = pieces[::2], pieces[1::2]
        segments = [
            Segment(text, gaps[name], number, *_around(texts, last, number))
            for number, (text, name) in enumerate(zip(texts, names, strict=True), start=1)
        ]
        return (*segments, Segment(last))

    def read(self, response: JSON) -> dict[str, str] | None:
        if response is None:
            return None
        return read_pairs(response, self.offered()) or None

    def is_complete(self, response: JSON) -> bool:
        """As in the base class: no gap is open."""
        return response is not None and len(response) == len(self.gaps)

    def in_words(self, response: JSON, language: Language) -> tuple[str, ...]:
        """As in the base class; the gaps stand in the order in which this language has them."""
        pairs = read_pairs(response, self.offered())
        text = interface_text(language)
        names = self.part_names()
        return tuple(
            text(
                "items.pair",
                entry=names[segment.gap.id].in_language(language),
                choice=_text_of(segment.gap.options, pairs[segment.gap.id], language),
            )
            for segment in self.segments(language)
            if segment.gap and segment.gap.id in pairs
        )

    def part_names(self) -> dict[str, LocalizedText]:
        """As in the base class; gaps are called by their numbers in either language."""
        numbers = {
            language: {one.gap.id: one.number for one in self.segments(language) if one.gap}
            for language in LANGUAGES
        }
        return {
            gap.id: LocalizedText.model_validate(
                {
                    language: interface_text(language)(
                        "items.gap", number=numbers[language][gap.id]
                    )
                    for language in LANGUAGES
                }
            )
            for gap in self.gaps
        }


def _around(texts: list[str], last: str, number: int) -> tuple[str, str]:
    """Return what stands before and after the gap with this number, within its sentence."""
    before = _END.split("…".join(texts[:number]))[-1]
    after = _END.split("…".join((*texts[number:], last)))[0]
    return before.strip(), after.strip()


def _text_of(options: Iterable[PublicOption], id: str, language: Language) -> str:
    return next(option.text.in_language(language) for option in options if option.id == id)


class ClozeKey(Key):
    """What belongs into each gap, and what was on offer there."""

    type: Type = "cloze"
    options: dict[Slug, tuple[Slug, ...]]
    key: PairsKey

    def ratio(self, response: JSON) -> float:
        return share_right(self.key, read_pairs(response, self.options))


class GapOption(PublicOption):
    """What may stand in a gap; ``feedback`` is for whoever chose it wrongly, if it needs any."""

    feedback: LocalizedText | None = None


class Gap(Model):
    """A gap: what may stand in it, and why the right option is right."""

    id: Slug
    options: Annotated[tuple[GapOption, ...], Field(min_length=2, max_length=8)]
    feedback: LocalizedText

    def public(self) -> PublicGap:
        """Select what a learner may see before answering."""
        return PublicGap(
            id=self.id,
            options=tuple(PublicOption(id=option.id, text=option.text) for option in self.options),
        )

    def why(self, chosen: str | None) -> LocalizedText:
        """Return what to say to whoever chose this option, or none."""
        own = (option.feedback for option in self.options if option.id == chosen)
        return next(own, None) or self.feedback


class Cloze(Item):
    """A stem, a text in which ``{{gap-id}}`` marks the gaps, the gaps, and what belongs into each.

    Both languages have the same gaps, each once; their order in the sentence may differ.
    """

    type: Type
    text: LocalizedText
    gaps: Annotated[tuple[Gap, ...], Field(min_length=1, max_length=12)]
    key: PairsKey

    @model_validator(mode="after")
    def _text_and_key_name_the_gaps(self) -> "Cloze":
        ids = [gap.id for gap in self.gaps]
        if repeated := sorted({one for one in ids if ids.count(one) > 1}):
            raise ValueError(f"ids must differ; repeated: {', '.join(repeated)}")
        for gap in self.gaps:
            require_unique_ids(gap.options)
        for language in LANGUAGES:
            _require_each_gap_once(self.text.in_language(language), ids, language)
        require_key_for_each(self.key, self._offered())
        return self

    def public(self) -> PublicCloze:
        return PublicCloze(
            id=self.id,
            use=self.use,
            points=self.points,
            stem=self.stem,
            text=self.text,
            gaps=tuple(gap.public() for gap in self.gaps),
        )

    def answer_key(self) -> ClozeKey:
        return ClozeKey(id=self.id, points=self.points, options=self._offered(), key=self.key)

    def option_verdicts(self, response: JSON, language: Language) -> Iterable[OptionVerdict]:
        """Say of every gap why its option is right, or what is wrong with the chosen one."""
        pairs = read_pairs(response, self._offered())
        text = interface_text(language)
        verdicts: list[OptionVerdict] = []
        for gap in self.gaps:
            chosen, right = pairs.get(gap.id), self.key[gap.id]
            why = gap.why(chosen).in_language(language)
            if chosen != right:
                choice = _text_of(gap.options, right, language)
                why = text("items.cloze.belongs", choice=choice, why=why)
            verdicts.append(OptionVerdict(gap.id, chosen == right, why))
        return verdicts

    def _offered(self) -> dict[str, tuple[str, ...]]:
        return {gap.id: tuple(option.id for option in gap.options) for gap in self.gaps}


def _require_each_gap_once(text: str, ids: list[str], language: Language) -> None:
    """Raise ``ValueError`` unless the text names each gap once and has no other braces."""
    named = _GAP.findall(text)
    for name in named:
        if name not in ids:
            raise ValueError(
                f"the {language} text names the gap {name!r}; the gaps are {', '.join(ids)}; "
                f"nearest: {nearest(name, ids, count=1)[0]}"
            )
    for gap in ids:
        if named.count(gap) != 1:
            raise ValueError(
                f"the {language} text must hold {{{{{gap}}}}} once; found {named.count(gap)} times"
            )
    if "{{" in (rest := _GAP.sub("", text)) or "}}" in rest:
        raise ValueError(f"the {language} text has braces that name no gap; write {{{{gap-id}}}}")
