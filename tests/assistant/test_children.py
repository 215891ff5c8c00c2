"""The audio exception: a child's voice is answered, stored nowhere, and that is written down (R-11)."""

import pytest

from assistant.kitchen import Asked, Kitchen
from bailee.types.history import Sort
from bailee.types.kind import Kind
from bailee.types.turn import Unheard
from household.conftest import Home


@pytest.fixture
def room_of_mia(sqlite_home: Home) -> Kitchen:
    """Mia speaks, and no parent has agreed to anything."""
    kitchen = Kitchen(sqlite_home)
    kitchen.make_parent()
    kitchen.take_for(sqlite_home.mia_id)
    return kitchen


def test_a_child_is_answered_and_nothing_is_stored(room_of_mia: Kitchen) -> None:
    """One entry after each answer, and nothing else: by which safeguard, and of whom."""
    kitchen = room_of_mia
    before = kitchen.entries()
    assert kitchen.say("what time is it").answer.startswith("It is")
    assert kitchen.say("I like cats").answer
    assert kitchen.kinds() == []
    assert kitchen.entries()[len(before) :] == ["answered", "answered"]
    home = kitchen.home
    [event, *_] = home.house.history.page(home.ana, home.account_id, sorts=tuple(Sort)).events
    assert (event.type, event.policy) == ("answered", "parental-consent")


def test_a_childs_voice_goes_to_our_own_engines_alone(room_of_mia: Kitchen) -> None:
    """And its words to nobody, nor is anybody else asked to answer them."""
    kitchen = room_of_mia
    asked = Asked("hello")
    kitchen.room = kitchen.open(asked)
    assert kitchen.begin().own_engines_only
    reply = kitchen.say("good morning")
    assert (asked.asked, reply.handled) == ([], True)
    kitchen.agree_for_mia()
    assert not kitchen.begin().own_engines_only
    assert kitchen.say("good morning").answer == "hello"
    assert asked.asked == [("good morning", "en")]
    assert kitchen.kinds() == [Kind.AUDIO, Kind.TRANSCRIPT]


@pytest.mark.parametrize("why", list(Unheard))
def test_what_was_not_heard_is_no_answer(room_of_mia: Kitchen, why: Unheard) -> None:
    """The sound is dropped, and no entry says that there was an answer."""
    before = room_of_mia.entries()
    assert room_of_mia.murmur(why).answer
    assert room_of_mia.kinds() == []
    assert room_of_mia.entries() == before


def test_what_a_child_asks_to_be_remembered_is_not(room_of_mia: Kitchen) -> None:
    assert "not remember" in room_of_mia.say("remember that I hid the key").answer
    assert room_of_mia.kinds() == []
