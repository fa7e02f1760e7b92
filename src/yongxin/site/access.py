"""Who may do what: one table for every route of the site.

``handlers.routes`` refuses to start a site with a route that is not named here, and
``handlers.base.Guarded`` asks this table before any handler runs, Voila's own included.
"""

from collections.abc import Mapping
from typing import Final, get_args

from yongxin.store import Role

ROLES: Final[frozenset[str]] = frozenset(get_args(Role))

#: Anybody, signed in or not.
PUBLIC: Final[frozenset[str]] = ROLES | {"visitor"}
SIGNED_IN: Final = ROLES
LEARNERS: Final[frozenset[str]] = frozenset({"learner"})
TRAINERS: Final[frozenset[str]] = frozenset({"trainer", "admin"})
STAFF: Final[frozenset[str]] = frozenset({"trainer", "hr", "admin"})
#: Who answers for personal data.
KEEPERS: Final[frozenset[str]] = frozenset({"hr", "admin"})
ADMINS: Final[frozenset[str]] = frozenset({"admin"})

#: Route name → HTTP method → who may use it. What is missing here is not allowed to anybody.
ACCESS: Final[Mapping[str, Mapping[str, frozenset[str]]]] = {
    "home": {"GET": PUBLIC},
    "health": {"GET": PUBLIC},
    "live": {"GET": PUBLIC},
    "static": {"GET": PUBLIC},
    "service-worker": {"GET": PUBLIC},
    "offline": {"GET": PUBLIC},
    "sign-in": {"GET": PUBLIC, "POST": PUBLIC},
    "sign-in-link": {"GET": PUBLIC, "POST": PUBLIC},
    "sign-out": {"POST": PUBLIC},
    "language": {"POST": PUBLIC},
    "start": {"GET": SIGNED_IN},
    "lesson": {"GET": SIGNED_IN},
    "exercise": {"GET": SIGNED_IN},
    "image": {"GET": SIGNED_IN},
    "review": {"GET": SIGNED_IN},
    "results": {"GET": LEARNERS},
    "result": {"GET": LEARNERS},
    "plan": {"GET": LEARNERS},
    "plan-pdf": {"GET": LEARNERS},
    "plan-calendar": {"GET": LEARNERS},
    "cohort": {"GET": STAFF},
    "cohort-table": {"GET": STAFF},
    "today": {"GET": TRAINERS},
    "timeline": {"GET": TRAINERS},
    "ways": {"GET": TRAINERS},
    "analysis": {"GET": TRAINERS},
    "analysis-table": {"GET": TRAINERS},
    "marking": {"GET": TRAINERS},
    "marking-comments": {"GET": TRAINERS, "POST": TRAINERS},
    "marking-queue": {"GET": TRAINERS, "POST": TRAINERS},
    "marking-second": {"GET": TRAINERS, "POST": TRAINERS},
    "marking-agreement": {"GET": TRAINERS, "POST": TRAINERS},
    "privacy": {"GET": PUBLIC},
    "my-data": {"GET": SIGNED_IN, "POST": SIGNED_IN},
    "people": {"GET": KEEPERS},
    "person": {"GET": KEEPERS, "POST": KEEPERS},
    "person-copy": {"POST": KEEPERS},
    "retention": {"GET": KEEPERS, "POST": KEEPERS},
    "audit": {"GET": ADMINS},
    "audit-table": {"GET": ADMINS},
    "practice": {"GET": TRAINERS},
    "practice-module": {"GET": TRAINERS},
    "practice-table": {"GET": TRAINERS},
    "reading": {"POST": LEARNERS},
    "completion": {"GET": STAFF},
    "completion-table": {"GET": STAFF},
    "reminders-table": {"GET": STAFF},
    "certificates": {"GET": KEEPERS, "POST": KEEPERS},
    "certificates-zip": {"GET": KEEPERS},
    "certificate": {"GET": KEEPERS, "POST": KEEPERS},
    "certificate-pdf": {"GET": KEEPERS},
    "own-certificate": {"GET": LEARNERS},
    "own-badge": {"GET": LEARNERS},
    "badge-issuer": {"GET": PUBLIC},
    "badge-key": {"GET": PUBLIC},
    "verify": {"GET": PUBLIC, "POST": PUBLIC},
    "verify-token": {"GET": PUBLIC},
    "verify-address": {"GET": PUBLIC},
    "events": {"POST": SIGNED_IN},
    "state": {"GET": SIGNED_IN},
    "visits": {"POST": SIGNED_IN},
    "hand-in": {"POST": LEARNERS},
    "revision": {"POST": LEARNERS},
    # Below: what the front end of Voila needs on a page whose notebook holds Python of its own.
    # A kernel belongs to the learner whose page started it, whatever the role.
    "run": {"POST": SIGNED_IN, "DELETE": SIGNED_IN},
    "kernel": {"GET": SIGNED_IN, "DELETE": SIGNED_IN},
    "kernel-channels": {"GET": SIGNED_IN},
    "kernel-shutdown": {"POST": SIGNED_IN},
    "front-end": {"GET": PUBLIC},
    "voila-theme": {"GET": SIGNED_IN},
}

#: Roles that may see who has learned how far; only these see points.
SEES_POINTS: Final = TRAINERS
