"""Limits on how often something may be tried."""

import pytest

from yongxin.site.rate_limit import RateLimit, whole_minutes
from yongxin.site.services import Limits


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_so_many_tries_at_once_and_then_one_at_a_time() -> None:
    clock = Clock()
    limit = RateLimit(3, 30, clock=clock)
    assert [limit.take("a") for _ in range(4)] == [0, 0, 0, 10]
    clock.now = 4
    assert limit.take("a") == 6
    clock.now = 10
    assert limit.take("a") == 0
    assert limit.take("a") == 10


def test_waiting_earns_no_more_than_at_the_start() -> None:
    clock = Clock()
    limit = RateLimit(2, 20, clock=clock)
    limit.take("a")
    clock.now = 10_000
    assert [limit.take("a") for _ in range(3)] == [0, 0, 10]


def test_one_key_does_not_use_up_anothers_tries() -> None:
    limit = RateLimit(1, 60, clock=Clock())
    assert limit.take("a") == 0
    assert limit.take("b") == 0
    assert limit.take("a") == 60


def test_a_try_can_be_given_back_and_a_key_forgotten() -> None:
    limit = RateLimit(1, 60, clock=Clock())
    limit.take("a")
    limit.give_back("a")
    limit.give_back("a")
    assert [limit.take("a"), limit.take("a")] == [0, 60]
    limit.forget("a")
    assert limit.take("a") == 0


def test_made_up_keys_do_not_fill_the_memory() -> None:
    limit = RateLimit(2, 60, keys=100, clock=Clock())
    for number in range(1000):
        limit.take(str(number))
    assert len(limit) == 100
    limit.take("999")
    assert limit.take("999") > 0, "the latest are remembered"


@pytest.mark.parametrize(("seconds", "minutes"), [(0.1, 1), (60, 1), (61, 2), (900, 15)])
def test_waiting_is_told_in_whole_minutes(seconds: float, minutes: int) -> None:
    assert whole_minutes(seconds) == minutes


@pytest.mark.parametrize(("processes", "tries"), [(1, 8), (2, 4), (3, 3), (8, 3)])
def test_several_processes_share_the_tries(processes: int, tries: int) -> None:
    limits = [Limits.for_processes(processes) for _ in range(processes)]
    counted = [
        [one.sign_in_by_name.take("lin") == 0 for _ in range(20)].count(True) for one in limits
    ]
    assert counted == [tries] * processes


def test_a_learners_own_events_are_not_shared_out() -> None:
    limits = Limits.for_processes(4)
    assert all(limits.events_by_learner.take("1") == 0 for _ in range(300))
    assert limits.events_by_learner.take("1") > 0
