"""The kept element: what the learner wrote in a reflection of any module, to be read here."""

from typing import ClassVar

from markupsafe import Markup

from yongxin.catalogue import PublicModule, PublicReflection
from yongxin.elements.contract import (
    Context,
    Element,
    Event,
    Presentation,
    RefusedEvent,
    Reply,
    State,
)
from yongxin.elements.markup import render
from yongxin.elements.reflection import ReflectionElement
from yongxin.items.reflection import ChoiceField
from yongxin.language import Language


class KeptElement(Element):
    """One reflection, read-only. The state that it shows is the reflection's own."""

    kind: ClassVar[str] = "kept"

    def __init__(self, reflection: PublicReflection, module: PublicModule) -> None:
        """``module`` is the one in which the reflection is written."""
        self.id = reflection.id
        self._reflection = ReflectionElement(reflection)
        self._module = module

    @property
    def state_name(self) -> str:
        return self._reflection.name

    @property
    def place(self) -> str:
        """Where it is written, below the pages of a language on the site."""
        page = "exercise" if self._reflection.reflection.use == "graded" else "lesson"
        return f"{page}/{self._module.id}#reflect-{self.id}"

    def markup(self, language: Language) -> Markup:
        reflection = self._reflection.reflection
        return render(
            "elements/kept/view.html",
            language,
            element=self,
            reflection=reflection,
            module=self._module,
            choices={
                field.id: {one.id: one.text.in_language(language) for one in field.options}
                for field in reflection.fields
                if isinstance(field, ChoiceField)
            },
            root=f"kept-{self.id}",
        )

    def initial(self) -> State:
        return self._reflection.initial()

    def present(self, state: State, context: Context) -> Presentation:  # noqa: ARG002
        return {"fields": self._reflection.written(state)}

    def handle(self, state: State, event: Event, context: Context) -> tuple[State, Reply]:
        """Refuse every event: it is written elsewhere."""
        del state, event, context
        raise RefusedEvent("malformed")
