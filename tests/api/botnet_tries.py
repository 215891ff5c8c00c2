"""One leaked pair on its way through a door, and how far it came."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from api.drill_server import ORIGIN
from api.drill_wire import Answer, Wire
from bailee.api.cookies import DEVICE, SESSION
from bailee.identity.token import new_token


@dataclass(kw_only=True)
class Tally:
    """What came of the botnet's work.

    Attributes:
        pairs: By how far each pair came at the furthest; see `Try`.
        keys: Answers to guessed keys, as “door: status”.
        let_in: Answers that opened a session.
        looked_at: Names whose password was looked at, right or wrong.
        stopped: Names for which a bot was told to wait, or to give both.
        codes: Made-up codes of the app that were judged for a name whose pair was right.
    """

    pairs: Counter[str] = field(default_factory=Counter)
    keys: Counter[str] = field(default_factory=Counter)
    let_in: int = 0
    looked_at: set[str] = field(default_factory=set)
    stopped: set[str] = field(default_factory=set)
    codes: int = 0


class Try:
    """One pair on its way; `furthest` says how it ended.

    *looked at*: the password was, and the answer did not tell how it was found. *wrong code*: a
    made-up code came with it, and so it was not looked at. *both asked for*, *told to wait*: nor
    was it.
    """

    def __init__(
        self,
        wire: Wire,
        name: str,
        password: str,
        headers: Mapping[str, str],
        tally: Tally,
        *,
        is_right: bool,
    ) -> None:
        self.name = name
        self.furthest = ""
        self.wants_both = False
        self._wire = wire
        self._headers = headers
        self._pair = {"name": name, "password": password}
        self._tally = tally
        self._is_right = is_right
        self._more = {} if "Cookie" in headers else {"bearer": True}

    async def begin(self) -> str:
        """The password alone; a ticket where it was looked at."""
        answer = await self._ask("/v1/sign-in", self._pair)
        if answer.status == 200:
            self.furthest = "looked at"
            self._tally.looked_at.add(self.name)
            return str(answer.body["ticket"])
        self.wants_both = answer.is_problem("together")
        return ""

    async def both(self, code: str) -> None:
        await self._ask("/v1/sign-in", {**self._pair, "code": code})

    async def finish(self, door: str, ticket: str, code: str) -> None:
        await self._ask(f"/v1/sign-in/{door}", {"ticket": ticket, "code": code})

    async def _ask(self, path: str, body: Mapping[str, str]) -> Answer:
        answer = await self._wire.ask("POST", path, {**body, **self._more}, self._headers)
        self._tally.let_in += answer.let_in
        if answer.status == 429 or answer.is_problem("together"):
            self._tally.stopped.add(self.name)
        if self._is_right and "code" in body and answer.is_problem("sign-in"):
            self._tally.codes += not path.endswith("/recovery")
        told = {"too-many": "told to wait", "together": "both asked for", "sign-in": "wrong code"}
        name = next((each for each in told if answer.is_problem(each)), "")
        if self.furthest != "looked at" and name:
            self.furthest = told[name]
        return answer


def program() -> dict[str, str]:
    return {"User-Agent": "curl/8"}


def browser() -> dict[str, str]:
    """As a page of ours would ask, with cookies that somebody made up."""
    cookies = f"{SESSION}={new_token()}; {DEVICE}={new_token()}"
    return {"User-Agent": "Firefox", "Origin": ORIGIN, "Cookie": cookies}


def recovery_code() -> str:
    return "-".join(new_token()[:4].lower() for _ in range(4))
