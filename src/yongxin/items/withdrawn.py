"""What stands in the place of a graded item that was withdrawn: full points, nothing to answer.

The item keeps its id and its points, so that gradebooks and hand-ins stay as they are.
"""

from typing import Literal

from yongxin.items.base import JSON, Item, Key, MalformedResponse, PublicItem
from yongxin.language import LANGUAGES, Language, LocalizedText

Type = Literal["withdrawn"]


class PublicWithdrawn(PublicItem):
    """Asked of nobody; what was answered before is not read any more."""

    type: Type = "withdrawn"

    @property
    def rule(self) -> str:
        return "withdrawn"

    def read(self, response: JSON) -> None:  # noqa: ARG002
        return None

    def in_words(self, response: JSON, language: Language) -> tuple[str, ...]:  # noqa: ARG002
        """As in the base class; nothing can be read here any more."""
        raise MalformedResponse("empty")

    def is_complete(self, response: JSON) -> bool:  # noqa: ARG002
        """As in the base class: nothing is ever open."""
        return True


class WithdrawnKey(Key):
    """Gives everybody all points; holds no answer."""

    type: Type = "withdrawn"

    @property
    def is_withdrawn(self) -> bool:
        return True

    def ratio(self, response: JSON) -> float:  # noqa: ARG002
        return 1.0


def asked(item: Item) -> PublicItem:
    """Return what learners may see of a graded item, withdrawn or not."""
    if not item.withdrawn:
        return item.public()
    return PublicWithdrawn(id=item.id, use=item.use, points=item.points, stem=_stem(item.public()))


def key_to(item: Item) -> Key:
    """Return the key by which a graded item is scored, withdrawn or not."""
    if not item.withdrawn:
        return item.answer_key()
    return WithdrawnKey(id=item.id, points=item.points)


def _stem(item: PublicItem) -> LocalizedText:
    return LocalizedText.model_validate(
        {language: item.stem_in_words(language) for language in LANGUAGES}
    )
