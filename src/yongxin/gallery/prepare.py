"""Making a gallery: its course, its visitor, and what the visitor has answered and handed in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from yongxin.build import build_course
from yongxin.catalogue import Catalogue
from yongxin.content import load_content
from yongxin.gallery.copies import HANDED_IN, Copy, gallery_copies, write_content
from yongxin.gallery.grading import grade
from yongxin.gallery.responses import Responses
from yongxin.gallery.visitor import USERNAME, Visitor, events
from yongxin.grading.exchange import prepare_state, release_module, sync_roster
from yongxin.items.reflection import Reflection
from yongxin.language import FIRST_LANGUAGE
from yongxin.simulators import simulator_ids
from yongxin.site.learning import Learning
from yongxin.store import Store
from yongxin.text import interface_text

DATABASE = "yongxin.db"


@dataclass(frozen=True)
class Gallery:
    """A gallery that is ready to be served; ``copies`` are those of each module."""

    root: Path
    state: Path
    copies: Mapping[str, tuple[Copy, ...]]

    @property
    def store_url(self) -> str:
        """Where the visitor and the visitor's answers are kept."""
        return f"sqlite:///{self.state / DATABASE}"


def prepare(course: Path, root: Path) -> Gallery:
    """Make the gallery of the course in ``course`` in the empty folder ``root``.

    Its state is in ``var`` there, which has to be nbgrader's state directory too. Raises
    ``ContentError``, and ``NotGraded`` when nbgrader fails.
    """
    responses = Responses.read(course)
    content = load_content(course / "content")
    copies = gallery_copies(content, responses.known)
    write_content(content, copies, root / "content")
    build_course(root)
    gallery = Gallery(root, root / "var", copies)
    name = interface_text(FIRST_LANGUAGE)("gallery.visitor")
    exchange = prepare_state(root)
    for module_id in copies:
        release_module(root, module_id)
    sync_roster(root, {USERNAME: name})
    with Store.open(gallery.store_url) as store:
        learner = store.add_learner(USERNAME, name, language=FIRST_LANGUAGE)
        learning = Learning(Catalogue(root), store, exchange)
        _answer(Visitor(learner, learning), copies, responses)
        learning.close()
    grade(root, HANDED_IN, USERNAME, _marks(copies[HANDED_IN]))
    return gallery


def _answer(visitor: Visitor, copies: Mapping[str, tuple[Copy, ...]], responses: Responses) -> None:
    for one in (copy for module in copies.values() for copy in module):
        visitor.send(one.name, events(one, responses.of(one, visitor.learner.username)))
    for simulator in simulator_ids():
        inputs = responses.of_simulator(simulator)
        if inputs is not None:
            visitor.send(f"simulate:{simulator}", [{"type": "set", "inputs": inputs}])
    visitor.hand_in(HANDED_IN)


def _marks(copies: Iterable[Copy]) -> dict[str, tuple[float, str]]:
    """Return a mark for each reflection that is complete; the others wait for theirs."""
    comment = interface_text(FIRST_LANGUAGE)("gallery.comment")
    return {
        one.element.id: (one.element.points - 1, comment)
        for one in copies
        if isinstance(one.element, Reflection) and one.state == "complete"
    }
