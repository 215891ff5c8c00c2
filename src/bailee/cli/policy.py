"""`bailee policy`: what is kept and how long (R-19), and who may do what (R-22)."""

import click

from bailee.cli import say
from bailee.cli.desk import Desk
from bailee.cli.lazy import LazyGroup
from bailee.cli.options import common
from bailee.custody.config import read_config
from bailee.errors import UnknownError
from bailee.rules.retention import DEFAULT_POLICY, Policy

COMMANDS = {
    "list": ("bailee.cli.policy_list:list_", "Print every policy that decides, in plain words."),
    "explain": ("bailee.cli.policy_explain:explain", "Say who may do what, and why."),
    "test": ("bailee.cli.policy_cases:test", "Check the policies against cases."),
}


@click.group(cls=LazyGroup, commands_by_name=COMMANDS, invoke_without_command=True)
@common
def policy(desk: Desk) -> None:
    """Say what is kept, what for, and how long. Nothing is kept for ever.

      bailee policy

    Its commands say who may see, hear, take away and forget, and by which clause.
    """
    if click.get_current_context().invoked_subcommand is None:
        _retention(desk)


def _policy(desk: Desk) -> tuple[Policy, bool]:
    """The vault's own policy; the one every vault begins with where there is no vault."""
    try:
        return read_config(desk.home).policy, True
    except UnknownError:
        return DEFAULT_POLICY, False


def _retention(desk: Desk) -> None:
    rows, own = _policy(desk)
    told = [
        (kind.value, f"{row.keep_days} days", f"{row.at_most_days} days", row.purpose)
        for kind, row in rows.items()
    ]
    needs = sorted({row.need for row in rows.values()})
    desk.answer(
        {
            "vault": str(desk.home) if own else None,
            "policy": [
                {
                    "kind": kind,
                    "purpose": row.purpose,
                    "need": row.need,
                    "keep_days": row.keep_days,
                    "at_most_days": row.at_most_days,
                }
                for kind, row in rows.items()
            ],
        },
        [
            *say.table(("kind", "kept for", "at most", "what for"), told),
            "",
            *(f"Why so long: {each}." for each in needs),
            f"This is the policy of {desk.home}." if own else "This is how every vault begins.",
            "Who may see, hear, take away and forget it: bailee policy list",
        ],
    )
