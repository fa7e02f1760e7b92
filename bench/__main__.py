"""``python -m bench``: measure everything in one run; see ``docs/performance.md``."""

import argparse
import contextlib
import json
import os
import signal
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Browser, Playwright, sync_playwright

from bench import burst, documents, hosts, opening, plots, profiling, tables
from bench.bars import bars
from bench.course import REPOSITORY, copy_course, make_pages
from bench.hosts import Host
from bench.machine import machine

OUTPUT = REPOSITORY / "var" / "bench"
DOCUMENT = REPOSITORY / "docs" / "performance.md"

#: Plain Voila needs more than a minute for a page on the slow phone, so it has but one round.
PATIENT_ROUNDS = 1

#: So few learners go first that the server has done everything once before it is measured.
FIRST_LEARNERS = 4

#: Of these the mean says more than the median, for they are counted in coarse steps.
COARSE = ("cpu", "memory")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what the command line asks for; return 1 if anything failed or was lost."""
    wanted = _arguments(arguments)
    if wanted.write_docs:
        documents.write(wanted.output / "latest.json", DOCUMENT)
        return 0
    # The measured servers must not take up somebody's real course, answers or gradebook.
    for name in ("YONGXIN_COURSE", "YONGXIN_STATE", "YONGXIN_STORE", "YONGXIN_LANGUAGE"):
        os.environ.pop(name, None)
    # Ctrl-C and a polite kill alike end the servers that were started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    os.chdir(REPOSITORY)
    wanted.output.mkdir(parents=True, exist_ok=True)
    run = Run(wanted)
    with tempfile.TemporaryDirectory(prefix="yongxin-bench-") as folder:
        if wanted.rounds:
            run.measure_openings(Path(folder))
        run.result["machine"]["load_between"] = round(os.getloadavg()[0], 2)
        if wanted.bursts:
            run.measure_bursts(Path(folder))
    run.result["machine"]["load_after"] = round(os.getloadavg()[0], 2)
    path = run.finish()
    print(tables.everything(run.result))
    print(f"\nAll figures: {path}; plots beside it.")
    return int(bool(run.failures) or any(one["lost"] for one in run.result["bursts"]))


class Run:
    """One run. What fails is told in ``failures``, and the run goes on with the next."""

    def __init__(self, wanted: argparse.Namespace) -> None:
        self._wanted = wanted
        self.failures: list[str] = []
        self.result: dict[str, Any] = {
            "machine": machine(),
            "openings": {},
            "bursts": [],
            "failures": self.failures,
        }
        self._found: dict[str, list[dict[str, float]]] = {}

    def measure_openings(self, folder: Path) -> None:
        """Open each page on each host several times, in turns; the medians are the result.

        The first round warms up and does not count, unless there shall be one only.
        """
        rounds = self._wanted.rounds
        warm_up = rounds > 1
        with contextlib.ExitStack() as stack:
            running = self._start(stack, folder)
            browser = Chromium(stack.enter_context(sync_playwright()))
            for number in range(-1 if warm_up else 0, rounds):
                for host in running:
                    for kind in (one for one in host.pages if one in opening.GOALS):
                        what = f"round {number + 1} of {rounds}: {host.name}, {kind}"
                        self._open(browser, what, host, kind, counts=number >= 0)
            for number in range(rounds if self._wanted.slow else 0):
                for host in running:
                    if not host.takes_long or number < PATIENT_ROUNDS:
                        what = f"slow phone, round {number + 1} of {rounds}: {host.name}"
                        kind = "quiz" if "quiz" in host.pages else "lesson"
                        self._open(browser, what, host, kind, slow=True)
        self.result["openings"] = {name: _middle(several) for name, several in self._found.items()}
        self.keep()

    def measure_bursts(self, folder: Path) -> None:
        """Send each burst of learners to a server that was started anew."""
        for learners in self._wanted.bursts:
            with self._survive(f"burst of {learners}"):
                # A course of its own, so that nobody's answers and hand-ins are there before.
                root = copy_course(folder / f"burst-{learners}")
                with hosts.site(root, root / "var", *self._wanted.site) as site:
                    burst.measure(site, root, FIRST_LEARNERS, min(2.0, self._wanted.spread))
                    found = burst.measure(site, root, learners, self._wanted.spread)
                    self.result["bursts"].append(found)
                    self.keep()
                    if learners in self._wanted.profile:
                        self._profile(site, root, learners)

    def finish(self) -> Path:
        """Draw the plots and write all figures; return where they are."""
        with self._survive("drawing plots"):
            plots.write(self.result, self._wanted.output)
        return self.keep()

    def keep(self) -> Path:
        """Write the figures so far; return where they are."""
        judged = [asdict(one) for one in bars(self.result)]
        name = "quick.json" if self._wanted.quick else "latest.json"
        path = Path(self._wanted.output, name)
        path.write_text(json.dumps({**self.result, "bars": judged}, indent=1) + "\n", "utf-8")
        return path

    def _start(self, stack: contextlib.ExitStack, folder: Path) -> list[Host]:
        pages = make_pages(folder)
        starters = {
            "floor": lambda: hosts.floor(folder),
            "site": lambda: hosts.pages_on_site(pages, folder / "state", "site", hosts.PAGES),
            "lesson": lambda: hosts.pages_on_site(
                REPOSITORY, folder / "lesson-state", "course", hosts.WHOLE_LESSON
            ),
            "stock": lambda: hosts.stock(pages, folder),
            "preheated": lambda: hosts.stock(pages, folder, preheated=True),
        }
        running: list[Host] = []
        for name in self._wanted.hosts:
            with self._survive(f"starting {name}"):
                running.append(stack.enter_context(starters[name]()))
        return running

    def _open(
        self,
        browser: "Chromium",
        what: str,
        host: Host,
        kind: str,
        *,
        slow: bool = False,
        counts: bool = True,
    ) -> None:
        with self._survive(what):
            told = opening.measure(browser.running(), host, kind, slow=slow)
            if counts:
                name = f"{host.name} {kind}{' slow' if slow else ''}"
                self._found.setdefault(name, []).append(told)

    def _profile(self, site: hosts.RunningSite, root: Path, learners: int) -> None:
        stacks = self._wanted.output / f"profile-{learners}.txt"
        _note(f"burst of {learners}, sampled into {stacks}")
        burst.measure(
            site,
            root,
            learners,
            self._wanted.spread,
            lambda pid: profiling.sampled(pid, stacks),
        )

    @contextlib.contextmanager
    def _survive(self, what: str) -> Iterator[None]:
        _note(what)
        try:
            yield
        except Exception as error:  # noqa: BLE001  (whatever one measurement dies of, it is told)
            told = f"{what}: {type(error).__name__}: {_brief(str(error))}"
            self.failures.append(told)
            _note(f"FAILED {told}")


class Chromium:
    """The browser of a run. One that has died is started anew."""

    def __init__(self, playwright: Playwright) -> None:
        self._playwright = playwright
        self._browser: Browser | None = None

    def running(self) -> Browser:
        # The tests know where a browser may be found.
        sys.path.insert(0, str(REPOSITORY / "tests"))
        from support.browser import launch

        if self._browser is None or not self._browser.is_connected():
            self._browser = launch(self._playwright)
        return self._browser


def _middle(several: Sequence[dict[str, float]]) -> dict[str, float]:
    found = {
        name: (statistics.mean if name in COARSE else statistics.median)(
            one[name] for one in several
        )
        for name in several[0]
    }
    return {"rounds": len(several), **found}


def _brief(message: str) -> str:
    """Return the beginning and the end of a message, which may hold a traceback, as one line."""
    line = " ".join(message.split())
    return line if len(line) <= 400 else f"{line[:150]} … {line[-250:]}"


def _note(what: str) -> None:
    print(f"  {datetime.now(UTC):%H:%M:%S} {what}", file=sys.stderr, flush=True)


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small version, under a minute")
    parser.add_argument("--rounds", type=int, default=5, help="openings of each page; 0 for none")
    parser.add_argument("--hosts", type=_words, default=_words("floor,site,lesson,stock,preheated"))
    parser.add_argument("--no-slow", dest="slow", action="store_false", help="no slow phone")
    parser.add_argument("--bursts", type=_numbers, default=[30, 100, 300, 1000])
    parser.add_argument("--spread", type=float, default=60.0, help="seconds for ten answers")
    parser.add_argument("--profile", type=_numbers, default=[], help="bursts to repeat with py-spy")
    parser.add_argument(
        "--site",
        action="append",
        help=f"an option of yongxin serve for the bursts; --workers={psutil.cpu_count()} if none",
    )
    parser.add_argument("--output", type=Path, default=OUTPUT)
    parser.add_argument("--write-docs", action="store_true", help="put the last run into the docs")
    wanted = parser.parse_args(arguments)
    wanted.site = wanted.site or [f"--workers={psutil.cpu_count()}"]
    if wanted.quick:
        wanted.rounds, wanted.hosts, wanted.slow = 2, ["floor", "site"], False
        wanted.bursts, wanted.spread = [10], 3.0
    wanted.output = wanted.output.absolute()
    return wanted


def _words(text: str) -> list[str]:
    return [one for one in text.split(",") if one]


def _numbers(text: str) -> list[int]:
    return [int(one) for one in _words(text)]


if __name__ == "__main__":
    sys.exit(main())
