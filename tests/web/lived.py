"""What a household recorded: sounds, films and words at times of a day, for pages to show."""

import io
import math
import struct
import wave
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import av
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from api.house import House
from bailee.household.keeping import NewRecording
from bailee.types.choice import Choice
from bailee.types.ids import DeviceId, PersonId, RecordingId
from bailee.types.kind import Kind

MINUTE_MS = 60_000
HOUR_MS = 3_600_000
_RATE = 8000


def tone(seconds: float = 1.0) -> bytes:
    """A WAV of a tone that swells."""
    count = int(seconds * _RATE)
    samples = (int(12000 * n / count * math.sin(n * 0.3)) for n in range(count))
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(b"".join(struct.pack("<h", each) for each in samples))
    return out.getvalue()


def film(path: Path, *, seconds: int, every_s: int = 1) -> bytes:
    """An MP4 of one picture every so many seconds, seekable from its beginning."""
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as out:
        stream = out.add_stream("libx264", rate=Fraction(1, every_s))
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 160, 90, "yuv420p"
        stream.options = {"preset": "ultrafast", "g": "30"}
        for number in range(seconds // every_s):
            frame = VideoFrame(160, 90, "yuv420p")
            for plane, level in zip(frame.planes, (60 + number % 150, 90, 150), strict=True):
                plane.update(bytes([level]) * plane.buffer_size)
            frame.pts = number
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path.read_bytes()


def heard(
    house: House,
    at_ms: int,
    device: DeviceId,
    words: str | bytes = "",
    *,
    person: PersonId | None = None,
    seconds: float = 1.0,
) -> RecordingId:
    """A sound, and what was said in it."""
    made = keep(
        house, at_ms, device, tone(min(seconds, 2)), Kind.AUDIO, person, int(seconds * 1000)
    )
    if words:
        said = words.encode() if isinstance(words, str) else words
        new = NewRecording(kind=Kind.TRANSCRIPT, content=said, derived_from=(made,))
        house.service.household.keeping.deposit(house.ana.principal, house.account_id, new)
    return made


def keep(
    house: House,
    at_ms: int,
    device: DeviceId,
    content: bytes,
    kind: Kind,
    person: PersonId | None = None,
    duration_ms: int = 0,
    details: Mapping[str, str | int | float | None] | None = None,
) -> RecordingId:
    """A recording of Ana's, or of *person*'s."""
    types = {Kind.AUDIO: "audio/wav", Kind.VIDEO: "video/mp4", Kind.IMAGE: "image/png"}
    new = NewRecording(
        kind=kind,
        content=content,
        person_id=person or house.ana.id,
        device_id=device,
        captured_at_ms=at_ms,
        duration_ms=duration_ms,
        details=details or ({"media_type": types[kind]} if kind in types else {}),
    )
    keeping = house.service.household.keeping
    return keeping.deposit(house.ana.principal, house.account_id, new).recording_id


def forget(house: House, **choice: object) -> str:
    """Forget as Ana; the id of its receipt."""
    erasures = house.service.household.erasures
    begun = erasures.ask(house.ana.principal, house.account_id, Choice(**choice))  # type: ignore[arg-type]  # as Choice says
    erasures.finish(begun.erasure.id)
    return begun.erasure.id
