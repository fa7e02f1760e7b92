"""The progress element: how far the learner has come, module by module."""

from collections.abc import Collection, Mapping
from typing import ClassVar

from markupsafe import Markup

from yongxin.catalogue import PublicCourse
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
from yongxin.language import Language


class ProgressElement(Element):
    """The course as a list of modules. The host builds the state with ``state``."""

    kind: ClassVar[str] = "progress"
    full_name: ClassVar[str] = "progress:course"
    id = "course"

    def __init__(self, course: PublicCourse) -> None:
        self.course = course

    @staticmethod
    def state(counts: Mapping[str, tuple[int, int]], visited: Collection[str]) -> State:
        """Return the state for ``present``.

        ``counts`` maps module ids to how many of its elements are answered, and how many there
        are; ``visited`` are the ids of the modules whose lesson the learner has opened.
        """
        return {
            "modules": {
                module: {"answered": answered, "total": total, "visited": module in visited}
                for module, (answered, total) in counts.items()
            }
        }

    def markup(self, language: Language) -> Markup:
        return render(
            "elements/progress/view.html",
            language,
            element=self,
            course=self.course,
            root="progress-course",
        )

    def initial(self) -> State:
        return self.state({}, ())

    def present(self, state: State, context: Context) -> Presentation:  # noqa: ARG002
        modules = [
            {
                "id": module,
                "answered": kept["answered"],
                "total": kept["total"],
                "visited": kept["visited"],
            }
            for module in self.course.modules
            if (kept := state["modules"].get(module)) is not None
        ]
        return {
            "modules": modules,
            "answered": sum(one["answered"] for one in modules),
            "total": sum(one["total"] for one in modules),
        }

    def handle(self, state: State, event: Event, context: Context) -> tuple[State, Reply]:
        """Refuse every event: there is nothing to change here."""
        del state, event, context
        raise RefusedEvent("malformed")
