"""Which way a cohort went: counted without names, from the first time each learner played."""

from unit.items.test_scenario import authored
from yongxin.elements.scenario.flows import Flow, first_ways
from yongxin.items.scenario import Scenario


def test_the_first_time_of_each_learner_is_counted() -> None:
    scenario = Scenario.model_validate(authored()).public()
    ways = first_ways(
        scenario,
        [
            [["ask", "talk"]],
            [["ask", "silent"], ["hang-up"]],
            [["hang-up"]],
            [["ask"]],
            [[]],
            None,
            [["gone"]],
        ],
    )
    assert set(ways.flows) == {
        Flow("call", "ask", "wait", 3),
        Flow("call", "hang-up", "alone", 1),
        Flow("wait", "talk", "freed", 1),
        Flow("wait", "silent", "freed", 1),
    }
    assert (ways.played, ways.unfinished, ways.unreadable) == (4, 1, 1)
