"""What is said for the ear: numbers, lists, times and days, in both languages."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.words import BERLIN, moment, reader
from bailee.assistant.answers import ANSWER_VALUES, SAID_VALUES, Answer
from bailee.assistant.command import Extent
from bailee.assistant.dates import Refused, resolve
from bailee.assistant.phrases import languages, load_phrases
from bailee.assistant.saying import Saying
from bailee.assistant.when import Ago, Days, Hours
from bailee.types.span import Span

NOW = "2026-11-22T19:10"
SAYING = {language: Saying(load_phrases(language)) for language in sorted(languages())}
EN, DE = SAYING["en"], SAYING["de"]

TIMES = {
    "00:00": ("twelve o'clock", "zwölf Uhr"),
    "01:00": ("one o'clock", "ein Uhr"),
    "07:10": ("ten past seven", "zehn nach sieben"),
    "07:36": ("24 minutes to eight", "24 Minuten vor acht"),
    "07:01": ("one minute past seven", "eine Minute nach sieben"),
    "13:15": ("a quarter past one", "Viertel nach eins"),
    "12:30": ("half past twelve", "halb eins"),
    "19:30": ("half past seven", "halb acht"),
    "19:45": ("a quarter to eight", "Viertel vor acht"),
    "23:59": ("one minute to twelve", "eine Minute vor zwölf"),
    "12:31": ("29 minutes to one", "29 Minuten vor eins"),
}


@pytest.mark.parametrize("time", TIMES)
def test_the_time_by_the_hands_of_a_clock(time: str) -> None:
    at_ms = moment(f"2026-11-22T{time}")
    assert (EN.time(at_ms, BERLIN), DE.time(at_ms, BERLIN)) == TIMES[time]


def test_the_time_is_that_of_the_zone() -> None:
    at_ms = moment("2026-11-22T12:00")
    assert EN.time(at_ms, ZoneInfo("Asia/Kolkata")) == "half past four"


SPANS = {
    "today": ("today", "heute"),
    "yesterday": ("yesterday", "gestern"),
    "on Monday": (
        "on Monday, the sixteenth of November",
        "am Montag, dem sechzehnten November",
    ),
    "on December 24": (
        "on Wednesday, the twenty-fourth of December 2025",
        "am Mittwoch, dem vierundzwanzigsten Dezember 2025,",
    ),
    "from March 3 to March 10": (
        "from the third to the tenth of March",
        "vom dritten bis zum zehnten März",
    ),
    "from March 30 to April 2": (
        "from the thirtieth of March to the second of April",
        "vom dreißigsten März bis zum zweiten April",
    ),
    "from December 28 to January 3": (
        "from the twenty-eighth of December 2025 to the third of January 2026",
        "vom achtundzwanzigsten Dezember 2025 bis zum dritten Januar 2026",
    ),
    "between four and five p.m.": (
        "today from four o'clock to five o'clock in the afternoon",
        "heute von vier Uhr bis fünf Uhr am Nachmittag",
    ),
    "this morning": ("today from midnight to noon", "heute von Mitternacht bis Mittag"),
    "in the last hour": (
        "today from ten past six in the evening to now",
        "heute von zehn nach sechs am Abend bis jetzt",
    ),
    "between eleven p.m. and one a.m.": (
        "from eleven o'clock in the evening yesterday to one o'clock at night today",
        "von gestern elf Uhr am Abend bis heute ein Uhr in der Nacht",
    ),
}


@pytest.mark.parametrize("said", SPANS)
def test_when_it_was(said: str) -> None:
    command = reader().read(f"delete everything I said {said}")
    assert command is not None
    assert command.scope is not None
    assert not isinstance(command.scope.when, Extent)
    now_ms = moment(NOW)
    span = resolve(command.scope.when, now_ms, BERLIN)
    assert isinstance(span, Span)
    assert (EN.span(span, now_ms, BERLIN), DE.span(span, now_ms, BERLIN)) == SPANS[said]


WHATS = {
    "delete what I just said": "what you just said",
    "delete everything I said today": "what you said today",
    "delete everything I have ever said": "what you said at any time",
    "delete everything I said on this device today": "what you said here today",
    "delete everything Leo said yesterday": "what Leo said yesterday",
    "delete everything Leo said in the kitchen today": "what Leo said at Kitchen speaker today",
    "delete everything from the kitchen": "what was said at Kitchen speaker at any time",
}


@pytest.mark.parametrize("said", WHATS)
def test_what_is_meant(said: str) -> None:
    command = reader().read(said)
    assert command is not None
    scope = command.scope
    assert scope is not None
    span = None if isinstance(scope.when, Extent) else resolve(scope.when, moment(NOW), BERLIN)
    assert not isinstance(span, Refused)
    names = {"person": "Leo", "device": "Kitchen speaker"}
    assert EN.what(scope, span, moment(NOW), BERLIN, **names) == WHATS[said]


NO_TIMES = {
    "on February 30": "the thirtieth of February",
    "on March 3 2027": "the third of March 2027",
    "in March 2027": "March 2027",
    "tomorrow": "tomorrow",
    "from March 10 to March 3": "from the tenth of March to the third of March",
    "from today to yesterday": "from today to yesterday",
    "between five p.m. and four p.m.": (
        "from five o'clock in the afternoon to four o'clock in the afternoon"
    ),
    "tomorrow between four and five p.m.": (
        "tomorrow from four o'clock in the afternoon to five o'clock in the afternoon"
    ),
}


@pytest.mark.parametrize("said", NO_TIMES)
def test_what_was_understood_of_a_time_that_is_none(said: str) -> None:
    command = reader().read(f"delete everything I said {said}")
    assert command is not None
    assert command.scope is not None
    assert not isinstance(command.scope.when, Extent)
    refused = resolve(command.scope.when, moment(NOW), BERLIN)
    assert isinstance(refused, Refused)
    assert EN.when(refused.when) == NO_TIMES[said]


def test_counts_have_their_own_forms() -> None:
    assert EN.say(Answer.HOLDING, count=1) == "Of you I hold one recording."
    assert EN.say(Answer.HOLDING, count=2) == "Of you I hold two recordings."
    assert EN.say(Answer.HOLDING, count=0) == "Of you I hold zero recordings."
    assert EN.say(Answer.HOLDING, count=30_000) == "Of you I hold 30000 recordings."
    assert DE.say(Answer.HOLDING, count=1) == "Von dir habe ich eine Aufnahme."
    assert DE.say(Answer.HOLDING, count=12) == "Von dir habe ich zwölf Aufnahmen."


def test_lists_are_spoken() -> None:
    assert EN.listed([]) == ""
    assert EN.listed(["Ana"]) == "Ana"
    assert EN.listed(["Ana", "Leo"]) == "Ana and Leo"
    assert EN.listed(["Ana", "Leo", "Mia", "Max"]) == "Ana, Leo, Mia and Max"
    assert DE.listed(["Ana", "Leo", "Mia"]) == "Ana, Leo und Mia"


@pytest.mark.parametrize("language", SAYING)
@pytest.mark.parametrize("count", [0, 1, 2, 100])
def test_every_answer_can_be_said_with_its_values(language: str, count: int) -> None:
    for answer, names in ANSWER_VALUES.items():
        values = {name: count if name in {"count", "days"} else "x{y}" for name in names}
        said = SAYING[language].say(Answer(answer), **values)
        assert said
        assert "{" not in said.lower().replace("x{y}", "")
    for name, names in SAID_VALUES.items():
        assert SAYING[language].said(name, **dict.fromkeys(names, "x"))


moments = st.integers(moment("2024-01-01"), moment("2031-01-01"))


@given(moments, moments, moments, st.sampled_from(["en", "de"]))
def test_every_stretch_can_be_said(a: int, b: int, c: int, language: str) -> None:
    begin_ms, end_ms, now_ms = sorted((a, b, c))
    span = Span(begin_ms=begin_ms, end_ms=end_ms)
    assert SAYING[language].span(span, now_ms, BERLIN)


@given(
    st.integers(-1, 60), st.integers(0, 1439), st.integers(1, 1440), st.sampled_from(["en", "de"])
)
def test_every_time_that_is_none_can_be_said(
    ago: int, begin: int, length: int, language: str
) -> None:
    day = Ago(days=ago)
    hours = Hours(day=day, begin_min=begin, length_min=length, is_sure=True)
    assert SAYING[language].when(hours)
    assert SAYING[language].when(Days(first=day, last=Ago(days=0)))
