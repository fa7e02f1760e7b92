"""Keys and explanations of questions that are used again stay with the trainers."""

import json

import pytest
from bs4 import BeautifulSoup

from support.cohort import HALF_RIGHT_ORDER, MODULE, Cohort
from yongxin.content import ContentError, load_content
from yongxin.grading.feedback import Feedback, feedback_path

WRITTEN = {"facts": "周二晚上，我等了二十分钟。", "feeling": "着急。", "rating": "dissatisfied"}
GAP = "- id: gap-sign\n  type: single-choice\n"
LOG = "- id: lift-log\n"

#: Everything that would tell which answer is right.
TELLING = (
    "零就是不多不少",
    "Zero is neither more nor less",
    "对。刚好，不是惊喜",
    "Right. Met rather than exceeded",
    "惊喜需要正的差距",
    "Delight needs a positive gap",
    "刚好如愿",
    "Expectations were met",
)
EXEMPLARY = ("Tuesday, seven in the evening",)


def withhold(cohort: Cohort, file: str, entry: str) -> None:
    path = cohort.root / "content" / MODULE / file
    text = path.read_text(encoding="utf-8")
    assert text.count(entry) == 1
    path.write_text(text.replace(entry, f"{entry}  withhold: true\n"), encoding="utf-8")


def feedback_on(cohort: Cohort) -> tuple[Feedback, str]:
    """Return the feedback on a wrong answer and a reflection, and the page that is released."""
    receipt = cohort.hand_in(
        "李雷", {"gap-sign": "delighted", "chain-order": HALF_RIGHT_ORDER}, WRITTEN
    )
    cohort.collect_and_autograde()
    cohort.give_feedback()
    read = cohort.read_feedback(receipt)
    assert read is not None
    page = feedback_path(cohort.settings, MODULE, receipt.secret)
    return read, page.read_text(encoding="utf-8")


def test_a_question_that_is_used_again_keeps_its_key(cohort: Cohort) -> None:
    withhold(cohort, "items.yaml", GAP)
    feedback, page = feedback_on(cohort)
    order, gap = feedback.items
    assert (gap.verdict, gap.points, gap.unexplained) == ("wrong", 0.0, "withheld")
    assert gap.stem is not None
    assert gap.response_text is not None
    assert (gap.response_text.zh_cn, gap.response_text.en) == ("非常满意", "Delight")
    assert (gap.explanation, gap.parts) == (None, ())
    for words in TELLING:
        assert words not in page
    # The others are explained as ever.
    assert order.explanation is not None
    assert order.parts
    assert order.unexplained is None
    chinese, english = BeautifulSoup(page, "html.parser").find_all("section")
    assert "这道题以后还会用" in chinese.get_text()
    assert "This question will be used again" in " ".join(english.get_text().split())
    assert "这道题改过了" not in page


def test_a_reflection_that_is_used_again_keeps_its_model_answer(cohort: Cohort) -> None:
    withhold(cohort, "reflections.yaml", LOG)
    feedback, page = feedback_on(cohort)
    (log,) = feedback.reflections
    assert log.withheld
    assert all(field.exemplar is None for field in log.fields)
    assert log.fields[0].text is not None
    assert log.rubric, "everybody has seen it before"
    for words in EXEMPLARY:
        assert words not in page
    assert "这里没有参考回答" in page


def test_without_the_setting_all_of_it_is_told(cohort: Cohort) -> None:
    feedback, page = feedback_on(cohort)
    assert {one.unexplained for one in feedback.items} == {None}
    assert not feedback.reflections[0].withheld
    # The right option is not told to whoever chose another: it has no part of the feedback.
    told = [one for one in TELLING if one in page]
    assert "Zero is neither more nor less" in told
    assert "Delight needs a positive gap" in told
    assert EXEMPLARY[0] in page


def test_withholding_changes_no_key_and_no_exercise(cohort: Cohort) -> None:
    """So it may be set at any time, and needs no new release."""
    from yongxin.build import build_course

    withhold(cohort, "items.yaml", GAP)
    withhold(cohort, "reflections.yaml", LOG)
    assert build_course(cohort.root, check=True).is_current


@pytest.mark.parametrize("setting", ["withhold", "withdrawn", "mastery"])
def test_practice_is_neither_withheld_nor_withdrawn(cohort: Cohort, setting: str) -> None:
    path = cohort.root / "content" / MODULE / "items.yaml"
    text = path.read_text(encoding="utf-8")
    entry = "- id: lift-first-words\n"
    path.write_text(text.replace(entry, f"{entry}  {setting}: true\n"), encoding="utf-8")
    with pytest.raises(ContentError) as refused:
        load_content(cohort.root / "content")
    (finding,) = refused.value.findings
    assert f"{setting} is for graded items" in str(finding)


def test_feedback_of_before_can_still_be_read(cohort: Cohort) -> None:
    """Released pages of an older version say nothing about why there is no explanation."""
    feedback, _ = feedback_on(cohort)
    data = json.loads(feedback.model_dump_json())
    for item in data["items"]:
        del item["unexplained"]
    for reflection in data["reflections"]:
        del reflection["withheld"]
    assert Feedback.model_validate(data) == feedback
