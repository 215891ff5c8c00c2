"""Every sentence that the assistant says, by name, with the values it is given.

Their words are in the phrase files, one for each language, under ``[answers]``.
"""

from enum import StrEnum


class Answer(StrEnum):
    """What there is to say."""

    FORGOT_JUST = "forgot-just"
    FORGOT = "forgot"
    FORGOT_HELD = "forgot-held"
    NOTHING_JUST = "nothing-just"
    NOTHING = "nothing"
    ASK_WIDE = "ask-wide"
    ASK_UNSURE = "ask-unsure"
    ASK_HALF = "ask-half"
    ASK_STOP = "ask-stop"
    STOP_ON_PAGE = "stop-on-page"
    DECLINED = "declined"
    EXPIRED = "expired"
    NO_QUESTION = "no-question"
    NO_SUCH_TIME = "no-such-time"
    FUTURE = "future"
    BACKWARDS = "backwards"
    TWO_NAMES = "two-names"
    TWO_MEANINGS = "two-meanings"
    DENIED = "denied"
    FAILED = "failed"
    HEARD = "heard"
    HEARD_NOTHING = "heard-nothing"
    KEEP_BOTH = "keep-both"
    KEEP_AUDIO = "keep-audio"
    KEEP_WORDS = "keep-words"
    KEEP_EACH = "keep-each"
    KEEP_NOTHING = "keep-nothing"
    HOLDING = "holding"
    LISTENED = "listened"
    LISTENED_NOBODY = "listened-nobody"
    STOPPED = "stopped"
    REMEMBERED = "remembered"
    NOT_REMEMBERED = "not-remembered"
    RECALL = "recall"
    RECALL_NOTHING = "recall-nothing"
    TIME = "time"
    HELP = "help"
    NOT_UNDERSTOOD = "not-understood"
    SILENCE = "silence"
    TOO_LONG = "too-long"
    HEARING_FAILED = "hearing-failed"
    NOT_ALLOWED = "not-allowed"
    NOBODY_ANSWERS = "nobody-answers"


ANSWER_VALUES: dict[str, frozenset[str]] = {
    **{answer: frozenset() for answer in Answer},
    Answer.FORGOT: frozenset({"count", "what"}),
    Answer.NOTHING: frozenset({"what"}),
    Answer.ASK_WIDE: frozenset({"count", "what"}),
    Answer.ASK_UNSURE: frozenset({"what"}),
    Answer.NO_SUCH_TIME: frozenset({"understood"}),
    Answer.FUTURE: frozenset({"understood"}),
    Answer.BACKWARDS: frozenset({"understood"}),
    Answer.TWO_NAMES: frozenset({"name"}),
    Answer.HEARD: frozenset({"words"}),
    Answer.KEEP_BOTH: frozenset({"days"}),
    Answer.KEEP_AUDIO: frozenset({"days"}),
    Answer.KEEP_WORDS: frozenset({"days"}),
    Answer.KEEP_EACH: frozenset({"audio", "words"}),
    Answer.HOLDING: frozenset({"count"}),
    Answer.LISTENED: frozenset({"names", "count"}),
    Answer.RECALL: frozenset({"facts"}),
    Answer.TIME: frozenset({"time"}),
}
"""What stands in the braces of each; `count` and `days` are numbers, and choose its plural."""

SAID_VALUES: dict[str, frozenset[str]] = {
    "pair": frozenset({"rest", "last"}),
    "comma": frozenset({"first", "rest"}),
    "today": frozenset(),
    "yesterday": frozenset(),
    "ever": frozenset(),
    "just_said": frozenset(),
    "day": frozenset({"weekday", "ordinal", "month"}),
    "day_year": frozenset({"weekday", "ordinal", "month", "year"}),
    "date": frozenset({"ordinal", "month"}),
    "date_year": frozenset({"ordinal", "month", "year"}),
    "days": frozenset({"first", "last"}),
    "days_of_month": frozenset({"first", "last", "month"}),
    "hours": frozenset({"day", "begin", "end"}),
    "hours_of_days": frozenset({"first", "begin", "last", "end"}),
    "morning": frozenset({"time"}),
    "afternoon": frozenset({"time"}),
    "evening": frozenset({"time"}),
    "night": frozenset({"time"}),
    "noon": frozenset(),
    "midnight": frozenset(),
    "now": frozenset(),
    "past": frozenset({"minutes", "hour"}),
    "to": frozenset({"minutes", "next"}),
    "minutes_past": frozenset({"count", "hour"}),
    "minutes_to": frozenset({"count", "next"}),
    "quarter_past": frozenset({"hour"}),
    "half_past": frozenset({"hour", "next"}),
    "quarter_to": frozenset({"next"}),
    "mine": frozenset({"when"}),
    "theirs": frozenset({"when", "person"}),
    "everybodys": frozenset({"when", "place"}),
    "mine_at": frozenset({"when", "place"}),
    "theirs_at": frozenset({"when", "place", "person"}),
    "here": frozenset(),
    "anywhere": frozenset(),
    "tomorrow": frozenset(),
    "days_ago": frozenset({"count"}),
    "of_month": frozenset({"ordinal"}),
    "month_year": frozenset({"month", "year"}),
    "from_to": frozenset({"begin", "end"}),
    "at": frozenset({"device"}),
    "duration": frozenset({"count"}),
    "moment": frozenset({"day", "time"}),
    "quote": frozenset({"words", "when"}),
    "more": frozenset({"count"}),
    "operator": frozenset(),
    "link": frozenset(),
    "gone": frozenset(),
}
"""What answers are put together from, under ``[said]``."""
