"""One exercise as graders need it: plain data that is made once and sent to every process."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from yongxin.grading.answers import Answers, score_of
from yongxin.grading.cell_outputs import tell_answer, tell_points
from yongxin.grading.exercise_template import ExerciseTemplate
from yongxin.grading.rebuild import (
    MAXIMUM_SOURCE,
    Frame,
    HandedIn,
    HandedInCell,
    Taken,
    parse_handed_in,
)
from yongxin.grading.reflection_cell import ANSWER_PREFIX, NO_RESPONSE
from yongxin.items.base import Key, Score
from yongxin.items.reflection import PublicReflection


@dataclass(frozen=True)
class AnswerCell:
    """A cell that a learner writes in; ``is_graded`` says whether a trainer gives it points."""

    grade_id: str
    released: str
    is_graded: bool


@dataclass(frozen=True)
class Assignment:
    """What grading one hand-in needs to know.

    ``released`` has a gap for the source of each answer cell; so has ``graded``, with the hidden
    tests back in their places, and besides a gap for the answer (``answer_gap``) and one for the
    points (``points_gap``) of each quiz cell. ``cells`` are the released cells, as if they were
    handed in; ``frame`` is made of the released notebook, ``graded_frame`` of the one to grade.

    By grade id: ``reflections`` are the reflections that answer cells are for, ``tests`` the cells
    with code that gives points, ``others`` those without an answer of their own to which a trainer
    gives points, ``tasks`` nbgrader's tasks.
    """

    module_id: str
    released: ExerciseTemplate
    graded: ExerciseTemplate
    cells: tuple[HandedInCell, ...]
    frame: Frame
    graded_frame: Frame
    keys: tuple[Key, ...]
    answer_cells: tuple[AnswerCell, ...]
    reflections: Mapping[str, PublicReflection]
    tests: tuple[str, ...]
    others: tuple[str, ...]
    tasks: tuple[str, ...]

    @property
    def automatic(self) -> tuple[str, ...]:
        """The grade ids of the cells whose points no trainer has to give."""
        return (*(key.id for key in self.keys), *self.tests)

    @property
    def has_code(self) -> bool:
        """Whether a learner's own code is a part of the exercise."""
        return bool(self.tests) or self.frame.has_code


@dataclass(frozen=True)
class Marks:
    """What goes into the gradebook, by grade id.

    A score of ``None`` waits for a trainer. A comment of ``None`` is none.
    """

    scores: Mapping[str, float | None]
    comments: Mapping[str, str | None]


def answer_gap(item_id: str) -> str:
    """Return the name of the gap for the answer to an item."""
    return f"answer {item_id}"


def points_gap(item_id: str) -> str:
    """Return the name of the gap for the points of an item."""
    return f"points {item_id}"


def take(assignment: Assignment, content: bytes | HandedIn, answers: Answers | None) -> Taken:
    """Return what is taken over from a handed-in notebook, which may have been read already.

    What a reflection's cell has lost is taken from the answers, which hold it as well.
    """
    handed_in = content if isinstance(content, HandedIn) else _read(assignment, content)
    return assignment.frame.take_with_answers(
        handed_in,
        answers,
        lambda one: assignment.reflections[f"{ANSWER_PREFIX}{one}"],
        assignment.reflections.keys(),
    )


def _read(assignment: Assignment, content: bytes) -> HandedIn:
    """Read a handed-in notebook.

    Most come as they were released, but for the answers. Telling that by their text takes a small
    part of the time that reading them takes.
    """
    try:
        texts = assignment.released.texts(content.decode("utf-8"))
    except UnicodeDecodeError:
        texts = None
    if texts is None or any(len(text) > MAXIMUM_SOURCE for text in texts.values()):
        return parse_handed_in(content)
    return HandedIn(
        tuple(
            replace(cell, source=texts[cell.grade_id]) if cell.grade_id in texts else cell
            for cell in assignment.cells
        )
    )


def score_keys(assignment: Assignment, answers: Answers | None) -> dict[str, Score]:
    """Score every quiz cell, by item id; without answers as if each had been left empty."""
    return {key.id: score_of(answers, key) for key in assignment.keys}


def fill(
    assignment: Assignment, taken: Taken, answers: Answers | None, scores: Mapping[str, Score]
) -> str:
    """Return the graded notebook of an exercise without code."""
    texts = dict(taken.answers)
    for item_id, scored in scores.items():
        response = None if answers is None else answers.response_to(item_id)
        texts[answer_gap(item_id)] = tell_answer(response, scored)
        texts[points_gap(item_id)] = tell_points(scored)
    return assignment.graded.filled(texts)


def mark(assignment: Assignment, taken: Taken, scores: Mapping[str, Score]) -> Marks:
    """Return what nbgrader's ``SaveAutoGrades`` would save, but for cells with code."""
    points: dict[str, float | None] = {one: scored.points for one, scored in scores.items()}
    comments: dict[str, str | None] = dict.fromkeys(assignment.tasks)
    for cell in assignment.answer_cells:
        untouched = taken.answers.get(cell.grade_id, cell.released) == cell.released
        comments[cell.grade_id] = NO_RESPONSE if untouched else None
        if cell.is_graded:
            points[cell.grade_id] = 0.0 if untouched else None
    return Marks({**points, **dict.fromkeys(assignment.others)}, comments)
