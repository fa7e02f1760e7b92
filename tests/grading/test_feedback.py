"""The feedback page says what it should, in both languages, and nothing that it should not."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from support.cohort import HALF_RIGHT_ORDER, MODULE, Cohort
from yongxin.grading import feedback
from yongxin.grading.exchange import Receipt
from yongxin.grading.feedback import (
    Feedback,
    FieldFeedback,
    ItemFeedback,
    ReflectionFeedback,
    UnreadableFeedback,
    feedback_path,
)
from yongxin.grading.feedback_page import format_points, render
from yongxin.language import LocalizedText

HOSTILE = '</script><script>alert(1)</script><img src="http://evil.example/x.png">'


def both(chinese: str, english: str | None = None) -> LocalizedText:
    return LocalizedText.model_validate({"zh-CN": chinese, "en": english or chinese})


def facts(text: str, comment: str | None = None) -> Feedback:
    return Feedback(
        module="z1-lift",
        title=both("电梯停了", "The lift has stopped"),
        language="en",
        timestamp="2026-05-04 09:30:00.000000 UTC",
        late=True,
        score=1.5,
        max_score=6,
        late_penalty=0,
        items=(
            ItemFeedback(
                id="gap-sign",
                number=1,
                rule="exact-match",
                stem=both("差距为零意味着什么？"),
                response_text=both(text),
                points=0.5,
                max=1,
                verdict="partly",
                reason=None,
                explanation=both("零就是不多不少。"),
            ),
        ),
        reflections=(
            ReflectionFeedback(
                id="lift-log",
                number=2,
                prompt=both("写一次经历。"),
                fields=(FieldFeedback(label=both("事实"), text=both(text), exemplar=None),),
                points=None,
                max=3,
                comment=comment,
                rubric=(),
            ),
        ),
        generated=datetime(2026, 5, 5, tzinfo=UTC),
    )


@given(
    text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip),
    comment=st.none() | st.text(st.characters(exclude_categories=["Cs"])),
)
def test_the_page_carries_its_facts_whatever_they_are(text: str, comment: str | None) -> None:
    said = facts(text, comment)
    assert feedback.parse(render(said)) == said


def test_words_of_a_learner_or_trainer_are_inert() -> None:
    page = BeautifulSoup(render(facts(HOSTILE, HOSTILE)), "html.parser")
    assert [one["type"] for one in page.find_all("script")] == ["application/json"]
    assert page.find_all(["img", "iframe", "object", "form", "base"]) == []
    assert page.get_text().count(HOSTILE) == 6  # three times in each language
    assert [one.get_text() for one in page.select(".comment")] == [HOSTILE, HOSTILE]


def test_the_page_needs_nothing_else() -> None:
    page = BeautifulSoup(render(facts("答案")), "html.parser")
    addresses = [tag[name] for tag in page.find_all() for name in ("src", "href") if tag.get(name)]
    assert sorted(addresses) == ["#en", "#zh-CN"]
    assert "url(" not in str(page)
    assert "@import" not in str(page)
    assert not any(name.startswith("on") for tag in page.find_all() for name in tag.attrs)


def test_both_languages_stand_on_the_page_the_learners_first() -> None:
    page = BeautifulSoup(render(facts("Zero")), "html.parser")
    assert page.html is not None
    assert page.html["lang"] == "en"
    english, chinese = page.find_all("section")
    assert (english["lang"], chinese["lang"]) == ("en", "zh-CN")
    assert "Points: 1.5 of 6" in english.get_text()
    assert "waiting for your trainer" in english.get_text()
    assert "after the deadline" in english.get_text()
    assert "1.5分（满分6分）" in chinese.get_text()
    assert "等培训师评分" in chinese.get_text()
    assert not re.search(
        r"[A-Za-z]{3,}", re.sub(r"Zero|Read this in English|UTC", "", chinese.get_text())
    )


@pytest.mark.parametrize(
    ("points", "text"), [(2.0, "2"), (1.5, "1.5"), (0.6667, "0.67"), (0.0, "0"), (100.0, "100")]
)
def test_points_are_written_as_people_write_them(points: float, text: str) -> None:
    assert format_points(points) == text


def test_the_file_is_where_nbgrader_releases_it(cohort: Cohort) -> None:
    from nbgrader.utils import notebook_hash

    name = notebook_hash(secret="a" * 128, notebook_id=MODULE)
    assert feedback_path(cohort.settings, MODULE, "a" * 128).name == f"{name}.html"


def test_released_feedback_holds_no_hidden_test(cohort: Cohort) -> None:
    """Nbgrader's own feedback page shows the hidden tests, and names a CDN."""
    receipt = cohort.hand_in("李雷", {"chain-order": HALF_RIGHT_ORDER}, {"facts": HOSTILE})
    cohort.hand_in("han.meimei", {"gap-sign": "delighted"}, {"facts": "韩梅梅的秘密"})
    cohort.collect_and_autograde()
    cohort.mark("李雷", 1, HOSTILE)
    cohort.give_feedback()
    assert len(list(cohort.settings.feedback.iterdir())) == 2
    path = feedback_path(cohort.settings, MODULE, receipt.secret)
    page = path.read_text(encoding="utf-8")
    for secret in ("score_cell", "HIDDEN", "SOLUTION", "quiz(", '"key"', receipt.secret, "cdnjs"):
        assert secret not in page
    for other in ("韩梅梅", "han.meimei", "惊喜需要正的差距"):
        assert other not in page, "it tells of another learner"
    assert "<script>alert" not in page
    assert {path.suffix for path in cohort.settings.feedback.iterdir()} == {".html"}


def test_feedback_is_read_with_its_own_receipt_only(cohort: Cohort) -> None:
    receipt = cohort.hand_in("李雷", {"gap-sign": "met"})
    other = cohort.hand_in("han.meimei")
    cohort.collect_and_autograde()
    cohort.give_feedback()
    assert cohort.read_feedback(Receipt(receipt.timestamp, receipt.directory, "f" * 128)) is None
    mixed = Receipt(receipt.timestamp, receipt.directory, other.secret)
    with pytest.raises(UnreadableFeedback, match="not on z1-lift of"):
        cohort.read_feedback(mixed)


@pytest.mark.parametrize("damage", ["foreign", "half", "two", "link", "folder", "huge", "bytes"])
def test_a_file_that_is_not_ours_is_not_trusted(cohort: Cohort, damage: str) -> None:
    receipt = cohort.hand_in("李雷", {"gap-sign": "met"})
    cohort.collect_and_autograde()
    cohort.give_feedback()
    path = feedback_path(cohort.settings, MODULE, receipt.secret)
    page = path.read_bytes()
    path.unlink()
    match damage:
        case "foreign":
            path.write_text("<html><body>Score: 3 / 6</body></html>", encoding="utf-8")
        case "half":
            path.write_bytes(page[: page.index(b'"reflections":')])
        case "two":
            path.write_bytes(page + page)
        case "link":
            path.symlink_to(cohort.root / "nbgrader_config.py")
        case "folder":
            path.mkdir()
        case "huge":
            path.write_bytes(page + b" " * 5_000_000)
        case _:
            path.write_bytes(page + b"\xff")
    with pytest.raises(UnreadableFeedback, match=path.name):
        cohort.read_feedback(receipt)


def test_a_question_changed_since_its_release_is_not_explained(cohort: Cohort) -> None:
    receipt = cohort.hand_in("李雷", {"gap-sign": "met"})
    cohort.collect_and_autograde()
    _change(cohort.root / "content" / MODULE / "items.yaml", "  key: met\n", "  key: delighted\n")
    cohort.give_feedback()
    read = cohort.read_feedback(receipt)
    assert read is not None
    order, gap = read.items
    assert (gap.verdict, gap.points) == ("right", 1.0)
    assert (gap.stem, gap.response_text, gap.explanation, gap.parts) == (None, None, None, ())
    assert order.explanation is not None
    page = feedback_path(cohort.settings, MODULE, receipt.secret).read_text(encoding="utf-8")
    assert "这道题改过了" in page


def test_damaged_answers_are_told(cohort: Cohort) -> None:
    receipt = cohort.hand_in("李雷", {"gap-sign": "met"}, {"facts": "等了。"})
    cohort.nbgrader("collect", MODULE, "--quiet")
    damaged = cohort.root / "var" / "submitted" / "李雷" / MODULE / "answers.json"
    damaged.write_text("{", encoding="utf-8")
    cohort.nbgrader("autograde", MODULE, "--quiet")
    cohort.give_feedback()
    read = cohort.read_feedback(receipt)
    assert read is not None
    assert {item.reason for item in read.items} == {"answers-refused"}
    assert {item.verdict for item in read.items} == {"unreadable"}
    assert read.reflections[0].points is None  # it stands in the notebook, and waits for a mark


def test_points_given_by_hand_count(cohort: Cohort) -> None:
    receipt = cohort.hand_in("李雷")
    cohort.collect_and_autograde()
    with cohort.gradebook() as gradebook:
        grade = gradebook.find_grade("gap-sign", MODULE, MODULE, "李雷")
        grade.manual_score, grade.extra_credit = 1, 0.5
        grade.needs_manual_grade = False
        gradebook.db.commit()
    cohort.give_feedback()
    read = cohort.read_feedback(receipt)
    assert read is not None
    assert (read.items[1].verdict, read.items[1].points) == ("right", 1.5)
    assert read.score == cohort.score("李雷") == 1.5


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
