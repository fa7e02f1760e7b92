"""The public data: complete for a reader, and without the secrets of graded items."""

import json
from dataclasses import replace
from pathlib import Path

from yongxin.build.bank import data_bytes, public_bank, public_course
from yongxin.catalogue import Bank, Catalogue, PublicCourse
from yongxin.content import Content
from yongxin.language import LANGUAGES

MODULE = "z1-lift"


def test_what_is_built_is_what_the_catalogue_reads(built_course: Path, content: Content) -> None:
    catalogue = Catalogue(built_course)

    assert catalogue.course == public_course(content)
    assert catalogue.bank(MODULE) == public_bank(MODULE, content.modules[MODULE])
    assert catalogue.built_modules() == [MODULE, "z3-water"]
    for language in LANGUAGES:
        assert catalogue.lesson_path(MODULE, language).is_file()
    assert catalogue.exercise_path(MODULE).is_file()


def test_data_is_read_back_as_it_was_written(content: Content) -> None:
    course, bank = public_course(content), public_bank(MODULE, content.modules[MODULE])

    assert PublicCourse.model_validate_json(data_bytes(course)) == course
    assert Bank.model_validate_json(data_bytes(bank)) == bank
    assert "电梯停了" in data_bytes(course).decode(), "people read these files, too"


def test_practice_is_whole_and_graded_items_are_public(content: Content) -> None:
    bank = json.loads(data_bytes(public_bank(MODULE, content.modules[MODULE])))
    practice, graded = ({item["id"]: item for item in bank[use]} for use in ("practice", "graded"))

    assert set(practice) == {"lift-first-words", "lift-causes", "lift-minutes"}
    assert practice["lift-first-words"]["key"] == "sorry-and-facts"
    assert set(graded) == {"chain-order", "gap-sign"}
    assert set(graded["gap-sign"]) == {"id", "type", "use", "points", "stem", "options"}
    assert [set(option) for option in graded["gap-sign"]["options"]] == [{"id", "text"}] * 2


def test_elements_are_named_in_the_order_in_which_a_learner_meets_them(content: Content) -> None:
    bank = public_bank(MODULE, content.modules[MODULE])

    assert bank.exercise == ("quiz:chain-order", "quiz:gap-sign", "reflect:lift-log")
    assert bank.elements == (
        "quiz:lift-first-words",
        "quiz:lift-causes",
        "quiz:lift-minutes",
        "simulate:satisfaction-gap",
        "reflect:lift-recap",
        *bank.exercise,
    )
    assert [section.id for section in bank.lesson["en"]] == ["hook", "chain", "recap"]
    assert [section.title for section in bank.lesson["zh-CN"]] == ["先猜一猜", "五步", "回顾"]


def test_every_field_of_the_data_files_is_in_the_dictionary(built_course: Path) -> None:
    dictionary = (built_course / "data" / "README.md").read_text(encoding="utf-8")
    course = json.loads((built_course / "data/course.json").read_bytes())
    bank = json.loads((built_course / f"data/bank/{MODULE}.json").read_bytes())
    module, term = course["modules"][MODULE], course["glossary"][0]

    for field in [*course, *course["parts"][0], *course["paths"][0], *module, *bank, *term]:
        assert f"`{field}`" in dictionary


def test_terms_are_those_that_a_released_lesson_uses(content: Content) -> None:
    used = content.glossary[0]
    unused = used.model_copy(update={"id": "pickle", "zh_cn": "酸黄瓜", "en": "lift"})
    course = public_course(replace(content, glossary=(unused, used)))

    assert [(one.id, one.modules) for one in course.glossary] == [("expectation", (MODULE,))]
    assert set(course.glossary[0].model_dump()) == {"id", "term", "definition", "modules"}


def test_items_that_everybody_has_to_know_are_named(content: Content) -> None:
    module = content.modules[MODULE]
    items = [item.model_copy(update={"mastery": item.id == "gap-sign"}) for item in module.items]
    changed = replace(module, items=tuple(items))

    assert public_bank(MODULE, changed).mastery == ("gap-sign",)
    without = json.loads(data_bytes(public_bank(MODULE, module)))
    assert "mastery" not in without, "a file with none says nothing of it"
