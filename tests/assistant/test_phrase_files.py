"""A phrase file with a fault is refused at the door, with the line; one without is a language."""

from importlib.resources import files
from pathlib import Path

import pytest

from assistant.words import delete
from bailee.assistant.answers import ANSWER_VALUES, SAID_VALUES, Answer
from bailee.assistant.command import Extent
from bailee.assistant.phrases import languages, load_phrases
from bailee.assistant.reading import Names, Reader
from bailee.errors import InputError

ENGLISH = (files("bailee.assistant.phrases") / "en.toml").read_text(encoding="utf-8")

FAULTS = {
    "no TOML": ("[macros]", "[macros", "is no phrase file"),
    "a section is missing": ("[place]", "[palace]", "the section [place] is missing"),
    "a rule is missing": ("just_said = [", "just_sad = [", "there is no rule “delete.just_sad”"),
    "a rule is empty": ('tomorrow = ["tomorrow"]', "tomorrow = []", "“tomorrow” is empty"),
    "a rule is a text": ('tomorrow = ["tomorrow"]', 'tomorrow = "tomorrow"', "list of texts"),
    "an unknown slot": ('"since {day}"', '"since {date_of_birth}"', "has no slot {date_of_birth}"),
    "a slot of another rule": ('"since {day}"', '"since {room}"', "has no slot {room}"),
    "an unknown macro": ('"(delete|erase) {when}"', '"{forgetting} {when}"', "no slot {forgetting}"),
    "a slot in a macro": ('last = "(last|past)"', 'last = "{when}"', "there is no {when}"),
    "an open parenthesis": ('"tomorrow"', '"(tomorrow"', "a “)” is missing"),
    "a stray parenthesis": ('"tomorrow"', '"tomorrow)"', "“)” is out of place"),
    "a stray bar": ('"tomorrow"', '"tomorrow|then"', "put alternatives in parentheses"),
    "an empty alternative": ('"tomorrow"', '"(tomorrow|)"', "something is empty"),
    "nothing need be said": ('"tomorrow"', '"[tomorrow]"', "it takes no word at all"),
    "a stray brace": ('"tomorrow"', '"{Tomorrow}x}"', "“}” is out of place"),
    "a template without end": ('"tomorrow"', '"tomorrow {}"'.format("x " * 600), "longer than"),
    "too many phrases": ('"tomorrow"', '"t {}"'.format("(a|b) " * 12), "more than 4000 phrases"),
    "two meanings": ('"help [me]"', '"what do you (store|keep)"', "is both “commands.what_kept” and"),
    "a list too short": ('"Monday", ', "", "“weekdays” has 6 words, not 7"),
    "a word for two": ('"June"', '"June|May"', "“May” stands for two things"),
    "an empty word": ('"June"', '"June|"', "has an empty word"),
    "an answer is missing": ("declined = ", "refused = ", "there is no “answers.refused”"),
    "an answer is a number": ('declined = "Nothing was forgotten."', "declined = 7", "has to be a text"),
    "an unknown value": ('"It is {time}."', '"It is {clock}."', "is not given {clock}"),
    "a value by place": ('"It is {time}."', '"It is {}."', "is not given {}"),
    "a value inside out": ('"It is {time}."', '"It is {time.__class__}."', "is not given"),
    "a value with a form": ('"It is {time}."', '"It is {time:>9}."', "more than a name in braces"),
    "a value without end": ('"It is {time}."', '"It is {time."', "“answers.time”"),
    "one form of two": ('holding = { one = "Of you I hold one recording.", ', "holding = { ", "“one” and “other”"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_with_its_line(fault: str, tmp_path: Path) -> None:
    before, after, sentence = FAULTS[fault]
    assert before in ENGLISH, "the fault is put where something is"
    path = tmp_path / "mine.toml"
    path.write_text(ENGLISH.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        load_phrases("en", path)
    assert sentence in refused.value.message
    assert "mine.toml" in refused.value.message
    assert "line" in refused.value.message


@pytest.mark.parametrize("fault", ["an unknown slot", "a stray bar", "an unknown value"])
def test_the_line_is_where_the_fault_is(fault: str, tmp_path: Path) -> None:
    before, after, _ = FAULTS[fault]
    broken = ENGLISH.replace(before, after, 1)
    path = tmp_path / "mine.toml"
    path.write_text(broken, encoding="utf-8")
    line = next(n for n, each in enumerate(broken.splitlines(), 1) if after in each)
    with pytest.raises(InputError, match=rf"line {line}:"):
        load_phrases("en", path)


def test_an_answer_that_is_missing_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    kept = [each for each in ENGLISH.splitlines() if not each.startswith("declined = ")]
    path.write_text("\n".join(kept), encoding="utf-8")
    with pytest.raises(InputError, match=r"“answers.declined” is missing"):
        load_phrases("en", path)


def test_a_household_may_have_words_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(ENGLISH.replace('"(forget|scratch|strike) that"', '"wipe that"'), "utf-8")
    reader = Reader(load_phrases("en", path), Names())
    assert reader.read("wipe that") == delete(Extent.JUST_SAID)
    assert reader.read("scratch that") is None


@pytest.mark.parametrize("data", [b"\xff\xfe", b"", b"[answers]"])
def test_what_is_no_phrase_file_is_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(data)
    with pytest.raises(InputError):
        load_phrases("en", path)


def test_a_file_that_is_not_there_and_a_language_that_is_not() -> None:
    with pytest.raises(InputError, match="cannot be read"):
        load_phrases("en", Path("/nowhere/en.toml"))
    with pytest.raises(InputError, match="no phrases in “xx”"):
        load_phrases("xx")


def test_english_and_german_are_there_and_say_everything() -> None:
    assert languages() == {"en", "de"}
    for language in languages():
        phrases = load_phrases(language)
        assert set(phrases.answers) == set(Answer) == set(ANSWER_VALUES)
        assert set(phrases.said) == set(SAID_VALUES)
