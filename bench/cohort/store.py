"""A store full of learners and what they did, written past the store: minutes instead of days."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from bench.cohort.hand_ins import Version
from bench.cohort.people import STAFF, Person, Standing, due, text
from yongxin.store import Store

#: What is joined to make millions of rows of a few thousand.
_PREPARE = """
CREATE TEMP TABLE standing (
    learner_id INTEGER, place INTEGER, opened TEXT, version INTEGER, attempts INTEGER,
    handed_in TEXT, begun INTEGER, late INTEGER
);
CREATE TEMP TABLE module (place INTEGER PRIMARY KEY, id TEXT, key_digest TEXT);
CREATE TEMP TABLE version (
    place INTEGER, version INTEGER, snapshot TEXT, points TEXT, responses TEXT,
    PRIMARY KEY (place, version)
) WITHOUT ROWID;
CREATE TEMP TABLE element (
    place INTEGER, version INTEGER, number INTEGER, name TEXT, state TEXT,
    PRIMARY KEY (place, version, number)
) WITHOUT ROWID;
"""
_FILL = """
BEGIN;
INSERT INTO visit (learner_id, module_id, at)
    SELECT learner_id, module.id, opened FROM standing JOIN module USING (place);
-- A question may stand in two modules: what was answered first counts.
INSERT OR IGNORE INTO answer (learner_id, name, state, revision, updated, client, event_ids)
    SELECT
        learner_id, name, state, 1 + length(state) % 4, coalesce(handed_in, opened), 'bench',
        '["bench-1"]'
    FROM standing JOIN element USING (place, version)
    WHERE number < begun;
-- The earlier attempt of those who tried again was a poorer one.
INSERT INTO submission (learner_id, module_id, number, event_id, at, late, snapshot, receipt)
    SELECT
        learner_id, module.id, attempt.number, 'bench-' || attempt.number,
        CASE WHEN attempt.number < attempts THEN opened ELSE handed_in END,
        late AND attempt.number = attempts, version.snapshot,
        json_object(
            'timestamp', coalesce(handed_in, opened) || ' UTC',
            'directory', 'bench-' || learner_id || '-' || attempt.number,
            'secret', hex(randomblob(16))
        )
    FROM standing
        JOIN module USING (place)
        JOIN (SELECT 1 AS number UNION ALL SELECT 2) AS attempt ON attempt.number <= attempts
        JOIN version ON version.place = standing.place
            AND version.version = max(0, standing.version - 6 * (attempts - attempt.number))
    ORDER BY coalesce(handed_in, opened);
INSERT INTO scored_attempt (submission_id, key_digest, points, responses)
    SELECT submission.id, key_digest, version.points, version.responses
    FROM submission
        JOIN module ON module.id = submission.module_id
        JOIN standing ON standing.learner_id = submission.learner_id
            AND standing.place = module.place
        JOIN version ON version.place = module.place
            AND version.version = max(0, standing.version - 6 * (attempts - submission.number));
ANALYZE;
COMMIT;
"""


def make_store(path: Path) -> int:
    """Make an empty store with the staff in it; return the id of the first learner to come."""
    with Store.open(f"sqlite:///{path}") as store:
        return add_staff(store)


def add_staff(store: Store) -> int:
    """Put the staff on the roster; return the id of the first learner to come."""
    ids = [
        store.add_learner(name, name.title(), role=role, language="en").id
        for name, role in STAFF.items()
    ]
    return max(ids) + 1


def fill_store(
    path: Path,
    everybody: Sequence[Person],
    standings: Iterable[Standing],
    modules: Mapping[str, tuple[str, Sequence[Version]]],
    now: datetime,
) -> None:
    """Write everybody and all that they did into the store at ``path``.

    ``modules`` tells of each module the digest of its keys and the versions of hand-ins.
    """
    dues = {place: due(place, now) for place in range(len(modules))}
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-262144;" + _PREPARE
        )
        _add_people(connection, everybody, now)
        connection.executemany(
            "INSERT INTO deadline (module_id, group_id, due) VALUES (?, ?, ?)",
            [
                (name, group, text(dues[place]))
                for place, name in enumerate(modules)
                for group in (None, *((place % 7 + 1,) if place % 5 == 0 else ()))
            ],
        )
        connection.executemany(
            "INSERT INTO module VALUES (?, ?, ?)",
            [(place, name, digest) for place, (name, (digest, _)) in enumerate(modules.items())],
        )
        for place, (_, versions) in enumerate(modules.values()):
            connection.executemany(
                "INSERT INTO version VALUES (?, ?, ?, ?, ?)",
                [
                    (place, number, one.snapshot, _json(one.points), _json(one.responses))
                    for number, one in enumerate(versions)
                ],
            )
            connection.executemany(
                "INSERT INTO element VALUES (?, ?, ?, ?, ?)",
                [
                    (place, number, count, name, state)
                    for number, one in enumerate(versions)
                    for count, (name, state) in enumerate(one.answers.items())
                ],
            )
        connection.executemany(
            "INSERT INTO standing VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    one.person.id,
                    one.place,
                    text(one.opened),
                    one.version,
                    one.attempts,
                    one.handed_in and text(one.handed_in),
                    one.begun,
                    one.handed_in is not None and one.handed_in > dues[one.place],
                )
                for one in standings
            ),
        )
        connection.commit()
        connection.executescript(_FILL)


def add_completions(path: Path) -> None:
    """Let whoever has handed in nearly everything have completed every path that has a rule.

    Marks that are drawn by chance satisfy hardly anybody's rule in seventeen modules.
    """
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            """
            INSERT OR IGNORE INTO path_completion (learner_id, path_id, rule_id, reached_at)
                SELECT learner_id, path_id, max(completion_rule.id), last
                FROM (
                    SELECT learner_id, max(at) AS last, count(DISTINCT module_id) AS modules
                    FROM submission GROUP BY learner_id
                ) CROSS JOIN completion_rule
                WHERE modules >= 0.8 * (SELECT count(DISTINCT module_id) FROM submission)
                GROUP BY learner_id, path_id
            """
        )


def _add_people(connection: sqlite3.Connection, everybody: Sequence[Person], now: datetime) -> None:
    connection.executemany(
        "INSERT INTO learner (id, username, username_key, name, language, role, active,"
        " session_key, password, created) VALUES (?, ?, ?, ?, ?, 'learner', ?, ?, NULL, ?)",
        [
            (
                one.id,
                one.username,
                one.username,
                one.name,
                "en" if one.id % 9 == 0 else "zh-CN",
                one.id % 60 != 0,
                f"session-{one.id}",
                text(now),
            )
            for one in everybody
        ],
    )
    groups = sorted({group for one in everybody for group in one.groups})
    connection.executemany(
        "INSERT INTO learning_group (id, name) VALUES (?, ?)",
        [(number, f"{number:03}号项目") for number in groups],
    )
    connection.executemany(
        "INSERT INTO membership (learner_id, group_id) VALUES (?, ?)",
        [(one.id, group) for one in everybody for group in one.groups],
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
