"""The other side of a burst: learners as a program, in a process of its own.

Reads a ``Plan`` as JSON from standard input and prints what came of it as JSON. A learner opens the
lesson with all that a browser fetches for it on a first visit, answers a first practice question,
then the graded ones at moments spread over the time given, and hands in. Nothing is tried again,
as a browser would: whatever fails is an error that is counted.
"""

import asyncio
import json
import random
import re
import sys
import time
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from bench.wire import Connection, Reply

PAGE_DATA = re.compile(rb'<script[^>]* id="yongxin-page">(.*?)</script>', re.DOTALL)
ASSET = re.compile(rb'(?:href|src)="(/static/yongxin/[^"]+)"')

#: Nobody waits longer than this for a reply; a proxy would have given up before.
PATIENCE_SECONDS = 60
SIGN_IN_AT_ONCE = 4


@dataclass(frozen=True)
class Plan:
    """What a burst does. ``answers`` are (element, response) pairs; the first is for practice."""

    port: int
    lesson: str
    module: str
    answers: Sequence[tuple[str, Any]]
    #: A path that signs a learner in, by username.
    links: dict[str, str]
    #: Seconds over which each learner spreads the graded answers.
    spread: float


@dataclass
class Learner:
    """One learner, and what happened. Times are seconds; ``began`` since the burst began."""

    username: str
    connection: Connection
    text: float | None = None
    working: float | None = None
    first_answer: float | None = None
    hand_in: float | None = None
    bytes: int = 0
    #: (when it was sent, how long it took) of each acknowledged answer
    saves: list[tuple[float, float]] = field(default_factory=list)
    #: The last acknowledged response and revision by element.
    acknowledged: dict[str, tuple[Any, int]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


class Refused(Exception):
    """The server answered with an error."""


async def run(plan: Plan) -> dict[str, Any]:
    """Sign everybody in, let them all begin at once, and return what happened to each."""
    people = [Learner(name, Connection("127.0.0.1", plan.port)) for name in plan.links]
    turns = asyncio.Semaphore(SIGN_IN_AT_ONCE)
    await asyncio.gather(*(_sign_in(one, plan.links[one.username], turns) for one in people))
    print(json.dumps({"signed_in": len(people)}), flush=True)
    sys.stdin.readline()  # the other process says when

    began = time.perf_counter()
    await asyncio.gather(*(_work(one, plan, began) for one in people))
    seconds = time.perf_counter() - began
    told = [{**asdict(one), "connection": None} for one in people]
    return {"seconds": seconds, "client_cpu": time.process_time(), "learners": told}


async def _sign_in(learner: Learner, link: str, turns: asyncio.Semaphore) -> None:
    async with turns:
        await learner.connection.get(link)
        reply = await learner.connection.post(link, {}, b"")
        if reply.status != 303:
            raise RuntimeError(f"{learner.username} cannot sign in: {reply.status}")
        learner.connection.close()


async def _work(learner: Learner, plan: Plan, began: float) -> None:
    client = uuid.uuid4().hex
    chance = random.Random(learner.username)
    try:
        page = await _open(learner, plan.lesson, began)
        first, *graded = plan.answers
        await _answer(learner, page, client, *first, began)
        learner.first_answer = time.perf_counter() - began
        start = time.perf_counter()
        pace = plan.spread / max(1, len(graded))
        for number, (element, response) in enumerate(graded):
            moment = start + (number + chance.random()) * pace
            await asyncio.sleep(max(0.0, moment - time.perf_counter()))
            await _attempt(learner, _answer(learner, page, client, element, response, began))
        await asyncio.sleep(max(0.0, start + plan.spread - time.perf_counter()))
        await _attempt(learner, _hand_in(learner, page, plan.module))
    except (Refused, OSError, EOFError, TimeoutError) as error:
        learner.errors.append(f"{type(error).__name__}: {error}"[:200])
    finally:
        learner.connection.close()


async def _attempt(learner: Learner, act: Any) -> None:
    try:
        await act
    except (Refused, OSError, EOFError, TimeoutError) as error:
        learner.errors.append(f"{type(error).__name__}: {error}"[:200])
        learner.connection.close()


async def _open(learner: Learner, path: str, began: float) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE_SECONDS):
        reply = _good(await learner.connection.get(path))
        learner.text = time.perf_counter() - began
        learner.bytes += reply.size
        found = PAGE_DATA.search(reply.body)
        if found is None:
            raise Refused("the page holds no data for its elements")
        for address in sorted(set(ASSET.findall(reply.body))):
            learner.bytes += _good(await learner.connection.get(address.decode())).size
        learner.working = time.perf_counter() - began
        return json.loads(found[1])


async def _answer(
    learner: Learner,
    page: dict[str, Any],
    client: str,
    element: str,
    response: Any,
    began: float,
) -> None:
    body = {
        "element": element,
        "event_id": uuid.uuid4().hex,
        "client": client,
        "revision": 0,
        "language": page["language"],
        "event": {"type": "answer", "response": response},
    }
    sent = time.perf_counter()
    async with asyncio.timeout(PATIENCE_SECONDS):
        told = _json(await _post(learner, page, "events", body))
    learner.saves.append((sent - began, time.perf_counter() - sent))
    learner.acknowledged[element] = (told["presentation"]["response"], told["revision"])


async def _hand_in(learner: Learner, page: dict[str, Any], module: str) -> None:
    body = {
        "module": module,
        "event_id": uuid.uuid4().hex,
        "language": page["language"],
        "confirmed": True,
    }
    sent = time.perf_counter()
    async with asyncio.timeout(PATIENCE_SECONDS):
        told = _json(await _post(learner, page, "hand-in", body))
    if told["attempts_used"] != 1:
        raise Refused(f"handed in {told['attempts_used']} times")
    learner.hand_in = time.perf_counter() - sent


async def _post(learner: Learner, page: dict[str, Any], name: str, body: dict[str, Any]) -> Reply:
    headers = {"Content-Type": "application/json", "X-Yongxin-Learner": page["learner"]}
    content = json.dumps(body).encode()
    return await learner.connection.post(f"/api/yongxin/{name}", headers, content)


def _good(reply: Reply) -> Reply:
    if reply.status != 200:
        raise Refused(f"{reply.status} {reply.body[:150].decode(errors='replace')}")
    return reply


def _json(reply: Reply) -> dict[str, Any]:
    return json.loads(_good(reply).body)


def main() -> None:
    """Read the plan, follow it, print the outcome."""
    given = json.loads(sys.stdin.readline())
    print(json.dumps(asyncio.run(run(Plan(**given)))), flush=True)


if __name__ == "__main__":
    main()
