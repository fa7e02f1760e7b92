"""A certificate as the data of ``yongxin.pdf``'s template ``certificate``."""

from collections.abc import Iterator
from datetime import tzinfo
from typing import Any, cast

import segno

from yongxin.language import LANGUAGES, Language
from yongxin.store import Certificate
from yongxin.text import interface_text


def certificate_document(
    certificate: Certificate, proof: str, form: str, zone: tzinfo
) -> dict[str, Any]:
    """Return what stands on the paper.

    ``proof`` is the whole address that the QR code leads to, ``form`` that of the page on which the
    number can be typed. Titles are those of the day of issue.
    """
    first = cast(Language, certificate.language)
    languages = (first, *(one for one in LANGUAGES if one != first))
    printed = certificate.printed
    text = interface_text(first)
    code = segno.make_qr(proof, error="m")
    return {
        "lang": first,
        "course": printed["course"][first],
        "titles": [interface_text(one)("certificate.title") for one in languages],
        "name": certificate.name,
        "statements": [
            interface_text(one)(
                "certificate.statement",
                path=printed["path"][one],
                course=printed["course"][one],
                modules=printed["modules"],
            )
            for one in languages
        ],
        "facts": [
            [text("certificate.completed-on"), text.day(certificate.reached_at.astimezone(zone))],
            [text("certificate.issued-on"), text.day(certificate.issued_at.astimezone(zone))],
            [text("certificate.number"), certificate.number],
        ],
        "check": {
            "text": text("certificate.check"),
            "address": form,
            "qr": text("certificate.qr"),
        },
        "qr": {"size": len(code.matrix), "runs": list(_runs(code))},
    }


def _runs(code: segno.QRCode) -> Iterator[list[int]]:
    """Yield the dark runs of each line: column, line and length."""
    for line, modules in enumerate(code.matrix):
        start: int | None = None
        for column, is_dark in enumerate((*modules, 0)):
            if is_dark and start is None:
                start = column
            elif not is_dark and start is not None:
                yield [start, line, column - start]
                start = None
