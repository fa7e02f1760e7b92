"""What no file of the repository may hold: addresses that a page would load, secrets, machines."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

#: An address is loaded when it stands in one of these; a link that a reader may follow is not.
LOADED = re.compile(
    r"""(?:
        <(?:script|img|iframe|source|audio|video|embed|object|link|use|image)\b[^>]*?
            (?:src|href|srcset|data)\s*=\s*["']?\s*
      | url\(\s*["']?
      | @import\s+["']
      | \bfrom\s+["']
      | \bimport\s*\(?\s*["']
      | \b(?:fetch|Worker|WebSocket|EventSource|importScripts)\(\s*["'`]
      | !\[[^\]]*\]\(
    )((?:https?:|wss?:)?//[^\s"'`)>]+)""",
    re.VERBOSE | re.IGNORECASE,
)

SHOWN = {".css", ".html", ".j2", ".js", ".mjs", ".md", ".svg", ".tpl"}

SECRETS = {
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"),
    "a cloud key": re.compile(r"\bAKIA[0-9A-Z]{16}\b"),
    "an access token": re.compile(r"\b(?:gh[pousr]_\w{36}|glpat-[\w-]{20}|xox[abp]-[\w-]{10})"),
    "a hashed password": re.compile(r"\bscrypt[:$]\d+[:$]\d+[:$]\d+[:$][\w+/=.-]{16}"),
    "a password in an address": re.compile(
        r"\b(?:postgresql|https?)(?:\+\w+)?://\w+:(?!password@)[^@/\s\"'{]+@"
    ),
    "a folder of one machine": re.compile(r"(?<![\w./{])/(?:root|home/[a-z]\w*|Users/\w+|work)/\w"),
}


def tracked(repository: Path) -> list[Path]:
    """Every file that is committed or would be by `git add --all`."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=repository, check=True, capture_output=True, text=True)
    files = [repository / name for name in names.stdout.split("\0") if name]
    return [one for one in files if one.is_file()]


def texts(repository: Path) -> Iterator[tuple[Path, str]]:
    for path in tracked(repository):
        try:
            yield path.relative_to(repository), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture


def shown(repository: Path) -> Iterator[tuple[Path, str]]:
    """The text of everything that reaches a browser."""
    for path, text in texts(repository):
        if path.parts[0] in {"docs", "tests"} or "vendor" in path.parts or len(path.parts) == 1:
            continue
        if path.suffix in SHOWN:
            yield path, text
        elif path.suffix == ".ipynb":
            cells = json.loads(text)["cells"]
            yield path, "\n".join("".join(cell["source"]) for cell in cells)


def test_nothing_that_reaches_a_browser_loads_an_outside_address(repository: Path) -> None:
    examined = 0
    found: list[str] = []
    for path, text in shown(repository):
        examined += 1
        found += [f"{path}: {match[1]}" for match in LOADED.finditer(text)]
    assert examined > 20
    assert not found


@pytest.mark.parametrize(
    "line",
    [
        '<script src="https://example.org/a.js">',
        "<img alt='x' src=//example.org/a.png>",
        "@import 'https://example.org/a.css'",
        "src: url(https://example.org/font.woff2)",
        'import { one } from "https://example.org/a.js"',
        'await fetch("https://example.org/")',
        "![a chart](https://example.org/a.svg)",
        '<link rel="preconnect" href="https://example.org">',
    ],
)
def test_each_way_of_loading_is_recognised(line: str) -> None:
    assert LOADED.search(line)


def test_a_link_to_follow_and_a_namespace_are_no_loading() -> None:
    for line in (
        "[the law](https://example.org)",
        '<a href="https://example.org">',
        'xmlns="http://www.w3.org/2000/svg"',
    ):
        assert not LOADED.search(line)


def test_no_file_holds_a_secret_or_names_a_machine(repository: Path) -> None:
    examined = 0
    found: list[str] = []
    for path, text in texts(repository):
        if path.name == "test_repository.py" or "vendor" in path.parts:
            continue
        examined += 1
        found += [f"{path}: {what}" for what, pattern in SECRETS.items() if pattern.search(text)]
    assert examined > 50
    assert not found


def test_no_state_of_a_running_site_is_committed(repository: Path) -> None:
    files = tracked(repository)
    assert files
    state = [one for one in files if one.suffix in {".db", ".sqlite", ".log", ".pid", ".key"}]
    state += [one for one in files if one.relative_to(repository).parts[0] == "var"]
    assert not state


def test_no_output_is_committed_in_a_notebook(repository: Path) -> None:
    notebooks = [one for one in tracked(repository) if one.suffix == ".ipynb"]
    assert notebooks
    for path in notebooks:
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            assert not cell.get("outputs"), path
            assert cell.get("execution_count") is None, path
