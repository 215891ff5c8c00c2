"""A group that imports a command when it is used: `bailee --help` answers at once."""

import difflib
import importlib
import inspect
import os
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

import click

from bailee.cli.desk import Desk
from bailee.cli.ends import UnreadError, ended
from bailee.errors import InputError

_MEANT = {
    "add": "deposit",
    "cat": "release",
    "check": "fsck",
    "delete": "erase",
    "forget": "erase",
    "get": "release",
    "import": "deposit",
    "keep": "deposit",
    "ls": "list",
    "new": "init",
    "remove": "erase",
    "rm": "erase",
    "verify": "receipt",
}
"""What people type for it elsewhere."""


def verbatim(text: str) -> str:
    """Help text for click, which joins lines: paragraphs with indented lines stay as they are.

    Text that was handed in before comes back unchanged.
    """
    paragraphs = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(
        f"\b\n{each}" if "\n  " in f"\n{each}" and not each.startswith("\b") else each
        for each in paragraphs
    )


def _import(module: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("bailee"):
            raise
        raise InputError(
            "This command needs an optional part of bailee that is not installed.",
            hint="Install it with `pip install 'bailee[server]'`.",
        ) from error


class LazyGroup(click.Group):
    """A group whose commands are named as ``module:attribute`` with their line of help."""

    def __init__(
        self, *args: Any, commands_by_name: Mapping[str, tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.help = verbatim(self.help or "")
        self._places = commands_by_name

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which one meets them, not of the alphabet."""
        del ctx
        return list(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import it. None when there is none of that name.

        Raises:
            InputError: It needs an optional part that is not installed.
        """
        del ctx
        if cmd_name not in self._places:
            return None
        module, _, attribute = self._places[cmd_name][0].partition(":")
        command = getattr(_import(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Say which command was likely meant when there is none of that name."""
        if not args[0].startswith("-") and args[0] not in self._places:
            raise click.UsageError(
                f"There is no command {args[0]!r}.{self._meant(ctx, args[0])}", ctx
            )
        return super().resolve_command(ctx, args)

    def _meant(self, ctx: click.Context, word: str) -> str:
        near = difflib.get_close_matches(word, self._places, n=1)
        meant = _MEANT.get(word, "")
        if meant not in self._places:
            meant = near[0] if near else ""
        return f" Did you mean `{ctx.command_path} {meant}`?" if meant else ""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a reader that went away is told from other errors before click sees it."""
        try:
            answer = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError as error:
            raise UnreadError from error
        return answer

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self._places.items()])

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run; every way it can end becomes an exit code and a line that says what to do."""
        desk = extra.setdefault("obj", Desk())
        if os.environ.get("NO_COLOR"):
            extra.setdefault("color", False)
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        raise SystemExit(ended(desk, args, lambda: self._run(args, complete_var, extra)))

    def _run(
        self, args: Sequence[str] | None, complete_var: str | None, extra: dict[str, Any]
    ) -> Any:
        return super().main(args, "bailee", complete_var, standalone_mode=False, **extra)
