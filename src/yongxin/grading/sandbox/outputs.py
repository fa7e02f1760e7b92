"""The outputs of one cell: gathered from what a kernel says, bounded, and safe to show.

Whoever runs in the kernel can say anything, so a message is never taken over: what is known to be
harmless is selected from it. HTML, SVG and scripts are left out; they would run in the browser of
the trainer who looks at the submission.
"""

import re
from collections.abc import Mapping
from typing import Any, cast

from yongxin.grading.sandbox.job import Output

_IMAGES = ("image/png", "image/jpeg")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")

#: nbgrader fails at a result without a text.
_NO_TEXT = "(nothing to show)"

_MAXIMUM_NAME = 200
_NUMBERS = 1_000_000


def error_output(name: str, told: str) -> Output:
    """Return an output that counts as no points, and that says why."""
    return {
        "output_type": "error",
        "ename": name,
        "evalue": told,
        "traceback": [f"{name}: {told}"],
    }


def cell_number(value: object) -> int | None:
    """Return what may be the number of a cell as the kernel counts, else ``None``."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value < _NUMBERS else None


class Outputs:
    """What one cell has put out so far, up to ``maximum`` characters."""

    def __init__(self, maximum: int) -> None:
        self._left = maximum
        self._outputs: list[Output] = []
        self._clear_at_next = False
        self.overflowed = False

    def add(self, kind: str, content: Mapping[str, Any]) -> None:
        """Take in one message of the channel for outputs; leave out what does not fit."""
        if kind == "clear_output":
            self._clear_at_next = content.get("wait") is True
            if not self._clear_at_next:
                self._outputs.clear()
            return
        output = _selected(kind, content)
        if output is None or self.overflowed:
            return
        self._left -= _size(output)
        if self._left < 0:
            self.overflowed = True
            return
        if self._clear_at_next:
            self._outputs.clear()
            self._clear_at_next = False
        self._append(output)

    def _append(self, output: Output) -> None:
        last = self._outputs[-1] if self._outputs else None
        if (
            last is not None
            and output["output_type"] == last["output_type"] == "stream"
            and output["name"] == last["name"]
        ):
            last["text"] = f"{last['text']}{output['text']}"
        else:
            self._outputs.append(output)

    @property
    def has_error(self) -> bool:
        """Whether the cell has already put out an error."""
        return any(output["output_type"] == "error" for output in self._outputs)

    def result(self) -> tuple[Output, ...]:
        """Return the outputs in the form of nbformat 4."""
        return tuple(self._outputs)


def _selected(kind: str, content: Mapping[str, Any]) -> Output | None:
    match kind:
        case "stream":
            name = "stderr" if content.get("name") == "stderr" else "stdout"
            return {"output_type": "stream", "name": name, "text": _text(content.get("text"))}
        case "display_data":
            data = _data(content.get("data"))
            return {"output_type": "display_data", "data": data, "metadata": {}} if data else None
        case "execute_result":
            data = _data(content.get("data"))
            if not data.get("text/plain"):
                data["text/plain"] = _NO_TEXT
            return {
                "output_type": "execute_result",
                "data": data,
                "metadata": {},
                "execution_count": cell_number(content.get("execution_count")),
            }
        case "error":
            return _error(content)
        case _:
            return None


def _error(content: Mapping[str, Any]) -> Output:
    lines = content.get("traceback")
    traceback = [_text(line) for line in cast("list[Any]", lines)] if _is_list(lines) else []
    name = _text(content.get("ename"))[:_MAXIMUM_NAME] or "Error"
    told = _text(content.get("evalue"))
    if not traceback:
        return error_output(name, told)
    return {"output_type": "error", "ename": name, "evalue": told, "traceback": [*traceback]}


def _data(bundle: object) -> dict[str, Any]:
    """Select a text and pictures from the forms in which a value was offered."""
    if not isinstance(bundle, dict):
        return {}
    offered = cast("dict[object, Any]", bundle)
    data: dict[str, Any] = {}
    if isinstance(offered.get("text/plain"), str):
        data["text/plain"] = _text(offered["text/plain"])
    for kind in _IMAGES:
        picture = offered.get(kind)
        if isinstance(picture, str) and _BASE64.fullmatch(picture):
            data[kind] = picture
    return data


def _text(value: object) -> str:
    """Return a text that can be written as UTF-8: a kernel may send halves of characters."""
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else ""


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _size(value: object) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(_size(part) for part in cast("dict[str, object]", value).values())
    if isinstance(value, list):
        return sum(_size(part) for part in cast("list[object]", value))
    return 0
