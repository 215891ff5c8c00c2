"""Recordings, by PyAV: packets and headers only, no picture is ever decoded.

Runs in a process of its own (`examine`), since a few hundred hostile bytes can make a demuxer
ask for gigabytes, or never return.
"""

from dataclasses import dataclass
from typing import Any

import av
from av.codec import CodecContext
from av.container import InputContainer
from av.stream import Disposition, Stream

from bailee.intake.capture import times_said
from bailee.intake.form import Form
from bailee.intake.length import checked_us, told_us, walked_us
from bailee.intake.source import READ_S, Reader, ReadSeek

DEMUXERS = {
    Form.HEIF: "mov",
    Form.AVIF: "mov",
    Form.GIF: "gif",
    Form.MP4: "mov",
    Form.QUICKTIME: "mov",
    Form.THREE_GP: "mov",
    Form.MATROSKA: "matroska",
    Form.WEBM: "matroska",
    Form.AVI: "avi",
    Form.FLV: "flv",
    Form.ASF: "asf",
    Form.MPEG_PS: "mpeg",
    Form.MPEG_TS: "mpegts",
    Form.OGG: "ogg",
    Form.WAV: "wav",
    Form.WAVE64: "w64",
    Form.FLAC: "flac",
    Form.MP3: "mp3",
    Form.AAC: "aac",
    Form.AIFF: "aiff",
    Form.CAF: "caf",
    Form.AU: "au",
    Form.AMR: "amr",
}
_STILL = {Form.HEIF, Form.AVIF}
_OPTIONS = {
    "protocol_whitelist": "none",  # no other file, no network
    "enable_drefs": "0",  # no QuickTime references to other files
    "max_streams": "64",
}
_NO_DECODERS = "aac"
"""Bare AAC alone tells its rate no other way."""
_NOT_MOVING = Disposition.attached_pic | Disposition.timed_thumbnails
_READ_AT_ONCE = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """What a container holds, in plain words that can cross to another process.

    Attributes:
        pictures: True for moving pictures, False for one still, None without any.
        duration_ms: None where finding out would cost too much.
    """

    pictures: bool | None
    duration_ms: int | None
    codecs: tuple[str, ...]
    width: int | None
    height: int | None
    sample_rate: int | None
    channels: int | None
    times_said: tuple[str, ...]


def read_media(reader: Reader, form: Form) -> Media | None:
    """Look into a container; None if nothing in it can be played.

    Raises:
        av.FFmpegError: It is damaged.
    """
    with _open(reader, form) as container:
        streams = [stream for stream in container.streams if _plays(stream)]
        if not streams:
            return None
        told = None if form in _STILL else told_us(container, form)
        checked = None if told is None else checked_us(container, streams, told)
        # Out of patience by now, there is more of it than can be looked at: it plays, for long.
        known = checked is not None or reader.spent
        count, length_us = (2, checked) if known else _walk(reader, form)
        if count == 0:
            return None
        still = form in _STILL or (form is Form.GIF and count == 1)
        return _described(container, streams, still=still, length_us=length_us)


def _walk(reader: Reader, form: Form) -> tuple[int, int | None]:
    """Packets and microseconds, from a fresh start: some demuxers cannot seek back."""
    with _open(reader, form) as container:
        count, length_us = walked_us(container, [s for s in container.streams if _plays(s)])
    # A walk that ran out of patience knows how much there is at least: not what it plays.
    return count, None if reader.spent else length_us


def _open(reader: Reader, form: Form) -> InputContainer:
    return open_media(reader, DEMUXERS[form], decoders=_NO_DECODERS)


def open_media(reader: ReadSeek, demuxer: str, *, decoders: str) -> InputContainer:
    """Open what *reader* reads by *demuxer*, with *decoders* (names, by commas) and no others."""
    reader.seek(0)
    return av.open(
        reader,
        "r",
        format=demuxer,
        options={**_OPTIONS, "codec_whitelist": decoders},
        metadata_errors="replace",
        buffer_size=_READ_AT_ONCE,
        timeout=READ_S,
        io_open=_refuse,
    )


def _refuse(*_: object) -> Any:
    raise PermissionError("a recording may not name another file")


def _plays(stream: Stream) -> bool:
    return stream.type == "audio" or (
        stream.type == "video" and not stream.disposition & _NOT_MOVING
    )


def _described(
    container: InputContainer, streams: list[Stream], *, still: bool, length_us: int | None
) -> Media:
    pictures = [stream for stream in streams if stream.type == "video"]
    sounds = [stream for stream in streams if stream.type == "audio"]
    return Media(
        pictures=not still if pictures else None,
        duration_ms=None if still or length_us is None else length_us // 1000,
        codecs=tuple(_codec(stream) for stream in (*pictures, *sounds)),
        width=_said(pictures, "width"),
        height=_said(pictures, "height"),
        sample_rate=_said(sounds, "sample_rate"),
        channels=_said(sounds, "channels"),
        times_said=times_said([container.metadata, *(s.metadata for s in streams)]),
    )


def _codec(stream: Stream) -> str:
    context = _context(stream)
    return "unknown" if context is None else context.codec.canonical_name


def _context(stream: Stream) -> CodecContext | None:
    """None, whatever the stubs say, for a codec that this build of PyAV lacks."""
    return stream.codec_context


def _said(streams: list[Stream], what: str) -> int | None:
    """The first number above 0 that a stream of the list gives for *what*."""
    values = (getattr(_context(stream), what, 0) for stream in streams)
    return next((value for value in values if value), None)
