"""Exporting marks: from the gradebook, the roster and the answers to a file.

This module imports nbgrader, which takes seconds.
"""

# nbgrader ships no types.
# pyright: reportMissingTypeStubs=false

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory

from yongxin.catalogue import Catalogue, UnknownId
from yongxin.grading import answers
from yongxin.grading.export import csv_file, items_table, modules_table, xlsx_file
from yongxin.grading.export.gradebook_rows import (
    ModuleRow,
    read_marks,
    read_modules,
    read_names,
    read_sources,
    read_submissions,
)
from yongxin.grading.export.people import People, read_people, require_known
from yongxin.grading.export.sheet import Sheet, Value
from yongxin.items import PublicItem
from yongxin.items.reflection import PublicReflection
from yongxin.language import FIRST_LANGUAGE, Language
from yongxin.store import Store
from yongxin.text import InterfaceText, interface_text

TableName = Literal["modules", "items"]
FileFormat = Literal["csv", "xlsx"]


@dataclass(frozen=True)
class Wanted:
    """What to export. An empty selection means everything; ``answers`` is for items only."""

    table: TableName = "modules"
    language: Language = FIRST_LANGUAGE
    modules: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    usernames: tuple[str, ...] = ()
    answers: bool = False


@dataclass(frozen=True)
class Sources:
    """Where the facts come from; without a ``store`` there are no groups and no attempts."""

    gradebook: Gradebook
    directory: CourseDirectory
    catalogue: Catalogue
    store: Store | None


def open_sheet(sources: Sources, wanted: Wanted) -> Sheet:
    """Return the table that is wanted. Its rows are read from the gradebook as they are written.

    Raises ``UnknownName`` for a module, group or learner that does not exist; reading the rows
    raises what the catalogue raises.
    """
    text = interface_text(wanted.language)
    modules = _modules(sources, wanted)
    names = read_names(sources.gradebook)
    people = read_people(sources.store, names).selected(wanted.groups, wanted.usernames)
    if wanted.table == "modules":
        columns = modules_table.columns(text)
        rows = _module_rows(sources, modules, people, text)
    else:
        columns = items_table.columns(text, with_answers=wanted.answers)
        rows = _item_rows(sources, modules, people, text, with_answers=wanted.answers)
    return Sheet(text(f"export.{wanted.table}"), columns, rows)


def write_sheet(sheet: Sheet, path: Path, file_format: FileFormat) -> int:
    """Put the table at ``path`` in one step, readable for its owner only; return its rows' number.

    CSV begins with a byte order mark, without which Excel would not read it as UTF-8. Raises
    ``OSError``.
    """
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as name:
        arriving = Path(name, path.name)
        if file_format == "xlsx":
            with arriving.open("wb") as file:
                count = xlsx_file.write(sheet, file)
        else:
            with arriving.open("w", encoding="utf-8-sig", newline="") as file:
                count = csv_file.write(sheet, file)
        arriving.chmod(0o600)
        arriving.replace(path)
    return count


def _modules(sources: Sources, wanted: Wanted) -> list[ModuleRow]:
    """Return the modules that are wanted, in the order of the course."""
    known = {one.id: one for one in read_modules(sources.gradebook)}
    require_known("module in the gradebook", wanted.modules, known)
    in_order = [one for one in sources.catalogue.course.modules if one in known]
    in_order += [one for one in known if one not in in_order]
    return [known[one] for one in in_order if not wanted.modules or one in wanted.modules]


def _module_rows(
    sources: Sources, modules: list[ModuleRow], people: People, text: InterfaceText
) -> Iterator[tuple[Value, ...]]:
    for module in modules:
        listed = sources.catalogue.course.modules.get(module.id)
        title = listed.title.in_language(text.language) if listed else module.id
        graded = read_submissions(sources.gradebook, module.id)
        yield from modules_table.rows(module, title, people, graded, text)


def _item_rows(
    sources: Sources,
    modules: list[ModuleRow],
    people: People,
    text: InterfaceText,
    *,
    with_answers: bool,
) -> Iterator[tuple[Value, ...]]:
    for module in modules:
        table = items_table.ItemsTable(
            module_id=module.id,
            cells=items_table.cells(
                read_sources(sources.gradebook, module.id), _asked(sources.catalogue, module.id)
            ),
            people=people,
            read_answers=_AnswersReader(sources.directory, module.id),
            text=text,
            with_answers=with_answers,
        )
        yield from table.rows(read_marks(sources.gradebook, module.id))


def _asked(catalogue: Catalogue, module_id: str) -> tuple[PublicItem | PublicReflection, ...]:
    try:
        bank = catalogue.bank(module_id)
    except UnknownId:
        return ()  # the course has it no longer
    return (*bank.graded, *bank.reflections)


@dataclass(frozen=True)
class _AnswersReader:
    """Reads the answers that were graded, which stand beside the autograded notebook."""

    directory: CourseDirectory
    module_id: str

    def __call__(self, username: str) -> answers.Answers | None:
        folder = self.directory.format_path(
            self.directory.autograded_directory, username, self.module_id
        )
        try:
            return answers.read(Path(folder, answers.FILE_NAME), username)
        except answers.RefusedAnswers:
            return None
