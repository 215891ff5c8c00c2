"""Forgetting so that no older copy can undo it, against wrapping every record's key again.

Ours is one erasure and one rotation: fresh keys for what lost something, a new root on disk, a ring
backup written, read back and opened, the old root destroyed. Theirs wraps each record's key under a
new master key in one transaction, which is the least that makes an old copy worthless; where the
old master key goes is not even counted.
"""

import itertools
import os
import statistics
from collections.abc import Iterator
from contextlib import closing

from harness import Part, Row, shown, turns
from people import SPACING_MS, fill, transcripts
from place import DATABASES, Place, vault_on
from wrapped import keys_of, wrapped_keys

from bailee import Deposit, Selection

DEVICES = 10


def run(place: Place) -> list[Part]:
    """Both databases."""
    return [_on(place, database) for database in DATABASES]


def _on(place: Place, database: str) -> Part:
    accounts, each = place.size.pick((2, 3), (20, 30), (100, 300))
    rounds = place.size.pick(1, 3, 5)
    total = accounts * DEVICES * each
    place.say(f"{database}: depositing {total:,} recordings in {accounts * DEVICES:,} streams")
    kept = vault_on(place, database, "rotate")
    theirs = wrapped_keys(place, database)
    theirs.fill(keys_of([each] * accounts * DEVICES, old := os.urandom(32)), persons=1)
    masters = itertools.pairwise([old, *(os.urandom(32) for _ in range(rounds + 1))])
    with closing(kept.create()) as vault:
        for household in range(accounts):
            for device in range(DEVICES):
                fill(vault, _stream(household, device, each))
        vault.rotate()
        households = iter(range(rounds + 1))

        def ours() -> None:
            household = next(households)
            newest = next(iter(_stream(household, 0, 1))).captured_at_ms
            picked = Selection(account=f"home {household}", from_ms=newest - each * SPACING_MS // 3)
            vault.forget(picked)
            vault.rotate()

        sides = (ours, lambda: theirs.wrap_again(*next(masters)))
        turns(sides, 1)
        place.say(f"{database}: forgetting for good")
        taken = [statistics.median(side) for side in turns(sides, rounds)]
        still = statistics.median(turns((vault.rotate,), rounds)[0])
    theirs.close()
    kept.drop()
    part = Part(title=f"Forgetting so that no older copy can undo it, on {database}")
    part.rows.append(
        Row(
            work=f"erase a stretch of a household and rotate: {total:,} records in "
            f"{accounts * DEVICES:,} streams",
            against=f"wrap every record's key again, {database}",
            ours_s=taken[0],
            theirs_s=taken[1],
            aim=20,
        )
    )
    part.figures.append(("a rotation when nothing was forgotten", shown(still)))
    return part


def _stream(household: int, device: int, count: int) -> Iterator[Deposit]:
    return transcripts("Leo", count, account=f"home {household}", device=f"device {device}")
