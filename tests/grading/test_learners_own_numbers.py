"""Items with parameters: graded by the numbers that each learner was asked, whichever way."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from support.cohort import Cohort
from yongxin.catalogue import Catalogue
from yongxin.grading import answers, score_cell
from yongxin.grading.answers import Answer, Answers, RefusedAnswers
from yongxin.grading.submission import hand_in
from yongxin.items import JSON, Key, score
from yongxin.items.calculated import CalculatedKey

MODULE, ITEM = "z3-water", "water-speed"
NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
KEY: dict[str, Any] = {
    "id": ITEM,
    "type": "calculated",
    "points": 2.0,
    "parameters": [
        {"id": "minutes", "from": 10, "to": 50, "step": 5},
        {"id": "litres", "from": 600, "to": 1200, "step": 50},
    ],
    "formula": "litres / minutes",
    "tolerance": 0.5,
}


def key() -> Key:
    return CalculatedKey.model_validate(KEY)


def right_answer(learner: str) -> str:
    asked = CalculatedKey.model_validate(KEY).for_learner(learner)
    return f"{asked.value():.2f}"


def write(folder: Path, learner: str | None, response: JSON) -> Path:
    path = folder / answers.FILE_NAME
    handed_in = Answers(
        module=MODULE,
        learner=learner,
        handed_in=NOW,
        language="en",
        answers={ITEM: Answer(response=response, saved=NOW)},
        reflections={},
    )
    answers.write(path, handed_in)
    return path


def test_the_learners_named_here_are_asked_different_numbers() -> None:
    assert right_answer("李雷") != right_answer("han.meimei")


def test_executing_the_cell_scores_the_learner_whom_the_file_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for learner in ("李雷", "han.meimei"):
        write(tmp_path, learner, right_answer("李雷"))
        assert score_cell(KEY) == (2.0 if learner == "李雷" else 0.0)


def test_a_file_that_names_nobody_scores_nothing_and_says_why(tmp_path: Path) -> None:
    handed_in = answers.read(write(tmp_path, None, right_answer("")), "李雷")
    assert handed_in.score(key()).reason == "no-learner"
    # What has no parameters needs no name: files from before there were any stay good.
    assert handed_in.score(score_of_plain()).reason is None


def score_of_plain() -> Key:
    from yongxin.items.number import NumberKey

    return NumberKey(id=ITEM, key=1, tolerance=1)


def test_a_file_that_names_somebody_else_is_refused_with_a_reason(tmp_path: Path) -> None:
    path = write(tmp_path, "han.meimei", right_answer("han.meimei"))
    assert answers.read(path, "han.meimei").learner == "han.meimei"
    with pytest.raises(RefusedAnswers) as refused:
        answers.read(path, "李雷")
    assert refused.value.code == "other-learner"
    assert "holds the answers of han.meimei, handed in by 李雷" in str(refused.value)


def test_a_file_system_that_decomposes_names_changes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, "Jos\u00e9", "1")
    assert answers.read(path, "Jose\u0301").learner == "Jos\u00e9"


@pytest.mark.parametrize("learner", ["", "x" * 65, 7, ["李雷"]])
def test_a_name_is_a_short_text(tmp_path: Path, learner: JSON) -> None:
    path = write(tmp_path, "李雷", "1")
    data = json.loads(path.read_text(encoding="utf-8")) | {"learner": learner}
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(RefusedAnswers) as refused:
        answers.read(path)
    assert refused.value.code == "wrong-shape"


# -- the whole way, through nbgrader --------------------------------------------------------------

STOCK = """
c.Autograde.autograde_preprocessors = [
    one.replace("yongxin.grading.preprocessors.QuizExecute", "nbgrader.preprocessors.Execute")
    for one in c.Autograde.autograde_preprocessors
]
"""


def grades(cohort: Cohort, username: str) -> dict[str, float | None]:
    with cohort.gradebook() as gradebook:
        notebook = gradebook.find_submission_notebook(MODULE, MODULE, username)
        return {grade.name: grade.auto_score for grade in notebook.grades}


@pytest.mark.slow
def test_two_learners_earn_what_their_own_numbers_ask_and_a_forged_name_earns_nothing(
    cohort: Cohort, tmp_path: Path
) -> None:
    from yongxin.grading.exchange import release_module

    release_module(cohort.root, MODULE)
    public = Catalogue(cohort.root).item(ITEM)
    for username, told in (("李雷", "李雷"), ("han.meimei", "李雷"), ("forger", "forger")):
        assert public.for_learner(username).variant
        response = {"number": right_answer(told), "unit": "per-minute"}
        hand_in(
            cohort.settings,
            course_root=cohort.root,
            username=username,
            module_id=MODULE,
            answers={
                ITEM: Answer(response=response, saved=NOW),
                "water-one-word-more": Answer(response="感知", saved=NOW),
            },
            reflections={},
            language="en",
            now=datetime.now(UTC),
        )
    cohort.nbgrader("collect", MODULE, "--quiet")
    folder = cohort.root / "var" / "submitted"
    collected = json.loads(
        (folder / "李雷" / MODULE / answers.FILE_NAME).read_text(encoding="utf-8")
    )
    assert collected["learner"] == "李雷"
    shutil.copyfile(
        folder / "李雷" / MODULE / answers.FILE_NAME,
        folder / "forger" / MODULE / answers.FILE_NAME,
    )
    stock = Cohort(shutil.copytree(cohort.root, tmp_path / "stock"))
    config = stock.root / "nbgrader_config.py"
    config.write_text(config.read_text(encoding="utf-8") + STOCK, encoding="utf-8")

    cohort.nbgrader("autograde", MODULE, "--quiet")
    stock.nbgrader("autograde", MODULE, "--quiet")

    by_data = {one: grades(cohort, one) for one in ("李雷", "han.meimei", "forger")}
    assert by_data["李雷"][ITEM] == 2
    assert by_data["han.meimei"][ITEM] == 0
    assert by_data["李雷"]["water-one-word-more"] == 1
    assert set(by_data["forger"].values()) == {0}
    for username in ("李雷", "han.meimei"):
        assert grades(stock, username) == by_data[username]

    # Grading again changes nothing: the numbers are not drawn anew.
    cohort.nbgrader("autograde", MODULE, "--quiet", "--force")
    assert {one: grades(cohort, one) for one in by_data} == by_data


def test_feedback_tells_the_learners_own_numbers(cohort: Cohort) -> None:
    from yongxin.content import load_content
    from yongxin.grading.feedback_export import item_feedback
    from yongxin.grading.marking import Mark

    item = next(
        one for one in load_content(cohort.root / "content").modules[MODULE].items if one.id == ITEM
    )
    response = {"number": right_answer("李雷"), "unit": "litre"}
    handed_in = Answers(
        module=MODULE,
        learner="李雷",
        handed_in=NOW,
        language="en",
        answers={ITEM: Answer(response=response, saved=NOW)},
        reflections={},
    )
    mark = Mark(cell=ITEM, points=1.0, maximum=2.0, comment=None, by_hand=False)
    feedback = item_feedback(1, mark, item.answer_key(), item, handed_in)
    asked = item.for_learner("李雷")
    assert feedback.stem == asked.stem
    assert feedback.explanation == asked.explanation
    assert "{" not in asked.explanation.zh_cn
    assert [(part.id, part.mark) for part in feedback.parts] == [("unit", "wrong")]
    assert feedback.rule == "within-tolerance-and-unit"
    assert score(item.answer_key().for_learner("李雷"), response).points == 1


@pytest.mark.parametrize(
    "response",
    [None, "", "。", "12", [], {}, ["off"], {"number": ""}, {"unit": "litre"}, {"number": "x"},
     {"calls.morning": ""}, {"calls.morning": "24"}, {"mean.cost": "1"}, {"repair.both": "75"}],
    ids=repr,
)  # fmt: skip
def test_whatever_was_handed_in_gets_feedback(sample_content: Path, response: JSON) -> None:
    """An empty mapping, which no view sends but a file may hold, once had no words."""
    from yongxin.content import load_content
    from yongxin.grading.feedback_export import item_feedback
    from yongxin.grading.marking import Mark

    for item in load_content(sample_content).modules[MODULE].items:
        handed_in = Answers(
            module=MODULE,
            learner="李雷",
            handed_in=NOW,
            language="en",
            answers={item.id: Answer(response=response, saved=NOW)},
            reflections={},
        )
        released = item.answer_key()
        scored = handed_in.score(released)
        mark = Mark(item.id, scored.points, released.points, by_hand=False, comment=None)
        feedback = item_feedback(1, mark, released, item, handed_in)
        assert (feedback.reason, feedback.points) == (scored.reason, scored.points)
        assert (feedback.verdict == "right") == (scored.ratio == 1)
