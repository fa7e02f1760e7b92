"""The gallery's own course: that of ``docs/items`` with a copy of each question for each state."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from yongxin.content import Content, ElementCall, Lesson, ModuleContent
from yongxin.content.models import Course, Curriculum
from yongxin.gallery.states import State, copy_id, states_of, told
from yongxin.items import Item
from yongxin.items.assessment import Assessment
from yongxin.items.base import Use
from yongxin.items.reflection import Reflection
from yongxin.items.scenario import Scenario
from yongxin.language import LANGUAGES, Language, LocalizedText
from yongxin.text import interface_text

#: The module whose exercise is handed in and graded, and what it covers.
HANDED_IN = "handed-in"
HANDED_IN_UNIT = "B-01"
RECAP = "recap"

#: What can be copied; a simulator has no text of its own that could name a state.
Copied: TypeAlias = Item | Reflection | Assessment


@dataclass(frozen=True)
class Copy:
    """A copy of an element in one state. ``original`` is the id in ``docs/items``."""

    original: str
    state: State
    element: Copied

    @property
    def name(self) -> str:
        """The element's name, such as ``quiz:pool-notice-wrong``."""
        return f"{_kind(self.element)}:{self.element.id}"

    @property
    def use(self) -> Use:
        """Whether the element stands in a lesson or in an exercise."""
        return _use(self.element)


#: Says whether there is a response with which an element (by its id) comes into a state.
Known = Callable[[str, State], bool]


def gallery_copies(content: Content, known: Known) -> dict[str, tuple[Copy, ...]]:
    """Return the copies in each module of the gallery.

    Those are the modules of ``content``, and ``HANDED_IN`` with all that is graded once more.
    """
    modules = content.modules.values()
    copies = {one.id: tuple(_copies(one, known, handed_in=False)) for one in modules}
    again = (copy for one in modules for copy in _copies(one, known, handed_in=True))
    return copies | {HANDED_IN: tuple(again)}


def write_content(content: Content, copies: Mapping[str, tuple[Copy, ...]], target: Path) -> None:
    """Write the gallery's course into the folder ``target``."""
    for module_id in copies:
        _write_module(target / module_id, copies[module_id])
        for language in LANGUAGES:
            lesson = (
                _handed_in_lesson(language)
                if module_id == HANDED_IN
                else "".join(_lesson(content.modules[module_id].lessons[language], copies))
            )
            _write(target / module_id / f"lesson.{language}.md", lesson)
    _write(target / "course.yaml", _yaml(_dump(_course(content.course))))
    _write(target / "curriculum.yaml", _yaml(_dump(_curriculum(content.curriculum))))
    _write(target / "glossary.yaml", _yaml([]))
    _write(target / "sources.yaml", _yaml([]))


def _copies(module: ModuleContent, known: Known, *, handed_in: bool) -> Iterator[Copy]:
    for one in (*module.items, *module.reflections, *module.assessments):
        if _use(one) == "graded" or not handed_in:
            for state in states_of(_kind(one), _use(one), handed_in=handed_in):
                if known(one.id, state):
                    yield Copy(one.id, state, _copy(one, state, handed_in=handed_in))


def _course(course: Course) -> Course:
    """Return the course with a module more, whose exercise is handed in and graded."""
    (part,) = course.parts
    title = _both("gallery.handed-in.title")
    last = course.modules[part.modules[-1]]
    handed_in = last.model_copy(
        update={
            "title": title,
            "deck_section": _both("gallery.handed-in.section"),
            "units": (HANDED_IN_UNIT, HANDED_IN_UNIT),
        }
    )
    second = part.model_copy(
        update={"id": HANDED_IN, "deck": HANDED_IN_UNIT[0], "title": title, "modules": (HANDED_IN,)}
    )
    return course.model_copy(
        update={"parts": (part, second), "modules": {**course.modules, HANDED_IN: handed_in}}
    )


def _curriculum(curriculum: Curriculum) -> Curriculum:
    units = {**curriculum.units, HANDED_IN_UNIT: _both("gallery.handed-in.title")}
    return curriculum.model_copy(update={"units": units})


def _kind(element: Copied) -> str:
    return {Reflection: "reflect", Assessment: "assess"}.get(type(element), "quiz")


def _use(element: Copied) -> Use:
    return "practice" if isinstance(element, Assessment) else element.use


def _copy(one: Copied, state: State, *, handed_in: bool) -> Copied:
    asks = {Reflection: "prompt", Assessment: "title"}.get(type(one), "stem")
    return one.model_copy(
        update={
            "id": copy_id(one.id, state, handed_in=handed_in),
            asks: told(getattr(one, asks), state),
            "units": (HANDED_IN_UNIT,) if handed_in else one.units,
        }
    )


def _both(key: str) -> LocalizedText:
    return LocalizedText.model_validate({one: interface_text(one)(key) for one in LANGUAGES})


def _write_module(folder: Path, copies: tuple[Copy, ...]) -> None:
    folder.mkdir(parents=True)
    files: dict[str, list[Any]] = {
        "items": [],
        "scenarios": [],
        "reflections": [],
        "assessments": [],
    }
    for one in copies:
        files[_file(one.element)].append(_dump(one.element))
    for name, entries in files.items():
        _write(folder / f"{name}.yaml", _yaml(entries))


def _file(element: Copied) -> str:
    if isinstance(element, Item):
        return "scenarios" if isinstance(element, Scenario) else "items"
    return "reflections" if isinstance(element, Reflection) else "assessments"


def _lesson(lesson: Lesson, copies: Mapping[str, tuple[Copy, ...]]) -> Iterator[str]:
    """Yield the lesson as it was written, each call repeated for the copies of what it calls."""
    practice = [copy for module in copies.values() for copy in module if copy.use == "practice"]
    yield f"# {lesson.title}\n\n{lesson.introduction}\n\n"
    for section in lesson.sections:
        yield f"## {section.title} {{#{section.id}}}\n\n"
        if section.units:
            yield f"<!-- units: {' '.join(section.units)} -->\n\n"
        for block in section.blocks:
            if not isinstance(block, ElementCall):
                yield f"{block.markdown}\n\n"
                continue
            for one in block.ids:
                ids = [copy.element.id for copy in practice if copy.original == one] or [one]
                yield from (f'```yongxin\n{block.verb}("{each}")\n```\n\n' for each in ids)


def _handed_in_lesson(language: Language) -> str:
    text = interface_text(language)
    return (
        f"# {text('gallery.handed-in.title')}\n\n"
        f"## {text('gallery.handed-in.heading')} {{#{RECAP}}}\n\n"
        f"<!-- units: {HANDED_IN_UNIT} -->\n\n"
        f"{text('gallery.handed-in.words')}\n"
    )


def _dump(model: Any) -> Any:
    return model.model_dump(mode="json", exclude_none=True)


def _yaml(value: Any) -> str:
    # JSON is YAML, and nobody reads these files.
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
