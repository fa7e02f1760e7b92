"""The pages as they leave the server."""

import gzip
import json
import math
import re
from collections import OrderedDict
from datetime import UTC, datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from support.site_here import Site
from yongxin.catalogue import Catalogue
from yongxin.language import LANGUAGES, Language
from yongxin.site.learning import Learning
from yongxin.site.overview import Overview
from yongxin.site.pages import Pages, in_script
from yongxin.store import StoreBusy, StoreUnavailable
from yongxin.text import interface_text

PAGES = (
    "",
    "?by=path",
    "lesson/z1-lift",
    "exercise/z1-lift",
    "review",
    "results",
    "results/z1-lift",
)


def page_data(html: str) -> dict[str, Any]:
    opening = '<script type="application/json" id="yongxin-page">'
    return json.loads(html.partition(opening)[2].partition("</script>")[0])


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_says_its_language_and_loads_nothing_from_elsewhere(
    site: Site, page: str, language: str
) -> None:
    html = site.client("lin").get(f"{language}/{page}").text
    assert f'<html lang="{language}">' in html
    assert html.count("<h1") == 1
    addresses = re.findall(r'(?<![\w-])(?:src|href|action)="([^"]*)"', html)
    assert len(addresses) > 8
    assert [one for one in addresses if not one.startswith(("/", "#"))] == []
    assert not re.search(r"<[^>]+\s(?:style|on\w+)=", html), "a style or a script in an attribute"
    scripts = re.findall(r"<script([^>]*)>", html)
    assert all('src="' in one or 'type="application/json"' in one for one in scripts)


def test_the_text_of_a_lesson_is_in_the_first_answer(site: Site) -> None:
    html = site.client("lin").get("zh-CN/lesson/z1-lift").text
    for text in (
        "电梯停了",
        "住户等了二十分钟。",
        "晚上七点，电梯停在三楼。",
        "道歉，并说清现在的情况",
    ):
        assert text in html


def test_a_page_carries_its_readers_state_and_no_key(own_site: Site) -> None:
    client = own_site.client("lin")
    body = {
        "element": "quiz:gap-sign",
        "event_id": "1",
        "client": "tab",
        "revision": 0,
        "event": {"type": "answer", "response": "delighted"},
    }
    assert client.post("api/yongxin/events", json=body).status_code == 200
    html = client.get("en/exercise/z1-lift").text
    data = page_data(html)
    assert data["base"] == "/"
    assert data["language"] == "en"
    assert data["module"] == "z1-lift"
    assert data["xsrf_cookie"] == "_xsrf"
    assert data["elements"].keys() == {
        "quiz:chain-order",
        "quiz:gap-sign",
        "reflect:lift-log",
        "submit:exercise",
    }
    assert data["elements"]["quiz:gap-sign"]["presentation"]["response"] == "delighted"
    assert "lin" not in data["learner"]
    for secret in (
        "Delight needs",
        "Zero is neither",
        "Expectation comes first",
        "Right. Met",
    ):
        assert secret not in html
    for secret in ("adjacent", "tolerance"):
        assert secret not in json.dumps(data["elements"])
    other = page_data(own_site.client("zhou").get("en/exercise/z1-lift").text)
    assert other["elements"]["quiz:gap-sign"]["presentation"]["response"] is None
    assert other["learner"] != data["learner"]


def test_an_exercise_speaks_one_language_and_leaves_out_the_answer_cells(site: Site) -> None:
    client = site.client("lin")
    english, chinese = (
        client.get("en/exercise/z1-lift").text,
        client.get("zh-CN/exercise/z1-lift").text,
    )
    assert "Question 1" in english
    assert "第1题" not in english
    assert "第1题" in chinese
    assert "What you write above is placed here" not in english
    assert "放到这里" not in chinese


def test_nothing_that_somebody_wrote_can_end_the_script_that_carries_it(own_site: Site) -> None:
    client = own_site.client("lin")
    evil = "</script><script>alert(1)</script><!--\u2028"
    body = {
        "element": "reflect:lift-recap",
        "event_id": "1",
        "client": "tab",
        "revision": 0,
        "event": {"type": "write", "fields": {"concept": evil}},
    }
    assert client.post("api/yongxin/events", json=body).status_code == 200
    html = client.get("en/lesson/z1-lift").text
    assert "<script>alert" not in html
    shown = page_data(html)["elements"]["reflect:lift-recap"]["presentation"]
    assert shown["fields"]["concept"] == evil
    assert json.loads(in_script(evil)) == evil


def test_a_name_cannot_be_a_script(own_site: Site) -> None:
    own_site.store.update_learner("lin", name="<script>alert(1)</script>")
    html = own_site.client("lin").get("en/").text
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_opening_a_lesson_is_noted(own_site: Site) -> None:
    client = own_site.client("lin")
    unopened = client.get("en/").text.count(interface_text("en")("site.start.not-opened"))
    client.get("en/lesson/z1-lift")
    assert own_site.server.services.overview.progress(own_site.learner("lin"))["z1-lift"].opened
    page = client.get("en/").text
    assert page.count(interface_text("en")("site.start.not-opened")) < unopened
    assert interface_text("en")("site.start.go-on") in page


def test_a_lesson_opens_although_the_visit_cannot_be_noted(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise StoreBusy("locked")

    client = site.client("lin")
    monkeypatch.setattr(Learning, "record_visit", fail)
    assert client.get("en/lesson/z1-lift").status_code == 200


def test_the_start_page_shows_what_is_still_in_preparation(site: Site) -> None:
    html = site.client("lin").get("en/").text
    assert "The gate is broken" in html
    assert "/en/lesson/z2-gate" not in html
    assert "For: new employees" in site.client("lin").get("en/?by=path").text


def path_on_the_start_page(site: Site, username: str, language: Language) -> Tag:
    """Return the onboarding path as somebody sees it."""
    page = BeautifulSoup(site.client(username).get(f"{language}/?by=path").text, "html.parser")
    path = page.select_one('section[aria-labelledby="group-onboarding"]')
    assert path is not None
    return path


def cards_of(path: Tag) -> dict[str, Tag]:
    """Return the cards of a path by the titles of their modules, in order."""
    return {str(card.h3.get_text()): card for card in path.select("li.card") if card.h3}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_path_links_what_can_be_learned_and_nothing_that_is_in_preparation(
    site: Site, language: Language
) -> None:
    path = path_on_the_start_page(site, "zhou", language)
    cards = cards_of(path)
    modules = site.server.services.catalogue.course.modules
    titles = {one: module.title.in_language(language) for one, module in modules.items()}
    assert list(cards) == [titles[one] for one in ("z1-lift", "z2-gate", "z3-water")]
    for module_id in ("z1-lift", "z3-water"):
        links = [str(one["href"]) for one in cards[titles[module_id]].select("a")]
        assert links == [f"/{language}/{kind}/{module_id}" for kind in ("lesson", "exercise")]
    planned = cards[titles["z2-gate"]]
    assert planned.select("a, .bar") == []
    text = interface_text(language)
    badges = [str(one.get_text()) for one in planned.select(".badge")]
    assert badges == [text("site.start.in-preparation")]
    assert "z2-gate" not in str(path)
    assert text("site.start.path-in-preparation", count=1) in path.get_text()


def test_a_path_shows_how_far_somebody_is(own_site: Site) -> None:
    text = interface_text("en")
    lin = own_site.learner("lin")

    def lift() -> tuple[str, float, str]:
        """Return the words and the bar of the first module, and those of the whole path."""
        path = path_on_the_start_page(own_site, "lin", "en")
        card = cards_of(path)["The lift has stopped"]
        bar, facts, whole = (
            card.select_one("rect"),
            card.select_one(".facts"),
            path.select_one("ul"),
        )
        assert bar is not None
        assert facts is not None
        assert whole is not None
        return facts.get_text(), float(str(bar["width"])), whole.get_text()

    total = own_site.server.services.overview.progress(lin)["z1-lift"].total
    words, width, whole = lift()
    assert text("site.start.answered", answered=0, total=total) in words
    assert text("site.start.not-opened") in words
    assert text("site.start.path-handed-in", done=0, total=2) in whole
    assert width == 0

    client = own_site.client("lin")
    client.get("en/lesson/z1-lift")
    body = {
        "element": "reflect:lift-recap",
        "event_id": "1",
        "client": "tab",
        "revision": 0,
        "event": {"type": "write", "fields": {"concept": "look", "points": "wait"}},
    }
    assert client.post("api/yongxin/events", json=body).status_code == 200
    words, width, whole = lift()
    assert text("site.start.answered", answered=1, total=total) in words
    assert text("site.start.not-opened") not in words
    assert width == round(100 / total)

    own_site.store.hand_in(
        lin.id,
        "z1-lift",
        event_id="first",
        allowed_attempts=2,
        now=datetime(2026, 3, 4, 4, tzinfo=UTC),
        snapshot={"answers": {}, "reflections": {}},
        deliver=lambda _: {"timestamp": "", "directory": "", "secret": ""},
    )
    words, _, whole = lift()
    assert "handed in 4 March 2026" in words
    assert text("site.start.path-handed-in", done=1, total=2) in whole


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["lesson", "exercise"])
def test_the_way_onward_skips_what_is_in_preparation(
    site: Site, kind: str, language: Language
) -> None:
    def onward(module_id: str) -> list[str]:
        html = site.client("lin").get(f"{language}/{kind}/{module_id}").text
        links = BeautifulSoup(html, "html.parser").select(".onward a")
        return [str(one["href"]) for one in links]

    assert f"/{language}/lesson/z3-water" in onward("z1-lift")
    assert not any("z2-gate" in one for one in (*onward("z1-lift"), *onward("z3-water")))
    assert [one for one in onward("z3-water") if "/lesson/" in one] == [
        f"/{language}/lesson/{'z1-lift' if kind == 'lesson' else 'z3-water'}"
    ]


def test_staff_see_whose_role_they_have_and_no_results_of_their_own(site: Site) -> None:
    html = site.client("wu").get("en/").text
    assert "You are here as HR" in html
    assert "/en/cohort" in html
    assert "/en/results" not in html
    assert "/en/cohort" not in site.client("lin").get("en/").text


def test_staff_see_nobodys_answers(own_site: Site) -> None:
    lin = own_site.client("lin")
    body = {
        "element": "reflect:lift-log",
        "event_id": "1",
        "client": "tab",
        "revision": 0,
        "event": {"type": "write", "fields": {"facts": "a very private thing", "feeling": "hm"}},
    }
    lin.post("api/yongxin/events", json=body)
    for username in ("chen", "guan", "wu"):
        html = own_site.client(username).get("en/cohort").text
        assert "Lin" in html
        assert "a very private thing" not in html


# -- errors --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("lesson/z9-nothing", 404, "not-found"),
        ("lesson/z2-gate", 404, "in-preparation"),
        ("exercise/z2-gate", 404, "in-preparation"),
        ("results/z2-gate", 404, "in-preparation"),
        ("cohort", 403, "not-allowed"),
        ("no/such/page", 404, "not-found"),
    ],
)
def test_errors_are_in_words_for_people_and_for_programs(
    site: Site, language: str, address: str, status: int, code: str
) -> None:
    client = site.client("lin")
    client.post("api/yongxin/language", json={"language": language})
    text = interface_text("en" if language == "en" else "zh-CN")
    page = client.get(f"{language}/{address}", headers={"Accept": "text/html"})
    assert page.status_code == status
    assert text(f"site.refused.{code}.title") in page.text
    assert f'<html lang="{language}">' in page.text
    told = client.get(f"{language}/{address}", headers={"Accept": "application/json"})
    assert told.status_code == status
    assert told.json()["error"] == {"code": code, "message": text(f"site.refused.{code}.text")}


def test_a_damaged_course_is_told_and_mended_without_a_restart(own_site: Site) -> None:
    client = own_site.client("lin")
    path = own_site.server.services.catalogue.lesson_path("z1-lift", "en")
    sound = path.read_bytes()
    path.write_bytes(b"{")
    answer = client.get("en/lesson/z1-lift")
    assert answer.status_code == 503
    assert interface_text("en")("site.refused.course-damaged.title") in answer.text
    assert str(path) not in answer.text
    path.unlink()
    assert client.get("en/lesson/z1-lift").status_code == 503
    path.write_bytes(sound)
    assert client.get("en/lesson/z1-lift").status_code == 200


def test_an_unknown_element_in_a_notebook_is_told(own_site: Site) -> None:
    path = own_site.server.services.catalogue.lesson_path("z1-lift", "en")
    path.write_text(path.read_text().replace('quiz(\\"lift-first-words\\")', 'quiz(\\"nothing\\")'))
    assert own_site.client("lin").get("en/lesson/z1-lift").status_code == 503


def test_any_error_while_a_page_is_made_ends_in_a_page(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("inner workings")

    client = site.client("lin")
    monkeypatch.setattr(Overview, "progress", fail)
    answer = client.get("en/", timeout=10)
    assert answer.status_code == 500
    assert interface_text("en")("site.refused.internal.title") in answer.text
    assert "inner workings" not in answer.text


def test_even_pages_that_cannot_be_made_end_in_words(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("inner workings")

    client = site.client("lin")
    monkeypatch.setattr(Pages, "render", fail)
    for address, status in {"en/": 500, "en/nothing": 404}.items():
        answer = client.get(address, headers={"Accept": "text/html"})
        assert answer.status_code == status
        assert "It is not your fault" in answer.text
        assert "不是你的错" in answer.text
        assert "inner workings" not in answer.text


def test_a_store_that_is_gone_still_lets_the_error_be_told(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: Any) -> None:
        raise StoreUnavailable("no route to postgresql://user:password@host")

    client = site.client("lin")
    monkeypatch.setattr(site.server.services.people, "_known", OrderedDict())
    monkeypatch.setattr(type(site.store), "learner", gone)
    answer = client.get("en/")
    assert answer.status_code == 503
    assert interface_text("en")("site.refused.store-unavailable.title") in answer.text
    assert "password@" not in answer.text
    monkeypatch.setattr(type(site.store), "ping", gone)
    assert client.get("healthz").status_code == 503


def test_the_health_of_a_site_that_lost_its_course(
    own_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = own_site.client()
    assert client.get("healthz").json()["status"] == "ok"
    catalogue = own_site.server.services.catalogue
    (catalogue.root / "data" / "course.json").write_text("{")
    monkeypatch.setattr(catalogue, "_clock", lambda: math.inf)  # it looks at once
    assert client.get("healthz").json()["reasons"] == {"course": "course-damaged"}


# -- files ---------------------------------------------------------------------------------------


def test_files_are_kept_for_ever_under_their_own_version_only(site: Site) -> None:
    client = site.client()
    address = re.findall(r'href="/(static/[^"]*site\.css)"', client.get("en/sign-in").text)[0]
    answer = client.get(address)
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    plain = client.get(address, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    for encoding in ("br", "gzip"):
        answer = client.get(address, headers={"Accept-Encoding": encoding})
        assert answer.headers["Content-Encoding"] == encoding
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert plain.text == answer.text
    older = re.sub(r"yongxin/\w+/", "yongxin/0123456789abcdef/", address)
    assert client.get(older).headers["Cache-Control"] == "no-store"


def test_pictures_are_served_to_who_is_signed_in_and_run_nothing(site: Site) -> None:
    client = site.client("lin")
    page = client.get("en/lesson/z1-lift").text
    address = re.findall(r'src="/(en/image/[^"]*)"', page)[0]
    answer = client.get(address)
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"].startswith("private,")
    assert "immutable" in answer.headers["Cache-Control"]
    assert client.get(address).content == answer.content, "from memory"
    other = client.get(re.sub(r"v=\w+", "v=0123456789abcdef", address))
    assert other.content == answer.content
    assert "immutable" not in other.headers["Cache-Control"]
    assert site.client().get(address).status_code == 401


def test_pages_are_compressed_and_never_kept(site: Site) -> None:
    answer = site.client("lin").get("en/lesson/z1-lift")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(gzip.compress(answer.content)) < len(answer.content) / 2


def test_the_catalogue_is_the_course_that_was_named(site: Site) -> None:
    assert isinstance(site.server.services.catalogue, Catalogue)
    assert site.server.root_dir == str(site.server.services.catalogue.root)
