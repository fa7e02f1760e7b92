"""One item of each type, from the sample course."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from yongxin.items import JSON, Item, parse_item


@pytest.fixture(scope="session")
def authored(sample_content: Path) -> dict[str, JSON]:
    """The sample's items as they were written, by id; do not change them."""
    yaml = YAML(typ="safe", pure=True)
    return {
        entry["id"]: entry
        for name in ("items", "scenarios")
        for path in sorted(sample_content.glob(f"*/{name}.yaml"))
        for entry in yaml.load(path.read_text(encoding="utf-8"))
    }


@pytest.fixture(scope="session")
def items(authored: dict[str, JSON]) -> dict[str, Item]:
    """The sample's items by id."""
    return {item_id: parse_item(entry) for item_id, entry in authored.items()}
