"""What trainers see of how questions have worked; nobody else does, and never a name."""

import io
import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from support.cohort import HALF_RIGHT_ORDER, MODULE, RIGHT_ORDER
from support.site_here import DATABASE, Site, open_site
from yongxin.language import LANGUAGES, Language
from yongxin.store import Store
from yongxin.text import interface_text

pytestmark = pytest.mark.filterwarnings(
    "ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning",
    "ignore:datetime.datetime.utcnow:DeprecationWarning",
)
ADDRESS = f"cohort/items/{MODULE}"


@pytest.fixture
def released_site(own_course: Path, tmp_path: Path) -> Iterator[Site]:
    """A site beside the gradebook of a released course."""
    from yongxin.grading.exchange import release_module

    release_module(own_course, MODULE)
    yield from open_site(own_course, tmp_path / "state")


def hand_in(store: Store, number: int, order: list[str], *, group: str = "east") -> None:
    username = f"learner-{number}"
    learner = store.learner(username) or store.add_learner(
        username, f"Secret Name {number}", groups=[group]
    )
    store.hand_in(
        learner.id,
        MODULE,
        event_id=f"event-{len(store.submissions(learner.id))}",
        allowed_attempts=2,
        now=datetime(2026, 11, 1, tzinfo=UTC),
        snapshot={"answers": {"chain-order": {"response": order}}, "reflections": {}},
        deliver=lambda _submission: {
            "timestamp": "t", "directory": "d", "secret": "s",
        },
    )  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_and_choices_of_everybodys_first_hand_in(
    released_site: Site, language: Language
) -> None:
    for number in range(30):
        hand_in(released_site.store, number, RIGHT_ORDER if number < 24 else HALF_RIGHT_ORDER)
    hand_in(released_site.store, 29, RIGHT_ORDER)  # a second time
    client = released_site.client("chen")
    html = client.get(f"{language}/{ADDRESS}").text
    text = interface_text(language)
    assert text("analysis.count", attempts=30) in html
    assert text("analysis.only-first") in html
    # (24 · 1 + 6 · ½) ÷ 30
    assert f'<dd>0.90 <span class="quiet">{text("analysis.band.facility.very-easy")}' in html
    assert text("analysis.rest") not in html  # what was chosen is told when it is asked for
    item = client.get(f"{language}/{ADDRESS}?item=chain-order").text
    assert "80%" in item
    assert text("analysis.rest") in item
    assert text("analysis.rest") not in client.get(f"{language}/{ADDRESS}?item=unknown").text
    for name in ("facility", "discrimination", "efficiency", "alpha", "error", "mastery"):
        assert text(f"analysis.defined.{name}") in html
    assert "Secret Name" not in html + item
    assert "learner-1" not in html
    assert (
        text("analysis.count", attempts=31)
        in client.get(f"{language}/{ADDRESS}?attempts=every").text
    )
    assert f"/{language}/{ADDRESS}" in client.get(f"{language}/cohort").text


def test_what_there_was_no_time_for_is_done_in_the_background(
    released_site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(9):
        hand_in(released_site.store, number, RIGHT_ORDER)
    monkeypatch.setattr("yongxin.cohort.desk.SECONDS_TO_SCORE", 0)
    monkeypatch.setattr("yongxin.cohort.attempts._AT_ONCE", 1)
    client = released_site.client("chen")
    text = interface_text("en")
    assert text("analysis.waiting", waiting=8) in client.get(f"en/{ADDRESS}").text
    deadline = time.monotonic() + 20
    with closing(sqlite3.connect(tmp_path / "state" / DATABASE)) as database:
        while database.execute("SELECT count(*) FROM scored_attempt").fetchone() != (9,):
            assert time.monotonic() < deadline
            time.sleep(0.05)
    html = client.get(f"en/{ADDRESS}").text
    assert text("analysis.count", attempts=9) in html
    assert 'class="notice"' not in html


def test_items_that_everybody_has_to_know_are_named(released_site: Site, own_course: Path) -> None:
    bank = own_course / "data" / "bank" / f"{MODULE}.json"
    data = json.loads(bank.read_text("utf-8"))
    bank.write_text(json.dumps({**data, "mastery": ["chain-order"]}), "utf-8")
    for number in range(30):
        hand_in(released_site.store, number, RIGHT_ORDER)
    time.sleep(1.1)  # the site looks once a second whether files have changed
    client = released_site.client("chen")
    text = interface_text("en")
    assert text("analysis.mastery") in client.get(f"en/{ADDRESS}").text
    html = client.get(f"en/{ADDRESS}?item=chain-order").text
    assert text("analysis.mastery-text") in html
    assert text("analysis.advise.mastered") in html


def test_one_group(released_site: Site) -> None:
    hand_in(released_site.store, 1, RIGHT_ORDER)
    hand_in(released_site.store, 2, RIGHT_ORDER, group="west")
    client = released_site.client("chen")
    text = interface_text("en")
    assert text("analysis.count", attempts=2) in client.get(f"en/{ADDRESS}").text
    assert text("analysis.count", attempts=1) in client.get(f"en/{ADDRESS}?group=west").text
    assert text("analysis.empty") in client.get(f"en/{ADDRESS}?group=nobody").text


def test_the_workbook_has_a_row_for_each_question_and_the_whole(released_site: Site) -> None:
    for number in range(4):
        hand_in(released_site.store, number, RIGHT_ORDER)
    answer = released_site.client("chen").get(f"en/{ADDRESS}.xlsx")
    assert answer.headers["Content-Disposition"].endswith(f'{MODULE}-items.xlsx"')
    rows = list(load_workbook(io.BytesIO(answer.content)).worksheets[0].values)
    text = interface_text("en")
    assert rows[0][:4] == tuple(
        text(f"analysis.{name}") for name in ("item", "type", "points", "facility")
    )
    assert rows[1][0] == "Put the five steps in order."
    assert rows[1][2:4] == (2, 1)
    assert [row[0] for row in rows[-4:]] == [
        text(f"analysis.{name}") for name in ("mean", "spread", "alpha", "standard-error")
    ]
    (noted,) = released_site.store.audit_entries(action="export")
    assert (noted.actor, noted.subject, noted.detail["module"]) == ("chen", "items", MODULE)


def test_before_anybody_has_handed_in(released_site: Site) -> None:
    html = released_site.client("chen").get(f"en/{ADDRESS}").text
    assert interface_text("en")("analysis.empty") in html


def test_a_module_that_was_not_released_says_what_to_do(own_site: Site) -> None:
    answer = own_site.client("chen").get(f"en/{ADDRESS}")
    assert answer.status_code == 503
    assert "release a module first" in answer.text


def test_a_site_without_the_trainers_folder_says_so(built_course: Path, tmp_path: Path) -> None:
    for site in open_site(built_course, tmp_path / "state", "--trainers-folder="):
        answer = site.client("chen").get(f"en/{ADDRESS}")
        assert answer.status_code == 404
        assert "--trainers-folder" in answer.text
        assert "cohort/items" not in site.client("chen").get("en/cohort").text


def test_hr_and_learners_see_neither_the_page_nor_the_workbook(released_site: Site) -> None:
    for username in ("wu", "lin"):
        client = released_site.client(username)
        assert client.get(f"en/{ADDRESS}").status_code == 403
        assert client.get(f"en/{ADDRESS}.xlsx").status_code == 403
    assert "cohort/items" not in released_site.client("wu").get("en/cohort").text
