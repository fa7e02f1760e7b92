"""Our own bank comes back as it went, and everything that does not is told."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from yongxin.content import Content, load_content
from yongxin.interchange import gift_reader, moodle_xml_reader
from yongxin.interchange.exporting import Export, Format, export
from yongxin.interchange.importing import Import, convert
from yongxin.interchange.to_items import Defaults
from yongxin.items import Item, parse_item
from yongxin.language import LANGUAGES, Language

NOWHERE = Defaults("practice", ("A-99",))


def there_and_back(
    content: Content, form: Format, languages: tuple[Language, ...] = LANGUAGES
) -> tuple[Export, Import, dict[str, dict[str, Any]]]:
    made = export(content, form, list(content.modules), languages)
    questions = (
        gift_reader.read(made.text, languages[0])
        if form == "gift"
        else moodle_xml_reader.read(made.text.encode(), languages[0])
    )
    back = convert(questions, (), NOWHERE)
    entries = YAML(typ="safe", pure=True).load(back.text) if back.text else []
    return made, back, {entry["id"]: entry for entry in entries}


def items_of(content: Content) -> dict[str, Item]:
    return {item.id: item for module in content.modules.values() for item in module.items}


def shape(data: Any, names: dict[str, str] | None = None) -> Any:
    """Return an item's data without what has no place anywhere: ids, and orders of no meaning."""
    names = dict(_names(data)) if names is None else names
    if isinstance(data, dict):
        if set(data) == set(LANGUAGES):
            return data
        kept = {names.get(key, key): shape(one, names) for key, one in data.items() if key != "id"}
        if "entries" in kept:  # of an order as it is first shown, or in no order at all
            kept["entries"] = sorted(kept["entries"], key=repr)
        for listed in ("matches", "categories", "mistakes"):
            if listed in kept:
                kept[listed] = sorted(kept[listed], key=repr)
        if kept.get("type") in ("multiple-choice", "hot-text"):  # whoever is right is a set
            kept["key"] = sorted(kept["key"])
        return kept
    if isinstance(data, (list, tuple)):
        return [shape(one, names) for one in data]
    return names.get(data, data) if isinstance(data, str) else data


def _names(data: Any) -> Iterator[tuple[str, str]]:
    """Yield each id with the text that it stands for."""
    if isinstance(data, dict):
        if "id" in data and "text" in data:
            yield data["id"], repr(data["text"])
        for one in data.values():
            yield from _names(one)
    elif isinstance(data, (list, tuple)):
        for one in data:
            yield from _names(one)


def without(data: Any, *fields: str) -> Any:
    """Return data without some fields, wherever they stand."""
    if isinstance(data, dict):
        return {name: without(one, *fields) for name, one in data.items() if name not in fields}
    return [without(one, *fields) for one in data] if isinstance(data, list) else data


def dumped(item: Item) -> Any:
    return item.model_dump(mode="json")


#: What an item of a type may lose, by the loss that has been told of it.
LOSSES = {
    "the feedback to its entries is left out": ("feedback",),
    "is left out: GIFT has none": ("unit",),
}


@pytest.mark.parametrize("form", ["gift", "moodle-xml"])
def test_every_item_comes_back_but_for_what_was_told(content: Content, form: Format) -> None:
    made, back, entries = there_and_back(content, form)
    told: dict[str, list[str]] = {}
    for one in (*made.losses, *made.left_out, *back.refused, *back.notes):
        told.setdefault(one.what.split(" (")[-1].rstrip(")"), []).append(one.why)
    compared = 0
    for item_id, item in items_of(content).items():
        if item_id not in entries:
            assert told[item_id], f"{item_id} went away without a word"
            continue
        assert entries[item_id]["units"] == list(item.units)
        if any("comes back as" in why or "in zh-CN only" in why for why in told.get(item_id, [])):
            continue
        lost = tuple(
            field
            for why in told.get(item_id, [])
            for ending, fields in LOSSES.items()
            if why.endswith(ending)
            for field in fields
        )
        ours = shape(_numbered(without(dumped(item), *lost)))
        theirs = shape(_numbered(without(dumped(parse_item(entries[item_id])), *lost)))
        assert theirs == ours, item_id
        compared += 1
    assert compared >= 10


def _numbered(data: Any) -> Any:
    """Return a cloze with gaps named by their order in Chinese, and why each option is what it is.

    A gap's own feedback and that of its options are told apart by what learners are told.
    """
    if data["type"] in ("table", "numeric-table"):
        return _with_tolerances(data)
    if data["type"] != "cloze":
        return data
    text = data["text"]["zh-CN"]
    order = sorted(data["gaps"], key=lambda gap: text.index(f"{{{{{gap['id']}}}}}"))
    names = {gap["id"]: f"gap-{number}" for number, gap in enumerate(order, start=1)}
    for language, words in data["text"].items():
        marked = words
        for old, new in names.items():
            marked = marked.replace(f"{{{{{old}}}}}", f"<{new}>")
        data["text"][language] = marked
    data["key"] = {names[gap]: option for gap, option in data["key"].items()}
    for gap in order:
        gap["name"] = names[gap["id"]]
        for option in gap["options"]:
            option["feedback"] = option.get("feedback") or gap["feedback"]
        gap["feedback"] = next(
            one["feedback"] for one in gap["options"] if one["id"] == data["key"][gap["name"]]
        )
    data["gaps"] = order
    return data


def _with_tolerances(data: Any) -> Any:
    """Return a table whose asked cells have their own tolerances: it makes no difference where."""
    for row in data["rows"]:
        tolerance = row.pop("tolerance", None)
        for cell in row["cells"].values():
            if cell.get("key") is not None and cell.get("tolerance") is None:
                cell["tolerance"] = tolerance
    return data


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", ["gift", "moodle-xml"])
def test_one_language_comes_back_and_the_other_is_marked_as_missing(
    content: Content, form: Format, language: Language
) -> None:
    _, back, entries = there_and_back(content, form, (language,))
    assert entries
    assert back.missing > len(entries)
    other = next(one for one in LANGUAGES if one != language)
    for item_id, entry in entries.items():
        item = items_of(content)[item_id]
        assert entry["explanation"][language] == item.explanation.in_language(language)
        assert "⟦missing⟧" in entry["explanation"][other]


def test_gaps_in_two_orders_come_back_one_language_at_a_time(sample_content: Path) -> None:
    content = load_content(sample_content)
    for language in LANGUAGES:
        made, _, entries = there_and_back(content, "moodle-xml", (language,))
        text = entries["water-notice"]["text"][language]
        assert text.count("{{gap-") == 3
        assert not any(
            one.what == "water-notice" and "stand in another" in one.why for one in made.losses
        )


def test_json_has_everything(content: Content) -> None:
    made = export(content, "json", list(content.modules))
    bank = json.loads(made.text)
    items = [item for module in bank["modules"] for item in module["items"]]
    assert [parse_item(one) for one in items] == list(items_of(content).values())
    assert not made.left_out
    assert not made.losses
    assert made.written == len(items) + sum(len(one["reflections"]) for one in bank["modules"])
