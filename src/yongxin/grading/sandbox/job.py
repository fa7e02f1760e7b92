"""What is asked of the sandbox and what it answers: plain data that can travel between machines."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from yongxin.items import JSON

#: One output of a cell in the form of nbformat 4.
Output: TypeAlias = dict[str, JSON]

_MEBIBYTE = 1024 * 1024


class SandboxMissing(Exception):
    """Learners' code cannot be locked in here; the message says why and how to mend it."""


@dataclass(frozen=True)
class Limits:
    """What the code of one submission may use.

    A cell that takes too long or puts out too much is stopped, and the next one goes on in the same
    kernel; whatever else is overstepped fails inside the kernel or ends it.
    """

    cell_seconds: float = 30
    notebook_seconds: float = 120
    #: Of one process as address space, and of all together as resident memory.
    memory_bytes: int = 2048 * _MEBIBYTE
    #: Threads count as well; a kernel alone has about a dozen.
    processes: int = 64
    #: Of the working folder, and again of ``/tmp``.
    disk_bytes: int = 64 * _MEBIBYTE
    #: Of one file.
    file_bytes: int = 32 * _MEBIBYTE
    #: Of one cell, pictures included.
    output_characters: int = 1_000_000


@dataclass(frozen=True)
class CodeJob:
    """The code of one submission.

    ``key`` comes back with the result and names the submission in messages. ``sources`` are
    executed in their order in one kernel. ``files`` lie in the folder where they run, by their
    path in it, such as ``data/prices.csv``.
    """

    key: str
    sources: tuple[str, ...]
    files: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    limits: Limits = Limits()


@dataclass(frozen=True)
class CellResult:
    """What one cell has put out.

    A cell that was stopped or never reached holds an output of the type ``error``, because nbgrader
    gives full marks to a test without any output.
    """

    outputs: tuple[Output, ...]
    execution_count: int | None = None


@dataclass(frozen=True)
class CodeResult:
    """What came of one job; ``cells`` answer to its sources, one to one.

    ``remarks`` tell the trainer in English what the code was stopped for. ``refused`` says why
    nothing was executed although the learner is not to blame; then there are no cells, and the
    submission must not be graded.
    """

    key: str
    cells: tuple[CellResult, ...] = ()
    remarks: tuple[str, ...] = ()
    refused: str | None = None


#: Runs jobs and yields each result as it comes, in any order; reads ahead no more than it needs.
CodeRunner: TypeAlias = Callable[[Iterable[CodeJob]], Iterator[CodeResult]]
