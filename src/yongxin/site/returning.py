"""A trainer returns what a learner wrote, so that it can be revised once."""

from datetime import UTC, datetime

from yongxin.catalogue import Catalogue, UnknownId
from yongxin.grading.reflection_cell import clean
from yongxin.nearest import nearest
from yongxin.site.modules import require_module
from yongxin.store import Learner, Returned, Store, UnknownLearner

#: In characters.
LONGEST_COMMENT = 2000


class CommentRefused(ValueError):
    """A comment that says nothing, or too much."""


def return_reflection(
    catalogue: Catalogue,
    store: Store,
    *,
    module_id: str,
    username: str,
    reflection_id: str,
    comment: str,
    actor: str,
) -> Returned:
    """Return a learner's reflection with a comment, and note in the audit log who did.

    Raises ``UnknownId``, ``InPreparation``, ``UnknownLearner``, ``CommentRefused``,
    ``NotHandedIn``, ``AlreadyReturned`` and ``StoreError``; then nothing was returned.
    """
    require_module(catalogue, module_id)
    _require_reflection(catalogue, module_id, reflection_id)
    learner = _learner(store, username)
    found = store.return_reflection(
        learner.id,
        module_id,
        reflection_id,
        comment=_read_comment(comment),
        now=datetime.now(UTC),
    )
    # What the comment says is between the two of them.
    store.audit(actor, "reflection return", learner.username, reflection=reflection_id)
    return found


def _require_reflection(catalogue: Catalogue, module_id: str, reflection_id: str) -> None:
    exercise = catalogue.bank(module_id).exercise
    known = [name.removeprefix("reflect:") for name in exercise if name.startswith("reflect:")]
    if reflection_id not in known:
        raise UnknownId("reflection", reflection_id, known)


def _learner(store: Store, username: str) -> Learner:
    found = store.learner(username)
    if found is None:
        names = nearest(username, (one.username for one in store.learners(role="learner")))
        raise UnknownLearner(
            f"there is nobody called {username!r}; nearest: {', '.join(names) or 'nobody'}"
        )
    return found


def _read_comment(comment: str) -> str:
    text = clean(comment).strip()
    if not 0 < len(text) <= LONGEST_COMMENT:
        raise CommentRefused(
            f"a comment has 1 to {LONGEST_COMMENT} characters; this one has {len(text)}"
        )
    return text
