"""The door on the command line: `bailee`, a command a file, each thin: parse, call the vault, show."""

from pathlib import Path

import click

from bailee import _version
from bailee.cli.desk import Desk
from bailee.cli.lazy import LazyGroup

COMMANDS = {
    "init": ("bailee.cli.init:init", "Make an empty vault."),
    "deposit": ("bailee.cli.deposit:deposit", "Take files into custody."),
    "list": ("bailee.cli.held:list_", "List what is held."),
    "show": ("bailee.cli.held:show", "Show one recording, and all that is held of it."),
    "release": ("bailee.cli.release:release", "Open something, and write it to a file."),
    "erase": ("bailee.cli.erase:erase", "Forget, for good."),
    "retain": ("bailee.cli.retain:retain", "Keep longer, or shorter."),
    "reassign": ("bailee.cli.retain:reassign", "Give a recording to another person."),
    "expire": ("bailee.cli.expire:expire", "Let go of everything whose day is over."),
    "rotate": ("bailee.cli.rotate:rotate", "Make what was forgotten unrecoverable."),
    "hold": ("bailee.cli.hold:hold", "Stop destruction, for a court or a claim."),
    "lift": ("bailee.cli.hold:lift", "End a hold."),
    "backup": ("bailee.cli.backup:backup", "Copy the vault to a folder."),
    "restore": ("bailee.cli.backup:restore", "Rebuild a vault from a backup."),
    "fsck": ("bailee.cli.fsck:fsck", "Check that everything fits together."),
    "scan": ("bailee.cli.scan:scan", "Hunt something through every file of the vault."),
    "receipt": ("bailee.cli.receipt:receipt", "Show or check the receipt of a forgetting."),
    "export": ("bailee.cli.export:export", "Check an archive that was taken away, offline."),
    "ledger": ("bailee.cli.ledger:ledger", "Show or export the ledger."),
    "audit": ("bailee.cli.ledger:audit", "Check an exported ledger, offline."),
    "policy": ("bailee.cli.policy:policy", "Say what is kept, how long, and who may do what."),
    "household": ("bailee.cli.household:household", "Let people and devices in."),
    "voice": ("bailee.cli.voice:voice", "Let rooms listen, and see what can be said there."),
    "tls": ("bailee.cli.tls:tls", "Make a certificate for the house, which phones can trust."),
    "service": ("bailee.cli.service:service", "Let the machine run `bailee serve` by itself."),
    "serve": ("bailee.cli.serve:serve", "Open the doors: the API, and all that happens by itself."),
}
"""Where each command is, and its one line in `bailee --help`, which imports none of them."""


@click.group(
    cls=LazyGroup,
    commands_by_name=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96},
)
@click.option(
    "--home",
    type=click.Path(path_type=Path),
    envvar="BAILEE_HOME",
    show_envvar=True,
    help="The vault's folder; ~/.local/share/bailee by default.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer with one JSON document.")
@click.version_option(_version.__version__, prog_name="bailee", message="%(prog)s %(version)s")
@click.pass_obj
def main(desk: Desk, home: Path | None, as_json: bool) -> None:
    """Keep what microphones, cameras and phones record at home, and forget it for good.

    A first look, with a recording of your own:
      bailee init
      bailee deposit talk.wav --account home --person Leo --device kitchen
      bailee list
      bailee erase --account home --person Leo --from yesterday

    `--home` and `--json` may also stand after the command.

    Exit codes:
      0    done
      1    something unexpected, or you answered no
      2    wrong input
      3    denied
      4    nothing like that here, or nothing to forget
      5    forgotten before
      6    not possible in this state
      7    a check did not hold
      8    not possible now
      9    forgotten for everyone, and not yet destroyed: a legal hold, or a store that is away
      130  stopped by Ctrl-C
      141  whoever read the output went away
    """
    desk.choose(home=home, as_json=as_json)
