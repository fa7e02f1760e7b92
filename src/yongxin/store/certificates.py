"""Certificates: issued for a path that was completed, revoked, and looked up by anybody.

A certificate and its holder are two rows. Erasing the holder deletes one of them; the other keeps
the number from being given again and tells nothing of a person.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, Select, func, select, update

from yongxin.store import json_text, names
from yongxin.store.audit import append
from yongxin.store.database import Database
from yongxin.store.errors import UnknownCertificate
from yongxin.store.learners import lock
from yongxin.store.tables import (
    certificate,
    certificate_holder,
    completion_rule,
    learner,
    learning_group,
    membership,
    path_completion,
)
from yongxin.store.values import JSON

#: 192 bits: nobody finds one by trying.
_TOKEN_BYTES = 24
_PREFIX = "YX"

_Statement: TypeAlias = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Certificate:
    """A certificate with its holder; ``printed`` is JSON, the titles as they were at issue.

    ``name`` is the holder's as it was then. ``version`` is that of the rule.
    """

    id: int
    token: str
    path_id: str
    version: int
    printed: JSON
    language: str
    reached_at: datetime
    issued_at: datetime
    revoked_at: datetime | None
    learner_id: int
    username: str
    name: str
    reason: str | None

    @property
    def number(self) -> str:
        """The number that people read, with a character that tells most slips of typing."""
        return certificate_number(self.id, self.issued_at)


class Certificates:
    """Issuing, revoking and finding certificates."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def to_certify(self, path_id: str, *, group: str | None = None) -> list[int]:
        """Return the ids of active learners who have completed a path and have no certificate.

        The first who completed it come first. A revoked certificate is none.
        """
        statement = (
            select(path_completion.c.learner_id)
            .join(learner, learner.c.id == path_completion.c.learner_id)
            .where(
                path_completion.c.path_id == path_id,
                learner.c.active,
                path_completion.c.learner_id.not_in(_holders(path_id)),
            )
            .order_by(path_completion.c.reached_at, path_completion.c.learner_id)
        )
        if group is not None:
            statement = statement.where(path_completion.c.learner_id.in_(_members(group)))
        with self._database.reading() as connection:
            return list(connection.scalars(statement))

    def issue_certificates(
        self,
        path_id: str,
        learner_ids: Collection[int],
        *,
        printed: JSON,
        issuer_id: int,
        now: datetime,
    ) -> list[Certificate]:
        """Issue a certificate to each of these learners who has completed the path and has none.

        Return those that are new. Raises ``UnknownLearner``.
        """
        new: list[int] = []
        with self._database.writing() as connection:
            actor = _username(connection, issuer_id)
            for learner_id in sorted(set(learner_ids)):
                lock(connection, learner_id)
                number = _issue(connection, path_id, learner_id, printed, issuer_id, now)
                if number is not None:
                    new.append(number)
                    append(
                        connection,
                        actor,
                        "certificate issue",
                        _username(connection, learner_id),
                        {"number": certificate_number(number, now), "path": path_id},
                    )
            return _read_all(connection, _FIND.where(certificate.c.id.in_(new)))

    def revoke_certificate(
        self, certificate_id: int, reason: str, *, revoker_id: int, now: datetime
    ) -> Certificate:
        """Revoke a certificate for good; what was revoked before stays as it was.

        Raises ``UnknownCertificate``, and ``InvalidName`` for a reason that is not one line.
        """
        reason = names.line(reason, "reason")
        of_id = _FIND.where(certificate.c.id == certificate_id)
        with self._database.writing() as connection:
            found = _one(connection, of_id)
            if found is None:
                raise UnknownCertificate(f"there is no certificate {certificate_id}")
            lock(connection, found.learner_id)
            done = connection.execute(
                update(certificate)
                .where(certificate.c.id == certificate_id, certificate.c.revoked_at.is_(None))
                .values(revoked_at=now, revoker_id=revoker_id)
            )
            if done.rowcount:
                connection.execute(
                    update(certificate_holder)
                    .where(certificate_holder.c.certificate_id == certificate_id)
                    .values(reason=reason)
                )
                append(
                    connection,
                    _username(connection, revoker_id),
                    "certificate revoke",
                    found.username,
                    {"number": found.number, "path": found.path_id},
                )
            (revoked,) = _read_all(connection, of_id)
            return revoked

    def certificate(
        self, *, number: str | None = None, token: str | None = None
    ) -> Certificate | None:
        """Return a certificate by its number or its token, unless its holder was erased."""
        if token is not None:
            statement = _FIND.where(certificate.c.token == token)
        else:
            statement = _FIND.where(certificate.c.id == (certificate_id(number or "") or 0))
        with self._database.reading() as connection:
            found = _one(connection, statement)
        if found is None or (number is not None and found.number != tidy_number(number)):
            return None
        return found

    def certificates(
        self,
        *,
        path_id: str | None = None,
        group: str | None = None,
        learner_id: int | None = None,
        query: str = "",
        only_valid: bool = False,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[Certificate]:
        """Return certificates, the newest first. ``query`` is a part of a name or a number."""
        statement = _chosen(_FIND, path_id, group, learner_id, query, only_valid=only_valid)
        statement = statement.order_by(certificate.c.id.desc()).limit(limit).offset(offset)
        with self._database.reading() as connection:
            return _read_all(connection, statement)

    def count_certificates(
        self,
        *,
        path_id: str | None = None,
        group: str | None = None,
        query: str = "",
        only_valid: bool = False,
    ) -> int:
        """Return how many there are; see ``certificates``."""
        chosen = _chosen(_FIND, path_id, group, None, query, only_valid=only_valid)
        ids = chosen.with_only_columns(certificate.c.id).subquery()
        with self._database.reading() as connection:
            return connection.execute(select(func.count()).select_from(ids)).scalar_one()


def certificate_number(certificate_id: int, issued_at: datetime) -> str:
    """Return the number of a certificate, such as ``YX-2026-000123-4``.

    The last character is a check by ISO 7064, MOD 11-2: it tells every wrong digit and every two
    that were swapped.
    """
    year, count = f"{issued_at.astimezone(UTC).year}", f"{certificate_id:06}"
    return f"{_PREFIX}-{year}-{count}-{_check_character(year + count)}"


def certificate_id(number: str) -> int | None:
    """Return the id of the certificate that a number names, or ``None`` for a mistyped number."""
    parts = tidy_number(number).split("-")
    if len(parts) != 4 or parts[0] != _PREFIX or len(parts[1]) != 4 or not 6 <= len(parts[2]) <= 9:
        return None
    digits = parts[1] + parts[2]
    if not (digits.isascii() and digits.isdigit()) or parts[3] != _check_character(digits):
        return None
    return int(parts[2])


def tidy_number(number: str) -> str:
    """Return a number as it is printed, however somebody has typed it."""
    tidy = "".join(names.username_key(number[:64]).split()).upper()
    return tidy.replace("–", "-").replace("—", "-")


def _check_character(digits: str) -> str:
    rest = 0
    for digit in digits:
        rest = (rest + int(digit)) * 2 % 11
    check = (12 - rest) % 11
    return "X" if check == 10 else str(check)


_FIND: _Statement = (
    select(
        certificate.c.id,
        certificate.c.token,
        certificate.c.path_id,
        completion_rule.c.version,
        certificate.c.printed,
        certificate.c.language,
        certificate.c.reached_at,
        certificate.c.issued_at,
        certificate.c.revoked_at,
        certificate_holder.c.learner_id,
        learner.c.username,
        certificate_holder.c.name,
        certificate_holder.c.reason,
    )
    .join(completion_rule, completion_rule.c.id == certificate.c.rule_id)
    .join(certificate_holder, certificate_holder.c.certificate_id == certificate.c.id)
    .join(learner, learner.c.id == certificate_holder.c.learner_id)
)


def _chosen(
    statement: _Statement,
    path_id: str | None,
    group: str | None,
    learner_id: int | None,
    query: str,
    *,
    only_valid: bool,
) -> _Statement:
    if path_id is not None:
        statement = statement.where(certificate.c.path_id == path_id)
    if learner_id is not None:
        statement = statement.where(certificate_holder.c.learner_id == learner_id)
    if group is not None:
        statement = statement.where(certificate_holder.c.learner_id.in_(_members(group)))
    if only_valid:
        statement = statement.where(certificate.c.revoked_at.is_(None))
    if query.strip():
        number = certificate_id(query)
        if number is not None:
            return statement.where(certificate.c.id == number)
        part = query.strip()
        statement = statement.where(
            certificate_holder.c.name.icontains(part, autoescape=True)
            | learner.c.username.icontains(part, autoescape=True)
        )
    return statement


def _holders(path_id: str) -> Select[int]:
    return (
        select(certificate_holder.c.learner_id)
        .join(certificate, certificate.c.id == certificate_holder.c.certificate_id)
        .where(certificate.c.path_id == path_id, certificate.c.revoked_at.is_(None))
    )


def _members(group: str) -> Select[int]:
    return (
        select(membership.c.learner_id)
        .join(learning_group, learning_group.c.id == membership.c.group_id)
        .where(learning_group.c.name == group)
    )


def _issue(
    connection: Connection,
    path_id: str,
    learner_id: int,
    printed: JSON,
    issuer_id: int,
    now: datetime,
) -> int | None:
    if (
        learner_id
        in connection.scalars(
            _holders(path_id).where(certificate_holder.c.learner_id == learner_id)
        ).all()
    ):
        return None
    reached = connection.execute(
        select(
            path_completion.c.rule_id,
            path_completion.c.reached_at,
            learner.c.name,
            learner.c.language,
        )
        .join(learner, learner.c.id == path_completion.c.learner_id)
        .where(path_completion.c.path_id == path_id, path_completion.c.learner_id == learner_id)
    ).one_or_none()
    if reached is None:
        return None
    number = connection.execute(
        certificate.insert()
        .values(
            token=secrets.token_urlsafe(_TOKEN_BYTES),
            path_id=path_id,
            rule_id=reached.rule_id,
            printed=json_text.encode(printed),
            language=reached.language,
            reached_at=reached.reached_at,
            issued_at=now,
            issuer_id=issuer_id,
        )
        .returning(certificate.c.id)
    ).scalar_one()
    connection.execute(
        certificate_holder.insert().values(
            certificate_id=number, learner_id=learner_id, name=reached.name
        )
    )
    return number


def _username(connection: Connection, learner_id: int) -> str:
    return connection.execute(
        select(learner.c.username).where(learner.c.id == learner_id)
    ).scalar_one()


def _one(connection: Connection, statement: _Statement) -> Certificate | None:
    return next(iter(_read_all(connection, statement)), None)


def _read_all(connection: Connection, statement: _Statement) -> list[Certificate]:
    rows = connection.execute(statement).mappings()
    return [
        Certificate(
            **{**row, "printed": json_text.decode(row["printed"])}
        )  # the names are the same
        for row in rows
    ]
