"""What scattered erasures leave: the ring's size, and what the next verbs cost, as they add up."""

import random
import statistics
from contextlib import closing
from functools import partial

import sqlalchemy as sa
from harness import Part, seconds, shown
from people import HOME, fill, transcripts
from place import SQLITE, Place, vault_on

from bailee import Purpose, Selection, Vault
from bailee.store.copies import write_copy
from bailee.store.tables import RING_TABLES, node
from bailee.types.ids import RecordingId

_TRIES = 9


def run(place: Place) -> list[Part]:
    """On SQLite: single recordings erased, one a call, at random from one stream."""
    held = place.size.pick(60, 3000, 40_000)
    stops = place.size.pick((1, 10), (1, 100, 1000), (1, 100, 10_000))
    place.say(f"depositing {held:,} recordings, to erase {stops[-1]:,} of them one by one")
    kept = vault_on(place, SQLITE, "scatter")
    part = Part(title="Scattered erasures of single recordings")
    part.columns = ("erased", "ring rows", "ring bytes", "next erase", "a release", "a rotation")
    with closing(kept.create()) as vault:
        ids = fill(vault, transcripts("Leo", held))
        random.Random(1).shuffle(ids)
        gone = 0
        for stop in stops:
            place.say(f"erasing until {stop:,} are gone")
            while gone < stop:
                _forget(vault, ids[gone])
                gone += 1
            part.table.append(_measure(vault, ids, gone))
            gone += _TRIES
    kept.drop()
    return [part]


def _forget(vault: Vault, recording_id: RecordingId) -> None:
    vault.forget(Selection(account=HOME, recordings=(recording_id,)))


def _measure(vault: Vault, ids: list[RecordingId], gone: int) -> tuple[str, ...]:
    rows, size = _ring(vault)
    erase = [seconds(partial(_forget, vault, each)) for each in ids[gone : gone + _TRIES]]
    release = [seconds(partial(_release, vault, each)) for each in ids[-_TRIES:]]
    rotate = seconds(vault.rotate)
    medians = (statistics.median(erase), statistics.median(release), rotate)
    return (f"{gone:,}", f"{rows:,}", f"{size:,}", *(shown(each) for each in medians))


def _release(vault: Vault, recording_id: RecordingId) -> int:
    released = vault.release(recording_id, purpose=Purpose.OWNER_VIEW)
    return sum(len(stretch) for stretch in released.stretches)


def _ring(vault: Vault) -> tuple[int, int]:
    """Rows of live nodes, and the bytes a ring backup takes."""
    counted = sa.select(sa.func.count()).select_from(node)
    rows = vault._premises.database.read(lambda c: c.scalar(counted))  # noqa: SLF001 - no door counts nodes
    return rows or 0, _backup_bytes(vault)


def _backup_bytes(vault: Vault) -> int:
    """Of the ring as a rotation keeps it beside the root."""
    path = vault.home / "ring.measured"
    vault._premises.database.read(lambda c: write_copy(c, path, RING_TABLES))  # noqa: SLF001 - the same
    size = path.stat().st_size
    path.unlink()
    return size
