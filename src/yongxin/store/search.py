"""Finding people on the roster by what somebody remembers of a name."""

from sqlalchemy import ColumnElement, func, or_, select

from yongxin.store import names
from yongxin.store.database import Database
from yongxin.store.learners import find
from yongxin.store.tables import learner
from yongxin.store.values import Learner

_ESCAPE = "\\"


class Search:
    """Pages of people, for those who look after the roster."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def search_people(
        self, words: str = "", *, limit: int, offset: int = 0
    ) -> tuple[list[Learner], int]:
        """Return those whose name or username holds ``words``, by username, and how many in all.

        Whoever was deactivated is among them. Width and case of the letters do not count in
        usernames.
        """
        condition = _holds(words.strip()) if words.strip() else learner.c.id.is_not(None)
        page = (
            select(learner.c.id)
            .where(condition)
            .order_by(learner.c.username_key)
            .limit(limit)
            .offset(offset)
        )
        with self._database.reading() as connection:
            total = connection.scalar(select(func.count()).select_from(learner).where(condition))
            ids = connection.scalars(page).all()
            found = {one.id: one for one in find(connection, learner.c.id.in_(ids))}
        return [found[one] for one in ids], total or 0


def _holds(words: str) -> ColumnElement[bool]:
    return or_(
        learner.c.username_key.like(_pattern(names.username_key(words)), escape=_ESCAPE),
        learner.c.name.like(_pattern(words.replace("\0", "?")), escape=_ESCAPE),
    )


def _pattern(text: str) -> str:
    for character in (_ESCAPE, "%", "_"):
        text = text.replace(character, f"{_ESCAPE}{character}")
    return f"%{text}%"
