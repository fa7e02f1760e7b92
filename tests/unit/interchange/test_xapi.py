"""Statements tell what was learned, under pseudonyms, and nothing that a key would tell."""

import json
import stat
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from support.record_store import PASSWORD, USERNAME, Ralph
from yongxin.catalogue import Catalogue
from yongxin.cli import main
from yongxin.grading.exchange import ExchangeSettings, Receipt
from yongxin.grading.feedback import Feedback, ItemFeedback, feedback_path
from yongxin.grading.feedback_page import render
from yongxin.interchange.xapi.accounts import Accounts, read_salt
from yongxin.interchange.xapi.collect import Scope, collect
from yongxin.interchange.xapi.record_store import RecordStore, SendingFailed
from yongxin.language import LocalizedText
from yongxin.secret_file import UnsafeSecret
from yongxin.store import Store

SITE = "https://learn.example.org"
SECRET = "这是我自己写的话"
AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
RECEIPT = Receipt("2026-03-01 09:30:00.000000 UTC", "a-folder", "a-secret")


@pytest.fixture
def course(own_course: Path) -> Path:
    """A course in which one learner has practised, handed in and been marked."""
    state = own_course / "var"
    state.mkdir(mode=0o700)
    with Store.open(f"sqlite:///{state / 'yongxin.db'}") as store:
        learner = store.add_learner("li.lei", "李雷")
        trainer = store.add_learner("trainer", "陈敏", role="trainer")
        for one in (learner, trainer):
            store.record_visit(one.id, "z1-lift")
        save(store, learner.id, "quiz:lift-first-words", "sorry-and-facts")
        save(store, learner.id, "quiz:lift-causes", ["angry", "nobody-cares"])
        save(store, learner.id, "quiz:water-one-word", SECRET[:4])
        save(store, learner.id, "quiz:water-no-news", {"verdict": "false"}, checked=False)
        save(store, learner.id, "quiz:lift-minutes", "no number any more")
        store.apply(
            learner.id,
            "reflect:lift-recap",
            event_id="log",
            client="tab",
            revision=0,
            transition=lambda _: ({"fields": {"concept": SECRET}}, {}),
        )
        saved = AT.isoformat()
        store.hand_in(
            learner.id,
            "z1-lift",
            event_id="first",
            allowed_attempts=2,
            now=AT,
            snapshot={
                "answers": {
                    "gap-sign": {"response": "met", "saved": saved},
                    "chain-order": {"response": None, "saved": saved},
                },
                "reflections": {"lift-log": {"fields": {"facts": SECRET}, "saved": saved}},
            },
            deliver=lambda _: asdict(RECEIPT),
        )
    write_feedback(state)
    return own_course


def save(store: Store, learner: int, name: str, response: Any, *, checked: bool = True) -> None:
    store.apply(
        learner,
        name,
        event_id=name,
        client="tab",
        revision=0,
        transition=lambda _: ({"response": response, "checked": checked}, {}),
    )


def write_feedback(state: Path) -> None:
    item = ItemFeedback(
        id="gap-sign",
        number=1,
        rule="exact-match",
        stem=None,
        response_text=None,
        points=1,
        max=1,
        verdict="right",
        reason=None,
        explanation=LocalizedText.model_validate({"zh-CN": "为什么", "en": "why"}),
    )
    feedback = Feedback(
        module="z1-lift",
        title=None,
        language="en",
        timestamp=RECEIPT.timestamp,
        late=False,
        score=4,
        max_score=5,
        late_penalty=0,
        items=(item,),
        reflections=(),
        generated=AT + timedelta(days=2),
    )
    path = feedback_path(ExchangeSettings(state / "exchange"), "z1-lift", RECEIPT.secret)
    path.parent.mkdir(parents=True)
    path.write_text(render(feedback), encoding="utf-8")


def statements(course: Path, **changes: Any) -> list[dict[str, Any]]:
    scope = {
        "site": SITE,
        "since": None,
        "free_texts": False,
        "exchange": ExchangeSettings(course / "var" / "exchange"),
    }
    accounts = Accounts(SITE, b"salt" * 8)
    with Store.open(f"sqlite:///{course / 'var' / 'yongxin.db'}") as store:
        return list(collect(Catalogue(course), store, accounts, Scope(**(scope | changes))))


def told(found: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return the verbs and what they speak of."""
    return [
        (one["verb"]["id"].rpartition("/")[2], one["object"]["id"].partition("/xapi/")[2])
        for one in found
    ]


def test_everything_that_was_done_is_told_once(course: Path) -> None:
    assert sorted(told(statements(course))) == [
        ("answered", "items/gap-sign"),
        ("answered", "items/lift-causes"),
        ("answered", "items/lift-first-words"),
        ("answered", "items/water-one-word"),
        ("answered", "reflections/lift-log"),
        ("answered", "reflections/lift-recap"),
        ("attempted", "modules/z1-lift"),
        ("completed", "exercises/z1-lift"),
        ("scored", "exercises/z1-lift"),
        ("scored", "items/gap-sign"),
    ]


def test_results_say_what_was_earned(course: Path) -> None:
    results: dict[Any, Any] = {
        key: one.get("result") for one in statements(course) for key in told([one])
    }
    assert results["answered", "items/lift-first-words"] == {
        "score": {"scaled": 1.0},
        "success": True,
        "response": "sorry-and-facts",
    }
    assert results["answered", "items/lift-causes"]["response"] == "angry[,]nobody-cares"
    assert results["completed", "exercises/z1-lift"] == {"completion": True}
    assert results["scored", "exercises/z1-lift"] == {
        "score": {"scaled": 0.8, "raw": 4, "min": 0, "max": 5},
        "success": True,
    }
    # What a graded item earned is told when the marks are released, not before.
    assert results["answered", "items/gap-sign"] == {"response": "met"}


def test_nobody_is_named_and_no_own_words_are_told(course: Path) -> None:
    text = json.dumps(statements(course), ensure_ascii=False)
    for private in ("li.lei", "李雷", "trainer", "陈敏", SECRET, SECRET[:4]):
        assert private not in text
    assert SECRET in json.dumps(statements(course, free_texts=True), ensure_ascii=False)


def test_no_statement_tells_a_key_or_an_explanation(course: Path) -> None:
    text = json.dumps(statements(course), ensure_ascii=False)
    for secret in ("correctResponsesPattern", "Met rather than exceeded", "Zero is neither"):
        assert secret not in text


def test_the_same_facts_make_the_same_statements(course: Path) -> None:
    first = statements(course)
    assert statements(course) == first
    assert len({one["id"] for one in first}) == len(first)
    salted = Accounts(SITE, b"another" * 8)
    assert salted.name("li.lei") != first[0]["actor"]["account"]["name"]


def test_since_leaves_out_what_was_before(course: Path) -> None:
    since = AT + timedelta(days=1)
    later = statements(course, since=since)
    assert ("completed", "exercises/z1-lift") not in told(later)
    assert ("scored", "exercises/z1-lift") in told(later)
    assert all(datetime.fromisoformat(one["timestamp"]) >= since for one in later)


def test_the_salt_is_made_once_and_kept_private(tmp_path: Path) -> None:
    salt = read_salt(tmp_path)
    assert read_salt(tmp_path) == salt
    path = tmp_path / "xapi_salt"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    with pytest.raises(UnsafeSecret, match="chmod 600"):
        read_salt(tmp_path)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://lrs.example.org",
        "http://lrs.example.org/xAPI",
        "lrs",
        f"https://me:{'pw'}@lrs.example.org",
    ],
)
def test_unsafe_addresses_are_refused(url: str) -> None:
    with pytest.raises(SendingFailed):
        RecordStore(url, "me", "pw")


@pytest.fixture(scope="module")
def ralph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ralph]:
    """A real record store."""
    running = Ralph(tmp_path_factory.mktemp("ralph"))
    yield running
    running.stop()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_real_record_store_takes_the_statements_once(
    course: Path,
    ralph: Ralph,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ["xapi", f"--course={course}", f"--site={SITE}", f"--lrs={ralph.url}"]
    assert main(words) == 1
    assert "YONGXIN_LRS_USERNAME" in capsys.readouterr().err
    monkeypatch.setenv("YONGXIN_LRS_USERNAME", USERNAME)
    monkeypatch.setenv("YONGXIN_LRS_PASSWORD", "wrong")
    assert main(words) == 1
    assert "answered 401" in capsys.readouterr().err
    assert ralph.statements() == []

    monkeypatch.setenv("YONGXIN_LRS_PASSWORD", PASSWORD)
    assert main(words) == 0
    assert "10 statements sent" in capsys.readouterr().err
    kept = ralph.statements()
    assert len(kept) == 10
    assert {one["actor"]["account"]["homePage"] for one in kept} == {SITE}
    assert {key for one in kept for key, _ in told([one])} == {
        "attempted",
        "answered",
        "completed",
        "scored",
    }

    assert main(words) == 0
    assert len(ralph.statements()) == 10


def test_json_lines_are_written_and_the_audit_log_says_so(
    course: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "statements.jsonl"
    assert main(["xapi", f"--course={course}", "-o", str(path)]) == 0
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(lines) == 10
    assert "li.lei" not in path.read_text(encoding="utf-8")
    with Store.open(f"sqlite:///{course / 'var' / 'yongxin.db'}") as store:
        (entry,) = [one for one in store.audit_entries() if one.action == "xapi"]
    assert entry.detail["statements"] == 10
    assert main(["xapi", f"--course={course}", "--usernames"]) == 0
    assert "li.lei" in capsys.readouterr().out
    assert main(["xapi", f"--course={course}", "--since", "yesterday"]) == 1
