"""The conda environment holds the same packages, in the same versions, as the Python package."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from rattler import MatchSpec
from ruamel.yaml import YAML

#: What the environment needs beyond the package's own dependencies.
OF_CONDA = {"python", "pip"}
#: What conda-forge calls otherwise, by its name there.
NAMES = {"brotli-python": "brotli"}


@pytest.fixture(scope="module")
def project(repository: Path) -> dict[str, Any]:
    return tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def environment(repository: Path) -> list[Any]:
    text = (repository / "environment.yml").read_text(encoding="utf-8")
    return YAML(typ="safe", pure=True).load(text)["dependencies"]


@pytest.fixture(scope="module")
def from_conda(environment: list[Any]) -> dict[str, MatchSpec]:
    specs = [MatchSpec(line, strict=True) for line in environment if isinstance(line, str)]
    assert specs
    named = {canonicalize_name(spec.name.normalized): spec for spec in specs if spec.name}
    return {NAMES.get(name, name): spec for name, spec in named.items()}


@pytest.fixture(scope="module")
def from_pip(environment: list[Any]) -> dict[str, Requirement]:
    lines = next(one["pip"] for one in environment if isinstance(one, dict))
    wanted = [Requirement(line) for line in lines if not line.startswith("-")]
    assert wanted
    return {canonicalize_name(one.name): one for one in wanted}


def test_every_dependency_stands_in_one_place_with_its_version(
    project: dict[str, Any],
    from_conda: dict[str, MatchSpec],
    from_pip: dict[str, Requirement],
) -> None:
    wanted = {canonicalize_name(one.name): one for one in map(Requirement, project["dependencies"])}
    assert not from_conda.keys() & from_pip.keys()
    assert (from_conda.keys() - OF_CONDA) | from_pip.keys() == wanted.keys()
    for name, requirement in wanted.items():
        given = (
            from_pip[name].specifier
            if name in from_pip
            else SpecifierSet(str(from_conda[name].version))
        )
        assert given == requirement.specifier, name


def test_the_python_is_one_that_the_package_supports(
    project: dict[str, Any], from_conda: dict[str, MatchSpec]
) -> None:
    assert SpecifierSet(str(from_conda["python"].version)) == SpecifierSet(
        project["requires-python"]
    )


def test_the_makefile_checks_for_the_same_python(repository: Path, project: dict[str, Any]) -> None:
    found = re.search(
        r"\((\d+), (\d+)\) <= sys\.version_info < \((\d+), (\d+)\)",
        (repository / "Makefile").read_text(encoding="utf-8"),
    )
    assert found
    first, before = f"{found[1]}.{found[2]}", f"{found[3]}.{found[4]}"
    assert SpecifierSet(f">={first},<{before}") == SpecifierSet(project["requires-python"])


def test_the_environment_installs_this_package(environment: list[Any]) -> None:
    lines = next(one["pip"] for one in environment if isinstance(one, dict))
    assert "--editable ." in lines
