"""Asks a running site for every page of staff, and reads from its log what each cost the server."""

import json
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import psutil

from bench import hosts
from bench.cohort.addresses import Page
from bench.cohort.making import Cohort, note
from bench.cohort.people import STAFF

_TIMEOUT = 120
_MIB = 1024 * 1024


def measure(
    site: hosts.RunningSite, cohort: Cohort, pages: Sequence[Page], rounds: int
) -> dict[str, Any]:
    """Ask for each page in turns, so many times; return what each cost and what memory was used.

    The first round is told apart: it is when things are read for the first time. Raises
    ``RuntimeError`` for an answer that is none.
    """
    process = psutil.Process(site.pid)
    clients = {role: _signed_in(site, username) for username, role in STAFF.items()}
    places = _places(site, cohort, clients["hr"])
    before = process.memory_info().rss / _MIB
    highest = before
    bytes_of: dict[str, int] = {}
    for number in range(rounds + 1):
        note(f"round {number} of {rounds}")
        for place, page in enumerate(pages):
            answer = clients[page.role].get(
                page.address.format_map(places), headers={"X-Request-ID": _name(number, place)}
            )
            if answer.status_code != 200:
                raise RuntimeError(f"{page.name}: {answer.status_code} {answer.text[:300]}")
            bytes_of[page.name] = len(answer.content)
            highest = max(highest, process.memory_info().rss / _MIB)
    for client in clients.values():
        client.close()
    times = _times(site.state / "site.log", len(pages) * (rounds + 1))
    return {
        "pages": {
            page.name: {
                "address": page.address,
                "role": page.role,
                "seconds": page.seconds,
                "first": times[_name(0, place)],
                **_middle([times[_name(number + 1, place)] for number in range(rounds)]),
                "bytes": bytes_of[page.name],
            }
            for place, page in enumerate(pages)
        },
        "memory": {"before": before, "highest": highest},
    }


def _places(site: hosts.RunningSite, cohort: Cohort, hr: httpx.Client) -> Mapping[str, object]:
    somebody = next(one for one in site.store.learners(role="learner") if one.groups)
    module = cohort.modules[0]
    bank = _bank(cohort, module)
    path = json.loads((cohort.course / "data" / "course.json").read_text(encoding="utf-8"))
    path_id = path["paths"][0]["id"]
    return {
        "module": module,
        "reflection": next(
            name.removeprefix("reflect:") for name in bank["exercise"] if name.startswith("reflect")
        ),
        "scenario": _scenario(cohort),
        "learner": somebody.username,
        "group": somebody.groups[0],
        "path": path_id,
        "certificate": _certificate(site, hr, path_id),
    }


def _certificate(site: hosts.RunningSite, hr: httpx.Client, path_id: str) -> str:
    """Issue certificates as HR does, and return the number of one of them."""
    address = "zh-CN/certificates"
    form = {"path": path_id, "_xsrf": hr.cookies["_xsrf"]}
    answer = hr.post(address, data=form)
    if answer.status_code != 303:
        raise RuntimeError(f"certificates: {answer.status_code} {answer.text[:300]}")
    (found,) = site.store.certificates(path_id=path_id, limit=1)
    return found.number


def _bank(cohort: Cohort, module: str) -> dict[str, Any]:
    path = cohort.course / "data" / "bank" / f"{module}.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def _scenario(cohort: Cohort) -> str:
    """Return a question that is played, of the first module that has one."""
    for name in cohort.modules:
        for item in _bank(cohort, name)["practice"]:
            if item["type"] == "scenario":
                return str(item["id"])
    raise LookupError("no module has a scenario")


def _signed_in(site: hosts.RunningSite, username: str) -> httpx.Client:
    client = httpx.Client(
        base_url=f"http://127.0.0.1:{site.port}", trust_env=False, timeout=_TIMEOUT
    )
    path = site.sign_in_path(username)
    client.get(path)
    answer = client.post(path, headers={"X-XSRFToken": client.cookies["_xsrf"]})
    if answer.status_code != 303:
        raise RuntimeError(f"{username} cannot sign in: {answer.status_code}")
    return client


def _name(number: int, place: int) -> str:
    return f"bench-{number}-{place}"


def _times(log: Path, expected: int) -> dict[str, float]:
    """Return the milliseconds of each of our requests as the server tells them."""
    end = time.monotonic() + 10
    while True:
        found = dict(_told(log))
        if len(found) >= expected or time.monotonic() > end:
            return found
        time.sleep(0.1)


def _told(log: Path) -> Iterator[tuple[str, float]]:
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        if not line.startswith("{"):
            continue
        entry = json.loads(line)
        if entry.get("logger") == "tornado.access" and entry["request"].startswith("bench-"):
            yield entry["request"], float(entry["milliseconds"])


def _middle(several: Sequence[float]) -> Mapping[str, float]:
    return {"median": statistics.median(several), "longest": max(several)}
