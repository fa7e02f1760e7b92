"""Reading a file that somebody else has made: bounded, and never trusted."""

from pathlib import Path

#: A bank of a thousand questions with their feedback needs about one.
MAXIMUM_BYTES = 5_000_000
#: More of them are no module.
MAXIMUM_QUESTIONS = 2000


class UnreadableFile(Exception):
    """A file from which nothing can be taken. The message says why."""


def read_bytes(path: Path) -> bytes:
    """Return the file's content. Raises ``UnreadableFile``."""
    try:
        if not path.is_file():
            raise UnreadableFile(f"{path} is not there, or no file")
        with path.open("rb") as file:
            content = file.read(MAXIMUM_BYTES + 1)
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror}") from error
    if len(content) > MAXIMUM_BYTES:
        raise UnreadableFile(f"{path} is larger than {MAXIMUM_BYTES // 1_000_000} MB; split it")
    return content


def as_text(content: bytes) -> str:
    """Return UTF-8 as text with Unix line ends. Raises ``UnreadableFile``."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(f"line {line} is not UTF-8; save it with that encoding") from error
    if "\0" in text:
        raise UnreadableFile("it holds characters of no text (U+0000)")
    return text.replace("\r\n", "\n").replace("\r", "\n")
