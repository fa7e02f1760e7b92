"""``python -m bench``: measure everything in one run; see ``docs/performance.md``."""

import argparse
import contextlib
import json
import os
import platform
import signal
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import TimeoutError as BrowserTimeoutError

from bench import burst, hosts, opening, plots, profiling, tables
from bench.course import REPOSITORY, copy_course, make_pages
from bench.hosts import Host

#: Openings by host, page and line, such as "site quiz slow": one dictionary a round.
Openings = dict[str, list[dict[str, float]]]

#: Stock Voila needs more than a minute for a page on the slow phone, so it has but one round.
PATIENT_ROUNDS = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what the command line asks for; return 1 if an answer was lost."""
    wanted = _arguments(arguments)
    # The measured servers must not take up somebody's real course, answers or gradebook.
    for name in ("YONGXIN_COURSE", "YONGXIN_STATE", "YONGXIN_STORE", "YONGXIN_LANGUAGE"):
        os.environ.pop(name, None)
    # Ctrl-C and a polite kill alike end the servers that were started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    os.chdir(REPOSITORY)
    wanted.output.mkdir(parents=True, exist_ok=True)
    result: dict[str, Any] = {"machine": _machine(), "openings": {}, "bursts": []}
    with tempfile.TemporaryDirectory(prefix="yongxin-bench-") as name:
        folder = Path(name)
        if wanted.rounds:
            result["openings"] = measure_openings(
                folder, wanted.rounds, wanted.hosts, slow=wanted.slow
            )
            _keep(result, wanted.output)
        result["machine"]["load_between"] = os.getloadavg()[0]
        if wanted.bursts:
            result["bursts"] = measure_bursts(folder, wanted)
    result["machine"]["load_after"] = os.getloadavg()[0]
    path = _keep(result, wanted.output)
    plots.write(result, wanted.output)
    print(tables.everything(result))
    print(f"\nAll figures: {path}; plots beside it.")
    return int(any(one["lost"] for one in result["bursts"]))


def measure_openings(
    folder: Path, rounds: int, names: Sequence[str], *, slow: bool
) -> dict[str, dict[str, float]]:
    """Open each page on each host ``rounds`` times, in turns; return the medians.

    ``names`` are of ``floor``, ``site``, ``lesson`` (the site with the course's longest lesson),
    ``stock`` and ``preheated``. The first round warms up and does not count.
    """
    found: Openings = {}
    with contextlib.ExitStack() as stack:
        running = _start(stack, folder, names)
        browser = stack.enter_context(_browser())
        for number in range(-1, rounds):
            for host in running:
                for kind in (one for one in host.pages if one in opening.GOALS):
                    _note(f"round {number + 1} of {rounds}: {host.name}, {kind}")
                    told = _measured(browser, host, kind)
                    if told and number >= 0:
                        found.setdefault(f"{host.name} {kind}", []).append(told)
        for number in range(rounds if slow else 0):
            for host in running:
                if host.sign_in or host.name == "floor" or number < PATIENT_ROUNDS:
                    _note(f"slow phone, round {number + 1} of {rounds}: {host.name}")
                    kind = "quiz" if "quiz" in host.pages else "lesson"
                    told = _measured(browser, host, kind, slow=True)
                    if told:
                        found.setdefault(f"{host.name} {kind} slow", []).append(told)
    return {name: _medians(several) for name, several in found.items()}


def measure_bursts(folder: Path, wanted: argparse.Namespace) -> list[dict[str, Any]]:
    """Send bursts of learners to a server that was started anew and has seen a few learners."""
    root = copy_course(folder)
    found: list[dict[str, Any]] = []
    for learners in wanted.bursts:
        with hosts.site(root, root / "var", *wanted.site) as site:
            _note(f"burst of {learners}: warming up")
            burst.measure(site, root, learners=4, spread=2.0)
            _note(f"burst of {learners}")
            found.append(burst.measure(site, root, learners, wanted.spread))
            if learners in wanted.profile:
                stacks = wanted.output / f"profile-{learners}.txt"
                _note(f"burst of {learners}, sampled into {stacks}")
                burst.measure(
                    site,
                    root,
                    learners,
                    wanted.spread,
                    lambda pid, stacks=stacks: profiling.sampled(pid, stacks),
                )
    return found


def _start(stack: contextlib.ExitStack, folder: Path, names: Sequence[str]) -> list[Host]:
    running: list[Host] = []
    pages = make_pages(folder)
    if "floor" in names:
        running.append(stack.enter_context(hosts.floor(folder)))
    if "site" in names:
        site = stack.enter_context(hosts.site(pages, folder / "state"))
        running.append(hosts.as_host(site, "site", hosts.PAGES))
    if "lesson" in names:
        site = stack.enter_context(hosts.site(REPOSITORY, folder / "lesson-state"))
        running.append(hosts.as_host(site, "course", hosts.WHOLE_LESSON))
    if "stock" in names:
        running.append(stack.enter_context(hosts.stock(pages, folder)))
    if "preheated" in names:
        running.append(stack.enter_context(hosts.stock(pages, folder, preheated=True)))
    return running


@contextlib.contextmanager
def _browser() -> Iterator[Browser]:
    # The tests know where a browser may be found.
    sys.path.insert(0, str(REPOSITORY / "tests"))
    from support.browser import launch

    with sync_playwright() as playwright:
        browser = launch(playwright)
        try:
            yield browser
        finally:
            browser.close()


def _measured(
    browser: Browser, host: Host, kind: str, *, slow: bool = False
) -> dict[str, float] | None:
    """Measure an opening; one that hangs is told and left out, as it has no time."""
    try:
        return opening.measure(browser, host, kind, slow=slow)
    except BrowserTimeoutError as error:
        _note(f"{host.name}, {kind}, never became usable: {str(error).splitlines()[0]}")
        return None


def _medians(several: Sequence[dict[str, float]]) -> dict[str, float]:
    names = several[0]
    medians = {name: statistics.median(one[name] for one in several) for name in names}
    return {"rounds": len(several), **medians}


def _keep(result: dict[str, Any], folder: Path) -> Path:
    path = folder / "latest.json"
    path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return path


def _machine() -> dict[str, Any]:
    return {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": psutil.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "load_before": os.getloadavg()[0],
    }


def _note(what: str) -> None:
    print(f"  {what} …", file=sys.stderr, flush=True)


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small version, about a minute")
    parser.add_argument("--rounds", type=int, default=5, help="openings of each page; 0 for none")
    parser.add_argument("--hosts", type=_words, default=_words("floor,site,lesson,stock,preheated"))
    parser.add_argument("--no-slow", dest="slow", action="store_false", help="no slow phone")
    parser.add_argument("--bursts", type=_numbers, default=[30, 100, 300, 1000])
    parser.add_argument("--spread", type=float, default=60.0, help="seconds for ten answers")
    parser.add_argument("--profile", type=_numbers, default=[], help="bursts to repeat with py-spy")
    parser.add_argument("--site", action="append", default=[], help="an option of yongxin serve")
    parser.add_argument("--output", type=Path, default=REPOSITORY / "var" / "bench")
    wanted = parser.parse_args(arguments)
    if wanted.quick:
        wanted.rounds, wanted.hosts, wanted.slow = 1, ["floor", "site"], False
        wanted.bursts, wanted.spread = [10], 3.0
    wanted.output = wanted.output.absolute()
    return wanted


def _words(text: str) -> list[str]:
    return [one for one in text.split(",") if one]


def _numbers(text: str) -> list[int]:
    return [int(one) for one in _words(text)]


if __name__ == "__main__":
    sys.exit(main())
