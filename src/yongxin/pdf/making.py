"""Typesetting in a process of its own, which cannot take longer than it may nor keep memory."""

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

#: The templates that there are.
Template: TypeAlias = Literal["plan"]

#: Seconds after which a document is given up. One of thirty pages takes two.
MOST_SECONDS = 20
#: Exit codes of ``__main__``, which typesets what it reads and writes the file.
NO_CHINESE_FONT, FAILED = 3, 4


class NotMade(Exception):
    """The document could not be made; the message says why and holds nothing of its text."""


class NoChineseFont(NotMade):
    """This machine has no font with Chinese characters."""


class TookTooLong(NotMade):
    """The document was given up."""


def make_pdf(
    template: Template, data: Mapping[str, Any], *, seconds: float = MOST_SECONDS
) -> bytes:
    """Return the PDF that ``template`` makes of ``data``, which is JSON.

    Waits for a process, so never call it in an event loop. Raises ``NotMade``, of which
    ``NoChineseFont`` and ``TookTooLong`` are kinds.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "yongxin.pdf", template],
            input=json.dumps(data).encode(),
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TookTooLong(f"{template}: given up after {seconds:g} s") from error
    if done.returncode == NO_CHINESE_FONT:
        raise NoChineseFont("no font with Chinese characters is installed")
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise NotMade(f"{template}: exit code {done.returncode}; {reason}")
    return done.stdout
