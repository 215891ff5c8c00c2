"""Whereabouts: where somebody's devices were, told coarsely unless more is asked for (R-05, R-13).

What is held is exact. It is opened as whoever asks, many at a time with one ledger entry, and
leaves as cells; exact places leave only when they are asked for, each time anew.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bailee.clock import DAY_MS
from bailee.errors import InputError
from bailee.household.choosing import no_household
from bailee.household.knowing import Knowing
from bailee.household.looking import Looking
from bailee.household.timeline import Timeline
from bailee.rules.precision import held_to, spells
from bailee.types.decide import Principal
from bailee.types.ids import AccountId, ArtefactId, DeviceId, PersonId
from bailee.types.kind import Kind
from bailee.types.place import Fix, Precision, Spell, parse_fixes
from bailee.types.purpose import Purpose
from bailee.types.query import Query
from bailee.types.recording import Recording

LONGEST_MS = 32 * DAY_MS
"""A month, and the hour by which one may be longer."""
_AT_ONCE = 500
"""Recordings that are opened with one entry."""
_MOST_POINTS = 5000
"""After so many a page ends."""
Found = tuple[PersonId, DeviceId, Fix]


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """What to tell of. Times are milliseconds since the epoch, UTC.

    Attributes:
        begin_ms: From here …
        end_ms: … to here, itself left out.
        precision: How exactly; the purpose may hold it back.
        after: The `next` of the page before; "" for the first.
    """

    begin_ms: int
    end_ms: int
    person_id: PersonId | None = None
    device_id: DeviceId | None = None
    precision: Precision = Precision.COARSE
    purpose: Purpose = Purpose.OWNER_VIEW
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """One page of where somebody was.

    Attributes:
        precision: How exactly it is told.
        unread: How many artefacts hold nothing that can be read as a place.
        closed: How many they may know of and not open.
        next: "" on the last page.
    """

    spells: tuple[Spell, ...]
    precision: Precision
    unread: int
    closed: int
    next: str


@dataclass(frozen=True, slots=True)
class Wheres:
    """Tells where somebody was."""

    timeline: Timeline
    looking: Looking

    def tell(self, principal: Principal, account_id: AccountId, where: Where) -> Whereabouts:
        """One page, oldest first. What may not be opened, or is forgotten, is left out.

        Raises:
            DeniedError: The session is too old to be told anything.
            InputError: The times are none, or further apart than a month.
            UnknownError: No such household, person or device, or none they may know of.
        """
        if not Knowing(self.timeline.ground).belongs(principal, account_id):
            raise no_household()  # before anything is said about what was asked
        if not 0 <= where.begin_ms < where.end_ms:
            raise InputError("That stretch of time ends before it begins.")
        if where.end_ms - where.begin_ms > LONGEST_MS:
            raise InputError("Places are told for a month at most.", hint="Ask for fewer days.")
        query = Query(
            kind=Kind.LOCATION,
            from_ms=where.begin_ms,
            to_ms=where.end_ms - 1,
            limit=_AT_ONCE,
            after=where.after,
        )
        found: list[Found] = []
        unread = closed = 0
        while True:
            page = self.timeline.list(
                principal,
                account_id,
                query,
                person_id=where.person_id,
                device_id=where.device_id,
            )
            held = _locations(page.recordings)
            opened = self._open(principal, account_id, list(held), where.purpose)
            for artefact_id, body in opened.items():
                fixes = _read(body)
                unread += not fixes
                whose = held[artefact_id].person_id, held[artefact_id].device_id
                found += [(*whose, each) for each in fixes if _is_within(each, where)]
            closed += len(held) - len(opened)
            if not page.next or len(found) >= _MOST_POINTS:
                break
            query = replace(query, after=page.next)
        precision = held_to(where.purpose, where.precision)
        return Whereabouts(
            spells=spells(found, precision),
            precision=precision,
            unread=unread,
            closed=closed,
            next=page.next,
        )

    def _open(
        self,
        principal: Principal,
        account_id: AccountId,
        ids: Sequence[ArtefactId],
        purpose: Purpose,
    ) -> dict[ArtefactId, bytes]:
        found: dict[ArtefactId, bytes] = {}
        for at in range(0, len(ids), _AT_ONCE):
            some = ids[at : at + _AT_ONCE]
            found |= self.looking.open(principal, account_id, some, purpose=purpose)
        return found


def _locations(recordings: Iterable[Recording]) -> dict[ArtefactId, Recording]:
    """Each location artefact once, and a recording that it is of."""
    found: dict[ArtefactId, Recording] = {}
    for recording in recordings:
        for each in recording.artefacts:
            if each.kind is Kind.LOCATION:
                found.setdefault(each.id, recording)
    return found


def _read(body: bytes) -> tuple[Fix, ...]:
    """What an artefact says; nothing where it cannot be read: some are older than the check."""
    try:
        return parse_fixes(body)
    except InputError:
        return ()


def _is_within(fix: Fix, where: Where) -> bool:
    return where.begin_ms <= fix.at_ms < where.end_ms
