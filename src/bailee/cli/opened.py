"""The vault that a command works on."""

from bailee.cli.desk import Desk
from bailee.custody.vault import Vault


def opened(desk: Desk) -> Vault:
    """Open the vault of this run; use it in a `with`. Raises as `Vault.open` does."""
    return Vault.open(desk.home, clock=desk.clock)
