"""`bailee policy`: the published retention policy, from the table that drives the sweep (R-19)."""

import click

from bailee.cli import say
from bailee.cli.desk import Desk
from bailee.cli.options import common
from bailee.custody.config import read_config
from bailee.errors import UnknownError
from bailee.rules.retention import DEFAULT_POLICY, Policy


def _policy(desk: Desk) -> tuple[Policy, bool]:
    """The vault's own policy; the one every vault begins with where there is no vault."""
    try:
        return read_config(desk.home).policy, True
    except UnknownError:
        return DEFAULT_POLICY, False


@click.command()
@common
def policy(desk: Desk) -> None:
    """Say what is kept, what for, and how long. Nothing is kept for ever.

    bailee policy
    """
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
            "Only the owner may see or export; anything else is denied.",
        ],
    )
