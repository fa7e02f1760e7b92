"""Recognise the cells that only show elements, so that a page of them needs no kernel.

The decision is made on the syntax tree: a cell is an element cell if it is exactly one call of a
verb with literal ids, and an import cell if it does nothing but import verbs. Anything else, and be
it one assignment, is code that has to run.
"""

import ast
import re
from dataclasses import dataclass

#: A verb and the kind of element that each of its ids names. A scenario is an item like others.
KINDS_OF_VERBS = {
    "quiz": "quiz",
    "scenario": "quiz",
    "reflect": "reflect",
    "simulate": "simulate",
    "assess": "assess",
    "kept": "kept",
}
#: The verbs without ids, and the one element that each shows.
SINGLE_ELEMENTS = {"submit": "submit:exercise", "progress": "progress:course"}
VERBS = frozenset(KINDS_OF_VERBS) | frozenset(SINGLE_ELEMENTS)
PACKAGES = frozenset({"yongxin", "yongxin.en", "yongxin.zh_cn"})

#: A longer cell is not one call, and parsing it would only cost time and stack.
MAXIMUM_CHARACTERS = 4000
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Import:
    """A cell that imports verbs, and nothing but verbs, from one of the ``PACKAGES``."""

    packages: tuple[str, ...]
    verbs: tuple[str, ...]


def recognise(source: str) -> Import | list[str] | None:
    """Return what a code cell shows: an import of verbs, the names of elements, or ``None``.

    ``None`` means that only a kernel can tell, and holds for every text that is no Python, too.
    """
    if len(source) > MAXIMUM_CHARACTERS:
        return None
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if body and all(isinstance(statement, ast.ImportFrom) for statement in body):
        return _read_imports(body)
    if len(body) == 1 and isinstance(body[0], ast.Expr):
        return _read_call(body[0].value)
    return None


def _read_imports(statements: list[ast.stmt]) -> Import | None:
    packages: list[str] = []
    verbs: list[str] = []
    for statement in statements:
        if not isinstance(statement, ast.ImportFrom):
            return None
        if statement.level or statement.module not in PACKAGES:
            return None
        for alias in statement.names:
            if alias.asname is not None or alias.name not in VERBS:
                return None
            verbs.append(alias.name)
        packages.append(statement.module)
    return Import(tuple(packages), tuple(verbs))


def _read_call(call: ast.expr) -> list[str] | None:
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.keywords:
        return None
    verb = call.func.id
    if verb in SINGLE_ELEMENTS:
        return None if call.args else [SINGLE_ELEMENTS[verb]]
    if verb not in KINDS_OF_VERBS or not call.args:
        return None
    names: list[str] = []
    for argument in call.args:
        if not isinstance(argument, ast.Constant) or not isinstance(argument.value, str):
            return None
        if not _ID.fullmatch(argument.value):
            return None
        names.append(f"{KINDS_OF_VERBS[verb]}:{argument.value}")
    return names
