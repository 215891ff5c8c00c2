"""Keeping what was said: as much as the mode says, through custody, and nowhere else (R-02, R-11)."""

import logging
from dataclasses import dataclass

from bailee.assistant.utterance import Utterance, wav
from bailee.errors import BaileeError
from bailee.household import Household
from bailee.household.endpoints import voice_at
from bailee.household.keeping import NewRecording
from bailee.types.ids import RecordingId
from bailee.types.kind import Kind
from bailee.types.turn import Sound

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Keeping:
    """Hands in what was said, as the device that heard it."""

    house: Household

    def keep(self, said: Utterance) -> RecordingId | None:
        """Keep what its mode lets; the recording, or None where nothing was kept.

        Custody decides again: what was withdrawn, set to “don't keep” or forgotten since the first
        sound is not kept (R-12, R-15). Never raises: whoever spoke is answered all the same.
        """
        sound = said.sound
        if sound is None or not said.mode.keeps:
            return None
        kept = self._hand_in(said, _audio(said, sound)) if said.mode.audio else None
        if not (said.mode.transcript and said.text):
            return kept
        # Where the sound was refused the words are too, or are one's own to keep: custody says.
        return self._hand_in(said, _transcript(said, sound, kept)) or kept

    def remember(self, said: Utterance, of: RecordingId, fact: str) -> bool:
        """Keep a fact that was said in a recording: it dies with it. Whether it is kept."""
        new = NewRecording(
            kind=Kind.FACT,
            content=fact.encode(),
            details={"engine": said.engine},
            derived_from=(of,),
        )
        return self._hand_in(said, new) is not None

    def _hand_in(self, said: Utterance, new: NewRecording) -> RecordingId | None:
        endpoint = said.endpoint
        voice = voice_at(endpoint.device_id)
        try:
            done = self.house.keeping.deposit(voice, endpoint.account_id, new)
        except BaileeError as error:
            _log.info("not kept: %s, %s", new.kind, type(error).__name__)
            return None
        return done.recording_id


def _audio(said: Utterance, sound: Sound) -> NewRecording:
    return NewRecording(
        kind=Kind.AUDIO,
        content=wav(sound),
        person_id=said.endpoint.person_id,
        device_id=said.endpoint.device_id,
        captured_at_ms=sound.begin_ms,
        duration_ms=sound.end_ms - sound.begin_ms,
    )


def _transcript(said: Utterance, sound: Sound, audio: RecordingId | None) -> NewRecording:
    """Made from the sound, or a recording of its own where only words are kept."""
    details = {"engine": said.engine}
    content = said.text.encode()
    if audio is not None:
        return NewRecording(
            kind=Kind.TRANSCRIPT, content=content, details=details, derived_from=(audio,)
        )
    return NewRecording(
        kind=Kind.TRANSCRIPT,
        content=content,
        person_id=said.endpoint.person_id,
        device_id=said.endpoint.device_id,
        captured_at_ms=sound.begin_ms,
        duration_ms=sound.end_ms - sound.begin_ms,
        details=details,
    )
