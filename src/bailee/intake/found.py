"""What a file was found to hold."""

from dataclasses import dataclass
from typing import Literal

from bailee.types.kind import Kind

TEXT = "text/plain"
JSON = "application/json"
BYTES = "application/octet-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What a file's own bytes say. Its name was not asked.

    Attributes:
        kind: What the bytes prove; None where they prove none (text, bytes of another program).
        media_type: IANA's; `BYTES` when unknown.
        duration_ms: Of what can really be played, which in a file cut short is less than its
            header says; None for stills, text and bytes, and where finding out would read more
            than `source.READ_BYTES`.
        codecs: libavcodec's names, picture before sound.
        width: Pixels as stored, before any rotation; None unless there is a picture.
        height: The same.
        sample_rate: Hz; None unless there is sound.
        channels: None unless there is sound.
        captured_at_ms: Since the Unix epoch; None when neither the file nor the disk knows.
        captured_from: Where that time was read: in the file, or as the time it was modified.
    """

    kind: Kind | None
    media_type: str
    duration_ms: int | None = None
    codecs: tuple[str, ...] = ()
    width: int | None = None
    height: int | None = None
    sample_rate: int | None = None
    channels: int | None = None
    captured_at_ms: int | None = None
    captured_from: Literal["file", "modified"] = "modified"
