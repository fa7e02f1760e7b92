"""The public data of the course: its structure, and what can be asked in each module.

Everything here is selected, field by field, from the authored content: nothing is copied and then
stripped. The models are the catalogue's own, so what a build writes is what a reader expects.
"""

import json
from collections.abc import Iterator
from typing import cast

from pydantic import BaseModel

from yongxin.catalogue import (
    Bank,
    CompletionRule,
    PublicCourse,
    PublicModule,
    PublicPart,
    PublicPath,
    PublicTerm,
    SectionLink,
)
from yongxin.content import Content, ModuleContent
from yongxin.content.models import Completion, Term
from yongxin.items import AnyItem, AnyPublicItem
from yongxin.items.withdrawn import asked
from yongxin.language import FIRST_LANGUAGE, LANGUAGES, LocalizedText


def public_course(content: Content) -> PublicCourse:
    """Select the structure of the course, modules in preparation included."""
    course = content.course
    return PublicCourse(
        languages=course.languages,
        title=course.title,
        pass_mark=course.pass_mark,
        attempts=course.attempts,
        parts=tuple(
            PublicPart(id=part.id, deck=part.deck, title=part.title, modules=part.modules)
            for part in course.parts
        ),
        modules={
            module_id: PublicModule(
                id=module_id,
                title=module.title,
                deck_section=module.deck_section,
                units=module.units,
                minutes=module.minutes,
                status=module.status,
            )
            for _, module_id, module in course.modules_in_order()
        },
        paths=tuple(
            PublicPath(
                id=path.id,
                title=path.title,
                audience=path.audience,
                modules=path.modules,
                completion=_rule(path.completion, course.pass_mark),
            )
            for path in course.paths
        ),
        glossary=tuple(_public_terms(content)),
    )


def _rule(completion: Completion, pass_mark: float) -> CompletionRule:
    counts = completion.reflections == "accepted"
    return CompletionRule(
        version=completion.version,
        viewed=completion.viewed,
        pass_mark=pass_mark if completion.pass_mark is None else completion.pass_mark,
        reflection_mark=completion.reflection_mark if counts else None,
    )


def _public_terms(content: Content) -> Iterator[PublicTerm]:
    """Select the terms that a released module uses."""
    released = [
        module_id
        for _, module_id, module in content.course.modules_in_order()
        if module.status == "released"
    ]
    for term in content.glossary:
        modules = tuple(one for one in released if _uses(content.modules[one], term))
        if modules:
            yield PublicTerm(
                id=term.id,
                term=LocalizedText.model_validate({"zh-CN": term.zh_cn, "en": term.en}),
                definition=term.definition,
                modules=modules,
            )


def _uses(module: ModuleContent, term: Term) -> bool:
    """Say whether a lesson uses a term: the Chinese one, where no word is ever inflected."""
    return any(term.zh_cn in passage.name for passage in module.lessons["zh-CN"].passages)


def public_bank(module_id: str, module: ModuleContent) -> Bank:
    """Select what a module may show before grading: no key and no explanation of a graded item."""
    exercise = tuple(exercise_elements(module))
    practice = tuple(item for item in module.items if item.use == "practice")
    graded = tuple(asked(item) for item in module.items if item.use == "graded")
    return Bank(
        module=module_id,
        # Every item is of one of the types that these unions list; only the base class says less.
        practice=cast("tuple[AnyItem, ...]", practice),
        graded=cast("tuple[AnyPublicItem, ...]", graded),
        reflections=tuple(reflection.public() for reflection in module.reflections),
        assessments=module.assessments,
        lesson={
            language: tuple(
                SectionLink(id=section.id, title=section.title)
                for section in module.lessons[language].sections
            )
            for language in LANGUAGES
        },
        elements=tuple(dict.fromkeys((*_lesson_elements(module), *exercise))),
        exercise=exercise,
        mastery=tuple(item.id for item in module.items if item.mastery),
    )


def exercise_elements(module: ModuleContent) -> Iterator[str]:
    """Yield the names of the graded elements in the order of the exercise."""
    yield from (f"quiz:{item.id}" for item in module.items if item.use == "graded")
    yield from (f"reflect:{one.id}" for one in module.reflections if one.use == "graded")


def _lesson_elements(module: ModuleContent) -> Iterator[str]:
    """Yield the names of the lesson's elements; both languages have the same ones in one order."""
    for call in module.lessons[FIRST_LANGUAGE].calls:
        yield from call.names


def data_bytes(model: BaseModel) -> bytes:
    """Return a data file as it is committed: readable lines, fields in the order of the model."""
    data = model.model_dump(mode="json")
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()
