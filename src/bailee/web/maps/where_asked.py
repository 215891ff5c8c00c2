"""What somebody asks a map for, as its address says it. Untrusted; days and hours are the reader's.

Exact places are asked for each time: no link on from an exact map asks for another one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from bailee.clock import to_datetime
from bailee.errors import InputError
from bailee.household.whereabouts import Where
from bailee.types.ids import DeviceId, PersonId, parse_id
from bailee.types.place import Precision
from bailee.web.maps.sheet import View
from bailee.web.maps.where_read import (
    at_of,
    cursor_of,
    day_of,
    ms_of,
    precision_of,
    time_of,
    whole_of,
)

MOST_DAYS = 31
_MOST_ZOOM = 8
_MOST_STEPS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class WhereAsked:
    """A stretch of days, whose, and how exactly.

    Attributes:
        day: The first day.
        until: The last one.
        begin: An hour on the first day; None for its beginning.
        end: An hour on the last day, itself left out; None for its end.
        after: Where the page before ended.
        cell: What the reader wants to name; "" for nothing. Not judged yet.
    """

    day: date
    until: date
    begin: time | None = None
    end: time | None = None
    person_id: PersonId | None = None
    device_id: DeviceId | None = None
    precision: Precision = Precision.COARSE
    after: str = ""
    cell: str = ""
    view: View = field(default_factory=View)

    @classmethod
    def parse(cls, asked: Mapping[str, str], zone: ZoneInfo, today: date) -> "WhereAsked":
        """What *asked*, a query, says; today where it says nothing.

        Raises:
            InputError: It names a day, an hour or somebody that is none, or too many days.
        """
        day = day_of(asked.get("day", "")) or at_of(asked.get("at", ""), zone) or today
        until = day_of(asked.get("until", "")) or day
        if until < day:
            raise InputError("The last day is before the first one.")
        if (until - day).days >= MOST_DAYS:
            raise InputError(f"A map shows {MOST_DAYS} days at most.", hint="Ask for fewer days.")
        person, device = asked.get("person", ""), asked.get("device", "")
        return cls(
            day=day,
            until=until,
            begin=time_of(asked.get("begin", "")),
            end=time_of(asked.get("end", "")),
            person_id=PersonId(parse_id(person, "per")) if person else None,
            device_id=DeviceId(parse_id(device, "dev")) if device else None,
            precision=precision_of(asked.get("precision", "")),
            after=cursor_of(asked.get("after", "")),
            cell=asked.get("cell", "")[:15],
            view=View(
                zoom=whole_of(asked, "zoom", _MOST_ZOOM),
                east=whole_of(asked, "east", _MOST_STEPS),
                north=whole_of(asked, "north", _MOST_STEPS),
            ),
        )

    def where(self, zone: ZoneInfo) -> Where:
        """The same as a question. Raises `InputError` where it ends before it begins."""
        begin_ms, end_ms = self.times(zone)
        if end_ms <= begin_ms:
            raise InputError("That stretch of time ends before it begins.")
        return Where(
            begin_ms=begin_ms,
            end_ms=end_ms,
            person_id=self.person_id,
            device_id=self.device_id,
            precision=self.precision,
            after=self.after,
        )

    def times(self, zone: ZoneInfo) -> tuple[int, int]:
        """From when to when, the end left out."""
        last = self.until if self.end else self.until + timedelta(days=1)
        return ms_of(self.day, self.begin, zone), ms_of(last, self.end, zone)

    # -- links on -----------------------------------------------------------------------------

    @property
    def days(self) -> int:
        return (self.until - self.day).days + 1

    def href(self) -> str:
        """Its own address."""
        said = {
            "day": self.day.isoformat(),
            "until": self.until.isoformat() if self.until != self.day else "",
            "begin": f"{self.begin:%H:%M}" if self.begin else "",
            "end": f"{self.end:%H:%M}" if self.end else "",
            "person": self.person_id or "",
            "device": self.device_id or "",
            "precision": "" if self.precision == Precision.COARSE else self.precision,
            "after": self.after,
            "cell": self.cell,
            "zoom": str(self.view.zoom or ""),
            "east": str(self.view.east or ""),
            "north": str(self.view.north or ""),
        }
        return f"/location?{urlencode({name: each for name, each in said.items() if each})}"

    def moved(self, days: int) -> str:
        """As many days on, seen as a whole, and never exactly."""
        by = timedelta(days=days)
        return self._elsewhere(self.day + by, self.until + by).href()

    def on(self, day: date) -> str:
        """The same of one other day."""
        return self._elsewhere(day, day).href()

    def told(self, precision: Precision) -> str:
        """The same, told otherwise."""
        return replace(self, precision=precision, after="", cell="", view=View()).href()

    def onward(self, after: str) -> str:
        """The page that follows, told as this one: it is the same question."""
        return replace(self, after=after, cell="", view=View()).href()

    def naming(self, cell: str) -> str:
        """With a cell chosen, to name it."""
        return f"{replace(self, cell=cell).href()}#name"

    def unnamed(self) -> str:
        """With none chosen, and never exactly."""
        return replace(self, cell="", precision=_calm(self.precision)).href()

    def seen(self, view: View) -> str:
        """The same, the map moved."""
        return replace(self, view=view).href()

    def forget(self, zone: ZoneInfo) -> str:
        """To forgetting all of it."""
        begin_ms, end_ms = self.times(zone)
        return forget(begin_ms, end_ms - 1, self.person_id, self.device_id)

    def _elsewhere(self, day: date, until: date) -> "WhereAsked":
        return replace(
            self,
            day=day,
            until=until,
            precision=_calm(self.precision),
            after="",
            cell="",
            view=View(),
        )


def _calm(precision: Precision) -> Precision:
    return Precision.COARSE if precision is Precision.EXACT else precision


def forget(
    begin_ms: int, end_ms: int, person_id: PersonId | None, device_id: DeviceId | None
) -> str:
    """Where places of a stretch of time are forgotten; both ends are within it."""
    said = {
        "kind": "location",
        "person": person_id or "",
        "device": device_id or "",
        "when": "range",
        "from": to_datetime(begin_ms).isoformat(),
        "to": to_datetime(end_ms).isoformat(),
    }
    return f"/forget?{urlencode({name: each for name, each in said.items() if each})}"
