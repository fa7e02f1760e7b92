"""A number counts when it is near enough to the key."""

from decimal import Decimal

#: Within this many tolerances of the key, but not within one, a number earns half.
HALF_CREDIT_TOLERANCES = 3


def within_tolerance(key: float, response: float, tolerance: float) -> float:
    """Return 1 within ``tolerance`` of the key, ½ within three tolerances, else 0.

    All three are finite and in the item's unit; ``tolerance`` is 0 or more. Both bounds belong to
    the better side, reckoned in decimal digits as a person writes them: −1.35 is within 0.05 of
    −1.3, although it is not in binary. The half for a near miss (a rounding slip) is this
    course's own rule; the full mark is QTI's ``equal`` with an absolute tolerance.
    """
    distance = abs(Decimal(str(response)) - Decimal(str(key)))
    bound = Decimal(str(tolerance))
    if distance <= bound:
        return 1.0
    return 0.5 if distance <= HALF_CREDIT_TOLERANCES * bound else 0.0
