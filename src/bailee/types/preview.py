"""Previews: something to see of a recording without opening it, as thumbnails are kept."""

from dataclasses import dataclass
from typing import Protocol

from bailee.types.kind import Kind
from bailee.types.recording import Artefact, Recording

WAVEFORM = "application/vnd.bailee.waveform"
"""One byte a peak, 0 … 255 of the loudest, from the beginning to the end; at most `PEAKS`."""
PICTURE = "image/webp"
"""At most `WIDTH` by `HEIGHT` pixels, turned the right way up, and nothing but pixels."""
NOTHING = "application/vnd.bailee.no-preview"
"""Empty: it was tried, and there is none."""
MADE_HERE = "preview"
"""In the details of those that a household made."""
PEAKS = 200
WIDTH, HEIGHT = 320, 240
SHOWN = (Kind.VIDEO, Kind.IMAGE, Kind.AUDIO)
"""What has a preview; of a recording's artefacts the first of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A preview, and what it is: `WAVEFORM`, `PICTURE` or `NOTHING`."""

    media_type: str
    content: bytes


NO_PREVIEW = Drawn(media_type=NOTHING, content=b"")


class Readable(Protocol):
    """An opened recording; reading it may raise that it is gone, or not allowed any more."""

    @property
    def size_bytes(self) -> int: ...

    def read(self, begin: int, end: int) -> bytes:
        """Bytes ``begin … end``, half-open, within it."""
        ...


class Draw(Protocol):
    """Draws previews, within bounds of memory, bytes and time."""

    def __call__(self, source: Readable, kind: Kind) -> Drawn:
        """The preview of *source* (untrusted); `NO_PREVIEW` where it is damaged, or has none.

        Raises what reading *source* raises.
        """
        ...


def shown_by(recording: Recording) -> Artefact | None:
    """What a preview of *recording* shows; None where there is nothing to be seen or heard."""
    held = {each.kind: each for each in reversed(recording.artefacts)}
    return next((held[kind] for kind in SHOWN if kind in held), None)


def preview_of(recording: Recording) -> Artefact | None:
    """The preview to show of it: one of `NOTHING` where there can be none, None where none was made.

    Others' thumbnails are shown as well, if they are pictures.
    """
    if shown_by(recording) is None:
        return None
    fitting = [each for each in recording.artefacts if _is_preview(each)]
    return min(fitting, key=lambda each: each.details["media_type"] == NOTHING, default=None)


def is_made_here(each: Artefact) -> bool:
    """Whether a household made it, as a preview."""
    return each.kind is Kind.THUMBNAIL and MADE_HERE in each.details


def _is_preview(each: Artefact) -> bool:
    told = str(each.details.get("media_type", ""))
    return each.kind is Kind.THUMBNAIL and (
        told in {WAVEFORM, NOTHING} or told.startswith("image/")
    )
