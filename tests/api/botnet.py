"""A botnet that replays leaked pairs from thousands of addresses, through every door at once.

A bot tries each of its pairs once. Told to wait, it goes on with the next pair, as a real one would
rather; told to give both together, every other bot makes up a code. Beside the pairs, keys are
guessed at every door that takes one. What is made up is never right by luck: of an app's codes three
in a million are right at any moment, and the tally says how many were tried.
"""

import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from api.botnet_tries import Tally, Try, browser, program, recovery_code
from api.drill_clock import SharedClock
from api.drill_people import Someone
from api.drill_wire import Answer, Wire, Wires
from bailee.identity.token import new_token
from bailee.identity.tokens import PREFIX

Act = Callable[[], Awaitable[None]]
_NEW = "a password nobody had before"


def addresses_of(count: int) -> list[str]:
    """*count* addresses of 127.0.0.0/8: half of them crowd in a few /24s, half have one each."""
    crowded = count // 2
    close = [f"127.1.{each // 250}.{1 + each % 250}" for each in range(crowded)]
    alone = [
        f"127.{2 + each // 250}.{each % 250}.{1 + each % 250}" for each in range(count - crowded)
    ]
    return close + alone


class Botnet:
    """Its addresses, its pairs and what came of them."""

    def __init__(
        self,
        wires: Wires,
        clock: SharedClock,
        rng: random.Random,
        victims: Mapping[str, Someone],
        hosts: Sequence[str],
    ) -> None:
        """*victims* are the people whose pair is right, by name."""
        self.tally = Tally()
        self._wires = wires
        self._clock = clock
        self._random = rng
        self._victims = victims
        self._hosts = hosts
        self._next = 0

    def pair(self, name: str, password: str) -> Act:
        """One pair, through one of the doors that take pairs."""
        kinds = (self._two_steps, self._one_step, self._by_recovery)
        kind = self._random.choices(kinds, (5, 2, 2))[0]
        headers = self._random.choice((program, browser))()
        return partial(self._replay, kind, name, password, headers, self._host())

    def key(self) -> Act:
        """One key that is made up, at one of the doors that take keys."""
        made = self._random.choice(
            (
                self._reset_asked,
                self._reset_used,
                self._invitation,
                self._device,
                self._session,
                self._passkey,
            )
        )
        return partial(self._guess, made, self._host())

    def _host(self) -> str:
        self._next += 1
        return self._hosts[self._next % len(self._hosts)]

    # -- pairs ------------------------------------------------------------------------------

    async def _replay(
        self,
        kind: Callable[[Try], Awaitable[None]],
        name: str,
        password: str,
        headers: Mapping[str, str],
        host: str,
    ) -> None:
        async with self._wires.dial(host) as wire:
            attempt = Try(wire, name, password, headers, self.tally, is_right=name in self._victims)
            await kind(attempt)
        self.tally.pairs[attempt.furthest] += 1

    async def _two_steps(self, attempt: Try) -> None:
        """Password, then a made-up code, as often as not."""
        ticket = await attempt.begin()
        if ticket and self._random.random() < 0.5:
            await attempt.finish("code", ticket, self.made_up(attempt.name))
        elif attempt.wants_both and self._random.random() < 0.5:
            await attempt.both(self.made_up(attempt.name))

    async def _one_step(self, attempt: Try) -> None:
        await attempt.both(self.made_up(attempt.name))

    async def _by_recovery(self, attempt: Try) -> None:
        """The same with a made-up recovery code."""
        if ticket := await attempt.begin():
            await attempt.finish("recovery", ticket, recovery_code())

    def made_up(self, name: str) -> str:
        """Six digits that are not, by luck, the right ones."""
        while True:
            guess = f"{self._random.randrange(10**6):06}"
            victim = self._victims.get(name)
            if victim is None or not victim.could_be(guess, self._clock.now_ms()):
                return guess

    # -- keys -------------------------------------------------------------------------------

    async def _guess(
        self, door: Callable[[Wire], Awaitable[tuple[str, Answer]]], host: str
    ) -> None:
        async with self._wires.dial(host) as wire:
            what, answer = await door(wire)
        self.tally.let_in += answer.let_in
        self.tally.keys[f"{what}: {answer.status}"] += 1

    async def _reset_asked(self, wire: Wire) -> tuple[str, Answer]:
        name = self._random.choice([*self._victims, "nobody@home.example"])
        asked = {"name": name, "code": recovery_code()}
        return "reset asked for", await wire.ask("POST", "/v1/password-resets", asked)

    async def _reset_used(self, wire: Wire) -> tuple[str, Answer]:
        asked = {"ticket": new_token(), "password": _NEW}
        return "reset used", await wire.ask("POST", "/v1/password-resets/use", asked)

    async def _invitation(self, wire: Wire) -> tuple[str, Answer]:
        asked = {"invitation": new_token(), "name": "bot@mail.example", "password": _NEW}
        return "invitation", await wire.ask("POST", "/v1/invitations/accept", asked)

    async def _device(self, wire: Wire) -> tuple[str, Answer]:
        headers = {"Authorization": f"Bearer {PREFIX}{new_token()}"}
        answer = await wire.ask("POST", "/v1/device/token/rotate", headers=headers)
        return "device's token", answer

    async def _session(self, wire: Wire) -> tuple[str, Answer]:
        headers = {"Authorization": f"Bearer {new_token()}"}
        return "session's token", await wire.ask("GET", "/v1/session", headers=headers)

    async def _passkey(self, wire: Wire) -> tuple[str, Answer]:
        made_up = {"id": new_token(), "rawId": "AAAA", "type": "public-key", "response": {}}
        asked = {"credential": made_up, "ticket": new_token(), "bearer": True}
        return "passkey", await wire.ask("POST", "/v1/sign-in/passkey", asked)
