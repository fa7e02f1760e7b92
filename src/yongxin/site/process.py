"""A process of the site: what it tells of itself, and how it looks for garbage."""

import gc
from dataclasses import dataclass, field
from importlib.metadata import version


@dataclass
class Process:
    """This process: its number among the workers, if there are several, and whether it ends."""

    worker: int | None = None
    stopping: bool = False
    version: str = field(default_factory=lambda: version("yongxin"))

    def described(self) -> dict[str, object]:
        """Return the version of the site, and which worker this is."""
        told: dict[str, object] = {"version": self.version}
        return told if self.worker is None else told | {"worker": self.worker}


#: Objects made and not released before the youngest are looked through for cycles.
_OBJECTS = 20_000
_GENERATIONS = 20


def collect_seldom() -> None:
    """Look for cycles of garbage less often, and never again in what stands now.

    For a process that is a site and nothing else, once it is ready. Ten thousand rows of a table
    are many objects without a cycle: looking through them took as long as reading them.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS, _GENERATIONS, _GENERATIONS)
