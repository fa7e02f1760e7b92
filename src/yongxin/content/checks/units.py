"""Units and systems stand in the module that they belong to, and none is left out."""

from collections.abc import Iterable

from yongxin.content.draft import Draft, ModuleDraft
from yongxin.content.finding import FileReport
from yongxin.content.models import Curriculum, Module
from yongxin.language import FIRST_LANGUAGE


def check_units(draft: Draft) -> None:
    """Check every unit and system that lessons, and what they ask, name."""
    if draft.course is None or draft.curriculum is None:
        return
    for module_id, module_draft in draft.modules.items():
        module = draft.course.value.modules[module_id]
        check = _ModuleUnits(module, draft.curriculum.value)
        for lesson in module_draft.lessons.values():
            for section in lesson.value.sections:
                check.units(section.units, [section.line] * len(section.units), lesson.report)
                check.systems(section.systems, [section.line] * len(section.systems), lesson.report)
        for sheet in module_draft.entries:
            value = sheet.value
            check.units(
                value.units,
                [sheet.line("units", number) for number in range(len(value.units))],
                sheet.report,
            )
            check.systems(
                value.systems,
                [sheet.line("systems", number) for number in range(len(value.systems))],
                sheet.report,
            )
        if module.status == "released":
            _check_complete(module, module_draft, draft.curriculum.value)


class _ModuleUnits:
    def __init__(self, module: Module, curriculum: Curriculum) -> None:
        self._curriculum = curriculum
        self._own = [unit for unit in curriculum.units if module.holds(unit)]

    def units(self, units: Iterable[str], lines: Iterable[int], report: FileReport) -> None:
        for unit, line in zip(units, lines, strict=True):
            if unit not in self._curriculum.units:
                report.add_unknown(line, "units", unit, self._own)
            elif unit not in self._own:
                report.add_unknown(line, "units", unit, self._own, "belongs to another module")

    def systems(self, systems: Iterable[str], lines: Iterable[int], report: FileReport) -> None:
        # A system may stand in any module: the recap sheet is one, and every module has it.
        for system, line in zip(systems, lines, strict=True):
            if system not in self._curriculum.systems:
                report.add_unknown(line, "systems", system, self._curriculum.systems)


def _check_complete(module: Module, draft: ModuleDraft, curriculum: Curriculum) -> None:
    lesson = draft.lessons.get(FIRST_LANGUAGE)
    if lesson is None:
        return
    taught = {unit for section in lesson.value.sections for unit in section.units}
    for unit in curriculum.units:
        if module.holds(unit) and unit not in taught:
            title = curriculum.units[unit].zh_cn
            lesson.report.add(
                1, "units", f"the module is released and no section teaches {title}", unit
            )
