"""The counts of a lesson as a table for a spreadsheet; what too few people did is not in it."""

from collections.abc import Iterator, Sequence

from yongxin.cohort.practice_desk import ModulePractice
from yongxin.grading.export.sheet import Column, Sheet, Value
from yongxin.text import InterfaceText


def practice_sheet(practice: ModulePractice, text: InterfaceText) -> Sheet:
    """Return a row for each number: the part of the lesson, what is counted, and how many."""
    columns = (
        Column(text("practice.kind"), 24),
        Column(text("practice.what"), 60),
        Column(text("practice.value"), 28),
        Column(text("practice.people"), 10),
        Column(text("practice.share"), 10),
    )
    return Sheet(text("practice.title"), columns, _rows(practice, text))


def _rows(practice: ModulePractice, text: InterfaceText) -> Iterator[Sequence[Value]]:
    language = text.language
    kind = text("practice.reading.title")
    for section in practice.sections or ():
        yield (
            kind,
            section.title,
            text("practice.reading.readers"),
            section.readers,
            section.share,
        )
    kind = text("practice.questions.title")
    for question in practice.questions:
        tried = question.count
        if tried is None:
            continue
        stem = question.subject.public().stem_in_words(language)
        yield (kind, stem, text("practice.questions.answered"), tried.answered, None)
        for name, number, whole in (
            ("explained", tried.explained, tried.answered),
            ("right", tried.right, tried.explained),
            ("partly", tried.partly, tried.explained),
            ("wrong", tried.wrong, tried.explained),
        ):
            share = number / whole if whole else None
            yield (kind, stem, text(f"practice.questions.{name}"), number, share)
    kind = text("practice.simulators.title")
    for simulator in practice.simulators:
        played = simulator.count
        if played is None:
            continue
        title = simulator.subject.title.in_language(language)
        for name, number in (
            ("people", played.people),
            ("changes", played.changes),
            ("resets", played.resets),
            ("away", played.away),
        ):
            yield (kind, title, text(f"practice.simulators.{name}"), number, None)
