"""Three hundred complaints that nobody made."""

import csv
from datetime import datetime, timedelta
from io import StringIO
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from numpy.random import Generator

Row: TypeAlias = dict[str, str | int]

SEED = 20240904
NUMBER = 300

_FIRST_LINE = (
    "# Invented for training: 300 complaints that nobody made, about an estate that does not "
    f"exist. Seed {SEED}. The shares that return were put in, so nothing is proved by them.\n"
)
_BEGIN = datetime(2025, 1, 1)  # noqa: DTZ001 - an invented year has no time zone
_DAYS = 365
_CHANNELS = ("front-desk", "telephone", "app", "letter")
_CHANNEL_SHARES = (0.35, 0.35, 0.25, 0.05)
_CATEGORIES = (
    "lift",
    "water",
    "noise",
    "parking",
    "cleaning",
    "fees",
    "door-access",
    "renovation",
    "pets",
    "repairs",
)
#: The eight causes of the deck on difficult customers, in its order.
_CAUSES = (
    "tired-or-low",
    "protects-interest-or-dignity",
    "never-met-this-before",
    "was-slighted",
    "not-in-control",
    "information-did-not-reach",
    "waited-too-long",
    "other",
)
_MEDIAN_MINUTES, _SPREAD = 45, 1.1
_SOLVED = 0.7
#: Solved complaints whose first answer came this fast were mostly dealt with on the spot.
_SPOT_MINUTES, _SPOT_SHARE = 30, 0.8
_RETURN = {"on_spot": 0.96, "solved": 0.63, "unsolved": 0.19}
_TALKATIVE, _TOLD_BY_TALKATIVE, _TOLD_BY_OTHERS = 0.13, 20, 8.5


def complaints() -> bytes:
    """Return the complaints as a table, with a first line that says that they are invented.

    First answers take a lognormal time with a median of 45 minutes; 96% return if the complaint
    was settled on the spot, 63% if it was solved later, 19% if it was not. Solved ones are told to
    5 ± 2 people, the others as in the mixture of the telling tree.
    """
    from numpy.random import default_rng

    random = default_rng(SEED)
    text = StringIO()
    text.write(_FIRST_LINE)
    rows = [_row(number, random) for number in range(1, NUMBER + 1)]
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _row(number: int, random: "Generator") -> Row:
    opened = _BEGIN + timedelta(
        days=int(random.integers(_DAYS)), minutes=int(random.integers(7 * 60, 22 * 60))
    )
    reply = max(1, round(float(random.lognormal(0, _SPREAD)) * _MEDIAN_MINUTES))
    solved = bool(random.random() < _SOLVED)
    on_spot = solved and reply <= _SPOT_MINUTES and bool(random.random() < _SPOT_SHARE)
    hours = 1 if on_spot else 1 + round(float(random.lognormal(0, _SPREAD)) * 20)
    outcome = "on_spot" if on_spot else "solved" if solved else "unsolved"
    if solved:
        told = max(0, round(float(random.normal(5, 2))))
    elif random.random() < _TALKATIVE:
        told = _TOLD_BY_TALKATIVE
    else:
        told = int(random.poisson(_TOLD_BY_OTHERS))
    return {
        "id": f"C{number:03}",
        "opened": opened.strftime("%Y-%m-%d %H:%M"),
        "channel": str(random.choice(_CHANNELS, p=_CHANNEL_SHARES)),
        "category": str(random.choice(_CATEGORIES)),
        "severity": int(random.choice([1, 2, 3], p=[0.55, 0.35, 0.1])),
        "minutes_to_first_reply": reply,
        "hours_to_close": hours if solved else "",
        "solved": int(solved),
        "on_spot": int(on_spot),
        "returned": int(random.random() < _RETURN[outcome]),
        "told_count": told,
        "cause": str(random.choice(_CAUSES)),
    }
