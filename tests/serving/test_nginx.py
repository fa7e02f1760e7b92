"""Behind a real nginx, as docs/publishing.md shows it, requests hop from process to process."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import nbformat
import pytest
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from support.learners import ELEMENT, event, signed_in, wait_until, written
from support.live_site import LiveSite
from support.nginx import Nginx, find_nginx

pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.skipif(find_nginx() is None, reason="nginx is not installed"),
]

BASE = "/service/course/"
OPTIONS = (f"--base_url={BASE}", "--behind-proxy", "--log-format=json", "--log-addresses=full")


class Served:
    """A site behind nginx, made of several processes; ``sites`` are the command lines."""

    def __init__(self, sites: Sequence[LiveSite], nginx: Nginx) -> None:
        self.sites = sites
        self.url = nginx.url
        self.store = sites[0].store

    def requests(self, route: str) -> list[dict[str, Any]]:
        """What was logged of requests, with a ``process`` that tells them apart."""
        found: list[dict[str, Any]] = []
        for number, site in enumerate(self.sites):
            whole, _, _ = site.read_log().rpartition("\n")
            lines = map(json.loads, whole.splitlines())
            found += [line | {"process": (number, line.get("worker"))} for line in lines]
        return [line for line in found if line.get("route") == route]

    def processes(self, route: str) -> set[Any]:
        return {line["process"] for line in self.requests(route)}


class BelowBase(LiveSite):
    start_seconds = 240

    def is_up(self) -> bool:
        return "Yongxin is running" in self.read_log()


def add_code(course: Path) -> None:
    path = course / "course" / "en" / "z1-lift.ipynb"
    notebook = nbformat.read(path, as_version=4)
    at = next(index for index, cell in enumerate(notebook.cells) if cell.id == "hook") + 1
    notebook.cells[at:at] = [nbformat.v4.new_code_cell("print(6 * 7)", id="own-code")]
    nbformat.write(notebook, path)


@pytest.fixture(scope="module", params=["two sites", "two workers"])
def served(
    request: pytest.FixtureRequest,
    own_module_course: Path,
    repository: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Served]:
    state = tmp_path_factory.mktemp("state")
    if not (own_module_course / "changed").exists():
        add_code(own_module_course)
        (own_module_course / "changed").touch()
    if request.param == "two workers":
        sites = [BelowBase(own_module_course, state, *OPTIONS, "--workers=2")]
    else:
        sites = [BelowBase(own_module_course, state, *OPTIONS) for _ in range(2)]
        sites[1].log = state / "second.log"
    for site in sites:
        site.start()
    nginx = Nginx(
        repository / "docs" / "publishing.md",
        tmp_path_factory.mktemp("nginx"),
        [site.port for site in sites],
        BASE,
    )
    try:
        nginx.start()
        yield Served(sites, nginx)
    finally:
        nginx.close()
        for site in sites:
            site.close()


@pytest.fixture
def learner(served: Served) -> Iterator[httpx.Client]:
    """A learner whose every request is a connection of its own, also from nginx's side."""
    client = signed_in(served.url, served.store, "learner")
    yield client
    client.close()


def test_a_learner_signs_in_and_is_led_within_the_path(served: Served) -> None:
    with httpx.Client(base_url=served.url, trust_env=False, timeout=60) as client:
        asked = client.get("en/results")
        assert asked.status_code == 302
        assert asked.headers["Location"] == (
            f"{BASE}en/sign-in?next=%2Fservice%2Fcourse%2Fen%2Fresults"
        )
        origin = httpx.URL(served.url)
        form = client.get(origin.join(asked.headers["Location"]))
        assert form.status_code == 200
        refused = client.post("en/sign-in", data={"username": "learner"})
        assert refused.status_code == 403, "a form without the token is nobody's"
        told = client.post(
            "en/sign-in?next=%2Fservice%2Fcourse%2Fen%2Fresults",
            data={
                "_xsrf": client.cookies["_xsrf"],
                "username": "learner",
                "password": "learner-password",
                "next": f"{BASE}en/results",
            },
        )
        assert told.status_code == 303, told.text
        assert told.headers["Location"].startswith(BASE)
        assert client.get(origin.join(told.headers["Location"])).status_code == 200
        assert {cookie.path for cookie in client.cookies.jar} == {BASE}


def test_answers_hop_between_the_processes_one_after_the_other(
    served: Served, learner: httpx.Client
) -> None:
    for number in range(1, 31):
        answer = learner.post(
            "api/yongxin/events", json=event(number, f"in order {number}", revision=number - 1)
        )
        assert answer.status_code == 200, answer.text
        assert answer.json()["revision"] == number
        for _ in range(2):  # with the answer an odd number, so that answers take turns as well
            again = learner.get("api/yongxin/state", params={"name": ELEMENT}).json()
            shown = again["elements"][ELEMENT]
            assert shown["presentation"]["fields"]["facts"] == f"in order {number}"
    assert written(served.store, "learner") == ("in order 30", 30)
    wait_until(lambda: len(served.processes("events")) == 2, "both have logged what they answered")


def test_answers_hop_between_the_processes_all_at_once(served: Served) -> None:
    # So few that one whose thread has to wait is not overtaken by more events than are remembered.
    clients = [signed_in(served.url, served.store, "second") for _ in range(3)]

    def send(number: int) -> int:
        client = clients[number % len(clients)]
        body = event(number, f"at once {number}", client=f"tab-{number % len(clients)}")
        first = client.post("api/yongxin/events", json=body)
        again = client.post("api/yongxin/events", json=body)
        assert (first.status_code, again.status_code) == (200, 200)
        assert again.json()["replayed"], "an event that is sent again is not written again"
        return first.json()["revision"]

    with ThreadPoolExecutor(len(clients)) as threads:
        revisions = list(threads.map(send, range(21)))
    assert sorted(revisions) == list(range(1, 22)), "each event is written once"
    assert written(served.store, "second")[1] == 21
    for client in clients:
        client.close()


def test_what_the_proxy_says_of_a_request_is_believed(served: Served) -> None:
    transport = httpx.HTTPTransport(local_address="127.0.0.2")
    with httpx.Client(base_url=served.url, transport=transport, trust_env=False) as client:
        answer = client.get("healthz", headers={"X-Forwarded-For": "203.0.113.9"})
    assert answer.json()["status"] == "ok"
    request_id = answer.headers["X-Request-ID"]

    def logged() -> list[dict[str, Any]]:
        return [one for one in served.requests("health") if one["request"] == request_id]

    wait_until(logged, "the request is logged")  # which happens after it was answered
    (line,) = logged()
    assert line["client"] == "127.0.0.2", "the client nginx saw, and not the one it claimed to be"
    assert len(request_id) == 32, "nginx gave it, and not the site"


def test_a_kernel_is_reached_from_every_process(served: Served, learner: httpx.Client) -> None:
    ran = learner.post(
        "api/yongxin/run", json={"place": "lesson", "module": "z1-lift", "language": "en"}
    )
    assert ran.status_code == 200, ran.text
    assert "42" in ran.json()["html"]
    kernel = ran.json()["config"]["kernelId"]
    other = signed_in(served.url, served.store, "second")
    for _ in range(8):
        assert learner.get(f"api/kernels/{kernel}").json()["id"] == kernel
        assert other.get(f"api/kernels/{kernel}").status_code == 404, "another's is not there"
    assert len(served.processes("kernel")) == 1, "the process that owns it has answered all"

    async def talk() -> set[str]:
        cookies = "; ".join(f"{name}={value}" for name, value in learner.cookies.items())
        address = f"{served.url.replace('http', 'ws', 1)}api/kernels/{kernel}/channels"
        socket = await websocket_connect(
            HTTPRequest(
                f"{address}?session_id=x",
                headers={"Cookie": cookies, "Origin": served.url.removesuffix(BASE)},
            )
        )
        header = {"msg_id": "1", "msg_type": "kernel_info_request", "session": "x"}
        header |= {"username": "", "version": "5.3", "date": "2026-01-01T00:00:00Z"}
        message = {"channel": "shell", "header": header, "parent_header": {}, "metadata": {}}
        await socket.write_message(json.dumps(message | {"content": {}}))
        kinds: set[str] = set()
        while "kernel_info_request" not in kinds:
            answer = json.loads(await asyncio.wait_for(socket.read_message(), 30) or "{}")
            kinds.add(answer.get("parent_header", {}).get("msg_type", ""))
        socket.close()
        while await socket.read_message() is not None:
            pass
        return kinds

    for _ in range(4):  # an even and an odd number of connections before
        assert "kernel_info_request" in asyncio.run(talk()), "it is answered"
    forged = learner.post(f"voila/api/shutdown/{kernel}", headers={"X-XSRFToken": "no"})
    assert forged.status_code in {403, 404}
    assert learner.post(f"voila/api/shutdown/{kernel}").status_code == 204
    wait_until(lambda: learner.get(f"api/kernels/{kernel}").status_code == 404, "the kernel ends")
    other.close()
