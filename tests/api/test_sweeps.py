"""What happens though nobody asks: when it is due, once over all processes, and loudly if it fails."""

import itertools
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from api.house import CHEAP, House, Pigeon, problem
from bailee.api import logs
from bailee.api.app import DoorSettings, create_app
from bailee.api.service import Service
from bailee.api.standing import standing_of
from bailee.api.sweeps import Sweep, Sweeps, sweeps_of
from bailee.clock import DAY_MS, FixedClock
from bailee.custody.vault import Vault
from bailee.errors import UnavailableError
from bailee.types.ids import RecordingId
from bailee.types.selection import Selection

HOUR_MS = 3_600_000
_NUMBERS = itertools.count()


@pytest.fixture
def sweeps(house: House) -> Sweeps:
    """Those of the house, each run by hand."""
    return Sweeps(house.service, sweeps_of(house.service))


def keep(house: House) -> str:
    """A recording of Ana's; its id."""
    query = f"?kind=audio&captured_at=2026-09-21T14:12:00Z&person={house.ana.id}&keep_days=1"
    made = house.ask(
        "POST",
        f"/recordings{query}",
        house.token_of(house.device(f"shelf {next(_NUMBERS)}")),
        content=b"walnuts",
    )
    assert made.status_code == 201, made.text
    found: str = made.json()["recording"]
    return found


def forget(house: House, recording: str) -> str:
    answer = house.ask("POST", "/erasures", house.ana, json={"recordings": [recording]})
    assert answer.status_code == 202, answer.text
    return answer.headers["location"].rpartition("/")[2]


def test_every_sweep_runs_on_a_house_in_which_all_is_well(house: House, sweeps: Sweeps) -> None:
    """None fails, and none is late."""
    names = [each.name for each in sweeps_of(house.service)]
    assert len(set(names)) == len(names)
    assert all(sweeps.run(each) for each in names)
    assert sweeps.late() == ()
    assert all(each.succeeded_ms == house.clock.now_ms() for each in sweeps.ran().values())


def test_days_that_are_over_are_let_go_of_once(house: House, sweeps: Sweeps) -> None:
    """A day after its last, a recording is gone; the next look does nothing again."""
    recording = keep(house)
    house.clock.advance(days=2)
    assert sweeps.run("expiry")
    problem(house.ask("GET", f"/recordings/{recording}", house.ana), 410)
    size = house.service.vault.publish()
    assert sweeps.run("expiry")
    assert house.service.vault.publish() == size


def test_a_rotation_comes_within_the_horizon_and_not_without_need(
    house: House, sweeps: Sweeps
) -> None:
    """Nothing lost: none. Lost, and the last one long ago: at once. Lost just after one: later."""
    house.clock.advance(ms=1)
    house.service.vault.rotate()
    generation = standing_of(house.service).generation
    house.clock.advance(days=1)
    sweeps.run("rotation")
    assert standing_of(house.service).generation == generation
    erasure = forget(house, keep(house))
    sweeps.run("rotation")
    assert standing_of(house.service).generation == generation + 1
    assert house.service.vault.erasure(erasure).unrecoverable_since_ms == house.clock.now_ms()
    forget(house, keep(house))
    house.clock.advance(ms=17 * HOUR_MS)
    sweeps.run("rotation")
    assert standing_of(house.service).generation == generation + 1
    house.clock.advance(ms=HOUR_MS)
    sweeps.run("rotation")
    assert standing_of(house.service).generation == generation + 2


def test_two_processes_rotate_once(house: House, sweeps: Sweeps) -> None:
    """Both find it due; whoever comes second looks again and leaves it."""
    forget(house, keep(house))
    house.clock.advance(ms=20 * HOUR_MS)
    before = standing_of(house.service).generation
    with Service.open(
        house.service.vault.home, settings=CHEAP, clock=house.clock, carrier=Pigeon()
    ) as other:
        others = Sweeps(other, sweeps_of(other))
        with ThreadPoolExecutor(2) as pool:
            ran = list(pool.map(lambda each: each.run("rotation"), (sweeps, others)))
    assert ran == [True, True]
    assert standing_of(house.service).generation == before + 1


def test_what_was_begun_is_driven_on(house: House, sweeps: Sweeps) -> None:
    """An erasure whose clean-up nobody did is finished."""
    recording = keep(house)
    selection = Selection(account="home", recordings=(RecordingId(recording),))
    asked = house.service.vault.forget(selection)
    assert standing_of(house.service).erasures_open == 1
    assert sweeps.run("resume")
    assert standing_of(house.service).erasures_open == 0
    assert house.service.vault.erasure(asked.id).outcome == "erased"


def test_a_wrong_clock_is_loud_and_confirmed_by_nobody(house: House, sweeps: Sweeps) -> None:
    """A year ahead: nothing expires, it is counted and told, and it stays so until it is mended."""
    recording = keep(house)
    house.clock.advance(days=365)
    app = create_app(house.service, DoorSettings(), sweeps)
    assert app.state.sweeps is sweeps
    assert not sweeps.run("expiry")
    assert not sweeps.run("expiry")
    assert sweeps.ran()["expiry"].failures == 2
    assert any("bailee expire" in each for each in sweeps.late())
    house.clock.advance(days=-365)
    assert sweeps.run("expiry")
    assert sweeps.late() == ()
    assert house.ask("GET", f"/recordings/{recording}", house.ana).status_code == 200


def test_a_failure_ends_no_other_sweep(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is logged by its type, counted, and called late; the others run on."""
    told: list[tuple[str, str]] = []
    monkeypatch.setattr(
        logs, "failure", lambda name, error, **more: told.append((name, type(error).__name__))
    )

    def away() -> None:
        raise UnavailableError("walnuts are away")

    both = Sweeps(
        house.service,
        (
            Sweep(name="one", every_s=1, work=away, late="One is late."),
            Sweep(name="other", every_s=1, work=lambda: None, late="The other is late."),
        ),
    )
    assert not both.run("one")
    assert both.run("other")
    assert told == [("sweep-failed", "UnavailableError")]
    assert both.late() == ("One is late.",)
    assert (both.ran()["one"].failures, both.ran()["other"].failures) == (1, 0)
    assert both.ran()["one"].succeeded_ms is None


def test_they_run_by_themselves_and_again(house: House) -> None:
    """At once at the start, then every so often, until they are stopped."""
    often = threading.Semaphore(0)
    sweeps = Sweeps(
        house.service,
        (Sweep(name="often", every_s=0.05, work=often.release, late="It is late."),),
    )
    sweeps.start()
    for _ in range(3):
        assert often.acquire(timeout=20)
    sweeps.stop()
    while often.acquire(blocking=False):
        pass
    assert not often.acquire(timeout=0.2)


def test_a_clock_that_steps_back_stops_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Set back by a day, the machine's clock would have them wait for a day: they begin anew."""
    ran = threading.Semaphore(0)
    sweeps = Sweeps(
        house.service, (Sweep(name="seldom", every_s=3600, work=ran.release, late="It is late."),)
    )
    sweeps.start()
    assert ran.acquire(timeout=20)
    sweeps.look_at_clock()
    assert not ran.acquire(timeout=0.2)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() - DAY_MS / 1000)
    sweeps.look_at_clock()
    assert ran.acquire(timeout=20)
    sweeps.stop()


def test_one_that_does_not_come_back_is_late(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """After three of its periods, and a minute at least."""
    sweeps = Sweeps(
        house.service, (Sweep(name="one", every_s=30, work=lambda: None, late="One is late."),)
    )
    assert sweeps.late() == ()
    real = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: real() + 91)
    assert sweeps.late() == ("One is late.",)


def test_a_vault_on_postgresql_has_its_leases_too(vault: Vault, clock: FixedClock) -> None:
    """The same sweeps on each sort of database."""
    with Service.open(vault.home, settings=CHEAP, clock=clock, carrier=Pigeon()) as service:
        clock.advance(days=1)
        sweeps = Sweeps(service, sweeps_of(service))
        assert all(sweeps.run(each.name) for each in sweeps_of(service))
        assert standing_of(service).days_late == 0
