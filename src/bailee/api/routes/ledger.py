"""The ledger at its C2SP paths (tlog-tiles): the checkpoint for everybody, tiles for who may audit.

Tiles tell of all households together, in tags and times. So they are for the machine itself, and
for whoever was given a token by its operator; people have the proofs in their receipts.
"""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from bailee.api.callers import Knock, Knocked
from bailee.api.ledger_readers import PREFIX, is_reader
from bailee.errors import UnknownError
from bailee.identity import SignInError
from bailee.tlog.tile import parse_path
from bailee.types.network import Network

router = APIRouter(prefix="/ledger", tags=["ledger"])

_FOR_EVER = "private, max-age=31536000, immutable"
_BYTES = "application/octet-stream"


class Checkpoint(Response):
    """A signed note."""

    media_type = "text/plain; charset=utf-8"


class TileBytes(Response):
    """A tile's or bundle's bytes."""

    media_type = _BYTES


@router.get("/checkpoint", response_class=Checkpoint)
def show_checkpoint(knock: Knocked) -> Checkpoint:
    """The latest signed checkpoint: how long the ledger is, and the one hash that all of it has.

    Keep one elsewhere now and then: with it anyone can show that nothing was rewritten since.
    """
    return Checkpoint(_read(knock, "checkpoint"), headers={"Cache-Control": "no-cache"})


@router.get("/tile/{path:path}", response_class=TileBytes)
def show_tile(
    path: Annotated[
        str,
        Path(
            max_length=200,
            description="Level and index, as C2SP tlog-tiles writes them: `0/000`, "
            "`entries/x001/234.p/5`.",
        ),
    ],
    knock: Knocked,
) -> TileBytes:
    """A tile of hashes or a bundle of entries.

    For the machine itself, or with a token of `bailee ledger token`.
    """
    _require_reader(knock)
    tile = parse_path(f"tile/{path}")
    if tile is None:
        raise UnknownError("The ledger has no such tile.")
    headers = {"Cache-Control": _FOR_EVER} if tile.is_full else {}
    return TileBytes(_read(knock, tile.path), headers=headers)


def _require_reader(knock: Knock) -> None:
    if knock.network is Network.MACHINE and not knock.bearer:
        return
    if not knock.bearer.startswith(PREFIX) or not is_reader(
        knock.service.vault.desk(), knock.bearer
    ):
        raise SignInError


def _read(knock: Knock, path: str) -> bytes:
    data = knock.service.vault.ledger_file(path)
    if data is None:
        raise UnknownError(
            "The ledger has no such tile.", hint="A partial one ends when the full one is there."
        )
    return data
