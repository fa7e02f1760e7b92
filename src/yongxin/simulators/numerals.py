"""Numbers as people read them: a true minus sign, and a plus where the direction matters."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

MINUS = "\N{MINUS SIGN}"

# Sums of tenths are off by some 1e-16; rounding here first lets a half be the half it looks like.
_NOISE_DIGITS = 9


def plain(value: float, digits: int) -> str:
    """Return ``value`` with at most ``digits`` decimal places, halves away from 0: ``−0.3``."""
    exact = Decimal(str(round(value, _NOISE_DIGITS)))
    text = f"{exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"0", "-0"} else text.replace("-", MINUS)


def signed(value: float, digits: int) -> str:
    """Return ``value`` with its sign: ``+0.5``, ``−1.3``, ``0``."""
    text = plain(value, digits)
    return text if text == "0" or text.startswith(MINUS) else f"+{text}"


def percentages(shares: Sequence[float]) -> list[int]:
    """Return whole percentages of ``shares``, which add up to 1, that add up to 100.

    The largest remainders are rounded up (Hamilton's method).
    """
    exact = [round(share * 100, _NOISE_DIGITS) for share in shares]
    whole = [int(one) for one in exact]
    by_remainder = sorted(range(len(exact)), key=lambda index: whole[index] - exact[index])
    for index in by_remainder[: 100 - sum(whole)]:
        whole[index] += 1
    return whole
