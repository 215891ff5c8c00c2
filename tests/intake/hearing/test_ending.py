"""The end of speech: found under noise and music, wherever the sound is cut into stretches."""

import pytest

from bailee.intake.hearing import Ending, EndingRules
from support.speech import Voice, chunks, mixed, noise, say, silence, tone

RATE_HZ = 16_000
LEAD_S, TAIL_S = 0.5, 2.0
SENTENCE = "delete everything i said today"


def _fed(pcm: bytes, rules: EndingRules | None = None, milliseconds: int = 64) -> Ending:
    ending = Ending(rules)
    for part in chunks(pcm, milliseconds):
        ending.feed(part)
    return ending


@pytest.mark.parametrize(
    "voice",
    [
        Voice(name="slt"),
        Voice(name="awb", speed=1.3),
        Voice(name="kal16", noise_db=15, noise="white"),
        Voice(name="rms", noise_db=10),
        Voice(name="en-gb"),
        Voice(name="en-us+f2", pitch=1.8),
    ],
    ids=str,
)
def test_speech_begins_and_ends_where_it_does(voice: Voice) -> None:
    pcm = say(SENTENCE, voice, lead_s=LEAD_S, tail_s=TAIL_S)
    ending = _fed(pcm)
    assert ending.began_at is not None
    assert ending.ended_at is not None
    assert abs(ending.began_at - LEAD_S * RATE_HZ) < 0.3 * RATE_HZ
    assert abs(ending.ended_at - (len(pcm) / 2 - TAIL_S * RATE_HZ)) < 0.5 * RATE_HZ


def test_music_is_nobody() -> None:
    """It begins nothing, and somebody who speaks through it ends all the same."""
    music = mixed(tone(6, 440), tone(6, 660))
    assert not _fed(music).began
    spoken = say(SENTENCE, lead_s=LEAD_S, tail_s=TAIL_S)
    assert _fed(mixed(spoken, tone(6, 440, level=600))).ended


@pytest.mark.parametrize("sound", [silence(9), noise(9, 800)], ids=["silence", "noise"])
def test_nobody_ends_it_too(sound: bytes) -> None:
    """After eight seconds, and not before."""
    ending = _fed(sound)
    assert ending.ended
    assert not ending.began
    assert not _fed(sound[: int(7.9 * 32_000)]).ended


def test_a_pause_is_no_end() -> None:
    """Between two words somebody may breathe."""
    pause = say("delete everything", tail_s=0.1) + say("i said today", lead_s=0.1, tail_s=TAIL_S)
    ending = _fed(pause)
    assert ending.ended_at is not None
    assert ending.ended_at > len(pause) / 2 - (TAIL_S + 0.8) * RATE_HZ


def test_who_does_not_stop_is_stopped() -> None:
    ending = _fed(say(SENTENCE, tail_s=0.0) * 3, EndingRules(longest_s=3.0))
    assert ending.began_at is not None
    assert ending.ended_at is not None
    assert 0 <= ending.ended_at - ending.began_at - 3 * RATE_HZ < 1024


@pytest.mark.parametrize("milliseconds", [1, 20, 500, 60_000])
def test_it_does_not_matter_how_sound_is_cut(milliseconds: int) -> None:
    pcm = say(SENTENCE, lead_s=LEAD_S, tail_s=TAIL_S)
    whole, cut = _fed(pcm), _fed(pcm, milliseconds=milliseconds)
    assert (cut.began_at, cut.ended_at) == (whole.began_at, whole.ended_at)


def test_once_ended_nothing_begins_again() -> None:
    pcm = say(SENTENCE, lead_s=LEAD_S, tail_s=TAIL_S)
    ending, again = _fed(pcm), _fed(pcm + pcm)
    assert (again.began_at, again.ended_at) == (ending.began_at, ending.ended_at)
