"""What custody stands on, put together once by `vault` and handed to every verb."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path

from bailee.clock import Clock, day_of
from bailee.rules.retention import Policy
from bailee.store.content import ContentStore
from bailee.store.database import Database
from bailee.store.ledger import Log
from bailee.store.ring import Ring
from bailee.store.roots import RootStores
from bailee.types.decide import Decide
from bailee.types.ids import StreamId

Progress = Callable[[int, int], None]
"""Told how many are done, of how many (0 where that is not known)."""


def no_progress(done: int, total: int) -> None:
    """Tell nobody."""
    del done, total


@dataclass(slots=True, kw_only=True)
class Premises:
    """The stores, the clock and the decider of one open vault."""

    home: Path
    vault_id: bytes
    vkey: str
    database: Database
    ring: Ring
    content: ContentStore
    roots: RootStores
    log: Log
    clock: Clock
    decide: Decide
    policy: Policy
    expiry_step_days: int
    horizon_ms: int
    names_key: bytes | None = None
    """The key of the index of account names, once it was asked for; it never changes."""
    tags: dict[str, str] = field(default_factory=dict)
    """Ledger tags by opaque id; they never change while the id lives."""
    named_until: dict[Hashable, int] = field(default_factory=dict)
    """Until which day the names of an address are known to live."""
    streams: dict[Hashable, StreamId] = field(default_factory=dict)
    """Streams by address and kind; once made, an address keeps them as long as it lives."""
    stream_parts: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Person and device of each stream met; they never change."""

    def now_ms(self) -> int:
        return self.clock.now_ms()

    def today(self) -> int:
        """The present UTC day, in days since the epoch."""
        return day_of(self.clock.now_ms())
