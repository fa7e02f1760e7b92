"""HTML of elements: Jinja templates that stand beside the Python of each element and item type."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from yongxin.items.figure import plain
from yongxin.language import Language
from yongxin.text import interface_text


def render(template: str, language: Language, **values: object) -> Markup:
    """Return ``template``, a path below the package, filled with ``values`` and escaped.

    Every template may use ``language``, ``text`` (the interface text), ``space`` (what stands
    between two sentences) and the filter ``here``, which picks the language from a text that
    exists in both.
    """
    environment = _environment()
    rendered = environment.get_template(template).render(
        language=language,
        text=interface_text(language),
        space="" if language == "zh-CN" else " ",
        **values,
    )
    return Markup(rendered)  # noqa: S704 - Jinja has escaped every value


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("yongxin", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["here"] = lambda both, language: both.in_language(language)
    environment.filters["plain"] = plain
    environment.filters["number"] = lambda value: f"{value:g}"
    return environment
