"""A withdrawn question of any type gives everybody its points and asks nobody anything."""

import pytest

from yongxin.items import ITEM_TYPES, JSON, Item, parse_key, parse_public_item, score
from yongxin.items.withdrawn import PublicWithdrawn, WithdrawnKey, asked, key_to


@pytest.fixture
def withdrawn(items: dict[str, Item]) -> list[Item]:
    """Items of every type, withdrawn."""
    found = [
        item.model_copy(update={"use": "graded", "withdrawn": True}) for item in items.values()
    ]
    assert {item.type for item in found} == {one.name for one in ITEM_TYPES}
    return found


@pytest.mark.parametrize("response", [None, "met", [], {}, 3, "\ud800", [[["deep"]]]], ids=ascii)
def test_everybody_gets_all_points(withdrawn: list[Item], response: JSON) -> None:
    for item in withdrawn:
        key = key_to(item).for_learner("李雷")
        assert score(key, response).points == item.points
        assert parse_key(key.model_dump(mode="json")) == key


def test_what_learners_get_holds_nothing_of_the_question_but_its_words(
    withdrawn: list[Item],
) -> None:
    for item in withdrawn:
        public, key = asked(item), key_to(item)
        assert isinstance(public, PublicWithdrawn)
        assert isinstance(key, WithdrawnKey)
        assert (public.id, public.points) == (key.id, key.points) == (item.id, item.points)
        assert set(key.model_dump()) == {"id", "type", "points"}
        assert set(public.model_dump()) == {"id", "type", "use", "points", "stem"}
        assert parse_public_item(public.model_dump(mode="json")) == public
        assert public.read("anything") is None
        assert public.is_complete(None)


def test_numbers_that_differ_between_learners_are_left_out(items: dict[str, Item]) -> None:
    tank = items["water-tank"].model_copy(update={"use": "graded", "withdrawn": True})
    stem = asked(tank).stem
    assert "{" not in stem.en
    assert "{" not in stem.zh_cn
    assert "□" in stem.en


def test_other_items_stay_as_they_are(items: dict[str, Item]) -> None:
    for item in items.values():
        assert asked(item) == item.public()
        assert key_to(item) == item.answer_key()
        dumped = item.model_dump(mode="json")
        few = {"withdrawn", "withhold", "mastery"}
        assert not few & set(dumped), "files would change for nothing"
