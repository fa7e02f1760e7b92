"""A short text counts when it is one of the texts that are accepted."""

from collections.abc import Collection


def accepted_variant(key: Collection[str], response: str) -> float:
    """Return 1 when ``response`` is one of the ``key``'s texts, else 0.

    All of them have been normalised by the caller. The rule of a QTI ``mapResponse`` of texts that
    maps every variant to 1, and of Moodle's short-answer question without partial grades.
    """
    return 1.0 if response in key else 0.0
