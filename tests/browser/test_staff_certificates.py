"""A completion becomes a certificate that the world can check, until HR revokes it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from support.browser import DESKTOP, GuardedBrowser
from support.live_site import LiveSite
from yongxin.language import LANGUAGES, Language
from yongxin.store import ModuleMark
from yongxin.text import interface_text

MODULES = ("z1-lift", "z3-water")
SECONDS = 30_000


@pytest.fixture
def site(built_course: Path, tmp_path: Path) -> Iterator[LiveSite]:
    """A site on which one learner has done all that a path asks for."""
    site = LiveSite(built_course, tmp_path / "state")
    learner = site.store.learner("learner")
    assert learner is not None
    now = datetime.now(UTC)
    site.store.record_visits({(learner.id, one): now for one in MODULES})
    site.store.keep_marks(ModuleMark(learner.id, one, now, 9, 10, 0, 1.0) for one in MODULES)
    site.start()
    yield site
    site.close()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", LANGUAGES)
def test_issued_taken_along_checked_and_revoked(
    chromium: GuardedBrowser,
    site: LiveSite,
    look: Callable[[Page, str], None],
    language: Language,
) -> None:
    text = interface_text(language)
    hr, learner, public = (chromium.new_page(viewport=DESKTOP) for _ in range(3))

    site.sign_in(hr, "hr")
    hr.goto(f"{site.url}/{language}/completion?path=on-duty")
    expect(hr.locator("tbody")).to_contain_text("林夏")
    expect(hr.locator("tbody")).to_contain_text(text("completion.state.reached"))
    hr.locator("tbody details summary").first.click()
    expect(hr.locator("tbody .wants").first).to_contain_text(text("completion.want.open"))
    look(hr, "completion")

    hr.goto(f"{site.url}/{language}/certificates?path=on-duty")
    look(hr, "waiting")
    hr.get_by_role("button", name=text("certificate.list.issue-one-of", name="林夏")).click()
    expect(hr.locator("main .notice-right")).to_have_text(text("certificate.list.issued", number=1))
    look(hr, "certificates")

    site.sign_in(learner)
    learner.goto(f"{site.url}/{language}/results")
    look(learner, "own")
    with learner.expect_download(timeout=SECONDS) as download:
        learner.locator("a[href$='.pdf']").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")

    (certificate,) = site.store.certificates()
    public.goto(f"{site.url}/{language}/verify")
    look(public, "check")
    public.get_by_label(text("certificate.verify.number")).fill(certificate.number)
    public.get_by_label(text("certificate.verify.name"), exact=True).fill("林夏")
    public.get_by_role("button", name=text("certificate.verify.button")).click()
    expect(public.locator("main [role=status]")).to_contain_text(text("certificate.verify.valid"))
    expect(public.locator("main")).to_contain_text("林夏")
    look(public, "valid")

    hr.get_by_role("link", name=certificate.number).click()
    hr.get_by_label(text("certificate.one.reason")).fill("名字写错了")
    look(hr, "certificate")
    hr.get_by_role("button", name=text("certificate.one.button")).click()
    expect(hr.locator("main [role=status]")).to_have_text(text("certificate.one.has-been-revoked"))
    look(hr, "certificate-revoked")

    public.goto(f"{site.url}/verify/{certificate.token}")
    expect(public).to_have_url(
        f"{site.url}/en/verify/{certificate.token}"
    )  # the browser's language
    public.goto(f"{site.url}/{language}/verify/{certificate.token}")
    expect(public.locator("main [role=status]")).to_contain_text(text("certificate.verify.revoked"))
    expect(public.locator("main")).not_to_contain_text("林夏")
    look(public, "revoked")
