"""Pages that run Python of their own, and the kernels that they need."""

import asyncio
import json
import os
import re
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
import nbformat
import psutil
import pytest
from jupyter_server._tz import utcnow
from tornado.httpclient import HTTPRequest
from tornado.web import HTTPError
from tornado.websocket import websocket_connect

from support.site_here import Site, open_site
from yongxin.catalogue.root import VARIABLE
from yongxin.site import kernels as kernels_module
from yongxin.site import live, memory
from yongxin.site.handlers import kernels as handlers
from yongxin.site.headers import LIVE_POLICY
from yongxin.site.kernels import OwnedKernels, kernel_environment
from yongxin.text import interface_text

PAGE = "en/lesson/z1-lift"
SLOW = httpx.Timeout(60)


def add_code(course: Path, *sources: str) -> None:
    """Put code cells behind the first section of the English lesson."""
    path = course / "course" / "en" / "z1-lift.ipynb"
    notebook = nbformat.read(path, as_version=4)
    at = next(index for index, cell in enumerate(notebook.cells) if cell.id == "hook") + 1
    notebook.cells[at:at] = [
        nbformat.v4.new_code_cell(source, id=f"own-{number}")
        for number, source in enumerate(sources)
    ]
    nbformat.write(notebook, path)


def run(client: httpx.Client, kind: str = "lesson") -> httpx.Response:
    """Ask for what the code cells show, as the page's script does."""
    asked = {"place": kind, "module": "z1-lift", "language": "en"}
    return client.post("api/yongxin/run", json=asked, timeout=SLOW)


def kernels(site: Site) -> OwnedKernels:
    return site.server.kernel_manager


def running(site: Site) -> list[str]:
    return kernels(site).list_kernel_ids()


def until(condition: bool | object, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def test_a_page_of_text_and_elements_starts_no_kernel(site: Site) -> None:
    client = site.client("lin")
    for page in (PAGE, "zh-CN/lesson/z1-lift", "en/exercise/z1-lift"):
        html = client.get(page).text
        assert "live.js" not in html
    assert run(client).status_code == 404
    assert run(client, "exercise").status_code == 404
    assert running(site) == []


def test_what_is_asked_for_wrongly_is_refused(site: Site) -> None:
    client = site.client("lin")
    for asked in ({}, {"place": "lesson"}, {"place": "start", "module": "z1-lift"}, {"place": 1}):
        assert client.post("api/yongxin/run", json=asked).status_code == 400
    unknown = {"place": "lesson", "module": "no-such"}
    assert client.post("api/yongxin/run", json=unknown).status_code == 404
    assert site.client().post("api/yongxin/run", json=unknown).status_code == 401


def test_other_code_runs_in_one_kernel_and_elements_in_none(own_site: Site) -> None:
    add_code(own_site.server.services.catalogue.root, "print(6 * 7)", "6 * 8")
    client = own_site.client("lin")
    page = client.get(PAGE)
    assert running(own_site) == [], "the text waits for no kernel"
    assert page.headers["Content-Security-Policy"] == LIVE_POLICY
    assert 'data-yongxin-element="quiz:lift-first-words"' in page.text
    assert page.text.count('class="output output-pending"') == 2
    told = run(client).json()
    assert [told["config"]["kernelId"]] == running(own_site)
    assert '<pre class="jp-OutputArea-output">42' in told["html"]
    assert '"text/plain": "48"' in told["html"]
    for text in (page.text, told["html"]):
        assert "print(6" not in text, "the source is nobody's business"
    for text in (page.text, json.dumps(told)):
        assert not re.search(r"https?://(?!127\.0\.0\.1)", text.replace("http://www.w3.org/", ""))
    assert told["config"]["fullMathjaxUrl"] is None


def test_nobody_else_reaches_a_kernel(own_site: Site) -> None:
    add_code(own_site.server.services.catalogue.root, "1")
    lin, zhou, trainer = (own_site.client(one) for one in ("lin", "zhou", "guan"))
    run(lin)
    (kernel_id,) = running(own_site)
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    for other, status in ((zhou, 404), (trainer, 404), (own_site.client(), 401)):
        assert other.get(f"api/kernels/{kernel_id}").status_code == status
        assert other.delete(f"api/kernels/{kernel_id}").status_code == status
        assert other.post(f"voila/api/shutdown/{kernel_id}").status_code == status
        channels = f"api/kernels/{kernel_id}/channels?session_id=x"
        assert other.get(channels, headers=upgrade).status_code == status
    assert running(own_site) == [kernel_id]
    assert lin.get(f"api/kernels/{kernel_id}").json()["id"] == kernel_id
    evil = {**upgrade, "Origin": "http://evil.example"}
    refused = lin.get(f"api/kernels/{kernel_id}/channels?session_id=x", headers=evil)
    assert refused.status_code == 403
    assert lin.post(f"voila/api/shutdown/{kernel_id}").status_code == 204
    assert running(own_site) == []
    assert lin.get(f"api/kernels/{kernel_id}").status_code == 404


def test_a_page_can_use_its_widgets_and_run_nothing(own_site: Site) -> None:
    add_code(own_site.server.services.catalogue.root, "1")
    client = own_site.client("lin")
    run(client)
    (kernel_id,) = running(own_site)
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    address = own_site.url.replace("http", "ws", 1)

    async def talk() -> set[str]:
        request = HTTPRequest(
            f"{address}api/kernels/{kernel_id}/channels?session_id=x", headers={"Cookie": cookies}
        )
        socket = await websocket_connect(request)
        for kind, content in (
            ("execute_request", {"code": "6 * 7", "silent": False}),
            ("inspect_request", {"code": "open", "cursor_pos": 4, "detail_level": 1}),
            ("complete_request", {"code": "op", "cursor_pos": 2}),
            ("history_request", {"hist_access_type": "tail", "n": 9}),
            ("kernel_info_request", {}),
        ):
            header = {"msg_id": kind, "msg_type": kind, "session": "x", "username": ""}
            header |= {"version": "5.3", "date": "2026-01-01T00:00:00Z"}
            message = {"channel": "shell", "header": header, "parent_header": {}, "metadata": {}}
            await socket.write_message(json.dumps(message | {"content": content}))
        answered: set[str] = set()
        while "kernel_info_request" not in answered:
            answer = json.loads(await asyncio.wait_for(socket.read_message(), 20) or "{}")
            answered.add(answer.get("parent_header", {}).get("msg_type", ""))
        socket.close()
        while await socket.read_message() is not None:
            pass  # until the other side has closed as well
        return answered

    asked = {"execute_request", "inspect_request", "complete_request", "history_request"}
    assert not asked & asyncio.run(talk())


def test_a_kernel_knows_no_secret_of_the_server(
    own_course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DATABASE_PASSWORD", "JUPYTERHUB_API_TOKEN", "HTTP_COOKIE", "YONGXIN_STATE"):
        monkeypatch.setenv(name, "a-secret-of-the-server")
    add_code(
        own_course,
        "import os\nprint('found', sorted(n for n, v in os.environ.items() if 'a-secret' in v))",
        f"print('course', os.environ['{VARIABLE}'], os.getcwd())",
    )
    for site in open_site(own_course, tmp_path / "state"):
        html = run(site.client("lin")).json()["html"]
        assert "found []" in html
        assert f"course {own_course.resolve()} {own_course.resolve() / 'course' / 'en'}" in html


def test_what_a_kernel_is_given_is_selected() -> None:
    given = kernel_environment(
        {"PATH": "/bin", "Path": "also", "SECRET": "x", "PGPASSWORD": "x"}, Path("/course")
    )
    assert "SECRET" not in given
    assert "PGPASSWORD" not in given
    assert given["PATH"] == "/bin"
    assert given[VARIABLE] == "/course"
    assert given["YONGXIN_STORE"] == "none", "kernels of several learners would share one"


def test_a_cell_that_fails_is_told_and_the_page_goes_on(own_site: Site) -> None:
    add_code(
        own_site.server.services.catalogue.root,
        "import sys\nprint('inner workings', file=sys.stderr)\nraise OSError('inner workings')",
        "print('still here')",
    )
    answer = run(own_site.client("lin"))
    assert answer.status_code == 200
    assert interface_text("en")("site.live.failed") in answer.text
    assert "still here" in answer.text
    assert "inner workings" not in answer.text


def test_a_cell_that_takes_too_long_is_stopped(
    own_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "CELL_SECONDS", 1)
    add_code(
        own_site.server.services.catalogue.root, "import time; time.sleep(50)", "print('next')"
    )
    html = run(own_site.client("lin")).json()["html"]
    assert interface_text("en")("site.live.too-slow") in html
    assert "next" in html


def test_a_cell_that_shows_too_much_is_stopped(
    own_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MOST_OUTPUT", 100_000)
    add_code(
        own_site.server.services.catalogue.root,
        "while True:\n    print('much ' * 1000)",
        "print('next')",
    )
    html = run(own_site.client("lin")).json()["html"]
    assert interface_text("en")("site.live.too-much") in html
    assert "much much" not in html
    assert "next" in html


def test_a_kernel_that_dies_is_told(own_site: Site) -> None:
    add_code(own_site.server.services.catalogue.root, "import os; os._exit(1)")
    answer = run(own_site.client("lin"))
    assert answer.status_code == 503
    assert answer.json()["error"]["message"] == interface_text("en")(
        "site.refused.kernel-lost.text"
    )
    until(lambda: running(own_site) == [])
    until(lambda: not any(Path(own_site.server.connection_dir).glob("kernel-*")))


def test_a_kernel_that_dies_later_leaves_nothing_behind(own_site: Site) -> None:
    add_code(own_site.server.services.catalogue.root, "import os; print('process', os.getpid())")
    client = own_site.client("lin")
    html = run(client).json()["html"]
    (kernel_id,) = running(own_site)
    os.kill(int(re.findall(r"process (\d+)", html)[0]), signal.SIGKILL)
    until(lambda: client.get(f"api/kernels/{kernel_id}").status_code == 404)
    until(lambda: not any(Path(own_site.server.connection_dir).glob("kernel-*")))


def test_a_page_that_cannot_be_got_ready_in_time_is_told(
    own_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "PAGE_SECONDS", 0.2)
    add_code(own_site.server.services.catalogue.root, "import time; time.sleep(20)")
    answer = run(own_site.client("lin"))
    assert answer.status_code == 503
    until(lambda: running(own_site) == [])


def test_a_kernel_that_cannot_be_started_is_told(
    own_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def start(*_: object, **__: object) -> str:
        raise OSError("no more processes")

    monkeypatch.setattr(OwnedKernels, "_async_start_kernel", start)
    add_code(own_site.server.services.catalogue.root, "1")
    answer = run(own_site.client("lin"))
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "kernel-lost"
    assert kernels(own_site)._owners == {}


def test_a_page_that_is_left_before_it_is_ready_leaves_no_kernel(own_site: Site) -> None:
    add_code(own_site.server.services.catalogue.root, "import time; time.sleep(40)")
    client = own_site.client("lin")
    asked = {"place": "lesson", "module": "z1-lift", "language": "en"}
    with pytest.raises(httpx.ReadTimeout):
        client.post("api/yongxin/run", json=asked, timeout=3)
    until(lambda: not kernels(own_site)._owners)
    until(lambda: not any(Path(own_site.server.connection_dir).glob("kernel-*")))


def test_processes_of_a_kernel_end_with_it(own_site: Site) -> None:
    add_code(
        own_site.server.services.catalogue.root,
        "import subprocess, sys\n"
        "wait = [sys.executable, '-c', 'import time; time.sleep(600)']\n"
        "for alone in (False, True):\n"
        "    print('child', subprocess.Popen(wait, start_new_session=alone).pid)",
    )
    client = own_site.client("lin")
    html = run(client).json()["html"]
    children = [psutil.Process(int(pid)) for pid in re.findall(r"child (\d+)", html)]
    assert len(children) == 2
    client.post(f"voila/api/shutdown/{running(own_site)[0]}")
    until(lambda: not any(one.is_running() and one.status() != "zombie" for one in children))


def test_one_person_has_few_kernels_and_who_comes_late_waits_for_a_turn(
    own_course: Path, tmp_path: Path
) -> None:
    add_code(own_course, "1")
    options = ["--OwnedKernels.kernels_each=1", "--OwnedKernels.kernels_altogether=2"]
    for site in open_site(own_course, tmp_path / "state", *options):
        lin, zhou, chen, wu = (site.client(one) for one in ("lin", "zhou", "chen", "wu"))
        run(lin)
        (first,) = running(site)
        run(lin)
        (second,) = running(site)
        assert first != second, "the oldest made room"
        assert run(zhou).status_code == 200
        waits = run(chen)
        assert waits.status_code == 202
        assert waits.json() == {"place": 1, "again": 3}
        assert run(wu).json()["place"] == 2
        assert run(chen).json()["place"] == 1
        assert run(lin).status_code == 200, "a reload needs no place of its own"
        assert len(running(site)) == 2
        assert chen.request("DELETE", "api/yongxin/run").status_code == 204
        assert run(wu).json()["place"] == 1
        lin.post(f"voila/api/shutdown/{running(site)[-1]}")
        assert run(chen).status_code == 202, "wu came first"
        assert run(wu).status_code == 200
        assert run(chen).json()["place"] == 1


def test_of_ten_who_come_at_once_everybody_has_a_turn(own_course: Path, tmp_path: Path) -> None:
    add_code(own_course, "print('here')")
    names = [f"learner-{number}" for number in range(10)]
    options = ["--OwnedKernels.kernels_altogether=2"]
    for site in open_site(own_course, tmp_path / "state", *options):
        for name in names:
            site.store.add_learner(name, name, role="learner")
        visit = partial(visit_and_leave, site)
        with ThreadPoolExecutor(10) as pool:
            visits = list(pool.map(visit, [site.client(name) for name in names]))
        assert all("here" in html for html, _ in visits)
        assert {at_once for _, at_once in visits} <= {1, 2}


def visit_and_leave(site: Site, client: httpx.Client) -> tuple[str, int]:
    """Wait for a turn; return what was shown and how many kernels there were, and leave."""
    while (answer := run(client)).status_code == 202:
        time.sleep(0.1)
    at_once = len(running(site))
    told = answer.json()
    client.post(f"voila/api/shutdown/{told['config']['kernelId']}")
    return told["html"], at_once


def test_no_kernel_is_started_without_memory(
    own_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_code(own_site.server.services.catalogue.root, "1")
    manager = kernels(own_site)
    needed = (manager.memory_reserve + manager.memory_each) * 1024 * 1024
    lin, zhou = own_site.client("lin"), own_site.client("zhou")
    monkeypatch.setattr(memory, "available", lambda: needed - 1)
    assert run(lin).status_code == 202
    monkeypatch.setattr(memory, "available", lambda: needed)
    assert run(lin).status_code == 200
    # It has not taken its share yet, so the same memory is not given away twice.
    assert run(zhou).status_code == 202
    monkeypatch.setattr(kernels_module, "SECONDS_TO_GROW", 0)
    assert run(zhou).status_code == 200


@pytest.mark.parametrize(("idle", "status"), [(299, 202), (301, 200)])
def test_a_page_that_nobody_uses_makes_room_for_those_who_wait(
    own_course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, idle: int, status: int
) -> None:
    add_code(own_course, "1")
    for site in open_site(own_course, tmp_path / "state", "--OwnedKernels.kernels_altogether=1"):
        run(site.client("lin"))
        monkeypatch.setattr(OwnedKernels, "_seconds_idle", lambda *_: idle)
        zhou = site.client("zhou")
        assert run(zhou).status_code == 202
        assert run(zhou).status_code == status


@pytest.mark.parametrize(
    ("connections", "idle", "ends"),
    [(1, 1000, False), (1, 1801, True), (0, 299, False), (0, 301, True)],
)
def test_kernels_end_that_are_not_used_or_have_no_page(
    own_site: Site, connections: int, idle: int, ends: bool
) -> None:
    add_code(own_site.server.services.catalogue.root, "1")
    run(own_site.client("lin"))
    manager = kernels(own_site)
    (kernel_id,) = running(own_site)

    async def look() -> None:
        manager._kernels[kernel_id].last_activity = utcnow() - timedelta(seconds=idle)
        manager._kernel_connections[kernel_id] = connections
        await manager.cull_kernel_if_idle(kernel_id)

    asyncio.run_coroutine_threadsafe(look(), own_site.loop).result(20)
    assert running(own_site) == ([] if ends else [kernel_id])


def test_a_kernel_ends_with_its_owner_s_account(own_site: Site) -> None:
    add_code(own_site.server.services.catalogue.root, "1")
    run(own_site.client("lin"))
    run(own_site.client("zhou"))
    left, stays = running(own_site)

    def look() -> None:
        for one in (left, stays):
            looking = kernels(own_site).cull_kernel_if_idle(one)
            asyncio.run_coroutine_threadsafe(looking, own_site.loop).result(20)

    look()
    assert running(own_site) == [left, stays]
    own_site.store.deactivate("lin")
    look()
    assert running(own_site) == [stays]


@pytest.mark.parametrize(("allowed", "ended"), [(1, ["a", "b"]), (2, ["a"]), (3, []), (9, [])])
def test_only_the_oldest_make_room(
    monkeypatch: pytest.MonkeyPatch, allowed: int, ended: list[str]
) -> None:
    ends: list[str] = []

    async def shut_down(_manager: OwnedKernels, kernel_id: str) -> None:
        ends.append(kernel_id)

    async def start(_manager: OwnedKernels, **_options: object) -> str:
        return "new"

    monkeypatch.setattr(OwnedKernels, "shut_down", shut_down)
    monkeypatch.setattr(OwnedKernels, "_async_start_kernel", start)
    manager = OwnedKernels(kernels_each=allowed)
    manager._owners.update({"a": 1, "x": 2, "b": 1})
    asyncio.run(manager.start_for(1, course_root=Path(), directory=""))
    assert ends == ended


def test_a_kernel_without_an_owner_is_not_started(site: Site) -> None:
    async def start() -> None:
        await kernels(site).start_kernel(kernel_name="python3")

    with pytest.raises(HTTPError) as refused:
        asyncio.run(start())
    assert refused.value.status_code == 403
    assert running(site) == []


def test_stopping_the_server_ends_its_kernels(own_course: Path, tmp_path: Path) -> None:
    add_code(own_course, "import os; print('process', os.getpid())")
    pid = 0
    for site in open_site(own_course, tmp_path / "state"):
        html = run(site.client("lin")).json()["html"]
        pid = int(re.findall(r"process (\d+)", html)[0])
        assert Path(f"/proc/{pid}").exists()
    started = time.monotonic()
    until(lambda: not Path(f"/proc/{pid}").exists())
    assert time.monotonic() - started < 5
