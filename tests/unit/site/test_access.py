"""Every address of the site, tried by everybody in every way."""

from itertools import product

import pytest

from support.site_here import PEOPLE, Site
from yongxin.site.access import ACCESS, PUBLIC, ROLES
from yongxin.site.handlers.base import Guarded
from yongxin.site.handlers.routes import ROUTES, Route, url_specs
from yongxin.text import interface_text

NO_KERNEL = "00000000-0000-0000-0000-000000000000"

#: An address for each route, below the site's root.
ADDRESSES = {
    "home": "",
    "health": "healthz",
    "live": "healthz/live",
    "static": "static/yongxin/0/site.css",
    "sign-in": "en/sign-in",
    "sign-in-link": "sign-in/there-is-no-such-token",
    "sign-out": "sign-out",
    "language": "api/yongxin/language",
    "start": "en/",
    "lesson": "en/lesson/z1-lift",
    "exercise": "en/exercise/z1-lift",
    "image": "en/image/z1-lift/chain.svg",
    "review": "en/review",
    "results": "en/results",
    "result": "en/results/z1-lift",
    "plan": "en/plan",
    "plan-pdf": "en/plan.pdf",
    "plan-calendar": "en/plan.ics",
    "cohort": "en/cohort",
    "cohort-table": "en/cohort.csv",
    "today": "en/cohort/today",
    "timeline": "en/cohort/learner/lin",
    "analysis": "en/cohort/items/z1-lift",
    "analysis-table": "en/cohort/items/z1-lift.xlsx",
    "marking": "en/marking",
    "marking-comments": "en/marking/comments",
    "marking-queue": "en/marking/z1-lift/lift-log",
    "marking-second": "en/marking/z1-lift/lift-log/second",
    "marking-agreement": "en/marking/z1-lift/lift-log/agreement",
    "ways": "en/cohort/scenario/water-first-call",
    "practice": "en/cohort/practice",
    "practice-module": "en/cohort/practice/z1-lift",
    "practice-table": "en/cohort/practice/z1-lift.xlsx",
    "reading": "api/yongxin/reading",
    "completion": "en/completion",
    "completion-table": "en/completion.csv",
    "reminders-table": "en/completion/reminders.xlsx",
    "certificates": "en/certificates",
    "certificates-zip": "en/certificates.zip?path=on-duty",
    "certificate": "en/certificates/YX-2026-000123-6",
    "certificate-pdf": "en/certificates/YX-2026-000123-6.pdf",
    "own-certificate": "en/results/YX-2026-000123-6.pdf",
    "own-badge": "en/results/YX-2026-000123-6.jwt",
    "badge-issuer": "badges/issuer",
    "badge-key": "badges/key",
    "verify": "en/verify",
    "verify-token": "en/verify/there-is-no-such-token",
    "verify-address": "verify/there-is-no-such-token",
    "service-worker": "service-worker.js",
    "offline": "en/offline",
    "privacy": "en/privacy",
    "my-data": "en/my-data",
    "people": "en/people",
    "person": "en/people/lin",
    "person-copy": "en/people/lin/copy",
    "retention": "en/retention",
    "audit": "en/audit",
    "audit-table": "en/audit.csv",
    "visits": "api/yongxin/visits",
    "events": "api/yongxin/events",
    "state": "api/yongxin/state?name=quiz:lift-first-words",
    "hand-in": "api/yongxin/hand-in",
    "revision": "api/yongxin/revision",
    "kernel": f"api/kernels/{NO_KERNEL}",
    "kernel-channels": f"api/kernels/{NO_KERNEL}/channels",
    "kernel-shutdown": f"voila/api/shutdown/{NO_KERNEL}",
    "run": "api/yongxin/run",
    "front-end": f"voila/{'0' * 16}/static/voila.js",
    "voila-theme": "voila/api/themes/@jupyterlab/theme-light-extension/index.css",
}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
ROLE_OF = {**PEOPLE, None: "visitor"}


def test_the_table_and_the_addresses_name_the_same_routes() -> None:
    assert set(ADDRESSES) == set(ACCESS)


@pytest.mark.parametrize("username", list(ROLE_OF), ids=str)
def test_everybody_gets_where_the_table_says_and_nowhere_else(
    site: Site, username: str | None
) -> None:
    role = ROLE_OF[username]
    client = site.client(username)
    tried = 0
    for name, method in product(ADDRESSES, METHODS):
        if name == "sign-out" and method == "POST":
            continue  # would end the session that the next address needs; see test_sign_in
        answer = client.request(method, ADDRESSES[name])
        here = f"{method} /{ADDRESSES[name]} as {role}: {answer.status_code}"
        allowed = ACCESS[name].get(method)
        if (name, method) == ("sign-in", "POST"):
            assert answer.status_code == 401, here  # nobody has the empty name
        elif allowed is None:
            assert answer.status_code == 405, here
            assert answer.headers["Allow"] == ", ".join(sorted(ACCESS[name])), here
        elif role in allowed:
            assert answer.status_code not in {401, 403, 405, 500}, here
        elif role != "visitor":
            assert answer.status_code == 403, here
        elif answer.status_code == 302:
            assert method == "GET", here
            assert answer.headers["Location"].startswith("/en/sign-in?next="), here
        else:
            assert answer.status_code == 401, here
            if answer.headers["Content-Type"].startswith("application/json"):
                assert answer.json()["error"]["code"] == "not-signed-in", here
            else:  # a form of a page
                assert interface_text("en")("site.refused.not-signed-in.title") in answer.text, here
        tried += 1
    assert tried >= len(ADDRESSES) * len(METHODS) - 1


def test_whatever_trainers_and_hr_take_along_stands_in_the_audit_log(site: Site) -> None:
    noted: set[str] = set()
    for name, rules in ACCESS.items():
        staff = rules.get("GET", frozenset()) & {"trainer", "hr", "admin"}
        if not staff or "learner" in rules["GET"]:
            continue
        username = next(one for one, role in PEOPLE.items() if role in staff)
        client = site.client(username)
        before = site.store.audit_entries(limit=1)[0].id
        answer = client.get(ADDRESSES[name])
        if not answer.headers.get("Content-Disposition", "").startswith("attachment"):
            continue
        entries = site.store.audit_entries(limit=10, after=before)
        assert [one.actor for one in entries if one.action == "export"] == [username], name
        noted.add(name)
    assert noted == {
        "cohort-table",
        "practice-table",
        "completion-table",
        "reminders-table",
        "audit-table",
    }


def test_nothing_of_voila_and_jupyter_is_there_but_what_the_table_names(site: Site) -> None:
    client = site.client("chen")
    for address in (
        "voila/render/course/en/z1-lift.ipynb",
        "voila/tree",
        "voila/files/course/en/images/z1-lift/chain.svg",
        "voila/files/data/bank/z1-lift.json",
        "voila/api/contents",
        "voila/query/" + NO_KERNEL,
        "voila/execution/" + NO_KERNEL,
        "api/kernels",
        "api/contents",
        "api/me",
        "files/data/course.json",
        "tree",
        "login",
        "logout",
        "static/style/style.min.css",
        "voila/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "voila/templates/lab/static/../../../../etc/passwd",
        "en/image/z1-lift/..%2f..%2f..%2f..%2fdata%2fcourse.json",
        "en/image/z1-lift/course.json",
        "static/yongxin/0/..%2fapp.py",
    ):
        assert client.get(address).status_code in {403, 404}, address


def test_a_route_that_nobody_thought_about_stops_the_site_from_starting() -> None:
    class Forgotten(Guarded):
        route = "forgotten"

    with pytest.raises(ValueError, match="Forgotten"):
        url_specs("/", [*ROUTES, Route("forgotten", Forgotten)])


def test_every_rule_names_roles_that_exist() -> None:
    rules = [roles for methods in ACCESS.values() for roles in methods.values()]
    assert len(rules) > 20
    for roles in rules:
        assert roles
        assert roles <= PUBLIC
        assert roles == PUBLIC or roles <= ROLES
