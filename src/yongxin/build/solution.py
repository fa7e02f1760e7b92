"""Solution notebooks: the source of an exercise, with what only trainers read beside it.

Cells that learners get say so (``metadata.yongxin.audience == "learner"``); a release selects
exactly those. Everything else, the trainer's notes, simply never is selected.
"""

from collections.abc import Iterable

from nbformat import NotebookNode

from yongxin.build.markdown import in_both, interface_in_both, one_line
from yongxin.build.notebook import CellIds, code_cell, markdown_cell, notebook_bytes
from yongxin.build.trainer_notes import exemplar_note, item_note, rubric_note
from yongxin.content import Content
from yongxin.grading.grade_cell import BEGIN_SOLUTION, END_SOLUTION, compose
from yongxin.grading.reflection_cell import ANSWER_PREFIX
from yongxin.items import Item
from yongxin.items.reflection import Reflection
from yongxin.items.withdrawn import key_to
from yongxin.language import LANGUAGES

_LEARNER = {"audience": "learner"}
_TRAINER = {"audience": "trainer"}


def solution_notebook(content: Content, module_id: str) -> bytes:
    """Return the solution notebook of a module; it is in both languages at once."""
    module = content.modules[module_id]
    title = content.course.modules[module_id].title
    heading = in_both({language: one_line(title, language) for language in LANGUAGES})
    introduction = interface_in_both("course.exercise.introduction", separator="\n\n")
    items = [item for item in module.items if item.use == "graded"]
    reflections = [one for one in module.reflections if one.use == "graded"]
    exercise = _Exercise(one.id for one in (*items, *reflections))
    exercise.markdown("exercise_title", f"# {heading}\n\n{introduction}")
    exercise.code("exercise_import", "from yongxin import quiz, reflect, submit")
    exercise.heading("exercise_questions", "course.exercise.questions")
    for item in items:
        exercise.add_item(item)
    if reflections:
        exercise.heading("exercise_writing", "course.exercise.writing")
    for reflection in reflections:
        exercise.add_reflection(reflection)
    exercise.heading("exercise_hand-in", "course.exercise.hand-in")
    exercise.code("submit_exercise", "submit()")
    return notebook_bytes(
        f"{title.zh_cn} · {title.en}", {"module": module_id, "role": "solution"}, exercise.cells
    )


class _Exercise:
    """The cells of one exercise, numbered as learners see them."""

    def __init__(self, ids: Iterable[str]) -> None:
        self.cells: list[NotebookNode] = []
        self._ids = CellIds(ids)
        self._number = 0

    def markdown(self, name: str, source: str) -> None:
        self.cells.append(markdown_cell(self._ids.claim(name), source, yongxin=_LEARNER))

    def code(self, name: str, source: str) -> None:
        self.cells.append(code_cell(self._ids.claim(name), source, yongxin=_LEARNER))

    def heading(self, name: str, key: str) -> None:
        self.markdown(name, f"## {interface_in_both(key)}")

    def add_item(self, item: Item) -> None:
        key = key_to(item)
        self._question(item.id)
        grade_cell = code_cell(
            self._ids.claim(item.id),
            compose(item.id, key),
            yongxin=_LEARNER,
            nbgrader=_nbgrader(item.id, key.points, solution=False),
        )
        self.cells.append(grade_cell)
        self._note(item.id, item_note(item))

    def add_reflection(self, reflection: Reflection) -> None:
        self._question(reflection.id)
        self.code(reflection.id, f'reflect("{reflection.id}")')
        grade_id = f"{ANSWER_PREFIX}{reflection.id}"
        answer_cell = markdown_cell(
            self._ids.claim(f"answer_{reflection.id}"),
            "\n".join([BEGIN_SOLUTION, exemplar_note(reflection), END_SOLUTION]),
            yongxin=_LEARNER,
            nbgrader=_nbgrader(grade_id, reflection.points, solution=True),
        )
        self.cells.append(answer_cell)
        self._note(reflection.id, rubric_note(reflection))

    def _question(self, id: str) -> None:
        self._number += 1
        heading = interface_in_both("course.exercise.question", number=self._number)
        self.markdown(f"question_{id}", f"### {heading}")

    def _note(self, id: str, source: str) -> None:
        self.cells.append(markdown_cell(self._ids.claim(f"note_{id}"), source, yongxin=_TRAINER))


def _nbgrader(grade_id: str, points: float, *, solution: bool) -> dict[str, object]:
    """Return nbgrader's settings of a graded cell: scored by test, or marked by a person."""
    return {
        "grade": True,
        "grade_id": grade_id,
        "locked": not solution,
        "points": float(points),
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
