"""The scripts of widgets that bring their own, such as plotly's FigureWidget: as files.

Such a widget (an anywidget) sends its script, millions of characters, through the WebSocket each
time a page is opened. Where the script is one that the course's own cells have sent while the page
was made, the message that reaches the browser names its address instead, and the browser keeps it.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from jupyter_server.services.kernels.connection.base import (
    deserialize_msg_from_ws_v1,
    serialize_msg_to_ws_v1,
)

from yongxin.site.notebooks import fingerprint

#: Shorter scripts are not worth a request.
SHORTEST = 2000
#: So many scripts are kept; after that they come through the WebSocket as they did.
MOST_MODULES = 100


class WidgetModules:
    """Scripts in a folder that all processes of the site share, each named after its content."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names: set[str] = set()

    def add(self, script: str) -> None:
        """Keep a script that code of the course has sent; waits for a disk."""
        content = script.encode()
        name = _name(content)
        if name in self._names or len(script) < SHORTEST:
            return
        path = self._folder / name
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            if sum(1 for _ in self._folder.iterdir()) >= MOST_MODULES:
                return
            unfinished = path.with_suffix(".part")
            unfinished.write_bytes(content)
            unfinished.replace(path)
        self._names.add(name)

    def path(self, name: str) -> Path | None:
        """Return where a script is kept; waits for a disk."""
        path = self._folder / name
        return path if path.parent == self._folder and path.is_file() else None

    def named(self, message: bytes, address: str) -> bytes:
        """Return a message to a browser with known scripts named by their place below ``address``.

        The message is in the form of ``v1.kernel.websocket.jupyter.org``.
        """
        if len(message) < SHORTEST or b'"_esm"' not in message:
            return message
        channel, parts = deserialize_msg_from_ws_v1(message)
        content = json.loads(parts[3])
        for state in _states(content.get("data")):
            script = state.get("_esm")
            if isinstance(script, str) and _name(script.encode()) in self._names:
                state["_esm"] = address + _name(script.encode())
        parts[3] = json.dumps(content, ensure_ascii=False).encode()
        return serialize_msg_to_ws_v1(parts, channel)


def _states(data: Any) -> Iterable[dict[str, Any]]:
    """Return the states of widgets in a message: of a new one, of a changed one, or of all."""
    if isinstance(data, dict):
        of_all = data.get("states")
        found = [data, *(of_all.values() if isinstance(of_all, dict) else ())]
        for one in found:
            state = one.get("state") if isinstance(one, dict) else None
            if isinstance(state, dict):
                yield state


def _name(content: bytes) -> str:
    return f"{fingerprint(content)}.js"
