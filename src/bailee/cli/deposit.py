"""`bailee deposit`: take files and folders into custody; a repeat goes on where it stopped."""

from pathlib import Path
from typing import Any

import click

from bailee.cli import moments, say
from bailee.cli.carrier import Carrier, Refused, Taken
from bailee.cli.desk import Desk
from bailee.cli.ends import code_of, described, tell
from bailee.cli.opened import opened
from bailee.cli.options import KIND, common, days
from bailee.cli.patience import patience
from bailee.cli.progress import progress
from bailee.cli.remembered import Remembered
from bailee.cli.taken import Said
from bailee.clock import day_of
from bailee.errors import BaileeError, InputError
from bailee.intake.walk import walk
from bailee.types.ids import RecordingId, parse_id
from bailee.types.kind import Kind

_NAME = 40
_LISTED = 20
"""A run of more files than this is summed up, not listed."""


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--account", required=True, help="Whose household.")
@click.option("--person", help="Who is heard or seen.")
@click.option("--device", help="What recorded it.")
@click.option(
    "--kind",
    type=KIND,
    metavar="KIND",
    help="What it is, where the content cannot tell: transcript, …",
)
@click.option("--captured-at", metavar="TIME", help="When it began, if not as the file says.")
@click.option("--keep", metavar="TIME", help="How long: 30d, 2w, 6m, 1y; the policy's time else.")
@click.option(
    "--derived-from",
    multiple=True,
    metavar="ID",
    help="A recording it was made from, and goes with; may be repeated.",
)
@click.option("--again", is_flag=True, help="Take files anew that were deposited before.")
@common
def deposit(desk: Desk, paths: tuple[Path, ...], again: bool, **options: Any) -> None:
    """Take files, or whole folders, into custody. The files themselves stay where they are.

    What a file is, how long it lasts and when it was captured is told from its content; its name
    is not asked. Cut short, the same command goes on where it stopped: no file is taken twice.

      bailee deposit talk.wav --account home --person Leo --device kitchen
      bailee deposit ~/Recordings --account home --person Ana --device phone --keep 90d
      bailee deposit talk.txt --account home --kind transcript --derived-from rec_k3vwrq7ahozc5ttx
    """
    said = _said(desk, **options)
    found, skipped = _files(paths)
    desk.so_far = "Nothing was deposited."
    with opened(desk) as vault:
        memory = Remembered(vault.home, day_of(desk.clock.now_ms()), vault.derived_key("deposits"))
        carrier = Carrier(vault, memory, said, again=again)
        try:
            with patience() as waiting, progress(desk, "Taking, files") as bar:
                for done, batch in carrier.batches(found):
                    carrier.carry(batch)
                    desk.so_far = _so_far(desk, carrier)
                    bar(done, len(found))
                    waiting.check()
        except BaileeError:
            desk.remark(desk.so_far)
            raise
        finally:
            if not desk.as_json:  # programs find them in the one document
                for each in carrier.refused:
                    tell(desk, each.error, about=_shown(each.path))
    desk.answer(_document(desk, carrier, skipped), _lines(carrier, skipped))
    if carrier.refused:
        click.get_current_context().exit(code_of(carrier.refused[0].error))


def _said(
    desk: Desk,
    *,
    kind: str | None,
    captured_at: str | None,
    keep: str | None,
    derived_from: tuple[str, ...],
    **names: str | None,
) -> Said:
    account, person, device = names["account"], names["person"], names["device"]
    if not derived_from and (person is None or device is None):
        raise InputError(
            "A recording needs a person and a device.", hint="Give --person and --device."
        )
    return Said(
        account=account or "",
        person=person,
        device=device,
        kind=Kind(kind) if kind else None,
        captured_at_ms=moments.begin(desk, captured_at, "--captured-at"),
        keep_days=days(keep, "--keep"),
        derived_from=tuple(RecordingId(parse_id(each, "rec")) for each in derived_from),
    )


def _files(paths: tuple[Path, ...]) -> tuple[list[Path], int]:
    """Every file that is meant, found before the first is taken; how many were left out.

    Raises:
        InputError: One of *paths* is not there, or a folder below them cannot be read.
    """
    if not paths:
        raise InputError("There is nothing to deposit.", hint="Name a file or a folder.")
    for path in paths:
        if not path.exists():
            raise InputError(f"There is no file or folder {path}.", hint="Check the path.")
    walked = walk(paths)
    return list(walked), walked.skipped


# -- what is said at the end ----------------------------------------------------------------


def _so_far(desk: Desk, carrier: Carrier) -> str:
    kept = say.count(len(carrier.taken), "file")
    return f"{kept} deposited by now; repeat `{desk.command} …` as it was, and it goes on."


def _document(desk: Desk, carrier: Carrier, skipped: int) -> dict[str, Any]:
    return {
        "deposited": [_taken(each) for each in carrier.taken],
        "known": [
            {"file": _text(path), "recording": recording} for path, recording in carrier.known
        ],
        "refused": [_refused(desk, each) for each in carrier.refused],
        "skipped": skipped,
    }


def _taken(each: Taken) -> dict[str, Any]:
    done = each.done
    return {
        "file": _text(each.path),
        "recording": done.recording_id,
        "artefact": done.artefact_id,
        "kind": done.kind,
        "size_bytes": done.size_bytes,
        **say.moment("begin", done.begin_ms),
        "kept_until": say.day(done.kept_until_day),
    }


def _refused(desk: Desk, each: Refused) -> dict[str, Any]:
    return {"file": _text(each.path), **described(desk, each.error)}


def _lines(carrier: Carrier, skipped: int) -> list[str]:
    rows = [
        (
            done.recording_id,
            done.kind.value,
            say.size(done.size_bytes),
            say.local(done.begin_ms),
            f"until {say.day(done.kept_until_day)}",
            say.fit(say.name(_text(Path(path.name))), _NAME),
        )
        for path, done in ((each.path, each.done) for each in carrier.taken)
    ]
    listed = say.table(rows[0], rows[1:]) if 0 < len(rows) <= _LISTED else []
    ends = [f"{say.count(len(rows), 'file')} deposited."]
    if carrier.known:
        ends.append(f"{len(carrier.known):,} deposited before; --again takes them anew.")
    if carrier.refused:
        ends.append(f"{len(carrier.refused):,} refused, as said above.")
    if skipped:
        ends.append(f"{skipped:,} left out: hidden, or links.")
    return [*listed, " ".join(ends), *(["See them: bailee list"] if rows else [])]


def _text(path: Path) -> str:
    """A path as text, also one that some other system named in bytes that are none."""
    return str(path).encode(errors="replace").decode()


def _shown(path: Path) -> str:
    return say.name(_text(path))
