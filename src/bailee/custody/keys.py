"""The KEK of an artefact, gathered from the ring inside a transaction."""

from dataclasses import dataclass

import sqlalchemy as sa

from bailee.keytree import Path
from bailee.seal import KekContext, derive_kek
from bailee.store.ring import DAYS_STREAM, Ring
from bailee.types.ids import ArtefactId, StreamId
from bailee.types.kind import Kind

Place = tuple[StreamId, int]
"""A stream and a leaf in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """Everything that must be alive for an artefact to open (design §1)."""

    artefact_id: ArtefactId
    kind: Kind
    day: int
    own: Place
    sources: tuple[Place, ...]


class KeyFinder:
    """Leaves of one transaction; neighbours share their steps. Keep it no longer than that."""

    def __init__(self, connection: sa.Connection, ring: Ring) -> None:
        self._connection = connection
        self._ring = ring
        self._paths: dict[StreamId, Path] = {}

    def leaf(self, place: Place) -> bytes | None:
        """The key of a leaf; None when it is forgotten."""
        stream_id, leaf = place
        path = self._paths.get(stream_id)
        if path is None or not path.node.begin <= leaf <= path.node.last:
            node = self._ring.node_over(self._connection, stream_id, leaf)
            if node is None:
                return None
            path = self._paths[stream_id] = Path(node)
        return path.leaf(leaf)

    def kek(self, lock: Lock) -> bytes | None:
        """The KEK of an artefact; None when anything it stands on is forgotten."""
        places = (*lock.sources, lock.own, (DAYS_STREAM, lock.day))
        leaves = [self.leaf(place) for place in places]
        alive = [leaf for leaf in leaves if leaf is not None]
        if len(alive) != len(leaves):
            return None
        context = KekContext(artefact_id=lock.artefact_id, kind=lock.kind, day=lock.day)
        return derive_kek(alive[:-2], alive[-2], alive[-1], context)
