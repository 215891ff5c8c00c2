"""What the ear for commands knows: names too, as far as a dictionary has them, and on no disk."""

from bailee.intake.hearing.commands import learn, unknown_words
from bailee.intake.hearing.contests import Contests
from bailee.intake.hearing.english import pronounced, words_of


def test_words_are_written_as_the_dictionary_writes_them() -> None:
    said = "Delete everything, from the Children’s room – at twenty-two p.m."
    assert list(words_of(said)) == [
        *("delete", "everything", "from", "the", "children's", "room", "at", "twenty", "two"),
        "p.m.",
    ]


def test_what_is_not_in_the_dictionary_is_named_and_left_out() -> None:
    """Nobody is told that a name is heard which is not; the other sentences are."""
    sentences = ["delete everything xyzzyq said", "delete everything leo said"]
    assert unknown_words(sentences) == ("xyzzyq",)
    commands = learn(sentences)
    assert commands.unknown == ("xyzzyq",)
    assert commands.taken(["delete everything leo said"])
    assert b"xyzzyq" not in commands.language_model + commands.dictionary


def test_a_name_is_known_with_what_it_owns() -> None:
    """Anna's, Max's, Pat's, though the dictionary lacks them; and bailee knows its own name."""
    known = pronounced({"alexa's", "beatrix's", "pat's", "bailee", "anna"})
    assert {word: ways[0].split()[-1] for word, ways in known.items()} == {
        "alexa's": "Z",
        "beatrix's": "Z",
        "pat's": "S",
        "bailee": "IY",
        "anna": "AH",
    }


def test_no_sentence_at_all_is_knowledge_too() -> None:
    """Then nothing is a command."""
    assert not learn([]).taken(["delete that"])


def test_a_guess_that_is_whole_is_taken_before_a_likelier_one_that_is_not() -> None:
    """But only where the likeliest was like a command at all."""
    commands = learn(["delete everything leo said", "delete what i said"])
    whole = "delete everything leo said"
    assert commands.taken(["delete everything i leo said", whole]) == whole
    assert commands.taken(["what said", "delete what i said"]) == ""
    assert commands.taken(["i delete everything leo said", whole]) == ""
    assert commands.taken([]) == ""


def test_what_sounds_the_same_is_written_as_commands_write_it() -> None:
    commands = learn(["delete everything from march third to march tenth", "the last two hours"])
    said = "delete everything from march third two march tenth"
    assert commands.taken([said]) == said.replace("two", "to")


def test_the_background_is_spoken_with_known_words() -> None:
    """A line with a word that no dictionary has would be no background."""
    from importlib.resources import files

    for name in ("background.en.txt", "contests.en.txt"):
        text = (files("bailee.intake.hearing") / name).read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if not line.startswith("#")]
        spoken = [line.replace("...", "").replace(">", "") for line in lines]
        assert unknown_words(spoken) == ()


def test_a_command_is_held_against_what_turns_it_round() -> None:
    contests = list(Contests().of("delete everything i said"))
    assert "don't delete everything i said" in contests
    assert "i deleted everything i said" in contests
    assert "i forgot everything i said" not in contests
