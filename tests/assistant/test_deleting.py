"""Forgetting by voice: what goes, what is asked first, what is stored of the asking (R-14, R-15)."""

import pytest

from assistant.kitchen import HOUR_MS, MINUTE_MS, SECOND_MS, Kitchen
from bailee.clock import DAY_MS
from bailee.types.facts import DeviceSort
from bailee.types.kind import Kind
from bailee.types.scope import Scope
from household.conftest import Home
from support.gates import rows
from support.vaults import NOW_MS, all_of, assert_sound, said

JUST = "delete what I just said"
TODAY = "delete everything I said today"


def test_what_was_just_said_goes_and_nothing_else(any_kitchen: Kitchen) -> None:
    """At once, on two opinions; the request is stored nowhere."""
    kitchen = any_kitchen
    kitchen.say("one")
    kitchen.say("two")
    reply = kitchen.say(JUST)
    assert (reply.answer, reply.asks, reply.handled) == (
        "I forgot what you just said.",
        False,
        True,
    )
    assert kitchen.words() == ["one"]
    kitchen.clean_up()
    assert kitchen.words() == ["one"]
    assert_sound(kitchen.home.vault)
    assert kitchen.say(JUST).answer == "I forgot what you just said."
    assert kitchen.kinds() == []
    assert kitchen.say(JUST).answer.startswith("There was nothing")


def test_the_moment_is_durable_before_it_is_said(kitchen: Kitchen) -> None:
    """A crash after the answer and before the clean-up: it stays forgotten, with its receipt."""
    kitchen.say("walnuts")
    kitchen.say(JUST)
    kitchen.after.clear()
    assert kitchen.kinds() == []
    home = kitchen.home
    [erasure] = home.house.erasures.list(home.ana, home.account_id).erasures
    assert erasure.unreadable_since_ms <= kitchen.clock.now_ms()
    assert home.house.erasures.receipt(home.ana, home.account_id, erasure.id)


def test_what_was_said_today_goes_at_once(kitchen: Kitchen) -> None:
    """In numbers; yesterday's and Leo's stay, and so does what is said later today."""
    home = kitchen.home
    said(home.vault, NOW_MS - DAY_MS, person="Ana")
    said(home.vault, NOW_MS - 1, person="Leo")
    kitchen.say("one")
    kitchen.say("two")
    reply = kitchen.say(TODAY)
    assert reply.answer == "I forgot what you said today: two recordings."
    assert not reply.asks
    assert [each.person for each in kitchen.recordings()] == ["Ana", "Leo"]
    kitchen.say("three")
    assert kitchen.words() == ["three"]


def test_a_wide_one_is_asked_about_once(kitchen: Kitchen) -> None:
    """With numbers; a yes does it, and takes what was said in between too."""
    home = kitchen.home
    said(home.vault, NOW_MS - 3 * DAY_MS, person="Ana", device="bath")
    kitchen.say("one")
    asked = kitchen.say("delete everything I have ever said")
    assert asked.asks
    assert "two recordings" in asked.answer
    assert len(kitchen.recordings()) == 2
    done = kitchen.say("yes")
    assert (done.asks, done.handled) == (False, True)
    assert done.answer.startswith("I forgot")
    kitchen.clean_up()
    assert kitchen.recordings() == ()
    everybody = home.house.houses.show(home.ana, home.account_id).persons
    assert "Ana" in {each.name for each in everybody}


@pytest.mark.parametrize("no", ["no", "cancel", "keep it"])
def test_a_no_keeps_it_all(kitchen: Kitchen, no: str) -> None:
    """And the request, which is an utterance like any other now; the no is stored nowhere."""
    kitchen.say("one")
    kitchen.say("delete everything I have ever said")
    assert kitchen.words() == ["one"]
    assert kitchen.say(no).answer == "Nothing was forgotten."
    assert kitchen.words() == ["one", "delete everything I have ever said"]
    assert not kitchen.say("yes").answer.startswith("I forgot")
    assert "one" in kitchen.words()


def test_where_two_opinions_differ_it_is_asked(kitchen: Kitchen) -> None:
    """The narrow too: “delete that” in one ear alone forgets nothing by itself."""
    kitchen.say("one")
    asked = kitchen.say(JUST, command=None)
    assert (asked.asks, kitchen.words()) == (True, ["one"])
    assert kitchen.say("yes").answer == "I forgot what you just said."
    assert kitchen.words() == []


def test_an_unclear_yes_is_asked_for_again(kitchen: Kitchen) -> None:
    kitchen.say("one")
    asked = kitchen.say(JUST, command=None)
    again = kitchen.say("yes", command="what time is it")
    assert (again.answer, again.asks) == (asked.answer, True)
    assert kitchen.words() == ["one"]
    assert kitchen.say("yes").answer == "I forgot what you just said."
    assert kitchen.words() == []


def test_a_question_expires(kitchen: Kitchen) -> None:
    """After thirty seconds: a yes to it does nothing, and says so; the request is kept in the end."""
    kitchen.say("one")
    kitchen.say("delete everything I have ever said")
    kitchen.clock.advance(ms=31 * SECOND_MS)
    reply = kitchen.say("yes")
    assert reply.answer == "I heard no answer, so nothing was forgotten."
    assert kitchen.words() == ["one", "delete everything I have ever said"]
    assert not kitchen.say("yes").answer.startswith("I heard no answer")


def test_a_question_that_nobody_answers_is_settled(kitchen: Kitchen) -> None:
    """Without another word being said."""
    kitchen.say("delete everything I have ever said")  # nothing is there: it is not asked
    assert kitchen.words() == []
    kitchen.say("one")
    kitchen.say("delete everything I have ever said")
    kitchen.room.settle()
    assert kitchen.words() == ["one"]
    kitchen.clock.advance(ms=46 * SECOND_MS)
    kitchen.room.settle()
    assert len(kitchen.words()) == 2
    kitchen.room.settle()
    assert len(kitchen.words()) == 2


def test_a_yes_begun_in_time_counts(kitchen: Kitchen) -> None:
    """However long it takes to be heard."""
    kitchen.say("one")
    kitchen.say("delete everything I have ever said", wait_ms=29 * SECOND_MS)
    turn = kitchen.begin()
    kitchen.clock.advance(ms=10 * SECOND_MS)
    kitchen.room.settle()
    assert kitchen.say("yes", turn=turn).answer.startswith("I forgot")


@pytest.mark.parametrize("step_ms", [-HOUR_MS, HOUR_MS], ids=["back", "on"])
def test_a_clock_that_steps_ends_the_question(kitchen: Kitchen, step_ms: int) -> None:
    kitchen.say("one")
    kitchen.say("delete everything I have ever said")
    kitchen.clock.advance(ms=step_ms)
    assert not kitchen.say("yes").answer.startswith("I forgot")
    assert "one" in kitchen.words()


def test_another_utterance_ends_the_question(kitchen: Kitchen) -> None:
    """What was asked is kept like any other, before what came after it."""
    kitchen.say("one")
    kitchen.say("delete everything I have ever said")
    kitchen.say("it rains")
    assert kitchen.words() == ["one", "delete everything I have ever said", "it rains"]
    assert not kitchen.say("yes").answer.startswith("I forgot")


def test_one_request_after_another_is_none_that_is_stored(kitchen: Kitchen) -> None:
    """And “what I just said” is what was said before all of them."""
    kitchen.say("one")
    kitchen.say("two")
    assert kitchen.say("delete everything I have ever said").asks
    assert kitchen.say(JUST).answer == "I forgot what you just said."
    assert kitchen.words() == ["one"]


def test_a_crash_between_question_and_yes_forgets_nothing(kitchen: Kitchen) -> None:
    """Asking writes no row and no entry: another room at the same endpoint knows of no question."""
    kitchen.say("one")
    before = rows(kitchen.home.vault), kitchen.entries()
    assert kitchen.say("delete everything I have ever said").asks
    assert (rows(kitchen.home.vault), kitchen.entries()) == before
    kitchen.room = kitchen.open()
    assert not kitchen.say("yes").answer.startswith("I forgot")
    assert "one" in kitchen.words()


def test_a_half_of_the_day_is_asked_for(kitchen: Kitchen) -> None:
    """“Between two and three” is no time yet; “in the afternoon” makes it one, and it is done."""
    home = kitchen.home
    said(home.vault, NOW_MS - 12 * HOUR_MS, person="Ana")
    said(home.vault, NOW_MS - HOUR_MS, person="Ana")
    asked = kitchen.say("delete what I said between three and four")
    assert (asked.asks, len(kitchen.recordings())) == (True, 2)
    reply = kitchen.say("in the afternoon")
    assert reply.answer.startswith("I forgot")
    assert [each.begin_ms for each in kitchen.recordings()] == [NOW_MS - 12 * HOUR_MS]


@pytest.mark.parametrize(
    "request_",
    [
        "delete what I said tomorrow",
        "delete what I said on February 30",
        "delete everything Tom said",
        "delete what I said from March 10 to March 3",
    ],
)
def test_what_is_no_time_or_nobody_forgets_nothing(kitchen: Kitchen, request_: str) -> None:
    kitchen.say("one")
    reply = kitchen.say(request_)
    assert not reply.answer.startswith("I forgot")
    assert not reply.asks
    assert "one" in kitchen.words()


def test_nothing_there_is_said_to_be_nothing(kitchen: Kitchen) -> None:
    """Never as a success (R-15)."""
    for request in (JUST, TODAY, "delete everything I said yesterday"):
        reply = kitchen.say(request)
        assert reply.answer.startswith("There was nothing to forget")
        assert not reply.asks
    assert kitchen.kinds() == []


def test_what_is_not_just_any_more_is_asked_about(kitchen: Kitchen) -> None:
    """Ten minutes later nobody knows what “just” is."""
    kitchen.say("one")
    kitchen.clock.advance(ms=11 * MINUTE_MS)
    assert kitchen.say(JUST).asks
    assert kitchen.words() == ["one"]
    assert kitchen.say("yes").answer.startswith("I forgot")
    assert kitchen.words() == []


# -- whose -----------------------------------------------------------------------------------


def test_another_grown_ups_is_refused(kitchen: Kitchen) -> None:
    """Plainly, with where it can be done instead; the refusal is in the ledger."""
    said(kitchen.home.vault, NOW_MS - HOUR_MS, person="Leo")
    before = kitchen.entries().count("refusal")
    reply = kitchen.say("delete everything Leo said")
    assert reply.answer.startswith("I may not")
    assert not reply.asks
    assert len(kitchen.recordings()) == 1
    assert kitchen.entries().count("refusal") > before


def test_a_parent_forgets_a_childs(kitchen: Kitchen) -> None:
    """Asked about first: it is another person's."""
    kitchen.agree_for_mia()
    said(kitchen.home.vault, NOW_MS - HOUR_MS, person="Mia")
    kitchen.say("one")
    asked = kitchen.say("delete everything Mia said today")
    assert (asked.asks, len(kitchen.recordings())) == (True, 2)
    assert kitchen.say("yes").answer.startswith("I forgot")
    assert kitchen.words() == ["one"]
    assert [each.person for each in kitchen.recordings()] == ["Ana"]


def test_everything_in_a_room_is_ones_own_there(kitchen: Kitchen) -> None:
    """“Everything from the kitchen” is what Ana said there: not Leo's, not hers from the bath."""
    vault = kitchen.home.vault
    said(vault, NOW_MS - HOUR_MS, person="Leo")
    said(vault, NOW_MS - HOUR_MS, person="Ana", device="bath")
    kitchen.say("one")
    for request in ("delete everything on this device", "delete everything from the kitchen"):
        reply = kitchen.say(request)
        assert (reply.asks, "Leo" in reply.answer) == (True, False)
        kitchen.say("no")
    kitchen.say("delete everything on this device")
    kitchen.say("yes")
    left = sorted((each.person, each.device) for each in kitchen.recordings())
    assert left == [("Ana", "bath"), ("Leo", "kitchen")]


def test_who_names_themselves_is_who_speaks(kitchen: Kitchen) -> None:
    """Ana's “everything Ana said today” is narrow, and hers."""
    kitchen.say("one")
    reply = kitchen.say("delete everything Ana said today")
    assert reply.answer == "I forgot what you said today: one recording."


def test_nobody_in_particular_forgets_what_was_said_here(kitchen_of_nobody: Kitchen) -> None:
    """In this room alone; Ana's stays, and so does nobody's from another room."""
    kitchen, home = kitchen_of_nobody, kitchen_of_nobody.home
    said(home.vault, NOW_MS - HOUR_MS, person="Ana")
    home.house.devices.add(home.ana, home.account_id, "bath", DeviceSort.SPEAKER, "")
    said(home.vault, NOW_MS - HOUR_MS, person=kitchen.endpoint.person, device="bath")
    kitchen.say("one")
    kitchen.say("two")
    assert kitchen.say(JUST).answer.startswith("I forgot")
    assert kitchen.words() == ["one"]
    assert kitchen.say("delete everything I have ever said").asks
    assert kitchen.say("yes").answer.startswith("I forgot")
    assert sorted((each.person, each.device) for each in kitchen.recordings()) == sorted(
        [("Ana", "kitchen"), (kitchen.endpoint.person, "bath")]
    )


def test_a_question_is_answered_by_whom_it_was_asked(kitchen: Kitchen) -> None:
    """Who is taken for another by then answers another one's question, which is none."""
    home = kitchen.home
    kitchen.say("one")
    kitchen.say("delete everything I have ever said")
    home.house.endpoints.take_for(home.leo, home.account_id, kitchen.device_id, home.leo_id)
    assert not kitchen.say("yes").answer.startswith("I forgot")
    assert "one" in kitchen.words()


def test_a_childs_voice_needs_a_parents_leave(kitchen: Kitchen) -> None:
    kitchen.agree_for_mia()
    said(kitchen.home.vault, NOW_MS - HOUR_MS, person="Mia")
    kitchen.take_for(kitchen.home.mia_id)
    assert kitchen.say(TODAY).answer.startswith("I may not")
    assert len(kitchen.recordings()) == 1


# -- faults ----------------------------------------------------------------------------------


def test_what_is_held_by_law_is_said_to_be(kitchen: Kitchen) -> None:
    kitchen.say("one")
    kitchen.home.vault.hold(all_of(person="Ana"))
    reply = kitchen.say(JUST)
    assert "by law" in reply.answer
    assert not reply.answer.startswith("I forgot")


def test_speech_during_a_deletion_does_not_slip_in(kitchen: Kitchen) -> None:
    """Begun before the moment, heard after it: refused by custody, and answered all the same."""
    kitchen.say("one")
    turn = kitchen.begin()
    kitchen.clock.advance(ms=SECOND_MS)
    assert kitchen.say(TODAY).answer.startswith("I forgot")
    reply = kitchen.say("the walnuts are in the cupboard", turn=turn)
    assert reply.transcript
    assert kitchen.kinds() == []
    kitchen.say("two")
    assert kitchen.words() == ["two"]


def test_a_yes_takes_what_was_said_meanwhile(kitchen: Kitchen) -> None:
    """Two speak at once: what the other one said between question and yes is in its scope."""
    kitchen.say("one")
    asked = kitchen.say("delete everything I have ever said")
    assert asked.asks
    said(kitchen.home.vault, kitchen.clock.now_ms() - 100, person="Ana", duration_ms=50)
    assert kitchen.say("yes").answer.startswith("I forgot")
    assert kitchen.recordings() == ()


def test_what_is_murmured_at_a_question_is_held_beside_it(kitchen: Kitchen) -> None:
    """It may have been the yes: it goes with the request once that is done."""
    kitchen.say("one")
    kitchen.say("delete everything I have ever said")
    kitchen.murmur()
    assert len(kitchen.recordings()) == 1
    assert kitchen.say("yes").answer.startswith("I forgot")
    assert kitchen.recordings() == ()


def test_after_use_has_ended_one_still_forgets(kitchen: Kitchen) -> None:
    """Stopping and forgetting are two acts (R-12)."""
    home = kitchen.home
    kitchen.say("one")
    home.house.consents.withdraw(home.ana, home.account_id, home.ana_id, Scope.USE)
    assert kitchen.say(TODAY).answer.startswith("I forgot")
    assert kitchen.recordings() == ()


def test_a_root_store_that_is_away_forgets_nothing_and_says_so(kitchen: Kitchen) -> None:
    """Nothing was forgotten: nobody is told that it was."""
    kitchen.say("one")
    for store in kitchen.home.vault.config.root_stores:
        path = kitchen.home.vault.home / store
        path.rename(path.with_name(f"{path.name}-away"))
    reply = kitchen.say(JUST)
    for store in kitchen.home.vault.config.root_stores:
        path = kitchen.home.vault.home / store
        path.with_name(f"{path.name}-away").rename(path)
    assert reply.answer.startswith("That did not work")
    assert kitchen.words() == ["one"]


def test_german_forgets_too(sqlite_home: Home) -> None:
    """The same acts in another language, as text."""
    kitchen = Kitchen(sqlite_home, language="de")
    kitchen.say("es regnet")
    assert kitchen.say("lösche, was ich gerade gesagt habe").answer.startswith("Ich habe vergessen")
    assert kitchen.kinds() == []


def test_words_without_sound_go_all_the_same(kitchen: Kitchen) -> None:
    kitchen.dont_keep(Kind.AUDIO)
    kitchen.say("one")
    assert kitchen.say(JUST).answer == "I forgot what you just said."
    assert kitchen.kinds() == []
