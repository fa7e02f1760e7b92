"""The first program in the sandbox: takes on the limits, then becomes the kernel.

It is run by its path with the standard library alone. It must not import anything of the course:
until it has given up its rights, what it imports would have them.
"""

import json
import os
import resource
import sys
from pathlib import Path


def main() -> None:
    """Do what the JSON in the only argument says."""
    settings = json.loads(sys.argv[1])
    if settings["copy_from"] is not None:
        copy(Path(settings["copy_from"]), Path(settings["directory"]))
    os.chdir(settings["directory"])
    if settings["uid"] is not None:
        become(settings["uid"], [settings["run_folder"], settings["directory"]])
    for name, limit in settings["limits"].items():
        _, hard = resource.getrlimit(getattr(resource, name))
        lowered = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(getattr(resource, name), (lowered, lowered))
    os.execv(settings["command"][0], settings["command"])  # noqa: S606


def copy(source: Path, target: Path) -> None:
    """Copy plain files with their folders; there is nothing else in ``source``."""
    for path in sorted(source.rglob("*")):
        here = target / path.relative_to(source)
        if path.is_dir():
            here.mkdir()
        else:
            here.write_bytes(path.read_bytes())


def become(user: int, folders: list[str]) -> None:
    """Give up root for good; root would be free of the limit on processes."""
    # Not what is in it: the course's Python may lie there, and cannot be changed.
    os.chown("/tmp", user, user)  # noqa: S108
    for folder in map(Path, folders):
        for path in (folder, *folder.rglob("*")):
            os.chown(path, user, user)
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


if __name__ == "__main__":
    main()
