"""People who sign in while a botnet is at it, as the page leads them.

Most are on a device that is known, some on a new one; some mistype and try again; some share a
network with a bot, or its very address; some have a passkey. With a password they take two steps, or
give both at once when they are told to. Whoever is told to wait, or does not get in for another
reason of the guard's, has *failed because of it*.
"""

import json
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from api.drill_clock import SharedClock
from api.drill_people import Someone
from api.drill_server import ORIGIN
from api.drill_wire import Answer, Wire, Wires
from bailee.api.cookies import DEVICE


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How somebody signs in this time."""

    known: bool
    mistypes: bool
    host: str
    where: str

    @property
    def words(self) -> str:
        return f"{'known' if self.known else 'new'} device, {self.where}"


class Honest:
    """Everybody's sign-ins, and what came of them."""

    def __init__(
        self, wires: Wires, clock: SharedClock, rng: random.Random, hosts: Sequence[str]
    ) -> None:
        """*hosts* are the botnet's addresses."""
        self.done: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        self.seconds: list[float] = []
        self._wires = wires
        self._clock = clock
        self._random = rng
        self._hosts = hosts

    def sign_in(self, someone: Someone) -> Callable[[], Awaitable[None]]:
        """One sign-in, drawn now."""
        return partial(self._sign_in, someone, self._manner())

    def _manner(self) -> Manner:
        rng = self._random
        where = rng.choices(("elsewhere", "a bot's network", "a bot's address"), (93, 5, 2))[0]
        host = f"127.{rng.randrange(128, 200)}.{rng.randrange(256)}.{rng.randrange(1, 255)}"
        if where == "a bot's network":
            host = rng.choice(self._hosts).rsplit(".", 1)[0] + ".254"
        elif where == "a bot's address":
            host = rng.choice(self._hosts)
        known, mistypes = rng.random() < 0.85, rng.random() < 0.08
        return Manner(known=known, mistypes=mistypes, host=host, where=where)

    async def _sign_in(self, someone: Someone, manner: Manner) -> None:
        begun = time.perf_counter()
        async with self._wires.dial(manner.host) as wire:
            page = _Page(wire, someone, manner, self._clock)
            entered = await page.enters()
        self.seconds.append(time.perf_counter() - begun)
        kind = "passkey" if someone.passkey else manner.words
        self.done[kind] += 1
        self.failed[kind] += not entered


class _Page:
    """The sign-in page, and whoever sits before it."""

    def __init__(self, wire: Wire, someone: Someone, manner: Manner, clock: SharedClock) -> None:
        self._wire = wire
        self._someone = someone
        self._manner = manner
        self._clock = clock
        self._headers = {"User-Agent": "Phone", "Origin": ORIGIN}
        if manner.known and someone.device_cookie:
            self._headers["Cookie"] = f"{DEVICE}={someone.device_cookie}"

    async def enters(self) -> bool:
        if self._someone.passkey is not None:
            return (await self._by_passkey()).let_in
        if self._manner.mistypes and (await self._steps("mistyped words")).status == 429:
            return False
        return (await self._steps(self._someone.password)).let_in

    async def _steps(self, password: str) -> Answer:
        pair = {"name": self._someone.name, "password": password}
        answer = await self._ask("/v1/sign-in", pair)
        if answer.is_problem("together"):
            return await self._ask("/v1/sign-in", {**pair, "code": self._code()})
        if answer.status != 200:
            return answer
        proof = {"ticket": answer.body["ticket"], "code": self._code()}
        return await self._ask("/v1/sign-in/code", proof)

    def _code(self) -> str:
        return self._someone.code(self._clock.now_ms())

    async def _by_passkey(self) -> Answer:
        assert self._someone.passkey is not None
        asked = await self._ask("/v1/sign-in/passkey/options", {"bearer": True})
        made = json.loads(self._someone.passkey.get(json.dumps(asked.body["options"])))
        answer = {"credential": made, "ticket": asked.body["ticket"], "bearer": True}
        return await self._ask("/v1/sign-in/passkey", answer)

    async def _ask(self, path: str, body: Mapping[str, Any]) -> Answer:
        return await self._wire.ask("POST", path, body, self._headers)
