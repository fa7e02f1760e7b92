"""The verbs: light to import, clear when they cannot show something, at home in two languages."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import yongxin
import yongxin.en
import yongxin.zh_cn
from yongxin import desk
from yongxin.elements.comm import Failed
from yongxin.verbs import CannotShow, preferred_language

VERBS = ["assess", "kept", "progress", "quiz", "reflect", "scenario", "simulate", "submit"]

# What a verb returns is a widget; which one is no business of its caller.
english: Any = yongxin.en
chinese: Any = yongxin.zh_cn


@pytest.fixture
def lesson(built_course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A kernel in a lesson's folder, with a store of its own."""
    monkeypatch.chdir(built_course / "course" / "en")
    monkeypatch.setenv(desk.STORE_VARIABLE, f"sqlite:///{tmp_path / 'answers.db'}")
    desk.open_desk.cache_clear()
    yield built_course
    desk.open_desk().close()
    desk.open_desk.cache_clear()


@pytest.fixture
def exercise(lesson: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A kernel in an exercise's folder."""
    monkeypatch.chdir(lesson / "exercises" / "z1-lift")
    return lesson


def test_importing_reads_no_file_and_nothing_heavy() -> None:
    program = """
import sys
from pathlib import Path
from typing import Any
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
import yongxin, yongxin.en, yongxin.zh_cn
heavy = "pandas plotly nbgrader sqlalchemy ipywidgets pydantic jinja2 ruamel tornado".split()
print(sorted(set(heavy) & set(sys.modules)))
print([path for path in opened if Path(path).suffix not in {".py", ".pyc", ""}])
print([path for path in opened if Path(path).suffix == ""])
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["[]", "[]", "[]"]


@pytest.mark.parametrize("package", [yongxin, yongxin.en, yongxin.zh_cn])
def test_each_package_has_the_same_verbs(package) -> None:
    assert package.__all__ == VERBS
    assert all(callable(getattr(package, verb)) for verb in VERBS)
    assert all(getattr(package, verb).__doc__ for verb in VERBS)


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"YONGXIN_LANGUAGE": "en", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"YONGXIN_LANGUAGE": "zh-CN", "LANG": "en_GB.UTF-8"}, "zh-CN"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LC_ALL": "zh_TW.UTF-8", "LANG": "en_GB.UTF-8"}, "zh-CN"),
        ({"LANG": "C.UTF-8"}, "zh-CN"),
        ({"YONGXIN_LANGUAGE": "fr", "LANG": "de_DE"}, "zh-CN"),
        ({}, "zh-CN"),
    ],
)
def test_the_language_is_asked_for_or_the_machines_or_chinese(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], language: str
) -> None:
    for name in ("YONGXIN_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert preferred_language() == language


def test_each_verb_shows_a_widget(lesson: Path) -> None:
    assert english.quiz("gap-sign").element == "quiz:gap-sign"
    several = chinese.quiz("lift-causes", "lift-minutes").children
    assert [one.language for one in several] == ["zh-CN", "zh-CN"]
    assert english.reflect("lift-recap").element == "reflect:lift-recap"
    assert english.scenario("water-first-call").element == "quiz:water-first-call"
    assert english.simulate("satisfaction-gap").element == "simulate:satisfaction-gap"
    assert english.progress().shown["presentation"]["total"] > 0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: english.quiz("gap-sing"), '"gap-sing". Nearest are gap-sign, '),
        (lambda: chinese.quiz("gap-sing"), "没有叫“gap-sing”的题。最接近的：gap-sign、"),
        (lambda: english.reflect("recap"), 'no reflection "recap". Nearest are lift-recap'),
        (lambda: english.simulate("gap"), 'no simulator "gap". Nearest are satisfaction-gap, '),
        (english.quiz, "quiz() needs at least one name"),
        (lambda: english.quiz(3), "stand in quotation marks"),
        (english.submit, "not the folder of an exercise"),
    ],
)
def test_what_cannot_be_shown_is_told_in_the_readers_language(
    lesson: Path, call, words: str
) -> None:
    with pytest.raises(CannotShow) as refused:
        call()
    assert words in str(refused.value)
    assert refused.value._render_traceback_() == [str(refused.value)]


def test_an_unknown_id_names_the_three_nearest(lesson: Path) -> None:
    with pytest.raises(CannotShow) as refused:
        english.quiz("lift-minute")
    assert str(refused.value).count(",") == 2


def test_without_a_course_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    desk.open_desk.cache_clear()
    with pytest.raises(CannotShow, match="YONGXIN_COURSE"):
        english.quiz("gap-sign")


def send(name: str, event: dict, *, event_id: str, revision: int = 0):
    return desk.open_desk().apply(
        desk.element_of(name), event, "en", event_id=event_id, client="c", revision=revision
    )


def test_answers_outlive_the_kernel(lesson: Path) -> None:
    send("quiz:gap-sign", {"type": "answer", "response": "met"}, event_id="1")
    desk.open_desk().close()
    desk.open_desk.cache_clear()
    shown = english.quiz("gap-sign").shown
    assert shown["revision"] == 1
    assert shown["presentation"]["response"] == "met"


def test_an_event_that_arrives_twice_counts_once(lesson: Path) -> None:
    event = {"type": "answer", "response": "met"}
    first, _ = send("quiz:gap-sign", event, event_id="1")
    again, _ = send("quiz:gap-sign", event, event_id="1")
    assert again == first


def test_a_simulator_that_stands_in_no_module_can_be_tried(lesson: Path) -> None:
    shown, _ = send(
        "simulate:expectation-builder",
        {"type": "set", "inputs": {"experience-level": 7}},
        event_id="1",
    )
    assert shown.presentation["inputs"]["experience-level"] == 7.0


@pytest.mark.parametrize("event_id", ["", "with blanks in it", "é" * 20])
def test_an_event_without_a_proper_id_is_refused(lesson: Path, event_id: str) -> None:
    with pytest.raises(Failed) as refused:
        send("quiz:gap-sign", {"type": "answer", "response": "met"}, event_id=event_id)
    assert refused.value.kind == "refused"


@pytest.mark.parametrize(
    "url", ["none", "sqlite:////proc/answers.db", "sqlite:////dev/null/answers.db"]
)
def test_without_a_place_to_keep_answers_it_works_and_says_so(
    lesson: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv(desk.STORE_VARIABLE, url)
    desk.open_desk.cache_clear()
    widget = english.quiz("lift-causes")
    assert widget.kept is False
    shown, _ = send("quiz:lift-causes", {"type": "answer", "response": ["angry"]}, event_id="1")
    assert shown.presentation["answered"]
    with pytest.raises(Failed) as refused:
        desk.open_desk().hand_in("en", event_id="h", confirmed=True)
    assert refused.value.code == "not-kept"


def test_an_exercise_shows_what_is_left_to_do(exercise: Path) -> None:
    shown = english.submit().shown["presentation"]
    assert shown["total"] == 3
    assert shown["can_hand_in"]
    send("quiz:gap-sign", {"type": "answer", "response": "met"}, event_id="1")
    assert english.submit().shown["presentation"]["answered"] == 1


def test_without_an_exchange_handing_in_says_so_and_uses_no_attempt(
    exercise: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YONGXIN_STATE", str(tmp_path))
    with pytest.raises(Failed) as refused:
        desk.open_desk().hand_in("en", event_id="h", confirmed=True)
    assert refused.value.code == "exchange-unavailable"
    assert "Your answers are safe" in refused.value.message
    assert english.submit().shown["presentation"]["attempts_used"] == 0


def test_an_incomplete_exercise_is_not_handed_in_unasked(exercise: Path) -> None:
    with pytest.raises(Failed) as refused:
        desk.open_desk().hand_in("en", event_id="h", confirmed=False)
    assert refused.value.code == "incomplete"


@pytest.mark.parametrize(
    ("user", "username"),
    [
        ("lin.xia", "lin.xia"),
        ("林夏", "林夏"),
        ("DOMAIN\\lin xia", "DOMAIN_lin_xia"),
        ("..", "learner"),
        ("", "learner"),
        ("x" * 99, "x" * 64),
    ],
)
def test_the_machines_user_becomes_a_learner(
    monkeypatch: pytest.MonkeyPatch, user: str, username: str
) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: user)
    assert desk._username() == username


def test_a_user_without_a_name_becomes_a_learner(monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless() -> str:
        raise KeyError("uid not found: 1000680000")

    monkeypatch.setattr("getpass.getuser", nameless)
    assert desk._username() == "learner"


def test_in_a_hubs_container_the_learner_is_the_hubs_user_as_for_nbgrader(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "jovyan")
    monkeypatch.setenv("JUPYTERHUB_USER", "李雷")
    assert desk._username() == "李雷"
    monkeypatch.delenv("JUPYTERHUB_USER")
    assert desk._username() == "jovyan"


def test_a_self_assessment_is_shown_in_a_kernel_and_keeps_its_result(lesson: Path) -> None:
    widget = english.assess("water-last-calls")
    assert widget.element == "assess:water-last-calls"
    answers = {"time-to-answer": "later", "who-rang-twice": "nobody"}
    for number, event in enumerate(
        ({"type": "mark", "answers": answers}, {"type": "finish"}), start=1
    ):
        message = {"id": str(number), "type": "event", "event": event, "revision": number - 1}
        widget._answer(widget, {**message, "event_id": str(number), "client": "tab"}, [])
    shown = english.assess("water-last-calls").shown["presentation"]
    assert shown["result"]["answers"][0]["answer"] == "Later, or it is not in the log"
    with pytest.raises(CannotShow, match=r"no self-assessment .*water-last-calls"):
        english.assess("water-last-call")


def test_what_was_written_is_shown_again_in_a_kernel(lesson: Path) -> None:
    assert english.kept("lift-recap").shown == {"revision": 0, "presentation": {"fields": {}}}
    event = {"type": "write", "fields": {"gain": "一句话"}}
    send("reflect:lift-recap", event, event_id="1")
    shown = english.kept("lift-recap").shown
    assert shown == {"revision": 1, "presentation": {"fields": {"gain": "一句话"}}}
