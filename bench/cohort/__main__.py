"""``python -m bench.cohort``: what the pages of trainers and HR cost; see docs/performance.md."""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench import documents, hosts
from bench.cohort import tables
from bench.cohort.addresses import PAGES, unmeasured
from bench.cohort.making import cohort, copy_marks, note
from bench.cohort.measuring import measure
from bench.course import REPOSITORY
from bench.machine import machine

OUTPUT = REPOSITORY / "var" / "bench" / "cohort.json"
DOCUMENT = REPOSITORY / "docs" / "performance.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what the command line asks for; return 1 when a bar does not hold."""
    wanted = _arguments(arguments)
    if wanted.write_docs:
        _write_docs(wanted.output)
        return 0
    missing = unmeasured()
    if missing:
        print(f"bench/cohort/addresses.py names no page of: {', '.join(sorted(missing))}")
        return 1
    for name in ("YONGXIN_COURSE", "YONGXIN_STATE", "YONGXIN_STORE", "YONGXIN_LANGUAGE"):
        os.environ.pop(name, None)
    pages = [one for one in PAGES if wanted.only is None or wanted.only in one.name]
    with _folder(wanted.folder) as folder:
        made = cohort(folder, wanted.learners, wanted.modules, seed=wanted.seed)
        note("marks of the gradebook that the store has not got yet")
        copying = copy_marks(made)
        result = {
            "machine": machine(),
            "learners": made.learners,
            "modules": len(made.modules),
            "rounds": wanted.rounds,
            "copying": copying,
        }
        options = ["--log-format=json", f"--trainers-folder={made.course}", *wanted.site]
        with hosts.site(made.course, made.state, *options) as site:
            result |= measure(site, made, pages, wanted.rounds)
    result["machine"]["load_after"] = round(os.getloadavg()[0], 2)
    wanted.output.parent.mkdir(parents=True, exist_ok=True)
    wanted.output.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(tables.everything(result))
    print(f"\nAll figures: {wanted.output}")
    return int(any(one.holds is False for one in tables.bars(result)))


@contextmanager
def _folder(named: Path | None) -> Iterator[Path]:
    if named is not None:
        yield named
        return
    with tempfile.TemporaryDirectory(prefix="yongxin-bench-") as folder:
        yield Path(folder, "cohort")


def _write_docs(figures: Path) -> None:
    result = json.loads(figures.read_text(encoding="utf-8"))
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(documents.put(text, "cohort", tables.by_name(result)), encoding="utf-8")
    (DOCUMENT.with_suffix("") / figures.name).write_bytes(figures.read_bytes())


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.cohort", description=__doc__)
    parser.add_argument("--learners", type=int, default=tables.LEARNERS)
    parser.add_argument("--modules", type=int, default=tables.MODULES)
    parser.add_argument("--rounds", type=int, default=5, help="after a first one")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--folder", type=Path, help="where the cohort is, or is made and kept; else it is deleted"
    )
    parser.add_argument("--only", metavar="TEXT", help="pages with this in their name")
    parser.add_argument("--site", action="append", default=[], help="an option of yongxin serve")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    parser.add_argument("--write-docs", action="store_true", help="put the last run into the docs")
    wanted = parser.parse_args(arguments)
    wanted.folder = wanted.folder and wanted.folder.absolute()
    wanted.output = wanted.output.absolute()
    return wanted


if __name__ == "__main__":
    sys.exit(main())
