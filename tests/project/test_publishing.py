"""docs/publishing.md names every setting that there is, and no other; its units are well formed."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from yongxin.site.app import YongxinServer
from yongxin.site.identity import RosterIdentityProvider
from yongxin.site.kernels import OwnedKernels

INI = re.compile(r"`(/etc/[\w./-]+)`[^\n]*\n\n```ini\n(.*?)^```", re.MULTILINE | re.DOTALL)
VARIABLE = re.compile(r"[\"'](YONGXIN_[A-Z_]+)[\"']")
FIRST_CELL = re.compile(r"^\| (`[^|]*`) \|", re.MULTILINE)
NAME = re.compile(r"`([^`]+)`")

#: Traits that one process sets for another, and flags that are for working on the site.
NOT_FOR_PEOPLE = {"--OwnedKernels.process_name", "--debug", "--no-browser"}


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    return (repository / "docs" / "publishing.md").read_text(encoding="utf-8")


def named(page: str, beginning: str) -> set[str]:
    """What stands in the first cells of tables."""
    settings = page.partition("## Settings\n")[2].partition("\n## ")[0]
    cells = FIRST_CELL.findall(settings)
    return {one for cell in cells for one in NAME.findall(cell) if one.startswith(beginning)}


def test_every_variable_that_the_code_reads_is_named(page: str, repository: Path) -> None:
    sources = list((repository / "src" / "yongxin").rglob("*.py"))
    assert len(sources) > 100
    read = {one for path in sources for one in VARIABLE.findall(path.read_text(encoding="utf-8"))}
    assert len(read) > 4
    assert named(page, "YONGXIN_") == read


def test_every_option_of_the_site_is_named(page: str) -> None:
    aliases = {trait: f"--{alias}" for alias, trait in YongxinServer.aliases.items()}
    flags = {
        f"{owner}.{trait}": f"--{flag}"
        for flag, (changes, _) in YongxinServer.flags.items()
        for owner, traits in changes.items()
        for trait in traits
    }
    own = {
        f"{owner.__name__}.{trait}"
        for owner in (YongxinServer, RosterIdentityProvider, OwnedKernels)
        for trait in owner.class_own_traits(config=True)
    }
    options = {aliases.get(one) or flags.get(one) or f"--{one}" for one in own}
    options |= set(aliases.values())
    assert named(page, "--") == options - NOT_FOR_PEOPLE


def test_units_are_whole_and_their_parts_known(page: str) -> None:
    units = {Path(name).name: content for name, content in INI.findall(page)}
    assert set(units) >= {"yongxin.service", "yongxin-backup.service", "yongxin-backup.timer"}
    for name, content in units.items():
        if name.endswith((".service", ".timer")):
            parser = configparser.RawConfigParser(strict=False)
            parser.optionxform = str  # type: ignore[assignment,method-assign]
            parser.read_string(content)
            assert set(parser.sections()) <= {"Unit", "Service", "Timer", "Install"}, name
            assert "Unit" in parser.sections(), name


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd")
def test_systemd_understands_the_units(page: str, tmp_path: Path) -> None:
    units = {Path(name).name: content for name, content in INI.findall(page)}
    # The programs are not installed where the page has them.
    for name, content in units.items():
        changed = re.sub(r"^(Exec\w+=)\S+", r"\1/bin/true", content, flags=re.MULTILINE)
        (tmp_path / name).write_text(changed, encoding="utf-8")
    files = sorted(tmp_path.glob("*.service")) + sorted(tmp_path.glob("*.timer"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *files],
        capture_output=True,
        text=True,
        check=False,
    )
    # Units of the machine itself may have their own faults.
    told = [line for line in done.stderr.splitlines() if "yongxin" in line]
    assert not told, done.stderr
