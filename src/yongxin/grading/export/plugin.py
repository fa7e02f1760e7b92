"""``nbgrader export`` with our tables. nbgrader imports this module; nobody else need."""

# nbgrader ships no types.
# pyright: reportMissingTypeStubs=false

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import ExportPlugin
from traitlets import Bool, Enum, List, Unicode

from yongxin.catalogue import Catalogue, CatalogueError
from yongxin.grading.configuration import store_url
from yongxin.grading.export.exporting import Sources, Wanted, open_sheet, write_sheet
from yongxin.grading.export.people import UnknownName
from yongxin.language import FIRST_LANGUAGE, LANGUAGES
from yongxin.store import Store, StoreError


class GradesExport(ExportPlugin):
    """Writes a table that opens rightly in a spreadsheet: CSV, or xlsx if ``--to`` ends so."""

    table = Enum(
        ("modules", "items"),
        default_value="modules",
        help="A row for each learner and module, or for each question.",
    ).tag(config=True)
    language = Enum(LANGUAGES, default_value=FIRST_LANGUAGE, help="Of the headings.").tag(
        config=True
    )
    group = List(Unicode(), help="Only these groups.").tag(config=True)
    answers = Bool(False, help="With the table of questions: what people answered as well.").tag(
        config=True
    )
    store = Unicode(
        help="The database of the site, which knows groups and attempts; by default the course's "
        "own. Without one there are neither."
    ).tag(config=True)

    def export(self, gradebook: Gradebook) -> None:
        """Write the table; exit with a message when it cannot be done."""
        path = Path(self.to or "grades.csv")
        try:
            count = self._write(gradebook, path)
        except (UnknownName, CatalogueError, StoreError, OSError, ValueError) as error:
            sys.exit(f"nbgrader export: nothing was exported: {error}")
        self.log.info("Exported %d rows to %s", count, path)

    def _write(self, gradebook: Gradebook, path: Path) -> int:
        settings: Any = self  # whose traits have no types
        directory: CourseDirectory = settings.parent.coursedir
        root = Path(directory.root)
        wanted = Wanted(
            table=settings.table,
            language=settings.language,
            modules=tuple(map(str, settings.assignment)),
            groups=tuple(settings.group),
            usernames=tuple(map(str, settings.student)),
            answers=settings.answers,
        )
        with ExitStack() as stack:
            store = self._open_store(root)
            if store is not None:
                stack.enter_context(store)
            sources = Sources(gradebook, directory, Catalogue(root), store)
            sheet = open_sheet(sources, wanted)
            return write_sheet(sheet, path, "xlsx" if path.suffix == ".xlsx" else "csv")

    def _open_store(self, root: Path) -> Store | None:
        if self.store:
            return Store.open(self.store, migrate=False)
        url = store_url(root)
        is_there = Path(url.removeprefix("sqlite:///")).is_file()
        return Store.open(url, migrate=False) if is_there else None
