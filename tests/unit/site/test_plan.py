"""The action plan on the site: gathered from everywhere, its owner's alone, and taken along."""

import io
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pypdf
import pytest
from bs4 import BeautifulSoup
from icalendar import Calendar

from support.site_here import Site
from yongxin.language import LANGUAGES, Language
from yongxin.pdf import NoChineseFont, TookTooLong
from yongxin.site.learning import Learning
from yongxin.site.plan import LONGEST_STEP, Plan
from yongxin.site.plan_calendar import plan_calendar
from yongxin.site.plan_document import plan_document
from yongxin.store import Learner, Store
from yongxin.text import interface_text

STEP, LOG = "reflect:water-next-step", "reflect:lift-log"
WRITTEN = {"step": "把三栋楼的通知群先建好", "when": "2026-12-01", "review": "2027-01-15"}
FACTS = "周二晚七点，三号楼，我等了二十分钟。"
_ids = count()


def write(store: Store, learner: Learner, name: str, fields: dict[str, str]) -> None:
    store.apply(
        learner.id,
        name,
        event_id=f"event-{next(_ids)}",
        client="test",
        revision=0,
        transition=lambda state: ({"fields": {**(state or {}).get("fields", {}), **fields}}, {}),
    )


@pytest.fixture
def plan_of(learning: Learning) -> Any:
    def plan(learner: Learner, language: Language = "zh-CN") -> Plan:
        return learning.plans.of(learner, language)

    return plan


# -- gathering ------------------------------------------------------------------------------------


def test_a_plan_is_in_the_order_of_the_course_and_begins_empty(plan_of: Any, lin: Learner) -> None:
    plan = plan_of(lin)
    assert [one.module.id for one in plan.modules] == ["z1-lift", "z3-water"]
    assert [one.reflection.id for one in plan.entries] == ["lift-log", "water-next-step"]
    assert [one.place for one in plan.entries] == ["exercise", "lesson"]
    assert plan.is_empty
    assert plan.steps == []


@pytest.mark.parametrize(
    ("language", "day", "rating"),
    [("zh-CN", "2026年12月1日", "不满意"), ("en", "1 December 2026", "dissatisfied")],
)
def test_what_was_written_is_told_in_the_readers_language(
    plan_of: Any, store: Store, lin: Learner, language: Language, day: str, rating: str
) -> None:
    write(store, lin, STEP, WRITTEN)
    write(store, lin, LOG, {"rating": "dissatisfied"})
    log, step = plan_of(lin, language).entries
    assert [field.text for field in log.fields] == [rating]
    assert [field.text for field in step.fields][:2] == [WRITTEN["step"], day]


def test_a_plan_holds_nobody_elses_words(
    plan_of: Any, store: Store, lin: Learner, zhou: Learner
) -> None:
    write(store, lin, STEP, WRITTEN)
    assert plan_of(zhou).is_empty
    assert not plan_of(lin).is_empty


def test_only_days_with_an_event_are_steps_and_they_stand_in_order(
    plan_of: Any, store: Store, lin: Learner
) -> None:
    write(store, lin, STEP, WRITTEN)
    (step,) = plan_of(lin).steps
    assert (step.day, step.text, step.field) == (date(2026, 12, 1), WRITTEN["step"], "when")


def test_a_day_without_words_is_called_by_its_label(
    plan_of: Any, store: Store, lin: Learner
) -> None:
    write(store, lin, STEP, {"when": "2026-12-01"})
    assert plan_of(lin, "en").steps[0].title == "Ready by"


def test_what_no_longer_fits_is_left_out(plan_of: Any, store: Store, lin: Learner) -> None:
    write(store, lin, STEP, {"when": "soon", "gone": "x", "step": "y" * 300})
    assert plan_of(lin).is_empty


# -- calendar -------------------------------------------------------------------------------------


def events(made: bytes) -> list[Any]:
    return list(Calendar.from_ical(made).walk("VEVENT"))


def test_a_dated_step_is_a_day_in_the_calendar_with_an_alarm_that_morning(
    plan_of: Any, store: Store, lin: Learner
) -> None:
    write(store, lin, STEP, WRITTEN)
    (event,) = events(plan_calendar(plan_of(lin), "lin", "zh-CN"))
    assert event.decoded("dtstart") == date(2026, 12, 1)
    assert event.decoded("dtend") == date(2026, 12, 2)
    assert str(event["summary"]) == WRITTEN["step"]
    assert str(event["class"]) == "PRIVATE"
    (alarm,) = event.walk("VALARM")
    assert alarm.decoded("trigger") == timedelta(hours=8)
    assert str(alarm["action"]) == "DISPLAY"


def test_a_changed_step_changes_its_entry_and_makes_no_second_one(
    plan_of: Any, store: Store, lin: Learner, zhou: Learner
) -> None:
    write(store, lin, STEP, WRITTEN)
    write(store, zhou, STEP, WRITTEN)
    (first,) = events(plan_calendar(plan_of(lin), "lin", "zh-CN"))
    (again,) = events(plan_calendar(plan_of(lin), "lin", "zh-CN"))
    assert first.to_ical() == again.to_ical()
    write(store, lin, STEP, {"when": "2026-12-08", "step": "先建一个群"})
    (later,) = events(plan_calendar(plan_of(lin, "en"), "lin", "en"))
    assert later["uid"] == first["uid"]
    assert later["sequence"] > first["sequence"]
    assert later.decoded("dtstart") == date(2026, 12, 8)
    (other,) = events(plan_calendar(plan_of(zhou), "zhou", "zh-CN"))
    assert other["uid"] != first["uid"]
    assert "lin" not in str(first["uid"])


@pytest.mark.parametrize(
    "text",
    [
        "逗号,分号;反斜\\杠“引号”",
        "一行\n两行\nEND:VEVENT\nBEGIN:VALARM",
        "SUMMARY:x\r\nATTACH:https://evil.example",
        '"quotes" & <b> %0A \\n',
    ],
)
def test_whatever_is_written_is_the_title_and_nothing_else(
    plan_of: Any, store: Store, lin: Learner, text: str
) -> None:
    write(store, lin, STEP, {"step": text, "when": "2026-12-01"})
    made = plan_calendar(plan_of(lin), "lin", "zh-CN")
    (event,) = events(made)
    assert str(event["summary"]) == " ".join(text.split())
    assert len(event.walk("VALARM")) == 1
    assert "attach" not in event


def test_long_chinese_lines_are_folded_between_characters(
    plan_of: Any, store: Store, lin: Learner
) -> None:
    text = "每天开班前先看一遍昨晚的报修再去大堂" * 10
    write(store, lin, STEP, {"step": text, "when": "2026-12-01"})
    made = plan_calendar(plan_of(lin), "lin", "zh-CN")
    lines = made.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode("utf-8")  # no character is cut in two
    title = str(events(made)[0]["summary"])
    assert len(title) == LONGEST_STEP
    assert text.startswith(title.removesuffix("…"))


# -- document -------------------------------------------------------------------------------------


def test_a_document_holds_what_was_written_and_no_empty_places(
    plan_of: Any, store: Store, lin: Learner
) -> None:
    write(store, lin, STEP, {**WRITTEN, "step": "一\n二"})
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    data = plan_document(plan_of(lin), "林夏", now, "zh-CN")
    assert [one["title"] for one in data["modules"]] == ["停水那天"]
    assert data["modules"][0]["entries"][0]["fields"][0]["lines"] == ["一", "二"]
    assert data["dates"]["rows"] == [["2026年12月1日", "一\n二"]]
    assert data["made"] == "2026年11月22日"


# -- pages ----------------------------------------------------------------------------------------


@pytest.fixture
def people(site: Site) -> Site:
    """Lin has a plan with a step, Zhou has written nothing."""
    write(site.store, site.learner("lin"), STEP, WRITTEN)
    write(site.store, site.learner("lin"), LOG, {"facts": FACTS})
    return site


def page(site: Site, username: str, address: str) -> BeautifulSoup:
    answer = site.client(username).get(address)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    return BeautifulSoup(answer.text, "html.parser")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_gathers_what_was_written_and_leads_back_there(
    people: Site, language: Language
) -> None:
    main = page(people, "lin", f"{language}/plan").main
    assert main is not None
    shown = main.get_text()
    text = interface_text(language)
    assert FACTS in shown
    assert WRITTEN["step"] in shown
    assert text.day(date(2026, 12, 1)) in shown
    addresses = [str(one["href"]) for one in main.select("a")]
    assert f"/{language}/exercise/z1-lift#reflect-lift-log" in addresses
    assert f"/{language}/lesson/z3-water#reflect-water-next-step" in addresses
    assert f"/{language}/plan.pdf" in addresses
    assert f"/{language}/plan.ics" in addresses


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_plan_says_where_to_begin(people: Site, language: Language) -> None:
    main = page(people, "zhou", f"{language}/plan").main
    assert main is not None
    assert interface_text(language)("plan.empty") in main.get_text()
    addresses = [str(one["href"]) for one in main.select("a")]
    assert f"/{language}/lesson/z3-water#reflect-water-next-step" in addresses
    assert not any(one.endswith((".pdf", ".ics")) for one in addresses)
    assert FACTS not in main.get_text()


def test_the_pdf_is_for_its_owner_to_keep(people: Site) -> None:
    answer = people.client("lin").get("zh-CN/plan.pdf")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith(
        'attachment; filename="action-plan.pdf"'
    )
    shown = "".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    assert FACTS in shown
    assert WRITTEN["step"] in shown


def test_the_calendar_is_for_its_owner_to_keep(people: Site) -> None:
    answer = people.client("lin").get("en/plan.ics")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert [str(one["summary"]) for one in events(answer.content)] == [WRITTEN["step"]]


@pytest.mark.parametrize("address", ["en/plan.pdf", "en/plan.ics"])
def test_there_is_no_file_of_nothing(people: Site, address: str) -> None:
    answer = people.client("zhou").get(address, headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert interface_text("en")("site.refused.plan-empty.title") in answer.text or (
        interface_text("en")("site.refused.plan-undated.title") in answer.text
    )


@pytest.mark.parametrize("address", ["en/plan", "en/plan.pdf", "en/plan.ics"])
def test_a_plan_is_for_learners_who_are_signed_in(people: Site, address: str) -> None:
    for username in ("chen", "wu", "guan"):
        assert people.client(username).get(address).status_code == 403
    answer = people.client().get(address)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/en/sign-in?next=")


@pytest.mark.parametrize(
    ("error", "code"), [(NoChineseFont("none"), "no-font"), (TookTooLong("x"), "too-slow")]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pdf_that_cannot_be_made_is_explained(
    people: Site,
    monkeypatch: pytest.MonkeyPatch,
    language: Language,
    error: Exception,
    code: str,
) -> None:
    def fails(*_: Any) -> bytes:
        raise error

    monkeypatch.setattr("yongxin.site.handlers.plan.make_pdf", fails)
    monkeypatch.setattr(people.server.services.limits.files_by_learner, "take", lambda _: 0)
    answer = people.client("lin").get(f"{language}/plan.pdf", headers={"Accept": "text/html"})
    assert answer.status_code == 503
    words = BeautifulSoup(answer.text, "html.parser").get_text()
    assert interface_text(language)(f"site.refused.{code}.text") in words


def test_whoever_asks_too_often_waits(own_site: Site) -> None:
    write(own_site.store, own_site.learner("lin"), STEP, WRITTEN)
    client = own_site.client("lin")
    statuses = {client.get("en/plan.ics").status_code for _ in range(12)}
    assert statuses == {200, 429}


# -- kept answers ---------------------------------------------------------------------------------


def test_a_kept_answer_is_what_its_owner_has_written_by_now(
    learning: Learning, store: Store, lin: Learner, zhou: Learner
) -> None:
    write(store, lin, LOG, {"facts": FACTS})
    name = "kept:lift-log"
    mine = learning.page_state(lin, [name, LOG], "en")
    assert mine[name]["presentation"] == {"fields": {"facts": FACTS}}
    assert mine[name]["revision"] == mine[LOG]["revision"] == 1
    theirs = learning.page_state(zhou, [name], "en")
    assert theirs == {name: {"revision": 0, "presentation": {"fields": {}}}}


def test_nothing_can_be_written_through_a_kept_answer(site: Site) -> None:
    body = {
        "element": "kept:lift-log",
        "event_id": "e1",
        "client": "c",
        "revision": 0,
        "language": "en",
        "event": {"type": "write", "fields": {"facts": "x"}},
    }
    assert site.client("zhou").post("api/yongxin/events", json=body).status_code == 400
    assert site.store.saved(site.learner("zhou").id, ["kept:lift-log"]) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lesson_shows_kept_answers_and_leads_to_the_plan(
    people: Site, language: Language
) -> None:
    lesson = page(people, "lin", f"{language}/lesson/z3-water")
    assert lesson.select_one('[data-yongxin-element="kept:lift-log"]') is not None
    data = lesson.select_one("#yongxin-page")
    assert data is not None
    assert FACTS in data.get_text()
    main = lesson.main
    assert main is not None
    (link,) = main.select(f'a[href="/{language}/plan"]')
    assert link.get_text() == ("我的行动计划" if language == "zh-CN" else "my action plan")
    # What a notebook says of the site, the site need not say.
    where = interface_text(language)("course.lesson.on-the-site").strip()
    assert where not in main.get_text()


def test_a_notebook_says_where_the_plan_is(built_course: Path) -> None:
    for language in LANGUAGES:
        source = (built_course / f"course/{language}/z3-water.ipynb").read_text(encoding="utf-8")
        assert interface_text(language)("course.lesson.on-the-site").strip() in source
        assert "plan:" not in source
