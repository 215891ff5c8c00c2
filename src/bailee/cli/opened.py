"""The vault that a command works on, with the gate before everything that is opened."""

from bailee.cli.desk import Desk
from bailee.custody.vault import Vault
from bailee.types.decide import Access, Decide, Decision


def opened(desk: Desk) -> Vault:
    """Open the vault of this run; use it in a `with`. Raises as `Vault.open` does.

    No byte leaves it but by a policy: on the command line as by any other door (R-22).
    """
    vault = Vault.open(desk.home, clock=desk.clock)
    vault.desk().decide_by(_LateGate(vault))
    return vault


class _LateGate:
    """The gate over the household's facts, put together when it is first asked.

    Most commands open nothing; reading and checking the policies takes as long as they do. What
    fails here is raised before anything is opened.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._gate: Decide | None = None

    def __call__(self, access: Access) -> Decision:
        if self._gate is None:
            self._gate = _gate(self._vault)
        return self._gate(access)


def _gate(vault: Vault) -> Decide:
    from bailee.household.facts import (  # noqa: PLC0415 - what is put off
        HouseholdFacts,
        NoSessions,
    )
    from bailee.rules.gate import CedarGate  # noqa: PLC0415 - the same

    return CedarGate(HouseholdFacts(vault.desk(), NoSessions()))
