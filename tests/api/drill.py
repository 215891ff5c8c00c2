"""The takeover drill: a vault, its servers, people, and a botnet, for an hour of the drill's clock.

Everything is drawn from one seed, but for what machines draw themselves: keys, tokens and the order
in which answers come. The clock moves with what happens, never by itself, so a slow machine changes
nothing. The vault is in memory where that can be: nothing here tests what a power cut leaves.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from api.botnet import Botnet, addresses_of
from api.drill_clock import Pace, SharedClock
from api.drill_findings import Findings, Outcome
from api.drill_honest import Honest
from api.drill_limits import alarm, networks, tried
from api.drill_people import Settling
from api.drill_server import DrillServer
from api.drill_wire import Wires
from bailee.api.service import Service
from bailee.clock import DAY_MS
from bailee.custody.vault import Vault
from bailee.identity import Settings
from support.loops import run
from support.vaults import NOW_MS

Act = Callable[[], Awaitable[None]]
_AT_ONCE = 16
"""How many acts go on at the same time."""
_MINUTE_MS = 60_000
_APART_MS = 120_000
"""Between two sign-ins of one person: a code counts once."""


@dataclass(frozen=True, kw_only=True)
class Size:
    """How large a drill is.

    Attributes:
        pairs: That are replayed.
        right: Of these.
        addresses: From which.
        honest: Sign-ins of people.
        minutes: Of the drill's clock, over which all that is spread.
    """

    pairs: int
    right: int
    addresses: int
    honest: int
    minutes: int

    @property
    def lasts_ms(self) -> int:
        return self.minutes * _MINUTE_MS


class Drill:
    """One run in *folder*, from a seed."""

    def __init__(
        self,
        folder: Path,
        size: Size,
        settings: Settings,
        *,
        database: str | None = None,
        seed: int = 1,
    ) -> None:
        self._home = folder / "vault"
        self._folder = folder
        self._size = size
        self._settings = settings
        self._random = random.Random(seed)
        self._networks = networks()
        self._clock = SharedClock.begin(folder / "clock", NOW_MS)
        self._kind = "PostgreSQL" if database else "SQLite"
        Vault.create(self._home, clock=self._clock, database=database).close()

    def run(self) -> Outcome:
        """Let everybody settle, let the botnet at them, and start a server anew."""
        begun = time.monotonic()
        with Service.open(self._home, settings=self._settings, clock=self._clock) as service:
            self._settle(Settling(service))
            self._clock.advance(2 * DAY_MS)  # settling in is long ago
            service.identity.sweep()
            findings = Findings(service, self._clock.now_ms())
            settled = time.monotonic()
            with self._servers(2) as servers:
                before = [each.memory_mib() for each in servers]
                took_s, cpu_s = self._attack(servers)
                memory = [
                    (less, each.memory_mib(), each.memory_mib("VmHWM"))
                    for less, each in zip(before, servers, strict=True)
                ]
                limits = run(self._raise_alarm(servers))
            with self._servers(1) as servers:
                anew = run(tried(_wires(servers), self._networks))
            return Outcome(
                what=self._what(),
                victims=self._victims,
                tally=self._botnet.tally,
                honest=self._honest,
                statuses=self._wires.statuses,
                kept=findings.kept(),
                limits=(limits, anew),
                memory=memory,
                settling_s=settled - begun,
                took_s=took_s,
                cpu_s=cpu_s,
            )

    def _what(self) -> str:
        size, cost = self._size, self._settings
        return (
            f"The takeover drill: {size.pairs:,} pairs, {size.right:,} of them right, from "
            f"{size.addresses:,} addresses, in {size.minutes} minutes of its clock; "
            f"two servers, {self._kind}; argon2: passes {cost.argon2_passes}, memory "
            f"{cost.argon2_memory_kib} KiB, lanes {cost.argon2_lanes}"
        )

    def _settle(self, settling: Settling) -> None:
        size = self._size
        half_way = size.right // 50
        self._victims = settling.settle("victim", size.right - half_way)
        self._victims += settling.settle("newcomer", half_way, app=False)
        people = size.honest // 2  # each of them twice
        self._people = settling.settle("person", people * 7 // 10)
        self._people += settling.settle_with_passkeys("passkey", people // 10)
        self._people += self._victims[: people * 2 // 10]  # theirs leaked, and they go on living

    @contextmanager
    def _servers(self, count: int) -> Iterator[list[DrillServer]]:
        """So many over the one vault."""
        log, clock = self._folder / "log", self._folder / "clock"
        servers = [DrillServer(self._home, clock, self._settings, log) for _ in range(count)]
        try:
            for each in servers:
                each.ready()
            yield servers
        finally:
            for each in servers:
                each.stop()

    # -- the attack -------------------------------------------------------------------------

    def _attack(self, servers: list[DrillServer]) -> tuple[float, float]:
        """All of it; how long it took, and how much CPU, in seconds."""
        self._wires = _wires(servers)
        hosts = addresses_of(self._size.addresses)
        victims = {each.name: each for each in self._victims}
        self._botnet = Botnet(self._wires, self._clock, self._random, victims, hosts)
        self._honest = Honest(self._wires, self._clock, self._random, hosts)
        moments = self._moments()
        begun, cpu_s = time.monotonic(), _cpu_s(servers)
        run(self._act(moments, servers))
        took = time.monotonic() - begun, _cpu_s(servers) - cpu_s
        self._clock.advance(10 * _MINUTE_MS)
        self._sweep(servers)
        return took

    async def _raise_alarm(self, servers: list[DrillServer]) -> list[str]:
        """What a name that is tried too often is told then."""
        wires = _wires(servers)
        await alarm(wires, self._networks)
        return await tried(wires, self._networks)

    def _moments(self) -> list[tuple[int, Act]]:
        """What happens, and how long after the beginning, in order."""
        size, rng = self._size, self._random
        pairs = [(each.name, each.password) for each in self._victims]
        pairs += [
            (f"leaked{each}@mail.example", f"leaked words {each}")
            for each in range(size.pairs - len(pairs))
        ]
        # A few of the leaked names are honest people's, with passwords of elsewhere.
        for each, person in enumerate(self._people[: len(self._people) // 5]):
            pairs[-1 - each] = (person.name, "words of elsewhere")
        rng.shuffle(pairs)
        acts: list[tuple[int, Act]] = [
            (rng.randrange(size.lasts_ms), self._botnet.pair(*pair)) for pair in pairs
        ]
        acts += [
            (rng.randrange(size.lasts_ms), self._botnet.key()) for _ in range(size.pairs // 10)
        ]
        acts += self._sign_ins()
        return sorted(acts, key=lambda each: each[0])

    def _sign_ins(self) -> Iterator[tuple[int, Act]]:
        """Each person's, so far apart that their app shows another code."""
        size, people = self._size, self._people
        for each, person in enumerate(people):
            times = len(range(each, size.honest, len(people)))
            slots = self._random.sample(range(size.lasts_ms // _APART_MS), times)
            for slot in slots:
                at_ms = slot * _APART_MS + self._random.randrange(_APART_MS // 2)
                yield at_ms, self._honest.sign_in(person)

    async def _act(self, moments: list[tuple[int, Act]], servers: list[DrillServer]) -> None:
        begin_ms = self._clock.now_ms()
        coming, minute, pace = iter(moments), 0, Pace()

        async def work() -> None:
            nonlocal minute
            for at_ms, act in coming:
                async with pace.at(at_ms):
                    self._clock.move_to(begin_ms + at_ms)
                    if at_ms // _MINUTE_MS > minute:
                        minute = at_ms // _MINUTE_MS
                        for each in servers:
                            each.sweep()
                    await act()

        async with asyncio.TaskGroup() as group:
            for _ in range(_AT_ONCE):
                group.create_task(work())

    @staticmethod
    def _sweep(servers: list[DrillServer]) -> None:
        for each in servers:
            each.sweep()
        for each in servers:
            each.swept()


def _wires(servers: list[DrillServer]) -> Wires:
    return Wires([each.port for each in servers])


def _cpu_s(servers: list[DrillServer]) -> float:
    return time.process_time() + sum(each.cpu_s() for each in servers)
