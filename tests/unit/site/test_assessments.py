"""Self-assessments on the site: kept for the learner, told to nobody, compared only in groups."""

import io
import json
import uuid
from contextlib import redirect_stdout
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from support.clock import Clock
from support.site_here import Site
from yongxin.catalogue import Catalogue
from yongxin.cli import main
from yongxin.grading.exchange import ExchangeSettings
from yongxin.interchange.xapi.accounts import Accounts
from yongxin.interchange.xapi.collect import Scope, collect
from yongxin.site.groups import KEPT_FOR
from yongxin.site.learning import ElementEvent, Learning
from yongxin.store import Learner, Role, Store

HABITS, CALLS = "assess:water-day-habits", "assess:water-last-calls"
BEST = {
    "call-back": "always",
    "wait-for-news": "never",
    "say-what-is-known": "always",
    "one-breath": "always",
    "argue": "never",
    "ask-for-help": "always",
}
LAST_CALLS = {"time-to-answer": "later", "who-rang-twice": "somebody"}

#: What tells that something of a self-assessment, or that there is one, has got out.
TRACES = (
    "assess:",
    "assess(",
    "assessments",
    "self-check",
    "water-day-habits",
    "water-last-calls",
    "call-back",
    "time-to-answer",
    "taken",
    "Keeping your word",
    "说到做到",
    "自测",
)


def send(learning: Learning, learner: Learner, name: str, **event: Any) -> dict[str, Any]:
    given = ElementEvent(name, uuid.uuid4().hex, "tab", 0, event)
    return learning.apply_event(learner, given, "en")["presentation"]


def take(learning: Learning, learner: Learner, answers: dict[str, str] = BEST) -> dict[str, Any]:
    """Take the self-assessment; return what the learner is shown."""
    name = HABITS if answers.keys() == BEST.keys() else CALLS
    send(learning, learner, name, type="again")
    send(learning, learner, name, type="mark", answers=answers)
    return send(learning, learner, name, type="finish")


def people(store: Store, count: int, group: str = "east", role: Role = "learner") -> list[Learner]:
    return [
        store.add_learner(f"{group}-{number}", f"Name {number}", groups=[group], role=role)
        for number in range(count)
    ]


def page(learning: Learning, learner: Learner) -> dict[str, Any]:
    return learning.page_state(learner, [HABITS], "en")[HABITS]["presentation"]


# -- the learner's own --------------------------------------------------------------------------


def test_a_result_is_there_on_the_next_page_and_for_nobody_else(
    learning: Learning, store: Store
) -> None:
    lin, zhou = people(store, 2)
    shown = take(learning, lin)
    assert page(learning, lin) == shown
    assert shown["result"]["summary"].startswith("Keeping your word: 9 (0–9), Steady.")
    assert page(learning, zhou)["result"] is None


# -- nobody else's ------------------------------------------------------------------------------


@pytest.fixture
def told(
    learning: Learning, store: Store, delivered: list[dict[str, Any]]
) -> tuple[Learner, list[dict[str, Any]]]:
    """Somebody who has taken both, and handed the module's exercise in; what was delivered."""
    (lin,) = people(store, 1)
    take(learning, lin)
    take(learning, lin, LAST_CALLS)
    for module_id in ("z1-lift", "z3-water"):
        learning.hand_in(lin, module_id, event_id="once", language="en", confirmed=True)
    return lin, delivered


def test_nothing_of_it_is_handed_in(
    told: tuple[Learner, list[dict[str, Any]]], store: Store, learning: Learning
) -> None:
    lin, delivered = told
    kept = [store.snapshot(one.id) for one in store.submissions(lin.id)]
    assert len(delivered) == len(kept) == 2
    assert_silent(repr(delivered))
    assert_silent(repr(kept))
    shown = learning.page_state(lin, ["submit:exercise"], "en", module_id="z3-water")
    assert_silent(json.dumps(shown))


def test_nothing_of_it_is_in_an_exercise_or_in_what_its_feedback_is_made_of(
    built_course: Path,
) -> None:
    files = [*(built_course / "exercises").rglob("*"), *(built_course / "solutions").rglob("*")]
    notebooks = [one for one in files if one.suffix == ".ipynb"]
    assert len(notebooks) == 4
    for path in notebooks:
        assert_silent(path.read_text(encoding="utf-8"))
    catalogue = Catalogue(built_course)
    for module_id in catalogue.built_modules():
        assert_silent(repr(catalogue.bank(module_id).exercise))
        assert catalogue.exercises_with(HABITS) == ()


def test_it_does_not_count_as_work_done_or_open(learning: Learning, store: Store) -> None:
    (lin,) = people(store, 1)
    before = learning.overview.progress(lin)
    shown = learning.page_state(lin, ["progress:course"], "en")
    take(learning, lin)
    take(learning, lin, LAST_CALLS)
    assert learning.overview.progress(lin) == before
    assert learning.page_state(lin, ["progress:course"], "en") == shown
    assert_silent(repr(learning.overview.progress(lin)))


def test_nothing_of_it_is_told_to_other_systems(
    told: tuple[Learner, list[dict[str, Any]]],
    built_course: Path,
    learning: Learning,
    store: Store,
    tmp_path: Path,
) -> None:
    lin, _ = told
    send(learning, lin, "quiz:water-no-news", type="answer", response={"verdict": "false"})
    send(learning, lin, "quiz:water-no-news", type="check")
    scope = Scope("https://learn.example.org", None, True, ExchangeSettings(tmp_path / "exchange"))
    accounts = Accounts("https://learn.example.org", None)
    statements = list(collect(Catalogue(built_course), store, accounts, scope))
    assert len(statements) >= 3
    assert_silent(json.dumps(statements, ensure_ascii=False))


@pytest.mark.parametrize("kind", ["gift", "moodle-xml", "json"])
def test_questions_that_are_exported_are_questions_with_a_key(
    built_course: Path, kind: str
) -> None:
    written = io.StringIO()
    with redirect_stdout(written):
        main(["export", "--course", str(built_course), "--format", kind, "--module", "z3-water"])
    assert "water-no-news" in written.getvalue()
    assert_silent(written.getvalue())


@pytest.mark.parametrize("username", ["chen", "wu", "guan"])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_no_page_of_trainers_or_hr_holds_anything_of_it(
    own_site: Site, username: str, language: str
) -> None:
    learning = own_site.server.services.learning
    lin = own_site.learner("lin")
    pages = [
        f"{language}/{one}"
        for one in ("", "cohort", "cohort?group=east", "cohort/today", "cohort/learner/lin")
    ]
    client = own_site.client(username)
    before = [client.get(one).text for one in pages]
    take(learning, lin)
    take(learning, lin, LAST_CALLS)
    after = [client.get(one).text for one in pages]
    assert [without_marks(one) for one in after] == [without_marks(one) for one in before]
    for name in ("water-day-habits", "water-last-calls"):
        answer = client.get(f"{language}/cohort/scenario/{name}")
        assert answer.status_code in (403, 404)
        assert "Keeping your word" not in answer.text


def test_asking_for_a_state_gives_ones_own(own_site: Site) -> None:
    learning = own_site.server.services.learning
    take(learning, own_site.learner("lin"))
    address = f"api/yongxin/state?name={HABITS}&language=en"
    for username, has_result in (("lin", True), ("zhou", False), ("chen", False)):
        answer = own_site.client(username).get(address).json()
        shown = answer["elements"][HABITS]["presentation"]
        assert (shown["result"] is not None) == has_result
    assert own_site.client().get(address).status_code == 401


def without_marks(html: str) -> str:
    """Return a page without what is new each time: the token against forged requests."""
    return "\n".join(line for line in html.splitlines() if "_xsrf" not in line)


def assert_silent(text: str) -> None:
    assert text
    for trace in TRACES:
        assert trace not in text, trace


# -- the group ----------------------------------------------------------------------------------


def test_a_group_is_told_of_from_five_others_on(
    learning: Learning, store: Store, clock: Clock
) -> None:
    *first, last = people(store, 6)
    for one in first:
        assert take(learning, one)["result"]["group"] is None
    clock.now += KEPT_FOR
    assert page(learning, first[0])["result"]["group"] is None
    take(learning, last)
    clock.now += KEPT_FOR
    shown = page(learning, first[0])["result"]["group"]
    assert shown["table"]["rows"][0] == ["Keeping your word", "100%", "90% or more"]
    assert "first 6 people" in shown["words"]


def test_the_seventh_changes_nothing_and_the_twelfth_counts_six_more(
    learning: Learning, store: Store, clock: Clock
) -> None:
    group = people(store, 12)
    for one in group[:6]:
        clock.now += timedelta(minutes=1)
        take(learning, one, dict.fromkeys(BEST, "always"))  # 67 % of the range
    seen: list[Any] = []
    for one in group[6:]:
        clock.now += KEPT_FOR
        take(learning, one)
        seen.append(page(learning, group[0])["result"]["group"])
    assert all(one == seen[0] for one in seen[:-1])
    assert seen[0]["table"]["rows"][2][2] == "about 65%"
    assert seen[-1]["table"]["rows"][2][2] == "about 85%"
    assert "first 12 people" in seen[-1]["words"]


def test_doing_it_again_changes_ones_own_and_not_the_groups(
    learning: Learning, store: Store, clock: Clock
) -> None:
    group = people(store, 6)
    for one in group:
        clock.now += timedelta(minutes=1)
        take(learning, one, dict.fromkeys(BEST, "always"))
    clock.now += KEPT_FOR
    before = page(learning, group[0])["result"]["group"]
    assert before["table"]["rows"][0][2] == "about 65%"
    for _ in range(3):
        clock.now += KEPT_FOR
        take(learning, group[1])
    assert page(learning, group[0])["result"]["group"] == before


def test_other_groups_trainers_and_people_without_a_group_do_not_count(
    learning: Learning, store: Store, clock: Clock
) -> None:
    east = people(store, 5)
    west = people(store, 5, "west")
    trainers = people(store, 3, "staff", role="trainer")
    for one in trainers:
        store.update_learner(one.username, groups=["east"])
    alone = store.add_learner("alone", "Alone")
    for one in (*east, *west, *trainers, alone):
        assert take(learning, one)["result"]["group"] is None
    clock.now += KEPT_FOR
    for one in (*east, *west, alone):
        assert page(learning, one)["result"]["group"] is None


def test_without_a_result_of_ones_own_nothing_is_told(
    learning: Learning, store: Store, clock: Clock
) -> None:
    *others, asking = people(store, 8)
    for one in others:
        take(learning, one)
    clock.now += KEPT_FOR
    shown = page(learning, asking)
    assert shown["result"] is None
    assert "mean" not in json.dumps(shown)


def test_what_is_told_holds_no_name_and_no_single_result(
    learning: Learning, store: Store, clock: Clock
) -> None:
    group = people(store, 6)
    for one in group:
        take(learning, one)
    clock.now += KEPT_FOR
    told = json.dumps(page(learning, group[0])["result"]["group"], ensure_ascii=False)
    for one in group:
        assert one.username not in told
        assert one.name not in told
    assert set(json.loads(told)) == {"words", "table"}
