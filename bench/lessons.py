"""``python -m bench.lessons``: how soon every lesson and exercise of the course is there.

Each page is a first visit of somebody new, in turns with the static page that is the floor of all
measurements; the medians are told.
"""

import argparse
import contextlib
import json
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from bench import hosts, tables
from bench.__main__ import Chromium
from bench.course import REPOSITORY
from bench.hosts import Host
from bench.opening import VISIT, open_page

LANGUAGE = "zh-CN"
GOALS = ("text", "usable")
FLOOR = "floor"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m bench.lessons", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each page is opened")
    parser.add_argument("--modules", nargs="*", help="these modules only")
    parser.add_argument("--output", type=Path, default=REPOSITORY / "var/bench/lessons.json")
    wanted = parser.parse_args(arguments)
    found = measure(wanted.rounds, wanted.modules or released_modules())
    wanted.output.parent.mkdir(parents=True, exist_ok=True)
    wanted.output.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(table(found))
    return 0


def released_modules() -> list[str]:
    """Return the ids of the modules that can be learned."""
    course = json.loads((REPOSITORY / "data" / "course.json").read_text(encoding="utf-8"))
    return [name for name, one in course["modules"].items() if one["status"] == "released"]


def measure(rounds: int, modules: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return the medians for each page; times in milliseconds, ``bytes`` as on the wire."""
    pages = {
        f"{kind} {module}": f"/{LANGUAGE}/{kind}/{module}"
        for module in modules
        for kind in ("lesson", "exercise")
    }
    found: dict[str, list[dict[str, float]]] = {}
    with tempfile.TemporaryDirectory(prefix="yongxin-bench-") as name, contextlib.ExitStack() as on:
        floor = on.enter_context(hosts.floor(Path(name)))
        site = on.enter_context(
            hosts.pages_on_site(REPOSITORY, Path(name, "state"), "course", pages)
        )
        browser = Chromium(on.enter_context(sync_playwright()))
        for number in range(-1, rounds):  # the first warms up
            for host, kind in ((floor, "quiz"), *((site, page) for page in pages)):
                what = FLOOR if host is floor else kind
                told = _visit(browser.running(), host, kind)
                if number >= 0:
                    found.setdefault(what, []).append(told)
    return {
        what: {name: statistics.median(one[name] for one in several) for name in several[0]}
        for what, several in found.items()
    }


def table(found: dict[str, dict[str, float]]) -> str:
    """Return a row for each page, with its times as multiples of the floor's."""
    floor = found[FLOOR]
    rows = [
        [
            what,
            f"{one['text']:.0f}",
            f"{one['text'] / floor['text']:.2f}",
            f"{one['usable']:.0f}",
            f"{one['usable'] / floor['usable']:.2f}",
            f"{one['bytes'] / 1024:.0f}",
            f"{one['requests']:.0f}",
        ]
        for what, one in found.items()
    ]
    head = ["page", "text, ms", "/ floor", "usable, ms", "/ floor", "KB", "requests"]
    return tables.table(head, rows)


def _visit(browser: Browser, host: Host, kind: str) -> dict[str, Any]:
    context = browser.new_context(**VISIT)
    try:
        if host.sign_in is not None:
            host.sign_in(context)
        return open_page(context, host.pages[kind], GOALS)
    finally:
        context.close()


if __name__ == "__main__":
    sys.exit(main())
