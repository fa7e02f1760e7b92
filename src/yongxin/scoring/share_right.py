"""Partial credit for filling several places, each of which can be right or wrong by itself."""

from collections.abc import Mapping


def share_right(key: Mapping[str, str], response: Mapping[str, str]) -> float:
    """Return the share of the key's places at which the response has what the key has.

    ``key`` is not empty. A place that is wrong or left open earns nothing and takes nothing away;
    all places weigh the same. The rule of a QTI ``mapResponse`` that maps each right pair to 1, and
    of Moodle's matching question, where each subquestion contributes equally to the grade.
    """
    return sum(response.get(place) == right for place, right in key.items()) / len(key)
