"""`bailee retain` and `bailee reassign`: change how long, and whose."""

from typing import Any

import click

from bailee.cli import say
from bailee.cli.desk import Desk
from bailee.cli.opened import opened
from bailee.cli.options import common, days, selected, selection


@click.command()
@selection
@click.option("--keep", required=True, metavar="TIME", help="From today on: 30d, 2w, 6m, 1y.")
@common
def retain(desk: Desk, keep: str, **said: Any) -> None:
    """Keep longer, or shorter, than agreed so far.

    Shorter holds at once: from that day on nobody can open it.

      bailee retain --account home --person Leo --kind transcript --keep 90d
    """
    chosen, keep_days = selected(desk, **said), days(keep, "--keep")
    assert keep_days is not None, "required"
    with opened(desk) as vault:
        done = vault.retain(chosen, keep_days)
    until = say.day(done.until_day)
    told = {"sentence": chosen.sentence(), "longer": done.longer, "shorter": done.shorter}
    desk.answer(
        told | {"kept_until": until},
        [
            f"Keep {say.name(chosen.sentence())} until {until}:",
            (
                f"  {say.count(done.longer, 'artefact')} longer than before, "
                f"{say.count(done.shorter, 'artefact')} shorter."
            ),
        ],
    )


@click.command()
@click.argument("id_", metavar="ID")
@click.option("--account", required=True, help="Whose household.")
@click.option("--to", "person", required=True, metavar="PERSON", help="Who it is of, rightly.")
@common
def reassign(desk: Desk, id_: str, account: str, person: str) -> None:
    """Give a recording, with all that was made from it, to another person.

    It gets a new id; the old one is forgotten.

      bailee reassign rec_k3vwrq7ahozc5ttx --account home --to Ana
    """
    with opened(desk) as vault:
        moved = vault.reassign(account, id_, person)
    desk.answer(
        {
            "old": moved.old_id,
            "recording": moved.new_id,
            "person": person,
            "artefacts": moved.artefacts,
        },
        [
            f"{moved.old_id} is of {say.name(person)} now: {moved.new_id}",
            f"See it: bailee show {moved.new_id}",
        ],
    )
