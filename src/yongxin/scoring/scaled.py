"""A result placed between the worst and the best that could be had."""


def scaled(value: float, worst: float, best: float) -> float:
    """Return where ``value`` lies between ``worst`` (0) and ``best`` (1); beyond them, 0 and 1.

    Raises ``ValueError`` unless ``best`` is above ``worst``. The rule of a QTI ``mapResponse`` with
    both bounds, normalised by its maximum, and the linear transformation of min–max scaling.
    """
    if not best > worst:
        raise ValueError(f"the best {best} must be above the worst {worst}")
    return min(1.0, max(0.0, (value - worst) / (best - worst)))
