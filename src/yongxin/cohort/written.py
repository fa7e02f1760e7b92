"""What somebody wrote in answer to a reflection, as it was graded, and the example beside it."""

import html
import json
import re
import threading
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from yongxin.content.finding import Report
from yongxin.content.yaml_file import parse_yaml
from yongxin.grading import answers as answers_file
from yongxin.grading.reflection_cell import ANSWER_PREFIX, FieldInWords, clean, fields_in_words
from yongxin.items.reflection import ChoiceField, PublicReflection, Reflection
from yongxin.language import Language

_BREAK = re.compile(r"<br>|</p>\n?")
_TAG = re.compile(r"<[^<>]*>")
#: Larger than any notebook that grading writes.
_LARGEST_NOTEBOOK = 20 * 1024 * 1024


def read_written(
    folder: Path, username: str, reflection: PublicReflection, language: Language
) -> list[FieldInWords] | None:
    """Return field by field what was handed in, labelled in ``language``.

    ``folder`` holds what was graded. Where that is a notebook alone, what stands in its cell comes
    as one field without a label. ``None`` when nothing can be read.
    """
    try:
        answers = answers_file.read(folder / answers_file.FILE_NAME, username)
    except answers_file.RefusedAnswers:
        return _read_cell(folder, reflection.id)
    written = answers.reflections.get(reflection.id)
    return fields_in_words(reflection, written.fields if written else {}, language)


def _read_cell(folder: Path, reflection_id: str) -> list[FieldInWords] | None:
    """Read the answer's cell in the graded notebook, in which everything was made inert."""
    path = folder / f"{folder.name}.ipynb"
    try:
        if path.stat().st_size > _LARGEST_NOTEBOOK:
            return None
        notebook: Any = json.loads(path.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            names = cell["metadata"].get("nbgrader", {})
            if names.get("grade_id") == f"{ANSWER_PREFIX}{reflection_id}":
                source = cell["source"]
                text = source if isinstance(source, str) else "".join(source)
                plain = html.unescape(_TAG.sub("", _BREAK.sub("\n", text)))
                return [FieldInWords("", clean(plain).strip())]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return None


class Exemplars:
    """The examples of graded reflections, which stand in the trainers' ``content/`` alone.

    Threads may share an instance.
    """

    def __init__(self, content: Path) -> None:
        self._content = content
        self._guard = threading.Lock()
        self._read = lru_cache(maxsize=64)(_read_reflections)

    def of(self, module_id: str, reflection_id: str, language: Language) -> list[FieldInWords]:
        """Return the example field by field; none while the file is missing or being written."""
        path = self._content / module_id / "reflections.yaml"
        try:
            changed = path.stat().st_mtime_ns
        except OSError:
            return []
        with self._guard:
            found = self._read(path, changed).get(reflection_id)
        if found is None or found.exemplar is None:
            return []
        return [
            FieldInWords(field.label.in_language(language), _value(found, field, language))
            for field in found.fields
        ]


def _value(reflection: Reflection, field: Any, language: Language) -> str:
    value = (reflection.exemplar or {})[field.id]
    if isinstance(value, str):
        options = field.options if isinstance(field, ChoiceField) else ()
        return next((one.text.in_language(language) for one in options if one.id == value), value)
    return value.in_language(language)


def _read_reflections(path: Path, _changed: int) -> Mapping[str, Reflection]:
    document = parse_yaml(path.read_text(encoding="utf-8"), Report().of(path.name))
    found: dict[str, Reflection] = {}
    for entry in document.data if document and isinstance(document.data, list) else []:
        try:
            one = Reflection.model_validate(entry)
        except ValidationError:
            continue  # `yongxin check` says what is wrong with it
        found[one.id] = one
    return found
