"""What a process of the site tells of itself."""

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
