"""The environment's installer is taken from the lock file and from nowhere else."""

import hashlib
import importlib.util
import platform
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def get_uv(repository: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("get_uv", repository / "tools" / "get_uv.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def locked_wheel(folder: Path, tag: str, digest: str | None = None) -> Path:
    """Write a wheel with a program in it and a lock file that names it."""
    wheel = folder / f"uv-1.0-py3-none-{tag}.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("uv-1.0.data/scripts/uv", "#!/bin/sh\necho uv\n")
        archive.writestr("uv/__init__.py", "")
    digest = digest or hashlib.sha256(wheel.read_bytes()).hexdigest()
    lock = folder / "uv.lock"
    lock.write_text(
        '[[package]]\nname = "uv"\n'
        f'wheels = [{{ url = "{wheel.as_uri()}", hash = "sha256:{digest}" }}]\n',
        encoding="utf-8",
    )
    return lock


@pytest.fixture
def own_tag(get_uv: ModuleType) -> str:
    machine = platform.machine().lower()
    candidates = [f"manylinux_2_17_{machine}", f"musllinux_1_1_{machine}", f"macosx_11_0_{machine}"]
    return next(tag for tag in candidates if get_uv.fits(tag))


def test_the_lock_file_has_a_wheel_for_this_machine(get_uv: ModuleType) -> None:
    url, digest = get_uv.wheel_for_this_machine(get_uv.LOCK)
    assert url.endswith(".whl")
    assert len(digest) == 64


def test_the_program_is_unpacked_and_may_run(
    get_uv: ModuleType, own_tag: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(get_uv, "LOCK", locked_wheel(tmp_path, own_tag))
    (tmp_path / "bin").mkdir()
    get_uv.main(tmp_path)
    assert (tmp_path / "bin" / "uv").stat().st_mode & 0o111
    assert [one.name for one in (tmp_path / "bin").iterdir()] == ["uv"]


def test_another_file_than_the_locked_one_is_refused(
    get_uv: ModuleType, own_tag: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(get_uv, "LOCK", locked_wheel(tmp_path, own_tag, digest="0" * 64))
    (tmp_path / "bin").mkdir()
    with pytest.raises(SystemExit, match="nothing was installed"):
        get_uv.main(tmp_path)
    assert not list((tmp_path / "bin").iterdir())


def test_a_machine_without_a_wheel_is_named(get_uv: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="no uv for"):
        get_uv.wheel_for_this_machine(locked_wheel(tmp_path, "plan9_1_0_mips"))


@pytest.mark.skipif(sys.platform != "linux", reason="the tags of another system")
def test_the_systems_library_counts(get_uv: ModuleType) -> None:
    machine = platform.machine()
    fitting = [get_uv.fits(f"{kind}_1_1_{machine}") for kind in ("manylinux", "musllinux")]
    assert sorted(fitting) == [False, True]
    assert not get_uv.fits(f"macosx_11_0_{machine}")
