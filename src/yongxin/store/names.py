"""Short texts that the store takes from outside: usernames, names, ids. Checked before any use."""

import re
import unicodedata

from yongxin.store.errors import InvalidName

_USERNAME = re.compile(r"[\w.@-]{1,64}")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}")
_LONGEST_TEXT = 256

#: In UTF-8; sixty Chinese characters. A folder of the exchange is called after the username, the
#: module and the time, in at most 255 bytes; ``grading`` counts on this.
MAXIMUM_USERNAME_BYTES = 180
_NOT_IN_A_LINE = {"Cc", "Cs", "Zl", "Zp"}  # control characters, surrogates, separators of lines


def username(text: str) -> str:
    """Return the username in NFC. Letters of all scripts are allowed, also ``. @ _ -``.

    A username becomes part of folder names in the hand-in exchange, so ``.`` and ``..`` are refused
    like everything that could separate folders.
    """
    normal = unicodedata.normalize("NFC", text)
    if not _USERNAME.fullmatch(normal) or normal in {".", ".."}:
        raise InvalidName(
            f"{text!r} is no username: 1 to 64 letters, digits or . @ _ - are allowed"
        )
    size = len(normal.encode("utf-8"))
    if size > MAXIMUM_USERNAME_BYTES:
        raise InvalidName(
            f"{text!r} is too long for a username: it takes {size} bytes; "
            f"{MAXIMUM_USERNAME_BYTES} are allowed, which are sixty Chinese characters"
        )
    return normal


def username_key(text: str) -> str:
    """Return what two usernames share when people would read them as the same.

    Width and case do not count (as in the PRECIS profile UsernameCaseMapped, RFC 8265): phones
    write the first letter large and Chinese keyboards write wide letters. The result is no
    username; a text that is none has a key too, which nobody has.
    """
    # A database may refuse to compare with a null character or a lone surrogate.
    text = text.replace("\0", "?").encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def line(text: str, what: str) -> str:
    """Return ``text`` in NFC without outer spaces: 1 to 256 characters in one line."""
    normal = unicodedata.normalize("NFC", text).strip()
    if not 0 < len(normal) <= _LONGEST_TEXT or any(
        unicodedata.category(character) in _NOT_IN_A_LINE for character in normal
    ):
        raise InvalidName(
            f"{text[:_LONGEST_TEXT]!r} is no {what}: 1 to {_LONGEST_TEXT} characters in one line"
        )
    return normal


def identifier(text: str, what: str) -> str:
    """Return ``text`` if it is an id: 1 to 128 ASCII letters, digits and ``_ . : -``."""
    if not _ID.fullmatch(text):
        raise InvalidName(
            f"{text[:_LONGEST_TEXT]!r} is no {what}: 1 to 128 ASCII letters, digits or _ . : -"
        )
    return text
