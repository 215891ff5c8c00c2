"""The door's rule about kinds, whole."""

import pytest

from bailee.errors import InputError
from bailee.intake.door import check_kind
from bailee.intake.found import Probe
from bailee.types.kind import CAPTURED, Kind

TEXT = Probe(kind=None, media_type="text/plain")
JSON = Probe(kind=None, media_type="application/json")
BYTES = Probe(kind=None, media_type="application/octet-stream")
SOUND = Probe(kind=Kind.AUDIO, media_type="audio/flac")
FILM = Probe(kind=Kind.VIDEO, media_type="video/mp4")
STILL = Probe(kind=Kind.IMAGE, media_type="image/png")
ALL = (TEXT, JSON, BYTES, SOUND, FILM, STILL)
OF_TEXT = {Kind.TRANSCRIPT, Kind.FACT, Kind.LOCATION, Kind.ANNOTATION}
OF_BYTES = {Kind.EMBEDDING, Kind.VOICEPRINT, Kind.FACEPRINT, Kind.DATASET, Kind.MODEL}


@pytest.mark.parametrize("found", ALL, ids=lambda found: found.media_type)
@pytest.mark.parametrize("asked", Kind)
def test_what_is_asked_agrees_with_the_bytes_or_is_refused(found: Probe, asked: Kind) -> None:
    """Every kind against every content."""
    agrees = (
        (asked in CAPTURED and found.kind is asked)
        or (asked is Kind.THUMBNAIL and found is STILL)
        or (asked in OF_TEXT and found in {TEXT, JSON})
        or asked in OF_BYTES
    )
    if agrees:
        assert check_kind(found, asked) is asked
        return
    with pytest.raises(InputError, match=f"cannot be kept as {asked}") as caught:
        check_kind(found, asked)
    assert caught.value.hint


@pytest.mark.parametrize("found", [SOUND, FILM, STILL])
def test_recordings_speak_for_themselves(found: Probe) -> None:
    """Nothing asked: the bytes' word is taken."""
    assert check_kind(found, None) is found.kind


@pytest.mark.parametrize(
    ("found", "hint"),
    [
        (TEXT, "--kind transcript, fact, location or annotation"),
        (JSON, "--kind transcript, fact, location or annotation"),
        (BYTES, "--kind embedding, voiceprint, faceprint, dataset or model"),
    ],
)
def test_unknown_content_asks_for_a_kind(found: Probe, hint: str) -> None:
    """Nothing asked and nothing proved: the hint names the kinds that would fit."""
    with pytest.raises(InputError, match="cannot be told") as caught:
        check_kind(found, None)
    assert hint in caught.value.hint
