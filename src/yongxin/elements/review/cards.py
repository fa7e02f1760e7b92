"""Flash cards: what stands on the front and on the back of each.

A card is made of a practice item or of a term of the glossary. There is no way from a graded item
to a card: of those, the built course has neither keys nor explanations.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from yongxin.catalogue import Catalogue, PublicModule, PublicTerm
from yongxin.elements.contract import Presentation
from yongxin.items.base import JSON
from yongxin.items.flash_card import can_be_card
from yongxin.language import Language
from yongxin.text import interface_text


@dataclass(frozen=True)
class Card(ABC):
    """One card. ``modules`` are those in which a learner meets what it asks."""

    id: str
    modules: tuple[PublicModule, ...]

    @abstractmethod
    def sides(self, language: Language, learner: str) -> tuple[Presentation, Presentation]:
        """Return the front, which asks, and the back: the answer and, if it has one, its reason.

        ``learner`` is the nbgrader id, for items with parameters.
        """

    def present(self, language: Language, learner: str) -> Presentation:
        """Return both sides."""
        front, back = self.sides(language, learner)
        kind = interface_text(language)(f"review.kind.{self.id.partition(':')[0]}")
        return {
            "id": self.id,
            "kicker": f"{kind} · {self.modules[0].title.in_language(language)}",
            "front": front,
            "back": back,
        }


#: Cards by id, in the order of the course.
Deck: TypeAlias = Mapping[str, Card]


@dataclass(frozen=True)
class ItemCard(Card):
    """A practice item, met by answering it. ``catalogue`` is the edition that has it."""

    item_id: str
    catalogue: Catalogue

    @property
    def element(self) -> str:
        """The name of the element whose state tells whether the item was answered."""
        return f"quiz:{self.item_id}"

    def sides(self, language: Language, learner: str) -> tuple[Presentation, Presentation]:
        card = self.catalogue.flash_card(self.item_id, language, learner)
        groups: list[JSON] = [
            {"label": group.label, "lines": list(group.lines)} for group in card.offered
        ]
        return (
            {"text": card.question, "also": None, "groups": groups},
            {"lines": list(card.answer), "explanation": card.explanation},
        )


@dataclass(frozen=True)
class TermCard(Card):
    """A term of the glossary, met by opening a module that uses it.

    The front names it in the other language too: two terms may share a name in one of them.
    """

    term: PublicTerm

    def sides(
        self,
        language: Language,
        learner: str,  # noqa: ARG002
    ) -> tuple[Presentation, Presentation]:
        term = self.term.term
        other: Language = "en" if language == "zh-CN" else "zh-CN"
        also: JSON = {"language": other, "text": term.in_language(other)}
        return (
            {"text": term.in_language(language), "also": also, "groups": []},
            {"lines": [self.term.definition.in_language(language)], "explanation": None},
        )


def make_deck(catalogue: Catalogue) -> Deck:
    """Return the cards of every module that can be learned in one edition of the course.

    Raises ``CatalogueError``.
    """
    cards = [*_of_modules(catalogue), *_of_terms(catalogue)]
    order = {module_id: place for place, module_id in enumerate(catalogue.course.modules)}
    # Stable: within a module, questions come before terms, each in the order of their files.
    return {one.id: one for one in sorted(cards, key=lambda card: order[card.modules[0].id])}


def _of_modules(catalogue: Catalogue) -> Iterator[Card]:
    for module in _learnable(catalogue).values():
        bank = catalogue.bank(module.id)
        for item in bank.practice:
            if f"quiz:{item.id}" in bank.elements and can_be_card(catalogue.item(item.id)):
                yield ItemCard(f"item:{item.id}", (module,), item.id, catalogue)


def _of_terms(catalogue: Catalogue) -> Iterator[Card]:
    learnable = _learnable(catalogue)
    for term in catalogue.course.glossary:
        modules = tuple(learnable[one] for one in term.modules if one in learnable)
        if modules:
            yield TermCard(f"term:{term.id}", modules, term)


def _learnable(catalogue: Catalogue) -> dict[str, PublicModule]:
    modules = catalogue.course.modules
    return {
        one: modules[one] for one in catalogue.built_modules() if modules[one].status == "released"
    }
