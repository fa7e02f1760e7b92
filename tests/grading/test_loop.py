"""The whole loop: released, handed in, collected, graded, marked, and read by the learner."""

from datetime import UTC, datetime, timedelta

import pytest

from support.cohort import HALF_RIGHT_ORDER, MODULE, RIGHT_ORDER, Cohort
from yongxin.grading.exchange import set_due_date

WRITTEN = {"facts": "周二晚上，我等了二十分钟。", "feeling": "着急。", "rating": "dissatisfied"}


def test_an_answer_comes_back_as_feedback(cohort: Cohort) -> None:
    receipt = cohort.hand_in("李雷", {"chain-order": HALF_RIGHT_ORDER, "gap-sign": "met"}, WRITTEN)
    assert cohort.read_feedback(receipt) is None

    cohort.collect_and_autograde()
    grades = cohort.grades("李雷")
    assert grades["chain-order"]["auto"] == 1.0
    assert grades["gap-sign"]["auto"] == 1.0
    assert grades["reflection-lift-log"] == {
        "auto": None,
        "manual": None,
        "waits": True,
        "score": 0.0,
    }
    cohort.mark("李雷", 2, "写得很实在。")
    cohort.give_feedback()

    feedback = cohort.read_feedback(receipt)
    assert feedback is not None
    order, gap = feedback.items
    assert (order.id, order.number, order.points, order.max) == ("chain-order", 1, 1.0, 2.0)
    assert (order.verdict, order.rule) == ("partly", "adjacent-pairs")
    assert order.response_text is not None
    assert order.response_text.zh_cn == "期望\n感知\n想法\n行动\n感受"
    assert [part.right for part in order.parts] == [True, True, True, False, False]
    assert (gap.verdict, gap.points) == ("right", 1.0)
    assert gap.explanation is not None
    assert gap.explanation.en == "Zero is neither more nor less."
    assert [part.text.en for part in gap.parts] == ["Right. Met rather than exceeded."]

    (log,) = feedback.reflections
    assert (log.id, log.number, log.points, log.max) == ("lift-log", 3, 2.0, 3.0)
    assert log.comment == "写得很实在。"
    assert [level.level for level in log.rubric] == [0, 1, 2, 3]
    rating = log.fields[2]
    assert rating.text is not None
    assert (rating.text.zh_cn, rating.text.en) == ("不满意", "dissatisfied")
    facts = log.fields[0]
    assert facts.exemplar is not None
    assert facts.exemplar.en.startswith("Tuesday, seven in the evening")

    assert feedback.language == "zh-CN"
    assert feedback.timestamp == receipt.timestamp
    assert not feedback.waiting
    assert not feedback.late
    assert feedback.score == cohort.score("李雷") == 4.0
    assert feedback.max_score == 6.0


def test_an_unmarked_reflection_is_said_to_wait(cohort: Cohort) -> None:
    receipt = cohort.hand_in("han.meimei", {"gap-sign": "delighted"}, WRITTEN, language="en")
    cohort.collect_and_autograde()
    cohort.give_feedback()
    feedback = cohort.read_feedback(receipt)
    assert feedback is not None
    assert feedback.waiting
    assert feedback.reflections[0].points is None
    assert [(item.verdict, item.points) for item in feedback.items] == [
        ("unanswered", 0.0),
        ("wrong", 0.0),
    ]
    assert feedback.language == "en"


def test_a_mark_given_later_reaches_the_feedback(cohort: Cohort) -> None:
    """nbgrader alone would not write feedback anew for a submission that has not changed."""
    receipt = cohort.hand_in("李雷", {}, WRITTEN)
    cohort.collect_and_autograde()
    cohort.give_feedback()
    cohort.mark("李雷", 3)
    cohort.give_feedback()
    feedback = cohort.read_feedback(receipt)
    assert feedback is not None
    assert feedback.reflections[0].points == 3.0
    assert not feedback.waiting


def test_the_last_hand_in_counts(cohort: Cohort) -> None:
    first = cohort.hand_in("李雷", {"gap-sign": "delighted"}, WRITTEN)
    cohort.collect_and_autograde()
    cohort.mark("李雷", 1, "再具体一点。")
    cohort.give_feedback()
    second = cohort.hand_in("李雷", {"gap-sign": "met", "chain-order": RIGHT_ORDER}, WRITTEN)
    cohort.collect_and_autograde()

    assert cohort.grades("李雷")["gap-sign"]["auto"] == 1.0
    assert cohort.grades("李雷")["chain-order"]["auto"] == 2.0
    # The mark for what was written first is kept, but a trainer has to look again.
    assert cohort.grades("李雷")["reflection-lift-log"]["manual"] == 1.0
    assert cohort.grades("李雷")["reflection-lift-log"]["waits"]
    cohort.give_feedback()
    feedback = cohort.read_feedback(second)
    assert feedback is not None
    assert feedback.reflections[0].points is None
    assert feedback.score == 3.0
    # Feedback on the first hand-in stays readable with its own receipt.
    earlier = cohort.read_feedback(first)
    assert earlier is not None
    assert earlier.reflections[0].points == 1.0


def test_an_empty_hand_in_earns_nothing_and_says_so(cohort: Cohort) -> None:
    receipt = cohort.hand_in("李雷")
    cohort.collect_and_autograde()
    assert cohort.score("李雷") == 0.0
    assert not any(grade["waits"] for grade in cohort.grades("李雷").values())
    cohort.give_feedback()
    feedback = cohort.read_feedback(receipt)
    assert feedback is not None
    assert {item.verdict for item in feedback.items} == {"unanswered"}
    assert {item.reason for item in feedback.items} == {"empty"}
    assert feedback.reflections[0].points == 0.0
    # nbgrader's own remark, "No response.", exists in English only.
    assert feedback.reflections[0].comment is None


@pytest.mark.parametrize(("hours", "late"), [(-1, True), (1, False)])
def test_lateness_is_measured_in_utc(cohort: Cohort, hours: int, *, late: bool) -> None:
    china = datetime.now().astimezone().tzinfo
    now = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
    set_due_date(cohort.root, MODULE, (now + timedelta(hours=hours)).astimezone(china))
    receipt = cohort.hand_in("李雷", {"gap-sign": "met"}, now=now)
    assert receipt.timestamp == "2026-05-04 09:30:00.000000 UTC"
    cohort.collect_and_autograde()
    cohort.give_feedback()
    feedback = cohort.read_feedback(receipt)
    assert feedback is not None
    assert feedback.late is late
    assert feedback.late_penalty == 0.0
    assert feedback.score == 1.0


def test_a_penalty_for_lateness_is_told(cohort: Cohort) -> None:
    config = cohort.root / "nbgrader_config.py"
    rule = '\nc.LateSubmissionPlugin.penalty_method = "zero"\n'
    config.write_text(config.read_text(encoding="utf-8") + rule, encoding="utf-8")
    set_due_date(cohort.root, MODULE, datetime.now(UTC) - timedelta(days=1))
    receipt = cohort.hand_in("李雷", {"gap-sign": "met", "chain-order": RIGHT_ORDER})
    cohort.collect_and_autograde()
    cohort.give_feedback()
    feedback = cohort.read_feedback(receipt)
    assert feedback is not None
    assert (feedback.late, feedback.late_penalty, feedback.score) == (True, 3.0, 0.0)
