"""Lists in both orders, and how many there are when: the same recordings, whoever asks."""

from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bailee.clock import DAY_MS, FixedClock
from bailee.custody.vault import Vault
from bailee.errors import InputError, UnknownError
from bailee.household.calendar import begin_of, day_edges, day_of_ms, month_edges
from bailee.types.decide import Principal
from bailee.types.household import PersonSort, Stay
from bailee.types.kind import Kind
from bailee.types.query import Query
from bailee.types.recording import Recording
from bailee.types.role import Right, Role
from household.conftest import Home
from household.told import told
from support.vaults import HOUR_MS, NOW_MS, all_of, derived, listed, said

BERLIN, LORD_HOWE = ZoneInfo("Europe/Berlin"), ZoneInfo("Australia/Lord_Howe")
HOURS = tuple(NOW_MS - n * HOUR_MS for n in range(24, -1, -1))


def whole_list(home: Home, who: Principal, query: Query) -> list[Recording]:
    return list(home.house.timeline.list(who, home.account_id, query).recordings)


@settings(max_examples=25)
@given(
    offsets=st.lists(st.integers(1, 5), min_size=1, max_size=12),
    gone=st.sets(st.integers(0, 11)),
    limit=st.integers(1, 5),
)
def test_both_orders_are_complete(
    offsets: list[int], gone: set[int], limit: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """However many begin at one moment and however long a page: each once, and none forgotten."""
    home = tmp_path_factory.mktemp("order")
    with Vault.create(home / "vault", clock=FixedClock(NOW_MS)) as vault:
        made = [said(vault, NOW_MS - each).recording_id for each in offsets]
        for number in gone & set(range(len(made))):
            vault.erase(all_of(recordings=(made[number],)))
        there = [each for number, each in enumerate(made) if number not in gone]
        oldest_first = listed(vault, limit=limit)
        assert sorted(oldest_first) == sorted(there)
        assert listed(vault, limit=limit, newest_first=True) == oldest_first[::-1]


def test_what_reaches_into_a_stretch_is_in_it(home: Home) -> None:
    """However long before it began, in either order."""
    said(home.vault, NOW_MS - 9 * HOUR_MS, duration_ms=2 * HOUR_MS)
    long = said(home.vault, NOW_MS - 8 * HOUR_MS, duration_ms=5 * HOUR_MS)
    short = said(home.vault, NOW_MS - 4 * HOUR_MS)
    for newest_first in (False, True):
        query = Query(from_ms=NOW_MS - 5 * HOUR_MS, newest_first=newest_first)
        found = [each.id for each in whole_list(home, home.ana, query)]
        assert sorted(found) == sorted((long.recording_id, short.recording_id))


def test_density_counts_what_the_list_shows(home: Home) -> None:
    """By person, device, kind and time; forgotten ones are not there; nothing is opened."""
    for number in range(30):
        made = said(
            home.vault,
            NOW_MS - number * 50 * 60_000,
            person=("Leo", "Ana", "Leo")[number % 3],
            device=("kitchen", "phone")[number % 2],
        )
        if number % 5 != 0:
            derived(home.vault, made.recording_id)
        if number % 7 == 0:
            home.vault.erase(all_of(recordings=(made.recording_id,)))
    kinds, devices = (None, Kind.TRANSCRIPT), (None, "phone")
    for who in (home.ana, home.leo):
        for query in (Query(kind=kind, device=each) for kind in kinds for each in devices):
            shown = whole_list(home, who, query)
            counts = home.house.timeline.density(who, home.account_id, query, HOURS)
            assert counts == tuple(
                sum(begin <= each.begin_ms < end for each in shown)
                for begin, end in pairwise(HOURS)
            )
            assert sum(counts)
    only = home.house.timeline.density(
        home.ana, home.account_id, Query(), HOURS, person_id=home.leo_id
    )
    assert only == home.house.timeline.density(home.leo, home.account_id, Query(), HOURS)
    assert not told(home.vault, "release") + told(home.vault, "releases")


def test_a_guests_counts_begin_with_their_stay(sqlite_home: Home) -> None:
    """Not even a number tells that there was something before."""
    home = sqlite_home
    home.add("hall", PersonSort.UNKNOWN)
    guest = home.add("Gran", PersonSort.GUEST)
    for hours in (1, 3, 30):
        said(home.vault, NOW_MS - hours * HOUR_MS, person="hall")
        said(home.vault, NOW_MS - hours * HOUR_MS, person="Ana")
    stay = Stay(since_ms=NOW_MS - 2 * HOUR_MS, until_ms=NOW_MS + DAY_MS)
    gran = home.let_in(guest, Role.GUEST, stay, Right.VIEW, Right.HEAR)
    timeline = home.house.timeline
    edges = (NOW_MS - 2 * DAY_MS, NOW_MS - 2 * HOUR_MS, NOW_MS)
    assert timeline.density(gran, home.account_id, Query(), edges) == (0, 1)
    before = timeline.nearest(gran, home.account_id, Query(), NOW_MS - HOUR_MS, later=False)
    assert before is None
    with pytest.raises(UnknownError):
        timeline.density(gran, home.account_id, Query(), edges, person_id=home.ana_id)


def test_slots_that_are_none_are_refused(sqlite_home: Home) -> None:
    """Too few, out of order, before time, too many."""
    for edges in ((), (1,), (2, 1), (-5, 5), (0, 1, NOW_MS)):
        with pytest.raises(InputError):
            sqlite_home.house.timeline.density(
                sqlite_home.ana, sqlite_home.account_id, Query(), edges
            )


def test_next_to_one_and_next_in_time(home: Home) -> None:
    """One walks from each to the one beside it, in the same filter, past others' recordings."""
    made = [
        said(home.vault, NOW_MS - n // 2 * HOUR_MS, person=("Leo", "Ana")[n % 2]) for n in range(8)
    ]
    timeline = home.house.timeline
    for who, query in ((home.ana, Query()), (home.leo, Query()), (home.ana, Query(person="Ana"))):
        shown = whole_list(home, who, query)
        for older, newer in pairwise(shown):
            beside = timeline.beside(who, home.account_id, older, query)
            assert beside.newer == newer.id
            assert timeline.beside(who, home.account_id, newer, query).older == older.id
        assert timeline.beside(who, home.account_id, shown[0], query).older is None
        assert timeline.beside(who, home.account_id, shown[-1], query).newer is None
    at_ms, near = NOW_MS - HOUR_MS, timeline.nearest
    assert near(home.ana, home.account_id, Query(), at_ms, later=True) == NOW_MS
    assert near(home.ana, home.account_id, Query(), at_ms, later=False) == at_ms - HOUR_MS
    assert near(home.ana, home.account_id, Query(to_ms=at_ms), at_ms, later=True) is None
    assert len(made) == 8


@pytest.mark.parametrize(
    ("day", "zone", "slots"),
    [
        (date(2026, 9, 10), BERLIN, 48),
        (date(2026, 3, 29), BERLIN, 46),
        (date(2026, 10, 25), BERLIN, 50),
        (date(2026, 10, 4), LORD_HOWE, 47),
    ],
)
def test_a_day_has_as_many_slots_as_its_clocks_show(day: date, zone: ZoneInfo, slots: int) -> None:
    """Days on which clocks change, by an hour or by half of one."""
    edges = day_edges(day, zone)
    assert len(edges) == slots + 1
    assert {end - begin for begin, end in pairwise(edges)} == {HOUR_MS // 2}
    assert [day_of_ms(each, zone) for each in (edges[0], edges[-1] - 1)] == [day, day]


def test_a_months_days() -> None:
    """Each day of it, and the first of the next."""
    edges = month_edges(2026, 10, BERLIN)
    assert len(edges) == 32
    assert [edges[0], edges[-1]] == [begin_of(date(2026, 10 + n, 1), BERLIN) for n in (0, 1)]
    assert max(end - begin for begin, end in pairwise(edges)) == 25 * HOUR_MS
