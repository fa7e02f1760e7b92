"""Reading short texts: what counts as the same answer, however it was typed."""

import re
import unicodedata

from yongxin.items.base import JSON, MalformedResponse

#: A longer text is not a short answer.
MAXIMUM_CHARACTERS = 100

# Signs that Unicode counts as punctuation although they say something.
_SPEAKING = frozenset("%‰&@#*/")
_APOSTROPHES = frozenset("'’‘ʼ`´")
_BESIDE_CHINESE = re.compile(
    r"(?<=[\u2e80-\u9fff\uf900-\ufaff]) | (?=[\u2e80-\u9fff\uf900-\ufaff])"
)


def read_short_text(response: JSON) -> str:
    """Return a text as it was typed, each run of white space as one blank; it may be empty.

    Raises ``MalformedResponse``: ``too-long``, or ``not-a-text`` for other values and for
    characters that nobody types.
    """
    if not isinstance(response, str):
        raise MalformedResponse("not-a-text")
    if len(response) > MAXIMUM_CHARACTERS:
        raise MalformedResponse("too-long")
    text = " ".join(response.split())
    if any(unicodedata.category(character) in ("Cc", "Cs", "Co") for character in text):
        raise MalformedResponse("not-a-text")
    return text


def normalise(text: str) -> str:
    """Return what a short text says, whatever its width, case, white space and punctuation.

    Compatibility forms (NFKC) and case are folded; apostrophes and invisible characters vanish;
    any other punctuation is white space, and white space is one blank, none beside a Chinese
    character. A point or comma between digits and a minus before a number are not punctuation,
    neither are signs that are read aloud, such as ``%``.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = "".join(_kept(folded, place) for place in range(len(folded)))
    return _BESIDE_CHINESE.sub("", " ".join(kept.split()))


def _kept(text: str, place: int) -> str:
    """Return what is kept of one character: itself, a blank or nothing."""
    character = text[place]
    category = unicodedata.category(character)
    if category == "Cf" or character in _APOSTROPHES:
        return ""
    if not category.startswith("P") or character in _SPEAKING:
        return character
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    if character in ".," and before.isdigit() and after.isdigit():
        return character
    if character == "-" and not before.isalnum() and after.isdigit():
        return character
    return " "
