"""A returned reflection goes through nbgrader's exchange once more, and nothing else changes."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from support.cohort import HALF_RIGHT_ORDER, MODULE, REFLECTION, Cohort
from yongxin.catalogue import Catalogue
from yongxin.grading.exchange import Receipt, set_due_date
from yongxin.site.learning import ElementEvent, Learning
from yongxin.site.returning import return_reflection
from yongxin.store import Learner, Store

DUE = datetime(2026, 5, 4, 12, tzinfo=UTC)
WRITTEN = {"facts": "周二晚上，我等了二十分钟。", "feeling": "着急。", "rating": "dissatisfied"}
BETTER = "先着急，后来没人管，就生气了。"
HOSTILE = (
    "<script>alert(1)</script> \u202egnihton\u202c $\\alert{1}$ **重** <img src=x>" + "长" * 60
)


class Site:
    """What learners do on the site, an hour before the deadline and days after it."""

    def __init__(self, cohort: Cohort, store: Store) -> None:
        self.now = DUE - timedelta(hours=1)
        self.store = store
        self.catalogue = Catalogue(cohort.root)
        self.learning = Learning(self.catalogue, store, cohort.settings, clock=lambda: self.now)

    def write(self, learner: Learner, name: str, event: dict[str, object]) -> None:
        event_id = os.urandom(8).hex()
        self.learning.apply_event(learner, ElementEvent(name, event_id, "t", 0, event), "zh-CN")

    def give_back(self, learner: Learner) -> None:
        return_reflection(
            self.catalogue,
            self.store,
            module_id=MODULE,
            username=learner.username,
            reflection_id=REFLECTION,
            comment="写写后来怎样了。",
            actor="chen",
        )


@pytest.fixture
def store(cohort: Cohort) -> Iterator[Store]:
    with Store.open(f"sqlite:///{cohort.root / 'var' / 'yongxin.db'}") as store:
        yield store


@pytest.fixture
def learner(store: Store) -> Learner:
    return store.add_learner("李雷", "李雷")


@pytest.fixture
def site(cohort: Cohort, store: Store, learner: Learner) -> Iterator[Site]:
    site = Site(cohort, store)
    order = {"type": "answer", "response": HALF_RIGHT_ORDER}
    site.write(learner, "quiz:chain-order", order)
    site.write(learner, f"reflect:{REFLECTION}", {"type": "write", "fields": WRITTEN})
    for number in range(2):
        site.now += timedelta(minutes=1)
        site.learning.hand_in(
            learner, MODULE, event_id=f"{number}", language="zh-CN", confirmed=True
        )
    yield site
    site.learning.close()


def test_only_the_reflection_changes_and_it_waits_for_a_mark(
    cohort: Cohort, site: Site, learner: Learner
) -> None:
    set_due_date(cohort.root, MODULE, DUE)
    cohort.collect_and_autograde()
    cohort.mark("李雷", 1, "再具体一点。")
    cohort.give_feedback()
    before = cohort.grades("李雷")
    result = site.learning.overview.result(learner, MODULE)
    assert (result.state, result.revision) == ("graded", None)
    site.give_back(learner)

    site.now = DUE + timedelta(days=3)
    site.write(learner, f"reflect:{REFLECTION}", {"type": "write", "fields": {"feeling": BETTER}})
    site.learning.revise(learner, REFLECTION, event_id="again", language="zh-CN")
    waiting = site.learning.overview.result(learner, MODULE)
    assert waiting.state == "waiting"
    assert waiting.revision is not None
    assert waiting.revision.revised == site.now
    assert waiting.feedback is not None, "what was said before can still be read"

    cohort.collect_and_autograde()
    after = cohort.grades("李雷")
    log = f"reflection-{REFLECTION}"
    assert after[log]["waits"]
    assert after[log]["manual"] == 1.0
    assert {name: row for name, row in after.items() if name != log} == {
        name: row for name, row in before.items() if name != log
    }
    assert BETTER in cohort.autograded("李雷").read_text(encoding="utf-8")

    cohort.mark("李雷", 3, "这下清楚了。")
    cohort.give_feedback()
    graded = site.learning.overview.result(learner, MODULE)
    assert graded.state == "graded"
    assert graded.feedback is not None
    assert not graded.feedback.late
    (reflection,) = graded.feedback.reflections
    assert (reflection.points, reflection.comment) == (3.0, "这下清楚了。")
    assert reflection.fields[1].text is not None
    assert reflection.fields[1].text.zh_cn == BETTER
    assert reflection.fields[1].exemplar is not None
    assert [one.points for one in graded.feedback.items] == [1.0, 0.0]
    assert graded.graded == graded.submissions[-1]


def test_a_late_hand_in_stays_late(cohort: Cohort, site: Site, learner: Learner) -> None:
    set_due_date(cohort.root, MODULE, DUE - timedelta(days=1))
    site.give_back(learner)
    site.learning.revise(learner, REFLECTION, event_id="again", language="zh-CN")
    cohort.collect_and_autograde()
    cohort.give_feedback()
    (returned,) = site.store.returned(learner.id)
    feedback = cohort.read_feedback(Receipt(**returned.receipt))
    assert feedback is not None
    assert feedback.late


def test_whatever_is_written_does_nothing_in_the_trainers_notebook_or_the_feedback(
    cohort: Cohort, site: Site, learner: Learner
) -> None:
    site.give_back(learner)
    fields = {"facts": HOSTILE, "feeling": HOSTILE}
    site.write(learner, f"reflect:{REFLECTION}", {"type": "write", "fields": fields})
    site.learning.revise(learner, REFLECTION, event_id="again", language="zh-CN")
    cohort.collect_and_autograde()
    cohort.give_feedback()
    notebook = cohort.autograded("李雷").read_text(encoding="utf-8")
    (page,) = (cohort.root / "var" / "feedback").rglob("*.html")
    text = page.read_text(encoding="utf-8")
    for shown in (notebook, text):
        assert "alert" in shown
        assert "<script>alert" not in shown
        assert "<img" not in shown
        assert "\u202e" not in shown
        assert "\\u202e" not in shown
