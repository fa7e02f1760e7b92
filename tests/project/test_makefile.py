"""The Makefile says what is missing, and installs nothing twice."""

import os
import shlex
import shutil
import stat
import subprocess
from pathlib import Path

import pytest


@pytest.fixture
def clone(tmp_path: Path, repository: Path) -> Path:
    """What `make` needs of a fresh clone."""
    for name in ("Makefile", "pyproject.toml", "uv.lock"):
        shutil.copy(repository / name, tmp_path / name)
    shutil.copytree(repository / "tools", tmp_path / "tools")
    shutil.copytree(repository / "tests" / "support", tmp_path / "tests" / "support")
    return tmp_path


def make(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "MAKEFLAGS"}
    return subprocess.run(
        ["make", "--no-print-directory", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )


def program(folder: Path, name: str, script: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_an_unfit_python_is_named_with_a_way_out(clone: Path) -> None:
    old = program(clone, "old-python", "exit 1")
    done = make(clone, "serve", f"PYTHON={old}")
    assert done.returncode != 0
    assert "needs Python 3.11 to 3.13" in done.stdout
    assert "make PYTHON=/path/to/python3.12 serve" in done.stdout
    assert not (clone / ".venv").exists()


def test_nothing_is_installed_twice(clone: Path) -> None:
    made = clone / "made.txt"
    # A Python that makes an "environment" whose uv only notes that it was called.
    uv = f"printf 'uv %s\\n' \"$*\" >> {made}"
    stand_in = program(
        clone,
        "python-that-notes",
        f"""case "$*" in
  *"-m venv"*) mkdir -p .venv/bin; cp "$0" .venv/bin/python ;;
  *get_uv.py*) printf '#!/bin/sh\\n%s\\n' {shlex.quote(uv)} > .venv/bin/uv; chmod +x .venv/bin/uv ;;
esac""",
    )
    first = make(clone, "develop", f"PYTHON={stand_in}")
    assert first.returncode == 0, first.stderr
    calls = made.read_text(encoding="utf-8").splitlines()
    assert [call.split()[:3] for call in calls] == [["uv", "sync", "--frozen"]] * 2
    again = make(clone, "develop", f"PYTHON={stand_in}")
    assert again.returncode == 0
    assert made.read_text(encoding="utf-8").splitlines() == calls

    os.utime(clone / "uv.lock")
    make(clone, "develop", f"PYTHON={stand_in}")
    assert len(made.read_text(encoding="utf-8").splitlines()) == 2 * len(calls)


def test_help_lists_every_target(clone: Path, repository: Path) -> None:
    listed = {line.split()[1] for line in make(clone, "help").stdout.splitlines()}
    phony = next(
        line
        for line in (repository / "Makefile").read_text(encoding="utf-8").splitlines()
        if line.startswith(".PHONY:")
    )
    assert listed == set(phony.split()[1:])


def test_clean_keeps_answers_and_grades(clone: Path) -> None:
    for name in ("var/yongxin.db", ".venv/bin/python", "src/yongxin/__pycache__/x.pyc"):
        path = clone / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    done = make(clone, "clean")
    assert done.returncode == 0, done.stderr
    assert (clone / "var" / "yongxin.db").exists()
    assert not (clone / ".venv").exists()
    assert not (clone / "src" / "yongxin" / "__pycache__").exists()


def test_ci_runs_every_check_and_the_tests_last(repository: Path) -> None:
    script = repository / ".ci" / "run"
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", script], check=True)
    text = script.read_text(encoding="utf-8")
    checks = ["make lint", "make types", "make layers", "yongxin check", "yongxin build --check"]
    places = [text.index(check) for check in [*checks, "yongxin coverage", "\nmake test\n"]]
    assert places == sorted(places)
    assert text.startswith("#!/usr/bin/env bash\n")
    assert "set -euo pipefail" in text
