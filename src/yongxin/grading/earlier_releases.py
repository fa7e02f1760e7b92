"""Earlier releases of a module, kept in ``var/releases/`` when another takes their place.

Each is a folder with the exercise as learners got it and the sources of its cells as the gradebook
had them, keys included; so they belong to the trainers.
"""

import hashlib
import json
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from yongxin.grading.private import make_private

_FOLDER = "releases"
_DIGITS = 12


def keep_release(
    state: Path,
    module_id: str,
    *,
    exercise: bytes | None,
    sources: Mapping[str, str],
    now: datetime,
) -> None:
    """Keep what is released at the moment, once; ``sources`` go by cell. Raises ``OSError``."""
    cells = json.dumps(dict(sorted(sources.items())), ensure_ascii=False, indent=1).encode("utf-8")
    files = {"cells.json": cells} | ({f"{module_id}.ipynb": exercise} if exercise else {})
    digest = hashlib.sha256(b"".join(files.values())).hexdigest()[:_DIGITS]
    folder = state / _FOLDER / module_id
    for one in (folder.parent, folder):
        make_private(one)
    if any(folder.glob(f"*-{digest}")):
        return
    arriving = Path(tempfile.mkdtemp(dir=folder, prefix=".arriving-"))
    for name, content in files.items():
        (arriving / name).write_bytes(content)
    arriving.rename(folder / f"{now:%Y-%m-%dT%H-%M-%SZ}-{digest}")
