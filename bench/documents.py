"""Puts the figures of a run into ``docs/performance.md``, so that nobody types them by hand."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench import plots, tables


def fill(document: str, result: Mapping[str, Any]) -> str:
    """Return ``document`` with the tables of ``result``. Raises ``KeyError`` for an unknown one."""
    return put(document, "bench", tables.by_name(result))


def put(document: str, kind: str, made: Mapping[str, str]) -> str:
    """Return ``document`` with the tables that were made by one kind of run.

    A table stands between a comment that names it (``<!-- bench: bars -->``) and one that ends it.
    Raises ``KeyError`` when another table is named.
    """
    place = re.compile(
        rf"(?P<begin><!-- {kind}: (?P<name>\w+) -->)\n.*?(?P<end><!-- end -->)", re.DOTALL
    )
    return place.sub(
        lambda one: "\n".join([one["begin"], "", made[one["name"]], "", one["end"]]), document
    )


def write(figures: Path, document: Path) -> None:
    """Fill ``document`` with what stands in ``figures``; keep those and the plots beside it."""
    result = json.loads(figures.read_text(encoding="utf-8"))
    document.write_text(fill(document.read_text(encoding="utf-8"), result), encoding="utf-8")
    folder = document.with_suffix("")
    folder.mkdir(exist_ok=True)
    (folder / "figures.json").write_text(figures.read_text(encoding="utf-8"), encoding="utf-8")
    plots.write(result, folder)
