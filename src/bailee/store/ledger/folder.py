"""A log in a folder of static files, at the paths that C2SP tlog-tiles gives them."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from bailee.errors import InputError
from bailee.store import files
from bailee.store.ledger.contract import CHECKPOINT
from bailee.store.ledger.disk import Disk
from bailee.tlog.tile import Tile, TileError, parse_path


class LedgerPathError(InputError):
    """No log has a file of that name."""

    def __init__(self) -> None:
        super().__init__(
            "There is no such path in a ledger.",
            hint="Paths read checkpoint, tile/0/000, tile/entries/x001/234.p/5 and the like.",
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
        with files.on_disk(str(self.folder)):
            try:
                return b"".join(files.chunks_of(self.folder / path))
            except FileNotFoundError:
                return None

    def write(self, tiles: Mapping[str, bytes]) -> None:
        parsed = {_parse(path): data for path, data in tiles.items()}
        missing = {tile: data for tile, data in parsed.items() if self._is_missing(tile, data)}
        with files.on_disk(str(self.folder)):
            self._disk.place({self._at(tile): data for tile, data in missing.items()})
            self._disk.keep([self._at(tile) for tile in parsed if tile not in missing])
        for tile in parsed:
            if tile.is_full:
                # A crash here: partial tiles stay beside the full one; the repeated call drops them.
                self._disk.drop(self.folder / f"{tile.path}.p")

    def replace_checkpoint(self, note: bytes) -> None:
        with files.on_disk(str(self.folder)):
            # A crash in here: the old checkpoint or the new one, and the tiles of both.
            self._disk.place({self.folder / CHECKPOINT: note})

    def paths(self) -> Iterator[str]:
        if (self.folder / CHECKPOINT).exists():
            yield CHECKPOINT
        for found in (self.folder / "tile").rglob("*"):
            path = found.relative_to(self.folder).as_posix()
            if parse_path(path) is not None and found.is_file():
                yield path

    def _at(self, tile: Tile) -> Path:
        return self.folder / tile.path

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
