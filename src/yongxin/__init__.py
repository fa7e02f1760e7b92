"""Yongxin: the verbs of an interactive course, in the reader's language.

``from yongxin import quiz, scenario, simulate, reflect, kept, assess, submit, progress``, and one
call as the last line of a cell. ``yongxin.en`` and ``yongxin.zh_cn`` hold the same verbs bound to
one language.
"""

from yongxin.verbs import Verbs, preferred_language

__all__ = ["assess", "kept", "progress", "quiz", "reflect", "scenario", "simulate", "submit"]

_VERBS = Verbs(preferred_language)

quiz = _VERBS.quiz
scenario = _VERBS.scenario
simulate = _VERBS.simulate
reflect = _VERBS.reflect
kept = _VERBS.kept
assess = _VERBS.assess
submit = _VERBS.submit
progress = _VERBS.progress
