"""What somebody wants to see of the cohort, as the address of the page says it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, cast, get_args

from yongxin.catalogue import Catalogue
from yongxin.site.modules import built_modules
from yongxin.store import MODULE_STATES, CohortOrder, CohortWish, ModuleFilter, ModuleState

LONGEST_SEARCH: Final = 100
ORDERS: Final[tuple[CohortOrder, ...]] = get_args(CohortOrder)
_MOST_DIGITS = 6


@dataclass(frozen=True)
class CohortChoice:
    """The wishes for a page about the cohort. An empty text restricts nothing.

    ``part`` is a deck of the course, whose modules alone are shown.
    """

    group: str = ""
    search: str = ""
    module: str = ""
    state: str = ""
    part: str = ""
    order: CohortOrder = "name"
    page: int = 1

    @property
    def is_half_a_filter(self) -> bool:
        """Whether a module was chosen without a state, or a state without a module."""
        return bool(self.module) != bool(self.state)

    @property
    def is_restricted(self) -> bool:
        """Whether some learners may be left out."""
        return bool(self.group or self.search or (self.module and self.state))

    def wish(self, modules: Mapping[str, bool]) -> CohortWish:
        """Return whom to look for; ``modules`` are ids → whether there is an exercise."""
        in_state = None
        if self.module in modules and self.state:
            state = cast("ModuleState", self.state)
            in_state = ModuleFilter(self.module, state, modules[self.module])
        return CohortWish(self.group or None, self.search or None, in_state, self.order)

    def address(self, **changes: str | int) -> dict[str, str | int]:
        """Return what to say in an address, without what goes without saying."""
        said: dict[str, str | int] = {
            "group": self.group,
            "search": self.search,
            "module": self.module,
            "state": self.state,
            "part": self.part,
            "order": self.order,
            "page": self.page,
            **changes,
        }
        usual = CohortChoice()
        return {name: value for name, value in said.items() if value != getattr(usual, name)}


def read_choice(argument: Callable[[str], str], catalogue: Catalogue) -> CohortChoice:
    """Read a choice from the arguments of an address; what makes no sense is left out."""
    modules = catalogue.course.modules
    parts = {part.id for part in catalogue.course.parts}
    page = argument("page")
    return CohortChoice(
        group=argument("group"),
        search=argument("search").strip()[:LONGEST_SEARCH],
        module=_one_of(argument("module"), modules),
        state=_one_of(argument("state"), MODULE_STATES),
        part=_one_of(argument("part"), parts),
        order=cast("CohortOrder", _one_of(argument("order"), ORDERS) or ORDERS[0]),
        page=int(page) if page.isascii() and page.isdigit() and len(page) <= _MOST_DIGITS else 1,
    )


def _one_of(wanted: str, known: "Mapping[str, object] | set[str] | tuple[str, ...]") -> str:
    return wanted if wanted in known else ""


def cohort_modules(catalogue: Catalogue, part: str = "") -> dict[str, bool]:
    """Return the modules to show, in the order of the course: id → is there an exercise."""
    of_part = {
        module_id
        for one in catalogue.course.parts
        if part in {"", one.id}
        for module_id in one.modules
    }
    return {
        module_id: bool(catalogue.bank(module_id).exercise)
        for module_id in built_modules(catalogue)
        if module_id in of_part
    }
