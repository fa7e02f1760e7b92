"""Findings: what a trainer has to mend in the content, and where."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from yongxin.nearest import nearest


@dataclass(frozen=True)
class Finding:
    """One thing to mend. ``str`` gives the line that ``yongxin check`` prints.

    ``line`` counts from 1. ``field`` says where in the entry (``options[2].text.en``) or what in
    the lesson. ``found`` is what stands there, ``allowed`` what may stand there and ``nearest``
    the likeliest of these, each where it helps.
    """

    file: str
    line: int
    field: str
    message: str = ""
    found: str | None = None
    allowed: tuple[str, ...] = ()
    nearest: str | None = None

    def __str__(self) -> str:
        parts = [self.message] if self.message else []
        if self.found is not None:
            quote = "'" if '"' in self.found else '"'
            parts.append(f"found {quote}{self.found}{quote}")
        if self.allowed:
            parts.append(f"allowed: {', '.join(self.allowed)}")
        if self.nearest is not None:
            parts.append(f"nearest: {self.nearest}")
        return f"{self.file}:{self.line}: {self.field}: {'; '.join(parts)}"


class ContentError(Exception):
    """The content cannot be used; ``findings`` says all that has to be mended, in order."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(map(str, self.findings)))


class Report:
    """Gathers findings while content is read and checked, and counts what was examined."""

    def __init__(self) -> None:
        self.examined: Counter[str] = Counter()
        self._findings: set[Finding] = set()

    def findings(self) -> list[Finding]:
        """Return everything that was found, each once, sorted by file and line."""
        return sorted(
            self._findings,
            key=lambda one: (one.file, one.line, one.field, one.message, one.found or ""),
        )

    def of(self, file: str) -> "FileReport":
        """Return the part of the report that speaks of one file."""
        return FileReport(file, self._findings)


class FileReport:
    """Gathers the findings of one file, named as trainers see it (``content/course.yaml``)."""

    #: Longer lists of what is allowed are left out: the nearest spelling says enough.
    _LONGEST_LIST = 16
    #: More of what stands in a file does not help to find it.
    _LONGEST_QUOTE = 60

    def __init__(self, file: str, findings: set[Finding]) -> None:
        self.file = file
        self._findings = findings

    def add(self, line: int, field: str, message: str = "", found: object = None) -> None:
        """Report one thing to mend; lines count from 1."""
        self._findings.add(Finding(self.file, line, field, message, self._quote(found)))

    def add_unknown(
        self, line: int, field: str, found: object, allowed: Iterable[str], message: str = ""
    ) -> None:
        """Report a name that is not one of ``allowed``, with the nearest of these."""
        names = tuple(dict.fromkeys(allowed))
        if not names:
            self.add(line, field, message or "there is none of this kind", found)
            return
        likeliest = nearest(str(found)[: self._LONGEST_QUOTE], names, count=1)
        self._findings.add(
            Finding(
                self.file,
                line,
                field,
                message,
                self._quote(found),
                names if len(names) <= self._LONGEST_LIST else (),
                likeliest[0] if likeliest else None,
            )
        )

    def _quote(self, found: object) -> str | None:
        if found is None:
            return None
        text = " ".join(str(found).split())
        return text if len(text) <= self._LONGEST_QUOTE else f"{text[: self._LONGEST_QUOTE]}…"
