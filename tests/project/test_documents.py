"""What the documents tell people to type exists, and their links lead somewhere."""

import re
import shlex
import subprocess
from pathlib import Path
from typing import cast

import pytest
from nbgrader.apps import NbGraderApp

from yongxin.cli import parse_arguments

BLOCK = re.compile(r"^```[a-z]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`((?:make|yongxin|nbgrader) [^`]+)`")
CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")


def documents(repository: Path) -> list[Path]:
    return sorted([*repository.glob("*.md"), *repository.glob("docs/**/*.md")])


def commands(document: Path) -> list[list[str]]:
    """Every command of ours in a code block or in a line, without its comment."""
    text = document.read_text(encoding="utf-8")
    lines = [line for block in BLOCK.findall(text) for line in block.splitlines()]
    lines += INLINE.findall(BLOCK.sub("", text))
    words = [
        shlex.split(re.split(r"\s{2,}|\s#", line.strip())[0]) for line in lines if _is_ours(line)
    ]
    return [one for one in words if one]


def _is_ours(line: str) -> bool:
    return re.match(r"\s*(make|yongxin|nbgrader) \S", line) is not None


def test_the_documents_hold_commands(repository: Path) -> None:
    found = [one for document in documents(repository) for one in commands(document)]
    assert len(found) > 30
    assert {one[0] for one in found} == {"make", "yongxin", "nbgrader"}


def test_every_make_target_exists(repository: Path) -> None:
    targets = {
        word
        for document in documents(repository)
        for one in commands(document)
        if one[0] == "make"
        for word in one[1:]
        if "=" not in word
    }
    assert {"serve", "test"} <= targets
    for target in targets:
        done = subprocess.run(
            ["make", "--dry-run", target],
            cwd=repository,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"make {target}: {done.stderr}"


def test_every_command_line_of_ours_is_understood(repository: Path) -> None:
    lines = [
        (document, one)
        for document in documents(repository)
        for one in commands(document)
        if one[0] == "yongxin"
    ]
    assert lines
    refused = [f"{document.name}: {shlex.join(one)}" for document, one in lines if not _parses(one)]
    assert not refused


def _parses(command: list[str]) -> bool:
    try:
        parse_arguments(command[1:])
    except SystemExit as end:
        return end.code == 0  # as after --help
    return True


def test_every_nbgrader_command_exists(repository: Path) -> None:
    named = {
        one[1]
        for document in documents(repository)
        for one in commands(document)
        if one[0] == "nbgrader"
    }
    assert named
    assert named <= set(cast("dict[str, object]", NbGraderApp.subcommands))


def test_every_link_to_a_file_leads_to_one(repository: Path) -> None:
    examined = 0
    for document in documents(repository):
        text = BLOCK.sub("", document.read_text(encoding="utf-8"))
        for target in LINK.findall(CODE.sub("", text)):
            if "://" in target or target.startswith("images/"):
                continue
            examined += 1
            assert (document.parent / target).exists(), f"{document.name} links to {target}"
    assert examined > 20


def test_both_readmes_tell_the_same_commands(repository: Path) -> None:
    english, chinese = (commands(repository / name) for name in ("README.md", "README.zh-CN.md"))
    assert english == chinese
    assert english


def test_both_readmes_have_the_same_sections(repository: Path) -> None:
    counts = [
        len(re.findall(r"^## ", (repository / name).read_text(encoding="utf-8"), re.MULTILINE))
        for name in ("README.md", "README.zh-CN.md")
    ]
    assert counts[0] == counts[1] > 3


def test_every_decision_is_listed_and_dated(repository: Path) -> None:
    folder = repository / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    pages = sorted(folder.glob("[0-9]*.md"))
    assert pages
    for number, page in enumerate(pages, 1):
        text = page.read_text(encoding="utf-8")
        assert page.name.startswith(f"{number:04d}-")
        assert f"({page.name})" in index
        assert re.search(r"^20\d\d-\d\d-\d\d · ", text, re.MULTILINE), page.name
        assert [line for line in text.splitlines() if line.startswith("## ")] == [
            "## Context",
            "## Decision",
            "## Consequences",
        ]


@pytest.mark.parametrize(
    "name", ["README.md", "README.zh-CN.md", "CONTRIBUTING.md", "CHANGELOG.md"]
)
def test_the_usual_documents_stand(repository: Path, name: str) -> None:
    assert (repository / name).stat().st_size > 500
