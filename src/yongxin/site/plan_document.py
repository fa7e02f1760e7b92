"""An action plan as the data of ``yongxin.pdf``'s template ``plan``."""

from datetime import datetime
from typing import Any

from yongxin.language import Language
from yongxin.site.plan import Entry, Plan
from yongxin.text import interface_text


def plan_document(plan: Plan, name: str, now: datetime, language: Language) -> dict[str, Any]:
    """Return what stands in the PDF; ``now`` is in the time zone of the site."""
    text = interface_text(language)
    rows = [[text.day(step.day), step.text] for step in plan.steps]
    modules = [
        {
            "title": module.module.title.in_language(language),
            "entries": [_entry(entry, language) for entry in module.entries if entry.fields],
        }
        for module in plan.modules
        if module.is_begun
    ]
    return {
        "lang": language,
        "title": text("plan.title"),
        "lead": text("plan.lead"),
        "name": name,
        "made": text.day(now),
        "dates": {
            "title": text("plan.dates"),
            "columns": [text("plan.day"), text("plan.step")],
            "rows": rows,
        }
        if rows
        else None,
        "modules": modules,
    }


def _entry(entry: Entry, language: Language) -> dict[str, Any]:
    return {
        "prompt": entry.reflection.prompt.in_language(language),
        "fields": [
            {"label": field.label, "lines": field.text.strip().split("\n")}
            for field in entry.fields
        ],
    }
