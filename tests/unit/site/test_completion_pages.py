"""Completions and certificates: what HR, trainers, learners and the whole world see of them."""

import io
import re
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pypdf
import pytest
import segno
from bs4 import BeautifulSoup
from openpyxl import load_workbook

from support.site_here import Site, open_site
from yongxin.language import LANGUAGES, Language
from yongxin.site.certificate_document import certificate_document
from yongxin.site.handlers import certificates as handlers
from yongxin.store import Certificate, Learner, ModuleMark
from yongxin.text import interface_text

NOW = datetime.now(UTC)
MODULES = ("z1-lift", "z3-water")
HOSTILE = '=HYPERLINK("http://evil.example") <script>x</script>'


def complete(site: Site, learner: Learner) -> None:
    """Let a learner do all that the path ``on-duty`` asks for, and look at everybody."""
    store = site.store
    store.record_visits({(learner.id, one): NOW for one in MODULES})
    store.keep_marks(ModuleMark(learner.id, one, NOW, 9, 10, 0, 1.0) for one in MODULES)
    site.server.services.completion.catch_up(at_once=True)


def certified(site: Site, username: str = "lin") -> Certificate:
    complete(site, site.learner(username))
    answer = site.client("wu").post("en/certificates", data={"path": "on-duty"})
    assert answer.status_code == 303, answer.text
    return site.store.certificates(learner_id=site.learner(username).id)[0]


def words(html: str, selector: str) -> str:
    found = BeautifulSoup(html, "html.parser").select_one(selector)
    assert found is not None, selector
    return " ".join(found.get_text().split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_hr_sees_how_far_people_are_and_no_points(own_site: Site, language: Language) -> None:
    store, text = own_site.store, interface_text(language)
    complete(own_site, own_site.learner("lin"))
    store.add_learner("slow", HOSTILE, groups=["east"])
    store.set_deadline("z1-lift", NOW - timedelta(days=1))
    store.set_deadline("z3-water", NOW + timedelta(days=3))
    client = own_site.client("wu")
    html = client.get(f"{language}/completion?path=on-duty").text
    tiles = {
        link.get_text().split()[-1] if language == "zh-CN" else link.get_text(): link
        for link in BeautifulSoup(html, "html.parser").select(".tiles a")
    }
    assert len(tiles) == 5
    counts = [int(one.strong.get_text()) for one in tiles.values() if one.strong]
    assert counts == [1, 0, 2, 2, 2]  # Zhou has not begun either
    assert text("completion.want.hand-in") in html
    assert "<script>x" not in html
    assert not re.search(r"\b9\s*/\s*10\b", html)
    narrow = client.get(f"{language}/completion?path=on-duty&group=east").text
    assert "zhou" not in words(narrow, "table")
    assert "slow" in words(narrow, "table")
    found = client.get(f"{language}/completion?path=on-duty&find=LIN&shown=reached").text
    assert words(found, "tbody th") == "Lin lin"
    none = client.get(f"{language}/completion?path=on-duty&find=nobody").text
    assert text("completion.empty") in none


def test_a_path_in_preparation_says_so(own_site: Site) -> None:
    html = own_site.client("chen").get("en/completion").text
    assert interface_text("en")("completion.in-preparation", number=1, modules=3) in html
    assert own_site.client("chen").get("en/completion?path=nothing").status_code == 404


def test_the_list_turns_its_pages(own_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yongxin.site.handlers.completion.PEOPLE_ON_A_PAGE", 3)
    for number in range(5):
        own_site.store.add_learner(f"l{number}", f"Name {number}")
    client = own_site.client("wu")
    pages = [client.get(f"en/completion?path=on-duty&page={one}").text for one in (1, 2, 3, 99)]
    rows = [
        [
            one.get_text().split()[-1]
            for one in BeautifulSoup(page, "html.parser").select("tbody th")
        ]
        for page in pages
    ]
    assert [*rows[0], *rows[1], *rows[2]] == ["lin", "l0", "l1", "l2", "l3", "l4", "zhou"]
    assert rows[3] == rows[2]
    assert client.get("en/completion?path=on-duty&page=x").status_code == 200


def test_tables_hold_everybody_and_no_formula(own_site: Site) -> None:
    store, text = own_site.store, interface_text("en")
    complete(own_site, own_site.learner("lin"))
    store.add_learner("slow", HOSTILE, groups=["=1+1"])
    store.set_deadline("z1-lift", NOW - timedelta(days=1))
    client = own_site.client("wu")
    answer = client.get("en/completion.xlsx?path=on-duty")
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    rows = {row[1]: row for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert set(rows) == {"lin", "zhou", "slow"}
    assert rows["lin"][4] == text("completion.state.reached")
    assert rows["lin"][5:7] == (2, 2)
    assert isinstance(rows["lin"][7], datetime)
    assert rows["lin"][8] == 1
    assert "The lift has stopped" in str(rows["slow"][9])
    assert text("completion.want.hand-in") in str(rows["slow"][11])
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}
    lines = client.get("en/completion.csv?path=on-duty").content.decode("utf-8-sig")
    assert "'=HYPERLINK" in lines
    reminders = client.get("en/completion/reminders.csv?path=on-duty").content.decode("utf-8-sig")
    assert "zhou" in reminders
    assert "lin" not in reminders.split()
    assert len(reminders.strip().splitlines()) == 3
    exports = [one for one in store.audit_entries() if one.action == "export"]
    assert {one.subject for one in exports} == {"completion", "reminders"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_learners_see_what_they_still_miss_and_their_own_certificate(
    own_site: Site, language: Language
) -> None:
    text = interface_text(language)
    client = own_site.client("lin")
    html = client.get(f"{language}/results").text
    assert text("completion.own.progress", done=0, modules=2) in html
    assert text("completion.want.open") in html
    complete(own_site, own_site.learner("lin"))
    html = client.get(f"{language}/results").text
    assert text("completion.own.certificate", number="").split("（")[0].split(" (")[0] not in html
    certificate = certified(own_site)
    html = client.get(f"{language}/results").text
    assert text("completion.own.certificate", number=certificate.number) in html
    answer = client.get(f"{language}/results/{certificate.number}.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert own_site.client("zhou").get(f"en/results/{certificate.number}.pdf").status_code == 404


def test_issuing_to_one_and_to_all(own_site: Site) -> None:
    store, text = own_site.store, interface_text("en")
    for username in ("lin", "zhou"):
        complete(own_site, own_site.learner(username))
    client = own_site.client("wu")
    html = client.get("en/certificates?path=on-duty").text
    assert text("certificate.list.waiting", number=2) in html
    lin = own_site.learner("lin")
    answer = client.post("en/certificates", data={"path": "on-duty", "learner": str(lin.id)})
    assert answer.status_code == 303
    assert text("certificate.list.issued", number=1) in client.get(answer.headers["Location"]).text
    client.post("en/certificates", data={"path": "on-duty"})
    client.post("en/certificates", data={"path": "on-duty"})
    assert store.count_certificates() == 2
    html = client.get("en/certificates?path=on-duty").text
    assert text("certificate.list.nobody-waits") in html
    assert client.post("en/certificates", data={"path": "nothing"}).status_code == 404


def test_what_is_not_issued_at_once_is_told(
    own_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "MOST_ISSUED", 1)
    for username in ("lin", "zhou"):
        complete(own_site, own_site.learner(username))
    client = own_site.client("wu")
    html = client.get("en/certificates?path=on-duty").text
    assert interface_text("en")("certificate.list.at-once", most=1, rest=1) in html
    client.post("en/certificates", data={"path": "on-duty"})
    assert own_site.store.count_certificates() == 1


def test_a_zip_holds_each_certificate_and_several_zips_hold_all(
    own_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        complete(own_site, own_site.store.add_learner(f"l{number}", f"学员 {number}/.."))
    certified(own_site)
    client = own_site.client("wu")
    answer = client.get("en/certificates.zip?path=on-duty")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(names) == 4
        assert all("/" not in name and ".." not in name for name in names)
        for name in names:
            page = pypdf.PdfReader(io.BytesIO(archive.read(name))).pages[0].extract_text()
            assert name[: len("YX-2026-000001-1")] in page
    monkeypatch.setattr(handlers, "MOST_IN_A_ZIP", 3)
    html = client.get("en/certificates?path=on-duty").text
    links = [one["href"] for one in BeautifulSoup(html, "html.parser").select(".files a")]
    assert len(links) == 2
    sizes = [
        len(zipfile.ZipFile(io.BytesIO(client.get(str(link)).content)).namelist()) for link in links
    ]
    assert sizes == [3, 1]
    assert client.get("en/certificates.zip?path=onboarding").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_has_the_paper_can_check_it(own_site: Site, language: Language) -> None:
    text = interface_text(language)
    certificate = certified(own_site)
    public = own_site.client()
    redirected = public.get(f"verify/{certificate.token}", headers={"Accept-Language": language})
    assert redirected.headers["Location"] == f"/{language}/verify/{certificate.token}"
    page = public.get(f"{language}/verify/{certificate.token}")
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert text("certificate.verify.valid") in page.text
    assert certificate.name in page.text
    assert "lin" not in words(page.text, "main").split()  # the user name is nobody's business
    form = {"number": f" {certificate.number.lower()} ", "name": " L I N "}
    assert text("certificate.verify.valid") in public.post(f"{language}/verify", data=form).text
    own_site.client("wu").post(
        f"en/certificates/{certificate.number}", data={"reason": "SECRET REASON"}
    )
    page = public.get(f"{language}/verify/{certificate.token}")
    assert text("certificate.verify.revoked") in page.text
    assert certificate.name not in words(page.text, "main")
    assert "SECRET" not in page.text
    assert own_site.client("lin").get(f"en/results/{certificate.number}.pdf").status_code == 404


def test_a_number_alone_tells_nothing(own_site: Site) -> None:
    certificate = certified(own_site)
    public, text = own_site.client(), interface_text("en")
    answers = {
        words(public.post("en/verify", data=form).text, "main [role=status]")
        for form in (
            {"number": certificate.number, "name": "Somebody"},
            {"number": certificate.number, "name": ""},
            {"number": certificate.number.replace("0001", "0002"), "name": "Lin"},
            {"number": "x" * 5000, "name": "Lin"},
            {},
        )
    }
    assert len(answers) == 1
    assert text("certificate.verify.unknown") in answers.pop()
    assert public.get("en/verify/there-is-no-such-token").status_code == 404


def test_certificates_cannot_be_tried_out_for_ever(own_site: Site) -> None:
    public = own_site.client()
    statuses = [public.get(f"en/verify/{'x' * 20}{number}").status_code for number in range(80)]
    assert statuses[0] == 404
    assert statuses[-1] == 429
    assert "en/verify" in str(public.get("en/verify").url)


def test_revoking_needs_a_reason_and_is_for_good(own_site: Site) -> None:
    certificate = certified(own_site)
    client, address = own_site.client("wu"), f"en/certificates/{certificate.number}"
    assert client.post(address, data={"reason": "  "}).status_code == 400
    assert client.post(address, data={"reason": "left"}).status_code == 303
    html = client.get(f"{address}?revoked=1").text
    assert interface_text("en")("certificate.one.has-been-revoked") in html
    assert "left" in html
    client.post(address, data={"reason": "another"})
    revoked = own_site.store.certificate(number=certificate.number)
    assert revoked is not None
    assert revoked.reason == "left"
    client.post("en/certificates", data={"path": "on-duty"})
    new = own_site.store.certificates(only_valid=True)
    assert [one.number != certificate.number for one in new] == [True]
    assert client.get("en/certificates/YX-2026-999999-9").status_code == 404


def test_trainers_issue_nothing(own_site: Site) -> None:
    certificate = certified(own_site)
    client = own_site.client("chen")
    for address in ("en/certificates", f"en/certificates/{certificate.number}.pdf"):
        assert client.get(address).status_code == 403


def test_the_pdf_says_what_it_should_in_an_embedded_font(own_site: Site) -> None:
    certificate = certified(own_site)
    client = own_site.client("wu")
    answer = client.get(f"en/certificates/{certificate.number}.pdf")
    reader = pypdf.PdfReader(io.BytesIO(answer.content))
    assert len(reader.pages) == 1
    box = reader.pages[0].mediabox
    assert (round(box.width), round(box.height)) == (842, 595)
    shown = "".join(reader.pages[0].extract_text().split())
    for words_of_it in ("结业证书", "Lin", "值班", "小课程", "Onduty", certificate.number):
        assert words_of_it in shown
    resources: Any = reader.pages[0]["/Resources"]
    fonts = [one.get_object() for one in resources["/Font"].values()]
    assert fonts
    for font in fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)


def test_the_code_leads_to_the_public_address(built_course: Path, tmp_path: Path) -> None:
    for site in open_site(
        built_course, tmp_path / "state", "--public-address=https://learn.example.com/course"
    ):
        certificate = certified(site)
        assert site.server.services.public_address == "https://learn.example.com/course/"
        answer = site.client("wu").get(f"en/certificates/{certificate.number}.pdf")
        shown = pypdf.PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
        assert "https://learn.example.com/course/zh-CN/verify" in "".join(shown.split())


def test_the_code_is_drawn_as_it_is_made(own_site: Site) -> None:
    certificate = certified(own_site)
    proof = f"https://learn.example.com/verify/{certificate.token}"
    drawn = certificate_document(certificate, proof, "x", own_site.server.services.zone)["qr"]
    dark = {(x + step, y) for x, y, length in drawn["runs"] for step in range(length)}
    matrix = segno.make_qr(proof, error="m").matrix
    assert drawn["size"] == len(matrix)
    assert dark == {(x, y) for y, row in enumerate(matrix) for x, one in enumerate(row) if one}


def test_an_address_that_is_none_stops_the_site(
    built_course: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        next(open_site(built_course, tmp_path / "state", "--public-address=learn.example.com"))
    assert "'learn.example.com' is no address" in capfd.readouterr().err


def test_a_certificate_as_a_badge_that_anybody_can_check(own_site: Site) -> None:
    jwt = pytest.importorskip("jwt", reason="the extra `badges` is not installed")
    certificate = certified(own_site)
    token = own_site.client("lin").get(f"en/results/{certificate.number}.jwt").text
    public = own_site.client()
    header = jwt.get_unverified_header(token)
    assert header["kid"] == f"{own_site.url.rstrip('/')}/badges/key"
    claims = jwt.decode(token, jwt.PyJWK(public.get("badges/key").json()), algorithms=["RS256"])
    issuer = public.get("badges/issuer").json()
    assert issuer["id"] == claims["iss"]
    assert public.get("badges/key").headers["Access-Control-Allow-Origin"] == "*"
    assert public.get(claims["id"]).status_code == 302  # to the page in the reader's language
    assert own_site.client("zhou").get(f"en/results/{certificate.number}.jwt").status_code == 404


def test_without_the_extra_there_are_no_badges(
    own_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = certified(own_site)
    client = own_site.client("lin")
    assert f"{certificate.number}.jwt" in client.get("en/results").text
    monkeypatch.setattr("yongxin.cohort.badges.find_spec", lambda _name: None)
    assert f"{certificate.number}.jwt" not in client.get("en/results").text
    for address in ("badges/issuer", "badges/key", f"en/results/{certificate.number}.jwt"):
        answer = client.get(address)
        assert answer.status_code == 404
        told = [interface_text(one)("site.refused.no-badges.title") for one in LANGUAGES]
        assert any(one in answer.text for one in told)
