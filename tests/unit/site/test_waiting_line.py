"""The line of people who wait for a kernel."""

from yongxin.site.waiting_line import WaitingLine


def test_who_comes_first_is_first_and_who_leaves_or_is_silent_is_forgotten() -> None:
    now = 0.0
    line = WaitingLine(10, clock=lambda: now)
    assert [line.before(one) for one in (7, 8, 9)] == [0, 1, 2]
    assert [line.before(one) for one in (9, 8, 7)] == [2, 1, 0], "asking again keeps the place"
    line.leave(7)
    assert line.before(9) == 1
    now = 8.0
    assert line.before(9) == 1
    now = 11.0
    assert line.before(9) == 0, "8 has been silent for too long"
    assert line.before(8) == 1, "and joins at the end"
    assert len(line) == 2
    line.leave(1)
