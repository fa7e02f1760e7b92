"""What every answer says to protect its reader."""

from collections.abc import Callable

import httpx
import pytest

from support.site_here import Site
from yongxin.site.headers import EVERYWHERE, PAGE_POLICY

#: who asks, for what, and whether the answer may be kept
ANSWERS = (
    (None, "", "no-store"),
    (None, "en/sign-in", "no-store"),
    (None, "sign-in/0123456789abcdef0123", "no-store"),
    (None, "en/lesson/z1-lift", None),
    (None, "healthz", "no-store"),
    (None, "no/such/page", "no-store"),
    ("lin", "en/", "no-store"),
    ("lin", "en/?by=path", "no-store"),
    ("lin", "en/lesson/z1-lift", "no-store"),
    ("lin", "en/exercise/z1-lift", "no-store"),
    ("lin", "en/lesson/z2-gate", "no-store"),
    ("lin", "en/results", "no-store"),
    ("lin", "en/results/z1-lift", "no-store"),
    ("lin", "en/cohort", "no-store"),
    ("lin", "api/yongxin/state?name=quiz:gap-sign", "no-store"),
    ("lin", "static/yongxin/older/site.css", "no-store"),
    ("lin", "en/no/such/page", "no-store"),
    ("chen", "en/cohort", "no-store"),
    ("wu", "zh-CN/cohort", "no-store"),
)


@pytest.fixture(scope="module")
def ask(site: Site) -> Callable[[str | None, str], httpx.Response]:
    clients: dict[str | None, httpx.Client] = {}

    def answer(username: str | None, address: str) -> httpx.Response:
        if username not in clients:
            clients[username] = site.client(username)
        return clients[username].get(address, headers={"Accept": "text/html"})

    return answer


@pytest.mark.parametrize(("username", "address", "kept"), ANSWERS)
def test_every_answer_protects_its_reader(
    ask: Callable[[str | None, str], httpx.Response],
    username: str | None,
    address: str,
    kept: str | None,
) -> None:
    headers = ask(username, address).headers
    assert {name: headers.get(name) for name in EVERYWHERE} == dict(EVERYWHERE)
    if kept is not None:
        assert headers["Cache-Control"] == kept


def test_the_policy_allows_nothing_from_elsewhere_and_nothing_inline() -> None:
    rules = {
        name: rest for name, _, rest in (one.partition(" ") for one in PAGE_POLICY.split("; "))
    }
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == "'self'"
    assert rules["base-uri"] == "'none'"
    assert rules["form-action"] == rules["frame-ancestors"] == "'self'"
    sources = {source for rule in rules.values() for source in rule.split()}
    assert sources == {"'none'", "'self'", "data:"}


def test_a_file_needs_nobody_to_be_known(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    client = site.client("lin")
    address = site.server.services.pages.asset("site.js")

    def never(*_: object) -> None:
        raise AssertionError("a file asked who wants it")

    monkeypatch.setattr(type(site.server.identity_provider), "get_user", never)
    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 405
