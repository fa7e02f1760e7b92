"""Reading the one line of Python in a fenced ``yongxin`` block."""

import ast

from yongxin.content.finding import FileReport
from yongxin.content.lesson import VERBS, ElementCall

_EXAMPLE = 'write one call with ids in quotes, such as quiz("chain-order")'
_MAXIMUM_CHARACTERS = 1000


def parse_call(source: str, line: int, report: FileReport) -> ElementCall | None:
    """Return the call that ``source`` (its first line is ``line``) makes.

    Returns ``None`` after reporting anything but exactly one call of a verb with literal texts.
    """
    call = _only_call(source)
    if call is None:
        report.add(line, "block", _EXAMPLE, source)
        return None
    verb = ast.unparse(call.func)
    if verb not in VERBS:
        report.add_unknown(line, "block", verb, VERBS)
        return None
    ids: list[str] = []
    for argument in call.args:
        if not isinstance(argument, ast.Constant) or not isinstance(argument.value, str):
            report.add(line, f"block.{verb}", _EXAMPLE, ast.unparse(argument))
            return None
        ids.append(argument.value)
    if call.keywords:
        report.add(line, f"block.{verb}", _EXAMPLE, ast.unparse(call.keywords[0]))
        return None
    if not ids:
        report.add(line, f"block.{verb}", f"names nothing; {_EXAMPLE}")
        return None
    return ElementCall(verb, tuple(ids), line)


def _only_call(source: str) -> ast.Call | None:
    if len(source) > _MAXIMUM_CHARACTERS:
        return None
    try:
        statements = ast.parse(source.strip()).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if len(statements) != 1 or not isinstance(statements[0], ast.Expr):
        return None
    call = statements[0].value
    return call if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) else None
