"""The paths of the course, with what the rule has to know of their modules."""

from dataclasses import dataclass

from yongxin.catalogue import Catalogue, CompletionRule, PublicPath
from yongxin.cohort.completion.rule import ModuleFacts, Want, wanted
from yongxin.store import Facts, ModuleMark


@dataclass(frozen=True)
class CoursePath:
    """A path; ``exercises`` and ``reflecting`` are those of its modules that have such.

    ``ready`` are the modules that can be learned. While others are in preparation, nobody can
    complete the path.
    """

    path: PublicPath
    ready: tuple[str, ...]
    exercises: frozenset[str]
    reflecting: frozenset[str]

    @property
    def id(self) -> str:
        """The path's id."""
        return self.path.id

    @property
    def modules(self) -> tuple[str, ...]:
        """All modules, in the order of the path."""
        return self.path.modules

    @property
    def rule(self) -> CompletionRule:
        """When a module counts as completed."""
        return self.path.completion

    @property
    def is_ready(self) -> bool:
        """Whether the path can be completed."""
        return len(self.ready) == len(self.modules)

    @property
    def text(self) -> dict[str, object]:
        """The rule as it is kept, modules and all: by this HR can say later what was asked for."""
        return {"modules": list(self.modules), **self.rule.model_dump(mode="json")}

    def wants(
        self, learner_id: int, module_id: str, facts: Facts, mark: ModuleMark | None
    ) -> tuple[Want, ...]:
        """Return what a learner still has to do in a module; see ``rule.wanted``."""
        pair = (learner_id, module_id)
        return wanted(
            self.rule,
            ModuleFacts(
                has_exercise=module_id in self.exercises,
                has_reflections=module_id in self.reflecting,
                visited=pair in facts.visited,
                handed_in=pair in facts.handed_in,
                returned=pair in facts.returned,
                mark=mark,
            ),
        )


def course_paths(catalogue: Catalogue) -> tuple[CoursePath, ...]:
    """Return the paths of the course as it is now. Raises ``CatalogueError``."""
    course = catalogue.course
    exercises = {
        module_id: catalogue.bank(module_id).exercise
        for module_id, module in course.modules.items()
        if module.status == "released"
    }
    return tuple(
        CoursePath(
            path,
            ready=tuple(one for one in path.modules if one in exercises),
            exercises=frozenset(one for one in path.modules if exercises.get(one)),
            reflecting=frozenset(
                one
                for one in path.modules
                if any(name.startswith("reflect:") for name in exercises.get(one, ()))
            ),
        )
        for path in course.paths
    )
