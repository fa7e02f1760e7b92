"""Every item type can say a response as a person would."""

import pytest

from yongxin.items import MalformedResponse, parse_public_item
from yongxin.items.base import JSON
from yongxin.language import Language

BASE = {"use": "graded", "points": 1, "stem": {"zh-CN": "问题", "en": "Question"}}
PARTS = [
    {"id": "calm", "text": {"zh-CN": "平静", "en": "Calm"}},
    {"id": "hurt", "text": {"zh-CN": "委屈", "en": "Hurt"}},
    {"id": "angry", "text": {"zh-CN": "生气", "en": "Angry"}},
]
SINGLE = BASE | {"id": "one", "type": "single-choice", "options": PARTS}
MULTIPLE = BASE | {"id": "many", "type": "multiple-choice", "options": PARTS}
ORDERING = BASE | {
    "id": "order",
    "type": "ordering",
    "entries": PARTS,
    "scoring": "adjacent-pairs",
}
NUMBER = BASE | {"id": "number", "type": "number"}
WITH_UNIT = NUMBER | {"unit": {"zh-CN": "分", "en": "points"}}


@pytest.mark.parametrize(
    ("item", "response", "language", "words"),
    [
        (SINGLE, "hurt", "zh-CN", ("委屈",)),
        (SINGLE, "hurt", "en", ("Hurt",)),
        (MULTIPLE, ["angry", "calm"], "en", ("Calm", "Angry")),
        (MULTIPLE, [], "en", ()),
        (ORDERING, ["hurt", "angry", "calm"], "zh-CN", ("委屈", "生气", "平静")),
        (NUMBER, "－１，３", "en", ("－１，３",)),
        (WITH_UNIT, "−1,3", "zh-CN", ("−1,3分",)),
        (WITH_UNIT, "−1,3", "en", ("−1,3 points",)),
    ],
)
def test_a_response_is_said_in_words(
    item: JSON, response: JSON, language: Language, words: tuple[str, ...]
) -> None:
    assert parse_public_item(item).in_words(response, language) == words


@pytest.mark.parametrize("item", [SINGLE, MULTIPLE, ORDERING, NUMBER], ids=lambda one: one["type"])
@pytest.mark.parametrize("response", [None, 7, "nobody", ["nobody"], {"hurt": True}])
def test_what_is_no_response_cannot_be_said(item: JSON, response: JSON) -> None:
    with pytest.raises(MalformedResponse):
        parse_public_item(item).in_words(response, "en")
