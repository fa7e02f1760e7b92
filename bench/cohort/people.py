"""Who is in the cohort, and how far everybody is in every module."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

from bench.cohort.hand_ins import VERSIONS
from yongxin.store import Role

GROUPS = 100
#: Who looks at the pages: username → role.
STAFF: Mapping[str, Role] = {"trainer": "trainer", "hr": "hr", "admin": "admin"}

_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许邓韩冯曹"
_GIVEN = "敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玲红梅鹏飞宇欣怡晨浩"

#: The course began so many days ago, and asks for a module every so many days.
_DAYS, _DAYS_A_MODULE = 120, 3
#: Hand-ins of the last days have not been autograded yet.
_UNGRADED_DAYS = 0.5
#: Of the graded ones this share waits for a trainer's mark, and all of the last week do.
_WAITING, _WAITING_DAYS = 0.03, 5
_AGAIN = 0.15


@dataclass(frozen=True)
class Person:
    """A learner; ``id`` is the row's in the store and ``groups`` are numbers from 1."""

    id: int
    username: str
    name: str
    groups: tuple[int, ...]
    ability: float
    #: How much of the course has been handed in.
    progress: float


class Standing(NamedTuple):
    """How far somebody is in a module that was opened.

    ``version`` is the one that was handed in at last, ``attempts`` how often; of what was only
    begun, the first ``begun`` elements were answered.
    """

    person: Person
    place: int
    opened: datetime
    version: int
    attempts: int
    handed_in: datetime | None
    begun: int
    grading: Literal["none", "waiting", "marked"]


def people(count: int, first_id: int, chance: random.Random) -> Sequence[Person]:
    """Return so many learners in about a hundred groups; one in twenty is in two."""
    groups = max(2, min(GROUPS, count // 4))
    found: list[Person] = []
    for number in range(count):
        several = chance.sample(range(1, groups + 1), 2 if chance.random() < 0.05 else 1)
        name = chance.choice(_SURNAMES) + "".join(chance.choices(_GIVEN, k=2))
        found.append(
            Person(
                first_id + number,
                f"learner-{number:05}",
                name,
                tuple(sorted(several)),
                chance.betavariate(4, 2),
                0.0 if chance.random() < 0.03 else chance.betavariate(2.5, 1.2),
            )
        )
    return found


def due(place: int, now: datetime) -> datetime:
    """Return until when the module at this place of the course is to be handed in."""
    return now - timedelta(days=_DAYS) + timedelta(days=_DAYS_A_MODULE * (place + 2))


def standings(
    everybody: Sequence[Person], modules: int, now: datetime, chance: random.Random
) -> Iterator[Standing]:
    """Yield how far everybody is in every module that they have opened, person by person."""
    begin = now - timedelta(days=_DAYS)
    for person in everybody:
        done = round(person.progress * modules)
        begun = done + chance.randrange(3) if person.progress else 0
        for place in range(min(modules, begun)):
            late = chance.expovariate(1 / 2.0)
            at = begin + timedelta(days=_DAYS_A_MODULE * place * 0.9 + late + chance.random())
            at = min(at, now - timedelta(minutes=chance.randrange(1, 2000)))
            version = min(
                VERSIONS - 1, max(0, int(VERSIONS * (person.ability + chance.gauss(0, 0.1))))
            )
            if place >= done or chance.random() < 0.02:  # begun, or left out
                answers = chance.randrange(8)
                yield Standing(person, place, at, version, 0, None, answers, "none")
                continue
            attempts = 1 + (chance.random() < _AGAIN)
            handed_in = min(at + timedelta(hours=chance.uniform(0.3, 30)), now)
            yield Standing(
                person,
                place,
                at,
                version,
                attempts,
                handed_in,
                1000,
                _grading(handed_in, now, chance),
            )


def _grading(
    handed_in: datetime, now: datetime, chance: random.Random
) -> Literal["none", "waiting", "marked"]:
    days = (now - handed_in) / timedelta(days=1)
    if days < _UNGRADED_DAYS:
        return "none"
    return "waiting" if days < _WAITING_DAYS or chance.random() < _WAITING else "marked"


def text(moment: datetime) -> str:
    """Return a moment as SQLAlchemy writes it into SQLite: in UTC, without a zone."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
