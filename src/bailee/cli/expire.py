"""`bailee expire`: let the days before today be over."""

import click

from bailee.cli import moments, say
from bailee.cli.desk import Desk
from bailee.cli.opened import opened
from bailee.cli.options import common
from bailee.cli.progress import progress


@click.command()
@click.option("--as-of", metavar="TIME", help="As if it were this time.")
@click.option(
    "--confirm",
    type=click.IntRange(0),
    metavar="N",
    help="How many recordings may go, when the clock made a long step.",
)
@common
def expire(desk: Desk, as_of: str | None, confirm: int | None) -> None:
    """Let go of everything whose day is over. Run it once a day.

    After a step of more days than the vault allows, as with a wrong clock, it refuses until you
    repeat the number that would go.

      bailee expire
    """
    as_of_ms = moments.begin(desk, as_of, "--as-of")
    with opened(desk) as vault, progress(desk, "Letting go,") as tell:
        done = vault.expire(as_of_ms=as_of_ms, confirm=confirm, progress=tell)
    before, went = say.day(done.before), say.kinds(done.artefacts)
    desk.answer(
        {"first_living_day": before, "artefacts": dict(done.artefacts)},
        [
            f"Every day before {before} is over (days are UTC's).",
            f"  {went} went." if went else "  Nothing had to go.",
        ],
    )
