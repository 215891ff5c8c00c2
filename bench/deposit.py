"""Depositing 64 KiB, durable when each of 16 writers is told so.

Theirs is what an engineer writes: seal under a fresh key, a new file, fsync of it and of its folder,
and a row with the wrapped key, committed. Once sealing in the process by AES-GCM, once through the
`age` program. The row goes to one SQLite connection behind a lock, which beat sixteen connections
that retry.
"""

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import aes_key_wrap
from harness import Part, Row, medians, share
from machine import sync_folder, write_durably
from place import SQLITE, Place, sqlite, vault_on

from bailee import Deposit, Kind, Vault

WRITERS = 16
SIZE = 65_536
_TABLE = (
    "CREATE TABLE held (id INTEGER PRIMARY KEY, account TEXT NOT NULL, person TEXT NOT NULL,"
    " device TEXT NOT NULL, kind TEXT NOT NULL, captured_ms INTEGER NOT NULL,"
    " expires_ms INTEGER NOT NULL, size INTEGER NOT NULL, wrapped BLOB NOT NULL)"
)
_INSERT = "INSERT INTO held VALUES (?, 'home', 'Leo', ?, 'audio', ?, ?, ?, ?)"


class Files:
    """Sealed files with a row each."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.master = os.urandom(32)
        self.rows = sqlite(folder / "rows.sqlite", shared=True)
        self.rows.execute(_TABLE)
        self._lock = threading.Lock()

    def sealed_here(self, number: int, content: bytes) -> None:
        """AES-GCM in the process."""
        key = os.urandom(32)
        nonce = bytes(12)
        write_durably(self.path(number), nonce + AESGCM(key).encrypt(nonce, content, None))
        self.keep(number, aes_key_wrap(self.master, key))

    def sealed_by_age(self, number: int, content: bytes, recipient: str) -> None:
        """The `age` program, which makes and wraps a key of its own."""
        path = self.path(number)
        subprocess.run(["age", "-r", recipient, "-o", path], input=content, check=True)
        with path.open("rb") as file:
            os.fsync(file.fileno())
        sync_folder(self.folder)
        self.keep(number, b"")

    def path(self, number: int) -> Path:
        return self.folder / f"{number:08}"

    def keep(self, number: int, wrapped: bytes) -> None:
        """The row, committed."""
        now_ms = time.time_ns() // 1_000_000
        values = (number, f"device {number % WRITERS}", now_ms, now_ms, SIZE, wrapped)
        with self._lock:
            self.rows.execute(_INSERT, values)

    def close(self) -> None:
        self.rows.close()
        shutil.rmtree(self.folder)


def run(place: Place) -> list[Part]:
    """On SQLite, with content in a folder: the default vault."""
    count, rounds = place.size.pick((32, 1), (160, 3), (480, 5))
    part = Part(title=f"Depositing 64 KiB, durable, {WRITERS} writers")
    place.say("depositing 64 KiB by 16 writers")
    files = Files(place.fresh("files"))
    kept = vault_on(place, SQLITE, "deposit")
    with closing(kept.create()) as vault:
        numbers = iter(range(1 << 30))
        _each(lambda number: _deposit(vault, number), numbers, WRITERS)()
        sides: dict[str, Callable[[int], object]] = {
            "ours": lambda number: _deposit(vault, number),
            "AES-GCM, a file, fsync, fsync of the folder, a row committed": lambda number: (
                files.sealed_here(number, _content(number))
            ),
        }
        recipient = age_recipient()
        if recipient:
            sides["age (its program), fsync, fsync of the folder, a row committed"] = (
                lambda number: files.sealed_by_age(number, _content(number), recipient)
            )
        taken = medians([_each(work, numbers, count) for work in sides.values()], rounds)
    files.close()
    kept.drop()
    for against, theirs in list(zip(sides, taken, strict=True))[1:]:
        part.rows.append(
            Row(
                work=f"deposit 64 KiB, {WRITERS} writers",
                against=against,
                ours_s=taken[0] / count,
                theirs_s=theirs / count,
                aim=2,
            )
        )
    if not recipient:
        part.figures.append(("age", "not installed, so not compared"))
    return [part]


def _each(work: Callable[[int], object], numbers: Iterator[int], count: int) -> Callable[[], None]:
    """*work* for *count* new numbers, shared by the writers."""

    def act() -> None:
        mine = [next(numbers) for _ in range(count)]
        share(lambda at: work(mine[at]), count, WRITERS)

    return act


def _content(number: int) -> bytes:
    return number.to_bytes(8, "big") * (SIZE // 8)


def _deposit(vault: Vault, number: int) -> None:
    vault.deposit(
        Deposit(
            account="home",
            person="Leo",
            device=f"device {number % WRITERS}",
            kind=Kind.AUDIO,
            content=_content(number),
            captured_at_ms=time.time_ns() // 1_000_000,
        )
    )


def age_recipient() -> str:
    """A fresh recipient of `age`; empty where it is not installed."""
    if shutil.which("age") is None or shutil.which("age-keygen") is None:
        return ""
    made = subprocess.run(["age-keygen"], capture_output=True, text=True, check=True)
    secret = made.stdout
    shown = subprocess.run(
        ["age-keygen", "-y"], input=secret, capture_output=True, text=True, check=True
    )
    return shown.stdout.strip()
