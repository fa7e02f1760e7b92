"""From dissatisfied people to complaints, and from complaints back to dissatisfied people."""

from dataclasses import dataclass

#: How many dissatisfied people one complaint stands for, the one who complains included: 26 in the
#: wording of the better-known source, 27 in the deck's, “26 others behind him”.
PEOPLE_PER_COMPLAINT = (26, 27)

#: Of this many dissatisfied people, so many are very dissatisfied (6, in the deck).
SERIOUS_OF = 26


@dataclass(frozen=True)
class Iceberg:
    """People: those who say so, those who do not, and how many of these are very dissatisfied."""

    spoken: float
    hidden: float
    serious: float

    @property
    def total(self) -> float:
        return self.spoken + self.hidden


def from_unhappy(unhappy: float, speak_rate: float, serious_of_26: float) -> Iceberg:
    """Return what is heard of ``unhappy`` people: C = N·p, hidden = N − C.

    N is a number of people, 0 or more; p a share from 0 to 1; the very dissatisfied are
    ``serious_of_26``/26 of the hidden ones. Without chance. Source: the course's deck (4% tell
    you, 96% do not; 26 behind each complaint, 6 of them very dissatisfied), made popular by
    Albrecht and Zemke (1985). Check value: N = 1000 and p = .04 give 40 and 960.

    Raises ``ValueError`` for a number of people below 0 or a share that is none.
    """
    if unhappy < 0 or not 0 <= speak_rate <= 1 or not 0 <= serious_of_26 <= SERIOUS_OF:
        raise ValueError("people are 0 or more, shares lie between 0 and 1")
    spoken = unhappy * speak_rate
    hidden = unhappy - spoken
    return Iceberg(spoken=spoken, hidden=hidden, serious=hidden * serious_of_26 / SERIOUS_OF)


def from_complaints(complaints: float, people: float, serious_of_26: float) -> Iceberg:
    """Return what stands behind ``complaints`` if each one stands for ``people``: N = C·people.

    With a share p that speaks, ``people`` is 1/p. Check values: 12 complaints and 1/.04 = 25 people
    give N = 300; 27 people give 312 others, 72 of them very dissatisfied.

    Raises ``ValueError`` for a number of complaints below 0 or fewer people than one.
    """
    if complaints < 0 or people < 1 or not 0 <= serious_of_26 <= SERIOUS_OF:
        raise ValueError("complaints are 0 or more, and each comes from somebody")
    hidden = complaints * (people - 1)
    return Iceberg(spoken=complaints, hidden=hidden, serious=hidden * serious_of_26 / SERIOUS_OF)
