"""Single values of an address that asks for places: each read, or refused in words."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from bailee.api.bodies import parse_when
from bailee.clock import to_datetime, to_ms
from bailee.errors import InputError
from bailee.types.place import Precision

_WHOLE = re.compile(r"-?[0-9]{1,3}")
_CURSOR = re.compile(r"[0-9a-z._]{0,64}")


def ms_of(day: date, at: time | None, zone: ZoneInfo) -> int:
    try:
        return max(0, to_ms(datetime.combine(day, at or time(), tzinfo=zone)))
    except (OverflowError, ValueError) as error:
        raise InputError("That day is beyond any calendar.") from error


def day_of(text: str) -> date | None:
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise InputError("That is no day.", hint="Write it like 2026-11-21.") from None
    return _some_day(found)


def _some_day(day: date) -> date:
    """One that has days before and after it."""
    if not 1970 < day.year < 9999:
        raise InputError("That day is beyond any calendar.")
    return day


def at_of(text: str, zone: ZoneInfo) -> date | None:
    """The day of a moment, in RFC 3339: other pages link here by it."""
    if not text:
        return None
    try:
        at_ms = parse_when(text)
        return _some_day(to_datetime(at_ms).astimezone(zone).date())
    except (OverflowError, ValueError) as error:
        raise InputError("That is no moment.") from error


def time_of(text: str) -> time | None:
    if not text:
        return None
    try:
        found = time.fromisoformat(text)
    except ValueError:
        raise InputError("That is no time of day.", hint="Write it like 16:00.") from None
    return found.replace(tzinfo=None)


def precision_of(text: str) -> Precision:
    if text and text not in set(Precision):
        raise InputError("Places are told coarse, fine or exact.")
    return Precision(text or Precision.COARSE)


def cursor_of(text: str) -> str:
    if not _CURSOR.fullmatch(text):
        raise InputError("That is no place in the list.")
    return text


def whole_of(asked: Mapping[str, str], name: str, most: int) -> int:
    text = asked.get(name, "")
    if not text:
        return 0
    if not _WHOLE.fullmatch(text):
        raise InputError("The map cannot be moved like that.")
    return max(-most, min(most, int(text)))
