"""A folder of submissions that ends the process which reads it.

It is a module of its own so that the processes of a batch find it.
"""

import os
import signal
from dataclasses import dataclass
from pathlib import Path

#: Reading a submission of this name ends the process.
DEADLY = "deadly"


@dataclass(frozen=True)
class DeadlyFolder:
    """Stands in for the path of the folder; ``always``: whatever is read."""

    path: Path
    always: bool = False

    def __truediv__(self, name: str) -> Path:
        if name == DEADLY or self.always:
            os.kill(os.getpid(), signal.SIGKILL)
        return self.path / name
