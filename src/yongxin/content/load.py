"""Loading and checking the content: the two things that others do with it."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from yongxin.content.checks import (
    check_assessments,
    check_course,
    check_exercises,
    check_files,
    check_ids,
    check_kept,
    check_lessons,
    check_missing,
    check_units,
    check_variants,
)
from yongxin.content.content import Content, ModuleContent
from yongxin.content.draft import Draft
from yongxin.content.finding import ContentError, Finding, Report
from yongxin.content.read import read_content


@dataclass(frozen=True)
class Examination:
    """All findings in order, how many things of each kind were examined, and the sound content.

    ``content`` is ``None`` as long as there is anything to mend.
    """

    findings: tuple[Finding, ...]
    examined: Counter[str]
    content: Content | None


def examine_content(directory: Path) -> Examination:
    """Read and check everything in a content folder. Never raises for what stands in the files."""
    report = Report()
    if not directory.is_dir():
        report.of(directory.name or str(directory)).add(1, "folder", "is missing")
        return Examination(tuple(report.findings()), report.examined, None)
    draft = read_content(directory, report)
    check_course(draft)
    check_ids(draft)
    check_units(draft)
    check_lessons(draft)
    check_kept(draft)
    check_exercises(draft)
    check_missing(draft)
    check_variants(draft, report)
    check_assessments(draft)
    check_files(draft, report)
    findings = tuple(report.findings())
    return Examination(findings, report.examined, None if findings else _content(draft))


def check_content(directory: Path) -> list[Finding]:
    """Return everything that has to be mended, sorted by file and line."""
    return list(examine_content(directory).findings)


def load_content(directory: Path) -> Content:
    """Return the content of a folder. Raises ``ContentError`` when anything has to be mended."""
    examination = examine_content(directory)
    if examination.content is None:
        raise ContentError(examination.findings)
    return examination.content


def _content(draft: Draft) -> Content | None:
    if draft.course is None or draft.curriculum is None:
        return None
    course = draft.course.value
    return Content(
        directory=draft.directory,
        course=course,
        modules={
            module_id: ModuleContent(
                id=module_id,
                lessons={language: sheet.value for language, sheet in module.lessons.items()},
                items=tuple(sheet.value for sheet in module.items.valid),
                reflections=tuple(sheet.value for sheet in module.reflections.valid),
                assessments=tuple(sheet.value for sheet in module.assessments.valid),
                images=module.images,
            )
            for _part, module_id, _module in course.modules_in_order()
            if (module := draft.modules.get(module_id)) is not None and module.lessons
        },
        glossary=tuple(sheet.value for sheet in draft.glossary.valid),
        sources={sheet.value.id: sheet.value for sheet in draft.sources.valid},
        curriculum=draft.curriculum.value,
    )
