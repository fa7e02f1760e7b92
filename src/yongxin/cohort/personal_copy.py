"""A copy of everything that is kept about one person: a zip of JSON, and a page to read it by.

``own`` decides whose hands it goes into. The person's own copy holds everything that is about them,
self-assessments included. The one that HR may make for somebody holds no more than staff may see:
no answers, no marks, no self-assessments; it says so. In neither is a key, a secret, or the name of
anybody else. Points and comments are told when the feedback on that exercise has been released, as
on the site.

Rows are read and written one after another: a copy takes memory for one row, however many there
are.
"""

import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from markupsafe import Markup, escape

from yongxin.catalogue import Catalogue
from yongxin.cohort.copy_words import CopyWords
from yongxin.cohort.erasure import ErasureStopped, Places
from yongxin.cohort.inventory import (
    ASSESSMENT_PREFIX,
    COLUMNS,
    JSON_COLUMNS,
    NOBODY,
    copied,
)
from yongxin.grading.batch.outcome import GradingFailed
from yongxin.grading.exchange import nbgrader_configuration
from yongxin.grading.feedback import feedback_path
from yongxin.language import LANGUAGES, Language
from yongxin.store import Learner, Store
from yongxin.text import InterfaceText, interface_text

Row = dict[str, Any]
_PAGE = "index.html"
_STYLE = """\
:root{color-scheme:light dark}body{max-width:60rem;margin:0 auto;padding:1rem;line-height:1.6;
font-family:system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
h1,h2{line-height:1.3}section{margin-block:2.5rem}dl{margin:0}
.row{border-block-start:1px solid #8886;padding-block:.75rem}
.row>div{display:grid;grid-template-columns:minmax(8rem,14rem) 1fr;gap:.25rem 1rem}
dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere;white-space:pre-wrap}
dd p{margin:0}
dd dl{border-inline-start:2px solid #8886;padding-inline-start:.75rem}.quiet{opacity:.75}
@media(max-width:40rem){.row>div{grid-template-columns:1fr}}"""


@dataclass(frozen=True)
class Part:
    """A part of a copy: its file, the kind and the table for words, and its rows, read anew."""

    name: str
    kind: str
    table: str
    rows: Callable[[], Iterator[Row]]


def write_copy(
    file: IO[bytes],
    store: Store,
    places: Places,
    catalogue: Catalogue,
    person: Learner,
    *,
    own: bool,
    now: datetime,
) -> None:
    """Write a copy as a zip; ``catalogue`` is for what its page says in words.

    Raises ``ErasureStopped`` when the gradebook cannot be read, and ``CatalogueError``.
    """
    parts = list(_parts(store, places, person, own=own))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts:
            with archive.open(f"data/{part.name}.json", "w", force_zip64=True) as entry:
                _write_json(entry, part.rows())
        with archive.open(_PAGE, "w", force_zip64=True) as entry:
            for piece in _page(parts, CopyWords(catalogue), person, own=own, now=now):
                entry.write(piece.encode("utf-8"))


def _parts(store: Store, places: Places, person: Learner, *, own: bool) -> Iterator[Part]:
    for table, uses in COLUMNS.items():
        columns = copied(table, own=own)
        if not columns:
            continue
        kind = next(use.kind for use in uses.values() if use.kind != NOBODY)
        if table == "answer":
            yield Part(
                "answers", kind, table, lambda: _answers(store, person.id, assessments=False)
            )
            yield Part(
                "assessments",
                "assessments",
                table,
                lambda: _answers(store, person.id, assessments=True),
            )
            continue
        yield Part(
            table,
            kind,
            table,
            lambda table=table, columns=columns: _rows(store, person.id, table, columns),
        )
    if own:
        yield Part("gradebook", "marks", "gradebook", lambda: _marks(store, places, person))
    yield Part(
        "audit_entry",
        "audit",
        "audit_entry",
        lambda: map(_plain, store.entries_about(person.username)),
    )


def _rows(store: Store, learner_id: int, table: str, columns: list[str]) -> Iterator[Row]:
    return map(_plain, store.personal_rows(learner_id, table, columns))


def _answers(store: Store, learner_id: int, *, assessments: bool) -> Iterator[Row]:
    for row in _rows(store, learner_id, "answer", copied("answer", own=True)):
        if str(row["name"]).startswith(ASSESSMENT_PREFIX) == assessments:
            yield row


def _marks(store: Store, places: Places, person: Learner) -> Iterator[Row]:
    """Yield what the gradebook says of exercises whose feedback the learner may read already."""
    if places.course is None:
        return
    from yongxin.grading.gradebook_person import read_person

    released = {
        one.module
        for one in (*store.submissions(person.id), *store.returned(person.id))
        if "secret" in one.receipt
        and feedback_path(places.exchange, one.module, str(one.receipt["secret"])).is_file()
    }
    url = str(nbgrader_configuration(places.course).CourseDirectory.db_url)
    try:
        for row in read_person(url, person.username):
            if row["module"] in released:
                yield row
    except GradingFailed as error:
        raise ErasureStopped("unreachable", str(error)) from error


def _plain(row: Row) -> Row:
    return {name: _value(name, value) for name, value in row.items()}


def _value(name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    # A certificate is told by what is printed on it.
    if value is not None and (name in JSON_COLUMNS or name == "certificate_id"):
        return json.loads(value)
    return value


def _write_json(entry: IO[bytes], rows: Iterator[Row]) -> None:
    entry.write(b"[")
    for number, row in enumerate(rows):
        entry.write(b",\n" if number else b"\n")
        entry.write(json.dumps(row, ensure_ascii=False).encode("utf-8"))
    entry.write(b"\n]\n")


def _page(
    parts: list[Part], words: CopyWords, person: Learner, *, own: bool, now: datetime
) -> Iterator[str]:
    texts = [interface_text(one) for one in LANGUAGES]

    def both(key: str, **values: object) -> Markup:
        first, second = (text(key, **values) for text in texts)
        return Markup('<span lang="{}">{}</span> <span lang="{}" class="quiet">{}</span>').format(
            LANGUAGES[0], first, LANGUAGES[1], second
        )

    title = " / ".join(text("privacy.copy.title", name=person.name) for text in texts)
    yield Markup(
        '<!doctype html>\n<html lang="{}">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<title>{}</title><style>{}</style></head>\n<body>\n<main>\n<h1>{}</h1>\n"
    ).format(LANGUAGES[0], title, Markup(_STYLE), both("privacy.copy.title", name=person.name))  # noqa: S704
    yield Markup("<p>{}</p>\n<p>{}</p>\n").format(
        both("privacy.copy.made", when=f"{now:%Y-%m-%d %H:%M %Z}"),
        both("privacy.copy.own" if own else "privacy.copy.staff"),
    )
    for part in parts:
        yield from _section(part, words, both, texts)
    yield "</main>\n</body>\n</html>\n"


def _section(
    part: Part, words: CopyWords, both: Callable[..., Markup], texts: list[InterfaceText]
) -> Iterator[str]:
    key = f"privacy.part.{part.name}"
    heading = both(key if key in texts[0] else f"privacy.kind.{part.kind}.name")
    yield Markup("<section>\n<h2>{}</h2>\n").format(heading)
    empty = True
    for row in part.rows():
        empty = False
        yield Markup('<dl class="row">\n')
        for name, value in row.items():
            label = _label(part.table, name, both, texts)
            in_words = _in_words(words.of(part.table, name, row))
            yield Markup("<div><dt>{}</dt><dd>{}{}</dd></div>\n").format(
                label, in_words, _shown(value)
            )
        yield Markup("</dl>\n")
    if empty:
        yield Markup("<p>{}</p>\n").format(both("privacy.copy.nothing"))
    yield "</section>\n"


def _label(
    table: str, name: str, both: Callable[..., Markup], texts: list[InterfaceText]
) -> Markup:
    for key in (f"privacy.column.{table}.{name}", f"privacy.column.{name}"):
        if key in texts[0]:
            return both(key)
    return escape(name)


def _in_words(words: Mapping[Language, str]) -> Markup:
    return Markup().join(
        Markup('<p lang="{}">{}</p>').format(language, told) for language, told in words.items()
    )


def _shown(value: Any) -> Markup:
    if isinstance(value, dict):
        lines = (
            Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(str(name), _shown(one))
            for name, one in value.items()
        )
        return Markup("<dl>{}</dl>").format(Markup().join(lines)) if value else Markup("–")
    if isinstance(value, list):
        return Markup("<br>").join(_shown(one) for one in value) if value else Markup("–")
    if value is None or value == "":
        return Markup("–")
    if isinstance(value, bool):
        return escape("✓" if value else "✗")
    return escape(str(value))
