"""`yongxin completions`, as a timer runs it every night."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from yongxin.cli import main
from yongxin.store import ModuleMark, Store

MODULES = ("z1-lift", "z3-water")


def test_completions_are_noted_and_counted(
    own_course: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path / 'yongxin.db'}"
    now = datetime.now(UTC)
    with Store.open(url) as store:
        learner_id = store.add_learner("lin", "林夏").id
        store.record_visits({(learner_id, one): now for one in MODULES})
        store.keep_marks(ModuleMark(learner_id, one, now, 9, 10, 0, 1.0) for one in MODULES)
    words = ["completions", "--course", str(own_course), "--store", url, "--language", "en"]
    assert main(words) == 0
    assert main(words) == 0
    rows = {line.split("  ")[0]: line.split() for line in capsys.readouterr().out.splitlines()}
    assert rows["On duty"][-5:] == ["1", "1", "0", "0", "0"]
    assert rows["Onboarding"][-5:] == ["1", "0", "1", "0", "0"]
    with Store.open(url) as store:
        assert set(store.path_completions("on-duty")) == {learner_id}


def test_without_a_course_the_command_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["completions", "--course", str(tmp_path)]) == 1
    assert "no course" in capsys.readouterr().err
