"""What a lesson shows of earlier answers is something that its learners can have written."""

from yongxin.content.draft import Draft, LessonSheet
from yongxin.content.lesson import ElementCall


def check_kept(draft: Draft) -> None:
    """Check that every kept answer names a reflection of a module that is open to its readers."""
    for module_id, module in draft.modules.items():
        for lesson in module.lessons.values():
            lines: dict[str, int] = {}
            for call in lesson.value.calls:
                if call.verb == "kept":
                    _check_place(call, lesson, module_id, draft)
                    _check_once(call, lesson, lines)


def _check_place(call: ElementCall, lesson: LessonSheet, module_id: str, draft: Draft) -> None:
    (reflection,) = call.ids
    written_in = draft.modules.get(call.module)
    if written_in is None:
        lesson.report.add_unknown(call.line, "kept", call.module, draft.modules, "no such module")
        return
    if written_in.reflections.ids is not None:
        known = [one.id for one in written_in.reflections.ids]
        if reflection not in known:
            message = f"no reflection of {call.module}"
            lesson.report.add_unknown(call.line, "kept", reflection, known, message)
    if _is_released(module_id, draft) and not _is_released(call.module, draft):
        lesson.report.add(
            call.line, "kept", "is in preparation, so nobody can write there", call.module
        )


def _check_once(call: ElementCall, lesson: LessonSheet, lines: dict[str, int]) -> None:
    (reflection,) = call.ids
    if reflection in lines:
        lesson.report.add(
            call.line, "kept", f"stands in line {lines[reflection]} already", reflection
        )
    lines.setdefault(reflection, call.line)


def _is_released(module_id: str, draft: Draft) -> bool:
    module = draft.course.value.modules.get(module_id) if draft.course else None
    return module is not None and module.status == "released"
