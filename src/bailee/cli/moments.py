"""Times as people type them: in their own zone, unless they name another."""

import re
from datetime import date, datetime, timedelta

from bailee.cli.desk import Desk
from bailee.clock import to_datetime, to_ms
from bailee.errors import InputError
from bailee.types.span import MAX_MS

_AGO = re.compile(r"-?(\d{1,6})\s*(min|h|d|w)(\s+ago)?")
_UNITS = {"min": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_LAST = timedelta(milliseconds=1)


def begin(desk: Desk, text: str | None, option: str) -> int | None:
    """The first millisecond of what *text* names; a day begins at midnight, here.

    Raises:
        InputError: It names no moment that bailee knows.
    """
    return None if text is None else _bounded(_parse(desk, text, option)[0], text, option)


def end(desk: Desk, text: str | None, option: str) -> int | None:
    """The last millisecond of what *text* names. Raises as `begin` does."""
    return None if text is None else _bounded(_parse(desk, text, option)[1], text, option)


def _bounded(moment: datetime, text: str, option: str) -> int:
    at_ms = to_ms(moment)
    if not 0 <= at_ms <= MAX_MS:
        raise _no_moment(text, option)
    return at_ms


def _parse(desk: Desk, text: str, option: str) -> tuple[datetime, datetime]:
    word = text.strip().lower()
    now = to_datetime(desk.clock.now_ms()).astimezone()
    try:
        if word == "now":
            return now, now
        if word in {"today", "yesterday"}:
            return _day(now.date() - timedelta(days=word == "yesterday"))
        if ago := _AGO.fullmatch(word):
            at = now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
            return at, at
        if _DAY.fullmatch(word):
            return _day(date.fromisoformat(word))
        at = datetime.fromisoformat(text.strip().upper()).astimezone()
    except (ValueError, OverflowError) as error:
        raise _no_moment(text, option) from error
    return at, at


def _day(day: date) -> tuple[datetime, datetime]:
    """A local day: 23 or 25 hours long when the clocks change."""
    following = day + timedelta(days=1)
    first, after = (datetime(at.year, at.month, at.day).astimezone() for at in (day, following))
    return first, after - _LAST


def _no_moment(text: str, option: str) -> InputError:
    return InputError(
        f"{option} {text!r} is no time that bailee understands.",
        hint="Write 2026-11-20, 2026-11-20T18:30, today, yesterday, now, or 2h ago (min, h, d, w).",
    )
