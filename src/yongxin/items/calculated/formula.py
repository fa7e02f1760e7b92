"""Formulas of authors: small arithmetic expressions, parsed and evaluated without ``eval``.

A formula is read as a Python expression, and every node of its syntax tree must be one of those
named here: numbers, parameters, ``+ - * / // % **``, parentheses and a few functions. It is
reckoned in decimal digits, as a person would, in the same way on every machine.
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
    localcontext,
)
from functools import lru_cache
from typing import TypeAlias

from yongxin.items.figure import plain

#: A longer formula, or one of more parts, is no exercise for people.
MAXIMUM_CHARACTERS = 200
MAXIMUM_NODES = 100

_Function: TypeAlias = Callable[..., Decimal]


class FormulaError(ValueError):
    """A formula that cannot be read, or that has no value for some parameters."""


# Enough digits for any exercise. The small exponent stops a power such as 9**9**9 at once.
_ARITHMETIC = Context(
    prec=28,
    rounding=ROUND_HALF_UP,
    Emin=-99,
    Emax=99,
    traps=[DivisionByZero, InvalidOperation, Overflow],
)


@dataclass(frozen=True)
class _Named:
    """A function that formulas may call, and how many values it takes."""

    call: _Function
    fewest: int
    most: int


def _floor(value: Decimal) -> Decimal:
    return value.to_integral_value(rounding=ROUND_FLOOR)


def _ceil(value: Decimal) -> Decimal:
    return value.to_integral_value(rounding=ROUND_CEILING)


def _quotient(one: Decimal, other: Decimal) -> Decimal:
    return _floor(one / other)


def _remainder(one: Decimal, other: Decimal) -> Decimal:
    """Return what is left of a division, with the sign of the divisor, as in Python."""
    return one - other * _floor(one / other)


def _rounded(value: Decimal, places: Decimal = Decimal(0)) -> Decimal:
    """Round as at school, halves away from zero, to 0 to 9 places."""
    if places != places.to_integral_value() or not 0 <= places <= 9:
        raise FormulaError("round takes 0 to 9 decimal places")
    return value.quantize(Decimal(1).scaleb(-int(places)), rounding=ROUND_HALF_UP)


_OPERATORS: dict[type[ast.operator], _Function] = {
    ast.Add: Decimal.__add__,
    ast.Sub: Decimal.__sub__,
    ast.Mult: Decimal.__mul__,
    ast.Div: Decimal.__truediv__,
    ast.FloorDiv: _quotient,
    ast.Mod: _remainder,
    ast.Pow: Decimal.__pow__,
}
_SIGNS: dict[type[ast.unaryop], _Function] = {ast.UAdd: Decimal.__pos__, ast.USub: Decimal.__neg__}


_FUNCTIONS = {
    "abs": _Named(Decimal.__abs__, 1, 1),
    "min": _Named(min, 2, 8),
    "max": _Named(max, 2, 8),
    "round": _Named(_rounded, 1, 2),
    "floor": _Named(_floor, 1, 1),
    "ceil": _Named(_ceil, 1, 1),
    "sqrt": _Named(Decimal.sqrt, 1, 1),
    "exp": _Named(Decimal.exp, 1, 1),
    "ln": _Named(Decimal.ln, 1, 1),
}
FUNCTION_NAMES = tuple(_FUNCTIONS)


@dataclass(frozen=True)
class Formula:
    """A formula that has been read, and the parameters that it names."""

    source: str
    names: frozenset[str]

    def value(self, parameters: Mapping[str, Decimal]) -> Decimal:
        """Return the formula's value.

        Raises ``FormulaError`` where it has none: a division by zero, a root of a negative number,
        a number out of range.
        """
        with localcontext(_ARITHMETIC):
            try:
                return +_evaluate(_tree(self.source), parameters)
            except DivisionByZero:
                problem = "divides by zero"
            except Overflow:
                problem = "grows out of range"
            except InvalidOperation:
                # Zero by zero counts as this one.
                problem = "has no value"
        where = ", ".join(f"{name} = {plain(value)}" for name, value in parameters.items())
        raise FormulaError(f"{self.source} {problem} for {where}")


def parse_formula(source: str) -> Formula:
    """Return a formula. Raises ``FormulaError``, which says what is not allowed in it."""
    tree = _tree(source)
    return Formula(source, frozenset(_names(tree)))


@lru_cache(maxsize=256)
def _tree(source: str) -> ast.expr:
    if len(source) > MAXIMUM_CHARACTERS:
        raise FormulaError(f"the formula has more than {MAXIMUM_CHARACTERS} characters")
    try:
        tree = ast.parse(source.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise FormulaError(f"{source!r} is no arithmetic expression") from error
    if sum(1 for _ in ast.walk(tree)) > MAXIMUM_NODES:
        raise FormulaError(f"the formula has more than {MAXIMUM_NODES} parts")
    _require_allowed(tree)
    return tree


def _require_allowed(node: ast.expr) -> None:
    match node:
        case ast.Constant(value=int(value) | float(value)) if not isinstance(value, bool):
            if not abs(value) <= 10**12:
                raise FormulaError("a number in the formula is too large")
        case ast.Name():
            pass
        case ast.UnaryOp(op=op, operand=operand) if type(op) in _SIGNS:
            _require_allowed(operand)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            _require_allowed(left)
            _require_allowed(right)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            if name not in _FUNCTIONS:
                raise FormulaError(f"there is no function {name}; {_allowed()}")
            known = _FUNCTIONS[name]
            if not known.fewest <= len(arguments) <= known.most:
                raise FormulaError(f"{name} takes {known.fewest} to {known.most} values")
            for argument in arguments:
                _require_allowed(argument)
        case _:
            raise FormulaError(f"{ast.unparse(node)!r} cannot stand in a formula; {_allowed()}")


def _allowed() -> str:
    return f"it has numbers, parameters, + - * / // % **, parentheses, {', '.join(_FUNCTIONS)}"


def _names(node: ast.expr) -> Iterator[str]:
    functions = {id(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)}
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and id(one) not in functions:
            yield one.id


def _evaluate(node: ast.expr, parameters: Mapping[str, Decimal]) -> Decimal:
    match node:
        case ast.Constant(value=int(value) | float(value)):
            return Decimal(repr(value))
        case ast.Name(id=name):
            return parameters[name]
        case ast.UnaryOp(op=op, operand=operand):
            return _SIGNS[type(op)](_evaluate(operand, parameters))
        case ast.BinOp(left=left, op=op, right=right):
            one, other = _evaluate(left, parameters), _evaluate(right, parameters)
            return _finite(_OPERATORS[type(op)](one, other))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            values = [_evaluate(one, parameters) for one in arguments]
            return _finite(_FUNCTIONS[name].call(*values))
        case _:
            raise AssertionError("an expression that was not examined")


def _finite(value: Decimal) -> Decimal:
    """Return a value that is a number. The logarithm of 0 and 0 ** -1 are infinite, untrapped."""
    if not value.is_finite():
        raise InvalidOperation
    return value
