"""When cards come again: whatever the answers, the moments, the time zone and the clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yongxin.elements.review.schedule import (
    GRADES,
    NEW_A_DAY,
    WAITS,
    Kept,
    day_of,
    due_day,
    graded,
    is_due,
    queue,
    read_kept,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
ZONES = st.sampled_from(
    [
        UTC,
        SHANGHAI,
        ZoneInfo("Europe/London"),
        ZoneInfo("Pacific/Kiritimati"),
        ZoneInfo("Etc/GMT+12"),
    ]
)
EARLIEST, LATEST = (datetime(year, 1, 1, tzinfo=UTC) for year in (2020, 2100))
MOMENTS = st.datetimes(
    EARLIEST.replace(tzinfo=None), LATEST.replace(tzinfo=None), timezones=st.just(UTC)
)
ANSWERS = st.lists(st.sampled_from(GRADES), min_size=1, max_size=12)
KEPT = st.builds(
    Kept, st.integers(0, len(WAITS) - 1), MOMENTS.map(lambda at: at.replace(microsecond=0))
)


def days_until_due(kept: Kept, zone) -> int:
    return (due_day(kept, zone) - day_of(kept.at, zone)).days


@given(MOMENTS, ZONES)
def test_right_answers_come_again_after_1_7_and_30_days(now: datetime, zone) -> None:
    kept, waits = None, []
    for _ in range(5):
        kept = graded(kept, "good", now)
        waits.append(days_until_due(kept, zone))
        now += timedelta(days=waits[-1])
    assert waits == [1, 7, 30, 30, 30]


@given(ANSWERS, MOMENTS, ZONES)
def test_a_wrong_answer_leads_back_to_one_day_and_to_the_start(answers, now, zone) -> None:
    kept = None
    for one in answers:
        kept = graded(kept, one, now)
    kept = graded(kept, "again", now)
    assert days_until_due(kept, zone) == 1
    assert days_until_due(graded(kept, "good", now), zone) == 1
    assert days_until_due(graded(graded(kept, "good", now), "good", now), zone) == 7


@given(KEPT, MOMENTS, ZONES)
def test_just_about_right_waits_as_long_as_before(kept: Kept, now: datetime, zone) -> None:
    assert days_until_due(graded(kept, "hard", now), zone) == days_until_due(kept, zone)


@given(ANSWERS, MOMENTS, ZONES)
def test_a_card_is_away_for_whole_days_and_never_for_more_than_thirty(answers, now, zone) -> None:
    kept = None
    for one in answers:
        kept = graded(kept, one, now)
        assert not is_due(kept, now, zone)
        assert 1 <= days_until_due(kept, zone) <= 30
        morning = datetime.combine(due_day(kept, zone), datetime.min.time(), zone)
        assert is_due(kept, morning.astimezone(UTC) + timedelta(hours=1), zone)
        assert not is_due(kept, morning.astimezone(UTC) - timedelta(hours=2), zone)


@given(KEPT, MOMENTS, ZONES)
def test_whatever_clock_was_wrong_no_card_stays_away_for_longer_than_a_month(
    kept, now, zone
) -> None:
    assert is_due(kept, max(now, kept.at) + timedelta(days=32), zone)
    assert any(is_due(kept, now + timedelta(days=day), zone) for day in range(33))


def test_a_day_ends_where_the_course_is_given() -> None:
    # 23:30 in Shanghai, and half past midnight there: the next day, though an hour apart.
    kept = Kept(1, datetime(2026, 3, 4, 15, 30, tzinfo=UTC))
    later = datetime(2026, 3, 4, 16, 30, tzinfo=UTC)
    assert is_due(kept, later, SHANGHAI)
    assert not is_due(kept, later, UTC)


@given(KEPT)
def test_what_is_kept_is_read_again(kept: Kept) -> None:
    assert read_kept(kept.as_json()) == kept


@pytest.mark.parametrize(
    "value",
    [
        None,
        3,
        "good",
        [],
        [1],
        [1, 2, 3],
        [4, 0],
        [-1, 0],
        [1, -1],
        [1, 2**40],
        [1.5, 2],
        ["1", 2],
        {},
    ],
)
def test_what_cannot_be_kept_of_a_card_is_nothing(value) -> None:
    assert read_kept(value) is None


IDS = st.lists(st.integers(0, 40).map("item:{}".format), unique=True, max_size=30)


@given(
    IDS,
    st.sets(st.integers(0, 40).map("item:{}".format)),
    st.dictionaries(st.integers(0, 40).map("item:{}".format), KEPT),
    st.integers(-3, NEW_A_DAY),
    MOMENTS,
    ZONES,
)
def test_the_queue_holds_what_waits_once_and_nothing_else(
    deck, met, kept, allowed, now, zone
) -> None:
    made = queue(deck, met, kept, allowed=allowed, now=now, zone=zone)
    assert len(set(made.cards)) == len(made.cards)
    assert set(made.cards) <= set(deck)
    assert set(made.due) == {one for one in deck if one in kept and is_due(kept[one], now, zone)}
    assert [kept[one].at for one in made.due] == sorted(kept[one].at for one in made.due)
    fresh = [one for one in deck if one in met and one not in kept]
    assert list(made.new) == fresh[: max(0, allowed)]
    away = [one for one in deck if one in kept and one not in made.due]
    assert (made.next_in is None) == (not away and len(fresh) == len(made.new))
    if made.next_in is not None:
        assert 1 <= made.next_in <= 31
        then = queue(deck, met, kept, allowed=10, now=now + timedelta(days=made.next_in), zone=zone)
        assert set(then.cards) > set(made.cards) or len(fresh) > len(made.new)
