"""The examples in the authors' guide are items that can be asked."""

import re
from pathlib import Path

from ruamel.yaml import YAML

from yongxin.items import parse_item

EXAMPLE = re.compile(r"^```yaml\n(- id: .*?)^```", re.MULTILINE | re.DOTALL)


def test_every_documented_item_can_be_asked(repository: Path) -> None:
    text = (repository / "docs" / "content.md").read_text(encoding="utf-8")
    yaml = YAML(typ="safe", pure=True)
    entries = [entry for example in EXAMPLE.findall(text) for entry in yaml.load(example)]
    types = {parse_item(entry).type for entry in entries if "type" in entry}
    assert {"single-choice", "true-false", "matching", "sorting", "cloze", "scenario"} <= types
