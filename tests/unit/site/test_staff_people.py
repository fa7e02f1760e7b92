"""Personal data of one person, as HR and admins see it: looked up, counted, erased."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.cohort import MODULE
from support.site_here import Site, open_site
from yongxin.language import LANGUAGES, Language
from yongxin.text import interface_text

pytestmark = pytest.mark.filterwarnings(
    "ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning",
    "ignore:datetime.datetime.utcnow:DeprecationWarning",
)


@pytest.fixture
def released_site(own_course: Path, tmp_path: Path) -> Iterator[Site]:
    from yongxin.grading.exchange import release_module, sync_roster

    release_module(own_course, MODULE)
    sync_roster(own_course, {"lin": "Lin"})
    yield from open_site(own_course, tmp_path / "state")


def erase(site: Site, who: str, whom: str, confirm: str | None = None) -> int:
    data = {"confirm": whom if confirm is None else confirm}
    return site.client(who).post(f"en/people/{whom}", data=data).status_code


@pytest.mark.parametrize("language", LANGUAGES)
def test_people_are_found_and_told_what_is_held(released_site: Site, language: Language) -> None:
    site = released_site
    lin = site.learner("lin")
    site.store.record_visit(lin.id, MODULE)
    client = site.client("wu")
    text = interface_text(language)
    html = client.get(f"{language}/people?find=LI").text
    assert f"/{language}/people/lin" in html
    assert f"/{language}/people/zhou" not in html
    html = client.get(f"{language}/people/lin").text
    for key in ("table-of.visit", "gradebook.student", "erase.title", "copy.title"):
        assert text(f"people.{key}") in html
    assert text("people.none") in client.get(f"{language}/people?find=nobody.here").text


def test_every_page_of_a_long_roster_is_reached(site: Site) -> None:
    for number in range(60):
        site.store.add_learner(f"many-{number:03}", f"Many {number}")
    client = site.client("wu")
    first, second = (client.get(f"en/people?find=many-&page={one}").text for one in (1, 2))
    assert "many-000" in first
    assert "many-059" not in first
    assert "many-059" in second
    assert interface_text("en")("people.page", page=1, pages=2) in first
    for page in ("0", "-1", "x", "9" * 30):
        assert client.get(f"en/people?page={page}").status_code == 200


def test_hr_erases_a_learner_whose_page_is_open(released_site: Site) -> None:
    site = released_site
    learner = site.client("lin")
    assert learner.get("en/").status_code == 200
    assert erase(site, "wu", "lin", confirm="lim") == 409
    assert site.store.learner("lin") is not None
    assert erase(site, "wu", "lin") == 303
    assert site.store.learner("lin") is None
    assert learner.get("en/").status_code == 302
    answer = learner.post("api/yongxin/visits", json={"module": MODULE})
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "not-signed-in"
    text = interface_text("en")
    html = site.client("wu").get("en/people/lin").text
    assert text("people.person.nothing") in html
    assert text("people.done.no-backups") in html
    newest = site.store.audit_entries(action="personal erase")
    assert [one.actor for one in newest] == ["wu"]
    assert "lin" not in str(newest[0].detail)
    assert site.store.check_audit().is_sound


def test_backups_from_before_are_named(site: Site) -> None:
    site.store.add_learner("former", "Former")
    site.store.keep_backup("monday.tar", "0" * 64, made_at=datetime.now(UTC), actor="guan")
    assert erase(site, "wu", "former") == 303
    site.store.keep_backup("tuesday.tar", "1" * 64, made_at=datetime.now(UTC), actor="guan")
    html = site.client("wu").get("en/people/former").text
    assert "monday.tar" in html
    assert "tuesday.tar" not in html


def test_nobody_erases_themself_and_hr_only_learners(site: Site) -> None:
    site.store.add_learner("hr.second", "Second", role="hr")
    for who, whom in (("wu", "wu"), ("guan", "guan"), ("wu", "chen"), ("wu", "hr.second")):
        assert erase(site, who, whom) == 409, (who, whom)
        assert site.store.learner(whom) is not None
    assert erase(site, "guan", "hr.second") == 303


def test_a_form_without_its_token_erases_nobody(site: Site) -> None:
    client = site.client("wu")
    del client.headers["X-XSRFToken"]
    assert client.post("en/people/zhou", data={"confirm": "zhou"}).status_code == 403
    assert site.store.learner("zhou") is not None


def test_while_a_batch_writes_hr_is_told_to_wait(released_site: Site) -> None:
    from yongxin.grading.batch.staging import one_at_a_time

    site = released_site
    autograded = Path(site.server.course_root) / "var" / "autograded"
    autograded.mkdir(exist_ok=True)
    with one_at_a_time(autograded):
        answer = site.client("wu").post("en/people/lin", data={"confirm": "lin"})
    assert answer.status_code == 503
    assert interface_text("en")("people.erase.grading").split(";")[0] in answer.text
    assert site.store.learner("lin") is not None


@pytest.mark.parametrize("name", ["%2e%2e", "a%2fb", "<b>", "x" * 65])
def test_what_is_no_username_is_refused(site: Site, name: str) -> None:
    assert site.client("wu").get(f"en/people/{name}").status_code in {400, 404}
