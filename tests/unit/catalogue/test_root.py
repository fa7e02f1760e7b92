"""Finding the built course."""

from pathlib import Path

import pytest

from yongxin.catalogue import CourseNotFound, find_root


def test_the_nearest_folder_above_with_a_built_course_is_found(root: Path) -> None:
    inner = root / "course" / "zh-CN"
    inner.mkdir(parents=True)
    assert find_root(inner) == root
    assert find_root(root) == root


def test_the_working_directory_is_where_one_starts(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root / "data")
    assert find_root() == root


def test_the_environment_goes_before_the_working_directory(
    root: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YONGXIN_COURSE", str(root))
    assert find_root(tmp_path_factory.mktemp("elsewhere")) == root


def test_a_folder_without_a_course_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CourseNotFound, match="run `yongxin build` there, or let YONGXIN_COURSE"):
        find_root(tmp_path)
    monkeypatch.setenv("YONGXIN_COURSE", str(tmp_path))
    with pytest.raises(CourseNotFound, match=r"YONGXIN_COURSE names .* holds no data/course\.json"):
        find_root()
