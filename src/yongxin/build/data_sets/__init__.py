"""Data sets to look at: each stands in ``data/sets`` as soon as its module is released.

A set is a function without arguments that returns the bytes of its file: the same ones every time
and everywhere. ``readme.md`` beside this file is their dictionary.
"""

from collections.abc import Callable, Collection, Iterator
from importlib.resources import files

from yongxin.build.data_sets.complaints import complaints
from yongxin.build.data_sets.deck_facts import deck_facts

FOLDER = "data/sets"

#: By the module to which they belong: file name → how it is made.
_SETS: dict[str, dict[str, Callable[[], bytes]]] = {
    "a3-silent-customers": {"complaints.csv": complaints, "deck_facts.csv": deck_facts},
}


def data_set_files(released: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the data sets of the released modules as path and bytes, and their dictionary."""
    made = [
        (name, make)
        for module_id, sets in _SETS.items()
        if module_id in released
        for name, make in sets.items()
    ]
    if made:
        yield f"{FOLDER}/README.md", files(__name__).joinpath("readme.md").read_bytes()
    for name, make in made:
        yield f"{FOLDER}/{name}", make()
