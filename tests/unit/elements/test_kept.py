"""The kept element: what was written elsewhere is shown here, and written nowhere else."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup

from support.sample_elements import sample_course, sample_reflections
from yongxin.elements import Context, Element, RefusedEvent
from yongxin.elements.kept import KeptElement
from yongxin.language import LANGUAGES, Language
from yongxin.text import interface_text

Moment = Callable[..., Context]
LOG = {"facts": "周二晚七点，等了二十分钟。", "rating": "dissatisfied"}


@pytest.fixture
def kept(elements: dict[str, Element]) -> KeptElement:
    element = elements["kept:lift-log"]
    assert isinstance(element, KeptElement)
    return element


def test_it_shows_the_state_of_the_reflection(
    kept: KeptElement, elements: dict[str, Element], moment: Moment
) -> None:
    reflection = elements[kept.state_name]
    state, _ = reflection.handle(reflection.initial(), {"type": "write", "fields": LOG}, moment())
    assert kept.present(state, moment()) == {"fields": LOG}
    assert kept.present(kept.initial(), moment()) == {"fields": {}}


def test_what_the_reflection_no_longer_has_is_not_shown(kept: KeptElement, moment: Moment) -> None:
    state = {"fields": {**LOG, "rating": "delighted", "gone": "x", "feeling": 7}}
    assert kept.present(state, moment()) == {"fields": {"facts": LOG["facts"]}}


@pytest.mark.parametrize("event", [{"type": "write", "fields": {"facts": "x"}}, {}, None, []])
def test_nothing_can_be_written_here(kept: KeptElement, moment: Moment, event: object) -> None:
    with pytest.raises(RefusedEvent):
        kept.handle(kept.initial(), event, moment())  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_where_it_was_written_and_leads_there(
    kept: KeptElement, language: Language
) -> None:
    page = BeautifulSoup(str(kept.markup(language)), "html.parser")
    module = sample_course().modules["z1-lift"]
    text = interface_text(language)
    assert text("kept.from", title=module.title.in_language(language)) in page.get_text()
    link = page.select_one("[data-yongxin-place]")
    assert link is not None
    assert link["data-yongxin-place"] == "exercise/z1-lift#reflect-lift-log"
    assert [one["data-yongxin-kept"] for one in page.select("[data-yongxin-kept]")] == [
        "facts",
        "feeling",
        "rating",
    ]


def test_what_is_written_for_practice_is_written_in_the_lesson() -> None:
    recap = next(one for one in sample_reflections() if one.id == "lift-recap")
    element = KeptElement(recap.public(), sample_course().modules["z1-lift"])
    assert element.place == "lesson/z1-lift#reflect-lift-recap"
