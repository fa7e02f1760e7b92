"""Coverage: where each unit and each named system of the decks stands in the course."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from yongxin.content.content import Content
from yongxin.language import FIRST_LANGUAGE, LocalizedText

State = Literal["done", "open"]


@dataclass(frozen=True)
class Row:
    """One unit or system of the curriculum, and where it stands.

    ``module`` is the id of its home: the module whose run of units holds it, or holds the first
    unit of a system; ``None`` when no module does. ``sections`` (``a2-pickle/chain``) and ``items``
    (and reflections, and self-assessments) are all the places that name it, in the order of the
    course. A row is ``done`` when its home is released and names it there: a unit in a section, a
    system in a section or an item.
    """

    id: str
    title: LocalizedText
    module: str | None
    sections: tuple[str, ...]
    items: tuple[str, ...]
    state: State
    required: bool

    @property
    def is_missing(self) -> bool:
        """Whether it ought to be done: its home is released, or it has none."""
        return self.required and self.state == "open"


@dataclass(frozen=True)
class Coverage:
    """All units and all systems, each in the order of the curriculum."""

    units: tuple[Row, ...]
    systems: tuple[Row, ...]

    @property
    def missing(self) -> tuple[Row, ...]:
        """The rows for which a coverage check fails."""
        return tuple(row for row in (*self.units, *self.systems) if row.is_missing)

    def table(self) -> str:
        """Return the rows as a table to read in a terminal, in English, with a count below."""
        rows = [_HEAD, *map(_columns, (*self.units, *self.systems))]
        widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ]
        lines += ["", f"{_count(self.units, 'units')}, {_count(self.systems, 'systems')}."]
        lines += [f"missing: {row.id} {row.title.en} ({_home(row)})" for row in self.missing]
        return "\n".join(lines)


def coverage(content: Content) -> Coverage:
    """Say of every unit and system of the curriculum where it stands and whether it is done."""
    curriculum = content.curriculum
    named = _Named(content)
    return Coverage(
        units=tuple(
            named.row(unit, title, home=unit, in_items_alone=False)
            for unit, title in curriculum.units.items()
        ),
        systems=tuple(
            named.row(system_id, system.title, home=system.units[0], in_items_alone=True)
            for system_id, system in curriculum.systems.items()
        ),
    )


class _Named:
    """Every unit and system id that the course names, with the places, in the order of modules."""

    def __init__(self, content: Content) -> None:
        self._modules = {
            module_id: module for _, module_id, module in content.course.modules_in_order()
        }
        self._sections: dict[str, list[_Place]] = {}
        self._items: dict[str, list[_Place]] = {}
        for module_id in self._modules:
            written = content.modules.get(module_id)
            if written is None:
                continue
            # Sections and their ids are the same in every language.
            for section in written.lessons[FIRST_LANGUAGE].sections:
                place = _Place(module_id, f"{module_id}/{section.id}")
                _note(self._sections, place, (*section.units, *section.systems))
            for one in (*written.items, *written.reflections, *written.assessments):
                _note(self._items, _Place(module_id, one.id), (*one.units, *one.systems))

    def row(self, id: str, title: LocalizedText, *, home: str, in_items_alone: bool) -> Row:
        """Return the row of one unit or system; ``home`` is the unit that decides its module."""
        module_id = next((one for one, module in self._modules.items() if module.holds(home)), None)
        released = module_id is not None and self._modules[module_id].status == "released"
        sections, items = self._sections.get(id, []), self._items.get(id, [])
        standing = [*sections, *items] if in_items_alone else sections
        stands_at_home = any(place.module == module_id for place in standing)
        return Row(
            id=id,
            title=title,
            module=module_id,
            sections=tuple(place.name for place in sections),
            items=tuple(place.name for place in items),
            state="done" if released and stands_at_home else "open",
            required=released or module_id is None,
        )


@dataclass(frozen=True)
class _Place:
    module: str
    name: str


def _note(places: dict[str, list[_Place]], place: _Place, names: Iterable[str]) -> None:
    for name in names:
        places.setdefault(name, []).append(place)


_HEAD = ("Id", "State", "Module", "Title", "Sections", "Items")


def _columns(row: Row) -> tuple[str, ...]:
    home = _home(row)
    # The module has a column of its own; naming it again before each section would hide the rest.
    sections = [section.removeprefix(f"{home}/") for section in row.sections]
    return (row.id, row.state, home, row.title.en, ", ".join(sections), ", ".join(row.items))


def _home(row: Row) -> str:
    return row.module or "no module"


def _count(rows: tuple[Row, ...], what: str) -> str:
    done = sum(row.state == "done" for row in rows)
    return f"{done} of {len(rows)} {what} done"
