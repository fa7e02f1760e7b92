"""Reading numbers as people type them, on Chinese and European keyboards."""

import re
import unicodedata
from collections.abc import Iterable

from yongxin.items.base import JSON, MalformedResponse

#: A response longer than this is not a number that anybody means.
MAXIMUM_CHARACTERS = 32

# What compatibility normalisation leaves as it is, although people mean a plain sign by it.
_PLAIN_SIGNS = str.maketrans({"−": "-", "‐": "-", "–": "-", "。": ".", "、": ","})
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]*)?")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)")


def read_number(response: JSON) -> float:
    """Return the number that a text stands for; always finite.

    Full-width digits and signs, the typographic minus, the Chinese full stop and a decimal comma
    are read as what they stand for; commas between full groups of three digits separate
    thousands, as both languages of the course write them (``1,300`` is 1300, ``1,3`` is 1.3).
    Raises ``MalformedResponse``: ``too-long``, or ``not-a-number``.
    """
    if not isinstance(response, str):
        raise MalformedResponse("not-a-number")
    if len(response) > MAXIMUM_CHARACTERS:
        raise MalformedResponse("too-long")
    text = unicodedata.normalize("NFKC", response).translate(_PLAIN_SIGNS).strip()
    text = re.sub(r"^([+-]) +", r"\1", text)
    text = text.replace(",", "") if _THOUSANDS.fullmatch(text) else text.replace(",", ".")
    if not _NUMBER.fullmatch(text):
        raise MalformedResponse("not-a-number")
    return float(text)


def tidy_number(response: JSON, units: Iterable[str]) -> str:
    """Return the text as it was typed, without outer blanks and without one of ``units`` after it.

    A blank text is returned as an empty one. Raises ``MalformedResponse`` when the text is no
    number, as ``read_number`` does.
    """
    if isinstance(response, str) and len(response) <= MAXIMUM_CHARACTERS:
        response = response.strip()
        for unit in units:
            response = response.removesuffix(unit).rstrip()
        if not response:
            return ""
    read_number(response)
    return response
