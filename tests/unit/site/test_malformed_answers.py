"""What is no answer is refused with a reason, or earns nothing, and the site stays up."""

import json
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest

from support.malformed import KINDS, malformed
from support.site_here import Site, open_site
from yongxin.content import load_content
from yongxin.gallery.copies import Copy
from yongxin.gallery.responses import Responses
from yongxin.grading import answers, score_cell
from yongxin.grading.answers import Answer, Answers
from yongxin.items import ITEM_TYPES, Item, score

TRIES = 200
TYPES = [one.name for one in ITEM_TYPES]


@pytest.fixture(scope="module")
def course(repository: Path) -> Path:
    """The gallery's course as it is committed: it has every type twice."""
    return repository / "docs" / "items"


@pytest.fixture(scope="module")
def items(course: Path) -> list[Item]:
    modules = load_content(course / "content").modules.values()
    items = [item for module in modules for item in module.items]
    assert {item.type for item in items} == set(TYPES) == set(KINDS)
    return items


@pytest.fixture(scope="module")
def responses(course: Path) -> Responses:
    return Responses.read(course)


@pytest.fixture(scope="module")
def site(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    root = tmp_path_factory.mktemp("course") / "items"
    shutil.copytree(course, root)
    yield from open_site(root, tmp_path_factory.mktemp("state"))


class Asker:
    """Somebody who sends events of one element, as a page does or as no page ever would."""

    def __init__(self, site: Site, username: str, element: str) -> None:
        site.store.add_learner(username, username)
        self.client = site.client(username)
        self.element = element
        self._numbers = count()

    def send_all(self, events: Iterable[Any]) -> list[tuple[Any, httpx.Response]]:
        """Send many at the same time; return each with its answer."""
        sent = list(events)
        with ThreadPoolExecutor(8) as pool:
            return list(zip(sent, pool.map(self.send, sent), strict=True))

    def send(self, event: Any) -> httpx.Response:
        body = {
            "element": self.element,
            "event_id": f"e{next(self._numbers)}",
            "client": "tab",
            "revision": 0,
            "language": "en",
            "event": event,
        }
        # As Python writes it: with NaN, and with halves of characters.
        return self.client.post(
            "api/yongxin/events",
            content=json.dumps(body),
            headers={"Content-Type": "application/json"},
        )

    def shown(self) -> dict[str, Any]:
        answer = self.client.get(
            "api/yongxin/state", params={"name": self.element, "language": "en"}
        )
        assert answer.status_code == 200, answer.text
        return answer.json()["elements"][self.element]


def is_refused(answer: httpx.Response) -> bool:
    """Say whether an answer tells, in words, that the event was not taken."""
    if answer.status_code not in {400, 413}:
        return False
    told = answer.json()["error"]
    return bool(told["code"] and told["message"])


def all_refused(answers: list[tuple[Any, httpx.Response]]) -> None:
    assert answers
    for event, answer in answers:
        assert is_refused(answer), f"{event!r}: {answer.status_code} {answer.text}"


def practice(items: list[Item], item_type: str) -> Item:
    return next(one for one in items if one.type == item_type and one.use == "practice")


def right(item: Item, responses: Responses, learner: str) -> Any:
    return responses.of(Copy(item.id, "right", item), learner)


@pytest.mark.parametrize("item_type", [one for one in TYPES if one != "scenario"])
def test_two_hundred_malformed_answers_are_refused_and_a_good_one_is_taken(
    site: Site, items: list[Item], responses: Responses, item_type: str
) -> None:
    item = practice(items, item_type)
    learner = f"asker-{item_type}"
    asker = Asker(site, learner, f"quiz:{item.id}")
    good = right(item, responses, learner)
    random = Random(item_type)
    bad = [malformed(item.public(), good, random) for _ in range(TRIES)]
    all_refused(asker.send_all({"type": "answer", "response": one} for one in bad))
    assert asker.shown()["revision"] == 0, "something was kept"
    assert asker.send({"type": "answer", "response": good}).status_code == 200
    checked = asker.send({"type": "check"}).json()
    assert checked["presentation"]["verdict"]["ratio"] == 1


def test_two_hundred_malformed_choices_leave_a_scenario_where_it_is(
    site: Site, items: list[Item], responses: Responses
) -> None:
    item = practice(items, "scenario")
    asker = Asker(site, "asker-scenario", f"quiz:{item.id}")
    (path,) = right(item, responses, "asker-scenario")
    random = Random("scenario")
    good = {"type": "choose", "option": path[0], "at": 0}
    bad = [malformed(item.public(), [path], random) for _ in range(TRIES)]
    # 0.0 and False are equal to 0 in Python; once they were taken for it.
    bad += [0.0, False]
    all_refused(
        asker.send_all({**good, random.choice(["option", "at", "more"]): one} for one in bad)
    )
    all_refused(asker.send_all({**good, "at": one} for one in bad[-2:]))
    assert asker.shown()["revision"] == 0
    for step, option in enumerate(path):
        answer = asker.send({"type": "choose", "option": option, "at": step})
        assert answer.status_code == 200
    assert answer.json()["presentation"]["ending"]["ratio"] == 1


def test_two_hundred_malformed_texts_leave_a_reflection_as_it_is(site: Site) -> None:
    asker = Asker(site, "asker-reflection", "reflect:kind-word-today")
    random = Random("reflection")
    bad = [
        random.choice(
            [
                {"words": "x" * random.randint(301, 9000)},
                {"gone": "a word"},
                {"words": ["a word"]},
                {"words": "a word", "passed-on": "gone"},
                {"feeling": {"a": number}},
                [["words", "a word"]],
                "a word",
                None,
                number,
            ]
        )
        for number in range(TRIES)
    ]
    all_refused(asker.send_all({"type": "write", "fields": one} for one in bad))
    assert asker.shown()["revision"] == 0
    answer = asker.send({"type": "write", "fields": {"words": "Thank you, Xiao Lin."}})
    assert answer.status_code == 200


@pytest.mark.parametrize("text", ["\ud800", "\x00\x01", "\u202e", "e\u0301" * 50, "🙂" * 100, "￼"])
@pytest.mark.parametrize("item_type", ["short-text", "number", "single-choice", "table"])
def test_strange_characters_are_kept_or_refused_and_break_nothing(
    site: Site, items: list[Item], item_type: str, text: str
) -> None:
    item = practice(items, item_type)
    asker = Asker(site, f"strange-{item_type}-{len(site.store.learners())}", f"quiz:{item.id}")
    response: Any = {"act.before": text} if item_type == "table" else text
    answer = asker.send({"type": "answer", "response": response})
    assert answer.status_code == 200 or is_refused(answer), answer.text
    assert asker.shown()["presentation"]["checked"] is False


@pytest.mark.parametrize("event", [None, 1, "answer", [], {}, {"type": None}, {"type": "answer"},
                                   {"type": "gone"}, {"type": ["answer"]},
                                   {"type": "answer", "response": None, "more": 1}])  # fmt: skip
def test_what_is_no_event_is_refused(site: Site, items: list[Item], event: Any) -> None:
    item = practice(items, "number")
    asker = Asker(site, f"no-event-{len(site.store.learners())}", f"quiz:{item.id}")
    assert is_refused(asker.send(event))


@pytest.mark.parametrize("item_type", TYPES)
def test_two_hundred_malformed_hand_ins_earn_nothing_and_say_why(
    items: list[Item],
    responses: Responses,
    item_type: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    learner = "lin"
    for item in (one for one in items if one.type == item_type and one.use == "graded"):
        key = item.answer_key()
        good = right(item, responses, learner)
        random = Random(item.id)
        for number in range(TRIES):
            bad = malformed(item.public(), good, random)
            found = score(key.for_learner(learner), bad)
            assert (found.ratio, found.points) == (0, 0), repr(bad)
            assert found.reason, repr(bad)
            if number % 10 == 0:
                assert scored(key.model_dump(mode="json"), item.id, bad, learner) == 0
        assert scored(key.model_dump(mode="json"), item.id, good, learner) == key.points


def scored(key: dict[str, Any], item_id: str, response: Any, learner: str) -> float:
    """Score as a grade cell does, from a file that anybody may have written."""
    from datetime import UTC, datetime

    now = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
    handed_in = Answers(
        module="any",
        learner=learner,
        handed_in=now,
        language="en",
        answers={item_id: Answer(response=response, saved=now)},
        reflections={},
    )
    # Not ``answers.write``, which would refuse to write most of this.
    Path(answers.FILE_NAME).write_text(json.dumps(handed_in.model_dump(mode="python"), default=str))
    return score_cell(key)
