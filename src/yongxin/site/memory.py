"""How much memory is free for kernels: on the machine, or in the container that holds the site."""

from pathlib import Path

import psutil

_CONTROL_GROUPS = Path("/sys/fs/cgroup")
_OWN_GROUPS = Path("/proc/self/cgroup")


def available(groups: Path = _CONTROL_GROUPS, own: Path = _OWN_GROUPS) -> int:
    """Return how many bytes this process and its children may still take.

    The least of what the machine has left and what each control group around this process (a
    container's, a service's) allows. ``groups`` is where these are described, ``own`` lists those
    of this process. Where there are none, as on macOS and Windows, the machine alone counts.
    """
    return max(0, min([psutil.virtual_memory().available, *_left_in_groups(groups, own)]))


def _left_in_groups(groups: Path, own: Path) -> list[int]:
    try:
        lines = own.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    left: list[int] = []
    for line in lines:
        _, controllers, name = line.split(":", 2)
        if not controllers:
            root, limit, used, cache = groups, "memory.max", "memory.current", "inactive_file"
        elif "memory" in controllers.split(","):
            root, limit, used = groups / "memory", "memory.limit_in_bytes", "memory.usage_in_bytes"
            cache = "total_inactive_file"
        else:
            continue
        # In a container the name may be the one outside of it, where there is no such folder here.
        here = root / name.strip("/")
        around = [one for one in (here, *here.parents) if one.is_relative_to(root)]
        for folder in around:
            most, taken = _number(folder / limit), _number(folder / used)
            if most is not None and taken is not None:
                left.append(most - taken + _cached(folder / "memory.stat", cache))
    return left


def _number(path: Path) -> int | None:
    """Return the number in a file; ``None`` if there is no such file or it says ``max``."""
    try:
        return int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _cached(path: Path, name: str) -> int:
    """Return how many bytes are counted as taken but are files that the system lets go of."""
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    found = [line.split() for line in lines if line.startswith(f"{name} ")]
    return int(found[0][1]) if found else 0
