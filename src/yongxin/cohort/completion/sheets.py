"""Completions as tables for spreadsheets and mail merge. There are no points in them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from yongxin.catalogue import PublicCourse
from yongxin.cohort.completion.course_path import CoursePath
from yongxin.cohort.completion.desk import Wants
from yongxin.cohort.completion.overview import PersonOnPath
from yongxin.grading.export.sheet import Column, Sheet, Value
from yongxin.text import InterfaceText

#: People whose wants are looked up at a time.
_AT_ONCE = 500

_EVERYTHING = {
    "name": 14,
    "username": 18,
    "groups": 20,
    "path": 18,
    "state": 14,
    "modules": 12,
    "of": 12,
    "reached": 20,
    "version": 10,
    "overdue": 30,
    "soon": 30,
    "missing": 60,
}
_REMINDERS = {
    "name": 14,
    "username": 18,
    "groups": 20,
    "language": 10,
    "path": 18,
    "overdue": 40,
    "soon": 40,
    "missing": 60,
}


@dataclass(frozen=True)
class Wording:
    """What a table needs beside its people: words, titles and the clock on people's walls."""

    text: InterfaceText
    course: PublicCourse
    zone: tzinfo

    def title(self, module_id: str) -> str:
        """Return the title of a module."""
        return self.course.modules[module_id].title.in_language(self.text.language)

    def missing(self, wants: Wants) -> str:
        """Return what is missing, in words; modules of which all is noted soon are left out."""
        colon, semicolon = self.text("completion.colon"), self.text("completion.semicolon")
        comma = self.text("completion.comma")
        return semicolon.join(
            f"{self.title(module_id)}{colon}"
            + comma.join(self.text(f"completion.want.{one}") for one in those)
            for module_id, those in wants
            if those
        )

    def dated(self, modules: Sequence[tuple[str, datetime]]) -> str:
        """Return modules with the day on which each is due."""
        return self.text("completion.semicolon").join(
            self.text("completion.due", module=self.title(one), day=self.text.day(self._local(due)))
            for one, due in modules
        )

    def local(self, moment: datetime) -> datetime:
        """Return a moment as a spreadsheet can hold it: without a zone."""
        return self._local(moment).replace(tzinfo=None, microsecond=0)

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)


FindWants = Callable[[CoursePath, Sequence[int]], Mapping[int, Wants]]


def everybody_sheet(
    path: CoursePath, people: Sequence[PersonOnPath], find: FindWants, words: Wording
) -> Sheet:
    """Return a table of how far people are."""
    title = path.path.title.in_language(words.text.language)

    def rows() -> Iterator[Sequence[Value]]:
        for one, wants in _with_wants(path, people, find):
            done = one.completion
            yield (
                one.name,
                one.username,
                "; ".join(one.groups),
                title,
                words.text(f"completion.state.{one.state}"),
                one.modules,
                len(path.modules),
                words.local(done.at) if done else None,
                done.version if done else None,
                words.dated(one.overdue),
                words.dated(one.soon),
                "" if done else words.missing(wants),
            )

    return Sheet(words.text("completion.title"), _columns(_EVERYTHING, words.text), rows())


def reminders_sheet(
    path: CoursePath, people: Sequence[PersonOnPath], find: FindWants, words: Wording
) -> Sheet:
    """Return a table of those who have to be reminded, a line each, as mail merge takes it."""
    title = path.path.title.in_language(words.text.language)

    def rows() -> Iterator[Sequence[Value]]:
        for one, wants in _with_wants(path, people, find):
            yield (
                one.name,
                one.username,
                "; ".join(one.groups),
                one.language,
                title,
                words.dated(one.overdue),
                words.dated(one.soon),
                words.missing(wants),
            )

    return Sheet(words.text("completion.reminders"), _columns(_REMINDERS, words.text), rows())


def _columns(widths: Mapping[str, int], text: InterfaceText) -> tuple[Column, ...]:
    return tuple(Column(text(f"completion.heading.{one}"), width) for one, width in widths.items())


def _with_wants(
    path: CoursePath, people: Sequence[PersonOnPath], find: FindWants
) -> Iterator[tuple[PersonOnPath, Wants]]:
    for start in range(0, len(people), _AT_ONCE):
        some = people[start : start + _AT_ONCE]
        wants = find(path, [one.learner_id for one in some])
        for one in some:
            yield one, wants[one.learner_id]
