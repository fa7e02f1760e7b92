"""The review element: flash cards that come again after 1, 7 and 30 days."""

from collections.abc import Collection, Mapping
from datetime import datetime, tzinfo
from typing import Any, ClassVar, cast

from markupsafe import Markup

from yongxin.elements.contract import (
    Context,
    Element,
    Event,
    Presentation,
    RefusedEvent,
    Reply,
    State,
)
from yongxin.elements.events import read_event
from yongxin.elements.markup import render
from yongxin.elements.review.cards import Card, Deck, ItemCard, TermCard, make_deck
from yongxin.elements.review.schedule import (
    GRADES,
    NEW_A_DAY,
    WAITS,
    Grade,
    Kept,
    Queue,
    day_of,
    graded,
    is_due,
    queue,
    read_kept,
)
from yongxin.items.base import JSON
from yongxin.language import Language

__all__ = ["Card", "Deck", "ItemCard", "ReviewElement", "TermCard", "make_deck"]

#: So many cards fit into a state of 64 KiB however long their ids are; no new one comes beyond.
MAXIMUM_CARDS = 700
#: A page holds so many cards at a time, more than most people go through in one sitting.
CARDS_A_PAGE = 30

_SHAPES = {"grade": frozenset({"card", "grade"}), "remind": frozenset({"wanted"})}


class ReviewElement(Element):
    """One learner's cards.

    The state is ``{"cards": {id: [streak, seconds]}, "new": [day, count], "reminder": bool}``:
    see ``schedule.Kept``; how many cards were new on the last day on which any was; and whether the
    start page tells what waits. ``deck`` holds every card that there is and ``met`` the ids of
    those that the learner may be asked, which the host finds out. A card that left the course is
    not asked, and what is kept of it stays until its place is needed.

    ``grade`` counts once for each time a card is due, so that a second tab or a device that comes
    back does not count it twice.
    """

    kind: ClassVar[str] = "review"
    full_name: ClassVar[str] = "review:cards"
    id = "cards"

    def __init__(self, deck: Deck, met: Collection[str], zone: tzinfo) -> None:
        self._deck = deck
        self._met = met
        self._zone = zone

    @property
    def is_personal(self) -> bool:
        return True

    def markup(self, language: Language) -> Markup:
        return render(
            "elements/review/view.html",
            language,
            element=self,
            grades=list(enumerate(GRADES, start=1)),
            root="review-cards",
        )

    def initial(self) -> State:
        return {"cards": {}, "new": None, "reminder": False}

    @staticmethod
    def is_reminder_wanted(state: State) -> bool:
        """Say whether the start page tells how many cards wait."""
        return state.get("reminder") is True

    def waiting(self, state: State, now: datetime) -> int:
        """Return how many cards wait."""
        return len(self._queue(_kept_cards(state), state, now).cards)

    def present(self, state: State, context: Context) -> Presentation:
        kept = _kept_cards(state)
        queue = self._queue(kept, state, context.now)
        today = day_of(context.now, self._zone)
        return {
            "cards": [self._shown(one, kept.get(one), context) for one in _page_of(queue)],
            "waiting": len(queue.cards),
            "answered": sum(day_of(one.at, self._zone) == today for one in kept.values()),
            "met": sum(one in self._met or one in kept for one in self._deck),
            "next_in": queue.next_in,
            "reminder": self.is_reminder_wanted(state),
        }

    def handle(self, state: State, event: Event, context: Context) -> tuple[State, Reply]:
        kind, event = read_event(event, _SHAPES)
        if kind == "remind":
            if not isinstance(event["wanted"], bool):
                raise RefusedEvent("malformed")
            return {**self.initial(), **state, "reminder": event["wanted"]}, {}
        card, grade = event["card"], event["grade"]
        if not isinstance(card, str) or grade not in GRADES:
            raise RefusedEvent("malformed")
        return self._graded({**self.initial(), **state}, card, grade, context.now)

    def _graded(self, state: State, card: str, grade: Grade, now: datetime) -> tuple[State, Reply]:
        kept = _kept_cards(state)
        before = kept.get(card)
        # What the course or the learner does not have can have been asked by an older page.
        counts = card in self._deck and (
            is_due(before, now, self._zone)
            if before is not None
            else card in self._met and self._room(kept) > 0
        )
        if not counts:
            return state, {"counted": False}
        if before is None:
            if len(kept) >= MAXIMUM_CARDS:
                kept = {one: what for one, what in kept.items() if one in self._deck}
            state["new"] = [day_of(now, self._zone).isoformat(), self._new_today(state, now) + 1]
        kept[card] = graded(before, grade, now)
        state["cards"] = {one: what.as_json() for one, what in kept.items()}
        return state, {"counted": True}

    def _queue(self, kept: Mapping[str, Kept], state: State, now: datetime) -> Queue:
        return queue(
            self._deck,
            self._met,
            kept,
            allowed=min(NEW_A_DAY - self._new_today(state, now), self._room(kept)),
            now=now,
            zone=self._zone,
        )

    def _room(self, kept: Mapping[str, Kept]) -> int:
        return MAXIMUM_CARDS - sum(one in self._deck for one in kept)

    def _new_today(self, state: State, now: datetime) -> int:
        match state.get("new"):
            case [str(day), int(count)] if day == day_of(now, self._zone).isoformat():
                return count
            case _:
                return 0

    def _shown(self, card: str, kept: Kept | None, context: Context) -> Presentation:
        return {
            **self._deck[card].present(context.language, context.learner),
            "is_new": kept is None,
            # In how many days each grade brings it back.
            "waits": {one: WAITS[graded(kept, one, context.now).streak] for one in GRADES},
        }


def _page_of(queue: Queue) -> tuple[str, ...]:
    return queue.cards[:CARDS_A_PAGE]


def _kept_cards(state: State) -> dict[str, Kept]:
    """Return what a state keeps of each card; what cannot be read was never kept."""
    cards: JSON = state.get("cards")
    if not isinstance(cards, dict):
        return {}
    read = {str(one): read_kept(value) for one, value in cast(dict[Any, JSON], cards).items()}
    return {one: kept for one, kept in read.items() if kept is not None}
