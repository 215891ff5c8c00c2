"""What a body is called when it leaves: a type that nobody has to guess, a file name that is safe.

Only types that no browser runs are named; everything else is bytes.
"""

import re
import unicodedata
from collections.abc import Mapping
from urllib.parse import quote

from bailee.types.kind import Kind

BYTES = "application/octet-stream"
_TEXT = "text/plain"
_SAFE = re.compile(r"(?:audio|video|image)/[a-z0-9][a-z0-9.+-]{0,60}")
_OTHERS = frozenset({_TEXT, "application/json"})
_BY_KIND = {Kind.TRANSCRIPT: _TEXT, Kind.FACT: _TEXT, Kind.ANNOTATION: _TEXT}
_LONGEST_NAME = 120


def safe_type(media_type: str) -> str:
    """*media_type* (untrusted) without its parameters; "" unless it can be shown as it is.

    SVG and whatever else is XML can hold scripts, and so is not among them.
    """
    plain = media_type.partition(";")[0].strip().lower()
    known = plain in _OTHERS or (_SAFE.fullmatch(plain) and "svg" not in plain)
    return plain if known and "xml" not in plain else ""


def content_type(kind: Kind, details: Mapping[str, object]) -> str:
    """The `Content-Type` of an artefact: as its bytes proved or its depositor said."""
    told = safe_type(str(details.get("media_type", ""))) or _BY_KIND.get(kind, BYTES)
    return f"{_TEXT}; charset=utf-8" if told == _TEXT else told


def disposition(name: str, fallback: str, *, taken_away: bool) -> str:
    """The `Content-Disposition` (RFC 6266): shown in place, or taken away under a safe name."""
    if not taken_away:
        return "inline"
    safe = file_name(name) or fallback
    ascii_name = unicodedata.normalize("NFKD", safe).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", ascii_name).strip(" .") or fallback
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}"


def file_name(name: str) -> str:
    """The last part of a name (untrusted) that may be a path; "" if nothing of it is left."""
    last = re.split(r"[/\\]", name)[-1]
    plain = "".join(each for each in last if unicodedata.category(each)[0] != "C")
    stem, dot, ending = plain.strip(" .").rpartition(".")
    if not dot or len(ending) > 10:
        return plain.strip(" .")[:_LONGEST_NAME]
    return f"{stem[: _LONGEST_NAME - len(ending) - 1]}.{ending}"
