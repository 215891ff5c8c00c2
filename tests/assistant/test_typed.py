"""Texts without their sound: a turn's own words once more, or one opinion alone."""

from assistant.kitchen import SECOND_MS, Kitchen
from bailee.types.hearing import Heard
from bailee.types.turn import Sound


def test_words_that_come_again_act_once(kitchen: Kitchen) -> None:
    """As Home Assistant brings them after the transcript: the same answer, and one deletion."""
    kitchen.say("one")
    kitchen.say("two")
    heard = kitchen.say("Delete what I just said.")
    assert kitchen.room.typed("delete what I just said") is heard
    assert kitchen.words() == ["one"]
    asked = kitchen.room.typed("delete what I just said")
    assert asked.asks
    assert kitchen.words() == ["one"]


def test_words_that_come_late_are_one_opinion(kitchen: Kitchen) -> None:
    """They were let go of; one opinion forgets nothing by itself, and there is nothing to keep."""
    kitchen.say("one")
    kitchen.say("two")
    assert kitchen.say("delete what I just said", wait_ms=16 * SECOND_MS).handled
    assert kitchen.room.typed("delete what I just said").asks
    assert kitchen.room.typed("yes").answer == "I forgot what you just said."
    assert kitchen.kinds() == []


def test_a_text_is_answered_and_not_kept(kitchen: Kitchen) -> None:
    assert kitchen.room.typed("what time is it").answer.startswith("It is")
    assert "not remember" in kitchen.room.typed("remember that cats purr").answer
    assert kitchen.kinds() == []


def test_a_command_that_one_ear_alone_heard_is_asked_about(kitchen: Kitchen) -> None:
    """The transcript is what the other heard; the answer is the question."""
    kitchen.say("one")
    turn = kitchen.begin()
    kitchen.clock.advance(ms=SECOND_MS)
    heard = Heard(text="the lead what i just said", command="delete what i just said", engine="two")
    reply = turn.heard(heard, Sound(pcm=bytes(3200), begin_ms=turn.begun_ms))
    assert (reply.transcript, reply.asks) == ("the lead what i just said", True)
    assert kitchen.words() == ["one"]
