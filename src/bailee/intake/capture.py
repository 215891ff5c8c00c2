"""When was it captured, in the words of the file itself."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from bailee.clock import to_ms
from bailee.types.span import MAX_MS

_FULL = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d.*)?")
"""A date with a time of day: a date alone would have us invent the hour."""
_TAGS = ("com.apple.quicktime.creationdate", "creation_time", "date_utc", "date", "tdrc", "icrd")
"""Best first: Apple's keeps the place's offset; the last are ID3v2.4, Vorbis and RIFF INFO."""
_FIRST_DAY, _LAST_DAY = date(1970, 1, 1), date(9998, 12, 31)
"""Both left out: an unset clock runs on through its first day; the last has no tomorrow."""
_LONGEST, _MOST = 64, 64


def times_said(tags: Iterable[Mapping[str, str]]) -> tuple[str, ...]:
    """What *tags*, of a container and then of its streams, say of its time; best first.

    Untrusted, and not judged here: `first_moment` does that, where the local time is known.
    """
    said = []
    for each in tags:
        lower = {key.lower(): value for key, value in each.items()}
        said += [lower[tag] for tag in _TAGS if tag in lower]
        # A broadcast WAV says it in two halves: OriginationDate, OriginationTime (EBU Tech 3285).
        if "date" in lower and "creation_time" in lower:
            said.append(f"{lower['date']}T{lower['creation_time']}")
    return tuple(text for text in said if len(text) <= _LONGEST)[:_MOST]


def first_moment(said: Iterable[str]) -> int | None:
    """The first of *said* that is a moment, in milliseconds since the Unix epoch."""
    return next((at_ms for text in said if (at_ms := parse_moment(text)) is not None), None)


def parse_moment(text: str) -> int | None:
    """Milliseconds since the Unix epoch; None unless *text* is a full ISO 8601 date and time.

    A time without an offset is local time. A moment at or before the epoch means “not set”: a
    recorder without a clock writes 1970, or 1904 where QuickTime counts from.
    """
    text = text.strip()
    return as_moment(_parse(text)) if _FULL.fullmatch(text) else None


def as_moment(local_or_aware: datetime | None) -> int | None:
    """The same rule for a time already parsed."""
    if local_or_aware is None or not _FIRST_DAY < local_or_aware.date() < _LAST_DAY:
        return None
    return within(to_ms(local_or_aware.astimezone()))


def within(at_ms: int) -> int | None:
    """*at_ms* if it is after the epoch and a key tree can name it."""
    return at_ms if 0 < at_ms <= MAX_MS else None


def _parse(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
