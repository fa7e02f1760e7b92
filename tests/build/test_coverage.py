"""Coverage tells where each unit and system stands, and fails on what a released module lacks."""

from dataclasses import replace
from pathlib import Path

import pytest

from yongxin.content import Content
from yongxin.content.coverage import Row, coverage
from yongxin.content.models import Curriculum, System
from yongxin.language import LocalizedText


def rows(content: Content) -> dict[str, Row]:
    found = coverage(content)
    return {row.id: row for row in (*found.units, *found.systems)}


def with_module(content: Content, module_id: str, **changes: object) -> Content:
    modules = content.course.modules
    changed = modules[module_id].model_copy(update=changes)
    course = content.course.model_copy(update={"modules": modules | {module_id: changed}})
    return replace(content, course=course)


def title(word: str) -> LocalizedText:
    return LocalizedText.model_validate({"zh-CN": word, "en": word})


def test_each_row_names_its_module_sections_and_items(content: Content) -> None:
    found = rows(content)

    assert set(found) == {"A-06", "A-12", "A-15", "A-16", "A-21", "S012", "S015", "S017"}
    unit = found["A-06"]
    assert (unit.state, unit.module) == ("done", "z1-lift")
    assert unit.sections == ("z1-lift/hook", "z1-lift/recap")
    assert unit.items == ("lift-first-words", "lift-recap")
    system = found["S012"]
    assert (system.state, system.module) == ("done", "z1-lift")
    assert system.sections == ("z1-lift/chain",)
    assert system.items == ("chain-order",)


def test_what_a_module_in_preparation_lacks_is_open_and_not_missing(content: Content) -> None:
    found = rows(content)

    assert (found["A-16"].state, found["A-16"].module) == ("open", "z2-gate")
    assert (found["S017"].state, found["S017"].module) == ("open", "z2-gate")
    assert coverage(content).missing == ()


def test_a_module_in_preparation_has_nothing_done(content: Content) -> None:
    found = rows(with_module(content, "z1-lift", status="in-preparation"))

    assert {unit: row.state for unit, row in found.items() if row.state != "open"} == {
        "A-21": "done"
    }
    assert found["A-06"].sections, "and yet it says where the work stands"


def test_what_a_released_module_lacks_is_missing(content: Content) -> None:
    missing = coverage(with_module(content, "z2-gate", status="released")).missing

    assert [row.id for row in missing] == ["A-16", "S017"]


def test_a_unit_needs_a_section_and_a_system_may_stand_in_an_item_alone(content: Content) -> None:
    module = content.modules["z1-lift"]
    lessons = {
        language: replace(
            lesson,
            sections=tuple(replace(one, units=(), systems=()) for one in lesson.sections),
        )
        for language, lesson in module.lessons.items()
    }
    bare = replace(content, modules={"z1-lift": replace(module, lessons=lessons)})
    found = rows(bare)

    assert found["A-12"].items == ("lift-causes", "chain-order", "lift-log")
    assert found["A-12"].is_missing
    assert found["S012"].state == "done"


def test_a_system_that_stands_elsewhere_only_is_not_done(content: Content) -> None:
    """A row belongs to the module of its first unit; another module may mention it before."""
    systems = content.curriculum.systems | {
        "S012": System(title=title("Chain"), units=("A-16", "A-12"))
    }
    elsewhere = replace(
        content, curriculum=Curriculum(units=content.curriculum.units, systems=systems)
    )
    row = rows(with_module(elsewhere, "z2-gate", status="released"))["S012"]

    assert row.sections == ("z1-lift/chain",)
    assert row.is_missing


def test_a_unit_without_a_module_is_missing(content: Content) -> None:
    units = content.curriculum.units | {"B-01": title("Cover")}
    homeless = replace(
        content, curriculum=Curriculum(units=units, systems=content.curriculum.systems)
    )
    found = coverage(homeless)

    assert [(row.id, row.module) for row in found.missing] == [("B-01", None)]
    assert "missing: B-01 Cover (no module)" in found.table()


def test_the_table_has_a_line_for_each_row_and_counts_them(content: Content) -> None:
    lines = coverage(content).table().splitlines()

    assert lines[0].split() == ["Id", "State", "Module", "Title", "Sections", "Items"]
    assert lines[2].replace(" ", "") == (
        "A-12donez1-liftHowsatisfactionismadechainlift-causes,chain-order,lift-log"
    )
    assert lines[-1] == "4 of 5 units done, 2 of 3 systems done."
    starts = {line.index("z1-lift") for line in lines if "z1-lift" in line}
    assert len(starts) == 1, "the columns are not aligned"


def test_a_place_outside_the_home_module_is_named_with_its_module(content: Content) -> None:
    systems = content.curriculum.systems | {
        "S012": System(title=title("Chain"), units=("A-16", "A-12"))
    }
    elsewhere = replace(
        content, curriculum=Curriculum(units=content.curriculum.units, systems=systems)
    )
    (line,) = [one for one in coverage(elsewhere).table().splitlines() if one.startswith("S012")]

    assert "z1-lift/chain" in line


@pytest.fixture(scope="module")
def own_curriculum(repository: Path) -> Curriculum:
    from ruamel.yaml import YAML

    data = YAML(typ="safe", pure=True).load(repository / "content" / "curriculum.yaml")
    return Curriculum.model_validate(data)


def test_the_curriculum_lists_every_unit_and_system_of_the_decks(
    own_curriculum: Curriculum,
) -> None:
    decks = {deck: sum(unit[0] == deck for unit in own_curriculum.units) for deck in "ABCDEF"}

    assert decks == {"A": 46, "B": 34, "C": 40, "D": 27, "E": 28, "F": 47}
    assert list(own_curriculum.systems) == [f"S{number:03}" for number in range(1, 185)]
    for system in own_curriculum.systems.values():
        assert set(system.units) <= set(own_curriculum.units)


def test_every_unit_of_the_decks_is_in_a_system_but_covers_and_lost_slides(
    own_curriculum: Curriculum,
) -> None:
    """The inventory names these sixteen; any other would be a range that was read wrongly."""
    named = {unit for system in own_curriculum.systems.values() for unit in system.units}

    unnamed = " ".join(unit for unit in own_curriculum.units if unit not in named)
    assert unnamed == (
        "A-01 A-02 B-01 B-02 C-01 C-03 C-40 D-01 D-06 D-08 D-27 E-01 E-03 E-08 E-28 F-01"
    )
