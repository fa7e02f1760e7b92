"""A course of as many released modules as are wanted, made from those that are there.

A module in preparation gets the content of a released one. Its items, reflections and assessments
get ids of their own, because an id stands for one thing in the whole course.
"""

import json
import re
import shutil
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

from bench.course import REPOSITORY

RELEASED, IN_PREPARATION = "released", "in-preparation"
_PARTS = ("course", "data", "solutions", "content")
_OF_BANK = ("practice", "graded", "reflections", "assessments")


def make_course(root: Path, modules: int) -> list[str]:
    """Make the course in ``root`` and return the ids of its released modules, in their order.

    Nothing can be handed in yet; see ``release``. Raises ``ValueError`` when the course has not
    as many modules.
    """
    for part in _PARTS:
        shutil.copytree(REPOSITORY / part, root / part)
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    path = root / "data" / "course.json"
    structure = json.loads(path.read_text(encoding="utf-8"))
    known: dict[str, Any] = structure["modules"]
    if modules > len(known):
        raise ValueError(f"the course has {len(known)} modules, {modules} are wanted")
    originals = [name for name, one in known.items() if one["status"] == RELEASED]
    # Those that are there come first, in a small course too.
    wanted = [*originals, *(name for name in known if name not in originals)][:modules]
    sources = cycle(originals)
    for name, module in known.items():
        module["status"] = RELEASED if name in wanted else IN_PREPARATION
        if name in wanted and name not in originals:
            _copy_module(root, next(sources), name)
        elif name not in wanted:
            (root / "data" / "bank" / f"{name}.json").unlink(missing_ok=True)
    path.write_text(json.dumps(structure, ensure_ascii=False, indent=1), encoding="utf-8")
    return [name for name in known if name in wanted]


def release(root: Path, modules: list[str]) -> Iterator[str]:
    """Let nbgrader release each module, which takes seconds; yield its id when that is done."""
    from yongxin.grading.exchange import release_module

    for name in modules:
        release_module(root, name)
        yield name


def _copy_module(root: Path, source: str, target: str) -> None:
    bank_path = root / "data" / "bank" / f"{source}.json"
    bank = json.loads(bank_path.read_text(encoding="utf-8"))
    names = sorted({one["id"] for part in _OF_BANK for one in bank[part]}, key=len, reverse=True)
    suffix = target.partition("-")[0]
    # Cells are called after what stands in them: question_chain-order, reflection-own-log.
    pattern = re.compile(
        rf"(?:(?<![A-Za-z0-9-])|(?<=reflection-))({'|'.join(map(re.escape, names))})(?![\w-])"
    )
    module = re.compile(rf"(?<![\w-]){re.escape(source)}(?![\w-])")

    def copy(origin: Path, place: Path) -> None:
        text = pattern.sub(rf"\1-{suffix}", origin.read_text(encoding="utf-8"))
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(module.sub(target, text), encoding="utf-8")

    copy(bank_path, bank_path.with_name(f"{target}.json"))
    copy(
        root / "solutions" / source / f"{source}.ipynb",
        root / "solutions" / target / f"{target}.ipynb",
    )
    for file in (root / "content" / source).iterdir():
        if file.is_file():
            copy(file, root / "content" / target / file.name)
    for folder in (root / "course").iterdir():
        if not folder.is_dir():
            continue
        copy(folder / f"{source}.ipynb", folder / f"{target}.ipynb")
        pictures = folder / "images" / source
        if pictures.is_dir():
            shutil.copytree(pictures, folder / "images" / target)
