"""A question before something ends: y or n, and no when nothing is said."""

from collections.abc import Sequence

import click

from bailee.cli.desk import Desk
from bailee.errors import InputError


def confirmed(desk: Desk, lines: Sequence[str], question: str) -> None:
    """Show *lines*, ask, and go on only after a yes.

    Raises:
        InputError: There was nobody to answer.
        Exit: The answer was no; exit code 1.
    """
    for line in lines:
        click.echo(line, err=desk.as_json)
    try:
        yes = click.confirm(question, err=desk.as_json)
    except click.Abort as error:
        if isinstance(error.__cause__ or error.__context__, KeyboardInterrupt):
            desk.so_far = "Nothing was changed."
            raise
        raise InputError(
            "Nothing was changed: there was nobody to answer.",
            hint=f"If you mean it, repeat `{desk.command} … --yes`.",
        ) from error
    if not yes:
        click.echo("Nothing was changed.", err=desk.as_json)
        click.get_current_context().exit(1)
