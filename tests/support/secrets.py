"""Other secrets for an item: what nobody may be able to tell from what learners get."""

from collections.abc import Callable
from typing import Any, TypeAlias

Authored: TypeAlias = dict[str, Any]

OTHER_WORDS = {"zh-CN": "另一句话。", "en": "Something else."}

#: The fields that hold words which learners read only after answering, wherever they stand.
SECRET_WORDS = ("feedback", "explanation")


def change_item(item: Authored) -> None:
    """Change everything that is secret in an authored item, and nothing else."""
    before = repr(item["key"]) if "key" in item else None
    change_words(item)
    CHANGES[item["type"]](item)
    assert before is None or repr(item["key"]) != before


def change_words(node: Any) -> None:
    """Replace every feedback and explanation below ``node``."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name in SECRET_WORDS:
                node[name] = dict(OTHER_WORDS)
            else:
                change_words(value)
    elif isinstance(node, list):
        for one in node:
            change_words(one)


def change_single_choice(item: Authored) -> None:
    item["key"] = next(one for one in ids(item["options"]) if one != item["key"])


def change_multiple_choice(item: Authored) -> None:
    options = ids(item["options"])
    item["key"] = [one for one in options if one not in item["key"]] or options[:-1]


def change_number(item: Authored) -> None:
    item["mistakes"] = [{"value": item["key"], "feedback": OTHER_WORDS}]
    item["key"] += 1000
    item["tolerance"] = item["tolerance"] * 2 + 1


def change_ordering(item: Authored) -> None:
    key = item["key"]
    swapped = [key[1], key[0], *key[2:]]
    shown = ids(item["entries"])
    item["key"] = swapped if swapped != shown else [*key[:-2], key[-1], key[-2]]


def change_true_false(item: Authored) -> None:
    item["key"] = not item["key"]
    if "reason" in item:
        item["reason"] = another(item["reasons"], item["reason"])


def change_matching(item: Authored) -> None:
    entries, matches = ids(item["entries"]), ids(item["matches"])
    key = {entry: another(item["matches"], right) for entry, right in item["key"].items()}
    if dict(zip(entries, matches, strict=False)) == key:
        key[entries[0]] = matches[-1]
    item["key"] = key


def change_sorting(item: Authored) -> None:
    item["key"] = {
        entry: another(item["categories"], right) for entry, right in item["key"].items()
    }


def change_cloze(item: Authored) -> None:
    options = {gap["id"]: gap["options"] for gap in item["gaps"]}
    item["key"] = {gap: another(options[gap], right) for gap, right in item["key"].items()}


def change_short_text(item: Authored) -> None:
    item["mistakes"] = [{"texts": dict(item["key"]), "feedback": dict(OTHER_WORDS)}]
    item["key"] = {"zh-CN": ["别的词"], "en": ["another word"]}


def change_hot_text(item: Authored) -> None:
    others = [one for one in ids(item["hot"]) if one not in item["key"]]
    item["key"] = others[: item.get("limit", len(others))]


def change_table(item: Authored) -> None:
    for row in item["rows"]:
        change_row(row)


def change_calculated(item: Authored) -> None:
    item["formula"] = str(item["bounds"]["minimum"])
    item["decimals"] = 6
    item["mistakes"] = []
    for unit in item.get("unit_choices", ()):
        if unit.get("factor", 1) != 1:
            unit["factor"] *= 7


def change_scenario(item: Authored) -> None:
    for meter in item["meters"]:
        meter.pop("floor", None)
    for option in (one for node in item["nodes"] for one in node["options"]):
        # Turned round and smaller, so that no way leaves the bounds.
        option["effects"] = {
            meter: -effect / 8 for meter, effect in option.get("effects", {}).items()
        }
        option.pop("mode", None)
        option["skill"] = "smiling"
    for ending in item["endings"]:
        ending["rating"] = "satisfied"
        ending["chain"] = {step: dict(OTHER_WORDS) for step in ending["chain"]}


def change_row(row: Authored) -> None:
    """Give every asked cell of a table's row another key."""
    for cell in row["cells"].values():
        if "key" not in cell:
            continue
        cell.pop("feedback", None)
        if "choices" in row:
            cell["key"] = another(row["choices"], cell["key"])
        else:
            cell |= {"key": cell["key"] + 1000, "tolerance": 7}


def ids(options: list[Authored]) -> list[str]:
    return [option["id"] for option in options]


def another(options: list[Authored], id: str) -> str:
    """Return the option after this one, round about: what differed still differs."""
    names = ids(options)
    return names[(names.index(id) + 1) % len(names)]


#: How to give an item another key that is as valid: every item type says here what its key is.
CHANGES: dict[str, Callable[[Authored], None]] = {
    "single-choice": change_single_choice,
    "multiple-choice": change_multiple_choice,
    "number": change_number,
    "ordering": change_ordering,
    "true-false": change_true_false,
    "matching": change_matching,
    "sorting": change_sorting,
    "cloze": change_cloze,
    "short-text": change_short_text,
    "hot-text": change_hot_text,
    "table": change_table,
    "numeric-table": change_table,
    "calculated": change_calculated,
    "scenario": change_scenario,
}
