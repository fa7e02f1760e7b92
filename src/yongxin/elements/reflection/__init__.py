"""The reflection element: fields to write in, kept as they are written."""

import unicodedata
from typing import ClassVar

from markupsafe import Markup

from yongxin.catalogue import PublicReflection
from yongxin.elements.contract import (
    Context,
    Element,
    Event,
    Presentation,
    RefusedEvent,
    Reply,
    Returned,
    State,
)
from yongxin.elements.events import read_event, read_mapping
from yongxin.elements.markup import render
from yongxin.items import JSON, MalformedResponse
from yongxin.items.reflection import ChoiceField
from yongxin.language import Language
from yongxin.text import interface_text

_SHAPES = {"write": frozenset({"fields"})}


class ReflectionElement(Element):
    """One reflection. Its state is ``{"fields": {id: text}}``, without the empty fields.

    ``write`` carries the fields that have changed; the others stay as they are. Handing a returned
    reflection in again is done by the host (the site), which alone knows the learner.
    """

    kind: ClassVar[str] = "reflect"

    def __init__(self, reflection: PublicReflection) -> None:
        self.reflection = reflection
        self.id = reflection.id

    def markup(self, language: Language) -> Markup:
        return render(
            "elements/reflection/view.html",
            language,
            element=self,
            reflection=self.reflection,
            root=f"reflect-{self.id}",
        )

    def initial(self) -> State:
        return {"fields": {}}

    def is_answered(self, state: State) -> bool:
        """Say whether every field holds enough to be handed in."""
        return self._is_answered(self.written(state))

    def require_complete(self, state: State) -> None:
        """Raise ``RefusedEvent`` unless there is enough to be handed in again."""
        if not self.is_answered(state):
            raise RefusedEvent("unwritten")

    def present(self, state: State, context: Context) -> Presentation:
        fields = self.written(state)
        complete = self._is_answered(fields)
        return {
            "fields": fields,
            "locked": self._is_locked(context),
            "hints": [
                {"field": field, "note": note}
                for field, note in self.reflection.notes(fields, context.language)
            ],
            "complete": complete,
            "total": len(self.reflection.fields),
            # To look at somebody else's answer first would spare the work that the field is for.
            "exemplar": self._exemplar(context.language) if complete else None,
            "returned": _in_json(context.returned),
        }

    def handle(self, state: State, event: Event, context: Context) -> tuple[State, Reply]:
        _, event = read_event(event, _SHAPES)
        if self._is_locked(context):
            raise RefusedEvent("locked")
        changed = {name: _tidy(text) for name, text in read_mapping(event["fields"]).items()}
        try:
            fields = self.reflection.read({**self.written(state), **changed})
        except MalformedResponse as error:
            reason = interface_text(context.language)(f"response.{error.code}")
            raise RefusedEvent("response", reason=reason) from error
        return {"fields": fields}, {}

    def _is_answered(self, fields: dict[str, str]) -> bool:
        # Where every field is optional, an untouched reflection has all that it must and nothing.
        return bool(fields) and self.reflection.is_complete(fields)

    def _is_locked(self, context: Context) -> bool:
        is_open = context.returned is not None and context.returned.revised is None
        return context.locked and self.reflection.use == "graded" and not is_open

    def written(self, state: State) -> dict[str, str]:
        """Return the kept fields that the reflection, which may have changed since, still has."""
        kept = state.get("fields")
        readable: dict[str, str] = {}
        for name, text in kept.items() if isinstance(kept, dict) else ():
            try:
                readable |= self.reflection.read({name: text})
            except MalformedResponse:
                continue
        return self.reflection.read(readable)

    def _exemplar(self, language: Language) -> dict[str, str] | None:
        if self.reflection.exemplar is None:
            return None
        texts: dict[str, str] = {}
        for field in self.reflection.fields:
            value = self.reflection.exemplar[field.id]
            if isinstance(field, ChoiceField):
                options = {option.id: option.text for option in field.options}
                value = options[str(value)]
            texts[field.id] = value if isinstance(value, str) else value.in_language(language)
        return texts


def _in_json(returned: Returned | None) -> JSON:
    if returned is None:
        return None
    return {
        "comment": returned.comment,
        "at": returned.at.isoformat(),
        "revised": returned.revised.isoformat() if returned.revised else None,
    }


def _tidy(text: JSON) -> JSON:
    """Return a text without what no keyboard types: control characters and halves of pairs.

    PostgreSQL cannot keep the character U+0000, and half a surrogate pair is no UTF-8 at all.
    """
    if not isinstance(text, str):
        return text
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        one for one in lines if one in "\n\t" or unicodedata.category(one) not in {"Cc", "Cs"}
    )
