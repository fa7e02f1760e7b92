"""Asking the built course for modules, items, verdicts and paths."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from unit.catalogue.conftest import bank, choice, write
from yongxin.catalogue import Catalogue, DamagedCourse, NotPractice, UnknownId
from yongxin.items import JSON, MalformedResponse


def test_practice_and_graded_items_are_public_items_alike(catalogue: Catalogue) -> None:
    for item_id, use in (("lift-try", "practice"), ("car-park-exam", "graded")):
        item = catalogue.item(item_id)
        assert (item.id, item.use, item.rule) == (item_id, use, "exact-match")
        dumped = item.model_dump_json()
        assert "About this" not in dumped
        assert "Because" not in dumped


def test_practice_is_judged_in_the_readers_language(catalogue: Catalogue) -> None:
    verdict = catalogue.judge("lift-try", "this", "zh-CN")
    assert verdict.ratio == 1
    assert verdict.explanation == "Because（中）"
    assert [(one.id, one.right, one.text) for one in verdict.options] == [
        ("this", True, "About this（中）")
    ]
    assert catalogue.judge("lift-try", "that", "en").ratio == 0


def test_graded_items_are_not_judged(catalogue: Catalogue) -> None:
    with pytest.raises(NotPractice, match="lift-exam"):
        catalogue.judge("lift-exam", "this", "en")


@pytest.mark.parametrize(("response", "code"), [(None, "empty"), ("other", "unknown-option")])
def test_what_cannot_be_read_is_not_judged(catalogue: Catalogue, response: JSON, code: str) -> None:
    with pytest.raises(MalformedResponse) as refused:
        catalogue.judge("lift-try", response, "en")
    assert refused.value.code == code


def test_modules_come_in_the_order_of_the_course_and_only_when_built(
    catalogue: Catalogue,
) -> None:
    assert list(catalogue.course.modules) == ["lift", "car-park", "gate"]
    assert catalogue.built_modules() == ["lift", "car-park"]
    with pytest.raises(UnknownId, match="gate"):
        catalogue.bank("gate")


def test_an_element_belongs_to_the_module_that_has_it_first(catalogue: Catalogue) -> None:
    assert catalogue.module_of("quiz:car-park-exam") == "car-park"
    assert catalogue.module_of("simulate:satisfaction-gap") == "lift"
    with pytest.raises(UnknownId):
        catalogue.module_of("submit:exercise")


def test_an_unknown_id_names_three_that_exist(catalogue: Catalogue) -> None:
    with pytest.raises(UnknownId) as unknown:
        catalogue.item("lift-tri")
    assert (unknown.value.kind, unknown.value.id) == ("item", "lift-tri")
    assert unknown.value.nearest[0] == "lift-try"
    assert len(unknown.value.nearest) == 3
    with pytest.raises(UnknownId) as unknown:
        catalogue.reflection("zzz")
    assert set(unknown.value.nearest) == {"lift-log", "car-park-log"}


@pytest.mark.parametrize("name", ["../secrets", "lift/../../x", "", ".", "/etc/passwd", "gates"])
def test_paths_are_given_for_known_modules_alone(catalogue: Catalogue, name: str) -> None:
    for ask in (
        lambda: catalogue.lesson_path(name, "en"),
        lambda: catalogue.exercise_path(name),
        lambda: catalogue.bank(name),
    ):
        with pytest.raises(UnknownId):
            ask()


def test_lessons_and_exercises_have_their_places(catalogue: Catalogue, root: Path) -> None:
    assert catalogue.lesson_path("lift", "zh-CN") == root / "course/zh-CN/lift.ipynb"
    assert catalogue.exercise_path("lift") == root / "exercises/lift/lift.ipynb"


def test_a_file_is_read_once_until_it_changes(catalogue: Catalogue, root: Path) -> None:
    first = catalogue.bank("lift")
    assert catalogue.bank("lift") is first
    item = catalogue.item("lift-try")
    assert catalogue.item("lift-try") is item
    changed = bank("lift")
    changed["practice"].append(choice("lift-new", "practice"))
    write(root / "data" / "bank" / "lift.json", changed)
    assert catalogue.item("lift-new").id == "lift-new"
    assert catalogue.judge("lift-new", "this", "en").ratio == 1


def test_a_module_that_is_built_later_appears(catalogue: Catalogue, root: Path) -> None:
    catalogue.built_modules()
    write(root / "data" / "bank" / "gate.json", bank("gate"))
    assert catalogue.built_modules() == ["lift", "car-park", "gate"]
    assert catalogue.module_of("quiz:gate-try") == "gate"


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"module": 1}', "\udcff"])
def test_a_damaged_file_is_named_with_a_way_out(
    catalogue: Catalogue, root: Path, damage: str
) -> None:
    path = root / "data" / "bank" / "lift.json"
    path.write_bytes(damage.encode("utf-8", "surrogateescape"))
    with pytest.raises(DamagedCourse, match=r"lift\.json is damaged: .*`yongxin build`"):
        catalogue.bank("lift")


def test_a_course_without_its_structure_is_damaged(catalogue: Catalogue, root: Path) -> None:
    (root / "data" / "course.json").unlink()
    with pytest.raises(DamagedCourse, match="it is missing"):
        _ = catalogue.course


def test_a_bank_with_the_key_of_a_graded_item_is_refused(catalogue: Catalogue, root: Path) -> None:
    leaking = bank("lift")
    leaking["graded"][0]["key"] = "this"
    write(root / "data" / "bank" / "lift.json", leaking)
    with pytest.raises(DamagedCourse, match="key"):
        catalogue.bank("lift")


def test_threads_share_a_catalogue_while_it_changes(catalogue: Catalogue, root: Path) -> None:
    path = root / "data" / "bank" / "lift.json"

    def ask(number: int) -> str:
        if number % 10 == 0:
            fresh = path.with_suffix(f".{number}")
            fresh.write_text(json.dumps(bank("lift")) + " " * number, encoding="utf-8")
            os.replace(fresh, path)  # noqa: PTH105  as a build replaces files
        return catalogue.item("lift-try").id

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(ask, range(200))) == {"lift-try"}
