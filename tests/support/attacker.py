"""The attacker of `demo/attack.py` for both databases, and a hunter of keys in raw bytes."""

import re
import shutil
import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bailee import Vault
from bailee.store.copies import write_copy
from bailee.store.tables import CATALOG_TABLES, RING_TABLES

sys.path.append(str(Path(__file__).parents[2] / "demo"))
from attack import Opened, Stolen, loot, ring_of, roots_in, stolen

__all__ = [
    "Opened",
    "Stolen",
    "hunt",
    "loot",
    "ring_of",
    "rings_of",
    "roots_in",
    "roots_of",
    "steal",
    "stolen",
]

_WRAPPED = 40
_IV = int.from_bytes(b"\xa6" * 8, sys.byteorder)
# Forty random bytes hold four zeros in a row, or twenty printable characters, once in 10**7 times.
_NO_KEY = re.compile(rb"\0{4,}|[ -~]{20,}")


def steal(vault: Vault, into: Path) -> Stolen:
    """A copy of a vault as it stands, of either database."""
    if vault._premises.database.is_sqlite:
        shutil.copytree(vault.home, into)
        return stolen(into)
    into.mkdir()
    shutil.copytree(vault.home / "content", into / "content")
    path = into / "tables.sqlite"
    tables = (*RING_TABLES, *CATALOG_TABLES)
    vault._premises.database.read(lambda connection: write_copy(connection, path, tables))
    return Stolen(databases=(path,), contents=into / "content")


def roots_of(vault: Vault) -> list[bytes]:
    """The keys in every slot of every root store of a vault."""
    return roots_in(Path(each) for each in vault.config.root_stores)


def rings_of(vault: Vault, into: Path) -> list[Stolen]:
    """Copies of the ring backups beside the roots."""
    found = []
    for number, each in enumerate(vault.config.root_stores):
        folder = into.with_name(f"{into.name}-{number}")
        shutil.copytree(each, folder)
        found.append(ring_of(folder))
    return found


def hunt(data: bytes, keks: Sequence[bytes]) -> set[bytes]:
    """Every key of 32 bytes that lies in *data*, at any offset, wrapped under one of *keks*.

    AES key wrap (RFC 3394, inverted as in §2.2.2), over all windows of 40 bytes at once.
    """
    found: set[bytes] = set()
    for piece in _telling(data):
        for shift in range(8):
            words = array("Q", piece[shift : shift + (len(piece) - shift) // 8 * 8])
            for kek in keks:
                found.update(_unwrap_windows(words, kek))
    return found


def _telling(data: bytes) -> Iterator[bytes]:
    """*data* without what cannot be part of a wrapped key; pieces of 40 bytes or more."""
    begin = 0
    pieces = []
    for run in _NO_KEY.finditer(data):
        zeros = data[run.start()] == 0
        edge = 3 if zeros else 19
        pieces.append(data[begin : run.start() + edge])
        begin = run.end() - edge
    pieces.append(data[begin:])
    long = [piece for piece in pieces if len(piece) >= _WRAPPED]
    # Joined by zeros, so that no window spans two of them and opens by chance.
    yield bytes(_WRAPPED).join(long)


def _unwrap_windows(words: "array[int]", kek: bytes) -> Iterator[bytes]:
    """All windows that begin at a word of *words*, each with its 24 steps in step."""
    many = len(words) - 4
    if many < 1:
        return
    aes = Cipher(algorithms.AES(kek), modes.ECB()).decryptor()
    registers = [words[at : at + many] for at in range(5)]
    blocks = array("Q", bytes(16 * many))
    for step in range(24, 0, -1):
        place = (step - 1) % 4 + 1
        blocks[0::2] = _xor(registers[0], step)
        blocks[1::2] = registers[place]
        opened = array("Q", aes.update(blocks.tobytes()))
        registers[0], registers[place] = opened[0::2], opened[1::2]
    first = registers[0].tobytes()
    wanted = _IV.to_bytes(8, sys.byteorder)
    at = first.find(wanted)
    while at >= 0:
        if at % 8 == 0:
            yield b"".join(
                registers[place][at // 8].to_bytes(8, sys.byteorder) for place in (1, 2, 3, 4)
            )
        at = first.find(wanted, at + 1)


def _xor(words: "array[int]", step: int) -> "array[int]":
    """Each word, read as big-endian, xor *step*."""
    mask = int.from_bytes(step.to_bytes(8, "big") * len(words), "little")
    mixed = int.from_bytes(words.tobytes(), "little") ^ mask
    return array("Q", mixed.to_bytes(8 * len(words), "little"))


def closure(datas: Iterable[bytes], roots: Sequence[bytes]) -> set[bytes]:
    """Everything that hangs on *roots*, three wrappings deep: shards, nodes and secrets, held DEKs."""
    blobs = list(datas)
    known: set[bytes] = set()
    fresh = set(roots)
    for _ in range(3):
        found = {key for data in blobs for key in hunt(data, sorted(fresh))}
        fresh, known = found - known, known | found
    return known
