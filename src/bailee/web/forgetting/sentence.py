"""The sentence: what somebody picks to be forgotten, as an address or a form says it.

    Forget **everything** of **Leo** on the **kitchen speaker** **yesterday**.

Untrusted. Days are the reader's; a press sends the exact moments that were counted, so that what
goes is what was shown.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from bailee.api.bodies import parse_when, tell_moment
from bailee.api.choices import MOST_RECORDINGS
from bailee.clock import to_datetime, to_ms
from bailee.errors import InputError
from bailee.types.choice import Choice
from bailee.types.ids import DeviceId, PersonId, RecordingId, parse_id
from bailee.types.kind import Kind

JUST_NOW_MS = 600_000
_LONGEST_TIME = 40
_NO_TIMES_MS = 253_402_300_800_000
"""The year 10000."""


def _(text: str) -> str:
    """A text, marked for the catalogue."""
    return text


class When(StrEnum):
    """The words for a time; `RANGE` has its own moments."""

    JUST_NOW = "just-now"
    """The last ten minutes."""
    TODAY = "today"
    YESTERDAY = "yesterday"
    LAST_7_DAYS = "last-7-days"
    """Today and the six days before."""
    RANGE = "range"
    EVER = "ever"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """What was picked.

    Attributes:
        recordings: These alone; excludes every other part but `kind`.
        when: The word that was picked.
        begin_ms: First millisecond, inclusive; None for the beginning.
        end_ms: Last millisecond, inclusive; None for now.
        chosen: Whether anything was picked at all: else nobody has asked for anything yet.
        wrong: What is wrong with its times, in plain words; "" where nothing is.
    """

    recordings: tuple[RecordingId, ...] = ()
    person: PersonId | None = None
    device: DeviceId | None = None
    kind: Kind | None = None
    when: When = When.YESTERDAY
    begin_ms: int | None = None
    end_ms: int | None = None
    chosen: bool = False
    wrong: str = ""

    @classmethod
    def parse(cls, asked: Mapping[str, Sequence[str]], zone: ZoneInfo, now_ms: int) -> "Sentence":
        """What *asked*, a query or a form, picks.

        Raises:
            InputError: It names something that no id or kind is, or too many recordings.
        """
        one = {name: values[0].strip() for name, values in asked.items() if values}
        recordings = _recordings(asked.get("recording", ()))
        person, device, kind = one.get("person"), one.get("device"), one.get("kind")
        picked = cls(
            recordings=recordings,
            person=PersonId(parse_id(person, "per")) if person else None,
            device=DeviceId(parse_id(device, "dev")) if device else None,
            kind=_kind(kind) if kind else None,
            when=When.EVER if recordings else _when(one),
            chosen=any(name in one for name in (*_PARTS, "recording")),
        )
        if recordings:
            return replace(picked, person=None, device=None)
        try:
            begin_ms, end_ms = _span(picked.when, one, zone, now_ms)
        except ValueError as error:
            return replace(picked, wrong=str(error))
        return replace(picked, begin_ms=begin_ms, end_ms=end_ms)

    @property
    def is_whole(self) -> bool:
        """Whether a person, a device or the household goes, name and all."""
        narrowed = self.recordings or self.kind or self.when is not When.EVER
        return not (narrowed or (self.person and self.device))

    @property
    def is_everything(self) -> bool:
        """Whether the household goes."""
        return self.is_whole and not (self.person or self.device)

    def choice(self) -> Choice:
        """As the household takes it."""
        return Choice(
            recordings=self.recordings,
            person_id=self.person,
            device_id=self.device,
            kind=self.kind,
            from_ms=self.begin_ms,
            to_ms=self.end_ms,
            everything=self.is_everything,
        )

    def counting(self, now_ms: int) -> Choice:
        """The same recordings as `choice`, to be counted: of what is whole, its whole past.

        A whole goes with its name and asks for a second factor; looking at how much it is does not.
        """
        found = self.choice()
        if not self.is_whole:
            return found
        return replace(found, from_ms=0, to_ms=now_ms, everything=False)

    # -- as it is sent on -----------------------------------------------------------------------

    def fields(self) -> list[tuple[str, str]]:
        """What a form sends for exactly this: moments, not words for them."""
        moments = self.when is not When.EVER
        return [
            *(("recording", each) for each in self.recordings),
            *_given("person", self.person),
            *_given("device", self.device),
            *_given("kind", self.kind),
            *([] if self.recordings else [("when", When.RANGE if moments else When.EVER)]),
            *_given("from", None if self.begin_ms is None else tell_moment(self.begin_ms)),
            *_given("to", None if self.end_ms is None else tell_moment(self.end_ms)),
        ]

    def href(self, path: str = "/forget") -> str:
        """Its own address."""
        return f"{path}?{urlencode(self.fields())}"

    def local_begin(self, zone: ZoneInfo) -> str:
        """For an `input` of a local time; "" where there is none."""
        return "" if self.begin_ms is None else _local(self.begin_ms - self.begin_ms % 1000, zone)

    def local_end(self, zone: ZoneInfo) -> str:
        """The same; what such an input says is itself left out."""
        return "" if self.end_ms is None else _local(-(-(self.end_ms + 1) // 1000) * 1000, zone)


_PARTS = ("person", "device", "kind", "when", "from", "to", "everything")


def _recordings(ids: Sequence[str]) -> tuple[RecordingId, ...]:
    if len(ids) > MOST_RECORDINGS:
        raise InputError(f"At most {MOST_RECORDINGS} recordings can be picked at once.")
    return tuple(dict.fromkeys(RecordingId(parse_id(each.strip(), "rec")) for each in ids))


def _kind(text: str) -> Kind:
    if text not in set(Kind) - {Kind.LABEL}:
        raise InputError("There is no such kind of thing to pick.")
    return Kind(text)


def _when(one: Mapping[str, str]) -> When:
    said = one.get("when", "")
    if said in set(When):
        return When(said)
    if said:
        raise InputError("There is no such word for a time.")
    if one.get("from") or one.get("to"):
        return When.RANGE
    return When.EVER if one.get("everything") else When.YESTERDAY


def _span(
    when: When, one: Mapping[str, str], zone: ZoneInfo, now_ms: int
) -> tuple[int | None, int | None]:
    """Raises `ValueError`, in words for people, where a range is none."""
    today = to_datetime(now_ms).astimezone(zone).date()
    match when:
        case When.JUST_NOW:
            return now_ms - JUST_NOW_MS, now_ms
        case When.TODAY:
            return _midnight(today, zone), now_ms
        case When.YESTERDAY:
            return _midnight(today - timedelta(days=1), zone), _midnight(today, zone) - 1
        case When.LAST_7_DAYS:
            return _midnight(today - timedelta(days=6), zone), now_ms
        case When.EVER:
            return None, None
        case When.RANGE:
            return _range(one.get("from", ""), one.get("to", ""), zone, now_ms)


def _range(begin: str, end: str, zone: ZoneInfo, now_ms: int) -> tuple[int | None, int | None]:
    begin_ms = _moment(begin, zone) if begin else None
    end_ms = None
    if end:
        # A local time ends just before itself: “from 4 to 5” leaves out what begins at 5.
        end_ms = _moment(end, zone, later=True) - (1 if _is_local(end) else 0)
    if begin_ms is None and end_ms is None:
        raise ValueError(_("Say from when, or until when."))
    if begin_ms is not None and end_ms is not None and begin_ms > end_ms:
        raise ValueError(_("It ends before it begins."))
    if begin_ms is not None and begin_ms > now_ms:
        raise ValueError(_("It begins in the future: nothing is kept of that."))
    return begin_ms, min(now_ms, now_ms if end_ms is None else end_ms)


def _moment(text: str, zone: ZoneInfo, *, later: bool = False) -> int:
    """Of a local time that comes twice, as clocks go back: the earlier, or the *later*."""
    at_ms = -1
    with suppress(ValueError, OverflowError):
        if not _is_local(text):
            at_ms = parse_when(text)
        elif len(text) <= _LONGEST_TIME:
            at_ms = to_ms(datetime.fromisoformat(text).replace(tzinfo=zone, fold=int(later)))
    if not 0 <= at_ms < _NO_TIMES_MS:
        raise ValueError(_("That is no time; write it like 2026-11-21T07:12."))
    return at_ms


def _is_local(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is None
    except ValueError:
        return True


def _midnight(day: date, zone: ZoneInfo) -> int:
    return to_ms(datetime(day.year, day.month, day.day, tzinfo=zone))


def _local(at_ms: int, zone: ZoneInfo) -> str:
    local = to_datetime(at_ms).astimezone(zone)
    return f"{local:%Y-%m-%dT%H:%M:%S}" if local.second else f"{local:%Y-%m-%dT%H:%M}"


def _given(name: str, value: str | None) -> list[tuple[str, str]]:
    return [] if value is None else [(name, str(value))]
