"""The reader of answers.json trusts nothing, and its writer leaves nothing half done."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yongxin.grading import answers
from yongxin.grading.answers import Answer, Answers, RefusedAnswers, Written

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
HANDED_IN = Answers(
    module="z1-lift",
    handed_in=NOW,
    language="zh-CN",
    answers={"gap-sign": Answer(response="met", saved=NOW)},
    reflections={"lift-log": Written(fields={"facts": "我等了二十分钟。😀"}, saved=NOW)},
)


def as_written(**changes: Any) -> str:
    return json.dumps(HANDED_IN.model_dump(mode="json") | changes, ensure_ascii=False)


def refusal(path: Path) -> RefusedAnswers:
    with pytest.raises(RefusedAnswers) as caught:
        answers.read(path)
    assert str(caught.value).startswith("answers.json ")
    return caught.value


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "answers.json"
    answers.write(path, HANDED_IN)
    assert answers.read(path) == HANDED_IN
    assert [one.name for one in tmp_path.iterdir()] == ["answers.json"]
    assert path.stat().st_mode & 0o077 == 0
    assert "我等了二十分钟。" in path.read_text(encoding="utf-8")


def test_an_item_without_an_answer_has_none() -> None:
    assert HANDED_IN.response_to("gap-sign") == "met"
    assert HANDED_IN.response_to("chain-order") is None


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param("", "not-json", id="nothing"),
        pytest.param(as_written()[:-20], "not-json", id="half a file"),
        pytest.param("\ufeff" + as_written(), "not-json", id="a byte order mark"),
        pytest.param("[" * 100_000, "too-deep", id="endless nesting"),
        pytest.param("1" * 10_000, "not-json", id="a number of 10,000 digits"),
        pytest.param(as_written() + " " * answers.MAXIMUM_BYTES, "too-large", id="too large"),
        pytest.param(as_written().replace('"met"', "NaN"), "not-json", id="NaN"),
        pytest.param(as_written().replace('"met"', "-Infinity"), "not-json", id="infinity"),
        pytest.param(as_written().replace('"met"', "1e999"), "not-json", id="out of range"),
        pytest.param(as_written().replace('"met"', r'"\ud800"'), "not-json", id="half a character"),
        pytest.param(
            as_written().replace('"met"', "[" * 20 + "]" * 20), "too-deep", id="a deep response"
        ),
        pytest.param(
            as_written().replace('"module"', '"version": 1, "module"'),
            "not-json",
            id="a name twice",
        ),
        pytest.param("null", "wrong-shape", id="null"),
        pytest.param("[]", "wrong-shape", id="a list"),
        pytest.param(as_written(version=2), "wrong-shape", id="another version"),
        pytest.param(as_written(answers=[]), "wrong-shape", id="answers as a list"),
        pytest.param(as_written(answers={"gap-sign": "met"}), "wrong-shape", id="a bare response"),
        pytest.param(as_written(answers={"../x": {}}), "wrong-shape", id="an id that is a path"),
        pytest.param(as_written(handed_in="2026-05-04T09:30:00"), "wrong-shape", id="no time zone"),
        pytest.param(as_written(language="fr"), "wrong-shape", id="another language"),
        pytest.param(as_written(score=99), "wrong-shape", id="an unknown field"),
    ],
)
def test_a_damaged_file_is_refused_with_a_reason(tmp_path: Path, content: str, code: str) -> None:
    path = tmp_path / "answers.json"
    path.write_text(content, encoding="utf-8")
    assert refusal(path).code == code


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "answers.json"
    path.write_bytes(as_written().encode("gbk", errors="ignore"))
    assert refusal(path).code == "not-json"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "answers.json").code == "missing"


def test_links_pipes_and_folders_are_refused(tmp_path: Path) -> None:
    """A link in the exchange once made collect copy the gradebook into a submission."""
    whole = tmp_path / "whole.json"
    answers.write(whole, HANDED_IN)
    (tmp_path / "link.json").symlink_to(whole)
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "folder.json").mkdir()
    for name in ("link.json", "pipe.json", "folder.json"):
        assert refusal(tmp_path / name).code == "not-a-file", name


@pytest.mark.parametrize(
    "response",
    ["\ud800", ["x" * answers.MAXIMUM_BYTES]],
    ids=["half a character", "too large"],
)
def test_what_could_not_be_read_is_not_written(tmp_path: Path, response: Any) -> None:
    path = tmp_path / "answers.json"
    answers.write(path, HANDED_IN)
    changed = HANDED_IN.model_copy(update={"answers": {"a": Answer(response=response, saved=NOW)}})
    with pytest.raises(RefusedAnswers):
        answers.write(path, changed)
    assert answers.read(path) == HANDED_IN
    assert [one.name for one in tmp_path.iterdir()] == ["answers.json"]


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "answers.json"
    answers.write(path, HANDED_IN)

    def no_space(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(OSError, match="No space left"):
        answers.write(path, HANDED_IN.model_copy(update={"language": "en"}))
    assert answers.read(path) == HANDED_IN
    assert [one.name for one in tmp_path.iterdir()] == ["answers.json"]


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(content=st.binary(max_size=300) | JSON_VALUES.map(lambda one: json.dumps(one).encode()))
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_bytes(content)
    with pytest.raises(RefusedAnswers):  # none of these happens to be a whole hand-in
        answers.read(path)
