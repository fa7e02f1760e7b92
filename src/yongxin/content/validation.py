"""From pydantic's errors to findings: the line, the field, and words for whoever wrote it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from yongxin.content.finding import FileReport
from yongxin.content.yaml_file import Document, Place

Value = TypeVar("Value")
Schema: TypeAlias = dict[str, Any]

_LANGUAGE_NAMES = {"zh-CN": "Chinese", "en": "English"}

#: What a text that does not match should look like, by a part of its pattern.
_PATTERN_HELP = (
    ("[a-z][a-z0-9]*", "ids are lowercase words joined by hyphens, such as pickle-price"),
    ("[a-z][a-z0-9_]*", "a parameter is a lowercase word, such as floors or waiting_minutes"),
    (r"-\d\d(", "a unit of the decks, such as A-06"),
    (r"S\d{3}", "a system of the decks, such as S012"),
    ("[A-F]", "a deck's letter, A to F"),
)
_MESSAGES = {
    "string_type": "needs a text; put numbers and words such as true in quotes",
    "string_too_short": "is blank",
    "string_too_long": "is too long",
    "bool_type": "needs true or false, without quotes",
    "float_type": "needs a number, without quotes",
    "int_type": "needs a whole number, without quotes",
    "finite_number": "needs a number that can be written down",
    "greater_than": "must be more than {gt:g}",
    "greater_than_equal": "must be {ge:g} or more",
    "less_than_equal": "must be {le:g} or less",
    "too_short": "needs {min_length} or more",
    "too_long": "may have {max_length} at most",
    "tuple_type": "needs a list",
    "dict_type": "needs a mapping: lines with keys and colons",
    "model_type": "needs a mapping: lines with keys and colons",
    "model_attributes_type": "needs a mapping: lines with keys and colons",
}


def validate(
    adapter: TypeAdapter[Value], document: Document, place: Place, report: FileReport
) -> Value | None:
    """Return the value at ``place`` of a document, checked; ``None`` after reporting its errors."""
    data = document.data
    for key in place:
        data = data[key]
    try:
        return adapter.validate_python(data)
    except ValidationError as error:
        translator = _Translator(data, document, place, report)
        for details in error.errors(include_url=False):
            if details["type"] == "extra_forbidden":
                translator.report_unknown_field(details, adapter.json_schema())
            else:
                translator.report(details)
        return None


@dataclass(frozen=True)
class _Translator:
    """Reports pydantic's errors about one entry: the data at a place of a document."""

    data: Any
    document: Document
    place: Place
    file: FileReport

    def report_unknown_field(self, details: ErrorDetails, schema: Schema) -> None:
        place = _place_in(self.data, details["loc"])
        allowed = _field_names(schema, details["loc"])
        message = "unknown field"
        if details["input"] is None and set(allowed) == set(_LANGUAGE_NAMES):
            # {en: Right size, wrong direction.} is a text "Right size" and an empty field.
            message = "a text with a comma inside { } needs quotes"
        self.file.add_unknown(
            self._line(place), _spell(place), details["loc"][-1], allowed, message
        )

    def report(self, details: ErrorDetails) -> None:
        place = _place_in(self.data, details["loc"])
        context = details.get("ctx", {})
        match details["type"]:
            case "missing":
                name = str(details["loc"][-1])
                language = _LANGUAGE_NAMES.get(name)
                message = f"the {language} text is missing" if language else "is missing"
                self._add((*place, name), message)
            case "union_tag_not_found":
                self._add((*place, context["discriminator"].strip("'")), "is missing")
            case "union_tag_invalid":
                place = (*place, context["discriminator"].strip("'"))
                self._add_choice(place, context["tag"], context["expected_tags"])
            case "literal_error":
                self._add_choice(place, details["input"], context["expected"])
            case "too_short" if len(details["input"]) >= context["min_length"]:
                pass  # said of lists whose entries are wrong, and these are reported themselves
            case _:
                self._add(place, _message(details), _quotable(details))

    def _add(self, place: Place, message: str, found: str | None = None) -> None:
        self.file.add(self._line(place), _spell(place), message, found)

    def _add_choice(self, place: Place, found: object, expected: str) -> None:
        choices = re.findall(r"'([^']*)'", expected)
        self.file.add_unknown(self._line(place), _spell(place), found, choices)

    def _line(self, place: Place) -> int:
        return self.document.line((*self.place, *place))


def _message(details: ErrorDetails) -> str:
    kind, context = details["type"], details.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind == "model_type" and context.get("class_name") == "LocalizedText":
        return "needs a text in each language: zh-CN and en"
    if details["input"] is None:
        return "is empty"
    if kind == "string_pattern_mismatch":
        return next(words for part, words in _PATTERN_HELP if part in context["pattern"])
    return _MESSAGES[kind].format(**context) if kind in _MESSAGES else details["msg"]


def _quotable(details: ErrorDetails) -> str | None:
    """Return what was found, where that is short and the error is about it alone."""
    found = details["input"]
    if details["type"] == "value_error" or not isinstance(found, (str, int, float)):
        return None
    return str(found) or None


def _place_in(data: Any, location: Sequence[str | int]) -> Place:
    """Return the part of pydantic's location that stands in the data: without names of types."""
    place: list[str | int] = []
    for part in location:
        if _holds(data, part):
            data = data[part]
            place.append(part)
    return tuple(place)


def _holds(data: Any, part: str | int) -> bool:
    if isinstance(data, dict):
        return part in data
    return isinstance(data, list) and isinstance(part, int) and part < len(cast(list[Any], data))


def _spell(place: Place) -> str:
    """Spell a place for people, who count from 1: ``options[2].text.en``."""
    spelled = "".join(f"[{one + 1}]" if isinstance(one, int) else f".{one}" for one in place)
    return spelled.removeprefix(".") or "entry"


def _field_names(schema: Schema, location: Sequence[str | int]) -> tuple[str, ...]:
    """Return the fields that the model at ``location`` has, by its JSON schema."""
    definitions: Schema = schema.get("$defs", {})
    nodes = [schema]
    for part in location[:-1]:
        nodes = [
            inner for node in _alternatives(nodes, definitions) for inner in _enter(node, part)
        ]
    names = {
        name for node in _alternatives(nodes, definitions) for name in node.get("properties", ())
    }
    return tuple(sorted(names))


def _alternatives(nodes: list[Schema], definitions: Schema) -> list[Schema]:
    """Return the schemas themselves where ``nodes`` are references or unions of some."""
    found: list[Schema] = []
    for node in nodes:
        if "$ref" in node:
            found += _alternatives([definitions[node["$ref"].rpartition("/")[2]]], definitions)
        elif "anyOf" in node:
            found += _alternatives(node["anyOf"], definitions)
        elif "oneOf" in node:
            mapping: Schema = node.get("discriminator", {}).get("mapping", {})
            found.append({"tagged": {tag: {"$ref": ref} for tag, ref in mapping.items()}})
            found += _alternatives(node["oneOf"], definitions) if not mapping else []
        else:
            found.append(node)
    return found


def _enter(node: Schema, part: str | int) -> list[Schema]:
    """Return the schemas for one part of a location: a field, an index, a key or a type's name."""
    if "tagged" in node:
        return [node["tagged"][part]] if part in node["tagged"] else []
    if isinstance(part, int):
        return [node["items"]] if isinstance(node.get("items"), dict) else []
    if part in node.get("properties", {}):
        return [node["properties"][part]]
    if node.get("patternProperties"):
        return list(node["patternProperties"].values())
    return [node] if "properties" in node else []
