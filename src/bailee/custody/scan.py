"""Scan: hunt a plaintext or a key through every file of a deployment: the forensic test.

It reads raw bytes, as an attacker with the disks would: databases with their free pages and
write-ahead logs, contents, ledger, root stores, backups. A key is also hunted in wrapped form: every
window of 40 bytes is tried with today's roots, and with whatever that opens.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from bailee.custody.config import Config
from bailee.custody.premises import Premises, Progress, no_progress
from bailee.errors import BaileeError, InputError
from bailee.seal import KEY_SIZE, WRAPPED_SIZE, unwrap
from bailee.store.tables import place

_BLOCK = 1 << 22
_WINDOW = 48
_SAMPLES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Where a needle was found, and whether bare or wrapped under something today's roots open."""

    place: str
    offset: int
    wrapped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a hunt found, how much it read, and what it could not read."""

    found: tuple[Finding, ...]
    files: int
    size_bytes: int
    unread: tuple[str, ...]


def needles_of(content: bytes) -> list[bytes]:
    """Telling pieces of a plaintext: up to 64 windows of 48 bytes over its whole length.

    Raises:
        InputError: It is too short, or too uniform, to tell it from anything else.
    """
    last = max(0, len(content) - _WINDOW)
    places = sorted({last * number // (_SAMPLES - 1) for number in range(_SAMPLES)})
    pieces = {content[at : at + _WINDOW] for at in places}
    telling = [piece for piece in pieces if len(piece) >= 8 and len(set(piece)) >= 6]
    if not telling:
        raise InputError(
            "That is too short or too uniform to be told from anything else.",
            hint="Scan for at least eight bytes that vary.",
        )
    return telling


def scan(
    premises: Premises,
    config: Config,
    needles: Sequence[bytes],
    *,
    progress: Progress = no_progress,
) -> Findings:
    """Search every file of the vault for *needles*; a needle of 32 bytes is hunted as a key too.

    Raises:
        InputError: A needle is shorter than eight bytes.
    """
    if any(len(needle) < 8 for needle in needles):
        raise InputError("A needle of less than eight bytes is found everywhere.")
    paths, unread = _places(premises, config)
    found: list[Finding] = []
    size = 0
    keys = [needle for needle in needles if len(needle) == KEY_SIZE]
    for number, path in enumerate(paths):
        with suppress(FileNotFoundError):  # erased while we looked
            size += path.stat().st_size
            found += _bare(path, needles)
        progress(number + 1, len(paths))
    if keys:
        found += _wrapped(premises, [path for path in paths if _may_hold_keys(path)], set(keys))
    found += _remote(premises, config, needles)
    return Findings(found=tuple(found), files=len(paths), size_bytes=size, unread=tuple(unread))


def _places(premises: Premises, config: Config) -> tuple[list[Path], list[str]]:
    folders = [premises.home, *(Path(each) for each in config.root_stores)]
    backups = premises.database.read(lambda c: c.scalars(sa.select(place.c.path)).all())
    folders += [Path(each) for each in backups]
    unread = []
    if not premises.database.is_sqlite:
        server = _server_folder(premises)
        if server is None:
            unread.append("the files of the PostgreSQL server: it does not let us see them")
        else:
            folders.append(server)
    unread += [f"{folder}: it is not there" for folder in folders if not folder.is_dir()]
    paths = {path for folder in folders if folder.is_dir() for path in folder.rglob("*")}
    return sorted(path for path in paths if path.is_file()), unread


def _server_folder(premises: Premises) -> Path | None:
    """Where the server keeps its files, if it says so and we may read them."""
    with suppress(BaileeError, OSError):
        told = premises.database.read(
            lambda c: c.execute(sa.text("SHOW data_directory")).scalar_one()
        )
        folder = Path(str(told))
        if any(folder.iterdir()):
            return folder
    return None


def _bare(path: Path, needles: Sequence[bytes]) -> Iterator[Finding]:
    longest = max(len(needle) for needle in needles)
    with path.open("rb") as file:
        tail, offset = b"", 0
        while block := file.read(_BLOCK):
            seen = tail + block
            for needle in needles:
                at = seen.find(needle)
                if at >= 0:
                    yield Finding(place=str(path), offset=offset - len(tail) + at, wrapped=False)
            tail, offset = seen[-(longest - 1) :], offset + len(block)


def _remote(premises: Premises, config: Config, needles: Sequence[bytes]) -> Iterator[Finding]:
    """Contents that are not files of this machine."""
    if "://" not in config.content:
        return
    for key, size in premises.content.keys():  # noqa: SIM118 - a store, not a mapping
        blob = premises.content.read(key, 0, size)
        for needle in needles:
            at = blob.find(needle)
            if at >= 0:
                yield Finding(place=f"{premises.content.url} {key}", offset=at, wrapped=False)


def _may_hold_keys(path: Path) -> bool:
    """Contents hold no wrapped keys; everything else might."""
    return not path.name.startswith("art_")


def _wrapped(premises: Premises, paths: Sequence[Path], wanted: set[bytes]) -> Iterator[Finding]:
    """Try every window with the roots, then with every key those opened."""
    roots = [root.key for store in premises.roots.stores for root in store.read().live]
    shards: set[bytes] = set()
    for path in paths:
        for at, key in _open_windows(path, roots):
            shards.add(key)
            if key in wanted:
                yield Finding(place=str(path), offset=at, wrapped=True)
    for path in paths:
        for at, key in _open_windows(path, sorted(shards)):
            if key in wanted:
                yield Finding(place=str(path), offset=at, wrapped=True)


def _open_windows(path: Path, keys: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    with suppress(FileNotFoundError):
        data = path.read_bytes()
        for at in range(len(data) - WRAPPED_SIZE + 1):
            window = data[at : at + WRAPPED_SIZE]
            if window.count(0) > 20:
                continue
            for key in keys:
                with suppress(BaileeError):
                    yield at, unwrap(key, window)
