"""Handing in from a notebook on one's own machine: ``submit()`` in JupyterLab."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import yongxin.en
from yongxin import desk
from yongxin.elements import RefusedEvent
from yongxin.elements.comm import Failed

MODULE = "z1-lift"
english: Any = yongxin.en


@pytest.fixture
def course(
    released_course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A kernel in the folder of a released exercise."""
    root = tmp_path / "course"
    shutil.copytree(released_course, root)
    monkeypatch.chdir(root / "exercises" / MODULE)
    monkeypatch.setenv(desk.STORE_VARIABLE, f"sqlite:///{tmp_path / 'answers.db'}")
    monkeypatch.setattr("getpass.getuser", lambda: "lin.xia")
    desk.open_desk.cache_clear()
    yield root
    desk.open_desk().close()
    desk.open_desk.cache_clear()


def answer(name: str, event: dict[str, Any], event_id: str) -> None:
    element = desk.element_of(name)
    desk.open_desk().apply(element, event, "en", event_id=event_id, client="c", revision=0)


def test_answers_of_the_kernel_reach_the_exchange_and_attempts_run_out(course: Path) -> None:
    answer("quiz:gap-sign", {"type": "answer", "response": "met"}, "1")
    answer("reflect:lift-log", {"type": "write", "fields": {"facts": "seven o'clock"}}, "2")
    here = desk.open_desk()
    first = here.hand_in("en", event_id="first", confirmed=True)
    assert (first["attempts_used"], first["can_hand_in"]) == (1, True)
    again = here.hand_in("en", event_id="first", confirmed=True)
    assert again["attempts_used"] == 1, "the same hand-in was made twice"
    last = here.hand_in("en", event_id="last", confirmed=True)
    assert (last["attempts_used"], last["can_hand_in"]) == (2, False)

    handed_in = sorted((course / "var" / "exchange" / "yongxin" / "inbound").iterdir())
    assert [one.name.split("+")[0] for one in handed_in] == ["lin.xia", "lin.xia"]
    answers = json.loads((handed_in[-1] / "answers.json").read_text(encoding="utf-8"))
    assert answers["answers"]["gap-sign"]["response"] == "met"
    assert answers["reflections"]["lift-log"]["fields"] == {"facts": "seven o'clock"}

    with pytest.raises(Failed) as refused:
        here.hand_in("en", event_id="third", confirmed=True)
    assert refused.value.code == "no-attempts"
    assert english.quiz("gap-sign").shown["presentation"]["locked"]
    with pytest.raises(RefusedEvent):
        answer("quiz:gap-sign", {"type": "answer", "response": "delighted"}, "3")
