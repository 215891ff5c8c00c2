"""What a file holds: told from its content, never from its name."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from bailee.errors import InputError
from bailee.intake.capture import first_moment, within
from bailee.intake.examiner import EXAMINER
from bailee.intake.form import Form, recognise
from bailee.intake.found import BYTES, JSON, TEXT, Probe
from bailee.intake.source import Reader, Source
from bailee.intake.still import Still, read_still
from bailee.intake.text import HEAD_BYTES, is_json, is_text
from bailee.types.kind import Kind

_STILLS = {
    Form.JPEG: "image/jpeg",
    Form.PNG: "image/png",
    Form.WEBP: "image/webp",
    Form.TIFF: "image/tiff",
}
_MEDIA_TYPES = {
    Form.HEIF: "image/heif",
    Form.AVIF: "image/avif",
    Form.GIF: "image/gif",
    Form.MP4: "video/mp4",
    Form.QUICKTIME: "video/quicktime",
    Form.THREE_GP: "video/3gpp",
    Form.MATROSKA: "video/matroska",
    Form.WEBM: "video/webm",
    Form.AVI: "video/vnd.avi",
    Form.FLV: "video/x-flv",
    Form.ASF: "video/x-ms-asf",
    Form.MPEG_PS: "video/mpeg",
    Form.MPEG_TS: "video/mp2t",
    Form.OGG: "video/ogg",
    Form.WAV: "audio/vnd.wave",
    Form.WAVE64: "audio/x-w64",
    Form.FLAC: "audio/flac",
    Form.MP3: "audio/mpeg",
    Form.AAC: "audio/aac",
    Form.AIFF: "audio/aiff",
    Form.CAF: "audio/x-caf",
    Form.AU: "audio/basic",
    Form.AMR: "audio/AMR",
}


def probe(path: Path) -> Probe:
    """Look into a file, within bounds of memory, bytes and time, and open no other.

    The order matters: text comes first, so that nothing written as text (playlists, edit lists,
    subtitles, session descriptions) reaches a demuxer.

    Raises:
        InputError: It is not there, no regular file, unreadable, empty, or a recording so damaged
            or cut short that nothing in it can be played.
    """
    try:
        with Source(path) as source:
            found = _found(source)
    except OSError as error:
        raise InputError(
            f"This file could not be read to its end: {error.strerror}.",
            hint="Check the disk it is on.",
        ) from error
    if found.captured_at_ms is not None:
        return replace(found, captured_from="file")
    return replace(found, captured_at_ms=within(source.modified_ms))


def _found(source: Source) -> Probe:
    reader = Reader(source.fd)
    head = reader.read(HEAD_BYTES)
    if is_text(head):
        whole = source.size_bytes <= HEAD_BYTES
        return Probe(kind=None, media_type=JSON if whole and is_json(head) else TEXT)
    form = recognise(reader)
    if form is None:
        return Probe(kind=None, media_type=BYTES)
    if form in _STILLS:
        return _of_still(read_still(reader, form) or _refuse(form), form)
    return _of_media(EXAMINER.ask(source.fd, form) or _refuse(form), form)


def _refuse(form: Form) -> Any:
    raise InputError(
        f"Nothing in this {form} file can be played or shown: it is damaged, or was cut short.",
        hint="Copy it again from where it was made. A recorder that lost power may leave a file "
        "that only its own repair tool can finish.",
    )


def _of_still(still: Still, form: Form) -> Probe:
    return Probe(
        kind=Kind.VIDEO if still.moves else Kind.IMAGE,
        media_type=_STILLS[form],
        duration_ms=sum(still.frames_ms) if still.moves else None,
        codecs=(still.codec,),
        width=still.width,
        height=still.height,
        captured_at_ms=still.captured_at_ms,
    )


def _of_media(media: dict[str, Any], form: Form) -> Probe:
    """From `media.Media`, as it came over the line."""
    pictures, media_type = media["pictures"], _MEDIA_TYPES[form]
    if pictures is None:
        kind, media_type = Kind.AUDIO, media_type.replace("video/", "audio/")
    else:
        kind = Kind.VIDEO if pictures else Kind.IMAGE
    return Probe(
        kind=kind,
        media_type=media_type,
        duration_ms=media["duration_ms"],
        codecs=tuple(media["codecs"]),
        width=media["width"],
        height=media["height"],
        sample_rate=media["sample_rate"],
        channels=media["channels"],
        captured_at_ms=first_moment(media["times_said"]),
    )
