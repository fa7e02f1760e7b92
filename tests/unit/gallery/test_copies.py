"""The gallery asks everything there is, and each copy's response makes the state that it names."""

import shutil
from pathlib import Path

from support.trees import differing, tree
from yongxin.build import build_course
from yongxin.content import Content
from yongxin.gallery.copies import Copy
from yongxin.gallery.responses import FILE, Responses
from yongxin.gallery.visitor import USERNAME
from yongxin.items import ITEM_TYPES, Item, score
from yongxin.items.assessment import Assessment
from yongxin.items.calculated import Calculated
from yongxin.items.ordering import Ordering
from yongxin.items.reflection import Reflection

#: Types whose responses are all or nothing.
NEVER_PARTLY = {"single-choice", "short-text"}


def test_every_type_is_asked_for_practice_and_for_points(content: Content) -> None:
    items = [item for module in content.modules.values() for item in module.items]
    wanted = {(one.name, use) for one in ITEM_TYPES for use in ("practice", "graded")}
    assert {(item.type, item.use) for item in items} == wanted
    for use in ("practice", "graded"):
        orders = [one for one in items if isinstance(one, Ordering) and one.use == use]
        assert {one.scoring for one in orders} == {
            "adjacent-pairs",
            "all-pairs",
            "longest-ordered-subset",
        }
        calculated = [one for one in items if isinstance(one, Calculated) and one.use == use]
        assert {bool(one.unit_choices) for one in calculated} == {True, False}


def test_every_copy_is_in_the_state_that_it_names(copies: list[Copy], responses: Responses) -> None:
    examined = 0
    for copy in copies:
        response = responses.of(copy, USERNAME)
        assert (response is None) == (copy.state in {"untouched", "refused"}), copy.name
        if copy.state not in {"right", "partly", "wrong"}:
            continue
        assert isinstance(copy.element, Item)
        examined += 1
        key = copy.element.answer_key().for_learner(USERNAME)
        found = score(key, copy.element.public().for_learner(USERNAME).read(response))
        assert found.reason is None, copy.name
        state = {0.0: "wrong", 1.0: "right"}.get(found.ratio, "partly")
        assert state == copy.state, f"{copy.name}: {found.ratio}"
    assert examined > 90


def test_every_type_has_a_copy_in_every_state_that_it_can_be_in(copies: list[Copy]) -> None:
    found = {
        (one.element.type, one.element.use, one.state)
        for one in copies
        if isinstance(one.element, Item)
    }
    for item_type in (one.name for one in ITEM_TYPES):
        states = {"untouched", "answered", "right", "partly", "wrong", "refused"}
        states -= {"partly"} if item_type in NEVER_PARTLY else set()
        for use in ("practice", "graded"):
            assert {state for one, its, state in found if (one, its) == (item_type, use)} == states


def test_what_has_no_key_stands_untouched_begun_complete_and_refused(copies: list[Copy]) -> None:
    found = {
        (type(one.element), one.use, one.state)
        for one in copies
        if not isinstance(one.element, Item)
    }
    kinds = [(Reflection, "practice"), (Reflection, "graded"), (Assessment, "practice")]
    states = ("untouched", "answered", "complete", "refused")
    assert found == {(*kind, state) for kind in kinds for state in states}


def test_every_response_in_the_file_belongs_to_something(
    gallery_course: Path, copies: list[Copy], content: Content
) -> None:
    from ruamel.yaml import YAML

    written = YAML(typ="safe", pure=True).load((gallery_course / FILE).read_text(encoding="utf-8"))
    calls = [call for one in content.modules.values() for call in one.lessons["en"].calls]
    simulators = {one for call in calls if call.verb == "simulate" for one in call.ids}
    assert set(written) <= {one.original for one in copies} | simulators
    assert simulators & set(written)
    assert simulators - set(written), "one simulator stands as it first is"


def test_the_gallerys_course_is_built_as_it_is_committed(
    gallery_course: Path, tmp_path: Path
) -> None:
    shutil.copytree(gallery_course / "content", tmp_path / "content")
    build_course(tmp_path)
    folders = ("content", "course", "data", "exercises", "solutions")
    assert differing(tree(tmp_path, *folders), tree(gallery_course, *folders)) == []
