"""Real code cells of learners: executed in a stock kernel that is locked in a sandbox.

Quiz cells are data and never come here. How a notebook goes through::

    cells = cells_to_execute(notebook, scored=indices of the quiz cells)
    if cells:
        job = job_of(notebook, cells, key="han.meimei", files=files_beside(folder))
        result = run_code(job)          # SandboxMissing without bubblewrap
        if result.refused is None:
            fill_in(notebook, cells, result)

``runner`` makes a ``CodeRunner`` for many jobs on this machine;
``yongxin.grading.cluster`` makes one for a Dask cluster.
"""

from yongxin.grading.sandbox.cells import (
    cells_to_execute,
    files_beside,
    fill_in,
    findings_of,
    job_of,
)
from yongxin.grading.sandbox.job import (
    CellResult,
    CodeJob,
    CodeResult,
    CodeRunner,
    Limits,
    Output,
    SandboxMissing,
)
from yongxin.grading.sandbox.run import require_sandbox, run_code, runner

__all__ = [
    "CellResult",
    "CodeJob",
    "CodeResult",
    "CodeRunner",
    "Limits",
    "Output",
    "SandboxMissing",
    "cells_to_execute",
    "files_beside",
    "fill_in",
    "findings_of",
    "job_of",
    "require_sandbox",
    "run_code",
    "runner",
]
