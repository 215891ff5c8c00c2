"""`bailee household`: what whoever runs the vault does for the people in it."""

import click

from bailee.cli.lazy import LazyGroup

_PEOPLE = "bailee.cli.household_people"
_DEVICES = "bailee.cli.household_devices"
_GUARDIANS = "bailee.cli.household_guardians"
COMMANDS = {
    "found": (f"{_PEOPLE}:found", "Found a household, and invite its first owner."),
    "list": ("bailee.cli.household_show:list_", "List the households of this vault."),
    "show": ("bailee.cli.household_show:show", "Show its people and devices."),
    "add-person": (f"{_PEOPLE}:add_person", "Add somebody who is heard or seen there."),
    "invite": (f"{_PEOPLE}:invite", "Let somebody sign in, for the first time or anew."),
    "let-out": (f"{_PEOPLE}:let_out", "End somebody's part in it."),
    "add-device": (f"{_DEVICES}:add_device", "Register a speaker, camera or phone."),
    "device-token": (f"{_DEVICES}:device_token", "Let a device deposit."),
    "revoke-device": (f"{_DEVICES}:revoke_device", "Let a device record no more."),
    "verify-guardian": (f"{_GUARDIANS}:verify_guardian", "Vouch for a child's parent."),
    "end-guardian": (f"{_GUARDIANS}:end_guardian", "End somebody's guardianship."),
    "notices": ("bailee.cli.household_notices:notices", "Show the notices in force."),
}


@click.group(cls=LazyGroup, commands_by_name=COMMANDS)
def household() -> None:
    """Found households, and let people and devices in.

    What only whoever runs the vault may do is done here, at the machine that holds it. People do
    everything else themselves, once they can sign in.

      bailee household found home --owner Ana
      bailee household show home
    """
