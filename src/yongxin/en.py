"""The verbs in English."""

from yongxin.verbs import Verbs

__all__ = ["assess", "kept", "progress", "quiz", "reflect", "scenario", "simulate", "submit"]

_VERBS = Verbs(lambda: "en")

quiz = _VERBS.quiz
scenario = _VERBS.scenario
simulate = _VERBS.simulate
reflect = _VERBS.reflect
kept = _VERBS.kept
assess = _VERBS.assess
submit = _VERBS.submit
progress = _VERBS.progress
