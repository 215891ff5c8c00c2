"""`bailee fsck`: does everything fit together?"""

import click

from bailee.cli import say
from bailee.cli.desk import Desk
from bailee.cli.opened import opened
from bailee.cli.options import common
from bailee.cli.progress import progress
from bailee.errors import EvidenceError


@click.command()
@click.option("--deep", is_flag=True, help="Open every byte, not only every key.")
@common
def fsck(desk: Desk, deep: bool) -> None:
    """Check keys, catalogue, contents, holds, ledger and roots against each other.

    What a crash left behind is cleared away; anything else is reported, and exits 7.

      bailee fsck --deep
    """
    with opened(desk) as vault, progress(desk, "Checking") as tell:
        report = vault.fsck(deep=deep, progress=tell)
    loose = []
    if report.noted:
        noted = say.count(report.noted, "content")
        loose.append(f"  {noted} belong to nothing; a check in an hour clears them away.")
    if report.collected:
        loose.append(f"  {say.count(report.collected, 'content')} of no recording cleared away.")
    if report.swept:
        loose.append(f"  {say.count(report.swept, 'row')} without a key cleared away.")
    opened_now = say.count(report.artefacts, "artefact")
    clean = [f"All is well: {opened_now} {'read to the end' if deep else 'opened'}.", *loose]
    desk.answer(
        {
            "clean": report.is_clean,
            "deep": deep,
            "artefacts": report.artefacts,
            "problems": report.problems,
            "noted": report.noted,
            "collected": report.collected,
            "swept": report.swept,
        },
        clean if report.is_clean else [*(f"· {each}" for each in report.problems), *loose],
    )
    if not report.is_clean:
        raise EvidenceError(
            f"{say.count(len(report.problems), 'problem')} in this vault, as said above.",
            hint="Restore from a backup into a new folder: `bailee restore DIR --home NEW`.",
        )
