"""Simulators: small models that a learner plays with, one folder each.

A folder holds ``model.py`` (a pure function: formula, units and source in its docstring) and
``view.py`` (its inputs, words, table and figure). The folder's name is the simulator's id, with
hyphens: ``satisfaction_gap`` is ``satisfaction-gap``.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from yongxin.simulators.base import (
    ChoiceInput,
    InputGroup,
    NumberInput,
    Results,
    Simulator,
    Table,
    UnusableInput,
)

__all__ = [
    "ChoiceInput",
    "InputGroup",
    "NumberInput",
    "Results",
    "Simulator",
    "Table",
    "UnusableInput",
    "find_simulator",
    "simulator_ids",
]


@cache
def simulator_ids() -> tuple[str, ...]:
    """Return the ids of all simulators, sorted. Reads folder names, once, and imports nothing."""
    return tuple(
        sorted(module.name.replace("_", "-") for module in iter_modules(__path__) if module.ispkg)
    )


def find_simulator(simulator_id: str) -> Simulator:
    """Return the simulator ``simulator_id``. Raises ``KeyError`` when there is none."""
    if simulator_id not in simulator_ids():
        raise KeyError(simulator_id)
    view = import_module(f"{__name__}.{simulator_id.replace('-', '_')}.view")
    return view.SIMULATOR
