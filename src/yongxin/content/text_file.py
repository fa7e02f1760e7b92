"""Reading the text files of the content, whatever somebody's editor did to them."""

from pathlib import Path

from yongxin.content.finding import FileReport

#: A larger text file was not written by hand.
MAXIMUM_BYTES = 1_000_000


def read_text(path: Path, report: FileReport) -> str | None:
    """Return the text of a file, with Unix line ends and without a byte order mark.

    Returns ``None`` after reporting a file that is missing, too large, no UTF-8 or not text.
    """
    try:
        if path.stat().st_size > MAXIMUM_BYTES:
            report.add(1, "file", f"larger than {MAXIMUM_BYTES // 1000} kB; split it into modules")
            return None
        content = path.read_bytes()
    except FileNotFoundError:
        report.add(1, "file", "is missing")
        return None
    except OSError as error:
        report.add(1, "file", f"cannot be read: {error.strerror}")
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        report.add(line, "encoding", "not UTF-8; save the file with the encoding UTF-8")
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for number, line in enumerate(text.split("\n"), start=1):
        for character in line:
            if _is_control(character):
                report.add(number, "encoding", f"the invisible character U+{ord(character):04X}")
                return None
    return text


def _is_control(character: str) -> bool:
    code = ord(character)
    return (code < 0x20 and character != "\t") or 0x7F <= code < 0xA0 or code in (0xFFFE, 0xFFFF)
