"""What those who run the site see: its health, its metrics, its log, and what systemd is told."""

import json
import logging
import socket
from pathlib import Path

import pytest
from prometheus_client.exposition import generate_latest

from support.site_here import Site
from yongxin.site import systemd
from yongxin.site.logs import json_formatter, loggable, shown_address
from yongxin.store import StoreUnavailable


def test_a_site_that_can_work_says_so(site: Site) -> None:
    told = site.client().get("healthz").json()
    assert told["status"] == "ok"
    assert told["version"]
    assert site.client().get("healthz/live").json()["status"] == "ok"


def test_a_site_without_its_store_says_why_and_is_still_alive(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise StoreUnavailable("no such host: database.internal")

    monkeypatch.setattr(site.store, "ping", broken)
    answer = site.client().get("healthz")
    assert answer.status_code == 503
    assert answer.json()["reasons"] == {"store": "store-unavailable"}
    assert "database.internal" not in answer.text
    assert site.client().get("healthz/live").status_code == 200


def test_the_id_of_a_request_is_passed_on_unless_it_is_no_id(site: Site) -> None:
    client = site.client()
    given = client.get("healthz", headers={"X-Request-ID": "from-the-proxy.1"})
    assert given.headers["X-Request-ID"] == "from-the-proxy.1"
    made = client.get("healthz", headers={"X-Request-ID": "two words"}).headers["X-Request-ID"]
    assert len(made) == 16
    assert client.get("nowhere").headers["X-Request-ID"], "errors have one too"


def test_requests_and_refusals_are_counted_without_anybodys_name(site: Site) -> None:
    client = site.client("lin")
    client.post("api/yongxin/events", content=b"no JSON")
    client.get("en/lesson/lin-was-here")
    site.store.record_visit(site.learner("lin").id, "z1-lift")
    told = generate_latest(site.server.metrics.registry).decode()
    assert 'yongxin_requests_total{method="POST",route="events",status="4xx"} 1.0' in told
    assert 'yongxin_refusals_total{code="malformed",route="events"} 1.0' in told
    assert "yongxin_store_write_events_count 0.0" not in told
    assert "lin-was-here" not in told
    assert 'lin"' not in told


def test_a_traceback_is_one_line_of_json() -> None:
    error = ValueError("two\nlines")
    record = logging.LogRecord(
        "yongxin", logging.ERROR, __file__, 1, "it failed", (), (ValueError, error, None)
    )
    (line,) = json_formatter(3).format(record).splitlines()
    told = json.loads(line)
    assert (told["level"], told["worker"], told["message"]) == ("ERROR", 3, "it failed")
    assert "ValueError: two\nlines" in told["traceback"]


@pytest.mark.parametrize(
    ("said", "logged"),
    [
        ("GET /sign-in/abcdefghijklmnop (…)", "GET /sign-in/… (…)"),
        ("403 /base/en/sign-in?next=%2Fen%2F", "403 /base/en/sign-in?…"),
        ("Is this all? a=b", "Is this all? a=b"),
        ("/en/sign-in", "/en/sign-in"),
    ],
)
def test_tokens_and_queries_are_not_logged(said: str, logged: str) -> None:
    assert loggable(said) == logged


def test_addresses_are_logged_only_as_far_as_wished() -> None:
    assert shown_address("203.0.113.77", "none") is None
    assert shown_address("203.0.113.77", "network") == "203.0.113.0/24"
    assert shown_address("2001:db8:1:2::3", "network") == "2001:db8:1::/48"
    assert shown_address("203.0.113.77", "full") == "203.0.113.77"


def test_systemd_is_told_when_it_listens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        systemd.notify("READY=1", "STATUS=well")
        assert listening.recv(100) == b"READY=1\nSTATUS=well"
