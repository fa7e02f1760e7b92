"""What the elements' script and the server say to each other."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from support.site_here import PASSWORD, Site
from yongxin.site.learning import Learning
from yongxin.store import StoreBusy, StoreFull, StoreUnavailable
from yongxin.text import interface_text

GRADED = "quiz:gap-sign"
LOG = "reflect:lift-log"


def event(**changes: Any) -> dict[str, Any]:
    return {
        "element": GRADED,
        "event_id": "event-1",
        "client": "tab-1",
        "revision": 0,
        "language": "en",
        "event": {"type": "answer", "response": "met"},
        **changes,
    }


def send(client: httpx.Client, body: Any) -> httpx.Response:
    return client.post("api/yongxin/events", json=body)


def code(answer: httpx.Response) -> str:
    return answer.json()["error"]["code"]


def test_an_event_is_applied_and_found_again(own_site: Site) -> None:
    client = own_site.client("lin")
    answer = send(client, event())
    assert answer.status_code == 200
    told = answer.json()
    assert told.keys() == {
        "element",
        "revision",
        "presentation",
        "reply",
        "overtaken",
        "replayed",
    }
    assert (told["element"], told["revision"], told["replayed"]) == (GRADED, 1, False)
    state = own_site.client("lin").get("api/yongxin/state", params={"name": GRADED}).json()
    assert state["elements"][GRADED]["revision"] == 1
    assert state["elements"][GRADED]["presentation"]["response"] == "met"


def test_nobody_sees_or_changes_anybody_elses_answer(own_site: Site) -> None:
    lin, zhou = own_site.client("lin"), own_site.client("zhou")
    send(lin, event())
    # Whatever a request may say about whose answer it means, the session alone decides.
    zhou.cookies.set("username", "lin", domain="127.0.0.1", path="/")
    headers = {"X-Forwarded-User": "lin", "Authorization": "token lin"}
    query = {"name": GRADED, "learner": "lin", "username": "lin", "token": ""}
    seen = zhou.get("api/yongxin/state", params=query, headers=headers).json()
    assert seen["elements"][GRADED] == {
        "revision": 0,
        "presentation": seen["elements"][GRADED]["presentation"],
    }
    assert seen["elements"][GRADED]["presentation"]["response"] is None
    body = event(learner="lin", username="lin", event={"type": "answer", "response": "delighted"})
    assert zhou.post("api/yongxin/events", json=body, headers=headers).status_code == 200
    kept = lin.get("api/yongxin/state", params={"name": GRADED}).json()["elements"][GRADED]
    assert kept["presentation"]["response"] == "met"


def test_a_page_never_saves_for_somebody_who_signed_in_after_it(own_site: Site) -> None:
    client = own_site.client("lin")
    page = client.get("en/lesson/z1-lift").text
    opening = '<script type="application/json" id="yongxin-page">'
    made_for = json.loads(page.partition(opening)[2].partition("</script>")[0])["learner"]
    headers = {"X-Yongxin-Learner": made_for}
    assert client.post("api/yongxin/events", json=event(), headers=headers).status_code == 200
    client.post("sign-out")
    client.get("en/sign-in")
    client.post("en/sign-in", data={"username": "zhou", "password": PASSWORD})
    answer = client.post("api/yongxin/events", json=event(event_id="2"), headers=headers)
    assert (answer.status_code, code(answer)) == (401, "somebody-else")
    zhou = own_site.learner("zhou")
    assert own_site.store.saved(zhou.id, [GRADED]) == {}


@pytest.mark.parametrize(
    "body",
    [
        [],
        "text",
        None,
        {},
        event(element=None),
        event(event_id=7),
        event(client=["a"]),
        event(revision="0"),
        event(revision=True),
        event(event="answer"),
        event(event_id="with a space"),
        event(event_id=""),
        event(event_id="x" * 1000),
    ],
)
def test_what_no_page_of_ours_sends_is_refused(site: Site, body: Any) -> None:
    answer = send(site.client("lin"), body)
    assert answer.status_code == 400
    assert answer.json()["error"].keys() == {"code", "message"}


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 60_000, b"NaN"])
def test_a_body_that_is_no_json_is_refused(site: Site, content: bytes) -> None:
    client = site.client("lin")
    answer = client.post("api/yongxin/events", content=content)
    assert (answer.status_code, code(answer)) == (400, "malformed")


@pytest.mark.parametrize(
    ("kilobytes", "status"),
    [(70, 400), (81, 413), (900, 413)],
    ids=["an event too large", "a body too large", "a body much too large"],
)
def test_what_is_too_large_is_refused_in_words(site: Site, kilobytes: int, status: int) -> None:
    large = event(event={"type": "answer", "response": "x" * 1024 * kilobytes})
    answer = send(site.client("lin"), large)
    assert answer.status_code == status
    assert code(answer) == "too-large"
    assert "{" not in answer.json()["error"]["message"]


def test_an_answer_that_does_not_fit_is_told_in_the_pages_language(site: Site) -> None:
    client = site.client("lin")
    wrong = {"type": "answer", "response": "no-such-option"}
    messages = {}
    for language in ("zh-CN", "en"):
        answer = send(client, event(event_id=f"wrong-{language}", language=language, event=wrong))
        assert answer.status_code == 400
        messages[language] = answer.json()["error"]["message"]
    assert messages["zh-CN"] != messages["en"]
    assert messages["en"].isascii() or "’" in messages["en"]


@pytest.mark.parametrize("name", ["quiz:nothing", "nothing", "submit:exercise", "progress:course"])
def test_an_element_that_takes_no_events_is_not_found(site: Site, name: str) -> None:
    answer = send(site.client("lin"), event(element=name))
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("error", "status", "expected"),
    [
        (StoreBusy("locked"), 503, "store-busy"),
        (StoreFull("disk full"), 507, "store-full"),
        (StoreUnavailable("gone"), 503, "store-unavailable"),
        (RuntimeError("a secret /srv/path"), 500, "internal"),
    ],
)
def test_a_store_in_trouble_is_told_in_words_and_nothing_of_it_leaks(
    site: Site,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: int,
    expected: str,
) -> None:
    def fail(*_: Any) -> None:
        raise error

    client = site.client("lin")
    monkeypatch.setattr(Learning, "apply_event", fail)
    answer = send(client, event())
    assert (answer.status_code, code(answer)) == (status, expected)
    assert answer.json()["error"]["message"] == interface_text("en")(
        f"site.refused.{expected}.text"
    )
    assert str(error) not in answer.text
    assert (status == 503) == ("Retry-After" in answer.headers)


def test_a_burst_that_no_hand_can_type_is_slowed_down(own_site: Site) -> None:
    client = own_site.client("lin")
    limit = own_site.server.services.limits.events_by_learner
    while not limit.take(str(own_site.learner("lin").id)):
        pass
    answer = send(client, event())
    assert (answer.status_code, code(answer)) == (429, "too-many")
    assert int(answer.headers["Retry-After"]) >= 1
    assert send(own_site.client("zhou"), event()).status_code == 200


def test_without_the_token_nothing_is_taken(site: Site) -> None:
    client = site.client("lin")
    del client.headers["X-XSRFToken"]
    answer = send(client, event(event_id="no-token"))
    assert (answer.status_code, code(answer)) == (403, "xsrf")


def test_another_site_cannot_send_even_with_the_token(site: Site) -> None:
    client = site.client("lin")
    headers = {"Origin": "http://evil.example"}
    answer = client.post("api/yongxin/events", json=event(event_id="evil"), headers=headers)
    assert (answer.status_code, code(answer)) == (403, "xsrf")


def test_asking_for_a_state_brings_a_new_token(site: Site) -> None:
    client = site.client("lin")
    client.cookies.delete("_xsrf")
    answer = client.get("api/yongxin/state", params={"name": GRADED})
    assert answer.status_code == 200
    client.headers["X-XSRFToken"] = client.cookies["_xsrf"]
    assert send(client, event(event_id="fresh")).status_code == 200


@pytest.mark.parametrize("query", ["", "?name=" + "&name=".join(["quiz:gap-sign"] * 201)])
def test_no_names_and_too_many_names_are_refused(site: Site, query: str) -> None:
    assert site.client("lin").get(f"api/yongxin/state{query}").status_code == 400


def test_the_state_of_the_hand_in_needs_its_module(site: Site) -> None:
    client = site.client("lin")
    names = {"name": "submit:exercise"}
    assert client.get("api/yongxin/state", params=names).json() == {"elements": {}}
    shown = client.get("api/yongxin/state", params={**names, "module": "z1-lift"}).json()
    assert shown["elements"]["submit:exercise"]["presentation"]["total"] == 3
    gone = client.get("api/yongxin/state", params={**names, "module": "z2-gate"})
    assert gone.status_code == 404


def test_handing_in_without_an_exchange_says_so_and_loses_nothing(own_site: Site) -> None:
    client = own_site.client("lin")
    send(client, event())
    body = {"module": "z1-lift", "event_id": "h1", "language": "en", "confirmed": False}
    asked = client.post("api/yongxin/hand-in", json=body)
    assert (asked.status_code, code(asked)) == (409, "incomplete")
    answer = client.post("api/yongxin/hand-in", json={**body, "confirmed": True})
    assert (answer.status_code, code(answer)) == (503, "exchange-unavailable")
    assert "Your answers are safe" in answer.json()["error"]["message"]
    lin = own_site.learner("lin")
    assert own_site.store.submissions(lin.id) == []
    assert own_site.store.saved(lin.id, [GRADED])


@pytest.mark.parametrize("reflection", ["lift-log", "no-such-reflection", "../x", ""])
def test_what_was_not_returned_is_not_handed_in_again(own_site: Site, reflection: str) -> None:
    body = {"reflection": reflection, "event_id": "r1", "language": "en"}
    answer = own_site.client("lin").post("api/yongxin/revision", json=body)
    assert (answer.status_code, code(answer)) == (409, "not-returned")
    assert "Reload the page" in answer.json()["error"]["message"]


@pytest.mark.parametrize("body", [{}, {"reflection": 7, "event_id": "r1"}, {"reflection": "x"}])
def test_a_malformed_revision_is_refused(site: Site, body: dict[str, Any]) -> None:
    answer = site.client("lin").post("api/yongxin/revision", json=body)
    assert (answer.status_code, code(answer)) == (400, "malformed")


def test_a_revision_without_an_exchange_says_so_and_stays_open(own_site: Site) -> None:
    client, lin = own_site.client("lin"), own_site.learner("lin")
    fields = {"facts": "我等了二十分钟，没人说", "feeling": "着急", "rating": "dissatisfied"}
    written = event(element=LOG, event={"type": "write", "fields": fields})
    assert send(client, written).status_code == 200
    own_site.store.hand_in(
        lin.id,
        "z1-lift",
        event_id="h1",
        allowed_attempts=2,
        now=datetime(2026, 3, 4, tzinfo=UTC),
        snapshot={"answers": {}, "reflections": {}},
        deliver=lambda _: {"timestamp": "", "directory": "", "secret": ""},
    )
    now = datetime(2026, 3, 5, tzinfo=UTC)
    own_site.store.return_reflection(
        lin.id, "z1-lift", "lift-log", comment="<b>更具体</b>", now=now
    )
    assert "&lt;b&gt;更具体" in client.get("en/").text
    body = {"reflection": "lift-log", "event_id": "r1", "language": "en"}
    answer = client.post("api/yongxin/revision", json=body)
    assert (answer.status_code, code(answer)) == (503, "exchange-unavailable")
    assert [one.is_open for one in own_site.store.returned(lin.id)] == [True]


def test_the_language_is_remembered(own_site: Site) -> None:
    client = own_site.client("lin")
    assert client.get("").headers["Location"] == "/zh-CN/"
    assert client.post("api/yongxin/language", json={"language": "en"}).status_code == 200
    assert own_site.learner("lin").language == "en"
    assert client.get("").headers["Location"] == "/en/"
    assert client.post("api/yongxin/language", json={"language": "fr"}).status_code == 400


def test_a_visitor_has_a_language_too(site: Site) -> None:
    client = site.client()
    assert (
        client.get("", headers={"Accept-Language": "en-GB,zh;q=0.5"}).headers["Location"] == "/en/"
    )
    assert client.get("", headers={"Accept-Language": "fr, zh-TW"}).headers["Location"] == "/zh-CN/"
    assert client.get("").headers["Location"] == "/zh-CN/"
    client.post("api/yongxin/language", json={"language": "en"})
    assert client.get("").headers["Location"] == "/en/"
