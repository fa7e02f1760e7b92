"""``python -m bench.grading``: how fast a cohort is graded; see ``docs/performance.md``."""

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import commands, documents, grading_tables
from bench.course import REPOSITORY
from bench.machine import machine

sys.path.insert(0, str(REPOSITORY / "tests"))
# The tests know how to make a course and what is handed in to it.
from support import grading_paths
from support.random_submissions import Collected, Learners
from support.whole_module import MODULE, TWELVE, make_course

OUTPUT = REPOSITORY / "var" / "bench" / "grading.json"
DOCUMENT = REPOSITORY / "docs" / "performance.md"
PROGRAMS = Path(sys.executable).parent

#: How many submissions the batch gets for each one of the others'; a few more of them take it less
#: time than by how much its start varies.
BATCH_TIMES = 30

_FIRST = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what the command line asks for, or put what was measured into the document."""
    wanted = _arguments(arguments)
    if wanted.write_docs:
        _write_docs(wanted.output)
        return 0
    with tempfile.TemporaryDirectory(prefix="yongxin-bench-") as folder:
        run = Run(Path(folder), wanted.submissions, wanted.jobs)
        run.measure_ways(wanted.rounds, wanted.each)
        run.measure_small_cohort(wanted.small)
        run.measure_whole_cohort()
    run.result["machine"]["load_after"] = round(os.getloadavg()[0], 2)
    wanted.output.parent.mkdir(parents=True, exist_ok=True)
    wanted.output.write_text(json.dumps(run.result, indent=1) + "\n", encoding="utf-8")
    print(grading_tables.everything(run.result))
    print(f"\nAll figures: {wanted.output}")
    return 0


class Run:
    """One run; ``result`` holds its figures."""

    def __init__(self, folder: Path, submissions: int, jobs: int) -> None:
        self.result: dict[str, Any] = {
            "machine": machine(),
            "jobs": jobs,
            "ways": {},
            "whole": {},
            "gradebooks": [],
        }
        self._folder = folder
        _note("a course with twelve questions, one of each type")
        self._original = make_course(folder / "original", TWELVE)
        _note(f"{submissions} submissions")
        self._submissions = list(Learners(self._original, seed=1).hand_in(submissions))

    def measure_ways(self, rounds: int, each: int) -> None:
        """Grade the same submissions in each way, in turns; the medians are the result.

        What a command needs to start is known from grading one submission, and left out.
        """
        found: dict[str, list[dict[str, float]]] = {"stock": [], "plug-in": [], "batch": []}
        for number in range(rounds):
            for way, measured in found.items():
                count = each * (BATCH_TIMES if way == "batch" else 1)
                _note(f"round {number + 1} of {rounds}: {way}, {count} submissions")
                with self._copy() as root:
                    measured.append(self._measure_way(way, root, count))
        self.result["ways"] = {
            way: {name: statistics.median(one[name] for one in several) for name in several[0]}
            for way, several in found.items()
        }
        self.result["rounds"] = rounds

    def measure_small_cohort(self, submissions: int) -> None:
        """Time what a trainer waits for, without the indexes, which a big cohort could not do."""
        with self._copy() as root:
            self._put(root, 0, submissions)
            commands.run(self._command("batch", root), root)
            self._measure_gradebook(root, submissions, indexes=False)
            self._measure_gradebook(root, submissions, indexes=True)

    def measure_whole_cohort(self) -> None:
        """Grade everybody at once."""
        count = len(self._submissions)
        with self._copy() as root:
            self._put(root, 0, count)
            _note(f"the batch, {count} submissions")
            cost = commands.run(self._command("batch", root), root)
            self.result["whole"] = {
                "submissions": count,
                "seconds": cost.seconds,
                "cpu": cost.cpu_seconds,
                "peak_mib": cost.peak_mib,
            }
            _note("the same once more, nothing to do")
            again = commands.run(self._command("batch", root), root)
            self.result["whole"]["seconds_again"] = again.seconds
            self._measure_gradebook(root, count, indexes=True)

    def _measure_way(self, way: str, root: Path, count: int) -> dict[str, float]:
        if way == "stock":
            grading_paths.configure(root, grading_paths.STOCK)
        command = self._command(way, root)
        self._put(root, 0, _FIRST)
        start = commands.run(command, root)
        self._put(root, _FIRST, _FIRST + count)
        whole = commands.run(command, root)
        return {
            "submissions": count,
            "start": start.seconds,
            "seconds": (whole.seconds - start.seconds) / count,
            "cpu": (whole.cpu_seconds - start.cpu_seconds) / count,
            "peak_mib": whole.peak_mib,
        }

    def _measure_gradebook(self, root: Path, count: int, *, indexes: bool) -> None:
        _note(f"gradebook of {count}, {'with' if indexes else 'without'} indexes")
        if indexes:
            commands.run([PROGRAMS / "yongxin", "gradebook", "index"], root)
        program = [sys.executable, "-m", "bench.gradebook_queries", root, MODULE]
        found = json.loads(commands.run(program, REPOSITORY).output.splitlines()[-1])
        self.result["gradebooks"].append({"submissions": count, "indexes": indexes, **found})

    def _command(self, way: str, root: Path) -> Sequence[str | Path]:
        if way == "batch":
            return grading_paths.batch(root, jobs=self.result["jobs"]).command
        return grading_paths.nbgrader(root).command

    def _put(self, root: Path, begin: int, end: int) -> None:
        assert end <= len(self._submissions), "more submissions are asked for than there are"
        Collected(root).put(self._submissions[begin:end])

    @contextmanager
    def _copy(self) -> Iterator[Path]:
        """Copy the course for as long as it is needed; ten thousand submissions take a gigabyte."""
        root = shutil.copytree(self._original, self._folder / "course")
        try:
            yield root
        finally:
            shutil.rmtree(root)


def _write_docs(figures: Path) -> None:
    result = json.loads(figures.read_text(encoding="utf-8"))
    text = DOCUMENT.read_text(encoding="utf-8")
    made = grading_tables.by_name(result)
    DOCUMENT.write_text(documents.put(text, "grading", made), encoding="utf-8")
    shutil.copy(figures, DOCUMENT.with_suffix("") / figures.name)


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.grading", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="of stock, plug-in and batch")
    parser.add_argument("--each", type=int, default=30, help="submissions of a round")
    parser.add_argument("--small", type=int, default=2000, help="a cohort without indexes")
    parser.add_argument("--submissions", type=int, default=10_000, help="the whole cohort")
    parser.add_argument("--jobs", type=int, default=2, help="processes of the batch")
    parser.add_argument("--quick", action="store_true", help="a small version")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    parser.add_argument("--write-docs", action="store_true", help="put the last run into the docs")
    wanted = parser.parse_args(arguments)
    if wanted.quick:
        wanted.rounds, wanted.each, wanted.small, wanted.submissions = 1, 2, 60, 100
    wanted.submissions = max(wanted.submissions, wanted.small, _FIRST + wanted.each * BATCH_TIMES)
    wanted.output = wanted.output.absolute()
    return wanted


def _note(what: str) -> None:
    print(f"  {datetime.now(UTC):%H:%M:%S} {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
