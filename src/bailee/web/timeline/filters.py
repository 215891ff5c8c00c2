"""What a page of the timeline is asked to show: its address, read once and written again.

Everything is in the address, so that a page can be kept, sent to oneself, and had without scripts.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from bailee.clock import to_datetime, to_ms
from bailee.errors import InputError
from bailee.household.calendar import begin_of, day_of_ms
from bailee.types.ids import DeviceId, PersonId, parse_id
from bailee.types.kind import Kind
from bailee.types.query import Query

T = TypeVar("T")
_LONGEST_WORDS = 200
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which recordings; what is None or "" narrows nothing.

    Attributes:
        day: As the reader's own calendar has it; None for the newest with something on it.
        begin: Of the stretch of each day, where the reader is.
        end: The same; what begins at it is not in it.
        words: Looked for in transcripts.
        at_ms: A moment to go to; milliseconds since the epoch, UTC.
    """

    person: PersonId | None = None
    device: DeviceId | None = None
    kind: Kind | None = None
    day: date | None = None
    begin: time | None = None
    end: time | None = None
    words: str = ""
    at_ms: int | None = None

    @classmethod
    def parse(cls, said: Callable[[str], str]) -> "Filters":
        """*said* gives the untrusted value of a name, "" where it is missing.

        Raises:
            InputError: One of them is none.
        """
        return cls(
            person=_some(said("person"), lambda text: PersonId(parse_id(text, "per"))),
            device=_some(said("device"), lambda text: DeviceId(parse_id(text, "dev"))),
            kind=_some(said("kind"), _kind),
            day=_some(said("day"), _day),
            begin=_some(said("from"), _time),
            end=_some(said("to"), _time),
            words=_words(said("q")),
            at_ms=_some(said("at"), _moment),
        )

    @property
    def narrow(self) -> bool:
        """Whether something is left out but by the day."""
        return any((self.person, self.device, self.kind, self.begin, self.end, self.words))

    def query(self, **more: Any) -> Query:
        """In the words of lists, newest first; the person and the device go beside it."""
        return replace(Query(kind=self.kind, newest_first=True), **more)

    def span(self, day: date, zone: ZoneInfo) -> tuple[int, int]:
        """The first and the last millisecond of what is shown of *day*.

        Raises:
            InputError: The stretch ends before it begins.
        """
        begin = begin_of(day, zone) if self.begin is None else _local(day, self.begin, zone)
        until = begin_of(day + _A_DAY, zone) if self.end is None else _local(day, self.end, zone)
        if until <= begin:
            raise InputError("The time ends before it begins.", hint="Swap the two.")
        return begin, until - 1

    def address(self, **changes: Any) -> str:
        """The address of the same with *changes*."""
        said = urlencode(replace(self, **changes).said())
        return f"/?{said}" if said else "/"

    def said(self) -> dict[str, str]:
        """The names and values of an address."""
        found = {
            "person": self.person,
            "device": self.device,
            "kind": self.kind,
            "day": self.day and self.day.isoformat(),
            "from": self.begin and f"{self.begin:%H:%M}",
            "to": self.end and f"{self.end:%H:%M}",
            "q": self.words,
            "at": None if self.at_ms is None else moment(self.at_ms),
        }
        return {name: str(value) for name, value in found.items() if value}

    def plain(self) -> str:
        """The address of the same day with everything on it."""
        return Filters(day=self.day, at_ms=self.at_ms).address()

    def same(self) -> dict[str, str]:
        """Of those, whose, by what and of which kind: what stays from day to day."""
        return {
            name: value
            for name, value in self.said().items()
            if name in {"person", "device", "kind"}
        }

    def forgetting(self, begin_ms: int, end_ms: int, zone: ZoneInfo) -> str:
        """Where what is shown between two moments can be forgotten."""
        ends = {"from": _in(zone, begin_ms), "to": _in(zone, end_ms)}
        return f"/forget?{urlencode({**self.same(), **ends})}"


def moment(at_ms: int) -> str:
    """A moment as an address has it: RFC 3339, UTC, to the millisecond."""
    return f"{to_datetime(at_ms):%Y-%m-%dT%H:%M:%S}.{at_ms % 1000:03}Z"


def day_of(at_ms: int, zone: ZoneInfo) -> date:
    """On which day a moment is, where the reader is."""
    return day_of_ms(at_ms, zone)


def _in(zone: ZoneInfo, at_ms: int) -> str:
    return to_datetime(at_ms).astimezone(zone).isoformat(timespec="milliseconds")


def _some(text: str, read: Callable[[str], T]) -> T | None:
    return read(text) if text else None


def _kind(text: str) -> Kind:
    try:
        return Kind(text)
    except ValueError:
        raise InputError("There is no such kind of recording.") from None


def _day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise InputError("That is no day.", hint="Write it as 2026-12-24.") from None
    if not 1970 < found.year < 9999:
        raise InputError("That day is too far away.")
    return found


def _time(text: str) -> time:
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a time of any day
    except ValueError:
        raise InputError("That is no time of day.", hint="Write it as 07:30.") from None


def _moment(text: str) -> int:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise InputError("That is no moment.", hint="Write it as 2026-12-24T07:30:00Z.") from None
    if found.tzinfo is None or not 1970 < found.year < 9999:
        raise InputError("That moment does not say its zone, or is too far away.")
    return to_ms(found)


def _words(text: str) -> str:
    found = " ".join(text.split())
    if len(found) > _LONGEST_WORDS:
        raise InputError(f"{_LONGEST_WORDS} letters are enough to look for.")
    return found


def _local(day: date, at: time, zone: ZoneInfo) -> int:
    return to_ms(datetime.combine(day, at, zone))
