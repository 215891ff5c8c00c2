"""`bailee scan`: the forensic test."""

import sys
from pathlib import Path

import click

from bailee.cli import say
from bailee.cli.desk import Desk
from bailee.cli.opened import opened
from bailee.cli.options import common
from bailee.cli.progress import progress
from bailee.custody.scan import needles_of
from bailee.errors import EvidenceError, InputError
from bailee.store import files


@click.command()
@click.option(
    "--for",
    "for_",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Hunt pieces of this file; - for standard input.",
)
@click.option("--hex", "hex_", metavar="HEX", help="Hunt these bytes; 32 of them as a key too.")
@common
def scan(desk: Desk, for_: Path | None, hex_: str | None) -> None:
    """Hunt something through every file of the vault, as a thief of its disks would.

    It reads databases with their logs and free pages, contents, ledger, roots and backups. It
    exits 7 when it finds something.

      bailee scan --for talk.wav
    """
    needles = _needles(for_, hex_)
    with opened(desk) as vault, progress(desk, "Reading, files") as tell:
        hunt = vault.scan(needles, progress=tell)
    found = [
        f"found {'under a key of today ' if each.wrapped else ''}"
        f"in {each.place} at byte {each.offset:,}"
        for each in hunt.found
    ]
    desk.answer(
        {
            "found": [
                {"place": each.place, "offset": each.offset, "wrapped": each.wrapped}
                for each in hunt.found
            ],
            "files": hunt.files,
            "size_bytes": hunt.size_bytes,
            "unread": list(hunt.unread),
        },
        [
            *found,
            *(f"not read: {each}" for each in hunt.unread),
            (
                f"{say.count(hunt.files, 'file')} read, {say.size(hunt.size_bytes)}: "
                f"{say.count(len(found), 'finding')}."
            ),
        ],
    )
    if found:
        raise EvidenceError(
            "It is in the clear, or under a key that opens today, in at least one place.",
            hint="If it was forgotten, make it unrecoverable with `bailee rotate`, then scan again.",
        )


def _needles(for_: Path | None, hex_: str | None) -> list[bytes]:
    if (for_ is None) == (hex_ is None):
        raise InputError("Say what to hunt: one of --for and --hex.")
    if for_ is not None:
        return needles_of(sys.stdin.buffer.read() if for_ == Path("-") else _read(for_))
    try:
        return [bytes.fromhex(hex_ or "")]
    except ValueError as error:
        raise InputError("--hex takes pairs of the digits 0-9 and a-f.") from error


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise InputError(f"There is no file {path}.")
    with files.on_disk(str(path)):
        return path.read_bytes()
