"""Names that were tried during an attack and not looked at, until the next sweep tells their owners.

Kept in memory, so that a refusal writes nothing and costs the same whether or not a name exists. A
crash forgets who was to be told since the last sweep, a minute or so; nothing else hangs on it.
"""

import threading
from collections.abc import Mapping

_MOST = 100_000
"""About 30 MB. Beyond it further names are not noted until a sweep made room."""


class Refused:
    """A bounded set of names' keyed hashes, each with where it was tried from first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._names: dict[bytes, Mapping[str, str]] = {}

    def note(self, lookup: bytes, details: Mapping[str, str]) -> None:
        with self._lock:
            if len(self._names) < _MOST:
                self._names.setdefault(lookup, details)

    def drain(self) -> Mapping[bytes, Mapping[str, str]]:
        """All that was noted; it is no longer kept here."""
        with self._lock:
            noted, self._names = self._names, {}
        return noted
