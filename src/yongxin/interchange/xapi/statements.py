"""Statements: an actor, a verb, an activity, and what came of it."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias

from yongxin.interchange.xapi.activities import Activity

Statement: TypeAlias = dict[str, Any]
Verb = Literal["attempted", "answered", "completed", "scored"]

VERSION = "1.0.3"

_VERBS = "http://adlnet.gov/expapi/verbs/"
_IN_WORDS: dict[Verb, dict[str, str]] = {
    "attempted": {"en": "attempted", "zh-CN": "开始学习"},
    "answered": {"en": "answered", "zh-CN": "回答了"},
    "completed": {"en": "completed", "zh-CN": "完成了"},
    "scored": {"en": "scored", "zh-CN": "得到评分"},
}
#: The same facts make the same id, so that a record store keeps what is sent twice only once.
_NAMESPACE = uuid.UUID("5f0f5c0e-6b8e-5d0a-9a54-6d2f0b1f7c31")


@dataclass(frozen=True)
class Context:
    """Where something happened: the activities around it, and the attempt that it belongs to."""

    parent: Activity | None
    grouping: Activity
    attempt: str | None = None


def statement(
    actor: dict[str, Any],
    verb: Verb,
    activity: Activity,
    at: datetime,
    context: Context,
    result: dict[str, Any] | None = None,
) -> Statement:
    """Return one statement; its id follows from who did what to what when."""
    timestamp = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    name = actor["account"]["name"]
    facts = "\n".join((actor["account"]["homePage"], name, verb, activity["id"], timestamp))
    around: dict[str, Any] = {"grouping": [_named(context.grouping)]}
    if context.parent is not None:
        around["parent"] = [_named(context.parent)]
    where: dict[str, Any] = {"contextActivities": around, "platform": "Yongxin"}
    if context.attempt is not None:
        where["registration"] = str(uuid.uuid5(_NAMESPACE, f"{name}\n{context.attempt}"))
    return {
        "id": str(uuid.uuid5(_NAMESPACE, facts)),
        "actor": actor,
        "verb": {"id": f"{_VERBS}{verb}", "display": _IN_WORDS[verb]},
        "object": activity,
        **({"result": result} if result else {}),
        "context": where,
        "timestamp": timestamp,
        "version": VERSION,
    }


def score(raw: float, maximum: float) -> dict[str, float]:
    """Return points as a score, scaled to 1."""
    scaled = raw / maximum if maximum else 0.0
    return {"scaled": round(min(1.0, scaled), 4), "raw": raw, "min": 0, "max": maximum}


def _named(activity: Activity) -> Activity:
    """Return an activity by its id and type alone: what it is stands in its own statements."""
    return {
        "objectType": "Activity",
        "id": activity["id"],
        "definition": {"type": activity["definition"]["type"]},
    }
