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


@pytest.fixture(scope="session")
def next_step(sample_content: Path) -> dict[str, JSON]:
    text = (sample_content / "z3-water" / "reflections.yaml").read_text(encoding="utf-8")
    (entry,) = YAML(typ="safe", pure=True).load(text)
    return entry


@pytest.mark.parametrize("day", ["2000-01-01", "2024-02-29", "2026-12-01", "2100-12-31"])
def test_a_day_is_kept_as_it_was_written(next_step: dict[str, JSON], day: str) -> None:
    public = Reflection.model_validate(next_step).public()
    assert public.read({"when": day, "review": ""}) == {"when": day}


@pytest.mark.parametrize(
    "written",
    [
        "1999-12-31",
        "2101-01-01",
        "0026-12-01",
        "2026-02-29",
        "2026-12-1",
        "2026-12-01T08:00",
        "20261201",
        "2026-W49-2",
        "２０２６-12-01",
        " 2026-12-01",
        "2026-12-01\n",
        "=TODAY()",
        "tomorrow",
    ],
)
def test_what_is_no_day_is_refused(next_step: dict[str, JSON], written: str) -> None:
    with pytest.raises(MalformedResponse) as refused:
        Reflection.model_validate(next_step).public().read({"when": written})
    assert refused.value.code == "not-a-date"


def test_an_optional_day_may_stay_open_and_another_may_not(next_step: dict[str, JSON]) -> None:
    public = Reflection.model_validate(next_step).public()
    assert public.is_complete({"step": "建好通知群", "when": "2026-12-01"})
    assert not public.is_complete({"step": "建好通知群", "review": "2026-12-01"})


def test_a_reflection_of_the_plan_says_so_and_others_say_nothing_of_it(
    next_step: dict[str, JSON], log: PublicReflection
) -> None:
    assert Reflection.model_validate(next_step).public().plan
    assert log.plan
    elsewhere = {key: value for key, value in next_step.items() if key != "plan"}
    public = Reflection.model_validate(elsewhere).public()
    assert not public.plan
    # Banks that were built before there were plans stay as they are.
    assert "plan" not in public.model_dump()


@pytest.mark.parametrize(
    ("field", "change"),
    [
        (1, {"event": "stpe"}),
        (1, {"event": "review"}),
        (1, {"event": "when"}),
        (0, {"event": "step"}),
        (1, {"minimum": 1}),
    ],
)
def test_an_event_is_named_by_a_text_field(
    next_step: dict[str, JSON], field: int, change: dict[str, Any]
) -> None:
    fields = [dict(one) for one in next_step["fields"]]
    fields[field] |= change
    with pytest.raises(ValidationError):
        Reflection.model_validate({**next_step, "fields": fields})


def test_the_exemplar_of_a_day_is_said_in_words(next_step: dict[str, JSON]) -> None:
    exemplar = {**next_step["exemplar"], "when": "2026-12-01"}
    with pytest.raises(ValidationError, match=r"when|text in both languages"):
        Reflection.model_validate({**next_step, "exemplar": exemplar})
