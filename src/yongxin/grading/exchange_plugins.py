"""nbgrader's default exchange, made private and free of links.

The stock classes suit a folder that every learner's own account may write to. Ours belongs to one
service account, so it is nobody else's business and holds nothing that this account did not put
there.
"""

# nbgrader ships no types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

import os
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.exchange.default import (
    ExchangeCollect,
    ExchangeReleaseAssignment,
    ExchangeSubmit,
)
from traitlets import Instance, Unicode

from yongxin.grading import answers
from yongxin.grading.private import find_link, make_private
from yongxin.grading.timestamp import format_timestamp


class ReleaseAssignment(ExchangeReleaseAssignment):
    """Releases into an exchange that stays private; the stock class opens it to everybody."""

    def ensure_root(self) -> None:
        """Create the exchange if need be, and let only its owner in."""
        try:
            make_private(Path(self.root))
        except OSError as error:
            self.fail(f"The exchange {self.root} cannot be made private: {error.strerror}")

    def init_src(self) -> None:
        """Find the exercise, and refuse one that would carry more than a notebook and its data."""
        super().init_src()
        link = find_link(Path(self.src_path))
        if link is not None:
            self.fail(f"{link} is a link; a release is made of plain files")
        if Path(self.src_path, answers.FILE_NAME).exists():
            self.fail(f"{self.src_path} holds {answers.FILE_NAME}, which belongs to a learner")


class Collect(ExchangeCollect):
    """Collects submissions, except those that hold links or too much.

    nbgrader copies what a link points at, which may be the gradebook, and a submission's size
    limit does not see it. At a submission that is too large, nbgrader stops collecting.
    """

    def init_src(self) -> None:
        """Find each learner's last submission; leave out, with an error in the log, any bad one."""
        super().init_src()
        sound: list[dict[str, Any]] = []
        for record in self.src_records:
            reason = self._reason_against(Path(self.inbound_path, record["filename"]))
            if reason is None:
                sound.append(record)
            else:
                self.log.error("Not collected: %s %s", record["filename"], reason)
        self.src_records = sound

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copy a submission, and put an empty notebook where there is none.

        nbgrader grades only what has a notebook, but the answers count without one.
        """
        super().do_copy(src, dest, log)
        directory: Any = self.coursedir
        notebook = Path(dest, f"{directory.assignment_id}.ipynb")
        if not notebook.exists():
            self.log.error("%s was handed in without its notebook", notebook)
            notebook.touch()

    def _reason_against(self, folder: Path) -> str | None:
        link = find_link(folder)
        if link is not None:
            return f"holds a link ({link.name})"
        directory: Any = self.coursedir
        maximum = directory.max_dir_size
        if self.get_size(folder) > 1000 * maximum:
            return f"has more than {maximum} kB (CourseDirectory.max_dir_size)"
        return None


class Submit(ExchangeSubmit):
    """Submits at a given moment and in one step.

    nbgrader writes into the exchange folder file by file; here the whole submission is written to
    ``staging`` first and then renamed, so that neither a crash nor a full disk leaves a part of a
    submission where ``nbgrader collect`` would take it.
    """

    moment = Instance(datetime, help="When the learner handed in; aware of its time zone.")
    staging = Unicode(help="An empty folder on the same file system as the exchange.")

    def set_timestamp(self) -> None:
        """Use the moment that the caller recorded; always in UTC."""
        self.timestamp = format_timestamp(self.moment)

    def init_dest(self) -> None:
        """Find the submission's place in the exchange, and write to the staging folder first."""
        super().init_dest()
        self.destination = Path(self.inbound_path, self.assignment_filename)
        self.inbound_path = self.staging

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copy what is handed in, once.

        nbgrader makes a second copy for the learner's own account. Here that is thrown away at
        once, so only its folder is made, for the small files that come with it.
        """
        if Path(dest).is_relative_to(self.cache_path):
            Path(dest).mkdir()
        else:
            super().do_copy(src, dest, log)

    def copy_files(self) -> None:
        """Write the submission, make it durable, then move it to its place."""
        super().copy_files()
        staged = Path(self.staging, self.assignment_filename)
        for path in [*staged.rglob("*"), staged]:
            _flush(path)
        staged.rename(self.destination)
        _flush(self.destination.parent)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
