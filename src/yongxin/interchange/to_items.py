"""From questions of other systems to the entries of ``items.yaml``.

What the course asks for and the question does not have, such as the second language or the
feedback to an option, becomes the mark of a missing text, which ``yongxin check`` reports.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from yongxin.content.missing import MISSING, missing
from yongxin.interchange import two_tier
from yongxin.interchange.from_items import GRADING_TYPES
from yongxin.interchange.ids import option_ids
from yongxin.interchange.question import (
    Answer,
    Body,
    Choice,
    Embedded,
    Matching,
    NumberAnswer,
    Numerical,
    Ordering,
    Question,
    ShortAnswer,
    TextAnswer,
    TrueFalse,
    Wording,
)
from yongxin.interchange.table_entries import table_entry
from yongxin.interchange.tags import Tags, read_tags
from yongxin.interchange.wording import Entry, NotTaken, tidy, words
from yongxin.items import parse_item
from yongxin.items.short_text.reading import normalise
from yongxin.language import LANGUAGES
from yongxin.scoring import within_tolerance

#: As near as fractions come that were written with five decimal places.
_NEAR = 1e-4


@dataclass(frozen=True)
class Taken:
    """An entry for ``items.yaml``, and in words what differs from the question."""

    entry: Entry
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Defaults:
    """What entries get whose questions do not say it."""

    use: str
    units: tuple[str, ...]


def take(question: Question, item_id: str, defaults: Defaults) -> Taken:
    """Return the entry that a question makes. Raises ``NotTaken``."""
    tags = read_tags(question.tags)
    own_table = tags.type in ("table", "numeric-table")
    notes = [f"left out: {one}" for one in question.lost if not (own_table and one == "a table")]
    if not tags.units:
        notes.append(f"its unit is a guess: {', '.join(defaults.units)}")
    kind, fields = _CONVERT[type(question.body)](question.body, tags, notes)
    points = tags.points or question.mark
    entry: Entry = {
        "id": item_id,
        "type": kind,
        "use": tags.use or defaults.use,
        "units": list(tags.units or defaults.units),
        **({"systems": list(tags.systems)} if tags.systems else {}),
        **({"points": tidy(points)} if points not in (None, 1) else {}),
        **({"mastery": True} if tags.mastery else {}),
        "stem": words(question.stem or _named(question)),
        **fields,
        "explanation": words(question.explanation),
    }
    try:
        parse_item(entry)
    except ValidationError as error:
        raise NotTaken(_first_problem(error)) from error
    return Taken(entry, tuple(notes))


def _first_problem(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"][1:])
    message = first["msg"].removeprefix("Value error, ")
    return f"{place}: {message}" if place else message


def _named(question: Question) -> Wording:
    return {LANGUAGES[0]: question.name} if question.name else {}


def _options(answers: Sequence[Answer], otherwise: str) -> list[Entry]:
    ids = option_ids([one.text for one in answers], otherwise)
    return [
        {"id": name, "text": words(one.text), "feedback": words(one.feedback)}
        for name, one in zip(ids, answers, strict=True)
    ]


def _choice(body: Choice, tags: Tags, notes: list[str]) -> tuple[str, Entry]:
    if tags.type == "true-false" and (parts := two_tier.take_apart(body)):
        key, feedback, answers = parts
        reasons = _options(answers, "reason")
        right = max(range(len(answers)), key=lambda place: answers[place].fraction)
        return "true-false", {
            "key": key,
            "feedback": words(feedback),
            "reasons": reasons,
            "reason": reasons[right]["id"],
        }
    options = _options(body.answers, "option")
    if tags.type == "hot-text":
        notes.append("was a hot text; it comes back as a multiple choice")
    if body.single:
        right = _right_one(body.answers, notes)
        return "single-choice", {"options": options, "key": options[right]["id"]}
    right_ones = [place for place, one in enumerate(body.answers) if one.fraction > 0]
    if not right_ones:
        raise NotTaken("no answer is right")
    share = 1 / len(right_ones)
    if any(abs(abs(one.fraction) - share) > _NEAR for one in body.answers):
        notes.append("its weights differ; here each wrong choice takes back one right one")
    return "multiple-choice", {
        "options": options,
        "key": [options[place]["id"] for place in right_ones],
    }


def _right_one(answers: Sequence[Answer], notes: list[str]) -> int:
    best = max(range(len(answers)), key=lambda place: answers[place].fraction)
    if not answers or answers[best].fraction <= 0:
        raise NotTaken("no answer is right")
    others = [one for place, one in enumerate(answers) if place != best]
    if answers[best].fraction < 1 - _NEAR or any(one.fraction > 0 for one in others):
        notes.append("some answers earned a part; here one is right and the others earn nothing")
    return best


def _true_false(body: TrueFalse, _tags: Tags, notes: list[str]) -> tuple[str, Entry]:
    if body.right:
        notes.append("left out: what is said to whoever is right; put it into the explanation")
    return "true-false", {"key": body.truth, "feedback": words(body.wrong)}


def _numerical(body: Numerical, _tags: Tags, notes: list[str]) -> tuple[str, Entry]:
    right = [one for one in body.answers if one.value is not None and one.fraction >= 1 - _NEAR]
    if not right:
        raise NotTaken("no number is right")
    key = right[0]
    if len(right) > 1:
        notes.append("left out: further right numbers; a number here has one key")
    mistakes: list[Entry] = []
    for one in body.answers:
        if one.value is None:
            notes.append("left out: the feedback for any other number")
        elif one.fraction < 1 - _NEAR and not _is_our_half(one, key):
            mistakes.append({"value": tidy(one.value), "feedback": words(one.feedback)})
            here = within_tolerance(key.value or 0, one.value, key.tolerance)
            if abs(one.fraction - here) > _NEAR:
                notes.append(f"{one.value:g} earned {one.fraction:.0%}; here it earns {here:.0%}")
            if one.tolerance != key.tolerance:
                notes.append(f"the mistake {one.value:g} takes the tolerance of the key")
    unit = _unit(body.units)
    return "number", {
        "key": tidy(key.value),
        "tolerance": tidy(key.tolerance),
        **({"unit": unit} if unit else {}),
        **({"mistakes": mistakes} if mistakes else {}),
    }


def _is_our_half(one: NumberAnswer, key: NumberAnswer) -> bool:
    """Say whether an answer is the half mark within three tolerances, which items have anyway."""
    return (
        one.value == key.value
        and abs(one.fraction - 0.5) < _NEAR
        and abs(one.tolerance - 3 * key.tolerance) < _NEAR
    )


def _unit(names: Sequence[str]) -> Entry | None:
    """Return the names of a unit by language; a name like ``%`` or ``kg`` is that of both."""
    if not names:
        return None
    chinese = [one for one in names if not one.isascii()]
    latin = [one for one in names if one.isascii()]
    first, last = LANGUAGES
    if not chinese:
        return {first: latin[0], last: latin[0]}
    return {first: chinese[0], last: latin[0] if latin else MISSING}


def _short_answer(body: ShortAnswer, _tags: Tags, notes: list[str]) -> tuple[str, Entry]:
    if body.case_sensitive:
        notes.append("small and capital letters make no difference here")
    accepted: list[str] = []
    mistakes: list[tuple[list[str], Wording]] = []
    seen: set[str] = set()
    for one in body.answers:
        text = _without_wildcards(one, notes)
        if text is None or normalise(text) in seen:
            continue
        seen.add(normalise(text))
        if one.fraction >= 1 - _NEAR:
            accepted.append(text)
            continue
        if one.fraction > _NEAR:
            notes.append(f"{text} earned {one.fraction:.0%}; here it earns nothing")
        if mistakes and one.feedback and mistakes[-1][1] == one.feedback:
            mistakes[-1][0].append(text)
        else:
            mistakes.append(([text], one.feedback))
    if not accepted:
        raise NotTaken("no text is right")
    number = iter(range(1, 1000))
    return "short-text", {
        "key": _variants(accepted, number),
        **(
            {
                "mistakes": [
                    {"texts": _variants(texts, number), "feedback": words(feedback)}
                    for texts, feedback in mistakes
                ]
            }
            if mistakes
            else {}
        ),
    }


def _without_wildcards(one: TextAnswer, notes: list[str]) -> str | None:
    """Return the text of an answer, or ``None`` where it stands for any characters."""
    plain = one.text.replace("\\*", "\0")
    if plain.strip() == "*":
        notes.append("left out: the feedback for any other text")
        return None
    if "*" in plain:
        notes.append(f"left out: {one.text[:40]}, because * stands for any characters in it")
        return None
    return plain.replace("\0", "*")


def _variants(texts: Sequence[str], number: Iterator[int]) -> Entry:
    """Return texts by language, as far as their script tells it."""
    first, last = LANGUAGES
    found: Entry = {first: [], last: []}
    for text in texts:
        found[last if text.isascii() else first].append(text)
    return {language: found[language] or [missing(next(number))] for language in LANGUAGES}


def _matching(body: Matching, tags: Tags, _notes: list[str]) -> tuple[str, Entry]:
    matches: list[Wording] = []
    for _, match in body.pairs:
        if match not in matches:
            matches.append(match)
    pairs = [(entry, matches.index(match)) for entry, match in body.pairs if entry]
    # Entries and matches must not stand side by side, or nothing would be left to do.
    order = [*range(1, len(matches)), 0] if matches else []
    ids = option_ids([*(entry for entry, _ in pairs), *(matches[one] for one in order)], "part")
    names = dict(zip(order, ids[len(pairs) :], strict=True))
    entries = [
        {"id": name, "text": words(entry), "feedback": words({})}
        for name, (entry, _) in zip(ids, pairs, strict=False)
    ]
    choices = [{"id": names[one], "text": words(matches[one])} for one in order]
    key = {name: names[match] for name, (_, match) in zip(ids, pairs, strict=False)}
    if tags.type == "sorting":
        return "sorting", {"categories": choices, "entries": entries, "key": key}
    return "matching", {"entries": entries, "matches": choices, "key": key}


def _ordering(body: Ordering, _tags: Tags, notes: list[str]) -> tuple[str, Entry]:
    ids = option_ids(list(body.entries), "entry")
    scoring = {moodle: ours for ours, moodle in GRADING_TYPES.items()}.get(body.grading)
    if scoring is None:
        scoring = "adjacent-pairs"
        notes.append(f"was graded by {body.grading[:40]}; here by neighbouring pairs")
    # Every second one first: an order that helps nobody.
    places = [*range(1, len(ids), 2), *range(0, len(ids), 2)]
    entries = [{"id": ids[one], "text": words(body.entries[one])} for one in places]
    return "ordering", {"entries": entries, "key": ids, "scoring": scoring}


def _embedded(body: Embedded, tags: Tags, notes: list[str]) -> tuple[str, Entry]:
    if tags.type in ("table", "numeric-table"):
        return tags.type, table_entry(body, tags.type)
    gaps: list[Entry] = []
    key: dict[str, str] = {}
    for number, gap in enumerate(body.gaps, start=1):
        name = f"gap-{number}"
        if not isinstance(gap.body, Choice):
            raise NotTaken(f"gap {number} is typed; gaps here are chosen from a list")
        answers = gap.body.answers
        right = _right_one(answers, notes)
        ids = option_ids([one.text for one in answers], "option")
        general = answers[right].feedback
        gaps.append(
            {
                "id": name,
                "options": [
                    {
                        "id": option,
                        "text": words(one.text),
                        **(
                            {"feedback": words(one.feedback)}
                            if one.feedback and one.feedback != general
                            else {}
                        ),
                    }
                    for option, one in zip(ids, answers, strict=True)
                ],
                "feedback": words(general),
            }
        )
        key[name] = ids[right]
    if len({gap.weight for gap in body.gaps}) > 1:
        notes.append("its gaps weighed differently; here they weigh the same")
    return "cloze", {"text": _gap_text(body), "gaps": gaps, "key": key}


def _gap_text(body: Embedded) -> Entry:
    """Return the text with its gaps; a language that is missing has nothing but them."""
    gaps = range(1, len(body.gaps) + 1)
    bare = f"{MISSING} {' '.join(f'{{{{{one}}}}}' for one in gaps)}"
    texts = words(body.text)
    for language in LANGUAGES:
        text = texts[language] if language in body.text else bare
        for one in gaps:
            text = text.replace(f"{{{{{one}}}}}", f"{{{{gap-{one}}}}}")
        texts[language] = text
    return texts


_CONVERT: dict[type[Body], Callable[[Any, Tags, list[str]], tuple[str, Entry]]] = {
    Choice: _choice,
    TrueFalse: _true_false,
    Numerical: _numerical,
    ShortAnswer: _short_answer,
    Matching: _matching,
    Ordering: _ordering,
    Embedded: _embedded,
}
