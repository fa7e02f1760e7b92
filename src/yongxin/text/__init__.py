"""The words of the interface, in both languages, one YAML file for each area and language."""

import difflib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files

from ruamel.yaml import YAML

from yongxin.language import Language


class InterfaceText:
    """The interface in one language. Call it with a key: ``text("quiz.check")``."""

    def __init__(self, language: Language, texts: Mapping[str, str]) -> None:
        self.language: Language = language
        self._texts = texts

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of ``key`` with its ``{placeholders}`` filled.

        Raises ``KeyError`` that names the nearest keys when there is no such text.
        """
        if key not in self._texts:
            nearest = difflib.get_close_matches(key, self._texts, n=3)
            raise KeyError(f"no interface text {key!r}; nearest: {', '.join(nearest) or 'none'}")
        return self._texts[key].format(**values) if values else self._texts[key]

    def day(self, day: date) -> str:
        """Return a day of the calendar as people write it."""
        return self("time.day", year=day.year, month=self._month(day), day=day.day)

    def moment(self, moment: datetime) -> str:
        """Return a day and a time of day as people write them, as the clock of ``moment`` shows."""
        return self(
            "time.moment",
            year=moment.year,
            month=self._month(moment),
            day=moment.day,
            clock=f"{moment:%H:%M}",
        )

    def _month(self, day: date) -> str:
        return self(f"time.month.{day.month}")

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    def keys(self) -> list[str]:
        """Return all keys, sorted."""
        return sorted(self._texts)

    def area(self, *prefixes: str) -> dict[str, str]:
        """Return the raw texts of the keys that begin with one of ``prefixes``, for a browser."""
        return {key: text for key, text in self._texts.items() if key.startswith(prefixes)}


@cache
def interface_text(language: Language) -> InterfaceText:
    """Return the interface in ``language``; the files are read once."""
    texts: dict[str, str] = {}
    yaml = YAML(typ="safe", pure=True)
    for entry in sorted(files(__name__).iterdir(), key=lambda one: one.name):
        if entry.name.endswith(f".{language}.yaml"):
            area = entry.name.removesuffix(f".{language}.yaml")
            _flatten(area, yaml.load(entry.read_text(encoding="utf-8")), texts)
    return InterfaceText(language, texts)


def _flatten(prefix: str, node: object, into: dict[str, str]) -> None:
    if isinstance(node, dict):
        for key, value in node.items():
            _flatten(f"{prefix}.{key}", value, into)
    else:
        into[prefix] = str(node)
