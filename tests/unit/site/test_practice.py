"""What trainers see of practice: how many, and never who."""

import io
import uuid
from typing import Any

import pytest
from openpyxl import load_workbook

from support.site_here import Site
from yongxin.language import LANGUAGES, Language
from yongxin.text import interface_text

MODULE = "z1-lift"
ADDRESS = f"cohort/practice/{MODULE}"
ITEM = "lift-first-words"
WORDS = {"zh-CN": "说这归维保公司管", "en": "Say that the maintenance firm is responsible"}


@pytest.fixture(autouse=True)
def counted_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine counting takes long enough to be good for a while."""
    monkeypatch.setattr("yongxin.cohort.practice_desk._PAUSE", 0)


def send(site: Site, username: str, element: str, *events: dict[str, Any]) -> None:
    """Send events as a page does, signed in as a learner who is added when there is none."""
    if site.store.learner(username) is None:
        site.store.add_learner(username, f"Secret Name {username}", groups=["east"])
    client = site.client(username)
    for event in events:
        answer = client.post(
            "api/yongxin/events",
            json={
                "element": element,
                "event_id": uuid.uuid4().hex,
                "client": "tab",
                "revision": 0,
                "language": "en",
                "event": event,
            },
        )
        assert answer.status_code == 200, answer.text


def answer(site: Site, username: str, response: str) -> None:
    answered = {"type": "answer", "response": response}
    send(site, username, f"quiz:{ITEM}", answered, {"type": "check"})


@pytest.mark.parametrize("language", LANGUAGES)
def test_first_answers_and_moves_are_counted(own_site: Site, language: Language) -> None:
    site = own_site
    text = interface_text(language)
    for number in range(4):
        answer(site, f"person-{number}", "not-my-job")
    client = site.client("chen")
    few = client.get(f"{language}/{ADDRESS}?item={ITEM}").text
    assert text("practice.few", fewest=5) in few
    assert WORDS[language] not in few
    answer(site, "person-4", "sorry-and-facts")
    for number in range(5):
        moved = {"type": "set", "inputs": {"product-perception": 5}}
        send(site, f"person-{number}", "simulate:satisfaction-gap", moved, {"type": "reset"})
    html = client.get(f"{language}/{ADDRESS}?item={ITEM}").text
    assert WORDS[language] in html
    assert "80%" in html
    assert text("practice.questions.choices-lead") in html
    assert text("practice.assessments.lead") not in html  # this lesson has none
    assert "Secret Name" not in html
    assert "person-1" not in html
    sheet: Any = load_workbook(io.BytesIO(client.get(f"{language}/{ADDRESS}.xlsx").content)).active
    rows = list(sheet)
    found = {(row[1].value, row[2].value): row[3].value for row in rows}
    assert 4 in {
        count for (_, what), count in found.items() if what == text("practice.questions.wrong")
    }
    assert 5 in {
        count for (_, what), count in found.items() if what == text("practice.simulators.resets")
    }


def test_how_far_a_lesson_is_read(own_site: Site) -> None:
    text = interface_text("en")
    for number in range(6):
        username = f"person-{number}"
        own_site.store.add_learner(username, f"Secret Name {number}")
        client = own_site.client(username)
        lesson = client.get(f"en/lesson/{MODULE}").text
        assert f'data-yongxin-module="{MODULE}"' in lesson
        told = {"module": MODULE, "sections": ["hook", "chain"] if number % 2 else ["hook"]}
        assert client.post("api/yongxin/reading", json=told).status_code == 200
    trainer = own_site.client("chen")
    html = trainer.get(f"en/{ADDRESS}").text
    assert text("practice.reading.opened", opened=6) in html
    assert "50%" in html
    listed = trainer.get("en/cohort/practice").text
    assert f"/en/{ADDRESS}" in listed
    assert "0%" in listed  # nobody has come to the last section
    assert "data-yongxin-reading" not in trainer.get(f"en/lesson/{MODULE}").text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"module": MODULE, "sections": ["no-such-section"]}, 400),
        ({"module": MODULE, "sections": "hook"}, 400),
        ({"module": MODULE, "sections": [3]}, 400),
        ({"module": MODULE}, 400),
        ({"module": "z9-nothing", "sections": ["hook"]}, 404),
    ],
)
def test_only_sections_of_lessons_are_counted(own_site: Site, body: Any, status: int) -> None:
    answered = own_site.client("lin").post("api/yongxin/reading", json=body)
    assert answered.status_code == status
    assert own_site.store.readings() == {}


def test_what_there_is_no_time_for_says_so_and_is_there_later(
    own_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = interface_text("en")
    desk = own_site.server.services.practice
    look = desk.module
    monkeypatch.setattr(desk, "module", lambda *what, **_how: look(*what, seconds=0))
    asked = list[str]()
    monkeypatch.setattr(
        desk, "count_the_rest", lambda module_id, _language: asked.append(module_id)
    )
    html = own_site.client("chen").get(f"en/{ADDRESS}").text
    waiting = look(MODULE, "en", seconds=0).waiting
    assert text("practice.waiting", waiting=waiting) in html
    own_site.server.services.threads.shutdown(wait=True)
    assert asked == [MODULE]
