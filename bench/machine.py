"""The machine of a run, as it is told beside the figures."""

import os
import platform
from datetime import UTC, datetime
from typing import Any

import psutil


def machine() -> dict[str, Any]:
    """Return what figures depend on."""
    return {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": psutil.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "load_before": round(os.getloadavg()[0], 2),
    }
