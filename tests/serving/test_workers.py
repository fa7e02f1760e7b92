"""Several processes serve one site: they are replaced, restarted and ended, and nothing is lost."""

import json
import os
import re
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from support.learners import Sender, signed_in, wait_until, written
from support.live_site import LiveSite
from support.processes import free_port

pytestmark = pytest.mark.timeout(600)


class Workers(LiveSite):
    """A site with two workers, which logs JSON."""

    start_seconds = 240

    def __init__(self, course: Path, state: Path, *options: str) -> None:
        self.metrics_port = free_port()
        super().__init__(
            course,
            state,
            "--workers=2",
            "--log-format=json",
            f"--metrics-port={self.metrics_port}",
            *options,
        )

    def is_up(self) -> bool:
        return "Yongxin is running" in self.read_log()

    def lines(self) -> list[dict[str, Any]]:
        """Everything that was logged; each line must be JSON."""
        return [json.loads(line) for line in self.read_log().splitlines()]

    def running(self) -> dict[int, int]:
        """Worker → process id of those that run."""
        found = re.findall(r"worker (\d+) \(process (\d+)\) is ready", self.read_log())
        return {int(number): int(pid) for number, pid in found if psutil.pid_exists(int(pid))}

    def metrics(self) -> str:
        return ask(f"http://127.0.0.1:{self.metrics_port}/metrics").text

    def who_answers(self) -> int:
        """Return which worker takes a new connection."""
        return ask(f"{self.url}/healthz/live").json()["worker"]

    def signal(self, which: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(which)


@pytest.fixture(scope="module")
def site(own_module_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    site = Workers(own_module_course, tmp_path_factory.mktemp("state"))
    site.start()
    yield site
    site.close()


@contextmanager
def senders(site: Workers, *, keep_trying: bool = False) -> Iterator[list[Sender]]:
    """Let four people answer while the block runs: two over one connection, two over many."""
    found = []
    for number, username in enumerate(("learner", "second", "trainer", "hr")):
        client = signed_in(f"{site.url}/", site.store, username)
        if number % 2:
            client.headers["Connection"] = "close"
        start = revision(site, username)
        found.append(Sender(client, username, keep_trying, acknowledged=start))
    for one in found:
        one.start()
    try:
        wait_until(lambda: all(one.acknowledged for one in found), "somebody has answered")
        yield found
    finally:
        for one in found:
            one.end()
            one.client.close()


def revision(site: Workers, username: str) -> int:
    learner = site.store.learner(username)
    assert learner is not None
    saved = site.store.saved(learner.id, ["reflect:lift-log"]).get("reflect:lift-log")
    return saved.revision if saved else 0


def assert_nothing_is_lost(site: Workers, found: list[Sender]) -> None:
    for one in found:
        text, _ = written(site.store, one.username)
        number = int(text.removeprefix("answer "))
        # What was written when its acknowledgement could not be sent any more may be there too.
        assert one.acknowledged <= number <= one.acknowledged + 1
        assert one.acknowledged > 0


def test_every_worker_serves_and_all_are_counted_together(site: Workers) -> None:
    seen: list[int] = []

    def every_worker_has_answered() -> bool:
        seen.append(site.who_answers())
        return set(seen) == set(site.running())

    # Which of them takes a connection is for the system to say.
    wait_until(every_worker_has_answered, "every worker has answered")
    answered = re.search(
        r'^yongxin_requests_total{method="GET",route="live",status="2xx"} (\S+)$',
        site.metrics(),
        re.MULTILINE,
    )
    assert answered is not None
    assert float(answered[1]) == len(seen)
    for number in site.running():
        assert f'yongxin_process_resident_memory_bytes{{worker="{number}"}}' in site.metrics()
    assert "yongxin_kernels_running 0.0" in site.metrics()


def test_the_tables_were_made_by_the_parent_alone(site: Workers) -> None:
    assert all("Traceback" not in json.dumps(line) for line in site.lines())
    assert (site.state / "cookie_secret").is_file()


def test_a_session_holds_in_every_worker(site: Workers) -> None:
    client = signed_in(f"{site.url}/", site.store, "learner", headers={"Connection": "close"})
    before = set(site.running())

    def every_worker_has_answered() -> bool:
        assert client.get("en/").status_code == 200
        return {one["worker"] for one in site.lines() if one.get("route") == "start"} == before

    wait_until(every_worker_has_answered, "every worker has answered")
    client.close()


def test_a_killed_worker_is_replaced_and_nothing_acknowledged_is_lost(site: Workers) -> None:
    before = site.running()
    with senders(site, keep_trying=True) as found:
        for process in before.values():
            os.kill(process, signal.SIGKILL)
            answered = [one.acknowledged for one in found]
            wait_until(lambda: len(site.running()) == 2, "a worker is replaced")
            wait_until(
                lambda: all(
                    now.acknowledged > then
                    for now, then in zip(found, answered, strict=True)  # noqa: B023
                ),
                "all go on answering",
            )
    assert_nothing_is_lost(site, found)
    told = [line["message"] for line in site.lines() if line["level"] == "ERROR"]
    assert sum("ended by signal 9; another one is started" in one for one in told) == 2
    assert not set(before) & set(site.running())


def test_nobody_notices_a_restart(site: Workers) -> None:
    before = site.running()
    with senders(site) as found:
        site.signal(signal.SIGHUP)
        wait_until(lambda: not set(before) & set(site.running()), "the old workers end")
        answered = [one.acknowledged for one in found]
        wait_until(
            lambda: all(now.acknowledged > then for now, then in zip(found, answered, strict=True)),
            "all go on answering",
        )
    assert [one.failures for one in found] == [[], [], [], []]
    assert_nothing_is_lost(site, found)
    assert len(site.running()) == 2
    assert site.who_answers() not in before


def test_new_workers_that_cannot_start_leave_the_old_ones(site: Workers) -> None:
    before = site.running()
    course = site.course_root / "data" / "course.json"
    whole = course.read_bytes()
    course.write_bytes(b"{")
    try:
        # Each worker looks for itself, and any of them may answer.
        answers: list[httpx.Response] = []

        def is_told() -> bool:
            answers.append(health(site))
            return answers[-1].status_code == 503

        wait_until(is_told, "the course is looked at")
        told = answers[-1].json()
        assert told["status"] == "failing"
        assert told["reasons"] == {"course": "course-damaged"}
        assert ask(f"{site.url}/healthz/live").status_code == 200
        site.signal(signal.SIGHUP)
        wait_until(lambda: "the workers of before go on" in site.read_log(), "that is told")
    finally:
        course.write_bytes(whole)
    wait_until(lambda: health(site).status_code == 200, "the course is looked at again")
    assert site.running() == before


def health(site: Workers) -> httpx.Response:
    return ask(f"{site.url}/healthz")


def ask(url: str) -> httpx.Response:
    """Ask on a connection of its own, which any worker may take."""
    return httpx.get(url, trust_env=False, timeout=60)


def test_a_stop_answers_what_was_begun(site: Workers) -> None:
    assert site.process is not None
    processes = [psutil.Process(pid) for pid in site.running().values()]
    folders = [line for line in site.read_log().splitlines() if "Traceback" in line]
    assert folders == []
    with senders(site) as found:
        site.signal(signal.SIGTERM)
        assert site.process.wait(60) == 0
    for one in found:
        # Who comes later finds nobody; nobody is cut off in the middle.
        assert len(one.failures) == 1
        assert re.search("ConnectError|ReadError|RemoteProtocolError", one.failures[0])
    assert_nothing_is_lost(site, found)
    assert not any(one.is_running() for one in processes)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", site.port)) != 0
    site.process = None


def test_the_log_names_nobody(site: Workers) -> None:
    log = site.read_log()
    requests = [line for line in site.lines() if line["logger"] == "tornado.access"]
    assert requests
    for line in requests:
        assert line.keys() >= {"route", "status", "milliseconds", "bytes", "worker", "request"}
        assert "client" not in line
    for word in ("林夏", "learner@", "answer 1", "127.0.0.1,", "sign-in/", "api/yongxin"):
        assert word not in log
    assert "a learner signed in" in log
