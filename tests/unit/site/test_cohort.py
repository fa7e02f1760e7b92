"""The cohort: who sees what of whom, how it is narrowed down, and what it can be taken away as."""

import csv
import io
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from openpyxl import load_workbook

from support.cohort import MODULE, RIGHT_ORDER, Cohort
from support.site_here import Site, open_site
from yongxin.language import LANGUAGES, Language
from yongxin.site.handlers import cohort as handlers
from yongxin.text import InterfaceText, interface_text

pytestmark = pytest.mark.filterwarnings(
    "ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning",
    "ignore:datetime.datetime.utcnow:DeprecationWarning",
)


@pytest.fixture
def graded(own_course: Path, repository: Path, tmp_path: Path) -> Iterator[tuple[Site, Cohort]]:
    """A site whose learner Lin has handed a module in, and been graded but for the reflection."""
    from yongxin.grading.exchange import release_module

    shutil.copy(repository / "nbgrader_config.py", own_course)
    release_module(own_course, MODULE)
    cohort = Cohort(own_course)
    for site in open_site(own_course, tmp_path / "state"):
        hand_in(site, cohort, "lin")
        cohort.collect_and_autograde()
        yield site, cohort


def hand_in(site: Site, cohort: Cohort, username: str) -> None:
    """Hand in with the store as well as with nbgrader, as the site does."""
    now = datetime.now(UTC)

    def deliver(_: object) -> dict[str, str]:
        cohort.hand_in(username, {"chain-order": RIGHT_ORDER}, {"facts": "着急"}, now=now)
        return {"timestamp": "t", "directory": "d", "secret": "s"}

    learner = site.learner(username)
    site.store.record_visit(learner.id, MODULE)
    site.store.hand_in(
        learner.id,
        MODULE,
        event_id=f"event-{now.timestamp()}",
        allowed_attempts=3,
        now=now,
        snapshot={"answers": {}, "reflections": {}},
        deliver=deliver,
    )


def main_of(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    return answer.text.partition("<main")[2].partition("</main>")[0]


def row_of(html: str, name: str) -> str:
    matrix = html.partition('aria-labelledby="learners"')[2]
    rows = [one for one in matrix.split("<tr>") if name in one]
    assert rows, f"{name} is not on the page"
    return rows[0]


def state(text: InterfaceText, name: str) -> str:
    return f"</span> {text(f'cohort.state.{name}')}</span>"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_matrix_follows_the_gradebook(graded: tuple[Site, Cohort], language: Language) -> None:
    site, cohort = graded
    text = interface_text(language)
    client = site.client("chen")
    row = row_of(main_of(client.get(f"{language}/cohort")), "Lin")
    assert state(text, "waiting") in row
    cohort.mark("lin", 1.5)
    row = row_of(main_of(client.get(f"{language}/cohort")), "Lin")
    assert state(text, "done") in row
    assert f"{cohort.score('lin'):g}/" in row
    hand_in(site, cohort, "lin")
    row = row_of(main_of(client.get(f"{language}/cohort")), "Lin")
    assert state(text, "handed-in") in row
    assert 'class="numeric"' not in row, "the points are of an earlier hand-in"
    assert "着急" not in client.get(f"{language}/cohort").text


def test_hr_sees_states_and_neither_points_nor_timelines(graded: tuple[Site, Cohort]) -> None:
    site, cohort = graded
    cohort.mark("lin", 1.5)
    site.client("chen").get("en/cohort")  # reads the marks
    for username, sees in {"chen": True, "guan": True, "wu": False}.items():
        client = site.client(username)
        html = main_of(client.get("en/cohort"))
        row = row_of(html, "Lin")
        assert state(interface_text("en"), "done") in row
        assert ('class="numeric"' in row) == sees
        assert ("cohort/learner/" in html) == sees
        assert ("cohort/items/" in html) == sees
        assert ("cohort/practice/" in html) == sees
        sheet = client.get("en/cohort.csv").text
        assert ("points" in sheet) == sees


def test_states_as_they_are_without_any_hand_in(own_site: Site) -> None:
    store, text = own_site.store, interface_text("en")
    client = own_site.client("chen")
    assert row_of(main_of(client.get("en/cohort")), "Lin").count(state(text, "not-started")) == 2
    store.record_visit(own_site.learner("lin").id, MODULE)
    assert state(text, "in-progress") in row_of(main_of(client.get("en/cohort")), "Lin")
    store.set_deadline(MODULE, datetime.now(UTC) - timedelta(minutes=1))
    html = main_of(client.get("en/cohort"))
    assert state(text, "overdue") in row_of(html, "Lin")
    assert state(text, "overdue") in row_of(html, "Zhou")


def test_numbers_lead_to_those_learners(own_site: Site) -> None:
    own_site.store.record_visit(own_site.learner("lin").id, MODULE)
    client = own_site.client("chen")
    html = main_of(client.get("en/cohort"))
    address = f"/en/cohort?module={MODULE}&amp;state=in-progress"
    assert f'href="{address}"' in html
    html = main_of(client.get(f"en/cohort?module={MODULE}&state=in-progress"))
    assert "Lin" in html
    assert "Zhou" not in html
    html = main_of(client.get(f"en/cohort?module={MODULE}&state=done"))
    assert interface_text("en")("cohort.nobody") in html


def test_a_group_a_search_and_what_finds_nobody(own_site: Site) -> None:
    own_site.store.update_learner("lin", groups=["east"])
    client = own_site.client("chen")
    for query, there in {
        "group=east": "Lin",
        "search=ZHOU": "Zhou",
        "search=%EF%BC%AC%EF%BC%A9%EF%BC%AE": "Lin",  # wide letters
    }.items():
        html = main_of(client.get(f"en/cohort?{query}"))
        assert there in html
        assert {"Lin": "Zhou", "Zhou": "Lin"}[there] not in html
    for query in ("group=<b>", "search=nobody", "group=east&search=zhou"):
        html = main_of(client.get(f"en/cohort?{query}"))
        assert interface_text("en")("cohort.nobody") in html
        assert "<b>" not in html


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=99999999999",
        "page=٣",
        "page=-1",
        "order=none",
        "state=none",
        "module=none",
        "part=none",
        f"search={'x' * 5000}",
    ],
)
def test_what_makes_no_sense_is_left_out(own_site: Site, query: str) -> None:
    assert own_site.client("chen").get(f"en/cohort?{query}").status_code == 200


def test_half_a_filter_says_what_is_missing(own_site: Site) -> None:
    client = own_site.client("chen")
    hint = interface_text("en")("cohort.half-a-filter")
    assert hint in main_of(client.get("en/cohort?state=done"))
    assert hint in main_of(client.get(f"en/cohort?module={MODULE}"))
    assert hint not in main_of(client.get(f"en/cohort?module={MODULE}&state=done"))


def test_pages_of_fifty(own_site: Site) -> None:
    for number in range(120):
        own_site.store.add_learner(f"many-{number:03}", f"Many {number:03}")
    client = own_site.client("chen")
    text = interface_text("en")
    seen: list[str] = []
    for page, shown in ((1, 50), (2, 50), (3, 20)):
        html = main_of(client.get(f"en/cohort?page={page}&search=many"))
        seen += (found := [one[:8] for one in html.split("cohort/learner/")[1:]])
        assert len(found) == shown
        assert text("cohort.page", page=page, pages=3) in html
        assert ('rel="next"' in html) == (page < 3)
        assert ('rel="prev"' in html) == (page > 1)
    assert seen == [f"many-{number:03}" for number in range(120)]
    assert "page=" not in main_of(client.get("en/cohort?page=3&search=many")).split(".csv")[1][:60]


def test_the_table_is_that_of_the_filter_and_formulas_are_texts(own_site: Site) -> None:
    store = own_site.store
    store.add_learner("evil", "=HYPERLINK(1)", groups=["east"])
    store.record_visit(own_site.learner("lin").id, MODULE)
    client = own_site.client("chen")
    answer = client.get("en/cohort.csv?group=east")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="cohort.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[1] for row in rows[1:]] == ["'=HYPERLINK(1)"]
    content = client.get("zh-CN/cohort.xlsx").content
    sheet = list(load_workbook(io.BytesIO(content)).worksheets[0].values)
    text = interface_text("zh-CN")
    assert sheet[0][:4] == tuple(
        text(f"cohort.{one}") for one in ("username", "name", "groups", "last")
    )
    names = {row[0]: row for row in sheet[1:]}
    assert set(names) == {"lin", "zhou", "evil"}
    assert text("cohort.state.in-progress") in names["lin"]
    assert names["evil"][1] == "=HYPERLINK(1)"


def test_a_table_of_many_comes_in_pieces_with_one_heading(own_site: Site) -> None:
    for number in range(450):
        own_site.store.add_learner(f"many-{number:03}", f"Many {number:03}")
    answer = own_site.client("wu").get("en/cohort.csv?search=many")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["Username", *(f"many-{number:03}" for number in range(450))]


def test_a_workbook_of_too_many_says_what_to_do(
    own_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "MOST_IN_WORKBOOK", 1)
    answer = own_site.client("chen").get("en/cohort.xlsx", headers={"Accept": "text/html"})
    assert answer.status_code == 413
    assert interface_text("en")("cohort.workbook-too-large", most=1) in answer.text


def test_a_site_without_a_gradebook_says_so(built_course: Path, tmp_path: Path) -> None:
    for site in open_site(built_course, tmp_path / "state", "--trainers-folder="):
        html = main_of(site.client("chen").get("en/cohort"))
        assert interface_text("en")("cohort.no-gradebook") in html
        assert "cohort/items" not in html


def test_an_unreadable_gradebook_hides_nothing_else(graded: tuple[Site, Cohort]) -> None:
    site, cohort = graded
    client = site.client("chen")
    client.get("en/cohort")
    Path(cohort.gradebook_url.removeprefix("sqlite:///")).write_bytes(b"damaged" * 1000)
    html = main_of(client.get("en/cohort"))
    assert interface_text("en")("cohort.unreadable") in html
    assert state(interface_text("en"), "waiting") in row_of(html, "Lin")
