"""Certificates: HR issues, revokes and takes them along; everybody takes along their own."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, cast
from urllib.parse import quote, urlencode

from yongxin.catalogue import Catalogue
from yongxin.cohort.completion import CompletionDesk, CoursePath
from yongxin.language import Language
from yongxin.pdf import NoChineseFont, TookTooLong, make_pdf, make_pdfs
from yongxin.site.certificate_document import certificate_document
from yongxin.site.handlers.base import PageHandler
from yongxin.site.headers import PERSONAL
from yongxin.site.refusals import Refusal
from yongxin.store import Certificate, InvalidName, Store
from yongxin.text import interface_text

#: More are issued in several steps, and taken along in several files.
MOST_ISSUED: Final = 500
MOST_IN_A_ZIP: Final = 200
CERTIFICATES_ON_A_PAGE: Final = 50
_WAITING_SHOWN = 50
_LONGEST_SEARCH = 100
_SECONDS_TO_CATCH_UP = 0.3


@dataclass(frozen=True)
class Waiting:
    """Somebody who has completed a path and has no certificate."""

    learner_id: int
    username: str
    name: str


@dataclass(frozen=True)
class Shown:
    """What the page of certificates shows."""

    path: CoursePath
    group: str | None
    groups: list[str]
    query: str
    page: int
    pages: int
    certificates: list[Certificate]
    number: int
    valid: int
    waiting: list[Waiting]
    waiting_number: int

    def address(self, **changes: str | int) -> str:
        """Return the query of an address with this choice, ``changes`` made."""
        values = {"path": self.path.id, "group": self.group or "", "find": self.query, **changes}
        return urlencode({name: value for name, value in values.items() if value != ""})

    @property
    def first(self) -> int:
        """The place in the whole list of the first that is shown, from 1."""
        return (self.page - 1) * CERTIFICATES_ON_A_PAGE + 1

    @property
    def zips(self) -> list[tuple[int, int]]:
        """The first and the last place of the valid certificates in each file."""
        return [
            (start + 1, min(start + MOST_IN_A_ZIP, self.valid))
            for start in range(0, self.valid, MOST_IN_A_ZIP)
        ]


class CertificateFileHandler(PageHandler):
    """What all that is made of certificates share."""

    def document(self, certificate: Certificate) -> dict[str, Any]:
        """Return a certificate as the data of its PDF."""
        form = self._in_public(self.services.paths.verify(cast(Language, certificate.language)))
        return certificate_document(certificate, self.proof(certificate), form, self.services.zone)

    def proof(self, certificate: Certificate) -> str:
        """Return the whole address of the page that tells whether a certificate is good."""
        return self._in_public(self.services.paths.verify_token(certificate.token))

    def _in_public(self, path: str) -> str:
        return self.public_address + path.removeprefix(self.services.paths.base)

    @property
    def public_address(self) -> str:
        """The address of the site as the whole world knows it, with a slash at its end."""
        return self.services.public_address or (
            f"{self.request.protocol}://{self.request.host}{self.services.paths.base}"
        )

    async def find(self, number: str) -> Certificate:
        """Return a certificate. Raises ``Refusal``."""
        services = self.services
        found = await services.in_thread(services.store.certificate, number=number)
        if found is None:
            raise Refusal(404, "no-certificate")
        return found

    async def find_own(self, number: str) -> Certificate:
        """Return the reader's own certificate, while it is good. Raises ``Refusal``."""
        certificate = await self.find(number)
        # Whose a certificate is, and whether there is one, is nobody else's business.
        if certificate.learner_id != self.learner.id or certificate.revoked_at is not None:
            raise Refusal(404, "no-certificate")
        return certificate

    async def send_pdf(self, certificate: Certificate, language: Language) -> None:
        """Send a certificate for its holder or HR to keep. Raises ``Refusal``."""
        self.count_file()
        try:
            made = await self.services.for_document(
                make_pdf, "certificate", self.document(certificate)
            )
        except NoChineseFont as error:
            self.log.error("a PDF was asked for: %s; see docs/publishing.md", error)  # noqa: TRY400
            raise Refusal(503, "no-font") from error
        except TookTooLong as error:
            raise Refusal(503, "too-slow", retry_after=60) from error
        self.as_file("application/pdf", f"{certificate.number}.pdf", language)
        self.finish(made)

    def as_file(self, kind: str, ending: str, language: Language) -> None:
        """Set the headers of a file for one person, and for nobody on the way."""
        name = quote(f"{interface_text(language)('certificate.file')}-{ending}", safe="")
        self.set_header("Content-Type", kind)
        self.set_header("Cache-Control", PERSONAL)
        self.set_header(
            "Content-Disposition",
            f"attachment; filename=\"certificate-{ending}\"; filename*=UTF-8''{name}",
        )


class CertificatesHandler(CertificateFileHandler):
    """The certificates of a path, and who waits for one."""

    route = "certificates"

    async def get(self, language: Language) -> None:  # noqa: ARG002
        services = self.services
        paths = await services.in_thread(services.completion.paths)
        shown = None
        if paths:
            page = self.get_query_argument("page", "1")
            shown = await services.in_thread(
                _shown,
                services.completion,
                services.store,
                self.get_query_argument("path", None) or paths[0].id,
                self.get_query_argument("group", None) or None,
                self.get_query_argument("find", "")[:_LONGEST_SEARCH].strip(),
                int(page) if page.isdecimal() and 0 < len(page) < 7 else 1,
            )
        issued = self.get_query_argument("issued", "")
        self.show(
            "certificates.html",
            course_paths=paths,
            shown=shown,
            issued=int(issued) if issued.isdecimal() and len(issued) < 7 else None,
            most_issued=MOST_ISSUED,
            most_in_a_zip=MOST_IN_A_ZIP,
            place="certificates",
        )

    async def post(self, language: Language) -> None:
        services = self.services
        path_id = self.get_body_argument("path", "")
        group = self.get_body_argument("group", "") or None
        one = self.get_body_argument("learner", "")
        path = await services.in_thread(services.completion.path, path_id)
        issued = await services.for_hand_in(
            _issue,
            services.store,
            services.catalogue,
            path,
            group,
            int(one) if one.isdecimal() and len(one) < 16 else None,
            self.learner.id,
        )
        chosen = urlencode({"path": path_id, "group": group or "", "issued": len(issued)})
        self.redirect(f"{services.paths.certificates(language)}?{chosen}", status=303)


class CertificatesZipHandler(CertificateFileHandler):
    """Valid certificates of a path or of one of its groups, as PDFs in a zip."""

    route = "certificates-zip"

    async def get(self, language: Language) -> None:
        services = self.services
        path = await services.in_thread(
            services.completion.path, self.get_query_argument("path", "")
        )
        part = self.get_query_argument("part", "1")
        part_number = int(part) if part.isdecimal() and 0 < len(part) < 7 else 1
        certificates = await services.in_thread(
            services.store.certificates,
            path_id=path.id,
            group=self.get_query_argument("group", None) or None,
            only_valid=True,
            limit=MOST_IN_A_ZIP,
            offset=MOST_IN_A_ZIP * (part_number - 1),
        )
        if not certificates:
            raise Refusal(404, "no-certificates")
        self.count_file()
        await self.note_export("certificates", path=path.id, files=len(certificates))
        chunks = _zipped(certificates, [self.document(one) for one in certificates])
        # The first comes before the head of the answer, so that what prevents it can still be told.
        try:
            chunk = await services.for_document(next, chunks, None)
        except NoChineseFont as error:
            self.log.error("a PDF was asked for: %s; see docs/publishing.md", error)  # noqa: TRY400
            raise Refusal(503, "no-font") from error
        self.as_file("application/zip", f"{path.id}-{part_number}.zip", language)
        # What cannot be finished ends without its end: no browser takes it for a whole file.
        while chunk is not None:
            self.write(chunk)
            await self.flush()
            chunk = await services.for_document(next, chunks, None)
        self.finish()


class CertificateHandler(CertificateFileHandler):
    """One certificate, which can be revoked."""

    route = "certificate"

    async def get(self, language: Language, number: str) -> None:  # noqa: ARG002
        self._show(await self.find(number))

    async def post(self, language: Language, number: str) -> None:
        services = self.services
        certificate = await self.find(number)
        reason = self.get_body_argument("reason", "")
        try:
            await services.for_event(
                services.store.revoke_certificate,
                certificate.id,
                reason,
                revoker_id=self.learner.id,
                now=datetime.now(UTC),
            )
        except InvalidName as error:
            raise Refusal(400, "no-reason") from error
        self.redirect(f"{services.paths.certificate(language, number)}?revoked=1", status=303)

    def _show(self, certificate: Certificate) -> None:
        self.show(
            "certificate.html",
            certificate=certificate,
            has_been_revoked=certificate.revoked_at is not None
            and bool(self.get_query_argument("revoked", "")),
            place="certificates",
        )


class CertificatePdfHandler(CertificateFileHandler):
    """A certificate for HR."""

    route = "certificate-pdf"

    async def get(self, language: Language, number: str) -> None:
        await self.send_pdf(await self.find(number), language)


class OwnCertificateHandler(CertificateFileHandler):
    """A certificate for its holder."""

    route = "own-certificate"

    async def get(self, language: Language, number: str) -> None:
        await self.send_pdf(await self.find_own(number), language)


def _shown(
    desk: CompletionDesk, store: Store, path_id: str, group: str | None, query: str, page: int
) -> Shown:
    desk.catch_up(seconds=_SECONDS_TO_CATCH_UP)
    path = desk.path(path_id)
    overview = desk.overview(path_id)
    by_id = {one.learner_id: one for one in overview.people}
    waiting = store.to_certify(path_id, group=group)
    number = store.count_certificates(path_id=path_id, group=group, query=query)
    pages = max(1, -(-number // CERTIFICATES_ON_A_PAGE))
    page = min(page, pages)
    return Shown(
        path,
        group,
        overview.groups,
        query,
        page,
        pages,
        store.certificates(
            path_id=path_id,
            group=group,
            query=query,
            limit=CERTIFICATES_ON_A_PAGE,
            offset=CERTIFICATES_ON_A_PAGE * (page - 1),
        ),
        number,
        store.count_certificates(path_id=path_id, group=group, only_valid=True),
        [Waiting(one, by_id[one].username, by_id[one].name) for one in waiting if one in by_id][
            :_WAITING_SHOWN
        ],
        len(waiting),
    )


def _issue(
    store: Store,
    catalogue: Catalogue,
    path: CoursePath,
    group: str | None,
    learner_id: int | None,
    issuer_id: int,
) -> list[Certificate]:
    waiting = store.to_certify(path.id, group=group)
    if learner_id is not None:
        waiting = [one for one in waiting if one == learner_id]
    printed = {
        "course": catalogue.course.title.model_dump(mode="json"),
        "path": path.path.title.model_dump(mode="json"),
        "modules": len(path.modules),
    }
    return store.issue_certificates(
        path.id,
        waiting[:MOST_ISSUED],
        printed=printed,
        issuer_id=issuer_id,
        now=datetime.now(UTC),
    )


class _Chunks(io.RawIOBase):
    """What a zip file writes to: it cannot go back, and keeps nothing that was taken."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self._waiting += data
        return len(data)

    def take(self) -> bytes:
        """Return what was written since the last time."""
        taken = bytes(self._waiting)
        self._waiting.clear()
        return taken


def _zipped(certificates: list[Certificate], documents: list[dict[str, Any]]) -> Iterator[bytes]:
    """Yield a zip with a PDF for each certificate, of which one at a time is held."""
    chunks = _Chunks()
    with zipfile.ZipFile(chunks, "w", zipfile.ZIP_STORED) as archive:
        made = make_pdfs("certificate", documents)
        for certificate, pdf in zip(certificates, made, strict=True):
            name = "".join(one if one.isalnum() else "_" for one in certificate.name)[:60]
            archive.writestr(f"{certificate.number}_{name}.pdf", pdf)
            yield chunks.take()
    yield chunks.take()
