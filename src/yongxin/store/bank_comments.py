"""Comments that trainers use again: everybody's own, and those that all share."""

import unicodedata
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, func, or_, select, update

from yongxin.store.database import Database
from yongxin.store.errors import InvalidName
from yongxin.store.tables import bank_comment

#: In characters; and so many of a trainer's own, and as many shared.
LONGEST_BANK_COMMENT = 500
MOST_BANK_COMMENTS = 50


class BankFull(Exception):
    """There are as many comments as anybody can still choose from."""


@dataclass(frozen=True)
class BankComment:
    """A comment to use again."""

    id: int
    words: str
    is_shared: bool


class BankComments:
    """The comment bank."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def bank_comments(self, trainer_id: int) -> list[BankComment]:
        """Return the trainer's own comments and the shared ones, in the order they were added."""
        with self._database.reading() as connection:
            rows = connection.execute(
                select(bank_comment.c.id, bank_comment.c.words, bank_comment.c.learner_id)
                .where(_seen_by(trainer_id))
                .order_by(bank_comment.c.learner_id.is_(None), bank_comment.c.id)
            ).all()
        return [BankComment(number, words, owner is None) for number, words, owner in rows]

    def add_bank_comment(self, trainer_id: int, words: str, *, shared: bool) -> None:
        """Add a comment. Raises ``BankFull``, and ``InvalidName`` for one that cannot be."""
        text = _words(words)
        owner = None if shared else trainer_id
        of_owner = bank_comment.c.learner_id.is_not_distinct_from(owner)

        def write(connection: Connection) -> None:
            number = connection.scalar(
                select(func.count()).select_from(bank_comment).where(of_owner)
            )
            if number is not None and number >= MOST_BANK_COMMENTS:
                raise BankFull(f"there are {number} comments already")
            connection.execute(bank_comment.insert().values(learner_id=owner, words=text))

        self._database.write(write)

    def change_bank_comment(self, trainer_id: int, comment_id: int, words: str) -> None:
        """Put a comment into other words; one that is gone stays gone. Raises ``InvalidName``."""
        text = _words(words)

        def write(connection: Connection) -> None:
            connection.execute(
                update(bank_comment)
                .where(bank_comment.c.id == comment_id, _seen_by(trainer_id))
                .values(words=text)
            )

        self._database.write(write)

    def remove_bank_comment(self, trainer_id: int, comment_id: int) -> None:
        """Remove a comment; a shared one may be removed by any trainer."""

        def write(connection: Connection) -> None:
            connection.execute(
                delete(bank_comment).where(bank_comment.c.id == comment_id, _seen_by(trainer_id))
            )

        self._database.write(write)


def _seen_by(trainer_id: int) -> ColumnElement[bool]:
    return or_(bank_comment.c.learner_id == trainer_id, bank_comment.c.learner_id.is_(None))


def _words(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    normal = unicodedata.normalize("NFC", lines).strip()
    if not 0 < len(normal) <= LONGEST_BANK_COMMENT or any(
        unicodedata.category(one) in {"Cc", "Cs"} and one != "\n" for one in normal
    ):
        raise InvalidName(f"a comment to use again has 1 to {LONGEST_BANK_COMMENT} characters")
    return normal
