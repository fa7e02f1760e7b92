"""The verbs that a notebook uses, and what they answer when they cannot show what was asked for."""

import locale
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ipywidgets import Widget

    from yongxin.language import Language

LANGUAGE_VARIABLE = "YONGXIN_LANGUAGE"

#: nbgrader sets this while it executes a notebook to grade it.
NBGRADER_VARIABLE = "NBGRADER_EXECUTION"

_EXAMPLES = {
    "quiz": "chain-order",
    "scenario": "extra-visitor-card",
    "simulate": "satisfaction-gap",
    "reflect": "own-customer-log",
    "kept": "own-customer-log",
    "assess": "service-self-14",
}


class CannotShow(Exception):
    """A verb could not show what was asked for; the message is for the reader, in their language.

    In a notebook only the message is shown: a traceback would tell its reader nothing.
    """

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class Verbs:
    """The verbs, bound to a language or to a way of finding it out."""

    def __init__(self, language: Callable[[], "Language"]) -> None:
        self._language = language

    def quiz(self, *ids: str) -> "Widget | None":
        """Show practice or graded items, such as ``quiz("pickle-prices", "chain-order")``."""
        return self._show("quiz", "quiz", ids)

    def scenario(self, *ids: str) -> "Widget | None":
        """Show branching cases, such as ``scenario("extra-visitor-card")``."""
        return self._show("scenario", "quiz", ids)

    def simulate(self, *ids: str) -> "Widget | None":
        """Show simulators, such as ``simulate("satisfaction-gap")``."""
        return self._show("simulate", "simulate", ids)

    def reflect(self, *ids: str) -> "Widget | None":
        """Show reflections, such as ``reflect("own-customer-log")``."""
        return self._show("reflect", "reflect", ids)

    def kept(self, *ids: str) -> "Widget | None":
        """Show what was written in reflections, such as ``kept("own-customer-log")``."""
        return self._show("kept", "kept", ids)

    def assess(self, *ids: str) -> "Widget | None":
        """Show self-assessments, such as ``assess("service-self-14")``."""
        return self._show("assess", "assess", ids)

    def submit(self) -> "Widget | None":
        """Show where the exercise of this notebook is handed in."""
        return self._widgets(["submit:exercise"])

    def progress(self) -> "Widget | None":
        """Show how far the learner has come in the course."""
        return self._widgets(["progress:course"])

    def _show(self, verb: str, kind: str, ids: tuple[str, ...]) -> "Widget | None":
        values = {"verb": verb, "example": _EXAMPLES[verb]}
        if not ids:
            raise self._cannot("element.unknown.no-ids", **values)
        if not all(isinstance(one, str) for one in ids):
            raise self._cannot("element.unknown.not-text", **values)
        return self._widgets([f"{kind}:{one}" for one in ids])

    def _widgets(self, names: list[str]) -> "Widget | None":
        if os.environ.get(NBGRADER_VARIABLE):
            return None  # nobody looks, and a cell that fails here would lose its points

        # Imported at the first use: `import yongxin` stays light and reads no file.
        from ipywidgets import VBox

        from yongxin.catalogue import CourseNotFound, DamagedCourse, UnknownId
        from yongxin.desk import element_of, open_desk
        from yongxin.elements.comm import ElementWidget, Failed

        language = self._language()
        try:
            widgets = [ElementWidget(element_of(name), language, open_desk()) for name in names]
        except UnknownId as error:
            raise self._unknown(error.kind, error.id, error.nearest) from None
        except CourseNotFound:
            raise self._cannot("element.unknown.no-course") from None
        except DamagedCourse as error:
            raise CannotShow(str(error)) from None
        except Failed as error:
            words = error.message or self._text(f"element.status.{error.kind}")
            raise CannotShow(words) from None
        return widgets[0] if len(widgets) == 1 else VBox(widgets)

    def _unknown(self, kind: str, id: str, nearest: tuple[str, ...]) -> CannotShow:
        joint = self._text("element.unknown.joint")
        names = joint.join(nearest) or self._text("element.unknown.none")
        return self._cannot(f"element.unknown.{kind}", id=id, nearest=names)

    def _cannot(self, key: str, **values: Any) -> CannotShow:
        return CannotShow(self._text(key, **values))

    def _text(self, key: str, **values: Any) -> str:
        from yongxin.text import interface_text

        return interface_text(self._language())(key, **values)


def preferred_language() -> "Language":
    """Return the language of ``YONGXIN_LANGUAGE``, else of the locale, else Chinese."""
    from yongxin.language import FIRST_LANGUAGE, LANGUAGES

    variables = (LANGUAGE_VARIABLE, "LC_ALL", "LC_MESSAGES", "LANG")
    wished = [os.environ.get(name, "") for name in variables]
    if os.name == "nt":
        # Elsewhere this says "en_US" of the locale C, which is nobody's language.
        wished.append(locale.getlocale()[0] or "")
    for one in wished:
        for language in LANGUAGES:
            if one.lower().startswith(language[:2].lower()):
                return language
    return FIRST_LANGUAGE
