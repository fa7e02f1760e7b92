"""How much memory there is for kernels."""

from pathlib import Path

import psutil
import pytest

from yongxin.site import memory

MEGABYTE = 1024 * 1024


@pytest.fixture(autouse=True)
def _a_machine_with_a_gigabyte(monkeypatch: pytest.MonkeyPatch) -> None:
    class Memory:
        available = 1024 * MEGABYTE

    monkeypatch.setattr(psutil, "virtual_memory", Memory)


def own(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "own"
    path.write_text(text)
    return path


def describe(folder: Path, **files: object) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(f"{content}\n")


def test_without_groups_the_machine_counts(tmp_path: Path) -> None:
    assert memory.available(tmp_path, tmp_path / "none") == 1024 * MEGABYTE
    assert memory.available(tmp_path, own(tmp_path, "0::/a\n")) == 1024 * MEGABYTE


def test_the_narrowest_group_counts(tmp_path: Path) -> None:
    describe(tmp_path / "a", memory__max=600 * MEGABYTE, memory__current=100 * MEGABYTE)
    describe(tmp_path / "a" / "b", memory__max="max", memory__current=50 * MEGABYTE)
    assert memory.available(tmp_path, own(tmp_path, "0::/a/b\n")) == 500 * MEGABYTE
    describe(tmp_path / "a" / "b", memory__max=90 * MEGABYTE)
    assert memory.available(tmp_path, own(tmp_path, "0::/a/b\n")) == 40 * MEGABYTE
    describe(tmp_path / "a" / "b", memory__stat=f"anon 1\ninactive_file {5 * MEGABYTE}")
    assert memory.available(tmp_path, own(tmp_path, "0::/a/b\n")) == 45 * MEGABYTE


def test_a_container_sees_its_own_limit_at_the_root(tmp_path: Path) -> None:
    describe(tmp_path, memory__max=300 * MEGABYTE, memory__current=100 * MEGABYTE)
    assert memory.available(tmp_path, own(tmp_path, "0::/outside/x\n")) == 200 * MEGABYTE


def test_the_first_version_of_groups_is_understood(tmp_path: Path) -> None:
    describe(
        tmp_path / "memory" / "a",
        memory__limit_in_bytes=300 * MEGABYTE,
        memory__usage_in_bytes=250 * MEGABYTE,
        memory__stat=f"total_inactive_file {10 * MEGABYTE}",
    )
    listed = own(tmp_path, "9:cpu:/a\n4:memory:/a\n")
    assert memory.available(tmp_path, listed) == 60 * MEGABYTE


def test_more_than_allowed_is_nothing_left(tmp_path: Path) -> None:
    describe(tmp_path, memory__max=1, memory__current=100)
    assert memory.available(tmp_path, own(tmp_path, "0::/\n")) == 0
