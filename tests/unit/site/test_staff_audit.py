"""The audit log, as admins see it, and what signing in leaves there."""

import csv
import io
import time
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook
from sqlalchemy import text as sql

from support.site_here import PASSWORD, Site
from yongxin.language import LANGUAGES, Language
from yongxin.site.audit_words import action_in_words, detail_in_words
from yongxin.site.handlers.audit import ENTRIES_ON_A_PAGE
from yongxin.site.services import Limits
from yongxin.store import AUDIT_ACTIONS
from yongxin.text import interface_text


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_words_for_every_action_and_an_action_for_all_words(language: Language) -> None:
    text = interface_text(language)
    words = {key for key in text.keys() if key.startswith("audit.action.")}  # noqa: SIM118
    assert words == {f"audit.action.{one.replace(' ', '-')}" for one in AUDIT_ACTIONS}
    assert action_in_words("something new", text) == "something new"


@pytest.mark.parametrize(
    ("detail", "chinese", "english"),
    [
        ({}, "", ""),
        ({"by": "link"}, "方式：登录链接", "by: link"),
        ({"by": "carrier pigeon"}, "方式：carrier pigeon", "by: carrier pigeon"),
        ({"by": "link", "days": 7}, "方式：登录链接；有效天数：7", "by: link; days it works: 7"),
        ({"before": None, "after": "hr"}, "之后：人事", "after: HR"),
        ({"due": None, "group": "link"}, "截止时间：无；小组：link", "deadline: none; group: link"),
        (
            {"due": "2026-03-01T10:00:00+00:00"},
            "截止时间：2026年3月1日18:00",
            "deadline: 1 March 2026, 18:00",
        ),
        ({"since": "2026-03-01"}, "起始时间：2026-03-01", "since: 2026-03-01"),
        ({"whole": False}, "全部内容：否", "everything: no"),
        ({"rows": {"answer": 2, "new": 1}}, "记录：课文和作业里的答案 2, 其他记录（new） 1", None),
        ({"keys": {"tone": ["a1", "b2"]}}, "答案变化：tone a1, b2", "keys: tone a1, b2"),
        ({"modules": ["a1", "a2"], "state": "late"}, "课：a1, a2；状态：late", None),
        (
            {"odd": [True, None, 2.5]},
            "odd：是, 无, 2.5",
            "odd: yes, none, 2.5",
        ),
    ],
)
def test_details_in_words(detail: dict[str, Any], chinese: str, english: str | None) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    assert detail_in_words(detail, interface_text("zh-CN"), zone) == chinese
    if english is not None:
        assert detail_in_words(detail, interface_text("en"), zone) == english


@pytest.mark.parametrize("language", LANGUAGES)
def test_entries_by_page_by_action_and_by_day(own_site: Site, language: Language) -> None:
    for number in range(ENTRIES_ON_A_PAGE + 5):
        own_site.store.audit("wu", "export", f"subject-{number:03}", note="<b>bold</b>")
    client = own_site.client("guan")
    text = interface_text(language)
    first = client.get(f"{language}/audit?action=export").text
    assert f"subject-{ENTRIES_ON_A_PAGE + 4:03}" in first
    assert "subject-000" not in first
    assert "<b>bold" not in first
    older = client.get(f"{language}/audit?action=export&before=6").text
    assert "subject-000" in older
    assert text("audit.earlier") not in older
    assert text("audit.later") in older
    today = datetime.now(own_site.server.services.zone).date().isoformat()
    assert "subject-" in client.get(f"{language}/audit?day={today}").text
    assert text("audit.empty") in client.get(f"{language}/audit?day=2020-01-01").text
    assert client.get(f"{language}/audit?day=yesterday").status_code == 400
    assert client.get(f"{language}/audit?day=9999-12-31").status_code == 400
    assert text("audit.empty") in client.get(f"{language}/audit?subject=nobody").text


def test_the_page_tells_whether_the_chain_holds(own_site: Site) -> None:
    client = own_site.client("guan")
    text = interface_text("en")
    digest = own_site.store.audit_entries(limit=1)[0].digest
    html = client.get(f"en/audit?known={digest}").text
    assert "are as they were written" in html
    assert text("audit.check.known-here", id=1) in html
    assert text("audit.check.known-missing") in client.get(f"en/audit?known={'0' * 64}").text
    assert text("audit.check.known-format") in client.get("en/audit?known=<script>").text
    with own_site.store._database.writing() as connection:
        connection.execute(sql("UPDATE audit_entry SET action = 'nothing' WHERE id = 1"))
    own_site.server.services.audit_checks.last = None
    assert text("audit.check.broken", numbers="1") in client.get("en/audit").text


def test_the_log_as_a_table_is_harmless_to_a_spreadsheet(own_site: Site) -> None:
    own_site.store.audit("wu", "export", "=cmd()", rows=3)
    client = own_site.client("guan")
    answer = client.get("en/audit.csv?action=export")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 2
    assert rows[1][4] == "'=cmd()"
    book = load_workbook(io.BytesIO(client.get("zh-CN/audit.xlsx?action=export").content))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert any(cell.value == "=cmd()" and cell.quotePrefix for cell in cells)
    assert own_site.store.audit_entries(subject="audit log")[0].actor == "guan"


def test_signing_in_is_noted_and_so_is_being_refused(own_site: Site) -> None:
    store = own_site.store
    own_site.client("zhou")  # by a link
    client = own_site.client()
    client.post("en/sign-in", data={"username": "lin", "password": PASSWORD})
    client.post("en/sign-in", data={"username": "LIN", "password": "not the password"})
    client.post("en/sign-in", data={"username": "my password 123", "password": "x"})
    deadline = time.monotonic() + 10
    while not store.audit_entries(action="sign-in refused") and time.monotonic() < deadline:
        time.sleep(0.02)
    by = {one.subject: one.detail for one in store.audit_entries(action="sign-in")}
    assert by == {"zhou": {"by": "link"}, "lin": {"by": "password"}}
    own_site.server.services.threads.submit(lambda: None).result(10)
    (refused,) = store.audit_entries(action="sign-in refused")
    assert (refused.actor, refused.subject, refused.detail) == ("somebody", "lin", {})
    everything = str(store.audit_entries())
    assert "not the password" not in everything
    assert "my password" not in everything
    assert refused.at <= datetime.now(UTC)


def test_whoever_guesses_on_and_on_fills_no_log(own_site: Site) -> None:
    allowed = Limits.for_processes(1).sign_in_by_name
    client = own_site.client()
    answers = [
        client.post("en/sign-in", data={"username": "lin", "password": "x"}).status_code
        for _ in range(12)
    ]
    assert 429 in answers
    # Each is entered in the background, by any of several threads.
    deadline = time.monotonic() + 10
    noted = own_site.store.audit_entries
    while len(noted(action="sign-in refused")) < answers.count(401) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert allowed is not None
    assert len(own_site.store.audit_entries(action="sign-in refused")) == answers.count(401)
