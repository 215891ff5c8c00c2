"""`bailee backup` and `bailee restore`."""

from pathlib import Path

import click

from bailee.cli import say
from bailee.cli.desk import Desk
from bailee.cli.opened import opened
from bailee.cli.options import common
from bailee.cli.progress import progress
from bailee.custody.vault import Vault
from bailee.types.query import Query

PATH = click.Path(path_type=Path)


@click.command()
@click.argument("directory", metavar="DIR", type=PATH)
@common
def backup(desk: Desk, directory: Path) -> None:
    """Copy the vault to a folder: an empty one, or an earlier backup of the same vault.

    Each rotation puts fresh keys there, so the folder must be there when you rotate. The root is
    not in it: that is what --root-replica is for.

      bailee backup /media/disk/bailee
    """
    with opened(desk) as vault, progress(desk, "Copying") as tell:
        done = vault.backup(directory, progress=tell)
        roots = vault.config.root_stores
    desk.answer(
        {
            "directory": str(directory.absolute()),
            "contents": done.contents,
            "copied": done.copied,
            "entries": done.entries,
            "generation": done.generation,
        },
        [
            (
                f"{directory} holds the vault as it is now: {say.count(done.contents, 'content')} "
                f"({done.copied:,} copied now), {say.count(done.entries, 'entry')} of the ledger."
            ),
            f"It opens with a root only: {' or '.join(roots)}",
            f"Bring it back with: bailee --home NEW restore {directory}",
        ],
    )


@click.command()
@click.argument("directory", metavar="DIR", type=PATH)
@click.option(
    "--root-store",
    "root_stores",
    type=PATH,
    multiple=True,
    help="Where the vault's root is now, if it moved; may be repeated.",
)
@click.option("--database", metavar="URL", help="A PostgreSQL URL; SQLite by default.")
@click.option("--content", metavar="URL", help="An s3:// URL; a folder by default.")
@common
def restore(
    desk: Desk,
    directory: Path,
    root_stores: tuple[Path, ...],
    database: str | None,
    content: str | None,
) -> None:
    """Rebuild a vault, in the empty folder --home, from a backup and its root.

    What was forgotten after the backup is forgotten again before anything is shown.

      bailee --home ~/bailee restore /media/disk/bailee --root-store /media/stick/bailee-root
    """
    with Vault.restore(
        directory,
        desk.home,
        root_stores=root_stores,
        database=database,
        content=content,
        clock=desk.clock,
    ) as vault:
        config, home = vault.config, vault.home
        first = vault.list(Query(limit=1)).recordings
    desk.answer(
        {"home": str(home), "root_stores": list(config.root_stores), "empty": not first},
        [
            f"The vault is back in {home}.",
            *(f"  Its root: {each}" for each in config.root_stores),
            *([] if first else ["  Nothing in it can be opened any more, or it was empty."]),
            "Check it: bailee fsck --deep",
        ],
    )
