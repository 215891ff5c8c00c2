"""What was heard, what is kept, who listened: told from custody and the ledger (R-13, R-23)."""

import pytest

from assistant.kitchen import DAY_MS, HOUR_MS, Kitchen
from bailee.types.facts import DeviceSort
from bailee.types.keep_for import Reach
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose
from bailee.types.scope import Scope
from household.conftest import Home
from household.test_history import look
from support.vaults import NOW_MS, derived, said


def test_what_was_said_is_read_aloud(any_kitchen: Kitchen) -> None:
    """Newest first, three at most, with their times and how many more; without the question."""
    kitchen = any_kitchen
    for each in ("one", "two", "three", "four", "five"):
        kitchen.say(each)
    told = kitchen.say("what did you hear").answer
    assert told.startswith("I heard: “five”, today, at ")
    assert told.index("“five”") < told.index("“four”") < told.index("“three”")
    assert "“two”" not in told
    assert told.endswith("and another two.")
    assert "what did you hear" not in told


def test_reading_aloud_leaves_one_entry(kitchen: Kitchen) -> None:
    """For the assistant's own purpose, however many were read."""
    kitchen.say("one")
    kitchen.say("two")
    before = kitchen.entries().count("releases")
    kitchen.say("what did you hear")
    assert kitchen.entries().count("releases") == before + 1
    home = kitchen.home
    [event] = home.house.history.page(home.ana, home.account_id).events[:1]
    assert (event.purpose, event.kind or Kind.TRANSCRIPT) == (Purpose.ASSIST, Kind.TRANSCRIPT)


def test_only_ones_own_is_read_aloud(kitchen: Kitchen) -> None:
    """Of today and from here where nothing else was asked: not Leo's, not yesterday's."""
    vault = kitchen.home.vault
    for at_ms, person in ((NOW_MS - 1, "Leo"), (NOW_MS - DAY_MS, "Ana")):
        made = said(vault, at_ms, person=person)
        derived(vault, made.recording_id, content=f"of {person}".encode())
    assert kitchen.say("what did you hear").answer == "I have no words of yours from then."
    told = kitchen.say("what did you hear yesterday").answer
    assert "“of Ana”, yesterday" in told
    assert "Leo" not in told


def test_nobody_in_particular_hears_what_was_said_here(kitchen_of_nobody: Kitchen) -> None:
    kitchen, home = kitchen_of_nobody, kitchen_of_nobody.home
    home.house.devices.add(home.ana, home.account_id, "bath", DeviceSort.SPEAKER, "")
    made = said(home.vault, NOW_MS - 1, person=kitchen.endpoint.person, device="bath")
    derived(home.vault, made.recording_id, content=b"of the bath")
    kitchen.say("one")
    told = kitchen.say("what did you hear today").answer
    assert "“one”" in told
    assert "bath" not in told


def test_what_is_kept_is_said_in_a_sentence(kitchen: Kitchen) -> None:
    """By the rules that stand, with how much there is."""
    ask = "what do you keep"
    assert kitchen.say(ask).answer.startswith("I keep the sound and the words of what you say here")
    assert "30 days" in kitchen.say(ask).answer
    assert kitchen.say(ask).answer.endswith("Of you I hold three recordings.")
    home = kitchen.home
    reach = Reach(kind=Kind.TRANSCRIPT, person_id=home.ana_id)
    home.house.keep_rules.put(home.ana, home.account_id, reach, 1)
    told = kitchen.say(ask).answer
    assert "the sound for 30 days, the words for one day" in told
    kitchen.dont_keep(Kind.TRANSCRIPT)
    assert "and no words" in kitchen.say(ask).answer
    kitchen.dont_keep(Kind.AUDIO)
    assert kitchen.say(ask).answer.startswith("I keep nothing of what you say here.")


def test_who_listened_is_an_exact_number(kitchen: Kitchen) -> None:
    """Her own looking, and what was read aloud to her, is nobody else's; Leo's own is not hers."""
    home = kitchen.home
    assert kitchen.say("who listened to me").answer == "Nobody listened to you."
    mine = said(home.vault, NOW_MS - 5, person="Ana")
    other = said(home.vault, NOW_MS - 4, person="Leo")
    look(home, home.ana, mine.recording_id)
    look(home, home.leo, other.recording_id)
    kitchen.say("what did you hear")
    assert kitchen.say("who listened to me").answer == "Nobody listened to you."
    for _ in range(2):
        released = home.vault.release(mine.recording_id, purpose=Purpose.EXPORT)
        assert b"".join(released.stretches)
    assert kitchen.say("who listened to me").answer == (
        "Whoever runs bailee listened to you, two times."
    )
    kitchen.clock.advance(days=31)
    assert kitchen.say("who listened to me").answer == "Nobody listened to you."


def test_who_listened_to_nobody_in_particular(kitchen_of_nobody: Kitchen) -> None:
    """By name, for this room alone."""
    kitchen, home = kitchen_of_nobody, kitchen_of_nobody.home
    home.house.devices.add(home.ana, home.account_id, "bath", DeviceSort.SPEAKER, "")
    made = said(home.vault, NOW_MS - 1, person=kitchen.endpoint.person, device="bath")
    look(home, home.ana, made.recording_id)
    assert kitchen.say("who listened to me").answer == "Nobody listened to you."
    made = said(home.vault, NOW_MS - 1, person=kitchen.endpoint.person)
    look(home, home.ana, made.recording_id)
    assert kitchen.say("who listened to me").answer == "Ana listened to you, once."


def test_stopping_asks_once_and_ends_use(kitchen: Kitchen) -> None:
    """It is a withdrawal by Ana's own voice, of which she is told; nothing is forgotten by it."""
    home = kitchen.home
    kitchen.say("one")
    asked = kitchen.say("stop keeping what I say")
    assert asked.asks
    assert kitchen.say("yes").answer.startswith("From now on I keep nothing")
    kitchen.say("two")
    assert len(kitchen.recordings()) == 1
    standing = home.house.consents.standing(home.ana, home.account_id, home.ana_id)
    assert Scope.USE not in standing.in_force
    assert (standing.history[-1].act, standing.history[-1].by_id) == ("withdrawn", home.ana_id)
    assert home.house.inbox.list(home.ana)
    assert not kitchen.say("stop keeping what I say").asks


def test_stopping_that_is_declined_changes_nothing(kitchen: Kitchen) -> None:
    kitchen.say("stop keeping what I say")
    kitchen.say("no")
    kitchen.say("one")
    assert kitchen.words() == ["stop keeping what I say", "one"]


def test_nobody_in_particular_is_shown_the_page(kitchen_of_nobody: Kitchen) -> None:
    reply = kitchen_of_nobody.say("stop keeping what I say")
    assert (reply.asks, "page" in reply.answer) == (False, True)


def test_the_time_is_that_of_the_room(kitchen: Kitchen) -> None:
    """In Berlin it is two hours later than the vault's clock says."""
    kitchen.clock.at_ms = NOW_MS - NOW_MS % HOUR_MS
    told = kitchen.say("what time is it").answer
    assert told == "It is four o'clock."


def test_help_says_what_can_be_said(kitchen: Kitchen) -> None:
    assert "delete what I just said" in kitchen.say("what can I say").answer


@pytest.mark.parametrize("request_", ["what did you hear tomorrow", "who listened to me tomorrow"])
def test_a_time_to_come_is_told_as_one(kitchen: Kitchen, request_: str) -> None:
    assert "still to come" in kitchen.say(request_).answer


def test_german_tells_too(sqlite_home: Home) -> None:
    kitchen = Kitchen(sqlite_home, language="de")
    kitchen.say("es regnet")
    assert kitchen.say("was hast du gehört").answer.startswith("Ich habe gehört: „es regnet“")
