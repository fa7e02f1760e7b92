"""Retention, the notice, and copies of what is kept, through a site."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from markupsafe import escape
from sqlalchemy import update

from support.site_here import Site
from yongxin.language import LANGUAGES, Language
from yongxin.store.tables import learner, submission, visit
from yongxin.text import interface_text

MODULE = "z1-lift"
LONG_AGO = datetime.now(UTC) - timedelta(days=2000)


def state(site: Site) -> Path:
    return Path(site.server.state_dir)


def age(site: Site, username: str) -> None:
    """Let somebody have left long ago, after a visit and a hand-in."""
    person = site.store.add_learner(username, username.title())
    site.store.record_visit(person.id, MODULE)
    site.store.hand_in(
        person.id,
        MODULE,
        event_id="e",
        allowed_attempts=1,
        now=LONG_AGO,
        snapshot={"answers": {}, "reflections": {}},
        deliver=lambda _submission: {"timestamp": "t", "directory": "d", "secret": "s"},
    )
    site.store.deactivate(username)
    with site.store._database.writing() as connection:
        connection.execute(
            update(learner).where(learner.c.id == person.id).values(created=LONG_AGO)
        )
        connection.execute(update(visit).where(visit.c.learner_id == person.id).values(at=LONG_AGO))
        connection.execute(update(submission).values(at=LONG_AGO))


def opened(answer: httpx.Response) -> zipfile.ZipFile:
    assert answer.status_code == 200, answer.text
    return zipfile.ZipFile(io.BytesIO(answer.content))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_old_is_counted_and_goes_when_confirmed(own_site: Site, language: Language) -> None:
    age(own_site, "former")
    client = own_site.client("wu")
    text = interface_text(language)
    html = client.get(f"{language}/retention").text
    assert text("retention.confirm") in html
    assert str(LONG_AGO.year) in html
    assert client.post(f"{language}/retention").status_code == 409
    assert own_site.store.learner("former") is not None
    answer = client.post(f"{language}/retention", data={"confirm": "yes"})
    assert answer.status_code == 303
    assert own_site.store.learner("former") is None
    assert own_site.store.learner("lin") is not None
    assert text("retention.nothing") in client.get(answer.headers["Location"]).text
    (entry,) = own_site.store.audit_entries(action="retention apply")
    assert entry.detail == {"inactive-learning": 1, "hand-ins": 1, "account": 1}
    assert own_site.store.check_audit().is_sound


def test_a_file_with_a_slip_deletes_nothing_and_says_where(own_site: Site) -> None:
    age(own_site, "former")
    (state(own_site) / "retention.yaml").write_text(
        "hand-ins: 36\nacount: 12\naudit: soon\ninactive-learning: 0\n", encoding="utf-8"
    )
    client = own_site.client("wu")
    answer = client.get("en/retention")
    assert answer.status_code == 503
    for words in ("retention.yaml:2", "nearest: account", "retention.yaml:3", "retention.yaml:4"):
        assert words in answer.text
    client.post("en/retention", data={"confirm": "yes"})
    assert own_site.store.learner("former") is not None
    assert own_site.client().get("en/privacy").status_code == 503


def test_periods_are_told_as_they_are_set(own_site: Site) -> None:
    (state(own_site) / "retention.yaml").write_text(
        "account: never\nhand-ins: 7\n", encoding="utf-8"
    )
    age(own_site, "former")
    html = own_site.client().get("en/privacy").text
    assert interface_text("en")("privacy.period.never") in html
    assert "7 months" in html
    own_site.client("wu").post("en/retention", data={"confirm": "yes"})
    former = own_site.store.learner("former")
    assert former is not None
    assert own_site.store.visits(former.id) == {}
    assert own_site.store.submissions(former.id) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notice_names_whom_to_ask_or_says_that_nobody_is(
    site: Site, language: Language
) -> None:
    text = interface_text(language)
    client = site.client()
    html = client.get(f"{language}/privacy").text
    assert text("privacy.ask.nobody") in html
    assert f"/{language}/privacy" in client.get(f"{language}/sign-in").text
    assert f"/{language}/my-data" in site.client("lin").get(f"{language}/").text


def save(site: Site, name: str, words: str) -> None:
    site.store.apply(
        site.learner("lin").id,
        name,
        event_id="e1",
        client="phone",
        revision=0,
        transition=lambda _before: ({"words": words}, {}),
    )


def test_ones_own_copy_holds_everything_and_is_harmless(own_site: Site) -> None:
    save(own_site, "reflect:lift-log", "<script>alert(1)</script>")
    save(own_site, "assess:z1-mood", "nobody else sees this")
    own_site.store.audit("wu", "password", "lin")
    client = own_site.client("lin")
    assert client.get("en/my-data").status_code == 200
    copy = opened(client.post("en/my-data"))
    assert json.loads(copy.read("data/answers.json"))[0]["state"]["words"].startswith("<script>")
    assert "nobody else" in copy.read("data/assessments.json").decode()
    html = copy.read("index.html").decode()
    assert "<script>" not in html
    assert "nobody else sees this" in html
    everything = "".join(copy.read(one).decode() for one in copy.namelist())
    lin = own_site.learner("lin")
    assert lin.session_key not in everything
    assert "scrypt" not in everything
    assert "zhou" not in everything
    entries = json.loads(copy.read("data/audit_entry.json"))
    assert [one["action"] for one in entries] == ["password", "sign-in", "personal export"]
    assert [one["by"] for one in entries] == ["staff", "self", "self"]
    assert "wu" not in {value for one in entries for value in map(str, one.values())}


def test_the_page_of_a_copy_says_in_words_what_ids_stand_for(own_site: Site) -> None:
    lin = own_site.learner("lin").id
    for name, response in (("quiz:gap-sign", "met"), ("quiz:gone-since", "met")):
        own_site.store.apply(
            lin,
            name,
            event_id=name,
            client="phone",
            revision=0,
            transition=lambda _, told=response: ({"response": told, "checked": False}, {}),
        )
    own_site.store.record_visit(lin, MODULE)
    html = opened(own_site.client("lin").post("en/my-data")).read("index.html").decode()
    course = own_site.server.services.catalogue
    item = course.item("gap-sign")
    for language in LANGUAGES:
        assert escape(item.stem_in_words(language)) in html
        assert escape(item.in_words("met", language)[0]) in html
        assert course.course.modules[MODULE].title.in_language(language) in html
    assert "quiz:gone-since" in html


def test_the_copy_of_hr_holds_what_staff_may_see(own_site: Site) -> None:
    save(own_site, "reflect:lift-log", "what was written")
    save(own_site, "assess:z1-mood", "nobody else sees this")
    own_site.store.record_visit(own_site.learner("lin").id, MODULE)
    client = own_site.client("wu")
    copy = opened(client.post("en/people/lin/copy"))
    assert json.loads(copy.read("data/learner.json"))[0]["name"] == "Lin"
    assert json.loads(copy.read("data/visit.json"))[0]["module_id"] == MODULE
    everything = "".join(copy.read(one).decode() for one in copy.namelist())
    assert "what was written" not in everything
    assert "nobody else sees this" not in everything
    (entry,) = own_site.store.audit_entries(action="personal export")
    assert (entry.actor, entry.subject, entry.detail) == ("wu", "lin", {"whole": False})
    assert client.post("en/people/nobody.here/copy").status_code == 404


def test_copies_are_not_made_without_end(own_site: Site) -> None:
    client = own_site.client("lin")
    answers = {client.post("en/my-data").status_code for _ in range(12)}
    assert answers == {200, 429}
