"""What a trainer can do today, and one learner's way: for trainers, and without any answer."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import insert

from support.cohort import MODULE
from support.site_here import Site
from yongxin.language import LANGUAGES, Language
from yongxin.store import ModuleMark
from yongxin.store.tables import visit
from yongxin.text import interface_text

LONG_AGO = datetime.now(UTC) - timedelta(days=9)


def main_of(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    return answer.text.partition("<main")[2].partition("</main>")[0]


def hand_in(site: Site, username: str, at: datetime) -> None:
    learner = site.learner(username)
    site.store.hand_in(
        learner.id,
        MODULE,
        event_id=f"event-{at.timestamp()}",
        allowed_attempts=9,
        now=at,
        snapshot={"answers": {}, "reflections": {"lift-log": {"fields": {"facts": "secret"}}}},
        deliver=lambda _: {"timestamp": "t", "directory": "d", "secret": "s"},
    )


def mark(site: Site, username: str, at: datetime, points: float, waiting: int) -> None:
    learner_id = site.learner(username).id
    site.store.keep_marks([ModuleMark(learner_id, MODULE, at, points, 10, waiting, None)])


@pytest.mark.parametrize("language", LANGUAGES)
def test_with_nothing_to_do_it_says_so_kindly(own_site: Site, language: Language) -> None:
    html = main_of(own_site.client("chen").get(f"{language}/cohort/today"))
    assert interface_text(language)("today.empty") in html
    assert "<h2" not in html


def test_what_waits_is_named_and_leads_to_where_it_is_done(own_site: Site) -> None:
    store, text = own_site.store, interface_text("en")
    store.update_learner("zhou", groups=["east"])
    store.set_deadline(MODULE, LONG_AGO, group="east")
    hand_in(own_site, "lin", LONG_AGO)
    client = own_site.client("chen")
    html = main_of(client.get("en/cohort/today"))
    assert text("today.ungraded") in html
    assert f"/en/cohort?module={MODULE}&amp;state=handed-in" in html
    assert f"/en/cohort?group=east&amp;module={MODULE}&amp;state=overdue" in html
    mark(own_site, "lin", LONG_AGO, 5, waiting=1)
    html = main_of(client.get("en/cohort/today"))
    assert text("today.ungraded") not in html
    assert f"/en/marking/{MODULE}/lift-log" in html
    assert text("today.long", count=1, days=7) in html


def test_stuck_learners_are_named_with_the_reason(own_site: Site) -> None:
    text = interface_text("en")
    attempts = own_site.server.services.catalogue.course.attempts
    moments = [LONG_AGO + timedelta(hours=number) for number in range(attempts)]
    for at in moments:
        hand_in(own_site, "lin", at)
    mark(own_site, "lin", moments[-1], 1, waiting=0)
    with own_site.store._database.writing() as connection:
        values = {"learner_id": own_site.learner("zhou").id, "module_id": MODULE, "at": LONG_AGO}
        connection.execute(insert(visit), values)
    html = main_of(own_site.client("guan").get("en/cohort/today"))
    used_up, _, silent = html.partition(text("today.silent", count=1, days=7))
    assert text("today.used-up", count=1) in used_up
    assert "/en/cohort/learner/lin" in used_up
    assert "/en/cohort/learner/zhou" in silent


def test_a_revision_that_came_back_leads_to_the_queue(own_site: Site) -> None:
    hand_in(own_site, "lin", LONG_AGO)
    learner_id = own_site.learner("lin").id
    own_site.store.return_reflection(
        learner_id, MODULE, "lift-log", comment="a secret remark", now=LONG_AGO
    )
    own_site.store.revise(
        learner_id,
        MODULE,
        "lift-log",
        event_id="again",
        now=datetime.now(UTC),
        change=lambda before: before,
        deliver=lambda _: {"timestamp": "t", "directory": "d", "secret": "s"},
    )
    client = own_site.client("chen")
    html = main_of(client.get("en/cohort/today"))
    assert interface_text("en")("today.came-back") in html
    assert f"/en/marking/{MODULE}/lift-log" in html
    way = main_of(client.get("en/cohort/learner/lin"))
    assert 'class="timeline-revised"' in way
    assert "secret" not in html + way


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_timeline_tells_times_counts_and_marks_and_no_answer(
    own_site: Site, language: Language
) -> None:
    body = {
        "element": "reflect:lift-log",
        "event_id": "1",
        "client": "tab",
        "revision": 0,
        "event": {"type": "write", "fields": {"facts": "secret", "feeling": "secret"}},
    }
    assert own_site.client("lin").post("api/yongxin/events", json=body).status_code == 200
    own_site.store.record_visit(own_site.learner("lin").id, MODULE)
    now = datetime.now(UTC)
    own_site.store.set_deadline(MODULE, LONG_AGO)
    hand_in(own_site, "lin", now)
    mark(own_site, "lin", now, 7.5, waiting=0)
    html = main_of(own_site.client("chen").get(f"{language}/cohort/learner/lin"))
    for kind in ("opened", "worked-first", "handed-in"):
        assert html.count(f'class="timeline-{kind}"') == 1
    assert interface_text(language)("cohort.late") in html
    assert "7.5/10" in html
    assert "secret" not in html


def test_a_timeline_of_nobody_and_of_staff_is_not_found(own_site: Site) -> None:
    client = own_site.client("chen")
    for username in ("nobody", "wu", "%00", "a%2Fb", "x" * 500):
        assert client.get(f"en/cohort/learner/{username}").status_code == 404
    assert interface_text("en")("timeline.nothing") in main_of(client.get("en/cohort/learner/zhou"))


def test_hr_and_learners_see_neither_page(own_site: Site) -> None:
    for username in ("wu", "lin"):
        client = own_site.client(username)
        for address in ("en/cohort/today", "en/cohort/learner/lin"):
            assert client.get(address).status_code == 403
