"""One video of 16 MiB: into custody against a copy with fsync, out of it against a plain read."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from harness import Part, Row, medians
from machine import sync_folder
from place import SQLITE, Place, vault_on

from bailee import Deposit, Kind, Purpose, Vault

SIZE = 16 << 20
BLOCK = 1 << 20


def run(place: Place) -> list[Part]:
    """On the default vault: SQLite, and content in a folder on the same disk."""
    rounds = place.size.pick(1, 7, 15)
    size = place.size.pick(1 << 20, SIZE, SIZE)
    place.say("one video, in and out")
    folder = place.fresh("video")
    folder.mkdir()
    film = folder / "film"
    film.write_bytes(os.urandom(size))
    kept = vault_on(place, SQLITE, "videos")
    with closing(kept.create()) as vault:
        held = [_deposit(vault, film), _deposit(vault, film)]
        copies = (folder / f"copy-{number}" for number in range(1 << 30))

        def deposit() -> None:
            held.append(_deposit(vault, film))

        inwards = medians((deposit, lambda: _copy(film, next(copies))), rounds)
        recordings = iter(held * (3 * rounds))
        os.sync()
        warm = medians((lambda: _release(vault, next(recordings)), lambda: _read(film)), rounds)
        cold = medians(
            (
                lambda: _release(vault, _cold_recording(vault, next(recordings))),
                lambda: _read(_cold(film)),
            ),
            rounds,
        )
    kept.drop()
    shutil.rmtree(folder)
    part = Part(title=f"A video of {size >> 20} MiB")
    part.rows = [
        Row(
            work="deposit",
            against="copy, fsync, fsync of the folder",
            ours_s=inwards[0],
            theirs_s=inwards[1],
            aim=0.7,
        ),
        Row(
            work="release, from the disk",
            against="plain read, from the disk",
            ours_s=cold[0],
            theirs_s=cold[1],
            aim=0.5,
        ),
        Row(
            work="release, from the system's cache",
            against="plain read, from the system's cache",
            ours_s=warm[0],
            theirs_s=warm[1],
            aim=0.5,
        ),
    ]
    return [part]


def _deposit(vault: Vault, film: Path) -> str:
    with film.open("rb") as content:
        done = vault.deposit(
            Deposit(
                account="home",
                person="Leo",
                device="door",
                kind=Kind.VIDEO,
                content=content,
                captured_at_ms=time.time_ns() // 1_000_000,
                duration_ms=1,
            )
        )
    return done.artefact_id


def _copy(film: Path, path: Path) -> None:
    shutil.copyfile(film, path)
    with path.open("rb") as file:
        os.fsync(file.fileno())
    sync_folder(path.parent)


def _release(vault: Vault, artefact_id: str) -> int:
    released = vault.release(artefact_id, purpose=Purpose.OWNER_VIEW)
    return sum(len(stretch) for stretch in released.stretches)


def _read(film: Path) -> int:
    with film.open("rb", buffering=0) as file:
        return sum(len(block) for block in iter(lambda: file.read(BLOCK), b""))


def _cold(path: Path) -> Path:
    """The same file, after the system was asked to forget what it holds of it."""
    with path.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return path


def _cold_recording(vault: Vault, artefact_id: str) -> str:
    for path in _contents(vault, artefact_id):
        _cold(path)
    return artefact_id


def _contents(vault: Vault, artefact_id: str) -> Iterator[Path]:
    return (vault.home / "content").glob(f"*/{artefact_id}")
