"""Every text has been written."""

from typing import Any, TypeAlias

from yongxin.content.draft import Draft, Sheet
from yongxin.content.missing import holds_missing
from yongxin.content.yaml_file import Place
from yongxin.items import Item
from yongxin.items.assessment import Assessment
from yongxin.items.reflection import Reflection

AnySheet: TypeAlias = Sheet[Item] | Sheet[Reflection] | Sheet[Assessment]

_NAMES = {"zh-CN": "the Chinese text", "en": "the English text"}


def check_missing(draft: Draft) -> None:
    """Report every text of what is asked that holds the mark of a missing one."""
    for module in draft.modules.values():
        for sheet in module.entries:
            for place, text in _texts(sheet):
                if holds_missing(text):
                    named = [_NAMES[str(part)] for part in place if part in _NAMES]
                    what = named[-1] if named else "a text"
                    sheet.report.add(
                        sheet.document.line(place), _spell(place, sheet), f"{what} is missing", text
                    )


def _texts(sheet: AnySheet) -> list[tuple[Place, str]]:
    found: list[tuple[Place, str]] = []
    for place in sheet.document.lines:
        if place[: len(sheet.place)] == sheet.place:
            value: Any = sheet.document.data
            for key in place:
                value = value[key]
            if isinstance(value, str):
                found.append((place, value))
    return found


def _spell(place: Place, sheet: AnySheet) -> str:
    """Spell a place within its entry for people: ``options[2].text.en``."""
    within = place[len(sheet.place) :]
    spelled = "".join(f"[{one + 1}]" if isinstance(one, int) else f".{one}" for one in within)
    return spelled.removeprefix(".")
