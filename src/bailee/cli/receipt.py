"""`bailee receipt`: show a receipt as it stands now, or check it with nothing else at hand."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from bailee.cli import say
from bailee.cli.desk import Desk
from bailee.cli.opened import opened
from bailee.cli.options import common
from bailee.cli.slip import slip
from bailee.cli.written import require_free, written
from bailee.custody import receipt as receipts
from bailee.custody.config import read_config
from bailee.errors import InputError, UnknownError
from bailee.store import files
from bailee.types.ids import parse_id

STREAM = Path("-")
_LARGEST = 1 << 24


@click.group()
def receipt() -> None:
    """Show or check the receipt of a forgetting."""


def read(path: Path) -> dict[str, Any]:
    """An untrusted receipt from a file, or from standard input.

    Raises:
        InputError: There is none.
    """
    if path == STREAM:
        return receipts.parse(sys.stdin.buffer.read(_LARGEST))
    if not path.is_file():
        raise InputError(f"There is no file {path}.")
    with files.on_disk(str(path)), path.open("rb") as file:
        return receipts.parse(file.read(_LARGEST))


# -- show -----------------------------------------------------------------------------------


@receipt.command()
@click.argument("what", metavar="FILE|ERASURE_ID")
@click.option(
    "--save",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Keep it here; an older receipt of the same forgetting is written over.",
)
@common
def show(desk: Desk, what: str, save: Path | None) -> None:
    """Show a receipt as it stands now.

    From a file it keeps the words of what was asked, which nothing else has, and takes from the
    vault what came since: *unrecoverable since* is filled in after the rotation.

      bailee receipt show leo.receipt --save leo.receipt
      bailee receipt show era_k3vwrq7ahozc5ttx
    """
    older = None if what.startswith("era_") and not Path(what).exists() else read(Path(what))
    fresh = _of_vault(desk, parse_id(what, "era")) if older is None else _renewed(desk, older)
    if save is not None:
        _save(fresh, save)
    newer = older is not None and save is None and _news(older) != _news(fresh)
    remark = [f"It is newer than the file: bailee receipt show {what} --save {what}"]
    desk.answer(fresh, [*slip(fresh), *(remark if newer else [])])


def _of_vault(desk: Desk, erasure_id: str) -> dict[str, Any]:
    with opened(desk) as vault:
        return vault.receipt(erasure_id)


def _renewed(desk: Desk, older: dict[str, Any]) -> dict[str, Any]:
    """The receipt as its vault tells it today; as it is, where that vault is not at hand.

    Raises:
        ReceiptError: It does not verify: nothing is built on it.
    """
    receipts.verify(older)
    try:
        config = read_config(desk.home)
    except UnknownError:
        return older
    if config.vkey != older["vkey"]:
        return older
    with opened(desk) as vault:
        try:
            return vault.receipt(older["erasure"], asked=receipts.asked_in(older))
        except UnknownError:  # restored from before it: then the file is all there is
            return older


def _news(receipt: dict[str, Any]) -> list[str]:
    """What a receipt bears out; its proofs change with every new entry of the log."""
    return [each["role"] for each in receipt["entries"]]


def _save(fresh: dict[str, Any], path: Path) -> None:
    same = path.is_file() and read(path).get("erasure") == fresh["erasure"]
    require_free(path, force=same)
    with written(path, force=same) as file:
        file.write((json.dumps(fresh, indent=2, ensure_ascii=False) + "\n").encode())


# -- verify ---------------------------------------------------------------------------------


def key(text: str) -> str:
    """A public key as typed, or from the file that ``@`` names.

    Raises:
        InputError: There is no such file.
    """
    if not text.startswith("@"):
        return text.strip()
    path = Path(text[1:])
    if not path.is_file():
        raise InputError(f"There is no file {path}.")
    return path.read_text(encoding="utf-8", errors="replace").strip()


@receipt.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--vkey",
    metavar="KEY|@FILE",
    help="The vault's public key as you know it, from `bailee init` or `bailee ledger export`.",
)
@common
def verify(desk: Desk, file: Path, vkey: str | None) -> None:
    """Check a receipt, step by step, with nothing else at hand: no vault, no network.

    bailee receipt verify leo.receipt --vkey @vault.vkey
    """
    given = read(file)
    proven = receipts.verify(given, None if vkey is None else key(vkey))
    later = proven.unrecoverable_since_ms
    desk.answer(
        {
            "verified": True,
            "key_known": vkey is not None,
            "steps": list(proven.steps),
            **say.moment("unreadable_since", proven.unreadable_since_ms),
            **say.moment("unrecoverable_since", later),
        },
        [
            *(f"{click.style('✓', fg='green')} {step}" for step in proven.steps),
            f"Unreadable since {say.local(proven.unreadable_since_ms)}.",
            "Unrecoverable: not yet."
            if later is None
            else f"Unrecoverable since {say.local(later)}.",
        ],
    )
