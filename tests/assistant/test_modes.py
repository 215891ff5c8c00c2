"""What is kept of what is said: as much as the mode says, and never more (R-02, R-11)."""

import io
import wave

import pytest

from assistant.kitchen import ENGINE, PCM, SECOND_MS, Kitchen
from bailee.types.hearing import Heard
from bailee.types.keep_for import DONT_KEEP, Reach
from bailee.types.kind import Kind
from bailee.types.scope import Scope
from bailee.types.turn import Sound, Unheard
from household.conftest import Home

RAIN = "it will rain this afternoon"


def test_sound_and_words_are_kept(any_kitchen: Kitchen) -> None:
    """The words hang on the sound, with the engine that heard them; both are Ana's, in the kitchen."""
    kitchen = any_kitchen
    begun_ms = kitchen.clock.now_ms()
    reply = kitchen.say(RAIN)
    assert (reply.transcript, reply.handled) == (RAIN, False)
    [one] = kitchen.recordings()
    assert (one.person_id, one.device_id) == (kitchen.home.ana_id, kitchen.device_id)
    assert (one.begin_ms, one.end_ms) == (begun_ms, begun_ms + SECOND_MS - 1)
    [audio, words] = sorted(one.artefacts, key=lambda each: each.kind)
    assert (audio.kind, words.kind) == (Kind.AUDIO, Kind.TRANSCRIPT)
    assert words.details == {"engine": ENGINE}
    assert words.sources == (one.id,)
    assert kitchen.words() == [RAIN]
    with wave.open(io.BytesIO(kitchen.texts(one, Kind.AUDIO)[0])) as sound:
        assert sound.getparams()[:4] == (1, 2, 16_000, len(PCM) // 2)
        assert sound.readframes(len(PCM)) == PCM


def test_words_alone_are_a_recording_of_their_own(kitchen: Kitchen) -> None:
    kitchen.dont_keep(Kind.AUDIO)
    kitchen.say(RAIN)
    assert kitchen.kinds() == [Kind.TRANSCRIPT]
    assert kitchen.words() == [RAIN]


def test_sound_alone_is_kept_without_words(kitchen: Kitchen) -> None:
    kitchen.dont_keep(Kind.TRANSCRIPT)
    kitchen.say(RAIN)
    assert kitchen.kinds() == [Kind.AUDIO]


def test_where_nothing_is_kept_nothing_is_written(kitchen: Kitchen) -> None:
    """Heard, answered, gone: not even the ledger says that somebody spoke."""
    kitchen.dont_keep(Kind.AUDIO, Kind.TRANSCRIPT)
    before = kitchen.entries()
    assert kitchen.say(RAIN).answer
    assert kitchen.say("what time is it").answer.startswith("It is")
    kitchen.murmur()
    assert kitchen.kinds() == []
    assert kitchen.entries() == before


def test_sound_without_words_is_kept_as_the_mode_says(kitchen: Kitchen) -> None:
    """And without an empty transcript."""
    assert kitchen.murmur(Unheard.TOO_LONG).answer
    turn = kitchen.begin()
    sound = Sound(pcm=PCM, begin_ms=turn.begun_ms)
    assert turn.heard(Heard(text="", command="", engine=ENGINE), sound).transcript == ""
    assert kitchen.kinds() == [Kind.AUDIO, Kind.AUDIO]
    kitchen.dont_keep(Kind.AUDIO)
    kitchen.murmur()
    assert kitchen.kinds() == []


def test_the_mode_is_read_at_the_first_sound(kitchen: Kitchen) -> None:
    """What is allowed only from then on keeps nothing of what was begun before."""
    kitchen.dont_keep(Kind.AUDIO, Kind.TRANSCRIPT)
    turn = kitchen.begin()
    for kind in (Kind.AUDIO, Kind.TRANSCRIPT):
        here = Reach(kind=kind, person_id=kitchen.home.ana_id, device_id=kitchen.device_id)
        kitchen.home.house.keep_rules.put(kitchen.home.ana, kitchen.home.account_id, here, 1)
    kitchen.say(RAIN, turn=turn)
    assert kitchen.kinds() == []
    kitchen.say(RAIN)
    assert kitchen.kinds() == [Kind.AUDIO, Kind.TRANSCRIPT]


def end_use(home: Home) -> None:
    home.house.consents.withdraw(home.ana, home.account_id, home.ana_id, Scope.USE)


def dont_keep_sound(home: Home) -> None:
    reach = Reach(kind=Kind.AUDIO, person_id=home.ana_id)
    home.house.keep_rules.put(home.ana, home.account_id, reach, DONT_KEEP)


def revoke(home: Home) -> None:
    [device] = home.house.houses.show(home.ana, home.account_id).devices
    home.house.devices.revoke(home.ana, home.account_id, device.id)


@pytest.mark.parametrize(
    ("meanwhile", "left"),
    [(end_use, []), (dont_keep_sound, [Kind.TRANSCRIPT]), (revoke, [])],
    ids=["consent withdrawn", "sound not kept", "device revoked"],
)
def test_what_changes_while_somebody_speaks_counts(
    kitchen: Kitchen, meanwhile: object, left: list[Kind]
) -> None:
    """Custody decides when it is handed something; whoever spoke is answered all the same."""
    turn = kitchen.begin()
    meanwhile(kitchen.home)  # type: ignore[operator]
    assert kitchen.say("what time is it", turn=turn).answer.startswith("It is")
    assert kitchen.kinds() == left


def test_a_room_whose_endpoint_is_gone_keeps_nothing(kitchen: Kitchen) -> None:
    home = kitchen.home
    home.house.endpoints.end(home.ana, home.account_id, kitchen.device_id)
    kitchen.say(RAIN)
    assert kitchen.kinds() == []
    assert "may not" in kitchen.say("delete what I just said").answer


def test_who_is_taken_for_somebody_else_is_so_from_the_next_turn(kitchen: Kitchen) -> None:
    kitchen.make_parent()
    turn = kitchen.begin()
    home = kitchen.home
    kitchen.say("one", turn=turn)
    home.house.endpoints.take_for(home.leo, home.account_id, kitchen.device_id, home.leo_id)
    kitchen.say("two")
    assert [each.person_id for each in kitchen.recordings()] == [home.ana_id, home.leo_id]
