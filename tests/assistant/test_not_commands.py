"""What is no command is none: near-misses, negations, halves, and whatever bytes come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.words import LEO, reader
from bailee.assistant.command import Act, Command, Unclear
from bailee.assistant.phrases import load_phrases
from bailee.assistant.reading import Names, Reader
from bailee.types.ids import DeviceId, PersonId

NEAR_MISSES = (
    "don't delete what I just said",
    "do not delete what I just said",
    "never delete what I just said",
    "please don't forget what I just said",
    "I deleted what you just said",
    "I would delete what I just said",
    "did you delete what I just said",
    "did you delete everything I said today",
    "delete what you just said",
    "delete what he just said",
    "delete what I just said no wait don't",
    "delete what I just said tomorrow maybe",
    "delete everything is sad today",
    "they deleted everything yesterday",
    "delete everything I said to Anna",
    "delete everything I said about the kitchen",
    "delete everything Mia said",
    "delete everything from the garage",
    "delete everything but what I said today",
    "delete everything except the kitchen",
    "delete everything I said today or yesterday",
    "delete everything I said in the last year",
    "delete everything I said between four",
    "delete everything I said between four and",
    "delete everything I said between four and four",
    "delete everything I said between twenty-five and twenty-six",
    "delete everything I said on March thirty-second",
    "delete everything I said in the last zero minutes",
    "delete",
    "delete what I said",
    "delete it all from my shopping list",
    "delete the last item on my list",
    "forget it",
    "forget about it",
    "forget yesterday",
    "forget what he said",
    "he said forget that",
    "forget that I said it was today",
    "just said",
    "everything I said today",
    "remember",
    "remember that",
    "don't remember that I like tea",
    "I remember that you said so",
    "what did you hear about the election",
    "yes but not today",
    "okay",
    "right",
    "I'm sure she said yes",
    "no delete everything I said today",
    "stop the music",
    "keep going",
    "please",
    "hey bailee",
    "",
    "…",
)


@pytest.mark.parametrize("said", NEAR_MISSES)
def test_near_misses(said: str) -> None:
    assert reader().understand(said) is None


@pytest.mark.parametrize(
    "said",
    [
        "lösche nicht was ich gerade gesagt habe",
        "ich lösche was ich gerade gesagt habe",
        "lösche was du gerade gesagt hast",
        "hast du gelöscht was ich gerade gesagt habe",
    ],
)
def test_near_misses_in_german(said: str) -> None:
    assert reader("de").understand(said) is None


GUARDS = ("not", "don't", "never", "deleted", "almost", "if", "and", "or", "but", "no")


@given(st.sampled_from(sorted(GUARDS)), st.integers(0, 12))
def test_a_word_too_many_anywhere_is_no_deletion(guard: str, at: int) -> None:
    words = [
        "delete",
        "everything",
        "that",
        "I",
        "said",
        "in",
        "the",
        "kitchen",
        "between",
        "four",
        "and",
        "five",
    ]
    words.insert(min(at, len(words)), guard)
    found = reader().read(" ".join(words))
    assert found is None or found.act is not Act.DELETE


def test_a_command_is_no_longer_one_without_its_end() -> None:
    """The ear may lose the end of a sentence: what is left is never a narrower deletion by day."""
    words = [
        "delete",
        "everything",
        "Leo",
        "said",
        "in",
        "the",
        "kitchen",
        "yesterday",
        "between",
        "four",
        "and",
        "five",
        "p.m.",
    ]
    found = [reader().read(" ".join(words[:length])) for length in range(1, len(words))]
    assert all(each.scope.person_id == LEO for each in found[4:] if each and each.scope)


@given(st.text(max_size=80))
def test_any_text_is_read_or_is_not(text: str) -> None:
    """Never an error; and whatever is read has an act."""
    found = reader().understand(text)
    assert found is None or isinstance(found, Command | Unclear)


def test_a_text_without_end_is_none() -> None:
    assert reader().understand("please " * 100_000) is None
    assert reader().understand("delete everything I said " * 1_000) is None


def test_a_name_that_two_things_have_is_reported_and_never_guessed() -> None:
    names = Names(
        places=(
            ("den", DeviceId("dev_aaaaaaaaaaaaaaaa")),
            ("Den", DeviceId("dev_bbbbbbbbbbbbbbbb")),
        ),
        persons=(
            ("Max", PersonId("per_aaaaaaaaaaaaaaaa")),
            ("Max", PersonId("per_bbbbbbbbbbbbbbbb")),
        ),
    )
    two = Reader(load_phrases("en"), names)
    assert two.read("delete everything from the den") is None
    assert two.understand("delete everything from the den") == Unclear(act=Act.DELETE, name="den")
    assert two.understand("delete all of Max's recordings") == Unclear(act=Act.DELETE, name="Max")
    assert two.understand("delete everything I said today") is not None


def test_one_name_for_a_room_and_a_person_is_two_meanings() -> None:
    names = Names(
        places=(("Rose", DeviceId("dev_aaaaaaaaaaaaaaaa")),),
        persons=(("Rose", PersonId("per_aaaaaaaaaaaaaaaa")),),
    )
    two = Reader(load_phrases("en"), names)
    assert two.understand("delete everything from Rose") == Unclear(act=Act.DELETE, name="")
    assert isinstance(two.understand("delete everything Rose said"), Command)


def test_a_name_of_no_letters_is_never_heard() -> None:
    names = Names(
        places=(("…", DeviceId("dev_aaaaaaaaaaaaaaaa")), ("", DeviceId("dev_aaaaaaaaaaaaaaaa")))
    )
    assert Reader(load_phrases("en"), names).understand("delete everything from the") is None
