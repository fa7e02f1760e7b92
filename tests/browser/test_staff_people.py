"""A learner takes their data along, HR erases them, and an admin sees that the log holds."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from support.browser import DESKTOP, PHONE, GuardedBrowser
from support.live_site import LiveSite
from yongxin.grading.exchange import release_module, sync_roster
from yongxin.language import LANGUAGES, Language
from yongxin.text import interface_text

MODULE = "z1-lift"
Look = Callable[[Page, str], None]


@pytest.fixture
def site(own_course: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveSite]:
    """The sample course with its gradebook, which knows the learner."""
    state = own_course / "var"
    monkeypatch.setenv("YONGXIN_STATE", str(state))
    release_module(own_course, MODULE)
    sync_roster(own_course, {"learner": "林夏"})
    site = LiveSite(own_course, state, "--privacy-contact=吴静 hr@example.com")
    learner = site.store.learner("learner")
    assert learner
    site.store.record_visit(learner.id, MODULE)
    for name, state_of in (("quiz:gap-sign", "visible"), ("assess:z1-feelings", "secret-feeling")):
        site.store.apply(
            learner.id,
            name,
            event_id="e1",
            client="phone",
            revision=0,
            transition=lambda _before, state_of=state_of: ({"answers": {"a": state_of}}, {}),
        )
    site.start()
    yield site
    site.close()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_learner_is_copied_and_erased_and_the_log_holds(
    site: LiveSite, chromium: GuardedBrowser, look: Look, language: Language
) -> None:
    text = interface_text(language)
    page = chromium.new_page(viewport=PHONE)
    page.goto(f"{site.url}/{language}/sign-in")
    page.get_by_role("link", name=text("privacy.link")).click()
    expect(page.locator("main")).to_contain_text("hr@example.com")
    page.locator("details summary").first.click()
    look(page, "privacy")

    site.sign_in(page)
    page.goto(f"{site.url}/{language}/my-data")
    look(page, "my-data")
    _everything_is_in_the_own_copy(_download(page, text("privacy.my.download")))

    hr = chromium.new_page(viewport=DESKTOP)
    site.sign_in(hr, "hr")
    hr.goto(f"{site.url}/{language}/people?find=林")
    look(hr, "people")
    hr.get_by_role("link", name="林夏").click()
    _no_answer_is_in_the_copy_of_hr(_download(hr, text("people.copy.button")))
    look(hr, "person")
    button = hr.get_by_role("button", name=text("people.erase.button"))
    hr.locator("#confirm").fill("lerner")
    button.click()
    expect(hr.get_by_role("alert")).to_have_text(text("people.erase.mistyped"))
    look(hr, "person-mistyped")
    hr.locator("#confirm").fill("learner")
    hr.keyboard.press("Enter")
    expect(hr.locator("main")).to_contain_text(text("people.person.nothing"))
    look(hr, "person-erased")
    hr.goto(f"{site.url}/{language}/retention")
    expect(hr.locator("main table")).to_have_count(1)
    look(hr, "retention")

    page.goto(f"{site.url}/{language}/results")
    page.locator("#username").fill("learner")
    page.locator("#password").fill("learner-password")
    page.locator("main form button[type=submit]").click()
    expect(page.get_by_role("alert")).to_have_text(text("site.sign-in.wrong"))
    assert _students(site) == []

    admin = chromium.new_page(viewport=DESKTOP)
    site.sign_in(admin, "admin")
    admin.goto(f"{site.url}/{language}/audit")
    expect(admin.locator(".notice-right")).to_have_count(1)
    expect(admin.locator("main table")).to_contain_text(text("audit.action.personal-erase"))
    expect(admin.get_by_role("cell", name="learner", exact=True)).to_have_count(0)
    look(admin, "audit")
    admin.locator("#known").fill(admin.locator("code.digest").inner_text())
    admin.get_by_role("button", name=text("audit.check.compare")).click()
    expect(admin.locator("#compared")).to_have_class("notice notice-right")


def _download(page: Page, name: str) -> zipfile.ZipFile:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=name).click()
    return zipfile.ZipFile(io.BytesIO(Path(waiting.value.path()).read_bytes()))


def _everything_is_in_the_own_copy(copy: zipfile.ZipFile) -> None:
    assert json.loads(copy.read("data/learner.json"))[0]["username"] == "learner"
    assert "visible" in copy.read("data/answers.json").decode()
    assert "secret-feeling" in copy.read("data/assessments.json").decode()
    html = copy.read("index.html").decode()
    assert "secret-feeling" in html
    assert "<script" not in html
    assert "http" not in html


def _no_answer_is_in_the_copy_of_hr(copy: zipfile.ZipFile) -> None:
    everything = "".join(copy.read(name).decode() for name in copy.namelist())
    assert "林夏" in everything
    assert MODULE in everything
    assert "visible" not in everything
    assert "secret-feeling" not in everything


def _students(site: LiveSite) -> list[str]:
    from yongxin.grading.exchange import nbgrader_configuration
    from yongxin.grading.gradebook_person import students

    url = nbgrader_configuration(site.course_root).CourseDirectory.db_url
    return [one for one in students(url) if one == "learner"]
