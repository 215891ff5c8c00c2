"""What files are called in an archive: when, who, on what; safe on every system. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime

from bailee.types.kind import Kind

_UNSAFE = re.compile(r'[<>:"/\\|?*\s]+')
"""What Windows, macOS or a shell takes for something else."""
_LONGEST = 60
_LONGEST_ENDING = 8
_ENDINGS: Mapping[str, str] = {
    "audio/wav": "wav", "audio/x-wav": "wav", "audio/flac": "flac", "audio/ogg": "ogg",
    "audio/opus": "opus", "audio/mpeg": "mp3", "audio/mp4": "m4a", "audio/aac": "aac",
    "audio/webm": "weba", "video/mp4": "mp4", "video/webm": "webm", "video/x-matroska": "mkv",
    "video/quicktime": "mov", "video/mp2t": "ts", "image/jpeg": "jpg", "image/png": "png",
    "image/webp": "webp", "image/gif": "gif", "image/heic": "heic", "text/plain": "txt",
    "application/json": "json", "application/vnd.bailee.waveform": "waveform",
}  # fmt: skip
_TEXTS = frozenset({Kind.TRANSCRIPT, Kind.FACT, Kind.ANNOTATION})


def stem(at: datetime, person: str, device: str) -> str:
    """What is said before the ending: ``07.12.05 Leo, kitchen``."""
    return f"{at:%H.%M.%S} {clean(person)}, {clean(device)}"


def clean(name: str) -> str:
    """*name* (untrusted) as a part of a file's name; "–" if nothing of it is left."""
    shown = "".join(
        each if unicodedata.category(each)[0] != "C" else " "
        for each in unicodedata.normalize("NFC", name)
    )
    return _UNSAFE.sub(" ", shown)[:_LONGEST].strip(" .,") or "–"


def ending(kind: Kind, details: Mapping[str, object], name: str, *, converted: bool) -> str:
    """What the file's bytes are, as its depositor said or its name does; with its dot."""
    if converted:
        return ".geojson"
    known = _ENDINGS.get(str(details.get("media_type", "")).partition(";")[0].strip().lower())
    if known is None and kind in _TEXTS:
        known = "txt"
    if known is None:
        _, dot, given = name.rpartition(".")
        fits = dot and given.isascii() and given.isalnum() and len(given) <= _LONGEST_ENDING
        known = given.lower() if fits else "bin"
    # Pictures beside a film, its words beside its sound: told apart where the ending does not.
    return f".{kind}.{known}" if kind not in _PLAIN else f".{known}"


_PLAIN = frozenset({Kind.AUDIO, Kind.VIDEO, Kind.IMAGE, Kind.TRANSCRIPT, Kind.LOCATION})


class Names:
    """Names of one folder, none of them twice, whatever a system makes of capitals."""

    def __init__(self, *taken: str) -> None:
        self._taken = {each.casefold() for each in taken}

    def free(self, stem: str, ending: str) -> str:
        """*stem* and *ending*, with a number between them from the second on."""
        name, number = f"{stem}{ending}", 1
        while name.casefold() in self._taken:
            number += 1
            name = f"{stem} {number}{ending}"
        self._taken.add(name.casefold())
        return name
