"""A demo cohort, so that a newcomer studies, marks and looks at progress within a minute."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from yongxin.catalogue import Catalogue
from yongxin.grading.configuration import state_directory
from yongxin.grading.exchange import (
    ExchangeSettings,
    NotReleased,
    is_released,
    prepare_state,
    release_module,
    sync_roster,
)
from yongxin.language import LANGUAGES
from yongxin.store import Learner, Role, Store
from yongxin.text import interface_text


@dataclass(frozen=True)
class Person:
    """Somebody of the demo cohort."""

    username: str
    name: str
    role: Role
    groups: tuple[str, ...] = ()


EAST, WEST = "东区项目", "西区项目"

COHORT = (
    Person("lin.xia", "林夏", "learner", (EAST,)),
    Person("zhou.yuan", "周远", "learner", (EAST,)),
    Person("zhao.qing", "赵晴", "learner", (EAST,)),
    Person("he.ping", "何平", "learner", (WEST,)),
    Person("xu.nuo", "许诺", "learner", (WEST,)),
    Person("chen.min", "陈敏", "trainer"),
    Person("wu.jing", "吴静", "hr"),
)

#: Who gets a link when the site starts: the first of each of these roles.
INVITED: tuple[Role, ...] = ("learner", "trainer", "hr")


def prepare(root: Path, store: Store) -> list[str]:
    """Add the cohort and release the exercises of ``root``; what is there already stays as it is.

    Quick when nothing is left to do: nbgrader, which takes seconds to import, is then left alone.
    Returns why exercises could not be released, such as one that lost a question after somebody
    had handed it in.
    """
    new = [person for person in COHORT if store.learner(person.username) is None]
    for person in new:
        store.add_learner(person.username, person.name, role=person.role, groups=person.groups)
    settings = ExchangeSettings(state_directory(root) / "exchange")
    waiting = [
        module_id
        for module_id, exercise in _exercises(root).items()
        if not is_released(settings, exercise)
    ]
    if new or waiting:
        prepare_state(root)
    problems: list[str] = []
    for module_id in waiting:
        try:
            release_module(root, module_id)
        except NotReleased as error:
            problems.append(str(error))
    if new or waiting:
        sync_roster(root, {one.username: one.name for one in store.learners(role="learner")})
    return problems


def _exercises(root: Path) -> Mapping[str, Path]:
    """Return the exercise notebook of each module that is there to be learned."""
    catalogue = Catalogue(root)
    return {
        module.id: catalogue.exercise_path(module.id)
        for module in catalogue.course.modules.values()
        if module.status == "released"
    }


def invitation(store: Store, url: str) -> str:
    """Return a block, in both languages, with a new sign-in link for each role at ``url``."""
    texts = [interface_text(language) for language in LANGUAGES]
    lines = [url, "", *(text("demo.once") for text in texts)]
    for role in INVITED:
        person = _first(store, role)
        if person is not None:
            roles = " · ".join(text(f"demo.role.{role}") for text in texts)
            token = store.issue_sign_in_token(person.username)
            lines += ["", f"{roles}: {person.name}", f"  {url}sign-in/{token}"]
    lines += ["", *(text("demo.stop") for text in texts)]
    rule = "─" * 72
    return "\n".join([rule, *(f"  {line}".rstrip() for line in lines), rule])


def _first(store: Store, role: Role) -> Learner | None:
    """Return the demo person of ``role``, unless somebody has deactivated them."""
    usernames = [person.username for person in COHORT if person.role == role]
    found = (store.learner(username) for username in usernames)
    return next((person for person in found if person is not None and person.active), None)


def announce(store: Store, url: str) -> None:
    """Print the invitation at once, also into a pipe."""
    print(invitation(store, url), flush=True, file=sys.stdout)
