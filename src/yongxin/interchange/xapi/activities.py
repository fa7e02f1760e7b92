"""What statements speak of: the course, its modules, items and reflections.

Nothing here tells a right answer: whoever may read a record store need not be a trainer.
"""

import json
from collections.abc import Iterable
from typing import Any

from yongxin.catalogue.models import PublicCourse, PublicModule
from yongxin.items import JSON, PublicItem
from yongxin.items.base import PublicOption
from yongxin.items.calculated import PublicCalculated
from yongxin.items.hot_text import PublicHotText
from yongxin.items.multiple_choice import PublicMultipleChoice
from yongxin.items.number import PublicNumber
from yongxin.items.ordering import PublicOrdering
from yongxin.items.pairs import PublicPairs
from yongxin.items.reflection import PublicReflection
from yongxin.items.short_text import PublicShortText
from yongxin.items.single_choice import PublicSingleChoice
from yongxin.items.true_false import VERDICT, PublicTrueFalse
from yongxin.language import LANGUAGES, LocalizedText

Activity = dict[str, Any]

_TYPES = "http://adlnet.gov/expapi/activities/"
#: Between the parts of a response, as SCORM 2004 and xAPI write it.
_NEXT, _TO = "[,]", "[.]"


class Activities:
    """Names activities under the address of one site."""

    def __init__(self, site: str) -> None:
        self._site = site.rstrip("/")

    def course(self, course: PublicCourse) -> Activity:
        """Return the course."""
        return self._activity("course", "course", course.title)

    def module(self, module: PublicModule) -> Activity:
        """Return a module."""
        return self._activity(f"modules/{module.id}", "module", module.title)

    def exercise(self, module: PublicModule) -> Activity:
        """Return the exercise of a module."""
        return self._activity(f"exercises/{module.id}", "assessment", module.title)

    def item(self, item: PublicItem) -> Activity:
        """Return an item as an interaction."""
        activity = self._activity(f"items/{item.id}", "cmi.interaction", item.stem)
        activity["definition"] |= _interaction(item)
        return activity

    def reflection(self, reflection: PublicReflection) -> Activity:
        """Return a reflection."""
        activity = self._activity(
            f"reflections/{reflection.id}", "cmi.interaction", reflection.prompt
        )
        activity["definition"]["interactionType"] = "long-fill-in"
        return activity

    def _activity(self, place: str, kind: str, name: LocalizedText) -> Activity:
        return {
            "objectType": "Activity",
            "id": f"{self._site}/xapi/{place}",
            "definition": {"type": f"{_TYPES}{kind}", "name": _words(name)},
        }


def _words(text: LocalizedText) -> dict[str, str]:
    return {language: text.in_language(language) for language in LANGUAGES}


def _components(options: Iterable[PublicOption]) -> list[dict[str, Any]]:
    return [{"id": one.id, "description": _words(one.text)} for one in options]


def _interaction(item: PublicItem) -> dict[str, Any]:
    """Return what kind of interaction an item is, and what it offers."""
    if isinstance(item, (PublicSingleChoice, PublicMultipleChoice)):
        return {"interactionType": "choice", "choices": _components(item.options)}
    if isinstance(item, PublicOrdering):
        return {"interactionType": "sequencing", "choices": _components(item.entries)}
    if isinstance(item, PublicPairs):
        return {
            "interactionType": "matching",
            "source": _components(item.entries),
            "target": _components(item.choices),
        }
    kind = "other"
    if isinstance(item, PublicTrueFalse) and not item.reasons:
        kind = "true-false"
    elif isinstance(item, PublicNumber):
        kind = "numeric"
    elif isinstance(item, PublicShortText):
        kind = "fill-in"
    return {"interactionType": kind}


def is_free_text(item: PublicItem) -> bool:
    """Say whether people answer an item in their own words."""
    return isinstance(item, PublicShortText)


def response_text(item: PublicItem, response: JSON) -> str:
    """Return a response in its canonical form as xAPI writes it; ids, never the texts' words."""
    if isinstance(item, (PublicMultipleChoice, PublicHotText, PublicOrdering)):
        return _NEXT.join(response)
    if isinstance(item, PublicPairs):
        return _NEXT.join(f"{entry}{_TO}{choice}" for entry, choice in response.items())
    if isinstance(item, PublicTrueFalse) and not item.reasons:
        return str(response[VERDICT])
    if isinstance(item, PublicCalculated) and isinstance(response, dict):
        return _NEXT.join(f"{part}{_TO}{value}" for part, value in response.items())
    return response if isinstance(response, str) else _compact(response)


def _compact(response: JSON) -> str:
    return json.dumps(response, ensure_ascii=False, separators=(",", ":"))
