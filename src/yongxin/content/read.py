"""Reading a content folder, file by file."""

from pathlib import Path
from typing import TypeGuard, TypeVar

from pydantic import TypeAdapter

from yongxin.content.draft import Draft, Entries, LessonSheet, ModuleDraft, NamedId, Sheet
from yongxin.content.finding import FileReport, Report
from yongxin.content.images import read_images
from yongxin.content.lesson_file import parse_lesson
from yongxin.content.models import Course, Curriculum, Source, Term
from yongxin.content.text_file import read_text
from yongxin.content.validation import validate
from yongxin.content.yaml_file import Data, Document, parse_yaml
from yongxin.items import AnyItem, Item
from yongxin.items.assessment import Assessment
from yongxin.items.reflection import Reflection
from yongxin.language import LANGUAGES, Language

Value = TypeVar("Value")

COURSE_FILES = ("course.yaml", "curriculum.yaml", "glossary.yaml", "sources.yaml")
LESSON_FILES: dict[Language, str] = {language: f"lesson.{language}.md" for language in LANGUAGES}
MODULE_FILES = (
    *LESSON_FILES.values(),
    "items.yaml",
    "scenarios.yaml",
    "reflections.yaml",
    "assessments.yaml",
)
IMAGE_FOLDER = "images"


def read_content(directory: Path, report: Report) -> Draft:
    """Read everything in a content folder that belongs there, and report what cannot be read."""
    reader = _Reader(directory.resolve(), report)
    course = reader.sheet("course.yaml", TypeAdapter(Course))
    return Draft(
        directory=reader.directory,
        course=course,
        curriculum=reader.sheet("curriculum.yaml", TypeAdapter(Curriculum)),
        glossary=reader.entries("glossary.yaml", TypeAdapter(Term), counted="terms"),
        sources=reader.entries("sources.yaml", TypeAdapter(Source), counted="sources"),
        modules={
            module_id: reader.module(module_id, released=module.status == "released")
            for module_id, module in (course.value.modules.items() if course else ())
            if module.status == "released" or (reader.directory / module_id).is_dir()
        },
    )


class _Reader:
    def __init__(self, directory: Path, report: Report) -> None:
        self.directory = directory
        self._report = report
        self._items: TypeAdapter[Item] = TypeAdapter(AnyItem)
        self._reflections = TypeAdapter(Reflection)
        self._assessments = TypeAdapter(Assessment)

    def sheet(self, path: str, adapter: TypeAdapter[Value]) -> Sheet[Value] | None:
        """Read a file that is one value."""
        report = self._file(path)
        document = self._document(path, report)
        if document is None:
            return None
        value = validate(adapter, document, (), report)
        return None if value is None else Sheet(value, report, document)

    def entries(self, path: str, adapter: TypeAdapter[Value], *, counted: str) -> Entries[Value]:
        """Read a file that is a list of entries with ids; a bad entry does not hide the others."""
        report = self._file(path)
        document = self._document(path, report)
        if document is None:
            return Entries(ids=None)
        if not _is_list(document.data):
            report.add(1, "file", "needs a list: entries that begin with - id:")
            return Entries(ids=None)
        valid: list[Sheet[Value]] = []
        ids: list[NamedId] = []
        for index, data in enumerate(document.data):
            self._report.examined[counted] += 1
            value = validate(adapter, document, (index,), report)
            if value is not None:
                valid.append(Sheet(value, report, document, (index,)))
            entry_id = data.get("id") if _is_mapping(data) else None
            if isinstance(entry_id, str):
                ids.append(NamedId(entry_id, document.line((index, "id")), report))
        return Entries(tuple(valid), tuple(ids))

    def module(self, module_id: str, *, released: bool) -> ModuleDraft:
        """Read one module's folder."""
        self._report.examined["modules"] += 1
        draft = ModuleDraft(module_id)
        folder = self.directory / module_id
        begun = released or any((folder / name).exists() for name in LESSON_FILES.values())
        for language, name in LESSON_FILES.items():
            report = self._file(f"{module_id}/{name}")
            text = read_text(folder / name, report) if begun else None
            if text is not None:
                lesson, broken = parse_lesson(text, report)
                draft.lessons[language] = LessonSheet(lesson, report, broken)
                self._report.examined["lessons"] += 1
                self._report.examined["sections"] += len(lesson.sections)
        if begun or (folder / "items.yaml").exists():
            draft.items = self.entries(f"{module_id}/items.yaml", self._items, counted="items")
        if (folder / "scenarios.yaml").exists():
            # Items like the others, in a file of their own because each is a page long.
            draft.items = draft.items.and_those_of(
                self.entries(f"{module_id}/scenarios.yaml", self._items, counted="scenarios")
            )
        if (folder / "reflections.yaml").exists():
            draft.reflections = self.entries(
                f"{module_id}/reflections.yaml", self._reflections, counted="reflections"
            )
        if (folder / "assessments.yaml").exists():
            draft.assessments = self.entries(
                f"{module_id}/assessments.yaml", self._assessments, counted="self-assessments"
            )
        draft.images = read_images(folder / IMAGE_FOLDER, self._file, self._report)
        return draft

    def _file(self, path: str | Path) -> FileReport:
        relative = Path(path).relative_to(self.directory) if isinstance(path, Path) else Path(path)
        return self._report.of(f"{self.directory.name}/{relative.as_posix()}")

    def _document(self, path: str, report: FileReport) -> Document | None:
        text = read_text(self.directory / path, report)
        if text is None:
            return None
        self._report.examined["files"] += 1
        return parse_yaml(text, report)


def _is_mapping(data: Data) -> TypeGuard[dict[str, Data]]:
    return isinstance(data, dict)


def _is_list(data: Data) -> TypeGuard[list[Data]]:
    return isinstance(data, list)
