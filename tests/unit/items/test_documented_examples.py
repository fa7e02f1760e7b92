"""The examples in the authors' manual are valid, and there is one of every type but the oldest."""

import re
from pathlib import Path

from ruamel.yaml import YAML

from yongxin.items import parse_item

_EXAMPLE = re.compile(r"```yaml\n(- id:.*?\n {2}type:.*?)```", re.DOTALL)


def test_every_example_of_an_item_can_be_asked(repository: Path) -> None:
    manual = (repository / "docs" / "content.md").read_text(encoding="utf-8")
    yaml = YAML(typ="safe", pure=True)
    items = [
        parse_item(entry) for example in _EXAMPLE.findall(manual) for entry in yaml.load(example)
    ]
    assert {"short-text", "table", "hot-text", "numeric-table", "calculated"} <= {
        item.type for item in items
    }
    assert len({item.id for item in items}) == len(items)
