"""Forces that push a change and forces that hold it back."""

from collections.abc import Sequence
from dataclasses import dataclass

STRONGEST = 5


@dataclass(frozen=True)
class Balance:
    """``net`` says where things move: above 0 they begin to; ``tension`` is all forces together."""

    driving: float
    restraining: float

    @property
    def net(self) -> float:
        return self.driving - self.restraining

    @property
    def tension(self) -> float:
        return self.driving + self.restraining


def balance(driving: Sequence[float], restraining: Sequence[float]) -> Balance:
    """Return net = Σd − Σr, and beside it tension = Σd + Σr.

    Forces run from 0 to 5 on a scale without a unit, as somebody judges them. Without chance.
    Source: Lewin (1947) for the field, and for the tension that grows when one pushes harder
    instead of taking a hindrance away; the scale and the sums are this course's. Check values:
    4, 3 and 2 against 4, 4 and 3 give a net of −2 and a tension of 20.

    Raises ``ValueError`` for a force that is not between 0 and 5.
    """
    for force in (*driving, *restraining):
        if not 0 <= force <= STRONGEST:
            raise ValueError(f"a force lies between 0 and {STRONGEST}: {force}")
    return Balance(driving=sum(driving), restraining=sum(restraining))
