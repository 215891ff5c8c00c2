"""What the ledger's tests share: a store in memory, a signer, entries, and comparisons."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from bailee.store.ledger import CHECKPOINT, FolderLedger, LedgerPathError, Log, LogReader
from bailee.tlog import Signer, Tile, TileError, parse_path

ORIGIN = "ledger.example/home"
SIGNER = Signer.from_seed(ORIGIN, bytes(32))


class MemoryLedger:
    """A `LedgerStore` that the contract suite holds to the same promises as a folder."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def read(self, path: str) -> bytes | None:
        if path != CHECKPOINT:
            _parse(path)
        return self.files.get(path)

    def write(self, tiles: Mapping[str, bytes]) -> None:
        for path, data in tiles.items():
            if _parse(path).is_full and self.files.get(path, data) != data:
                raise TileError(path, "is there already, with other bytes")
        self.files.update(tiles)

    def replace_checkpoint(self, note: bytes) -> None:
        self.files[CHECKPOINT] = note

    def paths(self) -> Iterator[str]:
        yield from list(self.files)


def _parse(path: str) -> Tile:
    tile = parse_path(path)
    if tile is None:
        raise LedgerPathError
    return tile


def entries(begin: int, end: int) -> list[bytes]:
    """Entries that differ in content and length; every seventh is empty."""
    return [b"" if n % 7 == 0 else b"entry %d " % n * (n % 5 + 1) for n in range(begin, end)]


def create(folder: Path, size: int = 0) -> Log:
    """A log of *size* entries in *folder*, integrated at once."""
    log = Log.create(FolderLedger(folder), SIGNER, ORIGIN)
    log.integrate(0, entries(0, size))
    return log


def read_all(folder: Path) -> list[bytes]:
    """The entries of the log in *folder*, as an auditor reads them."""
    return [entry for _, entry in LogReader(FolderLedger(folder), SIGNER.verifier).entries()]


def contents(folder: Path) -> dict[str, bytes]:
    """Path and bytes of every file of the log in *folder*."""
    store = FolderLedger(folder)
    return {path: store.read(path) or b"" for path in store.paths()}
