"""Every way a command can end, in one place: an exit code, a sentence, and what to type next."""

import json
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import click

from bailee.cli.desk import Desk
from bailee.errors import BaileeError, GoneError

STOPPED, UNREAD = 130, 141
"""As the shell counts programs ended by SIGINT and SIGPIPE."""
_NEXT = {
    2: "See `{command} --help`.",
    3: "Who may do what: `bailee policy list`.",
    4: "See what is held: `bailee list`.",
    5: "See what is held: `bailee list`.",
    6: "See `{command} --help`.",
    7: "Check the vault with `bailee fsck`.",
    8: "When it is mended, repeat `{command}`.",
}
"""What to type next, where an error's own hint names no command."""


class UnreadError(Exception):
    """Whoever read the output went away."""


def ended(desk: Desk, args: Sequence[str] | None, run: Callable[[], Any]) -> int:
    """Run a command line to its end; the exit code. Nothing but `SystemExit` passes."""
    try:
        code = run()
    except Exception as error:  # noqa: BLE001 - the last door: whatever it is becomes a sentence
        return _failed(desk, args, error)
    except KeyboardInterrupt:
        return _stopped(desk)
    return code if isinstance(code, int) else 0


def _failed(desk: Desk, args: Sequence[str] | None, error: Exception) -> int:
    if isinstance(error, click.Abort):
        return _stopped(desk)
    if isinstance(error, UnreadError | BrokenPipeError):
        return _unread()
    if os.environ.get("BAILEE_DEBUG") == "1":
        traceback.print_exception(error)
    if isinstance(error, click.UsageError) and "--json" in (sys.argv if args is None else args):
        desk.as_json = True
    tell(desk, error)
    return code_of(error)


def code_of(error: Exception) -> int:
    """The exit code of an error; 1 for one that nobody foresaw."""
    if isinstance(error, BaileeError | click.ClickException):
        return error.exit_code
    return 1


def tell(desk: Desk, error: Exception, *, about: str = "") -> None:
    """Say on standard error what happened and what to do; *about* names the file it is about."""
    if desk.as_json:
        document = {"error": described(desk, error) | ({"file": about} if about else {})}
        click.echo(json.dumps(document, indent=2, ensure_ascii=False), err=True)
        return
    message, hint = _words(desk, error)
    lead = click.style(f"{about}: " if about else "", bold=True)
    with suppress(BrokenPipeError):
        click.echo(f"{lead}{message}", err=True)
        if hint:
            click.echo(f"  {hint}", err=True)


def described(desk: Desk, error: Exception) -> dict[str, Any]:
    """An error for programs: its class, exit code, sentence and hint."""
    message, hint = _words(desk, error)
    foreseen = isinstance(error, BaileeError | click.ClickException)
    found: dict[str, Any] = {
        "type": type(error).__name__ if foreseen else "Unexpected",
        "exit_code": code_of(error),
        "message": message,
        "hint": hint,
    }
    if isinstance(error, GoneError):
        found["erasure"] = error.erasure_id
    return found


def _words(desk: Desk, error: Exception) -> tuple[str, str]:
    if isinstance(error, BaileeError):
        return error.message, _with_command(desk, error.hint, error.exit_code)
    if isinstance(error, click.UsageError):
        message = error.format_message()
        command = error.ctx.command_path if error.ctx else desk.command
        return message, "" if message.startswith("Usage:") else f"See `{command} --help`."
    if isinstance(error, click.ClickException):
        return error.format_message(), _with_command(desk, "", error.exit_code)
    # Only its class: what a library says of its trouble may hold names.
    return (
        f"Something unexpected happened ({type(error).__name__}); what was acknowledged is kept.",
        "Check the vault with `bailee fsck`; `BAILEE_DEBUG=1` before the command shows where.",
    )


def _with_command(desk: Desk, hint: str, code: int) -> str:
    if "`bailee" in hint:
        return hint
    return f"{hint} {_NEXT.get(code, _NEXT[2]).format(command=desk.command)}".strip()


def _stopped(desk: Desk) -> int:
    with suppress(BrokenPipeError):
        if desk.as_json:
            told = {"type": "Stopped", "exit_code": STOPPED, "message": desk.so_far, "hint": ""}
            click.echo(json.dumps({"error": told}, indent=2, ensure_ascii=False), err=True)
        else:
            click.echo(f"\nStopped. {desk.so_far}", err=True)
    return STOPPED


def _unread() -> int:
    """The reader went away, as `head` does: say nothing, also when Python flushes at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    with suppress(OSError, ValueError):
        os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
    return UNREAD
