"""The self-assessment element: a sheet, a result, another time, and nothing for anybody else."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yongxin.elements import Context, Element, RefusedEvent
from yongxin.elements.assessment import MOST_RESULTS, AssessmentElement
from yongxin.elements.contract import MAXIMUM_BYTES
from yongxin.items.assessment import Assessment, GroupFigures
from yongxin.language import LANGUAGES, Language

Moment = Callable[..., Context]

HABITS, CALLS = "assess:water-day-habits", "assess:water-last-calls"
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
BEST = {
    "call-back": "always",
    "wait-for-news": "never",
    "say-what-is-known": "always",
    "one-breath": "always",
    "argue": "never",
    "ask-for-help": "always",
}
WORST = {one: "never" if option == "always" else "always" for one, option in BEST.items()}


@pytest.fixture
def habits(elements: dict[str, Element]) -> AssessmentElement:
    return cast("AssessmentElement", elements[HABITS])


@pytest.fixture
def calls(elements: dict[str, Element]) -> AssessmentElement:
    return cast("AssessmentElement", elements[CALLS])


def at(hours: int, language: Language = "en", **options: Any) -> Context:
    return Context(language, START + timedelta(hours=hours), **options)


def taken(element: AssessmentElement, *sheets: dict[str, str]) -> dict[str, Any]:
    """Return the state after these sheets, an hour apart."""
    state = element.initial()
    for hour, answers in enumerate(sheets):
        for event in ({"type": "again"}, {"type": "mark", "answers": answers}, {"type": "finish"}):
            state, _ = element.handle(state, event, at(hour))
    return state


def shown(element: AssessmentElement, state: dict[str, Any], **options: Any) -> dict[str, Any]:
    return element.present(state, at(99, **options))


# -- the sheet ----------------------------------------------------------------------------------


def test_answers_are_kept_one_by_one_and_count_in_words(habits: AssessmentElement) -> None:
    state = habits.initial()
    assert shown(habits, state) == {
        "answers": {},
        "answered": 0,
        "total": 6,
        "open": True,
        "result": None,
    }
    for one in ("argue", "call-back"):
        state, reply = habits.handle(state, {"type": "mark", "answers": {one: BEST[one]}}, at(0))
        assert reply == {}
    assert list(shown(habits, state)["answers"]) == ["call-back", "argue"]
    assert shown(habits, state)["answered"] == 2


@pytest.mark.parametrize("open_", [0, 1, 5])
def test_a_result_takes_every_answer(habits: AssessmentElement, open_: int) -> None:
    state = {**habits.initial(), "answers": dict(list(BEST.items())[open_ + 1 :])}
    with pytest.raises(RefusedEvent) as refused:
        habits.handle(state, {"type": "finish"}, at(0))
    assert refused.value.code == "unfinished"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["type", "answers", "mark"]) | st.text(), inner)
        ),
        max_leaves=12,
    )
)
def test_whatever_a_browser_sends_is_applied_or_refused(
    elements: dict[str, Element], event: Any
) -> None:
    element = elements[HABITS]
    for sent in (event, {"type": "mark", "answers": event}):
        try:
            state, _ = element.handle(element.initial(), sent, at(0))
        except RefusedEvent:
            continue
        assert state["answers"] == {}


@pytest.mark.parametrize(
    "event",
    [
        {"type": "mark", "answers": {"call-back": "seldom"}},
        {"type": "mark", "answers": {"gone": "never"}},
        {"type": "mark", "answers": {"call-back": ["never"]}},
        {"type": "mark", "answers": {"call-back": None}},
        {"type": "mark", "answers": []},
        {"type": "mark"},
        {"type": "finish", "scores": {"total": 18}},
        {"type": "check"},
    ],
)
def test_malformed_answers_are_refused(habits: AssessmentElement, event: dict[str, Any]) -> None:
    with pytest.raises(RefusedEvent):
        habits.handle(habits.initial(), event, at(0))


# -- the result ---------------------------------------------------------------------------------


def test_a_result_is_told_as_words_as_a_table_and_as_a_chart(habits: AssessmentElement) -> None:
    mixed = BEST | {"argue": "always", "ask-for-help": "sometimes"}
    result = shown(habits, taken(habits, mixed))["result"]
    assert result["at"] == START.isoformat()
    assert result["summary"] == (
        "Keeping your word: 9 (0–9), Steady. Staying calm: 4 (0–9), Mostly. "
        "Both together: 72%, On the way."
    )
    assert [one["text"] for one in result["scales"]][1] == (
        "Note which words upset you most, and they will find you prepared."
    )
    assert result["table"]["rows"] == [
        ["Keeping your word", "9", "0–9", "Steady"],
        ["Staying calm", "4", "0–9", "Mostly"],
        ["Both together", "72%", "0%–100%", "On the way"],
    ]
    (bars,) = result["figure"]["data"]
    assert bars["x"] == [100, 44, 72]
    assert bars["text"] == ["9", "4", "72%"]
    assert result["changes"] == []
    assert len(result["history"]["rows"]) == 1
    assert result["group"] is None


def test_reversed_questions_count_the_other_way_round(habits: AssessmentElement) -> None:
    assert shown(habits, taken(habits, BEST))["result"]["figure"]["data"][0]["x"] == [100] * 3
    assert shown(habits, taken(habits, WORST))["result"]["figure"]["data"][0]["x"] == [0] * 3
    always = dict.fromkeys(BEST, "always")
    assert shown(habits, taken(habits, always))["result"]["figure"]["data"][0]["x"] == [67] * 3


def test_questions_without_a_score_answer_in_words(calls: AssessmentElement) -> None:
    answers = {"time-to-answer": "later", "who-rang-twice": "nobody"}
    result = shown(calls, taken(calls, answers, answers))["result"]
    assert (result["table"], result["figure"], result["scales"]) == (None, None, [])
    assert result["answers"][0] == {
        "question": "Of the five, how long did the slowest answer take?",
        "answer": "Later, or it is not in the log",
        "feedback": "What is not in the log was not noted. From today, note two times for each "
        "call.",
    }
    assert [one["cells"] for one in result["history"]["rows"]] == [[], []]


def test_one_scale_is_drawn_in_its_own_points_with_its_bands(habits: AssessmentElement) -> None:
    data = habits.assessment.model_dump(mode="json")
    for question in data["questions"]:
        question["dimension"] = "word"
    data["dimensions"] = data["dimensions"][:1]
    data["dimensions"][0]["bands"][2]["to"] = 18
    data["total"] = None
    element = AssessmentElement(Assessment.model_validate(data))
    figure = shown(element, taken(element, BEST, WORST))["result"]["figure"]
    before, now = figure["data"]
    assert (before["x"], now["x"], now["text"]) == ([18], [0], ["0"])
    assert figure["layout"]["xaxis"]["tickvals"] == [0, 4, 7, 18]
    assert [one["x0"] for one in figure["layout"]["shapes"]] == [3.5, 6.5]


# -- another time -------------------------------------------------------------------------------


def test_results_are_dated_and_compared_with_the_last_and_the_first(
    habits: AssessmentElement,
) -> None:
    better = WORST | {"argue": "never"}
    result = shown(habits, taken(habits, WORST, better, BEST))["result"]
    assert result["changes"] == [
        f"Since {since}: Keeping your word went up from 0 to 9; Staying calm went up from {calm} "
        f"to 9; Both together went up from {total}% to 100%."
        for since, calm, total in (("last time", 3, 17), ("the first time", 0, 0))
    ]
    assert [(one["at"], one["cells"]) for one in result["history"]["rows"]] == [
        ((START + timedelta(hours=hour)).isoformat(), cells)
        for hour, cells in ((2, ["9", "9", "100%"]), (1, ["0", "3", "17%"]), (0, ["0", "0", "0%"]))
    ]
    down = shown(habits, taken(habits, BEST, BEST, WORST), language="zh-CN")["result"]["changes"]
    assert down[0].startswith("和上一次比：说到做到从9降到0；")
    same = shown(habits, taken(habits, BEST, BEST))["result"]["changes"]
    assert same[0].startswith("Since last time: Keeping your word is still 9")


def test_a_sheet_begun_again_can_be_put_away(habits: AssessmentElement) -> None:
    state = taken(habits, BEST)
    again, _ = habits.handle(state, {"type": "again"}, at(5))
    begun, _ = habits.handle(again, {"type": "mark", "answers": {"argue": "always"}}, at(5))
    presentation = shown(habits, begun)
    assert (presentation["open"], presentation["answered"]) == (True, 1)
    assert presentation["result"] == shown(habits, state)["result"]
    back, _ = habits.handle(begun, {"type": "back"}, at(5))
    assert back == state


def test_what_is_asked_for_twice_happens_once(habits: AssessmentElement) -> None:
    state = taken(habits, BEST)
    assert habits.handle(state, {"type": "finish"}, at(7)) == (state, {})
    assert habits.handle(state, {"type": "back"}, at(7)) == (state, {})
    fresh = habits.initial()
    assert habits.handle(fresh, {"type": "back"}, at(7)) == (fresh, {})
    assert habits.handle(fresh, {"type": "again"}, at(7)) == (fresh, {})
    with pytest.raises(RefusedEvent) as refused:
        habits.handle(state, {"type": "mark", "answers": {"argue": "never"}}, at(7))
    assert refused.value.code == "finished"


def test_the_first_and_the_latest_results_are_kept_and_no_single_answers(
    habits: AssessmentElement,
) -> None:
    state = taken(habits, WORST, *[BEST] * (MOST_RESULTS + 3))
    times = [datetime.fromisoformat(one["at"]) for one in state["taken"]]
    assert len(times) == MOST_RESULTS
    assert times[0] == START
    assert times[1:] == [START + timedelta(hours=5 + number) for number in range(MOST_RESULTS - 1)]
    assert all(set(one) == {"at", "scores"} for one in state["taken"])
    first = habits.first_result(state)
    assert first is not None
    assert (first.at, first.percents) == (START, {"word": 0, "calm": 0, "total": 0})


def test_the_largest_state_can_be_kept() -> None:
    """Sixty questions, twelve dimensions, ids as long as they may be, every result kept."""
    long = "a" * 60
    data: dict[str, Any] = {
        "id": "long",
        "units": ["A-36"],
        "title": {"zh-CN": "长", "en": "Long"},
        "scale": [
            {"id": f"{long}-{one}", "value": one, "text": {"zh-CN": "是", "en": "Yes"}}
            for one in range(2)
        ],
        "questions": [
            {
                "id": f"{long}-{one}",
                "text": {"zh-CN": "问", "en": "Question"},
                "dimension": f"{long}-{one % 12}",
            }
            for one in range(60)
        ],
        "dimensions": [
            {
                "id": f"{long}-{one}",
                "title": {"zh-CN": "面", "en": "Side"},
                "bands": [
                    {"from": first, "to": last, "title": text, "text": text}
                    for first, last in ((0, 2), (3, 5))
                    for text in ({"zh-CN": "字", "en": "Words"},)
                ],
            }
            for one in range(12)
        ],
    }
    element = AssessmentElement(Assessment.model_validate(data))
    state = taken(element, *[{f"{long}-{one}": f"{long}-1" for one in range(60)}] * MOST_RESULTS)
    state, _ = element.handle(state, {"type": "again"}, at(0))
    sheet = {f"{long}-{one}": f"{long}-0" for one in range(60)}
    state, _ = element.handle(state, {"type": "mark", "answers": sheet}, at(0))
    assert len(state["taken"]) == MOST_RESULTS
    assert len(json.dumps(state).encode()) < MAXIMUM_BYTES


# -- an assessment that has changed -------------------------------------------------------------


def test_results_of_other_questions_are_counted_and_not_compared(
    habits: AssessmentElement,
) -> None:
    state = taken(habits, WORST, BEST)
    data = habits.assessment.model_dump(mode="json")
    data["questions"] = data["questions"][:-1]
    shorter = AssessmentElement(Assessment.model_validate(data))
    result = shown(shorter, state)["result"]
    # Every answer that is needed is still there, so the latest result is counted anew.
    assert result["table"]["rows"][1][1:3] == ["6", "0–6"]
    assert result["at"] == (START + timedelta(hours=1)).isoformat()
    assert result["left_out"].endswith("have changed since: 2.")
    assert (result["history"]["rows"], result["changes"]) == ([], [])
    assert shorter.first_result(state) is None


def test_a_new_question_opens_the_sheet_again(habits: AssessmentElement) -> None:
    data = habits.assessment.model_dump(mode="json")
    data["questions"].append(data["questions"][0] | {"id": "another"})
    longer = AssessmentElement(Assessment.model_validate(data))
    state = taken(habits, BEST)
    assert shown(longer, state) | {"total": 6} == shown(habits, habits.initial())
    for event in ({"type": "mark", "answers": BEST | {"another": "never"}}, {"type": "finish"}):
        state, _ = longer.handle(state, event, at(9))
    result = shown(longer, state)["result"]
    assert result["left_out"].endswith("have changed since: 1.")
    assert len(result["history"]["rows"]) == 1


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"answers": [], "open": "no", "last": 3, "taken": {}},
        {"answers": {"gone": "never", "argue": 7}, "taken": [None, {"at": 3, "scores": {}}]},
        {"open": False, "last": {"argue": "never"}, "taken": [{"at": "soon", "scores": {}}]},
        {"taken": [{"at": START.isoformat(), "scores": {"total": [99, 0, 18]}}]},
        {"taken": [{"at": START.isoformat(), "scores": {"total": [True, 0, 18]}}]},
    ],
)
def test_a_state_that_cannot_be_read_is_an_open_sheet(
    habits: AssessmentElement, state: dict[str, Any]
) -> None:
    presentation = shown(habits, state)
    assert (presentation["open"], presentation["answers"], presentation["result"]) == (
        True,
        {},
        None,
    )
    assert habits.first_result(state) is None


# -- the group ----------------------------------------------------------------------------------


def test_the_group_is_asked_for_with_a_result_only_and_told_in_round_numbers(
    habits: AssessmentElement, calls: AssessmentElement
) -> None:
    asked: list[str] = []

    def group(element: Element) -> GroupFigures:
        asked.append(element.name)
        return GroupFigures(12, {"word": 10, "calm": 55, "total": 90})

    shown(habits, habits.initial(), group=group)
    shown(calls, taken(calls, {"time-to-answer": "later", "who-rang-twice": "nobody"}), group=group)
    assert asked == []
    told = shown(habits, taken(habits, BEST), group=group)["result"]["group"]
    assert asked == [HABITS]
    assert "first 12 people" in told["words"]
    assert told["table"]["rows"] == [
        ["Keeping your word", "100%", "10% or less"],
        ["Staying calm", "100%", "about 55%"],
        ["Both together", "100%", "90% or more"],
    ]


# -- the markup ---------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_holds_every_question_and_nothing_that_counts(
    habits: AssessmentElement, calls: AssessmentElement, language: Language
) -> None:
    for element in (habits, calls):
        html = str(element.markup(language))
        assessment = element.assessment
        for question in assessment.questions:
            assert question.text.in_language(language) in html.replace("&#34;", '"').replace(
                "&#39;", "'"
            )
        assert html.count("<fieldset") == html.count("<legend") == len(assessment.questions)
        assert html.count("<input") == html.count('type="radio"')
        assert "checked" not in html
        for scale in assessment.scales().values():
            for band in scale.bands:
                assert band.title.in_language(language) not in html
                assert band.text.in_language(language) not in html
        for question in assessment.questions:
            for option in question.options or ():
                assert option.feedback is not None
                assert option.feedback.in_language(language) not in html
        dumped = json.dumps(assessment.public().model_dump(mode="json"))
        for field in ("value", "reversed", "dimension", "bands", "feedback"):
            assert field not in dumped


def test_an_untouched_sheet_is_the_same_for_everybody(habits: AssessmentElement) -> None:
    assert not habits.is_personal
