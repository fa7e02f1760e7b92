"""Importing questions into ``content/``."""

import os
import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from yongxin.content.finding import Report
from yongxin.content.missing import holds_missing
from yongxin.content.models import Course
from yongxin.content.read import read_content
from yongxin.interchange import aiken, gift_reader, moodle_xml_reader
from yongxin.interchange.ids import id_from, is_id, new_id
from yongxin.interchange.question import Question, Refused
from yongxin.interchange.source_file import (
    MAXIMUM_QUESTIONS,
    UnreadableFile,
    as_text,
    read_bytes,
)
from yongxin.interchange.to_items import Defaults, take
from yongxin.interchange.wording import NotTaken
from yongxin.interchange.yaml_text import entry_text
from yongxin.language import Language

Format = Literal["gift", "aiken", "moodle-xml"]

ITEMS_FILE = "items.yaml"


@dataclass(frozen=True)
class Import:
    """What a file gave: ids and YAML entries, what was refused, and what differs.

    ``missing`` is how many texts are marked as still to be written.
    """

    ids: tuple[str, ...]
    text: str
    refused: tuple[Refused, ...]
    notes: tuple[Refused, ...]
    missing: int


def read_questions(
    path: Path, form: Format | None, language: Language
) -> Iterator[Question | Refused]:
    """Yield what stands in a file; its format is told by its content unless it is given.

    Raises ``UnreadableFile``.
    """
    content = read_bytes(path)
    if form == "moodle-xml" or (form is None and content.lstrip()[:1] in (b"<", b"\xef")):
        return moodle_xml_reader.read(content, language)
    text = as_text(content)
    if form == "aiken" or (form is None and aiken.looks_like_aiken(text)):
        return aiken.read(text, language)
    return gift_reader.read(text, language)


def convert(
    questions: Iterable[Question | Refused], taken: Collection[str], defaults: Defaults
) -> Import:
    """Return the entries that questions make; ``taken`` are the ids that the course has already.

    A question that carries an id of the course's kind keeps it, and is refused if it is taken:
    most likely it is there already. Raises ``UnreadableFile`` for too many questions.
    """
    ids: list[str] = []
    texts: list[str] = []
    refused: list[Refused] = []
    notes: list[Refused] = []
    for number, question in enumerate(questions, start=1):
        if number > MAXIMUM_QUESTIONS:
            raise UnreadableFile(f"more than {MAXIMUM_QUESTIONS} questions; split the file")
        if isinstance(question, Refused):
            refused.append(question)
            continue
        own = next((one for one in (question.id, question.name) if is_id(one)), None)
        what = own or question.place
        if own in taken or own in ids:
            refused.append(Refused(what, "the course has a question with this id"))
            continue
        words = question.name or question.stem.get("en", "")
        item_id = own or new_id(id_from(words), "imported", [*taken, *ids])
        try:
            made = take(question, item_id, defaults)
            texts.append(entry_text(made.entry))
        except (NotTaken, ValueError) as error:
            refused.append(Refused(what, str(error)))
            continue
        ids.append(item_id)
        notes += [Refused(item_id, one) for one in made.notes]
    text = "\n\n".join(texts) + "\n" if texts else ""
    missing = sum(map(holds_missing, text.split("\n")))
    return Import(tuple(ids), text, tuple(refused), tuple(notes), missing)


@dataclass(frozen=True)
class Destination:
    """Where questions go: the course as it is written, a module of it, and the ids in use."""

    course: Course
    items: Path
    ids: frozenset[str]
    first_unit: str


def destination(content: Path, module_id: str) -> Destination:
    """Return where the questions of a module are written.

    Raises ``UnreadableFile`` when the course cannot be read and ``LookupError`` when it has no
    such module.
    """
    report = Report()
    draft = read_content(content, report)
    if draft.course is None:
        first = next(iter(report.findings()), "course.yaml is missing")
        raise UnreadableFile(f"the course cannot be read; run `yongxin check`: {first}")
    modules = draft.course.value.modules
    if module_id not in modules:
        raise LookupError(f"there is no module {module_id}; there are {', '.join(modules)}")
    path = content / module_id / ITEMS_FILE
    for module in draft.modules.values():
        unknown = module.items.ids is None or module.reflections.ids is None
        if unknown and not (module.id == module_id and _holds_nothing(path)):
            raise UnreadableFile(
                f"the questions of {module.id} cannot be read; run `yongxin check`"
            )
    ids = (
        one.id
        for module in draft.modules.values()
        for one in (*module.items.named(), *module.reflections.named())
    )
    return Destination(draft.course.value, path, frozenset(ids), modules[module_id].units[0])


def _holds_nothing(path: Path) -> bool:
    """Say whether a file is missing, or has nothing but comments."""
    if not path.exists():
        return True
    lines = path.read_text(encoding="utf-8").split("\n")
    return all(not line.strip() or line.lstrip().startswith("#") for line in lines)


def append(path: Path, text: str) -> None:
    """Add entries to a file of entries, in one step; a new one is made if there is none."""
    path.parent.mkdir(exist_ok=True)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    joined = f"{before.rstrip()}\n\n{text}" if before.strip() else text
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(joined)
        Path(temporary).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink()
        raise


def modules_of(course: Course, chosen: Sequence[str]) -> list[str]:
    """Return the chosen modules, all if none is. Raises ``LookupError`` for an unknown one."""
    known = [module_id for _, module_id, _ in course.modules_in_order()]
    for one in chosen:
        if one not in known:
            raise LookupError(f"there is no module {one}; there are {', '.join(known)}")
    return [one for one in known if not chosen or one in chosen]
