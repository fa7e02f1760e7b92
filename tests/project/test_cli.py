"""The command as a whole: help, version, and where it finds its course."""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from pkgutil import resolve_name

import pytest

from yongxin.cli import build_parser, main


def commands(
    parser: argparse.ArgumentParser, *before: str
) -> Iterator[tuple[tuple[str, ...], argparse.ArgumentParser]]:
    """Yield every command that does something, as its words and its parser."""
    choices = [
        action.choices
        for action in parser._actions
        if isinstance(action, argparse._SubParsersAction)
    ]
    if not choices:
        yield before, parser
    for name, command in (choices[0] if choices else {}).items():
        yield from commands(command, *before, name)


ALL = dict(commands(build_parser()))


def test_the_commands_of_the_documents_exist() -> None:
    assert {words[0] for words in ALL} == {
        "backup", "build", "check", "completions", "copy", "coverage", "deadline", "demo",
        "erase", "export", "grade", "gradebook", "import", "regrade", "release", "restore",
        "retention", "return", "roster", "serve", "xapi",
    }  # fmt: skip


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_command_has_help_and_a_function(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert callable(resolve_name(ALL[words].get_default("run")))
    if words == ("serve",):
        return  # its help is traitlets' own
    with pytest.raises(SystemExit) as exit_:
        main([*words, "--help"])
    assert exit_.value.code == 0
    assert str(ALL[words].description) in " ".join(capsys.readouterr().out.split())


def test_the_version_is_the_packages_own(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["--version"])
    assert exit_.value.code == 0
    assert capsys.readouterr().out == f"yongxin {version('yongxin')}\n"


def test_importing_the_package_and_asking_for_help_loads_nothing_heavy(repository: Path) -> None:
    heavy = "pandas plotly nbgrader voila sqlalchemy jupyter_server nbconvert IPython tornado"
    code = f"""
import sys
import yongxin
from yongxin.cli import main
try:
    main(["--help"])
except SystemExit:
    pass
print([name for name in {heavy.split()} if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=repository
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_outside_a_course_the_command_says_where_to_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["check"]) == 1
    assert "--course" in capsys.readouterr().err


def test_the_command_is_installed(tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("yongxin")
    assert os.access(program, os.X_OK)
    done = subprocess.run(
        [program, "roster", "--help"], cwd=tmp_path, capture_output=True, check=True
    )
    assert b"deactivate" in done.stdout
