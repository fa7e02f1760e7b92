"""Ways to sign in: passwords, one-time tokens, and the key that holds sessions together."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select, update

from yongxin.store import audit, passwords
from yongxin.store.database import Database
from yongxin.store.errors import LearnerInactive
from yongxin.store.learners import (
    called,
    count_roster_change,
    find,
    find_one,
    new_session_key,
    revoke_tokens,
)
from yongxin.store.tables import learner, sign_in_token
from yongxin.store.values import Learner

_TOKEN_BYTES = 32


class SignIn:
    """Setting and checking what somebody signs in with."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def set_password(self, username: str, password: str) -> None:
        """Set the password; sessions and sign-in tokens from before end.

        How good a password must be is for the caller to say. Raises ``UnknownLearner``, and
        ``ValueError`` for an empty or over-long one.
        """
        hashed = passwords.hash_password(password)  # slow, hence before the lock
        with self._database.writing() as connection:
            found = find_one(connection, called(username), username=username)
            connection.execute(
                update(learner)
                .where(learner.c.id == found.id)
                .values(password=hashed, session_key=new_session_key())
            )
            revoke_tokens(connection, found.id)
            count_roster_change(connection)
        self._database.roster = object()

    def check_password(self, username: str, password: str) -> Learner | None:
        """Return the learner if the password is right and the learner active, else None.

        It takes as long for a username that nobody has, and for a learner without a password.
        """
        with self._database.reading() as connection:
            hashed = connection.scalar(select(learner.c.password).where(called(username)))
            found = next(iter(find(connection, called(username))), None)
        right = passwords.matches(password, hashed)
        return found if right and found and found.active else None

    def issue_sign_in_token(self, username: str, lifetime: timedelta = timedelta(days=1)) -> str:
        """Return a token, fit for a URL, that lets the learner in once within ``lifetime``.

        Only a hash of it is kept. Raises ``UnknownLearner`` and ``LearnerInactive``.
        """
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        now = datetime.now(UTC)
        with self._database.writing() as connection:
            found = find_one(connection, called(username), username=username)
            if not found.active:
                raise LearnerInactive(f"{found.username!r} was deactivated")
            connection.execute(delete(sign_in_token).where(sign_in_token.c.expires <= now))
            connection.execute(
                sign_in_token.insert().values(
                    token_hash=_hash(token), learner_id=found.id, expires=now + lifetime
                )
            )
        return token

    def redeem_sign_in_token(self, token: str) -> Learner | None:
        """Return the learner to let in, or None if the token is unknown, used or expired.

        Of several that redeem one token at the same time, one gets the learner; the audit log
        tells of it.
        """
        with self._database.writing() as connection:
            learner_id = connection.scalar(
                delete(sign_in_token)
                .where(
                    sign_in_token.c.token_hash == _hash(token),
                    sign_in_token.c.expires > datetime.now(UTC),
                )
                .returning(sign_in_token.c.learner_id)
            )
            if learner_id is None:
                return None
            found = find_one(connection, learner.c.id == learner_id)
            if not found.active:
                return None
            audit.append(connection, found.username, "sign-in", found.username, {"by": "link"})
            return found

    def end_sessions(self, username: str) -> Learner:
        """Sign the learner out everywhere. Raises ``UnknownLearner``."""
        with self._database.writing() as connection:
            found = find_one(connection, called(username), username=username)
            connection.execute(
                update(learner)
                .where(learner.c.id == found.id)
                .values(session_key=new_session_key())
            )
            count_roster_change(connection)
            changed = find_one(connection, learner.c.id == found.id)
        self._database.roster = object()
        return changed


def _hash(token: str) -> str:
    # 256 random bits need no salt and no slowness.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
