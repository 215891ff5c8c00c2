"""Places: many addresses in one entry, each person and device named once.

``[[person tag, device tag, [[begin ms, end ms, sequence], …]], …]``. An entry has 65,535 bytes, and
an address by itself takes a hundred of them.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

Address = Sequence[Any]
"""``[person tag, device tag, begin ms, end ms, sequence]``."""


def pack(addresses: Iterable[Address]) -> list[list[Any]]:
    """Each of *addresses* once, in order; `unpack` gives them back."""
    found: dict[tuple[str, str], set[tuple[int, int, int]]] = {}
    for person, device, begin, end, sequence in addresses:
        found.setdefault((person, device), set()).add((begin, end, sequence))
    return [[*whose, [list(each) for each in sorted(found[whose])]] for whose in sorted(found)]


def unpack(places: Iterable[Sequence[Any]]) -> Iterator[Address]:
    """The addresses of *places*, which must have the right shape."""
    for person, device, leaves in places:
        for begin, end, sequence in leaves:
            yield [person, device, begin, end, sequence]
