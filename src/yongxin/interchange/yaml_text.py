"""Entries as the YAML that people go on writing in."""

from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import LiteralScalarString

from yongxin.content.finding import Report
from yongxin.content.yaml_file import parse_yaml
from yongxin.interchange.wording import Entry

#: The longest text that stays on its line beside its language.
_SHORT = 60


def entry_text(entry: Entry) -> str:
    """Return one entry of a list, without a blank line around it.

    Raises ``ValueError`` if it would not be read as what it is.
    """
    stream = StringIO()
    yaml = YAML()
    yaml.width = 100_000
    yaml.allow_unicode = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump([_styled(entry)], stream)
    text = "\n".join(line.removeprefix("  ") for line in stream.getvalue().split("\n"))
    report = Report()
    document = parse_yaml(text, report.of("import"))
    if document is None or document.data != [entry]:
        found = "; ".join(str(one) for one in report.findings())
        raise ValueError(f"its texts cannot be written as YAML {found}".strip())
    return text.strip("\n")


def _styled(value: Any) -> Any:
    """Return a value with the styles in which people write: short things on a line."""
    if isinstance(value, dict):
        mapping = CommentedMap({key: _styled(one) for key, one in value.items()})
        if _is_short_text(value) or _is_key(value):
            mapping.fa.set_flow_style()
        return mapping
    if isinstance(value, list):
        listed = CommentedSeq([_styled(one) for one in value])
        if all(isinstance(one, str) and len(one) <= _SHORT for one in value):
            listed.fa.set_flow_style()
        return listed
    if isinstance(value, str) and "\n" in value:
        return LiteralScalarString(value)
    return value


def _is_short_text(value: dict[str, Any]) -> bool:
    return set(value) == {"zh-CN", "en"} and all(
        isinstance(one, str) and len(one) <= _SHORT and "\n" not in one for one in value.values()
    )


def _is_key(value: dict[str, Any]) -> bool:
    return (
        bool(value)
        and all(isinstance(one, str) for one in value.values())
        and len(", ".join(f"{name}: {one}" for name, one in value.items())) <= 2 * _SHORT
        and not {"zh-CN", "en"} & set(value)
    )
