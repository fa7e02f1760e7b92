"""An item as a flash card: the question in front, the right answer on the back."""

from dataclasses import dataclass

from yongxin.items.base import Item, PublicItem
from yongxin.items.offered import Offered, offered
from yongxin.items.right_answer import right_answer
from yongxin.items.scenario.public import PublicScenario
from yongxin.language import Language


@dataclass(frozen=True)
class FlashCard:
    """Both sides of a card, in words. ``answer`` has a line for each part of the right answer."""

    question: str
    offered: tuple[Offered, ...]
    answer: tuple[str, ...]
    explanation: str


def can_be_card(item: PublicItem) -> bool:
    """Say whether an item asks something to be remembered: a story is played, not remembered."""
    return not isinstance(item, PublicScenario)


def flash_card(item: Item, language: Language) -> FlashCard:
    """Return the card of an item for which ``can_be_card`` holds; see ``right_response``."""
    public = item.public()
    return FlashCard(
        question=public.stem.in_language(language),
        offered=offered(public, language),
        answer=right_answer(item, language),
        explanation=item.explanation.in_language(language),
    )
