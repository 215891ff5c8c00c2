"""`bailee release`: decide, log, open, write."""

import sys
from pathlib import Path

import click

from bailee.cli import say
from bailee.cli.desk import Desk
from bailee.cli.opened import opened
from bailee.cli.options import KIND, common
from bailee.cli.progress import progress
from bailee.cli.written import require_free, written
from bailee.custody.release import Released
from bailee.errors import InputError
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose

STREAM = Path("-")


@click.command()
@click.argument("id_", metavar="ID")
@click.option(
    "--kind",
    type=KIND,
    metavar="KIND",
    help="Which of what is held of the recording; the first else.",
)
@click.option(
    "--purpose",
    type=click.Choice([each.value for each in Purpose]),
    required=True,
    help="Why it is opened: it goes into the ledger.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="Where to; - for standard output.",
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@common
def release(desk: Desk, id_: str, kind: str | None, purpose: str, out: Path, force: bool) -> None:
    """Open a recording, or one thing that is held of it, and write it to a file.

    The ledger says so before the first byte flows. What you write out is yours to look after:
    forgetting it later does not reach that file.

      bailee release rec_k3vwrq7ahozc5ttx --purpose owner-view --out talk.wav
    """
    _require_place(desk, out, force=force)
    desk.so_far = "No file was written. The ledger may say that it was opened."
    with opened(desk) as vault:
        chosen = Kind(kind) if kind else None
        released = vault.release(id_, purpose=Purpose(purpose), kind=chosen)
        if out == STREAM:
            for stretch in released.stretches:
                sys.stdout.buffer.write(stretch)
            sys.stdout.buffer.flush()
            return
        _write(desk, released, out, force=force)
    told = {"artefact": released.artefact_id, "kind": released.kind, "purpose": purpose}
    desk.answer(
        told | {"size_bytes": released.size_bytes, "out": str(out)},
        [f"{out}: {released.kind}, {say.size(released.size_bytes)}. The ledger says so."],
    )


def _require_place(desk: Desk, out: Path, *, force: bool) -> None:
    """Before anything is opened: an entry for a release that cannot happen helps nobody."""
    if out != STREAM:
        require_free(out, force=force)
    elif desk.as_json:
        raise InputError("--json and --out - both want standard output.", hint="Give a file.")
    elif sys.stdout.isatty():
        raise InputError(
            "A terminal cannot show a recording.", hint="Give a file, or pipe it to a player."
        )


def _write(desk: Desk, released: Released, out: Path, *, force: bool) -> None:
    with written(out, force=force) as file, progress(desk, "Opening, bytes") as tell:
        done = 0
        for stretch in released.stretches:
            file.write(stretch)
            done += len(stretch)
            tell(done, released.size_bytes)
