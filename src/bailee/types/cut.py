"""Which bytes of a content are wanted, said once it is known which content that is."""

from collections.abc import Callable
from typing import TypeAlias

from bailee.errors import InputError
from bailee.types.ids import ArtefactId

Cut: TypeAlias = Callable[[ArtefactId, int], tuple[int, int]]
"""Given an artefact and its size in bytes: where to begin and end, half-open, within it.

Asked after the decision and before the entry, perhaps more than once; what it raises leaves no entry.
"""


def whole(artefact_id: ArtefactId, size_bytes: int) -> tuple[int, int]:
    """All of it."""
    del artefact_id
    return 0, size_bytes


def between(begin: int, end: int | None = None) -> Cut:
    """Bytes ``begin … end``, half-open; to its end without one."""

    def cut(artefact_id: ArtefactId, size_bytes: int) -> tuple[int, int]:
        del artefact_id
        last = size_bytes if end is None else end
        require_within(begin, last, size_bytes)
        return begin, last

    return cut


def require_within(begin: int, end: int, size_bytes: int) -> None:
    """Raise `InputError` unless that is a range of it."""
    if not 0 <= begin <= end <= size_bytes:
        raise InputError("That range is not within it.", hint=f"It has {size_bytes} bytes.")
