"""Starting and configuring the server."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from traitlets.config import LoggingConfigurable

from support.site_here import open_site
from yongxin.site.app import CannotServe, YongxinServer
from yongxin.site.kernels import OwnedKernels
from yongxin.site.secrets import FILE_NAME

STOCK_KERNELS = "jupyter_server.services.kernels.kernelmanager.AsyncMappingKernelManager"


@pytest.fixture
def server() -> Iterator[YongxinServer]:
    before = signal.getsignal(signal.SIGTERM)
    yield YongxinServer()
    signal.signal(signal.SIGTERM, before)


def test_every_option_of_ours_explains_itself() -> None:
    own = YongxinServer.class_own_traits(config=True)
    assert {"course_root", "state_dir", "store_url", "exchange_root", "time_zone"} <= own.keys()
    assert all(len(trait.help) > 40 for trait in own.values())
    for kind in YongxinServer.classes:
        assert issubclass(kind, LoggingConfigurable) or kind.class_traits(config=True)


def test_help_names_the_options() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "yongxin", "serve", "--help-all"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for option in (
        "--YongxinServer.course_root",
        "--YongxinServer.store_url",
        "--RosterIdentityProvider.session_days",
        "--OwnedKernels.kernels_altogether",
        "--port=",
    ):
        assert option in told


def test_what_is_not_said_follows_from_the_course(server: YongxinServer, own_course: Path) -> None:
    server.initialize([f"--course={own_course}"])
    assert server.state_dir == str(own_course.resolve() / "var")
    assert server.store_url == f"sqlite:///{own_course.resolve() / 'var' / 'yongxin.db'}"
    assert server.exchange_root == str(own_course.resolve() / "var" / "exchange")
    assert (own_course / "var").stat().st_mode & 0o777 == 0o700
    assert (own_course / "var" / FILE_NAME).stat().st_mode & 0o777 == 0o600
    server.services.close()


def test_the_defaults_are_the_safe_ones(server: YongxinServer, own_course: Path) -> None:
    server.initialize([f"--course={own_course}"])
    voila = server.voila_configuration
    assert voila.allow_template_override == "NO"
    assert voila.allow_theme_override == "NO"
    assert voila.strip_sources
    assert not voila.show_tracebacks
    assert not voila.preheat_kernel
    assert voila.http_header_envs == []
    assert voila.multi_kernel_manager_class is OwnedKernels
    assert server.ip == "localhost"
    assert server.services.store.learners() == []
    server.services.close()


def test_a_file_configures_the_site_and_a_voila_py_does_not(
    server: YongxinServer, own_course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "voila.py").write_text("raise SystemExit('read')")
    (tmp_path / "yongxin_config.py").write_text("c.YongxinServer.time_zone = 'Asia/Tokyo'")
    server.initialize([f"--course={own_course}"])
    assert server.time_zone == "Asia/Tokyo"
    server.services.close()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["a-notebook.ipynb"], "a-notebook.ipynb"),
        (["--store=mysql://x"], "mysql"),
        (["--store=sqlite:////nowhere/at/all.db"], "nowhere"),
        (
            [f"--VoilaConfiguration.multi_kernel_manager_class={STOCK_KERNELS}"],
            "OwnedKernels",
        ),
    ],
)
def test_what_cannot_work_is_told_before_anybody_comes(
    server: YongxinServer,
    own_course: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    given = [f"--course={own_course}", f"--state={tmp_path / 'state'}", *options]
    with pytest.raises(CannotServe) as refused:
        server.initialize(given)
    assert words in str(refused.value)


def test_a_folder_without_a_course_is_told(server: YongxinServer, tmp_path: Path) -> None:
    with pytest.raises(CannotServe, match=r"course\.json"):
        server.initialize([f"--course={tmp_path}", f"--state={tmp_path / 'state'}"])


def test_a_wrong_time_zone_is_told(own_course: Path, tmp_path: Path) -> None:
    told = subprocess.run(
        [
            sys.executable,
            "-m",
            "yongxin",
            "serve",
            f"--course={own_course}",
            "--YongxinServer.time_zone=Mars",
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert told.returncode != 0
    assert "'Mars' is no time zone" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_port_that_is_taken_is_told_and_not_changed(own_course: Path, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = subprocess.run(
            [
                *(sys.executable, "-m", "yongxin", "serve", "--ip=127.0.0.1"),
                *(f"--course={own_course}", f"--state={tmp_path}", f"--port={port}"),
            ],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert told.returncode == 1
    assert f"cannot listen on port {port}" in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize("given", ["/services/course/", "services/course"])
def test_the_site_can_live_below_a_prefix(built_course: Path, tmp_path: Path, given: str) -> None:
    for site in open_site(built_course, tmp_path, f"--base_url={given}"):
        assert site.url.endswith("/services/course/")
        client = site.client("lin")
        html = client.get("en/lesson/z1-lift").text
        for address in ("en/", "en/exercise/z1-lift", "static/yongxin/", "sign-out"):
            assert f'"/services/course/{address}' in html
        assert '"base":"/services/course/"' in html
        cookies = [one.path for one in client.cookies.jar]
        assert cookies
        assert set(cookies) == {"/services/course/"}
        asked = site.client().get("en/results")
        assert asked.headers["Location"].startswith("/services/course/en/sign-in?next=%2Fservices")
        outside = httpx.get(
            site.url.replace("services/course/", "en/"), trust_env=False, timeout=60
        )
        assert outside.status_code == 404


def test_behind_a_proxy_only_when_told_so(built_course: Path, tmp_path: Path) -> None:
    headers = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
    for number, option in enumerate((False, True)):
        folder = tmp_path / str(number)
        for site in open_site(built_course, folder, f"--YongxinServer.behind_proxy={option}"):
            token = site.store.issue_sign_in_token("lin")
            answer = site.client().post(f"sign-in/{token}", headers=headers)
            cookie = next(one for one in answer.headers.get_list("set-cookie") if "yongxin-" in one)
            assert ("Secure" in cookie) == option


def test_a_signal_stops_the_server_cleanly(built_course: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "yongxin", "serve", "--ip=127.0.0.1", "--port=0"),
            *(f"--course={built_course}", f"--state={tmp_path}"),
        ],
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(tmp_path)},
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "Yongxin is running at" in line:
            break
    process.send_signal(signal.SIGTERM)
    rest = process.stderr.read()
    process.stderr.close()
    assert process.wait(20) == 0
    assert "stopping" in rest
    assert "Traceback" not in rest
    assert list(tmp_path.glob("yongxin_*")) == [], "connection files are gone"
