"""The whole house, as `bailee serve` runs it, for commands that deal with people."""

from bailee.api.service import Service
from bailee.cli.desk import Desk


def served(desk: Desk) -> Service:
    """Open the vault of this run with its people and sign-in; use it in a `with`.

    Raises as `Vault.open` does.
    """
    return Service.open(desk.home, clock=desk.clock)
