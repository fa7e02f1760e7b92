"""Learners who talk to a site's API as its pages do, without a browser."""

import threading
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

from yongxin.store import Store

ELEMENT = "reflect:lift-log"


def signed_in(url: str, store: Store, username: str, **options: Any) -> httpx.Client:
    """Return a client of the site at ``url``, signed in and sending the XSRF token."""
    client = httpx.Client(base_url=url, trust_env=False, timeout=60, **options)
    client.get("en/sign-in")
    client.headers["X-XSRFToken"] = client.cookies["_xsrf"]
    answer = client.post(f"sign-in/{store.issue_sign_in_token(username)}")
    assert answer.status_code == 303, answer.text
    return client


def event(number: int, text: str, *, revision: int = 0, client: str = "tab") -> dict[str, Any]:
    """Return the body of an event that writes ``text``."""
    return {
        "element": ELEMENT,
        "event_id": f"{client}-{number}",
        "client": client,
        "revision": revision,
        "language": "en",
        "event": {"type": "write", "fields": {"facts": text}},
    }


def written(store: Store, username: str) -> tuple[str, int]:
    """Return what the store holds of somebody's answer, and its revision."""
    learner = store.learner(username)
    assert learner is not None
    saved = store.saved(learner.id, [ELEMENT])[ELEMENT]
    state: Any = saved.state
    return state["fields"]["facts"], saved.revision


@dataclass
class Sender:
    """Somebody who answers without a pause, in a thread, and notes what was acknowledged."""

    client: httpx.Client
    username: str
    keeps_trying: bool = False
    acknowledged: int = 0
    failures: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._send, name=self.username)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        self._ended.set()
        self._thread.join(60)
        assert not self._thread.is_alive()

    def _send(self) -> None:
        while not self._ended.wait(0.15):
            number = self.acknowledged + 1
            while not self._acknowledged(number) and self.keeps_trying:
                if self._ended.wait(0.1):
                    return
            if self.failures and not self.keeps_trying:
                return

    def _acknowledged(self, number: int) -> bool:
        body = event(number, f"answer {number}", revision=number - 1, client=self.username)
        try:
            answer = self.client.post("api/yongxin/events", json=body)
        except httpx.TransportError as error:
            self.failures.append(f"{number}: {error!r}")
            return False
        if answer.status_code != 200:
            self.failures.append(f"{number}: {answer.status_code} {answer.text}")
            return False
        self.acknowledged = number
        return True


def wait_until(condition: Any, what: str, seconds: float = 120) -> None:
    """Wait for ``condition()`` to hold; a machine that is busy starts processes slowly."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.1)
