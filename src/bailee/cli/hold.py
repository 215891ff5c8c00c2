"""`bailee hold` and `bailee lift`: legal holds (R-17)."""

from typing import Any

import click

from bailee.cli import say
from bailee.cli.desk import Desk
from bailee.cli.opened import opened
from bailee.cli.options import common, selected, selection
from bailee.custody.hold import Hold


def _as_json(hold: Hold) -> dict[str, Any]:
    lifted = say.moment("lifted", hold.lifted_ms)
    return {"id": hold.id, **say.moment("opened", hold.opened_ms), **lifted, "held": hold.held}


@click.command()
@selection
@click.option("--list", "listing", is_flag=True, help="Show every hold there is or was.")
@common
def hold(desk: Desk, listing: bool, **said: Any) -> None:
    """Stop the destruction of a part of an account, for a court or a claim.

    What is forgotten meanwhile stays forgotten for everyone: nobody can open it. Only its bytes
    stay until the hold is lifted. Later recordings that fit join it.

      bailee hold --account home --person Leo --from 2026-11-01 --to 2026-11-20
      bailee hold --list
    """
    if listing:
        return _list(desk)
    chosen = selected(desk, **said)
    with opened(desk) as vault:
        made = vault.hold(chosen)
    desk.answer(
        _as_json(made) | {"sentence": chosen.sentence()},
        [
            f"Held: {say.name(chosen.sentence())}",
            f"  {say.count(made.held, 'artefact')} now, and what joins later.",
            f"End it with: bailee lift {made.id}",
        ],
    )
    return None


def _list(desk: Desk) -> None:
    with opened(desk) as vault:
        found = vault.holds()
    rows = [
        (
            each.id,
            say.local(each.opened_ms),
            "stands" if each.lifted_ms is None else say.local(each.lifted_ms),
            f"{each.held:,}",
        )
        for each in found
    ]
    lines = say.table(("id", "since", "lifted", "artefacts"), rows) if rows else ["No holds."]
    desk.answer({"holds": [_as_json(each) for each in found]}, lines)


@click.command()
@click.argument("id_", metavar="ID")
@common
def lift(desk: Desk, id_: str) -> None:
    """End a hold: what was forgotten meanwhile is destroyed now.

    bailee lift hld_k3vwrq7ahozc5ttx
    """
    with opened(desk) as vault:
        lifted = vault.lift(id_)
    desk.answer(
        _as_json(lifted),
        [
            f"{lifted.id} is lifted. What was forgotten while it stood is destroyed.",
            "Make it unrecoverable too: bailee rotate",
        ],
    )
