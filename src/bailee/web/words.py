"""What pages say, in the reader's language: catalogues in gettext's form, one file a language.

English stands in the pages themselves. `catalogue/de.po` and its like are read as they are, so that
a translator needs a text editor and nothing else; `python -m tools.words` keeps them complete.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from bailee.clock import to_datetime

ENGLISH = "en"
_LOCALES = {"en": "en_GB"}
"""Days before months, and a day of twenty-four hours."""


def _(text: str) -> str:
    """A text, marked for the catalogue."""
    return text


_WEEKDAY, _SHORT, _EXACT = _("EEEE, d MMMM"), _("d MMM"), _("d MMM y, HH:mm:ss")
"""Patterns of days (Unicode TR 35), which each language has its own of."""


@cache
def languages() -> tuple[str, ...]:
    """Every language there are words in, English first."""
    folder = files("bailee.web") / "catalogue"
    others = sorted(
        each.name.removesuffix(".po") for each in folder.iterdir() if each.name.endswith(".po")
    )
    return (ENGLISH, *others)


@cache
def words_in(language: str) -> "Words":
    """The words of *language* (a BCP 47 tag); English where there are none in it."""
    known = language.split("-", maxsplit=1)[0].lower()
    return Words(known if known in languages() else ENGLISH)


def choose(accepted: str) -> str:
    """The first of an `Accept-Language` header (untrusted) that there are words in."""
    ranked: list[tuple[float, str]] = []
    for part in accepted[:200].split(","):
        tag, _, quality = part.partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        ranked.append((-weight, tag.strip().split("-")[0].lower()))
    return next((tag for _, tag in sorted(ranked) if tag in languages()), ENGLISH)


class Words:
    """One language: its texts, dates, numbers and lists."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.locale = Locale.parse(_LOCALES.get(language, language))
        self.direction = self.locale.text_direction
        self._read = _read(language)

    # -- texts ------------------------------------------------------------------------------

    def gettext(self, message: str) -> str:
        """*message* in this language; itself where it has no words yet."""
        return self._read.gettext(message) if message else ""

    def ngettext(self, one: str, many: str, n: int) -> str:
        """The form for *n* things."""
        return self._read.ngettext(one, many, n)

    # -- times, in the reader's zone --------------------------------------------------------

    def when(self, at_ms: int, zone: ZoneInfo) -> str:
        """Such as “12 Dec 2026, 07:12”."""
        return f"{self.day(self.date_of(at_ms, zone))}, {self.clock(at_ms, zone)}"

    def day(self, day: date) -> str:
        """Such as “12 Dec 2026”."""
        return format_date(day, "medium", locale=self.locale)

    def weekday(self, day: date) -> str:
        """Such as “Saturday, 12 December”."""
        return format_date(day, self.gettext(_WEEKDAY), locale=self.locale)

    def short_day(self, day: date) -> str:
        """Such as “12 Dec”."""
        return format_date(day, self.gettext(_SHORT), locale=self.locale)

    def clock(self, at_ms: int, zone: ZoneInfo) -> str:
        """Such as “07:12”."""
        local = to_datetime(at_ms).astimezone(zone)
        return format_time(time(local.hour, local.minute), "HH:mm", locale=self.locale)

    def exact(self, at_ms: int, zone: ZoneInfo) -> str:
        """To the second and with its zone, as receipts have it."""
        local = to_datetime(at_ms).astimezone(zone)
        said = format_datetime(local.replace(tzinfo=None), self.gettext(_EXACT), locale=self.locale)
        return f"{said} {local.tzname()}"

    @staticmethod
    def date_of(at_ms: int, zone: ZoneInfo) -> date:
        """On which day it is, where the reader is."""
        return to_datetime(at_ms).astimezone(zone).date()

    @staticmethod
    def iso(at_ms: int) -> str:
        """For the `datetime` of a `time` element."""
        return to_datetime(at_ms).isoformat(timespec="seconds")

    @staticmethod
    def midnight_ms(day: date, zone: ZoneInfo) -> int:
        """When *day* begins, where the reader is."""
        return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000)

    # -- numbers and lists ------------------------------------------------------------------

    def number(self, value: float) -> str:
        """With this language's separators."""
        return str(format_decimal(value, locale=self.locale))

    def listed(self, items: Sequence[str]) -> str:
        """Such as “a, b and c”."""
        return format_list(list(items), locale=self.locale)

    def size(self, size_bytes: int) -> str:
        """Such as “1.2 MB”; decimal, as people count."""
        if size_bytes < 1000:
            return f"{size_bytes} B"
        value, unit = size_bytes / 1000, 0
        units = ("kB", "MB", "GB", "TB")
        while value >= 1000 and unit < len(units) - 1:
            value, unit = value / 1000, unit + 1
        return f"{format_decimal(round(value, 1), locale=self.locale)} {units[unit]}"

    def duration(self, length_ms: int) -> str:
        """Such as “0:07” or “1:02:03”."""
        seconds = round(length_ms / 1000)
        hours, rest = divmod(seconds, 3600)
        minutes, left = divmod(rest, 60)
        return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def _read(language: str) -> NullTranslations:
    path = files("bailee.web") / "catalogue" / f"{language}.po"
    if not path.is_file():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
