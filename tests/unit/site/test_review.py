"""Flash cards on the site: whose they are, what they may ask, and the reminder on request."""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from support.clock import Clock
from support.site_here import Site
from yongxin.catalogue import Catalogue
from yongxin.grading.exchange import ExchangeSettings
from yongxin.site.learning import ElementEvent, Learning
from yongxin.store import Learner, Store, StoreBusy
from yongxin.text import interface_text

REVIEW = "review:cards"
PRACTICE, CARD, TERM = "quiz:lift-first-words", "item:lift-first-words", "term:expectation"
GRADED = "quiz:gap-sign"
EVENING = datetime(2026, 3, 4, 14, tzinfo=UTC)  # 22:00 in Shanghai

text = interface_text("en")


@pytest.fixture
def clock() -> Clock:
    return Clock(EVENING)


def learning_of(root: Path, store: Store, clock: Clock, tmp_path: Path) -> Learning:
    exchange = ExchangeSettings(tmp_path / "exchange")
    zone = ZoneInfo("Asia/Shanghai")
    return Learning(Catalogue(root), store, exchange, clock=clock, zone=zone)


@pytest.fixture
def learning(built_course: Path, tmp_path: Path, store: Store, clock: Clock) -> Iterator[Learning]:
    learning = learning_of(built_course, store, clock, tmp_path)
    yield learning
    learning.close()


def send(
    learning: Learning,
    learner: Learner,
    name: str,
    event: dict[str, Any],
    event_id: str,
    **more: Any,
) -> dict[str, Any]:
    sent = {"client": "tab", "revision": 0, **more}
    return learning.apply_event(learner, ElementEvent(name, event_id, event=event, **sent), "en")


def grade(how: str, card: str = CARD) -> dict[str, str]:
    return {"type": "grade", "card": card, "grade": how}


def answer_practice(learning: Learning, learner: Learner) -> None:
    event = {"type": "answer", "response": "not-my-job"}
    send(learning, learner, PRACTICE, event, "practice")


def shown(learning: Learning, learner: Learner) -> dict[str, Any]:
    return learning.page_state(learner, [REVIEW], "en")[REVIEW]["presentation"]


def ids(learning: Learning, learner: Learner) -> list[str]:
    return [one["id"] for one in shown(learning, learner)["cards"]]


# -- which cards there are ------------------------------------------------------------------------


def test_nothing_waits_for_somebody_who_has_met_nothing(learning: Learning, lin: Learner) -> None:
    assert shown(learning, lin)["met"] == 0
    assert ids(learning, lin) == []


def test_a_practice_item_is_a_card_once_it_is_answered(learning: Learning, lin: Learner) -> None:
    answer_practice(learning, lin)
    assert ids(learning, lin) == [CARD]


def test_terms_are_cards_once_their_module_is_opened(learning: Learning, lin: Learner) -> None:
    learning.record_visit(lin, "z3-water")
    assert ids(learning, lin) == []
    learning.record_visit(lin, "z1-lift")
    assert ids(learning, lin) == [TERM]


def test_an_answered_graded_item_is_no_card(learning: Learning, lin: Learner) -> None:
    send(learning, lin, GRADED, {"type": "answer", "response": "met"}, "graded")
    assert shown(learning, lin)["met"] == 0
    told = send(learning, lin, REVIEW, grade("good", "item:gap-sign"), "1")
    assert told["reply"] == {"counted": False}
    assert "gap-sign" not in json.dumps(told)


def test_cards_are_nobody_elses(learning: Learning, store: Store, lin: Learner) -> None:
    zhou = store.add_learner("zhou", "周远")
    answer_practice(learning, lin)
    send(learning, lin, REVIEW, grade("good"), "1")
    assert shown(learning, zhou)["met"] == 0
    assert store.saved(zhou.id, [REVIEW]) == {}


# -- answers --------------------------------------------------------------------------------------


def test_an_answer_is_kept_and_the_card_comes_the_next_morning(
    learning: Learning, lin: Learner, clock: Clock
) -> None:
    answer_practice(learning, lin)
    told = send(learning, lin, REVIEW, grade("good"), "1")
    assert told["reply"] == {"counted": True}
    assert told["presentation"]["next_in"] == 1
    assert ids(learning, lin) == []
    clock.now = EVENING + timedelta(hours=9)  # 07:00 in Shanghai
    assert ids(learning, lin) == [CARD]


def test_the_same_event_counts_once_and_a_second_tab_not_at_all(
    learning: Learning, lin: Learner, store: Store, clock: Clock
) -> None:
    answer_practice(learning, lin)
    send(learning, lin, REVIEW, grade("good"), "1")
    again = send(learning, lin, REVIEW, grade("good"), "1")
    assert again["replayed"]
    other = send(learning, lin, REVIEW, grade("again"), "2", client="other-tab")
    assert other["reply"] == {"counted": False}
    assert other["overtaken"]
    assert other["presentation"]["cards"] == []
    assert store.saved(lin.id, [REVIEW])[REVIEW].state["cards"][CARD][0] == 1


def test_an_answer_given_offline_counts_when_it_arrives(
    learning: Learning, lin: Learner, clock: Clock, store: Store
) -> None:
    answer_practice(learning, lin)
    clock.now = EVENING + timedelta(days=3)
    told = send(learning, lin, REVIEW, grade("good"), "1")
    assert told["reply"] == {"counted": True}
    assert store.saved(lin.id, [REVIEW])[REVIEW].state["cards"][CARD][1] == clock.now.timestamp()


def test_a_question_that_left_the_course_breaks_nothing(
    own_course: Path, store: Store, lin: Learner, clock: Clock, tmp_path: Path
) -> None:
    with_it = learning_of(own_course, store, clock, tmp_path)
    answer_practice(with_it, lin)
    with_it.record_visit(lin, "z1-lift")
    send(with_it, lin, REVIEW, grade("good"), "1")
    with_it.close()

    other = tmp_path / "later-course"
    shutil.copytree(own_course, other)
    bank = other / "data" / "bank" / "z1-lift.json"
    data = json.loads(bank.read_text(encoding="utf-8"))
    data["practice"] = [one for one in data["practice"] if one["id"] != "lift-first-words"]
    data["elements"].remove(PRACTICE)
    bank.write_text(json.dumps(data), encoding="utf-8")
    clock.now = EVENING + timedelta(days=2)
    without = learning_of(other, store, clock, tmp_path)
    assert ids(without, lin) == [TERM]
    assert send(without, lin, REVIEW, grade("good"), "2")["reply"] == {"counted": False}
    assert send(without, lin, REVIEW, grade("good", TERM), "3")["reply"] == {"counted": True}
    without.close()

    back = learning_of(own_course, store, clock, tmp_path)
    assert ids(back, lin) == [CARD]
    back.close()


# -- the page and the reminder --------------------------------------------------------------------


def page(site: Site, username: str, address: str = "en/review") -> str:
    answer = site.client(username).get(address)
    assert answer.status_code == 200
    return answer.text


def post(site: Site, username: str, element: str, event: dict[str, Any], event_id: str) -> Any:
    body = {
        "element": element,
        "event_id": event_id,
        "client": "tab",
        "revision": 0,
        "language": "en",
        "event": event,
    }
    return site.client(username).post("api/yongxin/events", json=body)


def meet_two_cards(site: Site, username: str) -> None:
    post(site, username, PRACTICE, {"type": "answer", "response": "not-my-job"}, "practice")
    site.client(username).get("en/lesson/z1-lift")


def test_the_page_says_where_to_begin(site: Site) -> None:
    html = page(site, "zhou")
    assert text("site.review.title") in html
    assert 'href="/en/lesson/z1-lift"' in html.partition("<main")[2]


def test_the_page_holds_the_readers_cards_alone(own_site: Site) -> None:
    meet_two_cards(own_site, "lin")
    assert CARD in page(own_site, "lin")
    for other in ("zhou", "chen", "wu", "guan"):
        html = page(own_site, other)
        assert CARD not in html
        assert '"met":0' in html
    for staff in ("chen", "wu", "guan"):
        cohort = own_site.client(staff).get("en/cohort").text
        assert "review" not in cohort.partition("<main")[2].partition("</main>")[0]


def test_a_visitor_is_asked_to_sign_in(site: Site) -> None:
    answer = site.client().get("en/review")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/en/sign-in?next=")


def test_the_page_can_be_read_without_a_network_later(site: Site) -> None:
    headers = site.client("lin").get("en/review").headers
    assert headers["X-Yongxin-Keep"] == "yes"


def test_the_page_says_so_when_the_store_is_busy(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> None:
        raise StoreBusy("busy")

    monkeypatch.setattr(Learning, "page_state", busy)
    answer = site.client("lin").get("en/review")
    assert answer.status_code == 503
    assert "<h1" in answer.text


@pytest.mark.parametrize("wanted", [True, False])
def test_the_start_page_tells_what_waits_to_those_who_want_to_know(
    own_site: Site, wanted: bool
) -> None:
    meet_two_cards(own_site, "lin")
    words = text("site.start.cards.several", count=2)
    assert words not in page(own_site, "lin", "en/")
    post(own_site, "lin", REVIEW, {"type": "remind", "wanted": wanted}, "remind")
    html = page(own_site, "lin", "en/")
    assert (words in html) == wanted
    assert words not in page(own_site, "zhou", "en/")
    post(own_site, "lin", REVIEW, grade("good"), "1")
    one = text("site.start.cards.one")
    assert (one in page(own_site, "lin", "en/")) == wanted
    post(own_site, "lin", REVIEW, grade("good", TERM), "2")
    assert one not in page(own_site, "lin", "en/")
    assert "review-waits" not in page(own_site, "lin", "en/")


def test_the_page_asks_nothing_that_is_graded(own_site: Site) -> None:
    meet_two_cards(own_site, "lin")
    html = page(own_site, "lin")
    for module_id in ("z1-lift", "z3-water"):
        for item in own_site.server.services.catalogue.bank(module_id).graded:
            assert item.id not in html
