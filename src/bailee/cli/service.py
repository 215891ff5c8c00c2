"""`bailee service`: let the machine run `bailee serve` by itself, by a systemd unit."""

import os
import pwd
import sys
from pathlib import Path

import click

from bailee.cli.desk import Desk
from bailee.cli.opened import opened
from bailee.cli.options import common
from bailee.cli.serve import serve
from bailee.cli.unit import NAME, Unit
from bailee.errors import ConflictError, InputError, UnknownError
from bailee.store import files

_SYSTEM = Path("/etc/systemd/system")
_USER = click.option("--user", "own", is_flag=True, help="Of your own systemd, not the machine's.")


@click.group()
def service() -> None:
    """Let the machine run `bailee serve` by itself, from its start on."""


def place_of(*, own: bool) -> Path:
    """Where the unit lies: the machine's folder, or one's own (systemd.unit(5))."""
    if not own:
        return _SYSTEM / NAME
    config = os.environ.get("XDG_CONFIG_HOME")
    return (Path(config) if config else Path.home() / ".config") / "systemd" / "user" / NAME


def _control(*, own: bool) -> str:
    return "systemctl --user" if own else "sudo systemctl"


@service.command()
@click.argument("words", metavar="[-- OPTION...]", nargs=-1, type=click.UNPROCESSED)
@_USER
@click.option("--print", "printing", is_flag=True, help="Print the unit; write nothing.")
@common
def install(desk: Desk, *, words: tuple[str, ...], own: bool, printing: bool) -> None:
    """Write a systemd unit that runs `bailee serve` for this vault.

    What stands behind -- is said to `bailee serve`. The unit may write to the vault, its root
    stores and its backups, and nowhere else: install it again when one of them moves. It runs as
    whoever owns the vault.

      bailee service install -- --host 0.0.0.0 --tls
      bailee service install --user --print
    """
    unit = _unit(desk, words, own=own)
    place = place_of(own=own)
    if printing:
        desk.answer({"unit": unit.text(), "place": str(place)}, [unit.text().rstrip()])
        return
    with files.on_disk(str(place)):
        place.parent.mkdir(parents=True, exist_ok=True)
        # A crash leaves the unit there was, or this one.
        files.replace(place, [unit.text().encode()])
        place.chmod(0o644)  # it holds no secret, and systemd warns of units that nobody may read
    control = _control(own=own)
    lines = [
        f"{place} is written.",
        f"Start it now and at each start: {control} daemon-reload",
        f"                                {control} enable --now {NAME}",
        f"See its log: journalctl {'--user ' if own else ''}-u {NAME}",
    ]
    if own:
        lines.append("Let it run while you are not signed in: loginctl enable-linger")
    desk.answer({"place": str(place), "unit": unit.text()}, lines)


def _unit(desk: Desk, words: tuple[str, ...], *, own: bool) -> Unit:
    """The unit, for options that `bailee serve` would take.

    Raises:
        InputError: The vault belongs to somebody else than one's own systemd runs as.
        UsageError: `bailee serve` would not take those options.
    """
    understood = serve.make_context("bailee serve", list(words))
    with opened(desk) as vault:
        home = vault.home.absolute()
        writes = [Path(each) for each in vault.config.root_stores]
        writes += list(vault.backups())
    owner = home.stat().st_uid
    if own and owner != os.getuid():
        raise InputError("This vault is not yours.", hint="Leave out --user.")
    return Unit(
        program=_program(),
        words=words,
        home=home,
        writes=writes,
        user="" if own else _name_of(owner),
        port=int(understood.params["port"]),
    )


def _program() -> str:
    """The `bailee` beside the Python that runs this, wherever it was called from."""
    program = Path(sys.executable).absolute().with_name("bailee")
    if not program.is_file():
        raise ConflictError(
            "There is no program `bailee` beside the Python that runs this.",
            hint="Install bailee with pip, in an environment of its own.",
        )
    return str(program)


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


@service.command()
@_USER
@common
def show(desk: Desk, *, own: bool) -> None:
    """Show the unit that is installed.

    bailee service show --user
    """
    place = _installed(own=own)
    with files.on_disk(str(place)):
        text = place.read_text(encoding="utf-8")
    desk.answer({"place": str(place), "unit": text}, [f"# {place}", text.rstrip()])


@service.command()
@_USER
@common
def remove(desk: Desk, *, own: bool) -> None:
    """Take the unit away. The vault stays as it is.

    bailee service remove --user
    """
    place = _installed(own=own)
    with files.on_disk(str(place)):
        files.remove(place)
        files.sync_folder(place.parent)
    control = _control(own=own)
    desk.answer(
        {"place": str(place)},
        [
            f"{place} is gone. What runs goes on until it is stopped:",
            f"  {control} disable --now {NAME}",
            f"  {control} daemon-reload",
        ],
    )


def _installed(*, own: bool) -> Path:
    place = place_of(own=own)
    if not place.is_file():
        raise UnknownError(
            f"There is no unit {place}.",
            hint=f"Make one with `bailee service install{' --user' if own else ''}`.",
        )
    return place
