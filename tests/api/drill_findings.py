"""What the vault itself says after a drill, beside what bots and people were answered; as a table."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import quantiles

import sqlalchemy as sa

from api.botnet_tries import Tally
from api.drill_honest import Honest
from api.drill_people import Someone
from bailee.api.service import Service
from bailee.store.household_tables import message
from bailee.store.identity_tables import session
from bailee.types.sign_in import SignInEvent
from household.told import told

_WARNINGS = (SignInEvent.PASSWORD_USED, SignInEvent.ATTEMPTS_REFUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What the vault holds of a drill.

    Attributes:
        sessions: That were opened during it.
        without_factor: Of these, whose second factor was never proven.
        entered: Entries of the ledger that say that somebody came in.
        inboxes: By person, which warnings are in their inbox.
    """

    sessions: int
    without_factor: int
    entered: int
    inboxes: Mapping[str, frozenset[str]]


class Findings:
    """Looks into a vault, from a moment on."""

    def __init__(self, service: Service, from_ms: int) -> None:
        self._service = service
        self._from_ms = from_ms
        self._entered_before = self._entered()

    def kept(self) -> Kept:
        sessions = self._count(session.c.made_ms >= self._from_ms)
        bare = sa.and_(session.c.made_ms >= self._from_ms, session.c.second_factor_ms.is_(None))
        return Kept(
            sessions=sessions,
            without_factor=self._count(bare),
            entered=self._entered() - self._entered_before,
            inboxes=self._inboxes(),
        )

    def _entered(self) -> int:
        events = [each["event"] for each in told(self._service.vault, "sign-in")]
        return events.count(SignInEvent.ENTERED)

    def _count(self, which: sa.ColumnElement[bool]) -> int:
        wanted = sa.select(sa.func.count()).select_from(session).where(which)
        return self._service.vault.desk().read(lambda t: t.connection.scalar(wanted)) or 0

    def _inboxes(self) -> dict[str, frozenset[str]]:
        wanted = sa.select(message.c.person_id, message.c.template).where(
            message.c.made_ms >= self._from_ms, message.c.template.in_(_WARNINGS)
        )
        rows = self._service.vault.desk().read(lambda t: t.connection.execute(wanted).all())
        found: dict[str, frozenset[str]] = {}
        for person_id, template in rows:
            found[person_id] = found.get(person_id, frozenset()) | {template}
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a drill.

    Attributes:
        what: The drill, in words.
        victims: Whose pair was right.
        limits: What a name that is tried too often was told by two servers, and by one anew.
        memory: Of each server, in MiB: before, after, and the most it ever had.
        settling_s: Until everybody had settled in.
        took_s: From the first request to the last answer.
        cpu_s: Of the servers and of the drill itself, in that time.
    """

    what: str
    victims: Sequence[Someone]
    tally: Tally
    honest: Honest
    statuses: Counter[int]
    kept: Kept
    limits: tuple[list[str], list[str]]
    memory: Sequence[tuple[float, float, float]]
    settling_s: float
    took_s: float
    cpu_s: float

    # -- owners of right pairs --------------------------------------------------------------

    def warned(self, someone: Someone) -> frozenset[str]:
        return self.kept.inboxes.get(someone.id, frozenset())

    @property
    def looked_at(self) -> list[Someone]:
        """Whose right password was looked at."""
        return [each for each in self.victims if each.name in self.tally.looked_at]

    @property
    def stopped(self) -> list[Someone]:
        """Whose pair a bot was not let try, or not by itself."""
        return [each for each in self.victims if each.name in self.tally.stopped]

    @property
    def unseen(self) -> list[Someone]:
        """Whose password came with a wrong code alone: nobody looked at it, nobody learned of it."""
        known = self.tally.looked_at | self.tally.stopped
        return [each for each in self.victims if each.name not in known]

    @property
    def untold(self) -> list[Someone]:
        """Of these, who was not told: no attack was to be seen yet when that code came."""
        return [each for each in self.victims if not self.warned(each)]

    # -- people -----------------------------------------------------------------------------

    @property
    def honest_in(self) -> int:
        return self.honest.done.total() - self.honest.failed.total()

    @property
    def honest_failing(self) -> float:
        """The share of honest sign-ins that failed because of the attack."""
        return self.honest.failed.total() / self.honest.done.total()

    @property
    def broken(self) -> int:
        """Answers of 5xx."""
        return sum(count for status, count in self.statuses.items() if status >= 500)

    def table(self) -> str:
        """All of it, a line each."""
        return "\n".join(("", self.what, *(f"  {name:<58}{text}" for name, text in self._lines())))

    def _lines(self) -> Iterator[tuple[str, str]]:
        yield from ((f"pairs: {name}", f"{n:,}") for name, n in self.tally.pairs.most_common())
        yield from ((f"guessed {name}", f"{n:,}") for name, n in sorted(self.tally.keys.items()))
        yield "answers that let a bot in", str(self.tally.let_in)
        yield "sessions opened without a second factor", str(self.kept.without_factor)
        yield "sessions opened, and as many honest sign-ins", f"{self.kept.sessions:,}"
        yield "owners of right pairs", f"{len(self.victims):,}"
        for words, people in (
            ("password looked at", self.looked_at),
            ("bot was stopped", self.stopped),
            ("neither: a wrong code came first", self.unseen),
        ):
            warned = sum(bool(self.warned(each)) for each in people)
            yield f"  {words}: how many, of whom told", f"{len(people):,}, {warned:,}"
        by_luck = f"{self.tally.codes:,}, {3 * self.tally.codes / 1e6:.4f}"
        yield "made-up codes beside a right password, right by luck", by_luck
        done, failed = self.honest.done, self.honest.failed
        for kind in sorted(done):
            yield f"honest, {kind}: how many, failed", f"{done[kind]:,}, {failed[kind]:,}"
        yield "honest sign-ins that failed because of it", f"{self.honest_failing:.2%}"
        cuts = quantiles(self.honest.seconds, n=100)
        yield "an honest sign-in takes, median and p99", f"{cuts[49]:.2f} s, {cuts[98]:.2f} s"
        yield "answers by status", str(dict(sorted(self.statuses.items())))
        for before, after, most in self.memory:
            yield (
                "a server's memory before, after, at most",
                f"{before:.0f}, {after:.0f}, {most:.0f} MiB",
            )
        yield "settling in", f"{self.settling_s:.0f} s"
        yield (
            "the attack: took, of CPU (servers and drill)",
            f"{self.took_s:.0f} s, {self.cpu_s:.0f} s",
        )
