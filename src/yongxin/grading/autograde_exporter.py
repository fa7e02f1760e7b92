"""How ``nbgrader autograde`` reads and writes notebooks: whatever was handed in is read.

This module is imported by nbgrader, which takes seconds to import; import it nowhere else.
"""

# nbgrader and nbconvert ship no types, nbformat has some.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false

import copy
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat.v4 import new_notebook
from nbgrader.api import MissingEntry
from nbgrader.converters.base import NbGraderException
from nbgrader.nbgraderformat import ValidationError
from nbgrader.preprocessors import CheckCellMetadata, OverwriteCells, OverwriteKernelspec
from traitlets import default

from yongxin.grading.rebuild import Frame, read_handed_in

#: Where ``RebuildFromRelease`` finds what was read.
HANDED_IN = "yongxin_handed_in"


#: nbgrader's own steps that put back what the release leaves out. They ask the gradebook for each
#: cell, so they are taken once for a release and not for each hand-in.
_RESTORE: tuple[Any, ...] = (OverwriteKernelspec, OverwriteCells, CheckCellMetadata)


@dataclass(frozen=True)
class Frames:
    """A release as learners got it, and with its hidden tests as it is graded."""

    released: Frame
    graded: Frame


class AutogradeExporter(NotebookExporter):
    """Reads a handed-in notebook without taking offence, and a graded one as usual.

    nbconvert would fail at a notebook that is a link or a folder, no JSON, or against its schema.
    Here the pipeline gets an empty notebook and what could be read; ``RebuildFromRelease``, its
    first step, makes a sound one of it. One exporter serves all submissions of a command.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._frames: dict[Path, Frames] = {}

    @default("optimistic_validation")
    def _validate_once(self) -> bool:
        """Check the result, not what each of a dozen steps has made of a sound notebook."""
        return True

    def from_filename(
        self, filename: str, resources: Any = None, **settings: Any
    ) -> tuple[Any, Any]:
        """Read a notebook and put it through the steps."""
        if resources is None or not self._is_handed_in(filename, resources):
            return super().from_filename(filename, resources=resources, **settings)
        path = Path(filename)
        resources["metadata"] = {"name": path.stem, "path": str(path.parent)}
        resources[HANDED_IN] = read_handed_in(path)
        return self.from_notebook_node(new_notebook(), resources, **settings)

    def frames(self, released: Path, resources: Any) -> Frames:
        """Return the frames of a released notebook; it is read once.

        Raises ``NbGraderException`` when it cannot be read or is not what the gradebook knows.
        """
        if released not in self._frames:
            try:
                notebook = cast("Any", nbformat.read(released, as_version=4))
                restored = copy.deepcopy(notebook)
                for step in _RESTORE:
                    restored, _ = step(parent=self)(restored, resources)
            except (OSError, ValueError, ValidationError, MissingEntry) as error:
                raise NbGraderException(
                    f"the release {released} cannot be used ({error}); "
                    f"run `nbgrader generate_assignment {released.stem}`"
                ) from error
            self._frames[released] = Frames(Frame(notebook), Frame(restored))
        return self._frames[released]

    def _is_handed_in(self, filename: str, resources: Any) -> bool:
        """Say whether a notebook comes from a learner, and not from the step before."""
        converter: Any = self.parent
        directory = converter.coursedir
        names = resources["nbgrader"]
        folder = directory.format_path(
            directory.submitted_directory, names["student"], names["assignment"]
        )
        return os.path.normpath(Path(filename).parent) == os.path.normpath(folder)
