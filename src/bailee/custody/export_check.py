"""Checking an archive offline: its signature, the log, and every file in it (R-13).

A ZIP file is untrusted from its first byte. It is read in pieces, whatever its size, and nothing of
it is written anywhere.
"""

import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from bailee.custody import export_proof
from bailee.custody.export_proof import MANIFEST_FORMAT, ArchiveError, Proven
from bailee.errors import InputError

MANIFEST = "manifest.jsonl"
RECEIPT = "receipt.json"
_PIECE = 1 << 20
_LONGEST_LINE = 1 << 20
_LARGEST_RECEIPT = 1 << 20
_BROKEN = (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError)
"""What Python's reader raises about what is no archive, or a file in it that does not come out."""
_TOLD = 20
"""Differences that are named; all are counted."""


@dataclass(slots=True, kw_only=True)
class Checked:
    """What a check found.

    Attributes:
        steps: What holds, each a sentence.
        proven: What the receipt proves.
        files: How many files were compared.
        size_bytes: How much they are.
        differences: What differs, each a sentence that names the file; the first few.
        differing: How many there are.
    """

    steps: tuple[str, ...]
    proven: Proven
    files: int = 0
    size_bytes: int = 0
    differences: list[str] = field(default_factory=list)
    differing: int = 0

    @property
    def is_whole(self) -> bool:
        return not self.differing

    def differs(self, what: str) -> None:
        """Count a difference, and name it while there is room."""
        self.differing += 1
        if len(self.differences) < _TOLD:
            self.differences.append(what)


def check(path: Path, vkey: str | None = None, *, progress: Callable[[int], None]) -> Checked:
    """Check the archive at *path*.

    Args:
        path: Untrusted.
        vkey: The house's public key as you know it; the archive's own word otherwise.
        progress: Told how many files were compared.

    Raises:
        InputError: It is no archive of bailee's.
        ArchiveError: Its manifest is not the one that the house signed.
        EvidenceError: A signature or a proof does not hold.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _check(archive, vkey, progress)
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error
    except zipfile.BadZipFile as error:
        raise InputError(
            f"{path} is no whole ZIP file.", hint="It may have been cut short: fetch it again."
        ) from error


def _check(archive: zipfile.ZipFile, vkey: str | None, progress: Callable[[int], None]) -> Checked:
    receipt = export_proof.parse(_small(archive, RECEIPT, _LARGEST_RECEIPT))
    proven = export_proof.verify(receipt, vkey)
    _require_manifest(archive, proven, str(receipt["export"]))
    found = Checked(
        steps=(*proven.steps, "The list of files is the one that the log speaks of."), proven=proven
    )
    listed = {MANIFEST, RECEIPT}
    for said in _files(archive):
        if said["path"] in listed:
            raise ArchiveError("its list names a file twice")
        listed.add(said["path"])
        _compare(archive, said, found)
        progress(found.files)
    names = archive.namelist()
    for name in sorted(set(names) - listed):
        found.differs(f"{_shown(name)} was added: it is not in the list.")
    if len(names) != len(set(names)):
        found.differs("A file is in it twice.")
    if found.is_whole:
        found.steps = (*found.steps, f"All {found.files} files are as they were given out.")
    return found


def _small(archive: zipfile.ZipFile, name: str, most_bytes: int) -> bytes:
    try:
        with archive.open(name) as file:
            data = file.read(most_bytes + 1)
    except (KeyError, *_BROKEN) as error:
        raise InputError(
            f"That is no archive of bailee's: it has no {name} that can be read.",
            hint="It was changed, or made by something else.",
        ) from error
    if len(data) > most_bytes:
        raise ArchiveError(f"{name} is far too long")
    return data


def _require_manifest(archive: zipfile.ZipFile, proven: Proven, export_id: str) -> None:
    """The list is the signed one, to the last byte: from here on it can be believed."""
    whole = sha256(proven.salt)
    try:
        with archive.open(MANIFEST) as file:
            for piece in _pieces(file):
                whole.update(piece)
    except (KeyError, *_BROKEN) as error:
        raise ArchiveError(f"{MANIFEST} is missing or damaged") from error
    if whole.digest() != proven.statement:
        raise ArchiveError("its list of files is not the one that the house signed")
    with archive.open(MANIFEST) as file:
        head = json.loads(file.readline(_LONGEST_LINE))
    if head["format"] != MANIFEST_FORMAT or head["export"] != export_id:
        raise ArchiveError("its list is of something else")


def _files(archive: zipfile.ZipFile) -> Iterator[dict[str, Any]]:
    with archive.open(MANIFEST) as file:
        file.readline(_LONGEST_LINE)  # the head
        while line := file.readline(_LONGEST_LINE):
            yield json.loads(line)


def _compare(archive: zipfile.ZipFile, said: dict[str, Any], found: Checked) -> None:
    path, size, whole = said["path"], 0, sha256()
    found.files += 1
    try:
        with archive.open(path) as file:
            for piece in _pieces(file):
                size += len(piece)
                whole.update(piece)
                if size > said["size"]:
                    break  # however long a hostile one goes on
    except KeyError:
        return found.differs(f"{_shown(path)} is missing.")
    except _BROKEN:
        return found.differs(f"{_shown(path)} is damaged.")
    found.size_bytes += size
    if size != said["size"] or whole.hexdigest() != said["sha256"]:
        found.differs(f"{_shown(path)} was changed.")
    return None


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece


def _shown(name: str) -> str:
    """A name from a file that anybody may have written: on one line."""
    return "".join(each if each.isprintable() else "?" for each in name)[:200]
