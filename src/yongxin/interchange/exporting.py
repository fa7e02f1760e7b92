"""Exporting the question bank."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from yongxin.content import Content
from yongxin.interchange import gift_writer, json_writer, moodle_xml_writer
from yongxin.interchange.from_items import NotPortable, portable
from yongxin.interchange.question import Refused
from yongxin.language import LANGUAGES, Language

Format = Literal["gift", "moodle-xml", "json"]


@dataclass(frozen=True)
class Export:
    """The file's text, how many questions are in it, and what is not.

    ``left_out`` are questions that the format has nothing for, ``losses`` what the written ones
    could not take along.
    """

    text: str
    written: int
    left_out: tuple[Refused, ...]
    losses: tuple[Refused, ...]


def export(
    content: Content,
    form: Format,
    modules: Sequence[str],
    languages: Sequence[Language] = LANGUAGES,
) -> Export:
    """Return the bank of some modules in a format; one language, or both side by side."""
    if form == "json":
        text = json_writer.document(content, modules)
        counted = sum(
            len(content.modules[one].items) + len(content.modules[one].reflections)
            for one in modules
        )
        return Export(text, counted, (), ())
    parts: list[object] = []
    left_out: list[Refused] = []
    losses: list[Refused] = []
    written = 0
    writer = gift_writer if form == "gift" else moodle_xml_writer
    for module_id in modules:
        parts.append(writer.category(module_id))
        for item in content.modules[module_id].items:
            try:
                made = portable(item, languages)
                parts.append(writer.write(made))
            except NotPortable as reason:
                left_out.append(Refused(item.id, f"left out ({item.type}): {reason}"))
                continue
            written += 1
            losses += [Refused(item.id, one) for one in dict.fromkeys(made.losses)]
        left_out += [
            Refused(one.id, "left out (reflection): its fields, hints and rubric have no place")
            for one in content.modules[module_id].reflections
        ]
    text = _joined(form, parts)
    return Export(text, written, tuple(left_out), tuple(losses))


def _joined(form: Format, parts: list[object]) -> str:
    if form == "gift":
        return "\n".join(map(str, parts))
    return moodle_xml_writer.document(parts)  # pyright: ignore[reportArgumentType]
