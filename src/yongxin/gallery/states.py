"""The states in which the gallery shows an element, and the copy for each of them."""

from typing import Literal, TypeAlias

from yongxin.items.base import Use
from yongxin.language import LANGUAGES, LocalizedText
from yongxin.text import interface_text

State: TypeAlias = Literal[
    "untouched", "answered", "right", "partly", "wrong", "complete", "refused"
]

#: Refused is what a page does to an answer that the course does not take, so no copy is handed in
#: with one.
_STATES: dict[tuple[str, Use], tuple[State, ...]] = {
    ("quiz", "practice"): ("untouched", "answered", "right", "partly", "wrong", "refused"),
    ("quiz", "graded"): ("untouched", "answered", "refused"),
    ("reflect", "practice"): ("untouched", "answered", "complete", "refused"),
    ("assess", "practice"): ("untouched", "answered", "complete", "refused"),
    ("reflect", "graded"): ("untouched", "answered", "complete", "refused"),
}
_HANDED_IN: dict[str, tuple[State, ...]] = {
    "quiz": ("untouched", "right", "partly", "wrong"),
    "reflect": ("untouched", "answered", "complete"),
}


def states_of(kind: str, use: Use, *, handed_in: bool) -> tuple[State, ...]:
    """Return the states of an element of this kind (``quiz``, ``reflect``, ``assess``) and use."""
    return _HANDED_IN[kind] if handed_in else _STATES[kind, use]


def copy_id(element_id: str, state: State, *, handed_in: bool) -> str:
    """Return the id of an element's copy for one state."""
    return f"{element_id}-{'handed-in-' if handed_in else ''}{state}"


def told(text: LocalizedText, state: State) -> LocalizedText:
    """Return what a copy asks: the state's name before what the original asks."""
    return LocalizedText.model_validate(
        {
            language: interface_text(language)(
                "gallery.copy",
                state=interface_text(language)(f"gallery.state.{state}"),
                text=text.in_language(language),
            )
            for language in LANGUAGES
        }
    )
