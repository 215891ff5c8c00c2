"""Nothing simulated between the microphone and the words: flite speaks, ffmpeg plays it, a real
satellite streams it, the detector ends it, the embedded recogniser hears it, espeak-ng answers."""

from pathlib import Path

import pytest

from bailee.assistant.speech import Espeak
from bailee.intake.hearing.embedded import Embedded
from bailee.intake.hearing.ending import Ending
from bailee.intake.wyoming.running import Doors
from support.listening import until
from support.real_satellite import Start, room_of
from support.speech import say, silence

pytestmark = pytest.mark.long
"""It is spoken in real time."""


def test_speech_of_a_real_satellite_is_heard_and_answered(start: Start, tmp_path: Path) -> None:
    """The words of the utterance, and not of the silence around it; the answer is played."""
    words = "what time is it"
    pcm = silence(2) + say(words) + silence(4)
    (tmp_path / "said.raw").write_bytes(pcm)
    form = "-f s16le -ar 16000 -ac 1"
    play = f"ffmpeg -v quiet -re -stream_loop -1 {form} -i {tmp_path}/said.raw {form} -"
    engine = Embedded([words])
    doors = Doors(engine, endings=Ending, speak=Espeak())
    doors.start()
    try:
        room = room_of(tmp_path, "kitchen")
        far = start("kitchen", microphone=play)
        doors.open(room, every_sound=True)
        until(lambda: len(room.heard) > 1)
        far.transcripts.until(room.said[0].encode())
        assert far.loudspeaker.has_come(within_s=60)
    finally:
        doors.stop()
        engine.close()
    text, sound = room.heard[1]
    assert text == words
    assert 500 < sound.duration_ms < 5_000
