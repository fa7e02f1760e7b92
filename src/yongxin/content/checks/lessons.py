"""The two lessons of a module agree with each other and with what they name."""

import re
from collections.abc import Collection, Sequence
from itertools import zip_longest
from typing import TypeVar

from yongxin.content.draft import Draft, Entries, LessonSheet, ModuleDraft, Sheet
from yongxin.content.lesson import BlockVerb, Section
from yongxin.content.models import Source, Term
from yongxin.language import FIRST_LANGUAGE, Language
from yongxin.simulators import simulator_ids

Value = TypeVar("Value")


def check_lessons(draft: Draft) -> None:
    """Check every lesson against its translation, its elements, images, sources and glossary."""
    for module in draft.modules.values():
        _check_translation(module)
        for language, lesson in module.lessons.items():
            _check_calls(lesson, module)
            _check_images(lesson, module)
            _check_citations(lesson, draft.sources)
            for term in draft.glossary.valid:
                _check_term(lesson, language, term)


def _check_translation(module: ModuleDraft) -> None:
    first = module.lessons.get(FIRST_LANGUAGE)
    if first is None:
        return
    for language, other in module.lessons.items():
        if language != FIRST_LANGUAGE:
            _compare_sections(first, other)


def _compare_sections(first: LessonSheet, other: LessonSheet) -> None:
    """Report, in the translation, where it parts from the first language."""
    theirs = {section.id: section for section in other.value.sections}
    if "" in theirs:
        return  # a section without an id cannot be compared, and has been reported
    ids = [section.id for section in first.value.sections]
    for section in first.value.sections:
        if section.id not in theirs:
            other.report.add(
                1,
                "section",
                f"is missing, see {first.report.file}:{section.line}",
                section.id,
            )
        else:
            _compare_coverage(first, section, other, theirs[section.id])
            if section.id not in first.broken | other.broken:
                _compare_calls(first, section, other, theirs[section.id])
    for section in other.value.sections:
        if section.id not in ids:
            message = f"is not in {first.report.file}"
            other.report.add_unknown(section.line, "section", section.id, ids, message)
    order = [section.id for section in other.value.sections if section.id in ids]
    expected = [one for one in ids if one in theirs]
    for found, wanted in zip(order, expected, strict=False):
        if found != wanted:
            message = f"stands where {first.report.file} has {wanted}"
            other.report.add(theirs[found].line, "section", message, found)
            break


def _compare_coverage(
    first: LessonSheet, section: Section, other: LessonSheet, translation: Section
) -> None:
    for field in ("units", "systems"):
        ours: Sequence[str] = getattr(section, field)
        theirs: Sequence[str] = getattr(translation, field)
        if sorted(ours) != sorted(theirs):
            message = f"{first.report.file}:{section.line} has {' '.join(ours) or 'none'}"
            other.report.add(translation.line, field, message, " ".join(theirs) or "none")


def _compare_calls(
    first: LessonSheet, section: Section, other: LessonSheet, translation: Section
) -> None:
    for ours_call, theirs_call in zip_longest(section.calls, translation.calls):
        if ours_call is None:
            message = f"{first.report.file} has no such block in the section {section.id}"
            other.report.add(theirs_call.line, "block", message, theirs_call.source)
        elif theirs_call is None:
            message = f"is missing, see {first.report.file}:{ours_call.line}"
            other.report.add(translation.line, "block", message, ours_call.source)
        elif theirs_call.names != ours_call.names:
            message = f"{first.report.file}:{ours_call.line} has {ours_call.source}"
            other.report.add(theirs_call.line, "block", message, theirs_call.source)
        else:
            continue
        break


def _check_calls(lesson: LessonSheet, module: ModuleDraft) -> None:
    """Check that calls name practice elements of this module, or simulators, each once."""
    graded = {
        sheet.value.id: sheet.report.file
        for sheet in module.exercises
        if sheet.value.use == "graded"
    }
    # An entry with a slip is known by its id alone; either verb may be right for it.
    types = {one.value.id: one.value.type for one in module.items.valid}
    items = _ids(module.items, graded)
    known: dict[BlockVerb, list[str] | None] = {
        "quiz": items and [one for one in items if types.get(one) != "scenario"],
        "scenario": items and [one for one in items if types.get(one, "scenario") == "scenario"],
        "reflect": _ids(module.reflections, graded),
        "simulate": list(simulator_ids()),
        "assess": _ids(module.assessments, ()),
    }
    lines: dict[str, int] = {}
    for call in lesson.value.calls:
        if call.verb == "kept":
            continue
        for one, name in zip(call.ids, call.names, strict=True):
            if one in graded:
                lesson.report.add(
                    call.line, f"block.{call.verb}", "is graded and stands in the exercise", one
                )
            elif (allowed := known[call.verb]) is not None and one not in allowed:
                lesson.report.add_unknown(call.line, f"block.{call.verb}", one, allowed)
            elif name in lines:
                lesson.report.add(
                    call.line, f"block.{call.verb}", f"stands in line {lines[name]} already", one
                )
            lines.setdefault(name, call.line)


def _ids(entries: Entries[Value], graded: Collection[str]) -> list[str] | None:
    if entries.ids is None:
        return None
    return [one.id for one in entries.ids if one.id not in graded]


def _check_citations(lesson: LessonSheet, sources: Entries[Source]) -> None:
    if sources.ids is None:
        return
    known = [one.id for one in sources.ids]
    for citation in lesson.value.citations:
        if citation.name not in known:
            lesson.report.add_unknown(citation.line, "source", citation.name, known)


def _check_images(lesson: LessonSheet, module: ModuleDraft) -> None:
    known = [f"images/{name}" for name in module.images]
    for image in lesson.value.images:
        if image.name not in known:
            lesson.report.add_unknown(image.line, "image", image.name, known, "no such file")


def _check_term(lesson: LessonSheet, language: Language, term: Sheet[Term]) -> None:
    """Look for the words that the glossary says to avoid, beside the term's own."""
    own = term.value.in_language(language)
    for word in term.value.avoid.in_language(language):
        # A word that is part of the term ("期望" in "期望值") is not avoided inside it.
        outside = own if word.lower() in own.lower() else None
        for passage in lesson.value.passages:
            text = (
                re.sub(re.escape(outside), " ", passage.name, flags=re.IGNORECASE)
                if outside
                else passage.name
            )
            if _stands_in(word, text, language):
                lesson.report.add(passage.line, "glossary", f"write {own}", word)


def _stands_in(word: str, text: str, language: Language) -> bool:
    if language == "zh-CN":
        return word in text
    return bool(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE))
