"""Reflections: what may be written, and who may see which part of them."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from ruamel.yaml import YAML

from yongxin.items import JSON, MalformedResponse
from yongxin.items.reflection import PublicReflection, Reflection


@pytest.fixture(scope="session")
def authored(sample_content: Path) -> dict[str, JSON]:
    text = (sample_content / "z1-lift" / "reflections.yaml").read_text(encoding="utf-8")
    return {entry["id"]: entry for entry in YAML(typ="safe", pure=True).load(text)}


@pytest.fixture(scope="session")
def log(authored: dict[str, JSON]) -> PublicReflection:
    return Reflection.model_validate(authored["lift-log"]).public()


def test_the_exemplar_of_a_graded_reflection_is_no_public_part_of_it(
    authored: dict[str, JSON], log: PublicReflection
) -> None:
    assert log.exemplar is None
    assert "三号楼" not in log.model_dump_json()
    practice = {**authored["lift-log"], "use": "practice", "points": 0}
    assert Reflection.model_validate(practice).public().exemplar is not None


def test_the_rubric_is_public(log: PublicReflection) -> None:
    assert [level.level for level in log.rubric] == [0, 1, 2, 3]


def test_what_was_written_is_kept_as_it_is_and_empty_fields_are_left_out(
    log: PublicReflection,
) -> None:
    written = {"rating": "satisfied", "feeling": "", "facts": " 周二，\n三号楼 "}
    assert log.read(written) == {"facts": " 周二，\n三号楼 ", "rating": "satisfied"}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ([], "unknown-field"),
        ("text", "unknown-field"),
        (None, "unknown-field"),
        ({"fact": "x"}, "unknown-field"),
        ({"facts": 1}, "unknown-field"),
        ({"facts": None}, "unknown-field"),
        ({"facts": "x" * 601}, "too-long"),
        ({"rating": "delighted"}, "unknown-option"),
    ],
)
def test_what_the_fields_cannot_hold_is_refused(
    log: PublicReflection, fields: JSON, code: str
) -> None:
    with pytest.raises(MalformedResponse) as refused:
        log.read(fields)
    assert refused.value.code == code


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(["facts", "feeling", "rating", "other"]),
        st.text(max_size=700) | st.integers() | st.none() | st.lists(st.text(), max_size=2),
    )
)
def test_any_fields_are_read_or_refused(log: PublicReflection, fields: dict[str, JSON]) -> None:
    try:
        read = log.read(fields)
    except MalformedResponse:
        return
    assert log.read(read) == read


def test_a_reflection_is_complete_when_every_field_holds_enough(log: PublicReflection) -> None:
    fields = {"facts": "周二晚七点", "feeling": "急了", "rating": "satisfied"}
    assert log.is_complete(fields)
    assert not log.is_complete({**fields, "facts": "周二   "})
    assert not log.is_complete({**fields, "rating": ""})
    assert not log.is_complete({})


def test_an_optional_choice_may_stay_open(authored: dict[str, JSON]) -> None:
    fields = [
        {**field, "optional": True} if field["kind"] == "choice" else field
        for field in authored["lift-log"]["fields"]
    ]
    log = Reflection.model_validate({**authored["lift-log"], "fields": fields}).public()
    assert log.is_complete({"facts": "周二晚七点", "feeling": "急了"})


@pytest.mark.parametrize(
    ("facts", "hinted"),
    [
        ("我很生气地等着", True),
        ("I was ANGRY then", True),
        ("我很angry", True),
        ("the angryman came", False),
        ("周二晚七点", False),
    ],
)
def test_a_hint_appears_for_words_of_either_language(
    log: PublicReflection, facts: str, hinted: bool
) -> None:
    notes = log.notes({"facts": facts}, "en")
    assert [field for field, _ in notes] == (["facts"] if hinted else [])


@pytest.mark.parametrize(
    "change",
    [
        {"points": 2},
        {"points": 0},
        {"rubric": []},
        {"exemplar": None},
        {"exemplar": {"facts": {"zh-CN": "一", "en": "one"}}},
        {"use": "practice"},
        {"hints": [{"field": "fact", "words": {"zh-CN": ["气"], "en": ["cross"]},
                    "note": {"zh-CN": "注", "en": "Note"}}]},
    ],
)  # fmt: skip
def test_parts_that_do_not_agree_are_refused(
    authored: dict[str, JSON], change: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError):
        Reflection.model_validate({**authored["lift-log"], **change})
