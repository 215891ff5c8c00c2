"""Which rules a phrase file has, and which slots each may use.

A rule is a sort of phrase, `section.key`; its templates say the same in different words. What a
slot takes is a word of the vocabulary (`WORDS`), a name of the household, or another section.
"""

from collections.abc import Mapping

WORDS = frozenset({"number", "few", "minute", "ordinal", "weekday", "month", "year"})
"""Slots for words of the vocabulary; `few` is below ten, `minute` from ten on."""
NAMES = frozenset({"room", "person", "owner"})
"""Slots for names of the household; `owner` is a person's name with its possessive ending."""
REST = "rest"
"""The slot for everything up to the end, a word at least."""

_HOURS = frozenset({"time", "day", "near", "daypart"})
_DATE = frozenset({"ordinal", "number", "month", "year"})
_SCOPED = frozenset({"when", "place"})
_NONE: frozenset[str] = frozenset()

RULES: Mapping[str, Mapping[str, frozenset[str]]] = {
    "clock": {
        "hour": frozenset({"number"}),
        "hour_minute": frozenset({"number", "minute"}),
        "hour_and_few": frozenset({"number", "few"}),
        "past": frozenset({"number"}),
        "to": frozenset({"number"}),
        "quarter_past": frozenset({"number"}),
        "quarter_to": frozenset({"number"}),
        "half_past": frozenset({"number"}),
        "half_to": frozenset({"number"}),
    },
    "time": {
        "plain": frozenset({"clock"}),
        "am": frozenset({"clock"}),
        "pm": frozenset({"clock"}),
        "morning": frozenset({"clock"}),
        "afternoon": frozenset({"clock"}),
        "evening": frozenset({"clock"}),
        "night": frozenset({"clock"}),
        "noon": _NONE,
        "midnight": _NONE,
    },
    "near": {
        "today": _NONE,
        "yesterday": _NONE,
        "before_yesterday": _NONE,
        "tomorrow": _NONE,
        "weekday": frozenset({"weekday"}),
    },
    "date": {"date": _DATE},
    "day": {
        "near": frozenset({"near"}),
        "days_ago": frozenset({"number"}),
        "date": frozenset({"date"}),
        "of_month": frozenset({"ordinal"}),
    },
    "part": {"morning": _NONE, "afternoon": _NONE, "evening": _NONE, "night": _NONE},
    "daypart": {
        "today": frozenset({"part"}),
        "of_day": frozenset({"day", "near", "part"}),
        "tonight": _NONE,
        "last_night": _NONE,
    },
    "when": {
        "day": frozenset({"day", "near"}),
        "days": frozenset({"date", "near"}),
        "days_of_month": _DATE,
        "since_day": frozenset({"day"}),
        "this_week": _NONE,
        "last_week": _NONE,
        "this_month": _NONE,
        "last_month": _NONE,
        "month": frozenset({"month", "year"}),
        "last_minutes": frozenset({"number"}),
        "last_minute": _NONE,
        "last_half_hour": _NONE,
        "last_hours": frozenset({"number"}),
        "last_hour": _NONE,
        "last_days": frozenset({"number"}),
        "part": frozenset({"daypart"}),
        "hours": _HOURS,
        "since_time": _HOURS,
    },
    "place": {"here": _NONE, "room": frozenset({"room"})},
    "delete": {
        "just_said": _NONE,
        "mine": _SCOPED,
        "person": _SCOPED | {"person", "owner"},
        "everybody": _SCOPED,
    },
    "commands": {
        "what_heard": _SCOPED,
        "what_kept": _NONE,
        "who_listened": frozenset({"when"}),
        "stop_keeping": _NONE,
        "remember": frozenset({REST}),
        "recall": frozenset({REST}),
        "time": _NONE,
        "help": _NONE,
        "yes": _NONE,
        "no": _NONE,
        "morning": _NONE,
        "afternoon": _NONE,
    },
    "politeness": {"before": _NONE, "after": _NONE},
}

MAY_BE_EMPTY = frozenset(
    {
        ("clock", "hour_and_few"),
        ("clock", "half_past"),
        ("clock", "half_to"),
        ("time", "am"),
        ("time", "pm"),
        ("daypart", "tonight"),
    }
)
"""Rules that a language may do without."""
LISTS: Mapping[str, int] = {"numbers": 61, "ordinals": 31, "months": 12, "weekdays": 7}
"""How many words each list of the vocabulary has; numbers begin at nought."""
SPOKEN_LISTS: Mapping[str, int] = {"hours": 12, "full_hours": 12}
"""The same for what is said alone: twelve comes first, then one to eleven."""
