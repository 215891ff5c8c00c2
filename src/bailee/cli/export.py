"""`bailee export`: check an archive that somebody took away, with nothing else at hand (R-13)."""

from pathlib import Path

import click

from bailee.cli import say
from bailee.cli.desk import Desk
from bailee.cli.options import common
from bailee.cli.progress import progress
from bailee.cli.receipt import key
from bailee.custody.export_check import Checked, check
from bailee.custody.export_proof import ArchiveError


@click.group()
def export() -> None:
    """Check an archive that was taken away."""


@export.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--vkey",
    metavar="KEY|@FILE",
    help="The house's public key as you know it, from `bailee init` or `bailee ledger export`.",
)
@common
def verify(desk: Desk, file: Path, vkey: str | None) -> None:
    """Check an archive, step by step and every file in it: no vault, no network.

    It says who signed it, that the house's log has it, and names each file that was changed, is
    missing or was added.

    bailee export verify "bailee 2026-11-22.zip" --vkey @vault.vkey
    """
    with progress(desk, "Comparing") as told:
        found = check(
            file, None if vkey is None else key(vkey), progress=lambda done: told(done, 0)
        )
    if not found.is_whole:
        raise ArchiveError(_told(found))
    desk.answer(
        {
            "verified": True,
            "key_known": vkey is not None,
            "steps": list(found.steps),
            "files": found.files,
            "bytes": found.size_bytes,
            **say.moment("given_out", found.proven.at_ms),
        },
        [f"{click.style('✓', fg='green')} {step}" for step in found.steps],
    )


def _told(found: Checked) -> str:
    """What differs, as one sentence: where it ends, the error's own full stop follows."""
    more = found.differing - len(found.differences)
    rest = f" And {more} more differ." if more else ""
    return (" ".join(found.differences) + rest).rstrip(".")
