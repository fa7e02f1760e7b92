"""A burst: many learners who arrive together, answer, and hand in; then the store is compared."""

import json
import math
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.course import LANGUAGE, MODULE
from bench.hosts import WHOLE_LESSON, RunningSite
from bench.learners import Plan
from bench.processes import cost, highest_memory
from bench.responses import some_response
from yongxin.catalogue import Catalogue
from yongxin.grading.exchange import ExchangeSettings
from yongxin.items import JSON
from yongxin.store import Store

#: Graded answers of each learner.
ITEMS = 10

#: Watches the server with this process id while the block runs.
Watch = Callable[[int], AbstractContextManager[object]]


def measure(
    site: RunningSite, root: Path, learners: int, spread: float, watch: Watch | None = None
) -> dict[str, Any]:
    """Send ``learners`` new people to the site at once; return what happened, ready for JSON.

    Each spreads ten answers over ``spread`` seconds. ``lost`` counts acknowledged answers and
    hand-ins that the store does not hold as they were acknowledged; ``compared`` those that were
    compared. ``memory_each`` is by how much the server's private memory had grown at its highest,
    divided by the learners. Raises ``RuntimeError`` when somebody cannot sign in.
    """
    names = [f"burst-{uuid.uuid4().hex[:12]}" for _ in range(learners)]
    for name in names:
        site.store.add_learner(name, "林夏")
    plan = Plan(
        port=site.port,
        lesson=WHOLE_LESSON["lesson"],
        module=MODULE,
        language=LANGUAGE,
        answers=answers_to_give(root),
        links={name: site.sign_in_path(name) for name in names},
        spread=spread,
    )
    with subprocess.Popen(
        [sys.executable, "-m", "bench.learners"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        _tell(process, json.dumps(asdict(plan)))
        if not process.stdout.readline():
            raise RuntimeError("the learners could not sign in")
        before = cost(site.pid)
        with watch(site.pid) if watch else nullcontext(), highest_memory(site.pid) as highest:
            _tell(process, "begin")
            told = process.stdout.readline()
        spent = cost(site.pid) - before
    if not told:
        raise RuntimeError("the learners' process ended early")
    outcome = json.loads(told)
    people: list[dict[str, Any]] = outcome["learners"]
    saves = [seconds for one in people for _, seconds in one["saves"]]
    all_can_work = max(one["working"] or 0.0 for one in people)
    return {
        "learners": learners,
        "spread": spread,
        "seconds": outcome["seconds"],
        "text": percentiles(one["text"] for one in people),
        "working": percentiles(one["working"] for one in people),
        "first_answer": percentiles(one["first_answer"] for one in people),
        "save": percentiles(seconds for one in people for _, seconds in one["saves"][1:]),
        "save_later": percentiles(
            seconds for one in people for sent, seconds in one["saves"][1:] if sent > all_can_work
        ),
        "hand_in": percentiles(one["hand_in"] for one in people),
        "saved": len(saves),
        "saves_each_second": len(saves) / outcome["seconds"],
        "handed_in": sum(one["hand_in"] is not None for one in people),
        "bytes": percentiles(one["bytes"] for one in people if one["bytes"]).get("p50"),
        "compared": sum(len(one["acknowledged"]) for one in people),
        "errors": dict(Counter(error for one in people for error in one["errors"])),
        "lost": count_lost(site.store, site.state, people),
        "cpu": spent.cpu_seconds,
        "memory_each": (max(highest) - before.private_mib) / learners,
        "client_cpu": outcome["client_cpu"],
        "client_delay": percentiles(outcome["client_delays"]),
    }


def percentiles(values: Iterable[float | None]) -> dict[str, float]:
    """Return the number of values that are there; if any, median, 99th percentile and maximum."""
    known = sorted(value for value in values if value is not None)
    if not known:
        return {"count": 0}

    def at(share: float) -> float:
        return known[max(0, math.ceil(share * len(known)) - 1)]

    return {"count": len(known), "p50": at(0.5), "p99": at(0.99), "max": known[-1]}


def count_lost(store: Store, state: Path, people: Sequence[Mapping[str, Any]]) -> int:
    """Return how many acknowledged answers and hand-ins are not kept as they were acknowledged.

    ``people`` are as ``bench.learners`` tells of them; ``state`` is the site's folder.
    """
    lost = 0
    for one in people:
        learner = store.learner(one["username"])
        if learner is None:
            raise LookupError(f"nobody is called {one['username']}")
        saved = store.saved(learner.id, one["acknowledged"])
        for name, (response, revision) in one["acknowledged"].items():
            kept = saved.get(name)
            lost += not (
                kept is not None
                and kept.revision >= revision
                and kept.state["response"] == response
            )
        if one["hand_in"] is not None:
            lost += not _is_delivered(store, state, learner.id, one["acknowledged"])
    return lost


def _tell(process: "subprocess.Popen[str]", line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()


def answers_to_give(root: Path) -> list[tuple[str, JSON]]:
    """Return what everybody answers: one practice question of the lesson, ten graded ones."""
    catalogue = Catalogue(root)
    bank = catalogue.bank(MODULE)
    items = {
        name: item
        for name in bank.elements
        if name.startswith("quiz:")
        and (item := catalogue.item(name.removeprefix("quiz:"))).type != "scenario"
    }
    graded = [name for name in bank.exercise if name in items][:ITEMS]
    practice = next(name for name in items if name not in bank.exercise)
    return [(name, some_response(items[name])) for name in (practice, *graded)]


def _is_delivered(
    store: Store, state: Path, learner_id: int, acknowledged: Mapping[str, Sequence[Any]]
) -> bool:
    """Say whether the exchange holds the hand-in, with all answers that were acknowledged."""
    inbound = ExchangeSettings(state / "exchange").handed_in
    for submission in store.submissions(learner_id, MODULE):
        file = inbound / str(submission.receipt["directory"]) / "answers.json"
        if not file.is_file():
            return False
        held = json.loads(file.read_text(encoding="utf-8"))["answers"]
        _practice, *graded = acknowledged.items()
        return all(
            held[name.removeprefix("quiz:")]["response"] == response
            for name, (response, _) in graded
        )
    return False
