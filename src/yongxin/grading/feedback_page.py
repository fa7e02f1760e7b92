"""The feedback page: one HTML file in both languages that needs nothing else, not even a network.

It is written from facts alone; no cell of any notebook passes into it.
"""

import json
from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from yongxin.grading.feedback import ELEMENT_ID, Feedback
from yongxin.language import LANGUAGES
from yongxin.text import interface_text


def render(feedback: Feedback) -> str:
    """Return the page; the learner's own language comes first."""
    languages = sorted(LANGUAGES, key=lambda one: one != feedback.language)
    return _template().render(
        feedback=feedback,
        languages=[(language, interface_text(language)) for language in languages],
        element_id=ELEMENT_ID,
        facts=embed(feedback),
        points_of=format_points,
        styles=Markup(_file("feedback.css")),  # noqa: S704  (ours, not data)
    )


def embed(feedback: Feedback) -> Markup:
    """Return the facts as JSON that no HTML parser can take for an end of its element."""
    text = json.dumps(feedback.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704  (it holds no character that HTML knows)


def format_points(points: float) -> str:
    """Return points as people write them: ``2``, ``1.5``, ``0.67``."""
    return f"{round(points, 2):g}"


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_file("feedback.html.j2"))


def _file(name: str) -> str:
    return files("yongxin.grading").joinpath("templates", name).read_text(encoding="utf-8")
