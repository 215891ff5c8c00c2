"""What bailee does not answer itself: another one is asked, then what was remembered."""

from assistant.kitchen import Asked, Kitchen


def test_what_is_not_ours_is_handed_on(kitchen: Kitchen) -> None:
    """In the room's language; what bailee does itself is not."""
    asked = Asked("The lights are on.")
    kitchen.room = kitchen.open(asked)
    reply = kitchen.say("turn the lights on")
    assert (reply.answer, reply.handled) == ("The lights are on.", True)
    for own in ("what time is it", "delete what I just said", "what do you keep", "help"):
        assert kitchen.say(own).handled
    assert asked.asked == [("turn the lights on", "en")]


def test_where_the_other_one_is_silent_facts_are_asked(kitchen: Kitchen) -> None:
    asked = Asked(None)
    kitchen.room = kitchen.open(asked)
    kitchen.say("remember that the key is under the pot")
    assert "under the pot" in kitchen.say("where is the key").answer
    reply = kitchen.say("turn the lights on")
    assert (reply.handled, reply.answer) == (False, "Nobody could answer that just now.")


def test_alone_it_says_that_it_did_not_understand(kitchen: Kitchen) -> None:
    """Unhandled: another one may."""
    reply = kitchen.say("turn the lights on")
    assert (reply.handled, "did not understand" in reply.answer) == (False, True)
