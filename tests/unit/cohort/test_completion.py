"""Completions: a rule decides, a change of the rule only moves people forward."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yongxin.catalogue import Catalogue, CompletionRule, PublicPath
from yongxin.cohort.completion import CatchUp, CoursePath, ModuleFacts, Want, course_paths, wanted
from yongxin.language import LocalizedText
from yongxin.store import ModuleMark, Store

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
RULE = CompletionRule(version=1, viewed=True, pass_mark=0.6, reflection_mark=0.5)
WORDS = LocalizedText.model_validate({"zh-CN": "路线", "en": "Path"})


def mark(
    points: float = 8, *, waiting: int = 0, reflections: float | None = 0.5, learner_id: int = 1
) -> ModuleMark:
    return ModuleMark(learner_id, "m1", NOON, points, 10, waiting, reflections)


DONE = ModuleFacts(
    has_exercise=True,
    has_reflections=True,
    visited=True,
    handed_in=True,
    returned=False,
    mark=mark(),
)


@pytest.mark.parametrize(
    ("change", "wants"),
    [
        ({}, ()),
        ({"mark": mark(6)}, ()),
        ({"mark": mark(5.99)}, ("score",)),
        ({"visited": False}, ("open",)),
        ({"mark": None}, ("marking",)),
        ({"mark": None, "handed_in": False}, ("hand-in",)),
        ({"mark": None, "handed_in": False, "visited": False}, ("open", "hand-in")),
        ({"mark": mark(waiting=1)}, ("marking",)),
        ({"mark": mark(reflections=None)}, ("marking",)),
        ({"mark": mark(reflections=0.49)}, ("reflection",)),
        ({"mark": mark(3, reflections=0)}, ("score", "reflection")),
        ({"returned": True}, ("revision",)),
        ({"returned": True, "mark": mark(3, waiting=1)}, ("revision",)),
        ({"has_reflections": False, "mark": mark(reflections=None)}, ()),
        # Handed in past the site, and put into the gradebook: the mark counts.
        ({"handed_in": False}, ()),
        ({"has_exercise": False, "mark": None}, ()),
        ({"has_exercise": False, "mark": None, "visited": False}, ("open",)),
    ],
)
def test_what_is_missing(change: dict[str, object], wants: tuple[Want, ...]) -> None:
    assert wanted(RULE, DONE._replace(**change)) == wants


def test_a_rule_may_ask_for_less() -> None:
    easy = RULE.model_copy(update={"viewed": False, "reflection_mark": None})
    facts = DONE._replace(visited=False, returned=True, mark=mark(waiting=1, reflections=None))
    assert wanted(easy, facts) == ()
    assert wanted(easy, facts._replace(mark=mark(1, waiting=1))) == ("marking",)
    assert wanted(easy, facts._replace(mark=mark(1))) == ("score",)
    # Whoever never came has completed nothing, whatever the rule.
    nothing = ModuleFacts(False, False, False, False, False, None)
    assert wanted(easy, nothing) == ("open",)


def path(rule: CompletionRule = RULE, *, modules: tuple[str, ...] = ("m1", "m2")) -> CoursePath:
    public = PublicPath(id="p", title=WORDS, audience=WORDS, modules=modules, completion=rule)
    with_exercise = frozenset({"m1"}) & frozenset(modules)
    return CoursePath(public, modules, with_exercise, with_exercise)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'store.db'}") as store:
        yield store


def complete(store: Store, learner_id: int) -> None:
    store.keep_marks([mark(learner_id=learner_id)])
    store.record_visits({(learner_id, module): NOON for module in ("m1", "m2")})


def test_everybody_is_looked_at_in_slices_and_a_pass_goes_on_where_it_stopped(
    store: Store,
) -> None:
    people = [store.add_learner(f"l{number}", f"L{number}").id for number in range(7)]
    store.add_learner("t", "Trainer", role="trainer")
    for learner_id in people[:5]:
        complete(store, learner_id)
    catch_up = CatchUp(lambda: [path()], store, lambda: NOON, slice_size=2)
    assert catch_up.all(seconds=0) == (False, (4, 2))
    assert catch_up.all(seconds=0) == (False, (4, 2))
    assert catch_up.all() == (True, (2, 1))
    assert catch_up.all() == (True, (0, 0))
    assert set(store.path_completions("p")) == set(people[:5])
    logged = [one for one in store.audit_entries() if one.action == "completion reach"]
    assert [one.subject for one in logged] == ["p"] * 3
    assert sum(one.detail["paths"] for one in logged) == 5


def test_one_learner_at_once(store: Store) -> None:
    first, second = (store.add_learner(name, name).id for name in "ab")
    complete(store, first)
    complete(store, second)
    assert CatchUp(lambda: [path()], store, lambda: NOON).one(second) == (2, 1)
    assert set(store.path_completions("p")) == {second}


def test_hr_can_tell_by_which_rule_somebody_has_completed_a_path(store: Store) -> None:
    first, second = (store.add_learner(name, name).id for name in "ab")
    rules = [path()]
    clock = iter(NOON + timedelta(days=day) for day in range(100))
    catch_up = CatchUp(lambda: rules[-1:], store, lambda: next(clock))
    complete(store, first)
    catch_up.all()
    rules.append(path(RULE.model_copy(update={"version": 2, "pass_mark": 0.9})))
    complete(store, second)
    catch_up.all()
    reached = store.path_completions("p")
    assert reached[first].version == 1
    assert second not in reached
    rules.append(path(RULE.model_copy(update={"version": 3, "pass_mark": 0.5})))
    catch_up.all()
    reached = store.path_completions("p")
    assert (reached[first].version, reached[second].version) == (1, 3)
    kept = {rule.id: rule for rule in store.rules("p")}
    assert kept[reached[first].rule_id].text["pass_mark"] == 0.6
    assert kept[reached[first].rule_id].text["modules"] == ["m1", "m2"]
    assert kept[reached[second].rule_id].text["pass_mark"] == 0.5
    assert reached[first].at < reached[second].at


def test_a_version_that_was_changed_without_a_new_number_is_another_rule(store: Store) -> None:
    one = store.keep_rule("p", 1, path().text, NOON)
    assert store.keep_rule("p", 1, path().text, NOON + timedelta(days=1)) == one
    other = store.keep_rule("p", 1, path(modules=("m1",)).text, NOON)
    assert other.id != one.id
    assert [rule.id for rule in store.rules("p")] == [one.id, other.id]


SHARES = st.sampled_from([0.0, 0.3, 0.6, 1.0])
RULES = st.builds(
    CompletionRule,
    version=st.integers(1, 9),
    viewed=st.booleans(),
    pass_mark=SHARES,
    reflection_mark=st.none() | SHARES,
)
MODULES = ("m1", "m2")
EVENTS = st.one_of(
    st.tuples(st.just("visit"), st.sampled_from(MODULES)),
    st.tuples(
        st.just("mark"),
        st.builds(
            mark,
            st.sampled_from([0.0, 3.0, 6.0, 10.0]),
            waiting=st.integers(0, 1),
            reflections=st.none() | SHARES,
        ),
    ),
    st.tuples(st.just("rule"), RULES),
    st.tuples(st.just("path"), st.sampled_from([("m1",), ("m2",), MODULES])),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(EVENTS, min_size=1, max_size=12))
def test_whatever_happens_people_only_move_forward(
    tmp_path_factory: pytest.TempPathFactory, events: list[tuple[str, object]]
) -> None:
    """Also when marks get worse, the rule harder, or the path longer. A model knows who reaches."""
    folder = tmp_path_factory.mktemp("completion")
    with Store.open(f"sqlite:///{folder / 'store.db'}") as store:
        learner_id = store.add_learner("a", "A").id
        now_path = path()
        catch_up = CatchUp(lambda: [now_path], store, lambda: NOON)
        reached: set[str] = set()
        has_path = False
        for kind, value in events:
            if kind == "visit":
                store.record_visit(learner_id, str(value))
            elif isinstance(value, ModuleMark):
                store.keep_marks([value._replace(learner_id=learner_id)])
            elif isinstance(value, CompletionRule):
                now_path = path(value, modules=now_path.modules)
            elif isinstance(value, tuple):
                now_path = path(now_path.rule, modules=value)
            catch_up.all()
            facts = store.completion_facts([learner_id], MODULES)
            marks = {one.module_id: one for one in store.marks()}
            reached |= {
                one
                for one in now_path.modules
                if not now_path.wants(learner_id, one, facts, marks.get(one))
            }
            has_path = has_path or reached >= set(now_path.modules)
            assert store.completed_modules("p", [learner_id]) == {
                (learner_id, one) for one in reached
            }
            assert (learner_id in store.path_completions("p")) is has_path


def test_a_path_with_a_module_in_preparation_cannot_be_completed(
    built_course: Path, store: Store
) -> None:
    learner_id = store.add_learner("a", "A").id
    paths = {one.id: one for one in course_paths(Catalogue(built_course))}
    assert not paths["onboarding"].is_ready
    assert paths["onboarding"].rule.pass_mark == 0.7  # the course's
    assert paths["on-duty"].is_ready
    assert paths["on-duty"].rule == RULE
    store.record_visits({(learner_id, one): NOON for one in paths["onboarding"].modules})
    store.keep_marks(
        ModuleMark(learner_id, one, NOON, 10, 10, 0, 1.0) for one in paths["onboarding"].ready
    )
    catch_up = CatchUp(lambda: course_paths(Catalogue(built_course)), store, lambda: NOON)
    assert catch_up.all() == (True, (4, 1))
    assert set(store.path_completions("on-duty")) == {learner_id}
    assert not store.path_completions("onboarding")
