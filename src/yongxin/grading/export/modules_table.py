"""The table with a row for each learner and module."""

from collections.abc import Iterator
from datetime import datetime

from yongxin.grading.export.gradebook_rows import ModuleRow, SubmissionRow
from yongxin.grading.export.people import People, Person
from yongxin.grading.export.sheet import Column, Value
from yongxin.text import InterfaceText

_WIDTHS = {
    "username": 18,
    "name": 14,
    "groups": 18,
    "module": 18,
    "title": 26,
    "state": 16,
    "score": 10,
    "maximum": 10,
    "penalty": 12,
    "late": 8,
    "handed-in": 22,
    "attempts": 12,
    "waiting": 12,
}


def columns(text: InterfaceText) -> tuple[Column, ...]:
    """Return the columns, their headings in the language of ``text``."""
    return tuple(Column(text(f"export.heading.{one}"), width) for one, width in _WIDTHS.items())


def rows(
    module: ModuleRow,
    title: str,
    people: People,
    graded: dict[str, SubmissionRow],
    text: InterfaceText,
) -> Iterator[tuple[Value, ...]]:
    """Yield a row for everybody who has handed the module in, or still should."""
    for person in people.by_username.values():
        attempts = people.hand_ins.get((person.username, module.id), 0)
        submission = graded.get(person.username)
        if submission is not None:
            yield _graded(module, title, person, submission, attempts, text)
        elif attempts or person.is_expected:
            state = "handed-in" if attempts else "missing"
            yield (
                *_whose(module, title, person),
                text(f"export.state.{state}"),
                None,
                module.maximum,
                None,
                None,
                None,
                attempts,
                None,
            )


def _graded(
    module: ModuleRow,
    title: str,
    person: Person,
    submission: SubmissionRow,
    attempts: int,
    text: InterfaceText,
) -> tuple[Value, ...]:
    return (
        *_whose(module, title, person),
        text(f"export.state.{'waiting' if submission.waiting else 'graded'}"),
        max(0.0, submission.points - submission.penalty),  # as nbgrader counts
        module.maximum,
        submission.penalty,
        text(f"export.{'yes' if submission.late else 'no'}"),
        _local(submission.moment),
        attempts or None,  # the store does not know of one that was put in place by hand
        submission.waiting,
    )


def _whose(module: ModuleRow, title: str, person: Person) -> tuple[Value, ...]:
    return person.username, person.name, "; ".join(person.groups), module.id, title


def _local(moment: datetime | None) -> datetime | None:
    """Return the time on this machine's clock, without a zone."""
    return moment and moment.astimezone().replace(tzinfo=None, microsecond=0)
