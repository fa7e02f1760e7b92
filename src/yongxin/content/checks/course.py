"""The course's structure agrees with itself and with the curriculum."""

from collections.abc import Iterable

from yongxin.content.draft import Draft, Sheet
from yongxin.content.models import Course, Curriculum


def check_course(draft: Draft) -> None:
    """Parts and paths name existing modules, each part each module once; every unit has a home."""
    if draft.course is None:
        return
    _check_names(draft.course)
    _check_decks(draft.course)
    if draft.curriculum is not None:
        _check_homes(draft.course, draft.curriculum)
        _check_systems(draft.curriculum)


def _check_names(course: Sheet[Course]) -> None:
    known = course.value.modules
    homes: dict[str, str] = {}
    for kind, groups in (("parts", course.value.parts), ("paths", course.value.paths)):
        seen: set[str] = set()
        for number, group in enumerate(groups):
            if group.id in seen:
                course.report.add(
                    course.line(kind, number, "id"), f"{kind}.id", "stands twice", group.id
                )
            seen.add(group.id)
            for place, module_id in enumerate(group.modules):
                line = course.line(kind, number, "modules", place)
                if module_id not in known:
                    course.report.add_unknown(line, f"{kind}.modules", module_id, known)
                elif module_id in group.modules[:place]:
                    course.report.add(line, f"{kind}.modules", "stands twice here", module_id)
                elif kind == "parts" and homes.setdefault(module_id, group.id) != group.id:
                    course.report.add(
                        line, "parts.modules", f"belongs to part {homes[module_id]}", module_id
                    )
    for module_id in known:
        if module_id not in homes:
            course.report.add(
                course.line("modules", module_id), "modules", "is in no part", module_id
            )


def _check_decks(course: Sheet[Course]) -> None:
    for part in course.value.parts:
        for module_id in part.modules:
            module = course.value.modules.get(module_id)
            if module is not None and module.units[0][0] != part.deck:
                course.report.add(
                    course.line("modules", module_id, "units"),
                    "units",
                    f"part {part.id} teaches deck {part.deck}",
                    module.units[0],
                )


def _check_homes(course: Sheet[Course], curriculum: Sheet[Curriculum]) -> None:
    """Check that every unit is in one module, and that released runs end at existing units."""
    modules = course.value.modules
    for unit in curriculum.value.units:
        homes = [module_id for module_id, module in modules.items() if module.holds(unit)]
        line = curriculum.line("units", unit)
        if not homes:
            curriculum.report.add(line, "units", "is in no module of course.yaml", unit)
        elif len(homes) > 1:
            curriculum.report.add(line, "units", f"is in {' and '.join(homes)}", unit)
    for module_id, module in modules.items():
        named: Iterable[tuple[str, int, str]] = [
            *(("extra_units", number, unit) for number, unit in enumerate(module.extra_units)),
            *(
                ("units", number, unit)
                for number, unit in enumerate(module.units)
                if module.status == "released"
            ),
        ]
        for field, number, unit in named:
            if unit not in curriculum.value.units:
                course.report.add_unknown(
                    course.line("modules", module_id, field, number),
                    field,
                    unit,
                    curriculum.value.units,
                )


def _check_systems(curriculum: Sheet[Curriculum]) -> None:
    for system_id, system in curriculum.value.systems.items():
        for number, unit in enumerate(system.units):
            if unit not in curriculum.value.units:
                curriculum.report.add_unknown(
                    curriculum.line("systems", system_id, "units", number),
                    f"systems.{system_id}.units",
                    unit,
                    curriculum.value.units,
                )
