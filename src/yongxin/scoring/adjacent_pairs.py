"""Partial credit for an order: how many links of the chain are whole."""

from collections.abc import Sequence
from itertools import pairwise


def adjacent_pairs(key: Sequence[str], response: Sequence[str]) -> float:
    """Return the share of the key's neighbouring pairs that are neighbours in the response too.

    ``response`` is a permutation of ``key``, which has two entries or more, all different; a
    pair the wrong way round does not count. One entry out of place breaks its own links only. The
    grading type "Relative to the next item (excluding last)" of Moodle's ordering question
    (``gradingtype_help``): n − 1 marks in all.
    """
    links = set(pairwise(key))
    return len(links & set(pairwise(response))) / len(links)
