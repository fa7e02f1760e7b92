"""Scenario: a branching case, in which each choice changes named meters and what happens next."""

from yongxin.items.scenario.key import ScenarioKey
from yongxin.items.scenario.public import PublicScenario
from yongxin.items.scenario.written import Scenario

__all__ = ["PublicScenario", "Scenario", "ScenarioKey"]
