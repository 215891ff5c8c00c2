"""`bailee rotate`: begin a new generation."""

from pathlib import Path

import click

from bailee.cli import say
from bailee.cli.desk import Desk
from bailee.cli.opened import opened
from bailee.cli.options import common
from bailee.custody.vault import Vault


@click.command()
@click.option(
    "--detach",
    multiple=True,
    metavar="PLACE",
    help="Give up a root store, or a backup's folder, that will not come back.",
)
@common
def rotate(desk: Desk, detach: tuple[str, ...]) -> None:
    """Make what was forgotten unrecoverable: not even every old copy opens it. Run it once a day.

    Every root store, and every folder that holds a backup, must be there. One that will not come
    back is given up by name; whoever has it may still have the root of today.

      bailee rotate
      bailee rotate --detach /media/stick/bailee-root
    """
    with opened(desk) as vault:
        for place in detach:
            _give_up(vault, place)
        done = vault.rotate()
    desk.answer(
        {
            "generation": done.generation,
            "fresh_shards": done.fresh,
            "unrecoverable": done.unrecoverable,
            "detached": list(detach),
            **say.moment("at", done.at_ms),
        },
        [
            f"Generation {done.generation} began {say.local(done.at_ms)}; the old root is destroyed.",
            f"  {say.count(done.unrecoverable, 'forgetting')} became unrecoverable.",
            *(f"  {each} was given up." for each in detach),
        ],
    )


def _give_up(vault: Vault, place: str) -> None:
    """A root store or a backup, by its whole path.

    Raises:
        UnknownError: It is neither.
    """
    path = Path(place).absolute()
    known = {place, str(path)}.intersection(vault.config.root_stores)
    if known:
        vault.detach(known.pop())
    else:
        vault.forget_backup(path)
