"""Calculated items: formulas, variants, units."""

import json
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from yongxin.items import JSON, Item, MalformedResponse, parse_item, parse_key, score
from yongxin.items.calculated import Calculated, CalculatedKey, PublicCalculated
from yongxin.items.calculated.formula import FormulaError, parse_formula
from yongxin.items.calculated.parameters import Parameter, all_variants, count_variants, draw

TANK, SPEED = "water-tank", "water-speed"

# -- formulas --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("a + b * 2", "8.5"),
        ("(a + b) * 2", "11"),
        ("-a ** 2", "-6.25"),
        ("a / b", "0.8333333333333333333333333333"),
        ("7 // -2", "-4"),
        ("-7 % 3", "2"),
        ("round(a)", "3"),
        ("round(-a)", "-3"),
        ("round(1.005, 2)", "1.01"),
        ("floor(-1.5) + ceil(1.2)", "0"),
        ("min(a, b, 1) + max(a, b)", "4"),
        ("sqrt(b * b)", "3"),
        ("abs(a - b)", "0.5"),
        ("0.1 + 0.2", "0.3"),
        ("1 / 3 * 3", "0.9999999999999999999999999999"),
        ("exp(0) + ln(1)", "1"),
        ("  a", "2.5"),
        ("1e3", "1000"),
    ],
)
def test_formulas_are_reckoned_as_people_do(formula: str, value: str) -> None:
    parameters = {"a": Decimal("2.5"), "b": Decimal(3)}
    assert parse_formula(formula).value(parameters) == Decimal(value)


@pytest.mark.parametrize(
    "formula",
    [
        "__import__('os').system('true')",
        "a.real",
        "a[0]",
        "[a]",
        "lambda: a",
        "(b := 2)",
        "a if b else 1",
        "a < b",
        "a and b",
        "not a",
        "~a",
        "a @ b",
        "a << 9",
        "a | b",
        "'text'",
        "f'{a}'",
        "True",
        "None",
        "1j",
        "...",
        "a,",
        "min(*[a, b])",
        "round(number=a)",
        "open(a)",
        "min(a)",
        "round(a, b, a)",
        "1e999",
        "a; b",
        "a = 1",
        "",
        "(" * 250 + "a" + ")" * 250,
        "+".join("a" * 101),
        "\x00",
        "a\nb",
    ],
)
def test_anything_but_arithmetic_is_refused(formula: str) -> None:
    with pytest.raises(FormulaError):
        parse_formula(formula)


@pytest.mark.parametrize(
    "formula",
    ["a / (b - 3)", "0 / (b - 3)", "a % 0", "sqrt(-a)", "ln(0)", "ln(-1)", "9 ** 9 ** 9",
     "exp(9999)", "(-8) ** (1 / 3)", "0 ** -1", "round(a, 10)", "round(a, a)", "10 ** 98 * 100"],
)  # fmt: skip
def test_a_formula_without_a_value_says_so_at_once(formula: str) -> None:
    with pytest.raises(FormulaError):
        parse_formula(formula).value({"a": Decimal("2.5"), "b": Decimal(3)})


@given(st.text("ab0123456789+-*/%(). ,", max_size=30))
def test_no_text_makes_a_formula_fail_in_any_other_way(text: str) -> None:
    try:
        formula = parse_formula(text)
        formula.value(dict.fromkeys(formula.names, Decimal(2)))
    except FormulaError:
        pass


# -- variants --------------------------------------------------------------------------------------


def parameter(id: str, first: float, last: float, step: float = 1) -> Parameter:
    return Parameter.model_validate({"id": id, "from": first, "to": last, "step": step})


def test_a_parameter_takes_exact_steps() -> None:
    tenths = parameter("a", 0.1, 0.5, 0.1)
    assert tenths.count == 5
    assert [tenths.value(number) for number in range(5)] == [
        Decimal(text) for text in ("0.1", "0.2", "0.3", "0.4", "0.5")
    ]


@pytest.mark.parametrize(
    ("first", "last", "step", "message"),
    [
        (0, 1, 0.3, "do not end at 1"),
        (2, 1, 1, "goes from 2 down to 1"),
        (0, 1, 0, "greater than 0"),
        (0, 1e8, 1, "more than 10000 values"),
        (0, float("nan"), 1, "finite"),
    ],
)
def test_steps_end_where_the_author_says(
    first: float, last: float, step: float, message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        parameter("a", first, last, step)


def test_a_learner_is_asked_the_same_whenever_and_wherever(items: dict[str, Item]) -> None:
    """In another process, too, where Python's own hash and random numbers would differ."""
    known = {
        learner: items[TANK].public().for_learner(learner).variant
        for learner in ("lin", "李雷", "han.meimei", "")
    }
    assert known["李雷"] == {"litres": "3000", "homes": "10", "use": "3"}
    script = (
        "import json, sys; from yongxin.items import parse_public_item;"
        "item, learners = json.load(sys.stdin);"
        "print(json.dumps({one: parse_public_item(item).for_learner(one).variant"
        " for one in learners}))"
    )
    told = json.dumps([items[TANK].public().model_dump(mode="json"), list(known)])
    for seed in ("0", "1"):
        done = subprocess.run(
            [sys.executable, "-c", script],
            input=told,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert json.loads(done.stdout) == known


def test_variants_are_spread_evenly_and_differ_between_items() -> None:
    parameters = [parameter("a", 1, 4), parameter("b", 1, 3)]
    drawn = [draw(parameters, "item", f"learner-{number}") for number in range(2400)]
    counts = Counter(tuple(one.values()) for one in drawn)
    assert len(counts) == count_variants(parameters) == 12
    assert min(counts.values()) > 140
    assert max(counts.values()) < 260
    others = [draw(parameters, "another", f"learner-{number}") for number in range(2400)]
    assert 150 < sum(one == other for one, other in zip(drawn, others, strict=True)) < 250


def test_item_public_view_and_key_agree_on_the_variant(items: dict[str, Item]) -> None:
    item = items[TANK]
    assert isinstance(item, Calculated)
    for learner in ("lin", "李雷", "x" * 64):
        asked, public = item.for_learner(learner), item.public().for_learner(learner)
        key = item.answer_key().for_learner(learner)
        assert isinstance(public, PublicCalculated)
        assert isinstance(key, CalculatedKey)
        assert asked.public() == public
        assert asked.answer_key() == key
        for number in public.variant.values():
            assert number in public.stem.en
            assert number in asked.explanation.zh_cn
        assert "{" not in public.stem.en + asked.explanation.en + asked.mistakes[0].feedback.en
        assert key.for_learner("somebody else") == key
        assert score(key, str(float(key.value()))).ratio == 1


def test_every_variant_is_right_with_its_own_answer_and_wrong_with_others(
    items: dict[str, Item],
) -> None:
    item = items[TANK]
    assert isinstance(item, Calculated)
    formula = parse_formula(item.formula)
    answers = {formula.value(values) for values in all_variants(item.parameters)}
    assert len(answers) > 30
    key = item.answer_key().for_learner("lin")
    right = [one for one in answers if score(key, f"{one:f}"[:32]).ratio == 1]
    assert 1 <= len(right) < len(answers) / 4


@pytest.mark.parametrize("item_id", [TANK, SPEED])
def test_without_a_learner_nothing_is_scored_and_the_reason_told(
    items: dict[str, Item], item_id: str
) -> None:
    response: JSON = "12" if item_id == TANK else {"number": "12", "unit": "per-minute"}
    scored = score(items[item_id].answer_key(), response)
    assert (scored.points, scored.reason) == (0, "no-learner")
    with pytest.raises(MalformedResponse):
        items[item_id].verdict(response, "en")


def test_a_key_whose_formula_has_no_value_scores_nothing_and_never_raises() -> None:
    key = parse_key(
        {
            "id": "x",
            "type": "calculated",
            "parameters": [{"id": "n", "from": 0, "to": 0}],
            "formula": "1 / n",
            "tolerance": 0,
        }
    )
    assert score(key, "1").reason == "no-value"


# -- verdicts and units ----------------------------------------------------------------------------


def test_a_way_to_go_wrong_gets_its_word_with_the_learners_numbers(items: dict[str, Item]) -> None:
    item = items[TANK].for_learner("李雷")
    (told,) = item.verdict("300", "en").options
    assert told.text == "That is each home's share in litres; now divide by 3 litres an hour."
    assert item.verdict("100", "zh-CN").options == ()
    assert item.verdict("100", "zh-CN").explanation == "3000 ÷（10 × 3）= 100小时。"
    assert item.verdict("100.2", "en").options[0].text.startswith("Very close.")


@pytest.mark.parametrize(
    ("response", "ratio"),
    [
        ({"number": "25", "unit": "per-minute"}, 1),
        ({"number": "24,6", "unit": "per-minute"}, 1),
        ({"number": "24", "unit": "per-minute"}, 0.5),
        ({"number": "0.4167", "unit": "per-second"}, 1),
        ({"number": "25", "unit": "per-second"}, 0),
        ({"number": "25", "unit": "litre"}, 0.5),
        ({"number": "24", "unit": "litre"}, 0.25),
        ({"number": "25"}, 0.5),
        ({"unit": "per-minute"}, 0),
        ({}, 0),
    ],
)
def test_number_and_unit_count_together(
    items: dict[str, Item], response: JSON, ratio: float
) -> None:
    key = items[SPEED].answer_key().for_learner("李雷")
    assert score(key, response).ratio == ratio


@pytest.mark.parametrize(
    ("response", "code"),
    [
        ("25", "not-a-number"),
        ([], "not-a-number"),
        ({"number": 25, "unit": "litre"}, "not-a-number"),
        ({"number": "fast", "unit": "litre"}, "not-a-number"),
        ({"number": "25", "unit": "miles"}, "unknown-option"),
        ({"number": "25", "unit": ["litre"]}, "unknown-option"),
        ({"number": "25", "learner": "lin"}, "unknown-field"),
    ],
)
def test_what_is_no_number_with_a_unit_is_refused(
    items: dict[str, Item], response: JSON, code: str
) -> None:
    assert score(items[SPEED].answer_key().for_learner("lin"), response).reason == code
    with pytest.raises(MalformedResponse) as refused:
        items[SPEED].public().read(response)
    assert refused.value.code == code


def test_a_unit_may_be_typed_after_the_number_too(items: dict[str, Item]) -> None:
    public = items[SPEED].public()
    assert public.read({"number": "25 litres a minute"}) == {"number": "25"}
    assert public.read({"number": " ", "unit": None}) is None
    assert not public.is_complete(public.read({"number": "25"}))
    assert public.is_complete(public.read({"number": "25", "unit": "litre"}))
    assert items[TANK].public().read("12 小时") == "12"


def test_a_wrong_unit_is_told(items: dict[str, Item]) -> None:
    item = items[SPEED].for_learner("李雷")
    told = item.verdict({"number": "25", "unit": "litre"}, "en").options
    assert [(one.id, one.right) for one in told] == [("unit", False)]
    assert told[0].text == "Litres are an amount rather than a speed."


# -- what authors may get wrong --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"formula": "litres / flats"}, "names flats; the parameters are litres, homes, use"),
        ({"formula": "litres +"}, "is no arithmetic expression"),
        ({"formula": "open(litres)"}, "there is no function open"),
        ({"stem": {"zh-CN": "{litres}{homes}{use}", "en": "{litres} {homes}"}},
         r"the en stem does not tell \{use\}"),
        ({"stem": {"zh-CN": "{litres}{homes}{use}{flats}", "en": "x"}},
         r"the zh-CN stem names \{flats\}"),
        ({"explanation": {"zh-CN": "{anwser}", "en": "x"}},
         r"names \{anwser\}; it may name litres"),
        ({"unit_choices": [{"id": "a", "text": {"zh-CN": "a", "en": "a"}, "factor": 1}]},
         "not both"),
        ({"bounds": {"minimum": 5, "maximum": 1}}, "above the maximum"),
        ({"parameters": [{"id": "answer", "from": 1, "to": 2}]}, "has a meaning of its own"),
        ({"parameters": [{"id": "sqrt", "from": 1, "to": 2}]}, "has a meaning of its own"),
        ({"parameters": [{"id": "a", "from": 1, "to": 1}]}, "make 1 variants"),
        ({"parameters": [{"id": one, "from": 1, "to": 200} for one in "ab"]}, "40000 variants"),
        ({"parameters": [{"id": "a", "from": 1, "to": 2}] * 2}, "repeated: a"),
        ({"mistakes": [{"formula": "flats", "feedback": {"zh-CN": "a", "en": "a"}}]},
         "names flats"),
        ({"tolerance": -1}, "greater than or equal to 0"),
    ],
)  # fmt: skip
def test_an_item_that_cannot_be_asked_is_refused(
    authored: dict[str, JSON], change: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        parse_item({**authored[TANK], **change})


def test_units_on_offer_are_right_or_explained(authored: dict[str, JSON]) -> None:
    units = authored[SPEED]["unit_choices"]
    for changed, message in (
        ([units[0], {**units[2], "factor": 2}], "either a factor"),
        ([units[1], units[2]], "the formula's own"),
        ([units[0]], "one unit is no choice"),
        ([units[0], units[0]], "repeated"),
    ):
        with pytest.raises(ValidationError, match=message):
            parse_item({**authored[SPEED], "unit_choices": changed})
