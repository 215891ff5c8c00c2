"""A log in a folder of static files, at the paths that C2SP tlog-tiles gives them."""

import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path

from bailee.errors import InputError, UnavailableError
from bailee.store.ledger.contract import CHECKPOINT
from bailee.store.ledger.disk import Disk
from bailee.tlog.tile import Tile, TileError, parse_path

_AT_ONCE = 256


class LedgerPathError(InputError):
    """No log has a file of that name."""

    def __init__(self) -> None:
        super().__init__(
            "There is no such path in a ledger.",
            hint="Paths read checkpoint, tile/0/000, tile/entries/x001/234.p/5 and the like.",
        )


class LedgerUnavailableError(UnavailableError):
    """The folder cannot be read or written."""

    def __init__(self, folder: Path, reason: OSError) -> None:
        super().__init__(
            f"The ledger in {folder} cannot be used: {reason.strerror or reason}.",
            hint="See to the disk and its permissions, then try again: nothing is lost by it.",
        )


class FolderLedger:
    """A `LedgerStore` in a local folder, which is made by the first write.

    Copied as it is, or served by any web server behind authorisation, it is a C2SP tiled log.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._disk = Disk(folder)

    def read(self, path: str) -> bytes | None:
        if path != CHECKPOINT:
            _parse(path)
        try:
            return (self.folder / path).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as reason:
            raise LedgerUnavailableError(self.folder, reason) from reason

    def write(self, files: Mapping[str, bytes]) -> None:
        tiles = {_parse(path): data for path, data in files.items()}
        missing = {tile: data for tile, data in tiles.items() if self._is_missing(tile, data)}
        try:
            for part in _parts(missing):
                self._disk.place({self.folder / tile.path: data for tile, data in part.items()})
            self._disk.settle(self.folder / tile.path for tile in tiles)
        except OSError as reason:
            raise LedgerUnavailableError(self.folder, reason) from reason
        for tile in tiles:
            if tile.is_full:
                # A crash here: partial tiles stay beside the full one; the repeated call drops them.
                self._disk.drop(self.folder / f"{tile.path}.p")

    def replace_checkpoint(self, note: bytes) -> None:
        path = self.folder / CHECKPOINT
        try:
            # A crash in here: the old checkpoint or the new one, and the tiles of both.
            self._disk.place({path: note})
            self._disk.settle([path])
        except OSError as reason:
            raise LedgerUnavailableError(self.folder, reason) from reason

    def paths(self) -> Iterator[str]:
        if (self.folder / CHECKPOINT).exists():
            yield CHECKPOINT
        for found in (self.folder / "tile").rglob("*"):
            path = found.relative_to(self.folder).as_posix()
            if parse_path(path) is not None and found.is_file():
                yield path

    def _is_missing(self, tile: Tile, data: bytes) -> bool:
        present = self.read(tile.path)
        if tile.is_full and present not in {None, data}:
            raise TileError(tile.path, "is there already, with other bytes")
        return present != data


def _parse(path: str) -> Tile:
    tile = parse_path(path)
    if tile is None:
        raise LedgerPathError
    return tile


def _parts(files: Mapping[Tile, bytes]) -> Iterator[dict[Tile, bytes]]:
    """*files* in parts of _AT_ONCE, since each is held open until all of its part are synced."""
    items = iter(files.items())
    while part := dict(itertools.islice(items, _AT_ONCE)):
        yield part
