"""What learners may have handed in of a module: a number of versions, from poor to perfect.

Ten thousand learners share them. An answer is drawn by how able a version's learner is, so that
figures about a cohort look as those of people do.
"""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.responses import some_response
from yongxin.catalogue import Catalogue
from yongxin.items import JSON, Item, Key, PublicItem, score
from yongxin.items.reflection import PublicReflection, ReflectionField
from yongxin.items.right_answer import right_response

#: How many versions a module has; version k is that of a learner whose ability is k in so many.
VERSIONS = 40

#: Whose numbers questions with parameters have in every version.
SOMEBODY = "learner-00000"

#: The highest level of a rubric.
TOP_LEVEL = 3

_SENTENCES = (
    "周六上午十点，我在家等人来修水龙头，约的是九点半。",
    "我以为他们会准时，因为上次就是准时的。",
    "到了十一点没有人来，也没有电话，我自己打过去才知道改了时间。",
    "他们大概忙，可是提前说一声并不难。",
    "有点着急，也有点失望。",
    "我说那就下午吧，然后把这件事告诉了邻居。",
    "要是九点半前打一个电话说明原因，我就不会白等一上午。",
)
_SAVED = "2026-09-01T08:00:00+00:00"


@dataclass(frozen=True)
class Version:
    """One version of a hand-in: what is kept of it in the store and in the gradebook.

    ``answers`` are the states of all elements of the module by full name, those of the lesson as
    well, in the order in which a learner meets them.
    """

    answers: Mapping[str, str]
    snapshot: str
    points: Mapping[str, float]
    responses: Mapping[str, str]
    levels: Mapping[str, int]


def versions(
    catalogue: Catalogue, module_id: str, keys: Mapping[str, Key], chance: random.Random
) -> Sequence[Version]:
    """Return the versions of a module, the poorest first."""
    return [
        _version(catalogue, module_id, keys, (number + 0.5) / VERSIONS, chance)
        for number in range(VERSIONS)
    ]


def _version(
    catalogue: Catalogue,
    module_id: str,
    keys: Mapping[str, Key],
    ability: float,
    chance: random.Random,
) -> Version:
    bank = catalogue.bank(module_id)
    responses: dict[str, JSON] = {}
    checked: dict[str, JSON] = {}
    for item in bank.graded:
        key = keys.get(item.id)
        own = key and key.for_learner(SOMEBODY)
        found = _response(item.for_learner(SOMEBODY), own, ability, chance)
        if found is not None:
            responses[item.id] = found
    for item in bank.practice:
        own_item = item.for_learner(SOMEBODY)
        found = _response(own_item.public(), own_item, ability, chance)
        if found is not None:
            checked[item.id] = found
    written = {one.id: _written(one, chance) for one in bank.reflections}
    states = {
        **{f"quiz:{name}": {"response": one, "checked": True} for name, one in checked.items()},
        **{f"quiz:{name}": {"response": one, "checked": False} for name, one in responses.items()},
        **{f"reflect:{name}": {"fields": fields} for name, fields in written.items()},
    }
    graded = [one for one in bank.reflections if one.use == "graded"]
    snapshot = {
        "answers": {name: {"response": one, "saved": _SAVED} for name, one in responses.items()},
        "reflections": {one.id: {"fields": written[one.id], "saved": _SAVED} for one in graded},
    }
    return Version(
        answers={name: _json(states[name]) for name in bank.elements if name in states},
        snapshot=_json(snapshot),
        points={
            name: score(key.for_learner(SOMEBODY), responses.get(name)).points
            for name, key in keys.items()
        },
        responses={name: _json(responses[name]) for name in keys if name in responses},
        levels={one.id: _level(ability, chance) for one in graded},
    )


def _response(
    item: PublicItem, key: Item | Key | None, ability: float, chance: random.Random
) -> JSON:
    """Return a response, right as often as ``ability`` says; ``None`` where none can be made."""
    if chance.random() < 0.02:  # left empty
        return None
    try:
        if key is not None and chance.random() < 0.25 + 0.7 * ability:
            return item.read(right_response(key, "zh-CN"))
    except NotImplementedError:
        pass  # nothing is simply right, or the key cannot tell
    try:
        return _shaken(some_response(item), chance)
    except LookupError:
        return None  # a scenario is played, not answered


def _shaken(response: JSON, chance: random.Random) -> JSON:
    if isinstance(response, list) and len(response) > 1:
        return chance.sample(response, len(response))
    return response


def _written(reflection: PublicReflection, chance: random.Random) -> dict[str, str]:
    return {field.id: _entry(field, chance) for field in reflection.fields}


def _entry(field: ReflectionField, chance: random.Random) -> str:
    match field.kind:
        case "choice":
            return chance.choice(field.options).id
        case "date":
            return f"2026-12-{chance.randint(1, 28):02}"
        case "text":
            return "".join(chance.sample(_SENTENCES, 2))[: field.maximum]


def _level(ability: float, chance: random.Random) -> int:
    return max(0, min(TOP_LEVEL, round(TOP_LEVEL * ability + chance.gauss(0.4, 0.7))))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
