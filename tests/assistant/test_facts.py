"""Remembered facts, and the walnut test: what was forgotten answers nothing (R-14, R-15)."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.kitchen import Kitchen
from bailee.assistant.likeness import is_like
from bailee.types.kind import Kind
from household.conftest import Home
from support.attacker import Stolen, loot, roots_of, steal

REMEMBER = "remember that I am allergic to walnuts"
ASKED = [
    "what am I allergic to",
    "am I allergic to nuts?",
    "what do you remember about walnuts",
    "what do you remember",
]


@pytest.mark.parametrize("question", ASKED)
def test_a_fact_is_quoted_when_asked(kitchen: Kitchen, question: str) -> None:
    assert kitchen.say(REMEMBER).answer == "I will remember that."
    told = kitchen.say(question)
    assert told.handled
    assert "“I am allergic to walnuts”, today, at " in told.answer


def test_a_fact_hangs_on_what_was_said(any_kitchen: Kitchen) -> None:
    """It is derived from the recording, and dies with it alone."""
    any_kitchen.say(REMEMBER)
    [one] = any_kitchen.recordings()
    [fact] = [each for each in one.artefacts if each.kind is Kind.FACT]
    assert fact.sources == (one.id,)
    any_kitchen.say("delete what I just said")
    assert any_kitchen.kinds() == []


@pytest.mark.parametrize(
    "kinds", [(Kind.AUDIO,), (Kind.TRANSCRIPT,)], ids=["words only", "sound only"]
)
def test_a_fact_is_kept_in_every_mode_that_keeps(kitchen: Kitchen, kinds: tuple[Kind]) -> None:
    kitchen.dont_keep(*kinds)
    kitchen.say(REMEMBER)
    assert "walnuts" in kitchen.say("what am I allergic to").answer


def test_where_nothing_is_kept_nothing_is_remembered(kitchen: Kitchen) -> None:
    """And it says so."""
    kitchen.dont_keep(Kind.AUDIO, Kind.TRANSCRIPT)
    before = kitchen.entries()
    assert "not remember" in kitchen.say(REMEMBER).answer
    assert kitchen.kinds() == []
    assert kitchen.entries() == before
    assert not kitchen.say("what am I allergic to").handled


def test_where_facts_are_not_kept_none_is(kitchen: Kitchen) -> None:
    kitchen.dont_keep(Kind.FACT)
    assert "not remember" in kitchen.say(REMEMBER).answer
    assert Kind.FACT not in kitchen.kinds()


def test_what_fits_best_is_quoted(kitchen: Kitchen) -> None:
    """With its day; what fits less, and what is no question, is not."""
    kitchen.say("remember that the plumber comes on Tuesday")
    kitchen.clock.advance(days=2)
    kitchen.say("remember that the key is under the flower pot")
    told = kitchen.say("when does the plumber come").answer
    assert "plumber" in told
    assert "key" not in told
    assert "today" not in told
    assert kitchen.say("the plumber was here").handled is False
    assert kitchen.say("where is my passport").handled is False
    assert "nothing about that" in kitchen.say("what do you remember about passports").answer


def test_everything_is_told_newest_first(kitchen: Kitchen) -> None:
    for each in ("ants bite", "bees sting", "cats purr", "dogs bark", "eels slide"):
        kitchen.say(f"remember that {each}")
    told = kitchen.say("what do you remember").answer
    assert told.index("eels") < told.index("dogs") < told.index("cats")
    assert "bees" not in told
    assert told.endswith("and another two.")


def test_a_fact_of_ones_own_is_known_to_oneself_alone(kitchen: Kitchen) -> None:
    home = kitchen.home
    kitchen.say(REMEMBER)
    home.house.endpoints.take_for(home.leo, home.account_id, kitchen.device_id, home.leo_id)
    assert "walnut" not in kitchen.say("what am I allergic to").answer
    assert "walnut" not in kitchen.say("what do you remember").answer


@pytest.mark.parametrize(
    ("one", "other", "like"),
    [
        ("nut", "nuts", True),
        ("nuts", "walnuts", True),
        ("allergic", "allergy", True),
        ("come", "comes", True),
        ("key", "keyboard", False),
        ("car", "scar", False),
        ("he", "the", False),
        ("passport", "password", False),
    ],
)
def test_forms_of_one_word_are_like(one: str, other: str, *, like: bool) -> None:
    assert is_like(one, other) is like
    assert is_like(other, one) is like


def test_german_remembers_too(sqlite_home: Home) -> None:
    kitchen = Kitchen(sqlite_home, language="de")
    kitchen.say("merke dir, dass ich gegen Walnüsse allergisch bin")
    assert "Walnüsse" in kitchen.say("bin ich gegen Nüsse allergisch?").answer
    assert "Walnüsse" in kitchen.say("wogegen bin ich allergisch").answer
    assert kitchen.say("wann kommt der Klempner").handled is False


# -- the walnut test --------------------------------------------------------------------------


@pytest.mark.parametrize("request_", ["delete what I just said", "delete everything I said today"])
def test_walnuts(any_kitchen: Kitchen, request_: str, tmp_path: Path) -> None:
    """Told, asked, known; deleted by voice, asked, unknown; then hunted through every byte there is.

    What is held today has it nowhere: no file, row, log or index. And whoever took a copy of all of
    it while it was known opens it with today's keys no more.
    """
    kitchen, vault = any_kitchen, any_kitchen.home.vault
    kitchen.say(REMEMBER)
    if request_.endswith("today"):
        assert "walnuts" in kitchen.say("what am I allergic to").answer
    copy, then = steal(vault, tmp_path / "copy"), roots_of(vault)
    assert opened_by(then, copy) >= {"fact", "transcript"}
    assert kitchen.say(request_).answer.startswith("I forgot")
    kitchen.clean_up()
    for question in ASKED:
        assert "walnuts" not in kitchen.say(question).answer
    # The questions were said too, and one of them names walnuts.
    kitchen.say("delete everything I said today")
    kitchen.clean_up()
    vault.rotate()
    found = vault.scan([b" walnuts", b'walnuts"', b"am allergic to", b"allergic to walnuts"])
    assert (found.found, found.unread) == ((), ())
    assert opened_by(roots_of(vault), copy, steal(vault, tmp_path / "today")) == set()


def opened_by(roots: Sequence[bytes], *copies: Stolen) -> set[str]:
    """The kinds of what speaks of walnuts among all that *roots* open in any of *copies*."""
    return {
        each.kind
        for each in loot(copies, roots).values()
        if each.content and b"walnuts" in each.content
    }
