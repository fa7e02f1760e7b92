"""What is kept about people, column by column: for what, who sees it, and how long.

The notice for everybody (``/privacy``), the copies that people get and the periods of
``retention`` are made of this table. A test compares it with the tables of the store, so nothing
about anybody is ever kept without a line here. Words stand in ``text/privacy``: of a kind under
``privacy.kind.<id>``, of a column under ``privacy.column.<table>.<column>`` or, where it means the
same everywhere, ``privacy.column.<column>``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

#: Why something may be kept: ``training``, because it is what the training is made of;
#: ``choice``, because the person has chosen to use it; ``security``, because a site that many
#: rely on has to be kept safe and has to account for what was done.
Ground: TypeAlias = Literal["training", "choice", "security"]
Viewer: TypeAlias = Literal["self", "trainer", "hr", "admin", "operator", "device", "anybody"]
#: Into which copy a column goes: the one that staff may make for a person (and the person's own),
#: the person's own only, or none.
Copied: TypeAlias = Literal["staff", "own", "never"]


@dataclass(frozen=True)
class Kind:
    """A kind of data. ``kept`` names a period of ``retention``, or words of the notice."""

    id: str
    seen_by: tuple[Viewer, ...]
    kept: str
    ground: Ground


@dataclass(frozen=True)
class Use:
    """Of what kind a column is, and into which copy it goes."""

    kind: str
    copied: Copied


#: In the order in which the notice tells of them.
KINDS: Final = (
    Kind("account", ("self", "trainer", "hr", "admin"), "account", "training"),
    Kind("sign-in", ("operator",), "sign-in", "security"),
    Kind("progress", ("self", "trainer", "hr", "admin"), "inactive-learning", "training"),
    Kind("answers", ("self",), "inactive-learning", "training"),
    Kind("assessments", ("self",), "inactive-learning", "choice"),
    Kind("hand-ins", ("self", "trainer", "admin"), "hand-ins", "training"),
    Kind("marks", ("self", "trainer", "admin"), "hand-ins", "training"),
    Kind("marking", ("trainer", "admin"), "hand-ins", "training"),
    Kind("completion", ("self", "trainer", "hr", "admin"), "account", "training"),
    Kind("certificates", ("self", "hr", "admin", "anybody"), "account", "training"),
    Kind("audit", ("admin",), "audit", "security"),
    Kind("erasures", ("hr", "admin"), "erasures", "security"),
    Kind("files", ("trainer", "admin", "operator"), "hand-ins", "training"),
    Kind("device", ("device",), "device", "training"),
    Kind("cookies", ("device",), "cookies", "security"),
    Kind("logs", ("operator",), "logs", "security"),
    Kind("backups", ("operator",), "backups", "security"),
)

#: For rows that tell of nobody: rules, counts, lists of groups.
NOBODY: Final = "nobody"
#: Answers whose elements begin so are self-assessments, which only the person ever sees.
ASSESSMENT_PREFIX: Final = "assess:"
#: What stands in these columns is JSON.
JSON_COLUMNS: Final = frozenset({"state", "snapshot", "printed", "detail"})


def _uses(kind: str, *, staff: str = "", own: str = "", never: str = "") -> dict[str, Use]:
    copied: tuple[tuple[Copied, str], ...] = (("staff", staff), ("own", own), ("never", never))
    return {name: Use(kind, how) for how, listed in copied for name in listed.split()}


#: Table → column → use. Keys that would open something are in no copy, and neither is what markers
#: weigh before a mark counts: the mark itself is in the gradebook's part of a copy.
COLUMNS: Final[Mapping[str, Mapping[str, Use]]] = {
    "learner": _uses(
        "account", staff="username name language role active created", never="id username_key"
    )
    | _uses("sign-in", never="session_key password"),
    "membership": _uses("account", staff="group_id", never="learner_id"),
    "sign_in_token": _uses("sign-in", own="expires", never="token_hash learner_id"),
    "visit": _uses("progress", staff="module_id at", never="learner_id"),
    "answer": _uses(
        "answers", own="name state revision updated", never="learner_id client event_ids"
    ),
    "submission": _uses(
        "hand-ins",
        staff="module_id number at late",
        own="snapshot",
        never="id learner_id event_id receipt reserved_until",
    ),
    "returned_reflection": _uses(
        "hand-ins",
        own="module_id reflection_id comment at revised_at snapshot",
        never="id learner_id event_id delivered_as receipt reserved_until",
    ),
    "scored_attempt": _uses("marks", never="submission_id key_digest points responses"),
    "module_mark": _uses(
        "marks", never="learner_id module_id handed_in points maximum waiting reflections"
    ),
    "mark_given": _uses(
        "marking",
        never="id learner_id marker_id module_id reflection_id grade_id at before after undone_at",
    ),
    "second_mark": _uses(
        "marking",
        never="id learner_id module_id reflection_id grade_id marker_id first_points points at "
        "settled_at",
    ),
    "mark_lease": _uses("marking", never="grade_id marker_id until"),
    "bank_comment": _uses("marking", own="words", never="id learner_id"),
    "module_completion": _uses(
        "completion", staff="path_id module_id reached_at", never="learner_id rule_id"
    ),
    "path_completion": _uses("completion", staff="path_id reached_at", never="learner_id rule_id"),
    "certificate_holder": _uses(
        "certificates", staff="certificate_id name reason", never="learner_id"
    ),
    "certificate": _uses(
        "certificates",
        never="id token path_id rule_id printed language reached_at issued_at issuer_id "
        "revoked_at revoker_id",
    ),
    "audit_entry": _uses("audit", never="id at actor action subject detail salt commitment digest"),
    "erasure": _uses("erasures", never="id at name_digest actor finished"),
    "backup": _uses(NOBODY, never="id made_at file_name digest"),
    "completion_rule": _uses(NOBODY, never="id path_id version digest text since"),
    "deadline": _uses(NOBODY, never="id module_id group_id due"),
    "learning_group": _uses(NOBODY, never="id name"),
    "reading": _uses(NOBODY, never="module_id section_id readers"),
    "roster_change": _uses(NOBODY, never="id changes"),
    "second_sample": _uses(NOBODY, never="module_id reflection_id every"),
}


def columns_of(kind: str) -> list[tuple[str, str]]:
    """Return the columns of a kind: table and name."""
    return [
        (table, name)
        for table, uses in COLUMNS.items()
        for name, use in uses.items()
        if use.kind == kind
    ]


def copied(table: str, *, own: bool) -> list[str]:
    """Return the columns of a table that go into the person's own copy, or into that of staff."""
    ways = {"staff", "own"} if own else {"staff"}
    return [name for name, use in COLUMNS[table].items() if use.copied in ways]
