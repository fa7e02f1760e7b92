"""Items as flash cards: the right answer of every type, in words, and what it is chosen from."""

import random
from pathlib import Path

import pytest

from yongxin.content import load_content
from yongxin.items import ITEM_TYPES, Item
from yongxin.items.base import score
from yongxin.items.flash_card import can_be_card, flash_card
from yongxin.items.offered import offered
from yongxin.items.right_answer import right_response
from yongxin.items.single_choice import SingleChoice
from yongxin.language import LANGUAGES

LEARNERS = ("", "lin", "zhou.yuan", "林夏")


@pytest.fixture(scope="module")
def all_items(items: dict[str, Item], repository: Path) -> list[Item]:
    """The items of the sample course and those of the real one."""
    course = load_content(repository / "content")
    return [*items.values(), *(one for module in course.modules.values() for one in module.items)]


def test_every_type_can_be_a_card_but_a_story(all_items: list[Item]) -> None:
    cards = {one.type for one in all_items if can_be_card(one.public())}
    assert cards == {one.name for one in ITEM_TYPES} - {"scenario"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("learner", LEARNERS)
def test_the_right_answer_earns_everything_and_can_be_said(
    all_items: list[Item], language, learner: str
) -> None:
    for written in all_items:
        if can_be_card(written.public()):
            item = written.for_learner(learner)
            response = right_response(item, language)
            key = written.answer_key().for_learner(learner)
            assert score(key, response).ratio == 1, item.id
            assert written.public().is_complete(written.public().read(response)), item.id
            card = flash_card(item, language)
            assert card.answer, item.id
            assert all(card.answer), item.id
            assert card.question, item.id
            assert "{" not in card.question, item.id
            assert card.explanation == item.explanation.in_language(language)


def test_a_story_has_no_one_right_answer(all_items: list[Item]) -> None:
    story = next(one for one in all_items if one.type == "scenario")
    with pytest.raises(NotImplementedError, match="scenario"):
        right_response(story, "en")
    with pytest.raises(NotImplementedError, match="scenario"):
        offered(story.public(), "en")


def test_the_front_offers_what_there_is_to_choose_from(all_items: list[Item]) -> None:
    for item in all_items:
        public = item.public()
        if can_be_card(public):
            front = [line for group in offered(public, "en") for line in group.lines]
            names = [one.in_language("en") for one in public.part_names().values()]
            if item.type in {"single-choice", "multiple-choice", "ordering"}:
                assert front == names, item.id
            elif item.type in {"matching", "sorting"}:
                assert set(names) <= set(front), item.id


def test_the_front_is_made_of_what_everybody_may_see(all_items: list[Item]) -> None:
    """Two items that differ in their key only have the same front: see the leak tests."""
    choice = next(one for one in all_items if isinstance(one, SingleChoice))
    others = [one.id for one in choice.options if one.id != choice.key]
    other = choice.model_copy(update={"key": random.Random(4).choice(others)})
    one, another = flash_card(choice, "zh-CN"), flash_card(other, "zh-CN")
    assert (one.question, one.offered) == (another.question, another.offered)
    assert one.answer != another.answer
