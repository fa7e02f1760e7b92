"""Writing the bank as JSON: everything that the course knows, for programs of one's own."""

import json
from collections.abc import Iterable
from typing import Any

from yongxin.content import Content

#: Raised by one when a field changes its meaning or goes away.
VERSION = 1


def document(content: Content, modules: Iterable[str]) -> str:
    """Return the items and reflections of some modules, keys and feedback included."""
    listed: list[dict[str, Any]] = []
    for module_id in modules:
        module = content.modules[module_id]
        about = content.course.modules[module_id]
        listed.append(
            {
                "id": module_id,
                "title": about.title.model_dump(mode="json"),
                "items": [one.model_dump(mode="json") for one in module.items],
                "reflections": [one.model_dump(mode="json") for one in module.reflections],
            }
        )
    bank = {"format": "yongxin-bank", "version": VERSION, "modules": listed}
    return json.dumps(bank, ensure_ascii=False, indent=2) + "\n"
