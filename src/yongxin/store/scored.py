"""What attempts are worth item by item, kept for figures about a cohort.

Nothing here is anybody's mark: those are in the gradebook. A row is made once from what was handed
in and the keys of a release; other keys make it worthless, and it is made anew.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic_core import from_json
from sqlalchemy import ColumnElement, and_, func, select

from yongxin.store import json_text, names
from yongxin.store.database import Database
from yongxin.store.insert import insert
from yongxin.store.tables import learner, learning_group, membership, scored_attempt, submission
from yongxin.store.values import JSON


@dataclass(frozen=True)
class Unscored:
    """An attempt to score: whose it is, and what was answered to each item."""

    submission_id: int
    username: str
    responses: Mapping[str, JSON]


@dataclass(frozen=True)
class ScoredAttempt:
    """What one attempt is worth: item → points, and item → response as JSON."""

    points: Mapping[str, float]
    responses: Mapping[str, str]


class ScoredAttempts:
    """Attempts with what they are worth. ``key_digest`` is that of all keys of a module."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def unscored(self, module_id: str, key_digest: str, *, limit: int) -> list[Unscored]:
        """Return attempts that were not scored with these keys yet, the oldest first."""
        done = and_(
            scored_attempt.c.submission_id == submission.c.id,
            scored_attempt.c.key_digest == key_digest,
        )
        statement = (
            select(submission.c.id, learner.c.username, submission.c.snapshot)
            .join(learner, learner.c.id == submission.c.learner_id)
            .outerjoin(scored_attempt, done)
            .where(_of_module(module_id), scored_attempt.c.submission_id.is_(None))
            .order_by(submission.c.id)
            .limit(limit)
        )
        with self._database.reading() as connection:
            rows = connection.execute(statement).all()
        return [
            Unscored(
                number,
                username,
                {
                    item: answer["response"]
                    for item, answer in json_text.decode(snapshot)["answers"].items()
                },
            )
            for number, username, snapshot in rows
        ]

    def keep_scored(self, key_digest: str, scored: Mapping[int, ScoredAttempt]) -> None:
        """Keep what attempts are worth, by the id of the submission."""
        if not scored:
            return
        rows = [
            {
                "submission_id": number,
                "key_digest": key_digest,
                "points": json_text.encode(dict(one.points)),
                "responses": json_text.encode(dict(one.responses)),
            }
            for number, one in sorted(scored.items())
        ]
        with self._database.writing() as connection:
            statement = insert(connection, scored_attempt)
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["submission_id"],
                    set_={
                        name: statement.excluded[name]
                        for name in ("key_digest", "points", "responses")
                    },
                ),
                rows,
            )

    def count_attempts(
        self, module_id: str, *, group: str | None = None, only_first: bool = True
    ) -> int:
        """Return how many attempts were handed in."""
        with self._database.reading() as connection:
            return connection.execute(
                select(func.count())
                .select_from(submission)
                .where(_chosen(module_id, group, only_first=only_first))
            ).scalar_one()

    def points(
        self, module_id: str, key_digest: str, *, group: str | None = None, only_first: bool = True
    ) -> list[dict[str, float]]:
        """Return item → points for each attempt that was scored with these keys."""
        return list(self._column("points", module_id, key_digest, group, only_first=only_first))

    def responses(
        self,
        module_id: str,
        key_digest: str,
        item_id: str,
        *,
        group: str | None = None,
        only_first: bool = True,
    ) -> list[str | None]:
        """Return the response to one item, as JSON, in each attempt scored with these keys."""
        rows = self._column("responses", module_id, key_digest, group, only_first=only_first)
        return [row.get(item_id) for row in rows]

    def _column(
        self, name: str, module_id: str, key_digest: str, group: str | None, *, only_first: bool
    ) -> Iterator[dict[str, JSON]]:
        statement = (
            select(scored_attempt.c[name])
            .join(submission, submission.c.id == scored_attempt.c.submission_id)
            .where(
                scored_attempt.c.key_digest == key_digest,
                _chosen(module_id, group, only_first=only_first),
            )
            .order_by(submission.c.id)
        )
        with self._database.reading() as connection:
            for text in connection.scalars(statement):
                yield from_json(text)  # in a third of the usual time; there are ten thousand


def _of_module(module_id: str) -> ColumnElement[bool]:
    recorded = submission.c.receipt.is_not(None)
    return and_(submission.c.module_id == names.identifier(module_id, "module"), recorded)


def _chosen(module_id: str, group: str | None, *, only_first: bool) -> ColumnElement[bool]:
    chosen = _of_module(module_id)
    if only_first:
        chosen = and_(chosen, submission.c.number == 1)
    if group is not None:
        members = (
            select(membership.c.learner_id)
            .join(learning_group, learning_group.c.id == membership.c.group_id)
            .where(learning_group.c.name == group)
        )
        chosen = and_(chosen, submission.c.learner_id.in_(members))
    return chosen
