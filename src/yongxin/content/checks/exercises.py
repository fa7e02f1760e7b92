"""What is asked is used where it belongs, and its texts are plain."""

import re
from typing import Any

from yongxin.content.draft import Draft, ModuleDraft, Sheet
from yongxin.content.models import Module
from yongxin.content.yaml_file import Place
from yongxin.items import Item
from yongxin.items.assessment import Assessment
from yongxin.items.reflection import Reflection
from yongxin.language import FIRST_LANGUAGE

_TAG = re.compile(r"</?[A-Za-z!][^>]*>|&(#\d+|#x[0-9A-Fa-f]+|[A-Za-z]+);")


def check_exercises(draft: Draft) -> None:
    """Check that practice is asked in the lesson and a released module has something graded."""
    for module_id, module in draft.modules.items():
        for sheet in module.entries:
            for place in sheet.document.lines:
                if place[: len(sheet.place)] == sheet.place:
                    _check_plain(sheet, place)
        if FIRST_LANGUAGE in module.lessons:
            _check_used(module)
        if draft.course is not None and module.items.valid:
            _check_graded(module, module_id, draft.course.value.modules[module_id])


def _check_plain(sheet: Sheet[Item] | Sheet[Reflection] | Sheet[Assessment], place: Place) -> None:
    value: Any = sheet.document.data
    for key in place:
        value = value[key]
    if isinstance(value, str) and (markup := _TAG.search(value)):
        sheet.report.add(sheet.document.line(place), "text", "texts are plain", markup[0])


def _check_used(module: ModuleDraft) -> None:
    named = {
        name
        for lesson in module.lessons.values()
        for call in lesson.value.calls
        for name in call.names
    }
    practice = [
        *(("quiz", one) for one in module.items.valid if one.value.use == "practice"),
        *(("reflect", one) for one in module.reflections.valid if one.value.use == "practice"),
        *(("assess", one) for one in module.assessments.valid),
    ]
    for kind, sheet in practice:
        if f"{kind}:{sheet.value.id}" not in named:
            sheet.report.add(
                sheet.line("id"), "id", f"no lesson asks it; {kind}(…) is missing", sheet.value.id
            )


def _check_graded(module: ModuleDraft, module_id: str, course_module: Module) -> None:
    graded = any(sheet.value.use == "graded" for sheet in module.exercises)
    if course_module.status == "released" and not graded:
        report = module.items.valid[0].report
        report.add(1, "use", f"{module_id} is released and nothing in it is graded")
