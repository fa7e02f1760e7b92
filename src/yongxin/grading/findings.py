"""What was wrong with a hand-in, told to the trainer and kept beside what was graded of it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from yongxin.grading.private import read_plain_file, write_at_once
from yongxin.items.base import Model

FILE_NAME = "findings.json"
_MAXIMUM_BYTES = 1024 * 1024

#: More would only hide what matters; the last one then says how many there are.
MAXIMUM_FINDINGS = 50
_MAXIMUM_QUOTED = 60

FindingCode = Literal[
    # about the notebook
    "missing-notebook",
    "not-a-file",
    "too-large",
    "encoding",
    "not-json",
    "not-a-notebook",
    "older-format",
    # about one of its cells
    "damaged-cell",
    "missing-cell",
    "duplicate-cell",
    "unknown-cell",
    "retyped-cell",
    "changed-cell",
    # about what came with it
    "answers-refused",
    "link",
    "code-stopped",
    "more",
]


class Finding(Model):
    """One thing that was wrong with a hand-in.

    ``cell`` is the grade id of a released cell, ``detail`` one line of English for the trainer.
    """

    code: FindingCode
    cell: str | None = None
    detail: str


class Findings(Model):
    """The content of ``findings.json``."""

    version: Literal[1] = 1
    findings: tuple[Finding, ...]


def quote(text: str) -> str:
    """Return a learner's text short, on one line and in ASCII, fit for a finding."""
    return ascii(text[:_MAXIMUM_QUOTED])


def limited(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the first ``MAXIMUM_FINDINGS``, and in place of any others one that counts them."""
    every = tuple(findings)
    if len(every) <= MAXIMUM_FINDINGS:
        return every
    kept = every[: MAXIMUM_FINDINGS - 1]
    return (*kept, Finding(code="more", detail=f"{len(every) - len(kept)} more findings"))


def encode_findings(findings: Iterable[Finding]) -> bytes:
    """Return the content of ``findings.json``."""
    return Findings(findings=tuple(findings)).model_dump_json(indent=1).encode("utf-8") + b"\n"


def write_findings(folder: Path, findings: Iterable[Finding]) -> None:
    """Keep ``findings`` in the folder of an autograded submission, in one step.

    Where nothing was wrong there is no file; one that stands there (a learner may have handed in a
    file of that name) is removed. Raises ``OSError``.
    """
    path = folder / FILE_NAME
    found = tuple(findings)
    if not found:
        path.unlink(missing_ok=True)
        return
    write_at_once(path, encode_findings(found))


def read_findings(folder: Path) -> tuple[Finding, ...]:
    """Return what was wrong with the submission that was graded in ``folder``.

    Raises ``OSError``, ``TooLarge`` and pydantic's ``ValidationError`` when the file is not ours.
    """
    try:
        content = read_plain_file(folder / FILE_NAME, _MAXIMUM_BYTES)
    except FileNotFoundError:
        return ()
    return Findings.model_validate_json(content).findings
