"""Pages that run Python of their own, and the kernels that they need."""

import asyncio
import json
import os
import re
import signal
import time
from pathlib import Path

import httpx
import nbformat
import pytest
from tornado.httpclient import HTTPRequest
from tornado.web import HTTPError
from tornado.websocket import websocket_connect

from support.site_here import Site, open_site
from yongxin.catalogue.root import VARIABLE
from yongxin.site.handlers import notebooks
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
        assert "jupyter-config-data" not in html
        assert "voila.js" not in html
    assert running(site) == []


def test_other_code_runs_in_one_kernel_and_elements_in_none(own_site: Site) -> None:
    add_code(own_site.server.services.catalogue.root, "print(6 * 7)", "6 * 8")
    html = own_site.client("lin").get(PAGE, timeout=SLOW).text
    assert len(running(own_site)) == 1
    assert '<pre class="jp-OutputArea-output">42' in html
    assert '"text/plain": "48"' in html
    assert 'data-yongxin-element="quiz:lift-first-words"' in html
    assert running(own_site)[0] in html
    assert "print(6" not in html, "the source is nobody's business"
    assert not re.search(r"https?://(?!127\.0\.0\.1)", html.replace("http://www.w3.org/", ""))


def test_nobody_else_reaches_a_kernel(own_site: Site) -> None:
    add_code(own_site.server.services.catalogue.root, "1")
    lin, zhou, trainer = (own_site.client(one) for one in ("lin", "zhou", "guan"))
    lin.get(PAGE, timeout=SLOW)
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
    client.get(PAGE, timeout=SLOW)
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
        html = site.client("lin").get(PAGE, timeout=SLOW).text
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
    answer = own_site.client("lin").get(PAGE, timeout=SLOW)
    assert answer.status_code == 200
    assert interface_text("en")("site.live.failed") in answer.text
    assert "still here" in answer.text
    assert "inner workings" not in answer.text
    assert "Recap" in answer.text


def test_a_cell_that_takes_too_long_is_stopped(
    own_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notebooks, "CELL_SECONDS", 1)
    add_code(own_site.server.services.catalogue.root, "import time; time.sleep(20)")
    html = own_site.client("lin").get(PAGE, timeout=SLOW).text
    assert interface_text("en")("site.live.too-slow") in html


def test_a_kernel_that_dies_ends_in_an_error_page(own_site: Site) -> None:
    add_code(own_site.server.services.catalogue.root, "import os; os._exit(1)")
    answer = own_site.client("lin").get(PAGE, timeout=SLOW)
    assert answer.status_code == 503
    assert interface_text("en")("site.refused.kernel-lost.title") in answer.text
    until(lambda: running(own_site) == [])
    until(lambda: not any(Path(own_site.server.connection_dir).iterdir()))


def test_a_kernel_that_dies_later_leaves_nothing_behind(own_site: Site) -> None:
    add_code(own_site.server.services.catalogue.root, "import os; print('process', os.getpid())")
    client = own_site.client("lin")
    html = client.get(PAGE, timeout=SLOW).text
    (kernel_id,) = running(own_site)
    os.kill(int(re.findall(r"process (\d+)", html)[0]), signal.SIGKILL)
    until(lambda: client.get(f"api/kernels/{kernel_id}").status_code == 404)
    until(lambda: not any(Path(own_site.server.connection_dir).iterdir()))


def test_a_page_that_cannot_be_got_ready_in_time_ends_in_an_error_page(
    own_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notebooks, "PAGE_SECONDS", 0.2)
    add_code(own_site.server.services.catalogue.root, "import time; time.sleep(20)")
    answer = own_site.client("lin").get(PAGE, timeout=SLOW)
    assert answer.status_code == 503
    until(lambda: running(own_site) == [])


def test_one_person_has_few_kernels_and_all_together_have_a_limit(
    own_course: Path, tmp_path: Path
) -> None:
    add_code(own_course, "1")
    options = ["--OwnedKernels.kernels_each=1", "--OwnedKernels.kernels_altogether=2"]
    for site in open_site(own_course, tmp_path / "state", *options):
        lin = site.client("lin")
        lin.get(PAGE, timeout=SLOW)
        (first,) = running(site)
        lin.get(PAGE, timeout=SLOW)
        (second,) = running(site)
        assert first != second, "the oldest made room"
        assert site.client("zhou").get(PAGE, timeout=SLOW).status_code == 200
        refused = site.client("chen").get(PAGE, timeout=SLOW)
        assert refused.status_code == 503
        assert interface_text("en")("site.refused.kernels-busy.title") in refused.text
        assert len(running(site)) == 2


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
        html = site.client("lin").get(PAGE, timeout=SLOW).text
        pid = int(re.findall(r"process (\d+)", html)[0])
        assert Path(f"/proc/{pid}").exists()
    started = time.monotonic()
    until(lambda: not Path(f"/proc/{pid}").exists())
    assert time.monotonic() - started < 5
