"""The sweeps: what must happen though nobody asks.

Each is idempotent, and of several processes one at a time does it. The truth stays in the vault's own tables: whoever holds a sweep's lease looks there whether it is
still due, so a lost run loses nothing and a second process does nothing twice. A failure is logged
and counted, shows in `/health/ready`, and ends no other sweep. An expiry that is refused because
the clock made a long step is such a failure: nobody confirms it but a person.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from bailee.api import logs
from bailee.api.metrics import Ran
from bailee.api.once_store import OnceStore
from bailee.api.service import Service
from bailee.api.standing import standing_of
from bailee.errors import ClockStepError

_LATE_AFTER = 3
"""Periods without a success after which a sweep is called late."""
_LEAST_LATE_S = 60.0
_STEP_S = 60.0
"""A clock that moved so far from the machine's steady one has made a step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """One of them.

    Attributes:
        name: In logs and figures; of a closed list.
        every_s: How often it looks.
        work: Does what is due.
        late: What it means when it does not run, for people.
    """

    name: str
    every_s: float
    work: Callable[[], object]
    late: str


@dataclass(slots=True)
class _Record:
    """How one stands; the steady clock's seconds beside the wall's milliseconds."""

    steady_s: float
    succeeded_ms: int | None = None
    failures: int = 0
    failing: str = ""


def sweeps_of(service: Service, *, rotate_after_ms: int | None = None) -> tuple[Sweep, ...]:
    """Every sweep of *service*.

    Args:
        service: An open deployment.
        rotate_after_ms: How old a generation may get once something of it was lost; three
            quarters of the vault's horizon by default.
    """
    vault, once = service.vault, OnceStore(service)
    rotating = _Rotation(service, rotate_after_ms)
    return (
        Sweep(
            name="publish",
            every_s=3,
            work=vault.publish,
            late="Entries wait to be published in the ledger.",
        ),
        Sweep(
            name="messages",
            every_s=60,
            work=service.household.deliver,
            late="Messages wait to be handed over.",
        ),
        Sweep(
            name="sign-in",
            every_s=60,
            work=service.identity.sweep,
            late="Sessions and half-done sign-ins that are over are not cleared away.",
        ),
        Sweep(
            name="household",
            every_s=600,
            work=service.household.sweep,
            late="Stays that are over are not written down as ended, and losses are not told.",
        ),
        Sweep(
            name="resume",
            every_s=600,
            work=lambda: _leased(service, "resume", vault.resume),
            late="What was forgotten is unreadable, but its bytes wait to be deleted.",
        ),
        Sweep(name="rotation", every_s=300, work=rotating, late=ROTATION_LATE),
        Sweep(
            name="expiry",
            every_s=600,
            work=lambda: _leased(service, "expiry", lambda: _expire(service)),
            late="What is over is not let go of. If the clock is right: `bailee expire`.",
        ),
        Sweep(
            name="uploads",
            every_s=600,
            work=service.household.uploads.sweep,
            late="Uploads that nobody goes on with are not cleared away.",
        ),
        Sweep(
            name="exports",
            every_s=3,
            work=lambda: _prepare(service),
            late="Archives that people asked for are not put together.",
        ),
        Sweep(
            name="repeats",
            every_s=3600,
            work=once.sweep,
            late="Answers kept for repeated requests are not cleared away.",
        ),
    )


_PREPARING_S = 15.0


def _prepare(service: Service) -> None:
    """A while at a time: the lease goes round, and other sweeps have their turn."""
    until = time.monotonic() + _PREPARING_S
    if ready := service.household.exports.work(lambda: time.monotonic() < until):
        logs.event("exports-ready", exports=ready)


ROTATION_LATE = (
    "What was forgotten is unreadable, but not yet unrecoverable: a rotation is due. "
    "See `bailee rotate`."
)


def _leased(service: Service, name: str, work: Callable[[], object]) -> None:
    with service.vault.desk().exclusively(f"sweep-{name}"):
        work()


def _expire(service: Service) -> None:
    """Once a day over all processes: the days punctured say whether it was done."""
    if standing_of(service).days_late:
        done = service.vault.expire()
        logs.event("expired", artefacts=sum(done.artefacts.values()))


@dataclass(frozen=True, slots=True)
class _Rotation:
    """Rotates when something was lost and the generation is old enough; or ends one that is open."""

    service: Service
    after_ms: int | None

    def __call__(self) -> None:
        if self._is_due():
            _leased(self.service, "rotation", self._again)

    def _again(self) -> None:
        if self._is_due():  # another process may have done it meanwhile
            done = self.service.vault.rotate()
            logs.event("rotated", generation=done.generation, unrecoverable=done.unrecoverable)

    def _is_due(self) -> bool:
        now = standing_of(self.service)
        after_ms = now.horizon_ms * 3 // 4 if self.after_ms is None else self.after_ms
        old = now.lost_shards > 0 and now.generation_age_ms >= after_ms
        return old or now.rotation_open


class Sweeps:
    """Runs them in the background. `start`, then `stop`; safe for threads."""

    def __init__(self, service: Service, sweeps: tuple[Sweep, ...]) -> None:
        self._service = service
        self._sweeps = {each.name: each for each in sweeps}
        begun = time.monotonic()
        self._records = {name: _Record(begun) for name in self._sweeps}
        self._lock = threading.Lock()
        self._offset_s = time.time() - begun
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(4)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def start(self) -> None:
        """Begin; everything is looked at once at the start."""
        for each in self._sweeps.values():
            self._scheduler.add_job(
                self.run, "interval", [each.name], seconds=each.every_s, id=each.name
            )
        self._scheduler.start()
        self._at_once()

    def stop(self) -> None:
        """End, after what is under way."""
        self._scheduler.shutdown(wait=True)

    def run(self, name: str) -> bool:
        """Run one now; whether it went well. Never raises: that is logged and counted."""
        try:
            self._sweeps[name].work()
        except Exception as error:  # noqa: BLE001 - no sweep ends the others
            self._failed(name, error)
            return False
        with self._lock:
            record = self._records[name]
            record.steady_s = time.monotonic()
            record.succeeded_ms = self._service.vault.desk().clock.now_ms()
            record.failing = ""
        return True

    def _failed(self, name: str, error: Exception) -> None:
        with self._lock:
            record = self._records[name]
            record.failures += 1
            record.failing = type(error).__name__
        if isinstance(error, ClockStepError):
            logs.failure("clock-step-refused", error, sweep=name, would_go=error.would_go)
        else:
            logs.failure("sweep-failed", error, sweep=name)

    def look_at_clock(self) -> None:
        """Begin anew when the wall clock made a step: else all would wait for the old time."""
        offset_s = time.time() - time.monotonic()
        stepped_s = offset_s - self._offset_s
        if abs(stepped_s) < _STEP_S:
            return
        self._offset_s = offset_s
        logs.event("clock-step", logging.WARNING, seconds=round(stepped_s))
        self._at_once()

    def _at_once(self) -> None:
        for name in self._sweeps:
            self._scheduler.modify_job(name, next_run_time=datetime.now(UTC))

    def ran(self) -> Mapping[str, Ran]:
        """How each stands, for figures."""
        with self._lock:
            return {
                name: Ran(succeeded_ms=each.succeeded_ms, failures=each.failures)
                for name, each in self._records.items()
            }

    def late(self) -> tuple[str, ...]:
        """What those that fail, or have not run for long, mean for people."""
        now = time.monotonic()
        with self._lock:
            return tuple(
                sweep.late
                for name, sweep in self._sweeps.items()
                if self._records[name].failing
                or now - self._records[name].steady_s
                > max(_LEAST_LATE_S, _LATE_AFTER * sweep.every_s)
            )
