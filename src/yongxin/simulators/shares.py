"""Weights that always add up: whatever somebody sets, the shares come to 1."""

from collections.abc import Sequence


def normalised(weights: Sequence[float]) -> list[float]:
    """Return each weight's share of their sum; equal shares when all are 0.

    Raises ``ValueError`` for a negative weight or for none at all.
    """
    if not weights or min(weights) < 0:
        raise ValueError("weights are needed, each 0 or more")
    total = sum(weights)
    if total == 0:
        return [1 / len(weights)] * len(weights)
    return [weight / total for weight in weights]
