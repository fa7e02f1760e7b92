"""The steps of ``nbgrader generate_feedback`` that make our page.

This module imports nbgrader, which takes seconds; nbgrader imports it, nobody else need.
"""

# nbgrader and nbconvert ship no types.
# pyright: reportMissingTypeStubs=false

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Instance, Unicode, default

from yongxin.content import Content, load_content
from yongxin.grading import answers as answers_file
from yongxin.grading.answers import Answers
from yongxin.grading.feedback import (
    Feedback,
    FieldFeedback,
    ItemFeedback,
    Level,
    PartFeedback,
    ReflectionFeedback,
    Unexplained,
    Verdict,
)
from yongxin.grading.feedback_page import render
from yongxin.grading.grade_cell import find_key
from yongxin.grading.marking import Mark, Marking, read_marking
from yongxin.grading.reflection_cell import ANSWER_PREFIX, fields_in_words
from yongxin.grading.timestamp import format_timestamp
from yongxin.items import JSON, Item, Key, PublicItem, Score
from yongxin.items.reflection import ChoiceField, Reflection, ReflectionField
from yongxin.items.withdrawn import key_to
from yongxin.language import FIRST_LANGUAGE, LocalizedText

Asked = TypeVar("Asked", Item, Reflection)

_RESOURCE = "yongxin_feedback"


class CollectFeedback(NbGraderPreprocessor):
    """Gathers the facts of the feedback on one submission, for ``FeedbackExporter`` to write down.

    Points and comments come from the gradebook, questions and explanations from ``content/``,
    responses from ``answers.json``. The notebook itself is not read: it holds the hidden tests, and
    whatever else a submission may have brought.
    """

    content_directory = Unicode(
        "content", help="Where the course is written; relative to the course's root."
    ).tag(config=True)

    content = Instance(Content, help="The course as it is written; loaded once for a command.")

    @default("content")
    def _load_content(self) -> Content:
        return load_content(Path(self.content_directory))  # nbgrader works in the course's root

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Put the facts into ``resources``."""
        names = resources["nbgrader"]
        marking = read_marking(
            names["db_url"], names["notebook"], names["assignment"], names["student"]
        )
        handed_in = self._answers(Path(resources["metadata"]["path"]), names["student"])
        resources[_RESOURCE] = self._collect(marking, handed_in)
        return nb, resources

    def _answers(self, directory: Path, student: str) -> Answers | None:
        try:
            return answers_file.read(directory / answers_file.FILE_NAME, student)
        except answers_file.RefusedAnswers as error:
            self.log.warning("Feedback without answers: %s: %s", directory, error)
            return None

    def _collect(self, marking: Marking, handed_in: Answers | None) -> Feedback:
        module = self.content.modules.get(marking.module_id)
        listed = self.content.course.modules.get(marking.module_id)
        items = tuple(
            self._item(number, mark, find_key(marking.sources.get(mark.cell, "")), item, handed_in)
            for number, (mark, item) in enumerate(
                _in_order(
                    (one for one in marking.marks if not _is_reflection(one)),
                    {one.id: one for one in module.items} if module else {},
                ),
                start=1,
            )
        )
        reflections = tuple(
            _reflection_feedback(number, mark, reflection, handed_in)
            for number, (mark, reflection) in enumerate(
                _in_order(
                    (one for one in marking.marks if _is_reflection(one)),
                    {f"{ANSWER_PREFIX}{one.id}": one for one in module.reflections}
                    if module
                    else {},
                ),
                start=len(items) + 1,
            )
        )
        settled = sum(one.points or 0.0 for one in (*items, *reflections))
        return Feedback(
            module=marking.module_id,
            title=listed.title if listed else None,
            language=handed_in.language if handed_in else FIRST_LANGUAGE,
            timestamp=format_timestamp(marking.moment) if marking.moment else None,
            late=marking.late,
            score=round(max(0.0, settled - marking.late_penalty), 4),
            max_score=marking.maximum,
            late_penalty=marking.late_penalty,
            items=items,
            reflections=reflections,
            generated=datetime.now(UTC),
        )

    def _item(
        self, number: int, mark: Mark, key: Key | None, item: Item | None, handed_in: Answers | None
    ) -> ItemFeedback:
        if item is not None and key_to(item) != key:
            self.log.warning(
                "%s has been changed since it was released; its feedback has no explanation",
                mark.cell,
            )
            item = None
        return item_feedback(number, mark, key, item, handed_in)


class FeedbackExporter(Exporter):
    """Writes the page from what ``CollectFeedback`` gathered, and from nothing else."""

    output_mimetype = "text/html"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(
        self, nb: NotebookNode, resources: Any = None, **kw: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Return the page. Raises ``KeyError`` if ``CollectFeedback`` is not configured."""
        _, gathered = super().from_notebook_node(nb, resources, **kw)
        return render(dict(gathered)[_RESOURCE]), gathered


def _is_reflection(mark: Mark) -> bool:
    return mark.cell.startswith(ANSWER_PREFIX)


def _in_order(marks: Iterable[Mark], known: Mapping[str, Asked]) -> list[tuple[Mark, Asked | None]]:
    """Pair each mark with what its cell asks, in the course's order; cells unknown to it last."""
    places = {name: place for place, name in enumerate(known)}
    ordered = sorted(marks, key=lambda one: (places.get(one.cell, len(places)), one.cell))
    return [(mark, known.get(mark.cell)) for mark in ordered]


def item_feedback(
    number: int, mark: Mark, key: Key | None, item: Item | None, handed_in: Answers | None
) -> ItemFeedback:
    """Return what there is to say about one item.

    ``key`` is the released one, ``None`` for a cell of code; ``item`` is ``None`` when the course
    no longer asks what was released.
    """
    response = handed_in.response_to(mark.cell) if handed_in else None
    if item and handed_in and handed_in.learner is not None:
        item = item.for_learner(handed_in.learner)
    public = item.public() if item else None
    scored = _scored(key, item, handed_in)
    readable = scored.reason is None
    unexplained = _unexplained(key, item)
    explained = item if unexplained is None else None
    return ItemFeedback(
        id=mark.cell,
        number=number,
        rule=public.rule if public else None,
        stem=public.stem if public else None,
        response_text=_in_words(public, response) if public and readable else None,
        points=mark.points,
        max=mark.maximum,
        verdict=_verdict(mark, scored, key),
        # Nobody is told that they left empty what nobody need answer.
        reason=None if unexplained == "withdrawn" else scored.reason,
        explanation=explained.explanation if explained else None,
        unexplained=unexplained,
        parts=_parts(explained, response) if explained and readable else (),
    )


def _scored(key: Key | None, item: Item | None, handed_in: Answers | None) -> Score:
    """Score the response once more, to say why it earned nothing or that it can be read.

    Of a withdrawn item that is what its own key says; what it earned is another matter.
    """
    if handed_in is None:
        return Score(0.0, 0.0, "answers-refused")
    if key is None:
        return Score(0.0, 0.0)
    return handed_in.score(item.answer_key() if item and key.is_withdrawn else key)


def _unexplained(key: Key | None, item: Item | None) -> Unexplained | None:
    if key is None:
        return "code"
    if item is None:
        return "changed-since"
    if item.withdrawn:
        return "withdrawn"
    return "withheld" if item.withhold else None


def _verdict(mark: Mark, scored: Score, key: Key | None) -> Verdict:
    if mark.points is None:
        return "waiting"
    if key is not None and key.is_withdrawn:
        return "withdrawn"
    if scored.reason is not None and not mark.by_hand:
        return "unanswered" if scored.reason == "empty" else "unreadable"
    if mark.points >= mark.maximum:
        return "right"
    return "partly" if mark.points > 0 else "wrong"


def _in_words(item: PublicItem, response: JSON) -> LocalizedText | None:
    chinese, english = ("\n".join(item.in_words(response, one)) for one in ("zh-CN", "en"))
    return _both(chinese, english)


def _parts(item: Item, response: JSON) -> tuple[PartFeedback, ...]:
    public = item.public()
    names = public.part_names()
    return tuple(
        PartFeedback(
            id=chinese.id,
            name=names.get(chinese.id),
            chosen=not public.left_out(response, chinese.id),
            right=chinese.right,
            text=LocalizedText.model_validate({"zh-CN": chinese.text, "en": english.text}),
        )
        for chinese, english in zip(
            item.option_verdicts(response, "zh-CN"),
            item.option_verdicts(response, "en"),
            strict=True,
        )
    )


def _reflection_feedback(
    number: int, mark: Mark, reflection: Reflection | None, handed_in: Answers | None
) -> ReflectionFeedback:
    return ReflectionFeedback(
        id=mark.cell.removeprefix(ANSWER_PREFIX),
        number=number,
        prompt=reflection.prompt if reflection else None,
        fields=tuple(_fields(reflection, handed_in)) if reflection else (),
        points=mark.points,
        max=mark.maximum,
        comment=mark.comment,
        rubric=tuple(Level(level=one.level, text=one.text) for one in reflection.rubric)
        if reflection
        else (),
        withheld=reflection is not None and reflection.withhold,
    )


def _fields(reflection: Reflection, handed_in: Answers | None) -> Iterator[FieldFeedback]:
    written = handed_in.reflections.get(reflection.id) if handed_in else None
    texts = written.fields if written else {}
    chinese = fields_in_words(reflection.public(), texts, "zh-CN")
    english = fields_in_words(reflection.public(), texts, "en")
    for field, one, other in zip(reflection.fields, chinese, english, strict=True):
        yield FieldFeedback(
            label=field.label,
            text=_both(one.text, other.text),
            exemplar=None if reflection.withhold else _exemplar(reflection, field),
        )


def _exemplar(reflection: Reflection, field: ReflectionField) -> LocalizedText | None:
    value = (reflection.exemplar or {}).get(field.id)
    if isinstance(field, ChoiceField):
        return next((option.text for option in field.options if option.id == value), None)
    return value if isinstance(value, LocalizedText) else None


def _both(chinese: str, english: str) -> LocalizedText | None:
    """Return what was said in both languages, or ``None`` when it was nothing."""
    if not chinese.strip():
        return None
    return LocalizedText.model_validate({"zh-CN": chinese, "en": english})
