"""Byte ranges (RFC 9110 §14): one range is answered with it, several with the whole."""

import re
from dataclasses import dataclass

from bailee.api.problems import RANGE, ProblemError
from bailee.types.cut import Cut
from bailee.types.ids import ArtefactId

_ONE = re.compile(r"bytes=\s*(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))\s*", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Bytes ``begin … end``, half-open, of *size*; ``0 <= begin < end <= size``."""

    begin: int
    end: int
    size: int

    @property
    def content_range(self) -> str:
        """As the header of that name says it: both ends included."""
        return f"bytes {self.begin}-{self.end - 1}/{self.size}"


def part_of(asked: str | None, if_range: str | None, etag: str, size: int) -> Part | None:
    """The one range that is asked for; None for the whole.

    What is no byte range, or several, is passed over as RFC 9110 §14.2 allows; and so is a range
    of what has another tag by now (§13.1.5: compared strongly, so a date never fits).

    Args:
        asked: The `Range` header; untrusted.
        if_range: The `If-Range` header; untrusted.
        etag: Of what is there, with its quotes.
        size: Of what is there, in bytes.

    Raises:
        ProblemError: It is beyond the end; `Content-Range` says where that is.
    """
    match = _ONE.fullmatch(asked or "")
    if match is None or (if_range is not None and if_range != etag):
        return None
    first, last, suffix = match.groups()
    begin, end = max(0, size - int(suffix or 0)), size
    if first is not None:
        begin = int(first)
        end = min(size, int(last) + 1) if last else size
        if last and int(last) < begin:
            return None
    if not begin < end:
        raise _beyond(size)
    return Part(begin=begin, end=end, size=size)


def cut_by(asked: str | None, if_range: str | None) -> Cut:
    """The same, of whatever is opened. It raises as `part_of` does."""

    def cut(artefact_id: ArtefactId, size_bytes: int) -> tuple[int, int]:
        part = part_of(asked, if_range, etag_of(artefact_id), size_bytes)
        return (0, size_bytes) if part is None else (part.begin, part.end)

    return cut


def etag_of(artefact_id: str) -> str:
    """The strong tag of an artefact's bytes: they never change, so its id is their tag."""
    return f'"{artefact_id}"'


def _beyond(size: int) -> ProblemError:
    error = ProblemError(RANGE, f"It has {size} bytes.")
    error.headers["Content-Range"] = f"bytes */{size}"
    return error
