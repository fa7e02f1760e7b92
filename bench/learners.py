"""The other side of a burst: learners as a program, in a process of its own.

Reads a ``Plan`` as JSON from standard input and prints what came of it as JSON. A learner opens the
lesson with all that a browser fetches for it on a first visit, answers a first practice question,
then the graded ones at moments spread over the time given, and hands in. Nothing is tried again,
as a browser would: whatever fails is an error that is counted. No reply is read further than the
comparison needs, so that the learners take little of the machine from the server.
"""

import asyncio
import gc
import json
import random
import re
import sys
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.wire import Connection, Reply

#: The page's data names the learner, and every post says for whom it is.
LEARNER = re.compile(rb'"learner": ?"([^"]+)"')
#: Begins with fixed text, which is found many times faster.
ASSET = re.compile(rb'="(/static/yongxin/[^"]+)"')
LOADS = (b"href", b" src")
#: All the text of a lesson stands before this.
END_OF_TEXT = b"</main>"

#: Browsers wait this long for a page, though people do not.
PAGE_SECONDS = 300
#: A proxy gives up after this, and what was asked for has failed.
REPLY_SECONDS = 60
SIGN_IN_AT_ONCE = 4
#: How often the learners look whether they themselves are late.
HEARTBEAT_SECONDS = 0.05


@dataclass(frozen=True)
class Plan:
    """What a burst does. ``answers`` are (element, response) pairs; the first is for practice."""

    port: int
    lesson: str
    module: str
    language: str
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
    #: What the page calls the learner.
    token: str = ""
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

    gc.freeze()
    delays: list[float] = []
    heart = asyncio.create_task(_heartbeat(delays))
    cpu = time.process_time()
    began = time.perf_counter()
    await asyncio.gather(*(_work(one, plan, began) for one in people))
    seconds = time.perf_counter() - began
    cpu = time.process_time() - cpu
    heart.cancel()
    told = [{**vars(one), "connection": None} for one in people]
    return {"seconds": seconds, "client_cpu": cpu, "client_delays": delays, "learners": told}


async def _heartbeat(delays: list[float]) -> None:
    """Note by how much this process is late; what it measures may be late by as much."""
    while True:
        due = time.perf_counter() + HEARTBEAT_SECONDS
        await asyncio.sleep(HEARTBEAT_SECONDS)
        delays.append(time.perf_counter() - due)


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
        await _open(learner, plan.lesson, began)
        first, *graded = plan.answers
        await _answer(learner, plan, client, *first, began)
        learner.first_answer = time.perf_counter() - began
        start = time.perf_counter()
        pace = plan.spread / max(1, len(graded))
        for number, (element, response) in enumerate(graded):
            moment = start + (number + chance.random()) * pace
            await asyncio.sleep(max(0.0, moment - time.perf_counter()))
            await _attempt(learner, _answer(learner, plan, client, element, response, began))
        await asyncio.sleep(max(0.0, start + plan.spread - time.perf_counter()))
        await _attempt(learner, _hand_in(learner, plan))
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


async def _open(learner: Learner, path: str, began: float) -> None:
    async with asyncio.timeout(PAGE_SECONDS):
        reply = _good(await learner.connection.get(path, END_OF_TEXT))
        if reply.words_at is not None:
            learner.text = reply.words_at - began
        learner.bytes += reply.size
        page = reply.plain()
        named = LEARNER.search(page)
        if named is None:
            raise Refused("the page does not say whose it is")
        learner.token = named[1].decode()
        for address in _assets(page):
            learner.bytes += _good(await learner.connection.get(address)).size
        learner.working = time.perf_counter() - began


def _assets(page: bytes) -> list[str]:
    """Return the addresses of what a browser loads with the page."""
    found = (one for one in ASSET.finditer(page) if page[one.start() - 4 : one.start()] in LOADS)
    return sorted({one[1].decode() for one in found})


async def _answer(
    learner: Learner,
    plan: Plan,
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
        "language": plan.language,
        "event": {"type": "answer", "response": response},
    }
    sent = time.perf_counter()
    async with asyncio.timeout(REPLY_SECONDS):
        told = _json(await _post(learner, "events", body))
    learner.saves.append((sent - began, time.perf_counter() - sent))
    learner.acknowledged[element] = (told["presentation"]["response"], told["revision"])


async def _hand_in(learner: Learner, plan: Plan) -> None:
    body = {
        "module": plan.module,
        "event_id": uuid.uuid4().hex,
        "language": plan.language,
        "confirmed": True,
    }
    sent = time.perf_counter()
    async with asyncio.timeout(REPLY_SECONDS):
        told = _json(await _post(learner, "hand-in", body))
    if told["attempts_used"] != 1:
        raise Refused(f"handed in {told['attempts_used']} times")
    learner.hand_in = time.perf_counter() - sent


async def _post(learner: Learner, name: str, body: dict[str, Any]) -> Reply:
    headers = {"Content-Type": "application/json", "X-Yongxin-Learner": learner.token}
    content = json.dumps(body).encode()
    return await learner.connection.post(f"/api/yongxin/{name}", headers, content)


def _good(reply: Reply) -> Reply:
    if reply.status != 200:
        raise Refused(f"{reply.status} {reply.plain()[:150].decode(errors='replace')}")
    return reply


def _json(reply: Reply) -> dict[str, Any]:
    return json.loads(_good(reply).plain())


def main() -> None:
    """Read the plan, follow it, print the outcome."""
    given = json.loads(sys.stdin.readline())
    print(json.dumps(asyncio.run(run(Plan(**given)))), flush=True)


if __name__ == "__main__":
    main()
