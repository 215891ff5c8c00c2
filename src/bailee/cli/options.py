"""Options that several commands share, and how their words become values."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from bailee.cli import moments
from bailee.cli.desk import Desk
from bailee.cli.lazy import verbatim
from bailee.errors import InputError
from bailee.rules.retention import parse_days
from bailee.types.ids import RecordingId, parse_id
from bailee.types.kind import Kind
from bailee.types.selection import Selection

Command = TypeVar("Command", bound=Callable[..., Any])
KIND = click.Choice([kind.value for kind in Kind if kind is not Kind.LABEL])


def common(command: Callable[..., Any]) -> Callable[..., Any]:
    """Hand the desk to *command*, and let `--home` and `--json` stand after it too."""

    @click.option("--home", "home_", type=click.Path(path_type=Path), help="The vault's folder.")
    @click.option("--json", "as_json_", is_flag=True, help="Answer with one JSON document.")
    @click.pass_context
    @wraps(command)
    def handed(
        context: click.Context, /, *args: Any, home_: Path | None, as_json_: bool, **kwargs: Any
    ) -> Any:
        desk = context.find_object(Desk)
        assert desk is not None, "made by the group"
        desk.choose(home=home_, as_json=as_json_)
        desk.command = context.command_path
        return command(desk, *args, **kwargs)

    handed.__doc__ = verbatim(command.__doc__ or "")
    return handed


def whose(command: Command) -> Command:
    """`--account --person --device --kind --from --to`, as filters."""
    for option in reversed(
        (
            click.option("--account", help="Only this account."),
            click.option("--person", help="Only this person."),
            click.option("--device", help="Only this device."),
            click.option(
                "--kind", type=KIND, metavar="KIND", help="Only this kind: audio, video, …"
            ),
            *_range(),
        )
    ):
        command = option(command)
    return command


def selection(command: Command) -> Command:
    """The options that pick a part of an account; `selected` makes a `Selection` of them."""
    for option in reversed(
        (
            click.option("--account", default="", help="Whose household; needed."),
            click.option(
                "--recording",
                "recordings",
                multiple=True,
                metavar="ID",
                help="This recording; may be repeated.",
            ),
            click.option("--person", help="Everything of this person."),
            click.option("--device", help="Everything on this device."),
            click.option(
                "--kind",
                type=KIND,
                metavar="KIND",
                help="This kind alone: audio, transcript, … (see `bailee policy`).",
            ),
            *_range(),
            click.option("--everything", is_flag=True, help="The whole account."),
        )
    ):
        command = option(command)
    return command


def _range() -> tuple[Callable[[Any], Any], ...]:
    return (
        click.option("--from", "from_", metavar="TIME", help="From here on: yesterday, 2h ago, …"),
        click.option("--to", metavar="TIME", help="Up to and with: now, 2026-11-20, …"),
    )


def selected(desk: Desk, *, recordings: tuple[str, ...] = (), **said: Any) -> Selection:
    """The selection that the options of `selection` say.

    Raises:
        InputError: A time or an id is none, or the selection does not say one clear thing.
    """
    kind, begin, end = said.pop("kind"), said.pop("from_"), said.pop("to")
    found = Selection(
        recordings=tuple(RecordingId(parse_id(each, "rec")) for each in recordings),
        kind=Kind(kind) if kind else None,
        from_ms=moments.begin(desk, begin, "--from"),
        to_ms=moments.end(desk, end, "--to"),
        **said,
    )
    found.check()
    return found


def days(text: str | None, option: str) -> int | None:
    """A length of time such as ``30d``; None where nothing was said.

    Raises:
        InputError: It is none.
    """
    try:
        return None if text is None else parse_days(text)
    except InputError as error:
        raise InputError(f"{option} {text!r}: {error.message}", hint=error.hint) from error
