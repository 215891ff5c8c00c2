"""`bailee init`: make an empty vault."""

from pathlib import Path

import click

from bailee.cli.desk import Desk
from bailee.cli.options import common
from bailee.custody.vault import Vault

PATH = click.Path(path_type=Path)


@click.command()
@click.option(
    "--root-store",
    type=PATH,
    help="Where the root key lives, outside the vault; beside it by default.",
)
@click.option(
    "--root-replica",
    "root_replicas",
    type=PATH,
    multiple=True,
    help="A further place for the root, on another disk; may be repeated.",
)
@click.option("--database", metavar="URL", help="A PostgreSQL URL; SQLite by default.")
@click.option("--content", metavar="URL", help="An s3:// URL; a folder by default.")
@common
def init(
    desk: Desk,
    root_store: Path | None,
    root_replicas: tuple[Path, ...],
    database: str | None,
    content: str | None,
) -> None:
    """Make an empty vault.

    Without the root nobody opens it, neither a thief nor you. A replica on another disk lets one
    disk die.

      bailee init
      bailee init --root-replica /media/stick/bailee-root
    """
    with Vault.create(
        desk.home,
        root_store=root_store,
        root_replicas=root_replicas,
        database=database,
        content=content,
        clock=desk.clock,
    ) as vault:
        config, home = vault.config, vault.home
    first, *others = config.root_stores
    alone = "Only here: if that disk dies, so does the vault. Add --root-replica next time."
    desk.answer(
        {
            "home": str(home),
            "root_stores": list(config.root_stores),
            "vault_id": config.vault_id,
            "vkey": config.vkey,
        },
        [
            f"An empty vault is in {home}.",
            f"  Its root:  {first}",
            *(f"  A replica: {each}" for each in others),
            *([] if others else [f"             {alone}"]),
            f"  Its name:  {config.vkey}",
            "             Keep this line elsewhere: with it anyone can check the vault's receipts.",
            "",
            "Next: bailee deposit FILE --account home --person NAME --device NAME",
        ],
    )
