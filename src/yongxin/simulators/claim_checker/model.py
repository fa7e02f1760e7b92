"""What the decks claim, fact by fact, and how a guess compares with what is known."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, TypeAlias, cast, get_args

#: How a claim stands: a source says the same; a source says something like it and the claim has
#: lost or changed something on the way; no source was found.
Standing: TypeAlias = Literal["sourced", "popularised", "unsourced"]

Status: TypeAlias = Literal[
    "deck-only", "sourced", "popularised", "contradicted", "arithmetic-error"
]
STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True)
class Fact:
    """One figure or statement as a deck has it, and the better-known one if there is any.

    ``value`` and ``alt_value`` are as printed (“56–70”), in ``unit``; ``dr_id`` is the number under
    which the doubt is registered, empty where there is none.
    """

    fact_id: str
    unit_id: str
    deck: str
    statement_key: str
    value: str
    unit: str
    alt_value: str
    alt_source: str
    status: Status
    dr_id: str


@cache
def facts() -> Mapping[str, Fact]:
    """Return the facts of ``facts.csv`` by id. Its first line says what the file is."""
    text = (
        files("yongxin.simulators.claim_checker").joinpath("facts.csv").read_text(encoding="utf-8")
    )
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    found: dict[str, Fact] = {}
    for row in rows:
        if row["status"] not in STATUSES or row["fact_id"] in found:
            raise ValueError(f"a fact without a status, or twice: {row}")
        found[row["fact_id"]] = Fact(
            **{name: value for name, value in row.items() if name != "status"},
            status=cast("Status", row["status"]),
        )
    return found


@dataclass(frozen=True)
class Checked:
    """How many cards were turned, and on how many of them the guess was the known standing."""

    turned: int
    agreed: int


def check_claims(known: Mapping[str, Standing], guesses: Mapping[str, Standing | None]) -> Checked:
    """Compare guesses with what is known, card by card; a card without a guess is not turned.

    Counts, without units and without chance. Source of what is known: the register of
    discrepancies of this course (4% and 96%, 13%, 56 to 70%, 20% a year, and two studies).

    Raises ``KeyError`` for a guess on a card that is not there.
    """
    turned = {card: guess for card, guess in guesses.items() if guess is not None}
    return Checked(
        turned=len(turned),
        agreed=sum(known[card] == guess for card, guess in turned.items()),
    )
