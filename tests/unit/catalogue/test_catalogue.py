"""Asking the built course for modules, items, verdicts and paths."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from unit.catalogue.conftest import Clock, bank, choice, write
from yongxin.catalogue import Catalogue, DamagedCourse, NotPractice, UnknownId, files
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


def test_a_file_is_read_once_and_seen_a_second_after_it_has_changed(
    catalogue: Catalogue, root: Path, clock: Clock
) -> None:
    first = catalogue.bank("lift")
    item = catalogue.item("lift-try")
    changed = bank("lift")
    changed["practice"].append(choice("lift-new", "practice"))
    write(root / "data" / "bank" / "lift.json", changed)
    clock.now += 0.99
    assert catalogue.bank("lift") is first
    assert catalogue.item("lift-try") is item
    clock.now += 0.01
    assert catalogue.item("lift-new").id == "lift-new"
    assert catalogue.judge("lift-new", "this", "en").ratio == 1


def test_files_are_not_looked_at_for_every_question(
    catalogue: Catalogue, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looking at each bank for each question once took three quarters of a lesson's opening."""
    looks: list[Path] = []
    stamp = files._stamp

    def count(path: Path) -> files.Stamp:
        looks.append(path)
        return stamp(path)

    first = catalogue.bank("car-park")
    monkeypatch.setattr(files, "_stamp", count)
    for _ in range(100):
        catalogue.item("lift-try")
        catalogue.module_of("quiz:car-park-exam")
        catalogue.built_modules()
    assert looks == []
    clock.now += 1
    for _ in range(100):
        catalogue.item("lift-try")
    assert len(looks) == 3
    assert catalogue.bank("car-park") is first


def test_a_module_that_is_built_later_appears(
    catalogue: Catalogue, root: Path, clock: Clock
) -> None:
    catalogue.built_modules()
    write(root / "data" / "bank" / "gate.json", bank("gate"))
    clock.now += 1
    assert catalogue.built_modules() == ["lift", "car-park", "gate"]
    assert catalogue.module_of("quiz:gate-try") == "gate"


def test_an_edition_stays_as_it_was(catalogue: Catalogue, root: Path, clock: Clock) -> None:
    edition = catalogue.edition()
    clock.now += 1
    assert catalogue.edition() is edition
    changed = bank("lift")
    changed["practice"] = []
    write(root / "data" / "bank" / "lift.json", changed)
    clock.now += 1
    with pytest.raises(UnknownId):
        catalogue.item("lift-try")
    assert catalogue.edition() is not edition
    clock.now += 1
    assert edition.edition() is edition
    assert edition.judge("lift-try", "this", "en").ratio == 1
    assert edition.bank("lift").practice[0] is edition.bank("lift").practice[0]
    assert edition.lesson_path("lift", "en") == catalogue.lesson_path("lift", "en")


def test_nobody_reads_half_of_two_builds(
    catalogue: Catalogue, root: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The build puts its second file into place just when the first one has been read."""

    def build(version: str, *modules: str) -> None:
        for module_id in modules:
            changed = bank(module_id)
            changed["practice"].append(choice(f"{module_id}-{version}", "practice"))
            write(root / "data" / "bank" / f"{module_id}.json", changed)

    build("one", "lift", "car-park")
    assert catalogue.item("lift-one").id == "lift-one"
    read = files.CourseFiles._read_one
    building = iter([lambda: build("two", "lift", "car-park")])

    def read_while_building(self: Any, path: Path, model: Any) -> Any:
        content = read(self, path, model)
        if path.stem == "lift":
            next(building, lambda: None)()
        return content

    monkeypatch.setattr(files.CourseFiles, "_read_one", read_while_building)
    build("soon-two", "lift")
    clock.now += 1
    edition = catalogue.edition()
    assert edition.item("lift-two").id == "lift-two"
    assert edition.item("car-park-two").id == "car-park-two"


def test_exercises_know_their_elements(catalogue: Catalogue) -> None:
    assert catalogue.exercises_with("quiz:lift-exam") == ("lift",)
    assert catalogue.exercises_with("quiz:lift-try") == ()
    assert catalogue.exercises_with("quiz:nothing") == ()


def test_a_mended_course_is_seen(catalogue: Catalogue, root: Path, clock: Clock) -> None:
    path = root / "data" / "bank" / "lift.json"
    path.write_text("{")
    for _ in range(2):
        with pytest.raises(DamagedCourse):
            catalogue.built_modules()
    assert list(catalogue.course.modules) == ["lift", "car-park", "gate"]
    write(path, bank("lift"))
    clock.now += 1
    assert catalogue.built_modules() == ["lift", "car-park"]


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


def test_threads_share_a_catalogue_while_it_changes(
    catalogue: Catalogue, root: Path, clock: Clock
) -> None:
    path = root / "data" / "bank" / "lift.json"

    def ask(number: int) -> str:
        if number % 10 == 0:
            fresh = path.with_suffix(f".{number}")
            fresh.write_text(json.dumps(bank("lift")) + " " * number, encoding="utf-8")
            os.replace(fresh, path)  # noqa: PTH105  as a build replaces files
            clock.now += 1
        return catalogue.item("lift-try").id

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(ask, range(200))) == {"lift-try"}
