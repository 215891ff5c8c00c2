"""A botnet that replays leaked pairs from thousands of addresses, and a household's people beside.

Everything is drawn from one seed. Bots try each pair once, or, when told to wait, give it up: a
real one would rather go on with the next pair. People sign in as people do: most on a device that
is known, some on a new one; some mistype and try again, some share a network with a bot. A person
who is told to wait, or whose sign-in cannot be done at once for another reason of the guard's, has
*failed because of it*.
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from bailee.identity.entering import Entered
from bailee.identity.errors import SignInError, TogetherError, TooManyError
from bailee.types.sign_in import Client, Door, SignInEvent
from identity.parts_for_tests import Someone, World

Act = Callable[[], None]
_DOORS = tuple(Door)


@dataclass(frozen=True, kw_only=True)
class Size:
    """How large a drill: pairs replayed, of which right; addresses; people signing in."""

    pairs: int
    right: int
    addresses: int
    honest: int
    lasts_ms: int = 3_600_000


@dataclass(kw_only=True)
class Outcome:
    """What came of it."""

    bots: Counter[str]
    people: Counter[str]
    sessions_of_bots: int
    told: int
    argon2: int

    @property
    def honest_failing(self) -> float:
        """The share of honest sign-ins that failed because of the attack."""
        return self.people["failed"] / max(1, self.people.total())


def addresses_of(count: int) -> list[str]:
    """Loopback addresses, about 250 in each /24."""
    return [
        f"127.{1 + each // 62_500}.{each // 250 % 250}.{1 + each % 250}" for each in range(count)
    ]


class Drill:
    """One run, from a seed."""

    def __init__(self, world: World, size: Size, seed: int = 1) -> None:
        self._world = world
        self._size = size
        self._random = random.Random(seed)
        self._victims = [self._settle(f"victim{each}") for each in range(size.right)]
        self._people = [self._settle(f"person{each}") for each in range(max(1, size.honest // 4))]
        self._bots: Counter[str] = Counter()
        self._honest: Counter[str] = Counter()
        self._sessions = 0
        self._ready: dict[str, int] = {}
        world.clock.advance(days=2)  # setting up is long ago
        world.identity.sweep()
        world.told.notices.clear()
        world.hasher.work.clear()

    def _settle(self, name: str) -> Someone:
        at = self._random.randrange(1 << 24)
        home = Client(address=f"81.{at >> 16}.{at >> 8 & 255}.{at & 255}", description="Home")
        return self._world.person(f"{name}@home.example", f"the password of {name}", client=home)

    def run(self) -> Outcome:
        """All of it, in the order of its moments."""
        begin_ms = swept_ms = self._world.clock.now_ms()
        for at_ms, act in self._moments():
            self._world.clock.at_ms = max(begin_ms + at_ms, self._world.clock.now_ms())
            act()
            if self._world.clock.now_ms() - swept_ms >= 60_000:
                swept_ms = self._world.clock.now_ms()
                self._world.identity.sweep()
        self._world.clock.advance(ms=600_000)
        self._world.identity.sweep()
        told = {
            person_id
            for person_id, event, _ in self._world.told.notices
            if event in {SignInEvent.PASSWORD_USED, SignInEvent.ATTEMPTS_REFUSED}
        }
        return Outcome(
            bots=self._bots,
            people=self._honest,
            sessions_of_bots=self._sessions,
            told=sum(victim.id in told for victim in self._victims),
            argon2=self._world.hasher.work.count("verify"),
        )

    def _moments(self) -> list[tuple[int, Act]]:
        """What happens, and how long after the beginning, in order."""
        size, rng = self._size, self._random
        pairs = [(victim.name, victim.password) for victim in self._victims]
        pairs += [
            (f"leaked{each}@mail.example", f"leaked password {each}")
            for each in range(size.pairs - len(pairs))
        ]
        # A few of the leaked names are honest people's, with passwords of elsewhere.
        for each, person in enumerate(self._people[: len(self._people) // 5]):
            pairs[-1 - each] = (person.name, "a password of elsewhere")
        rng.shuffle(pairs)
        hosts = addresses_of(size.addresses)
        events: list[tuple[int, Act]] = [
            (rng.randrange(size.lasts_ms), self._bot(name, password, hosts[each % len(hosts)]))
            for each, (name, password) in enumerate(pairs)
        ]
        events += [
            (rng.randrange(size.lasts_ms), self._person(each, hosts)) for each in range(size.honest)
        ]
        return sorted(events, key=lambda each: each[0])

    def _bot(self, name: str, password: str, address: str) -> Act:
        client = Client(address=address, description="curl", door=self._random.choice(_DOORS))
        guesses = self._random.random() < 0.2

        def attempt() -> None:
            try:
                begun = self._world.identity.sign_in.begin(name, password, client)
                if guesses or isinstance(begun, Entered):
                    self._world.identity.sign_in.finish(begun.token, "123456", client)
                    self._sessions += 1
                self._bots["looked at"] += 1
            except TooManyError:
                self._bots["told to wait"] += 1
            except TogetherError:
                self._bots["asked for both"] += 1
            except SignInError:
                self._bots["wrong code"] += 1

        return attempt

    def _person(self, each: int, hosts: list[str]) -> Act:
        rng = self._random
        person = self._people[each % len(self._people)]
        known = rng.random() < 0.85
        mistypes = rng.random() < 0.08
        near_a_bot = rng.random() < 0.05
        address = f"93.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(256)}"
        if near_a_bot:
            address = rng.choice(hosts).rsplit(".", 1)[0] + ".254"
        cookie = person.entered.device_cookie if known else ""
        client = Client(address=address, description="Phone", device_cookie=cookie)

        def sign_in() -> None:
            self._honest["failed" if not self._enters(person, client, mistypes) else "in"] += 1

        return sign_in

    def _enters(self, person: Someone, client: Client, mistypes: bool) -> bool:
        """Sign in as the page leads: in two steps, or with both when it asks for both."""
        try:
            if mistypes:
                self._steps(replace(person, password="mistyped"), client)
            return self._steps(person, client)
        except TooManyError:
            return False

    def _steps(self, person: Someone, client: Client) -> bool:
        identity, code = self._world.identity.sign_in, self._code(person)
        try:
            begun = identity.begin(person.name, person.password, client)
            identity.finish(begun.token, code, client)
        except TogetherError:
            return self._both(person, code, client)
        except SignInError:
            return False
        return True

    def _both(self, person: Someone, code: str, client: Client) -> bool:
        try:
            self._world.identity.sign_in.together(person.name, person.password, code, client)
        except SignInError:
            return False
        return True

    def _code(self, person: Someone) -> str:
        """The app's next code: a person waits for a fresh one, which is no fault of the guard's."""
        now_ms = self._world.clock.now_ms()
        if now_ms - self._ready.get(person.id, 0) < 60_000:
            self._world.clock.advance(ms=60_000)
        self._ready[person.id] = self._world.clock.now_ms()
        return self._world.code(person.secret)
