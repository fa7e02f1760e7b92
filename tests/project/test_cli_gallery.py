"""``yongxin serve --gallery`` says what is in its way, and touches nobody's course."""

import errno
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

import yongxin.gallery.prepare
from yongxin.cli import main
from yongxin.commands import gallery
from yongxin.grading.configuration import STATE_VARIABLE


@pytest.fixture(autouse=True)
def _signals_stay() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize("option", ["--store=sqlite:///x.db", "--course=.", "--workers=2"])
def test_a_gallery_has_its_own_course_and_state(
    option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", option, "--gallery"]) == 1
    assert f"leave out {option}" in capsys.readouterr().err


def test_an_installed_package_says_where_the_gallery_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(gallery, "__file__", str(tmp_path / "a" / "b" / "c" / "d" / "gallery.py"))
    assert main(["serve", "--gallery"]) == 1
    told = capsys.readouterr().err
    assert str(Path("docs", "items")) in told
    assert "clone of the repository" in told


def test_a_port_that_is_taken_is_named_and_nothing_is_left_behind(
    repository: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def copy(course: Path, root: Path) -> None:
        shutil.copytree(course / "data", root / "data")

    monkeypatch.setattr(yongxin.gallery.prepare, "prepare", copy)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setenv(STATE_VARIABLE, "/somebody/elses")

    def bind(*_arguments: object, **_options: object) -> None:
        raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))

    monkeypatch.setattr("yongxin.site.app.bind_sockets", bind)
    assert main(["serve", "--gallery", "--port=8866", "--ip=127.0.0.1"]) == 1
    told = capsys.readouterr().err
    assert "cannot listen on port 8866" in told
    assert "--port" in told
    assert not list(tmp_path.glob("yongxin-gallery-*"))
    assert os.environ[STATE_VARIABLE] == "/somebody/elses"
