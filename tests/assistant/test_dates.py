"""Every time that can be said, at a clock that stands still, in zones whose clocks change."""

from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.words import BERLIN, moment, reader
from bailee.assistant.command import Extent, Scope, Where, Who
from bailee.assistant.dates import Refusal, Refused, is_wide, resolve
from bailee.assistant.when import (
    Ago,
    Date,
    Day,
    Days,
    Hours,
    Month,
    Part,
    PartOf,
    Period,
    Recent,
    Unit,
    Weekday,
    When,
)
from bailee.clock import DAY_MS
from bailee.types.span import Span

NEW_YORK, LORD_HOWE = ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")
HAVANA, APIA = ZoneInfo("America/Havana"), ZoneInfo("Pacific/Apia")
NOW = "2026-11-22T19:10"
"""A Sunday."""


def when_of(said: str) -> When:
    """What the words for a time are, read by the reader itself."""
    command = reader().read(f"delete everything I said {said}")
    assert command is not None, said
    assert command.scope is not None
    assert not isinstance(command.scope.when, Extent)
    return command.scope.when


def at(said: str, now: str = NOW, zone: ZoneInfo = BERLIN, *, fold: int = 0) -> Span | Refused:
    return resolve(when_of(said), moment(now, zone, fold=fold), zone)


def span(
    begin: str, until: str, zone: ZoneInfo = BERLIN, *, folds: tuple[int, int] = (0, 0)
) -> Span:
    """*until* is the first moment that is not in it."""
    return Span(
        begin_ms=moment(begin, zone, fold=folds[0]), end_ms=moment(until, zone, fold=folds[1]) - 1
    )


def to_now(begin: str, now: str = NOW, zone: ZoneInfo = BERLIN) -> Span:
    return Span(begin_ms=moment(begin, zone), end_ms=moment(now, zone))


WHOLE = {
    "yesterday": ("2026-11-21", "2026-11-22"),
    "the day before yesterday": ("2026-11-20", "2026-11-21"),
    "three days ago": ("2026-11-19", "2026-11-20"),
    "on Saturday": ("2026-11-21", "2026-11-22"),
    "on Monday": ("2026-11-16", "2026-11-17"),
    "on Sunday": ("2026-11-15", "2026-11-16"),
    "last week": ("2026-11-09", "2026-11-16"),
    "last month": ("2026-10-01", "2026-11-01"),
    "in March": ("2026-03-01", "2026-04-01"),
    "in December": ("2025-12-01", "2026-01-01"),
    "in December 2024": ("2024-12-01", "2025-01-01"),
    "on March 3": ("2026-03-03", "2026-03-04"),
    "on November 21": ("2026-11-21", "2026-11-22"),
    "on November 23": ("2025-11-23", "2025-11-24"),
    "on March 3 2024": ("2024-03-03", "2024-03-04"),
    "on the 3rd": ("2026-11-03", "2026-11-04"),
    "on the 23rd": ("2026-10-23", "2026-10-24"),
    "on the 31st": ("2026-10-31", "2026-11-01"),
    "on February 29": ("2024-02-29", "2024-03-01"),
    "from March 3 to March 10": ("2026-03-03", "2026-03-11"),
    "from the third to the tenth": ("2026-11-03", "2026-11-11"),
    "from the 28th to the 3rd": ("2026-10-28", "2026-11-04"),
    "from December 28 to January 3": ("2025-12-28", "2026-01-04"),
    "from December 28 2024 to January 3": ("2024-12-28", "2025-01-04"),
    "from December 28 to January 3 2025": ("2024-12-28", "2025-01-04"),
    "from Monday to Wednesday": ("2026-11-16", "2026-11-19"),
    "from Friday to Monday": ("2026-11-13", "2026-11-17"),
    "from Friday to yesterday": ("2026-11-20", "2026-11-22"),
    "from March 3 until yesterday": ("2026-03-03", "2026-11-22"),
    "this morning": ("2026-11-22", "2026-11-22T12:00"),
    "this afternoon": ("2026-11-22T12:00", "2026-11-22T18:00"),
    "yesterday evening": ("2026-11-21T18:00", "2026-11-22"),
    "last night": ("2026-11-21T18:00", "2026-11-22T06:00"),
    "on Monday morning": ("2026-11-16", "2026-11-16T12:00"),
    "between four and five p.m.": ("2026-11-22T16:00", "2026-11-22T17:00"),
    "between eight and nine p.m.": ("2026-11-21T20:00", "2026-11-21T21:00"),
    "yesterday between four and five p.m.": ("2026-11-21T16:00", "2026-11-21T17:00"),
    "between eleven p.m. and one a.m.": ("2026-11-21T23:00", "2026-11-22T01:00"),
    "between ten p.m. and midnight": ("2026-11-21T22:00", "2026-11-22"),
    "between noon and one": ("2026-11-22T12:00", "2026-11-22T13:00"),
    "last night between one and two": ("2026-11-22T01:00", "2026-11-22T02:00"),
    "on the night of Monday between one and two": ("2026-11-17T01:00", "2026-11-17T02:00"),
    "on the night of Monday between eleven and one": ("2026-11-16T23:00", "2026-11-17T01:00"),
    "on Monday between four and five p.m.": ("2026-11-16T16:00", "2026-11-16T17:00"),
}
"""What is over at seven on Sunday, November 22, 2026."""
OPEN = {
    "today": "2026-11-22",
    "so far today": "2026-11-22",
    "tonight": "2026-11-22T18:00",
    "this week": "2026-11-16",
    "this month": "2026-11-01",
    "in November": "2026-11-01",
    "on November 22": "2026-11-22",
    "since yesterday": "2026-11-21",
    "since Sunday": "2026-11-15",
    "since March 3": "2026-03-03",
    "since four p.m.": "2026-11-22T16:00",
    "since eight p.m.": "2026-11-21T20:00",
    "since yesterday evening": "2026-11-21T18:00",
    "in the last hour": "2026-11-22T18:10",
    "in the last two hours": "2026-11-22T17:10",
    "in the last ten minutes": "2026-11-22T19:00",
    "in the last half hour": "2026-11-22T18:40",
    "in the last three days": "2026-11-20",
    "between seven and eight p.m.": "2026-11-22T19:00",
    "from November 20 to November 30": "2026-11-20",
    "from yesterday to tomorrow": "2026-11-21",
}
"""What goes up to that moment."""
REFUSED = {
    "tomorrow": Refusal.FUTURE,
    "on March 3 2027": Refusal.FUTURE,
    "in December 2026": Refusal.FUTURE,
    "from March 3 2027 to March 10 2027": Refusal.FUTURE,
    "today between eight and nine p.m.": Refusal.FUTURE,
    "tomorrow evening": Refusal.FUTURE,
    "on February 30": Refusal.NO_SUCH_TIME,
    "on February 29 2025": Refusal.NO_SUCH_TIME,
    "on November 31": Refusal.NO_SUCH_TIME,
    "from February 28 to February 30": Refusal.NO_SUCH_TIME,
    "from March 10 to March 3": Refusal.BACKWARDS,
    "from March 10 2026 to March 3 2026": Refusal.BACKWARDS,
    "from today to yesterday": Refusal.BACKWARDS,
    "between five p.m. and four p.m.": Refusal.BACKWARDS,
}


@pytest.mark.parametrize("said", WHOLE)
def test_what_is_over(said: str) -> None:
    assert at(said) == span(*WHOLE[said])


@pytest.mark.parametrize("said", OPEN)
def test_what_goes_up_to_now(said: str) -> None:
    assert at(said) == to_now(OPEN[said])


@pytest.mark.parametrize("said", REFUSED)
def test_what_is_no_time_is_refused_by_name(said: str) -> None:
    assert at(said) == Refused(why=REFUSED[said], when=when_of(said))


@pytest.mark.parametrize(
    ("now", "said", "expected"),
    [
        ("2026-11-23T00:00", "yesterday", ("2026-11-22", "2026-11-23")),
        ("2026-11-22T23:59", "yesterday", ("2026-11-21", "2026-11-22")),
        ("2026-03-01T08:00", "yesterday", ("2026-02-28", "2026-03-01")),
        ("2028-03-01T08:00", "yesterday", ("2028-02-29", "2028-03-01")),
        ("2026-01-01T08:00", "yesterday", ("2025-12-31", "2026-01-01")),
        ("2026-01-01T08:00", "last month", ("2025-12-01", "2026-01-01")),
        ("2026-01-01T08:00", "last week", ("2025-12-22", "2025-12-29")),
        ("2026-01-02T08:00", "from Monday to Wednesday", ("2025-12-29", "2026-01-01")),
        ("2026-01-05T08:00", "on Monday", ("2025-12-29", "2025-12-30")),
        ("2026-03-31T08:00", "on the 30th", ("2026-03-30", "2026-03-31")),
        ("2026-03-01T08:00", "on the 30th", ("2026-01-30", "2026-01-31")),
        ("2028-03-01T08:00", "on February 29", ("2028-02-29", "2028-03-01")),
        ("2028-02-28T08:00", "on February 29", ("2024-02-29", "2024-03-01")),
        ("2026-01-02T02:00", "from 22 to 1", ("2026-01-01T22:00", "2026-01-02T01:00")),
        ("2026-01-01T02:00", "between eleven p.m. and one a.m.",
         ("2025-12-31T23:00", "2026-01-01T01:00")),
    ],
)  # fmt: skip
def test_over_midnight_month_ends_leap_days_and_new_year(
    now: str, said: str, expected: tuple[str, str]
) -> None:
    assert at(said, now) == span(*expected)


def test_over_new_year_what_has_begun_goes_up_to_now() -> None:
    now = "2026-01-02T08:00"
    assert at("from December 28 to January 3", now) == to_now("2025-12-28", now)
    assert at("on the first of January", "2026-01-01T00:30") == to_now(
        "2026-01-01", "2026-01-01T00:30"
    )


SPRING = "2026-03-29T12:00"
"""In Berlin clocks went from two to three that night."""
AUTUMN = "2026-10-25T12:00"
"""In Berlin they went from three to two."""


def test_a_night_of_23_hours() -> None:
    day = at("yesterday", "2026-03-30T08:00")
    assert day == span("2026-03-29", "2026-03-30")
    assert isinstance(day, Span)
    assert day.end_ms - day.begin_ms + 1 == 23 * 3_600_000


def test_a_night_of_25_hours() -> None:
    day = at("yesterday", "2026-10-26T08:00")
    assert isinstance(day, Span)
    assert day.end_ms - day.begin_ms + 1 == 25 * 3_600_000


def test_a_time_that_comes_twice_covers_both() -> None:
    both = span("2026-10-25T02:00", "2026-10-25T02:30", folds=(0, 1))
    assert at("between two and half past two a.m.", AUTUMN) == both
    assert at("between two and three a.m.", AUTUMN) == span("2026-10-25T02:00", "2026-10-25T03:00")
    before = at("between one and two a.m.", AUTUMN)
    assert before == span("2026-10-25T01:00", "2026-10-25T02:00", folds=(0, 0))
    half = at("between one and half past two a.m.", AUTUMN)
    assert half == span("2026-10-25T01:00", "2026-10-25T02:30", folds=(0, 1))


def test_a_time_that_does_not_come_is_none() -> None:
    said = "between two and half past two a.m."
    assert at(said, SPRING) == Refused(why=Refusal.NO_SUCH_TIME, when=when_of(said))
    later = span("2026-03-29T03:00", "2026-03-29T04:00")
    assert at("between half past two and four a.m.", SPRING) == later
    earlier = span("2026-03-29T01:00", "2026-03-29T03:00")
    assert at("between one and half past two a.m.", SPRING) == earlier
    assert at("since half past two a.m.", SPRING) == to_now("2026-03-29T03:00", SPRING)


def test_the_last_hour_is_an_hour_whatever_the_clocks_do() -> None:
    found = at("in the last hour", "2026-10-25T02:10", fold=1)
    first, again = moment("2026-10-25T02:10"), moment("2026-10-25T02:10", fold=1)
    assert found == Span(begin_ms=first, end_ms=again)


def test_now_in_the_hour_that_comes_twice() -> None:
    """At the first ten past two, what is said of half past two is still the day before."""
    found = at("between two fifteen and two thirty a.m.", "2026-10-25T02:10")
    assert found == span("2026-10-24T02:15", "2026-10-24T02:30")


@pytest.mark.parametrize(
    ("zone", "day", "length_h"),
    [
        (NEW_YORK, "2026-03-08", 23),
        (NEW_YORK, "2026-11-01", 25),
        (LORD_HOWE, "2026-10-04", 23.5),
        (LORD_HOWE, "2026-04-05", 24.5),
        (HAVANA, "2026-03-08", 23),
        (HAVANA, "2026-11-01", 25),
    ],
)
def test_days_on_which_clocks_change(zone: ZoneInfo, day: str, length_h: float) -> None:
    """In Havana they change at midnight: such a day begins at one, or has that hour twice."""
    following = date.fromisoformat(day) + timedelta(days=1)
    found = at("yesterday", f"{following}T08:00", zone)
    assert isinstance(found, Span)
    assert found.end_ms - found.begin_ms + 1 == length_h * 3_600_000
    assert found.begin_ms == moment(day, zone)


def test_half_an_hour_that_does_not_come() -> None:
    said = "between two and two twenty a.m."
    assert at(said, "2026-10-04T08:00", LORD_HOWE) == Refused(
        why=Refusal.NO_SUCH_TIME, when=when_of(said)
    )
    twice = at("between half past one and one forty a.m.", "2026-04-05T08:00", LORD_HOWE)
    assert isinstance(twice, Span)
    assert twice.end_ms - twice.begin_ms + 1 == 40 * 60_000


def test_a_day_that_an_island_left_out() -> None:
    """Apia had no December 30 in 2011: of a clock's point of view it is no time."""
    now = moment("2012-01-02T08:00", APIA)
    thirtieth = Date(day=30, month=12, year=2011)
    found = resolve(Days(first=thirtieth, last=thirtieth), now, APIA)
    assert isinstance(found, Refused)
    assert found.why is Refusal.NO_SUCH_TIME


# -- properties -------------------------------------------------------------------------------

zones = st.sampled_from([BERLIN, NEW_YORK, LORD_HOWE, HAVANA, ZoneInfo("UTC")])
moments = st.integers(moment("2024-01-01"), moment("2031-01-01"))
days: st.SearchStrategy[Day] = st.one_of(
    st.builds(lambda days: Ago(days=days), st.integers(-1, 60)),
    st.builds(lambda weekday: Weekday(weekday=weekday), st.integers(0, 6)),
    st.builds(
        lambda day, month, year: Date(day=day, month=month, year=year),
        st.integers(1, 31),
        st.integers(1, 12),
        st.none() | st.integers(2020, 2035),
    ),
    st.builds(lambda day: Date(day=day), st.integers(1, 31)),
)
whens: st.SearchStrategy[When] = st.one_of(
    st.builds(lambda first, last: Days(first=first, last=last), days, days),
    st.builds(lambda day: Days(first=day, last=day), days),
    st.builds(
        lambda unit, ago: Period(unit=unit, ago=ago),
        st.sampled_from([Unit.WEEK, Unit.MONTH]),
        st.integers(0, 1),
    ),
    st.builds(
        lambda month, year: Month(month=month, year=year),
        st.integers(1, 12),
        st.none() | st.integers(2020, 2035),
    ),
    st.builds(
        lambda amount, unit: Recent(amount=amount, unit=unit),
        st.integers(1, 60),
        st.sampled_from([Unit.MINUTE, Unit.HOUR, Unit.DAY]),
    ),
    st.builds(lambda day, part: PartOf(day=day, part=part), days, st.sampled_from(Part)),
    st.builds(
        lambda day, begin, length: Hours(day=day, begin_min=begin, length_min=length, is_sure=True),
        st.none() | days,
        st.integers(0, 1439),
        st.none() | st.integers(1, 1440),
    ),
)


@given(whens, moments, zones)
def test_never_beyond_now_and_never_backwards(when: When, now_ms: int, zone: ZoneInfo) -> None:
    found = resolve(when, now_ms, zone)
    if isinstance(found, Span):
        assert 0 <= found.begin_ms <= found.end_ms <= now_ms
    else:
        assert found.when == when


@given(st.integers(1, 60), moments, zones)
def test_days_tile(ago: int, now_ms: int, zone: ZoneInfo) -> None:
    """One day ends where the next begins, and each is what its range is."""
    first, following = (
        resolve(Days(first=Ago(days=each), last=Ago(days=each)), now_ms, zone)
        for each in (ago, ago - 1)
    )
    both = resolve(Days(first=Ago(days=ago), last=Ago(days=ago - 1)), now_ms, zone)
    assert isinstance(first, Span)
    assert isinstance(following, Span)
    assert first.end_ms + 1 == following.begin_ms
    assert both == Span(begin_ms=first.begin_ms, end_ms=following.end_ms)


@given(moments, zones)
def test_parts_tile_their_day(now_ms: int, zone: ZoneInfo) -> None:
    day = Ago(days=1)
    whole = resolve(Days(first=day, last=day), now_ms, zone)
    parts = [
        resolve(PartOf(day=day, part=part), now_ms, zone)
        for part in (Part.MORNING, Part.AFTERNOON, Part.EVENING)
    ]
    spans = [part for part in parts if isinstance(part, Span)]
    assert isinstance(whole, Span)
    assert spans[0].begin_ms == whole.begin_ms
    assert spans[-1].end_ms == whole.end_ms
    assert all(a.end_ms + 1 == b.begin_ms for a, b in pairwise(spans))


@given(st.integers(0, 1439), st.integers(1, 900), moments, zones)
def test_hours_show_what_was_said(begin: int, length: int, now_ms: int, zone: ZoneInfo) -> None:
    """The stretch lies within two hours of as long as the hands go, and has begun."""
    found = resolve(Hours(day=None, begin_min=begin, length_min=length, is_sure=True), now_ms, zone)
    if isinstance(found, Span):
        assert found.end_ms - found.begin_ms < length * 60_000 + 3_600_000
        assert now_ms - found.begin_ms < 2 * DAY_MS


# -- wide and narrow --------------------------------------------------------------------------


def test_narrow_is_one_day_of_the_speakers_own() -> None:
    def wide(said: str) -> bool:
        command = reader().read(said)
        assert command is not None
        assert command.scope is not None
        when = command.scope.when
        found = None if isinstance(when, Extent) else resolve(when, moment(NOW), BERLIN)
        assert not isinstance(found, Refused)
        return is_wide(command.scope, found, BERLIN)

    narrow = ["today", "yesterday", "on Monday", "in the last hour", "between 4 and 5 p.m.",
              "in the kitchen yesterday", "on this device today"]  # fmt: skip
    assert not any(wide(f"delete everything I said {said}") for said in narrow)
    assert not wide("delete what I just said")
    many = ["since yesterday", "last week", "from March 3 to March 10", "in March", "last night",
            "between eleven p.m. and one a.m.", "in the kitchen", ""]  # fmt: skip
    assert all(wide(f"delete everything I said {said}") for said in many)
    assert wide("delete everything I have ever said")
    assert wide("delete everything Leo said today")
    assert wide("delete everything from the kitchen today")
    assert wide("delete everything on this device")


@given(moments, zones)
def test_the_last_hour_is_wide_over_midnight_alone(now_ms: int, zone: ZoneInfo) -> None:
    found = resolve(Recent(amount=1, unit=Unit.HOUR), now_ms, zone)
    today = resolve(Days(first=Ago(days=0), last=Ago(days=0)), now_ms, zone)
    assert isinstance(found, Span)
    assert isinstance(today, Span)
    scope = Scope(when=Recent(amount=1, unit=Unit.HOUR), who=Who.ME, where=Where.HERE)
    assert is_wide(scope, found, zone) == (found.begin_ms < today.begin_ms)
