"""``yongxin erase``, ``copy`` and ``retention``, over a course that nobody has handed in to yet."""

import json
import zipfile
from pathlib import Path

import pytest

from yongxin.cli import main
from yongxin.store import Store


@pytest.fixture
def course(own_course: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    state = own_course / "var"
    monkeypatch.setenv("YONGXIN_STATE", str(state))
    state.mkdir(mode=0o700, exist_ok=True)
    with Store.open(f"sqlite:///{state / 'yongxin.db'}") as store:
        store.add_learner("lin", "林夏", groups=["east"])
    return own_course


def people(course: Path) -> list[str]:
    with Store.open(f"sqlite:///{course / 'var' / 'yongxin.db'}") as store:
        return [one.username for one in store.learners(active=None)]


def test_somebody_is_erased_after_typing_the_name(
    course: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    where = ["--course", str(course)]
    assert main(["erase", "lin", "--dry-run", *where]) == 0
    assert "membership" in capsys.readouterr().out
    monkeypatch.setattr("builtins.input", lambda _prompt: "lim")
    assert main(["erase", "lin", *where]) == 1
    assert people(course) == ["lin"]
    monkeypatch.setattr("builtins.input", lambda _prompt: "lin")
    assert main(["erase", "lin", *where]) == 0
    assert people(course) == []
    capsys.readouterr()
    assert main(["erase", "lin", "--yes", *where]) == 0
    assert "Nothing is kept about lin" in capsys.readouterr().out


def test_a_copy_is_private_and_replaces_no_file(course: Path, tmp_path: Path) -> None:
    output = tmp_path / "copy.zip"
    arguments = ["copy", "lin", "-o", str(output), "--course", str(course)]
    assert main(arguments) == 0
    assert output.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(output) as copy:
        assert json.loads(copy.read("data/learner.json"))[0]["name"] == "林夏"
    assert main(arguments) == 1
    assert main(["copy", "nobody", "-o", str(tmp_path / "x"), "--course", str(course)]) == 1


def test_retention_is_shown_and_applied(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--course", str(course)]
    assert main(["retention", *where]) == 0
    assert "Nothing was deleted" in capsys.readouterr().out
    assert main(["retention", "--apply", *where]) == 0
    assert "Deleted: nothing." in capsys.readouterr().out
    (course / "var" / "retention.yaml").write_text("audits: 3\n", encoding="utf-8")
    assert main(["retention", "--apply", *where]) == 1
    assert "retention.yaml:1" in capsys.readouterr().err
