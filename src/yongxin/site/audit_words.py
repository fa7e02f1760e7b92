"""The entries of the audit log in words."""

import json
from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Final, cast

from yongxin.site.held import rows_in_words
from yongxin.store import AUDIT_ACTIONS
from yongxin.store.values import JSON
from yongxin.text import InterfaceText

_MOMENTS: Final = {"due", "made_at", "since"}
#: Where there are words for the values of a detail, if the words of the log are not the place.
_WORDS_OF: Final = {
    "role": "site.role",
    "before": "site.role",
    "after": "site.role",
    "state": "cohort.state",
}


def actions_in_words(text: InterfaceText) -> dict[str, str]:
    """Return the actions that entries tell of, with words for them, in the order of the words."""
    found = {action: action_in_words(action, text) for action in AUDIT_ACTIONS}
    return dict(sorted(found.items(), key=lambda one: one[1]))


def action_in_words(action: str, text: InterfaceText) -> str:
    """Return what was done in words, or as it stands in the log if nobody has words for it."""
    return _known(f"audit.action.{action.replace(' ', '-')}", action, text)


def detail_in_words(detail: Mapping[str, JSON], text: InterfaceText, zone: tzinfo) -> str:
    """Return the detail of an entry; what nobody has words for is told as it stands in the log."""
    colon = text("audit.colon")
    return text("audit.between").join(
        _known(f"audit.detail-of.{name}", name, text) + colon + _value(name, value, text, zone)
        for name, value in detail.items()
        if value is not None or name == "due"
    )


def _value(name: str, value: JSON, text: InterfaceText, zone: tzinfo) -> str:
    if isinstance(value, dict) and name == "rows":
        rows = rows_in_words(cast("dict[str, int]", value), text)
        return ", ".join(f"{what} {number}" for what, number in rows)
    if isinstance(value, dict):
        items = cast("dict[str, JSON]", value).items()
        return ", ".join(f"{key} {_value(name, one, text, zone)}" for key, one in items)
    if isinstance(value, list):
        return ", ".join(_value(name, one, text, zone) for one in cast("list[JSON]", value))
    if name in _MOMENTS and isinstance(value, str):
        return _moment(value, text, zone)
    if isinstance(value, str):
        return _known(f"{_WORDS_OF.get(name, f'audit.value.{name}')}.{value}", value, text)
    plain = json.dumps(value)  # null, true, false, or a number
    return _known(f"audit.value.{plain}", plain, text)


def _moment(value: str, text: InterfaceText, zone: tzinfo) -> str:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    return text.moment(moment.astimezone(zone)) if moment.tzinfo else value


def _known(key: str, otherwise: str, text: InterfaceText) -> str:
    return text(key) if key in text else otherwise
