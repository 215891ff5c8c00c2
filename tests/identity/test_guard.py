"""The guard: what waits, who does not, and that it holds over doors, restarts and processes."""

import subprocess
import sys
import threading
from dataclasses import replace
from functools import partial
from itertools import pairwise

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from bailee.clock import FixedClock
from bailee.identity.attempt import LIMITS, TIGHT, Charges, Sort
from bailee.identity.bucket import Bucket, Limit
from bailee.identity.errors import SignInError, TogetherError, TooManyError
from bailee.identity.guard import Allowed, Guard, Together, Wait
from bailee.identity.network import UNKNOWN, host_of, network_of
from bailee.store.database import Database
from bailee.store.identity_tables import guard_bucket, guard_minute
from bailee.types.sign_in import Door, Factor, SignInEvent
from identity.parts_for_tests import HERE, Keys, World

NAME = b"n" * 32
MINUTE_MS = 60_000


@pytest.fixture
def guard(database: Database, clock: FixedClock) -> Guard:
    return Guard(database, Keys(), clock)


def addresses(count: int, *, first: int = 0) -> list[str]:
    """Addresses, each in a network of its own."""
    return [f"10.{each >> 8 & 255}.{each & 255}.1" for each in range(first, first + count)]


def rows_of(table: sa.Table, connection: sa.Connection) -> list[object]:
    return list(connection.execute(table.select()))


def stuff(guard: Guard, count: int = 60) -> None:
    """Many names failing, each from its own network."""
    for each, address in enumerate(addresses(count)):
        guard.check(Door.WEB, each.to_bytes(32, "big"), address)


# -- the arithmetic ---------------------------------------------------------------------------

_limits = st.builds(
    Limit,
    free=st.integers(0, 20),
    drain_ms=st.integers(1, 10_000_000),
    first_ms=st.integers(1, 100_000),
    cap_ms=st.integers(1, 4_000_000),
)
_times = st.lists(st.integers(0, 2_000_000_000_000), min_size=1, max_size=40)


@given(limit=_limits, times=_times)
def test_a_bucket_never_makes_anyone_wait_longer_than_its_cap(
    limit: Limit, times: list[int]
) -> None:
    """However the clock jumps, waits and levels stay within bounds."""
    bucket = Bucket()
    for now_ms in times:
        bucket = bucket.charged(now_ms, limit)
        assert 0 <= bucket.wait_ms(now_ms, limit) <= limit.cap_ms
        assert all(bucket.wait_ms(other, limit) <= limit.cap_ms for other in times)
        assert 1000 <= bucket.level_m <= 1000 * len(times)


@given(limit=_limits, now_ms=st.integers(0, 2_000_000_000_000), count=st.integers(1, 60))
def test_delays_grow_and_are_forgotten(limit: Limit, now_ms: int, count: int) -> None:
    """At one moment each failure waits as long as the one before or longer; all are forgotten."""
    bucket, waits = Bucket(), [0]
    for _ in range(count):
        bucket = bucket.charged(now_ms, limit)
        waits.append(bucket.wait_ms(now_ms, limit))
    assert waits == sorted(waits)
    assert all(wait == 0 for wait in waits[: limit.free + 1])
    empty_ms = bucket.empty_ms(limit)
    assert bucket.level_at(empty_ms, limit) == bucket.wait_ms(empty_ms, limit) == 0


@given(limit=_limits, now_ms=st.integers(0, 2_000_000_000_000), count=st.integers(0, 60))
def test_what_turned_out_well_is_given_back(limit: Limit, now_ms: int, count: int) -> None:
    """A charge that is refunded at once leaves the level as it was."""
    bucket = Bucket()
    for _ in range(count):
        bucket = bucket.charged(now_ms, limit)
    again = bucket.charged(now_ms, limit).refunded(now_ms, limit)
    assert again.level_m == bucket.level_m


@given(keys=st.lists(st.tuples(st.sampled_from(Sort), st.binary(min_size=32, max_size=32))))
def test_charges_are_read_as_they_were_written(keys: list[tuple[Sort, bytes]]) -> None:
    """Encoding and decoding a list of charges is the identity."""
    assert Charges.decode(Charges(tuple(keys)).encode()) == Charges(tuple(keys))


def test_tight_limits_are_tighter() -> None:
    """Every tight limit is free less often and waits at least as long."""
    for sort, tight in TIGHT.items():
        assert tight.free <= LIMITS[sort].free
        assert tight.first_ms >= LIMITS[sort].first_ms


@pytest.mark.parametrize(
    ("address", "host", "network"),
    [
        ("192.0.2.77", "192.0.2.77/32", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.77/32", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/64", "fe80::/48"),
        ("", UNKNOWN, UNKNOWN),
        ("not an address", UNKNOWN, UNKNOWN),
    ],
)
def test_addresses_are_made_coarse(address: str, host: str, network: str) -> None:
    """One IPv4 address or IPv6 /64 is a host; /24 and /48 are networks; the rest is one bucket."""
    assert (host_of(address), network_of(address)) == (host, network)


# -- limits -----------------------------------------------------------------------------------


def test_a_name_waits_over_every_door_and_address(guard: Guard, clock: FixedClock) -> None:
    """Failures at one name from many networks through all doors add up, and delays double."""
    doors = list(Door)
    for each, address in enumerate(addresses(6)):
        assert isinstance(guard.check(doors[each % 4], NAME, address), Allowed)
    waits = []
    for address in addresses(8, first=50):
        verdict = guard.check(Door.API, NAME, address)
        assert isinstance(verdict, Wait)
        waits.append(verdict.wait_ms)
        clock.advance(ms=verdict.wait_ms)
        assert isinstance(guard.check(Door.API, NAME, address), Allowed)
    assert waits[0] == 1000
    assert all(later > before * 1.5 for before, later in pairwise(waits))


def test_an_address_waits_whatever_name_it_tries(guard: Guard) -> None:
    """Eleven names from one address through several doors: the twelfth is not looked at."""
    for each in range(11):
        verdict = guard.check(list(Door)[each % 4], each.to_bytes(32, "big"), "192.0.2.7")
        assert isinstance(verdict, Allowed)
    assert isinstance(guard.check(Door.RECOVERY, NAME, "192.0.2.7"), Wait)
    assert isinstance(guard.check(Door.WEB, NAME, "192.0.2.8"), Allowed)


def test_in_a_hot_network_a_clean_address_has_a_try(guard: Guard) -> None:
    """Sixty failures in a /24: from there a password alone is not looked at, both together once."""
    for each in range(60):
        guard.check(Door.WEB, None, f"192.0.2.{each}")
    clean = "192.0.2.200"
    assert isinstance(guard.check(Door.WEB, NAME, clean, complete=False), Together)
    assert isinstance(guard.check(Door.WEB, NAME, clean), Allowed)
    guard.check(Door.WEB, NAME, clean)
    assert isinstance(guard.check(Door.WEB, NAME, clean), Wait)
    assert isinstance(guard.check(Door.WEB, b"m" * 32, "198.51.100.1", complete=False), Allowed)


def test_stuffing_across_names_is_seen_and_passes(guard: Guard, clock: FixedClock) -> None:
    """Many names failing from as many networks tighten everything for half an hour."""
    stuff(guard)
    assert guard.is_under_attack()
    fresh = addresses(1, first=999)[0]
    assert isinstance(guard.check(Door.WEB, NAME, fresh, complete=False), Together)
    clock.advance(ms=30 * MINUTE_MS)
    assert not guard.is_under_attack()
    assert isinstance(guard.check(Door.WEB, NAME, fresh, complete=False), Allowed)


def test_many_honest_sign_ins_are_no_attack(guard: Guard, database: Database) -> None:
    """Two hundred names that succeed, with some that fail, raise no alarm."""
    for each, address in enumerate(addresses(200)):
        verdict = guard.check(Door.WEB, each.to_bytes(32, "big"), address)
        assert isinstance(verdict, Allowed)
        good = each % 10 > 0
        database.write(partial(guard.record, charges=verdict.charges, succeeded=good))
    assert not guard.is_under_attack()


def test_one_name_failing_for_ever_is_no_attack_on_all(guard: Guard, clock: FixedClock) -> None:
    """A household's device with an old password tightens nothing for others."""
    for _ in range(100):
        guard.check(Door.DEVICE, NAME, "192.0.2.7")
        clock.advance(ms=MINUTE_MS)
    assert not guard.is_under_attack()


def test_a_known_device_is_spared(guard: Guard) -> None:
    """Under attack on everybody, on its owner's name and from its network, it is looked at."""
    stuff(guard)
    for address in addresses(30, first=300):
        guard.check(Door.WEB, NAME, address)
    assert isinstance(guard.check(Door.WEB, NAME, addresses(1)[0], complete=False), Wait)
    known = guard.check(Door.WEB, NAME, addresses(1)[0], b"k" * 32, complete=False)
    assert isinstance(known, Allowed)


def test_a_known_device_is_no_way_around(guard: Guard) -> None:
    """A device that is known and fails on and on waits too."""
    verdicts = [guard.check(Door.WEB, NAME, "192.0.2.7", b"k" * 32) for _ in range(12)]
    assert isinstance(verdicts[-1], Wait)


def test_a_success_forgives_itself_alone(guard: Guard, database: Database) -> None:
    """Somebody's own good sign-ins between guesses do not empty their address's bucket."""
    for each in range(10):
        guard.check(Door.WEB, each.to_bytes(32, "big"), "192.0.2.7")
        verdict = guard.check(Door.WEB, NAME, "192.0.2.7")
        assert isinstance(verdict, Allowed)
        database.write(partial(guard.record, charges=verdict.charges, succeeded=True))
    guard.check(Door.WEB, NAME, "192.0.2.7")
    assert isinstance(guard.check(Door.WEB, b"m" * 32, "192.0.2.7"), Wait)


def test_a_refusal_writes_nothing(guard: Guard, database: Database) -> None:
    """What is not looked at is not counted: refusals cannot fill the disk or lengthen the wait."""
    for _ in range(12):
        guard.check(Door.WEB, None, "192.0.2.7")
    rows = database.read(lambda c: c.execute(guard_bucket.select()).all())
    assert isinstance(guard.check(Door.WEB, NAME, "192.0.2.7"), Wait)
    assert database.read(lambda c: c.execute(guard_bucket.select()).all()) == rows


def test_what_counts_no_more_is_swept(guard: Guard, database: Database, clock: FixedClock) -> None:
    """A day later no row of an attack is left."""
    stuff(guard)
    clock.advance(days=1)
    guard.sweep()
    for table in (guard_bucket, guard_minute):
        assert database.read(partial(rows_of, table)) == []


def test_a_clock_that_was_far_ahead_locks_nobody_out(guard: Guard, clock: FixedClock) -> None:
    """Failures counted a year from now make nobody wait longer than the cap today."""
    clock.advance(days=365)
    stuff(guard)
    for _ in range(30):
        guard.check(Door.WEB, NAME, "192.0.2.7")
    clock.advance(days=-365)
    assert not guard.is_under_attack()
    verdict = guard.check(Door.WEB, NAME, "198.51.100.1")
    assert isinstance(verdict, Allowed) or verdict == Wait(wait_ms=15 * MINUTE_MS)


# -- over processes ---------------------------------------------------------------------------

OTHER_PROCESS = """
import sys
from bailee.clock import FixedClock
from bailee.identity.guard import Allowed, Guard
from bailee.store.database import Database
from bailee.types.sign_in import Door
from identity.parts_for_tests import Keys

keys = Keys()
keys._names = bytes(32)
guard = Guard(Database(sys.argv[1]), keys, FixedClock(int(sys.argv[2])))
verdicts = [guard.check(Door.API, b"n" * 32, f"10.0.{each}.{sys.argv[3]}") for each in range(20)]
print(sum(isinstance(verdict, Allowed) for verdict in verdicts))
"""


def test_two_processes_count_together(database: Database, clock: FixedClock) -> None:
    """Forty attempts at one name by two processes at once: six are looked at, not twelve; and
    whoever starts afterwards knows."""
    program = [sys.executable, "-c", OTHER_PROCESS, database.url, str(clock.now_ms())]
    running = [
        subprocess.Popen([*program, str(each)], stdout=subprocess.PIPE, text=True, env=_path())
        for each in range(2)
    ]
    looked_at = sum(int(each.communicate()[0]) for each in running)
    assert looked_at == 6
    keys = Keys()
    keys._names = bytes(32)
    assert isinstance(Guard(database, keys, clock).check(Door.WEB, NAME, "10.9.9.9"), Wait)


def _path() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": ":".join(sys.path)}


def test_threads_count_together(guard: Guard) -> None:
    """Sixteen threads at one name at once: six attempts are looked at."""
    verdicts: list[object] = []

    def check(each: int) -> None:
        verdicts.append(guard.check(Door.WEB, NAME, f"10.0.{each}.1"))

    threads = [threading.Thread(target=check, args=(each,)) for each in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(each, Allowed) for each in verdicts) == 6


# -- in the flows -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ana@home.example", "nobody"])
def test_waiting_is_the_same_for_any_name(world: World, name: str) -> None:
    """A name that exists and one that does not wait from the same attempt on, as long."""
    world.person()
    for each in range(3):
        client = replace(HERE, address=f"10.0.{each}.1")
        begun = world.identity.sign_in.begin(name, "wrong password", client)
        with pytest.raises(SignInError):
            world.identity.sign_in.finish(begun.token, "000000", client)
    world.hasher.work.clear()
    with pytest.raises(TooManyError) as refused:
        world.identity.sign_in.begin(name, "wrong password", replace(HERE, address="10.9.9.9"))
    assert refused.value.retry_after_s == 1
    assert world.hasher.work == []


def test_a_refused_name_is_told_once_a_day(world: World) -> None:
    """Its owner hears that it was tried and not looked at; nothing is written for it till the sweep."""
    ana = world.person()
    stuff(world.identity.guard)
    for address in addresses(5, first=2000):
        for name in (ana.name, "nobody"):
            with pytest.raises(TogetherError):
                world.identity.sign_in.begin(name, ana.password, replace(HERE, address=address))
        world.identity.sweep()
    assert world.told.of(ana.id).count(SignInEvent.ATTEMPTS_REFUSED) == 1
    world.clock.advance(days=1)
    stuff(world.identity.guard)
    with pytest.raises(TogetherError):
        world.identity.sign_in.begin(ana.name, ana.password, replace(HERE, address="10.9.9.9"))
    world.identity.sweep()
    assert world.told.of(ana.id).count(SignInEvent.ATTEMPTS_REFUSED) == 2


def test_a_name_tried_with_a_wrong_code_is_told_under_attack(world: World) -> None:
    """Nobody looked at its password, right or wrong; on a calm day it is a slip like any other."""
    ana = world.person()

    def slip() -> int:
        strange = replace(HERE, address="203.0.113.9")
        with pytest.raises(SignInError):
            world.identity.sign_in.together(ana.name, ana.password, "000000", strange)
        world.identity.sweep()
        return world.told.of(ana.id).count(SignInEvent.ATTEMPTS_REFUSED)

    assert slip() == 0
    stuff(world.identity.guard)
    assert slip() == 1


def test_under_attack_honest_people_get_in(world: World) -> None:
    """On a known device as ever; on a new one with password and code together, of the app or one of
    those for who lost it."""
    ana = world.person()
    stuff(world.identity.guard)
    known = replace(HERE, address="10.0.1.1", device_cookie=ana.entered.device_cookie)
    world.enter(ana, known)
    new = replace(HERE, address="203.0.113.9")
    world.identity.sign_in.together(ana.name, ana.password, world.code(ana.secret), new)
    lost = replace(HERE, address="203.0.114.9")
    entered = world.identity.sign_in.together(ana.name, ana.password, ana.codes[0], lost)
    assert entered.session.factor is Factor.RECOVERY


def test_an_attack_on_a_name_keeps_nobody_from_stepping_up(world: World) -> None:
    """While strangers fail at the name, its owner, who is signed in, steps up."""
    ana = world.person()
    for address in addresses(30):
        with pytest.raises((SignInError, TooManyError)):
            world.identity.sign_in.together(
                ana.name, "wrong", "000000", replace(HERE, address=address)
            )
    world.identity.step_up.by_code(ana.entered.token, world.code(ana.secret), HERE)
