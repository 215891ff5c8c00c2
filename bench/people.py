"""Real small content for a vault: one-line transcripts, deposited through the public door."""

import hashlib
import time
from collections.abc import Iterator

from bailee import Deposit, Kind, Vault
from bailee.types.ids import RecordingId

AT_ONCE = 5000
SPACING_MS = 1000
HOME = "home"


def transcripts(
    person: str, count: int, *, account: str = HOME, device: str = "kitchen"
) -> Iterator[Deposit]:
    """*count* recordings of 64 bytes, a second apart, up to now."""
    begin_ms = time.time_ns() // 1_000_000 - (count + 1) * SPACING_MS
    for number in range(count):
        yield Deposit(
            account=account,
            person=person,
            device=device,
            kind=Kind.TRANSCRIPT,
            content=line(f"{person}{number}"),
            captured_at_ms=begin_ms + number * SPACING_MS,
            duration_ms=SPACING_MS // 2,
        )


def line(seed: str) -> bytes:
    """64 bytes that look like nothing else."""
    return hashlib.sha256(seed.encode()).hexdigest().encode()


def fill(vault: Vault, items: Iterator[Deposit]) -> list[RecordingId]:
    """Deposit everything, a few thousand a call; the ids of the recordings."""
    ids: list[RecordingId] = []
    batch: list[Deposit] = []
    for item in items:
        batch.append(item)
        if len(batch) == AT_ONCE:
            ids += [done.recording_id for done in vault.deposit_many(batch)]
            batch.clear()
    ids += [done.recording_id for done in vault.deposit_many(batch)]
    return ids
