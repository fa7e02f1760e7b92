"""Typesetting in a process of its own, which cannot take longer than it may nor keep memory."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from struct import Struct
from typing import IO, Any, Literal, TypeAlias, cast

#: The templates that there are.
Template: TypeAlias = Literal["certificate", "plan"]

#: Seconds after which a document is given up. One of thirty pages takes two.
MOST_SECONDS = 20
#: Exit codes of ``__main__``, which typesets what it reads and writes the file.
NO_CHINESE_FONT, FAILED = 3, 4
#: The option by which it makes many, and what stands before each.
EACH, LENGTH = "--each", Struct(">Q")
#: So many are made by one process, which keeps some of the memory that each has taken.
_BY_ONE_PROCESS = 50


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


def make_pdfs(
    template: Template, documents: Iterable[Mapping[str, Any]], *, seconds: float = MOST_SECONDS
) -> Iterator[bytes]:
    """Yield a PDF for each of ``documents``, of which one at a time is held.

    Each may take ``seconds``. Errors as of ``make_pdf``; what was yielded before is whole.
    """
    waiting = iter(documents)
    while some := list(islice(waiting, _BY_ONE_PROCESS)):
        yield from _by_one_process(template, some, seconds)


def _by_one_process(
    template: Template, documents: list[Mapping[str, Any]], seconds: float
) -> Iterator[bytes]:
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "yongxin.pdf", template, EACH],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            for data in documents:
                yield _next_pdf(process, template, data, seconds)
        finally:
            # It has nothing left to do, or is not to be waited for.
            process.kill()


def _next_pdf(
    process: subprocess.Popen[bytes], template: Template, data: Mapping[str, Any], seconds: float
) -> bytes:
    source, target = cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout)
    is_late = threading.Event()

    def give_up() -> None:
        is_late.set()
        process.kill()

    watch = threading.Timer(seconds, give_up)
    watch.start()
    try:
        source.write(json.dumps(data).encode() + b"\n")
        source.flush()
        head = target.read(LENGTH.size)
        made = target.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else b""
        if made:
            return made
    except BrokenPipeError:
        pass  # its exit code tells more
    finally:
        watch.cancel()
    code = process.wait()
    if is_late.is_set():
        raise TookTooLong(f"{template}: given up after {seconds:g} s")
    if code == NO_CHINESE_FONT:
        raise NoChineseFont("no font with Chinese characters is installed")
    raise NotMade(f"{template}: exit code {code}")
