"""`bailee ledger` and `bailee audit`: the log that everyone may check."""

import base64
from pathlib import Path
from typing import Any

import click

from bailee.cli import say
from bailee.cli.desk import Desk
from bailee.cli.opened import opened
from bailee.cli.options import common
from bailee.cli.receipt import key
from bailee.custody import audit as audits
from bailee.errors import EvidenceError, InputError
from bailee.store import files
from bailee.tlog import Checkpoint

PATH = click.Path(path_type=Path)


@click.group()
def ledger() -> None:
    """Show or export the ledger."""


def _as_json(head: Checkpoint) -> dict[str, Any]:
    root = base64.b64encode(head.root).decode()
    return {"origin": head.origin, "size": head.size, "root": root}


@ledger.command()
@common
def head(desk: Desk) -> None:
    """Print the latest checkpoint: the whole log in four lines, signed.

    Keep one elsewhere now and then: with it `bailee audit --checkpoint` shows that nothing was
    rewritten since.

      bailee ledger head > checkpoint-today
    """
    with opened(desk) as vault:
        note, latest = vault.ledger_head()
        vkey = vault.config.vkey
    text = note.decode()
    desk.answer(_as_json(latest) | {"checkpoint": text, "vkey": vkey}, [text.rstrip("\n")])


@ledger.command()
@click.argument("directory", metavar="DIR", type=PATH)
@common
def export(desk: Desk, directory: Path) -> None:
    """Copy the ledger to a folder, with the vault's public key, for `bailee audit`.

    It holds no names and no content.

      bailee ledger export for-the-auditor
    """
    with opened(desk) as vault:
        latest = vault.ledger_export(directory)
        vkey = vault.config.vkey
    with files.on_disk(str(directory)):
        files.replace(directory / audits.VKEY, [f"{vkey}\n".encode()])
    desk.answer(
        _as_json(latest) | {"directory": str(directory), "vkey": vkey},
        [
            f"{directory} holds the ledger: {say.count(latest.size, 'entry')}.",
            f"Check it: bailee audit {directory}",
        ],
    )


@ledger.command()
@click.option(
    "--days", type=click.IntRange(1, 366), default=30, show_default=True, help="How long it works."
)
@click.option("--end-all", is_flag=True, help="End every such token instead.")
@common
def token(desk: Desk, days: int, *, end_all: bool) -> None:
    """Let an auditor copy the ledger from `bailee serve`: a token that can read it and nothing else.

    Entries are tags and times of all households together; they hold no names and no content.

      bailee ledger token --days 7
    """
    from bailee.api import ledger_readers  # noqa: PLC0415 - needs `bailee[server]`, as serving does

    with opened(desk) as vault:
        if end_all:
            ended = ledger_readers.end_readers(vault.desk())
            desk.answer({"ended": ended}, [f"{say.count(ended, 'token')} ended."])
            return
        made = ledger_readers.make_reader(vault.desk(), days)
    desk.answer(
        {"token": made, "days": days},
        [
            made,
            f"It reads the ledger for {say.count(days, 'day')}, and is shown this once.",
            "Ask with it: Authorization: Bearer …, at /v1/ledger/tile/….",
        ],
    )


@click.command()
@click.argument("directory", metavar="DIR", type=PATH)
@click.option(
    "--checkpoint",
    type=PATH,
    metavar="FILE",
    help="An earlier checkpoint that you kept, from `bailee ledger head`.",
)
@click.option(
    "--vkey", metavar="KEY|@FILE", help="The vault's public key as you know it; the export's else."
)
@common
def audit(desk: Desk, directory: Path, checkpoint: Path | None, vkey: str | None) -> None:
    """Check an exported ledger, offline: that it is whole, signed, and keeps the duties.

    It cannot show that nobody copied a recording while it could be seen; nothing can.

      bailee audit for-the-auditor --checkpoint checkpoint-last-month
    """
    earlier = None
    if checkpoint is not None:
        if not checkpoint.is_file():
            raise InputError(f"There is no file {checkpoint}.")
        earlier = checkpoint.read_bytes()
    found = audits.audit(
        directory,
        None if vkey is None else key(vkey),
        checkpoint=earlier,
        now_ms=desk.clock.now_ms(),
    )
    mark, doubt = click.style("✓", fg="green"), "○"
    marks = [mark] * (len(found.steps) - 1) + [mark if found.witnessed else doubt]
    desk.answer(
        {
            "clean": found.is_clean,
            "entries": found.entries,
            "checkpoint": _as_json(found.checkpoint),
            "witnessed": list(found.witnessed),
            "key_known": vkey is not None,
            "steps": list(found.steps),
            "problems": list(found.problems),
            "remarks": list(found.remarks),
        },
        [
            *(f"{one} {step}" for one, step in zip(marks, found.steps, strict=True)),
            *(f"· {each}" for each in found.remarks),
            *(f"{click.style('✗', fg='red')} {each}" for each in found.problems),
        ],
    )
    if not found.is_clean:
        raise EvidenceError(
            f"The ledger breaks {say.count(len(found.problems), 'duty')}.",
            hint="Ask the house to explain; keep this export: it is evidence.",
        )
