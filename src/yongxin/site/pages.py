"""Our own pages: Jinja templates, and what every one of them may use."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from pydantic_core import to_json

from yongxin.catalogue import PublicCourse
from yongxin.language import LANGUAGES, Language
from yongxin.site.access import ACCESS
from yongxin.site.assets import Assets
from yongxin.site.paths import Paths
from yongxin.text import interface_text

TEMPLATES = Path(__file__).parent / "templates" / "pages"


class Pages:
    """Makes HTML pages. What the templates may use beside their own values stands in ``render``."""

    def __init__(self, paths: Paths, assets: Assets, zone: ZoneInfo) -> None:
        self._paths = paths
        self._assets = assets
        self._zone = zone
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            # Compiled once: templates change with the program, and so with a restart.
            auto_reload=False,
        )
        self._environment.filters["in_script"] = in_script

    def render(self, template: str, language: Language, **values: Any) -> str:
        """Return the page that ``template`` makes of ``values`` in ``language``."""
        text = interface_text(language)
        common = {
            "language": language,
            "text": text,
            "paths": self._paths,
            "asset": self.asset,
            "access": ACCESS,
            "other_languages": [one for one in LANGUAGES if one != language],
            "language_name": lambda one: interface_text(one)("site.language-name"),
            "number": lambda value: f"{value:g}",
            "say": lambda key, **parts: Markup.escape(text(key)).format(**parts),
            "moment": lambda moment: self._time(text.moment, moment),
            "day": lambda moment: self._time(text.day, moment),
            "menu": None,
            "sections": None,
            "place": None,
            "xsrf": None,
            "page": None,
        }
        return self._environment.get_template(template).render({**common, **values})

    def _time(self, in_words: Callable[[datetime], str], moment: datetime) -> Markup:
        shown = in_words(moment.astimezone(self._zone))
        return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), shown)

    def asset(self, name: str) -> str:
        """Return the address of one of the site's own files."""
        return self._paths.static(self._assets.version(name), name)


def in_script(value: object) -> Markup:
    """Return ``value`` as JSON that may stand inside a ``script`` element of any page."""
    text = to_json(value).decode("utf-8")  # the fastest there is here; every lesson waits for it
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704  # nothing is left in it that could end the element


@dataclass(frozen=True)
class MenuModule:
    """A line of the course menu; without an address when the module is still in preparation."""

    id: str
    title: str
    address: str | None
    is_current: bool


@dataclass(frozen=True)
class MenuPart:
    """A deck in the course menu."""

    title: str
    modules: tuple[MenuModule, ...]


def course_menu(
    course: PublicCourse, paths: Paths, language: Language, current: str | None = None
) -> tuple[MenuPart, ...]:
    """Return the course menu with the module ``current`` marked."""

    def lines(module_ids: Iterable[str]) -> tuple[MenuModule, ...]:
        return tuple(
            MenuModule(
                id=module_id,
                title=course.modules[module_id].title.in_language(language),
                address=paths.lesson(language, module_id)
                if course.modules[module_id].status == "released"
                else None,
                is_current=module_id == current,
            )
            for module_id in module_ids
        )

    return tuple(
        MenuPart(part.title.in_language(language), lines(part.modules)) for part in course.parts
    )
