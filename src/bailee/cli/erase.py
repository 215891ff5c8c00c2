"""`bailee erase`: say what would go, ask, forget, give the receipt."""

import json
from pathlib import Path
from typing import Any

import click

from bailee.cli import say
from bailee.cli.asked import confirmed
from bailee.cli.desk import HELD, Desk
from bailee.cli.opened import opened
from bailee.cli.options import common, selected, selection
from bailee.cli.progress import progress
from bailee.cli.slip import slip
from bailee.cli.written import require_free, written
from bailee.custody.vault import Vault
from bailee.errors import NothingToForgetError
from bailee.types.erasure import Outcome, Plan
from bailee.types.selection import Selection


@click.command()
@selection
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--receipt",
    "receipt_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Keep the receipt here: nothing else has the words of what was asked.",
)
@common
def erase(desk: Desk, dry_run: bool, yes: bool, receipt_file: Path | None, **said: Any) -> None:
    """Forget, for good: recordings, and whatever was made from them.

    A recording that reaches into the time you name goes whole. What you name stays forgotten: a
    late upload from that time is refused. --dry-run only says what would go.

      bailee erase --account home --person Leo --from yesterday --receipt leo.receipt
      bailee erase --account home --recording rec_k3vwrq7ahozc5ttx
      bailee erase --account home --device kitchen --kind transcript
    """
    chosen = selected(desk, **said)
    if receipt_file is not None:
        require_free(receipt_file)
    with opened(desk) as vault:
        plan = vault.plan(chosen)
        if dry_run:
            desk.answer(_planned(plan), [*_lines(plan, chosen), "Nothing was changed."])
            return
        if not yes:
            confirmed(desk, _lines(plan, chosen), _question(plan))
        outcome, sentence = _forget(desk, vault, chosen, receipt_file)
    if outcome is Outcome.NOT_FOUND:
        raise NothingToForgetError(sentence)
    if outcome is not Outcome.ERASED:
        click.get_current_context().exit(HELD)


def _forget(
    desk: Desk, vault: Vault, chosen: Selection, receipt_file: Path | None
) -> tuple[Outcome | None, str]:
    """The receipt is kept before the clean-up too: its words are in no other place."""
    desk.so_far = "If it was forgotten, `bailee list` no longer shows it."
    asked = vault.forget(chosen)
    desk.so_far = (
        f"It is forgotten: see `bailee receipt show {asked.id}`. Cleaning up goes on later."
    )
    if receipt_file is not None:
        with written(receipt_file) as file:
            file.write(_bytes(vault.receipt(asked.id, asked=asked)))
    with progress(desk, "Cleaning up,") as tell:
        erasure = vault.finish(asked.id, progress=tell)
    receipt = vault.receipt(asked.id, asked=asked)
    if receipt_file is not None:
        with written(receipt_file, force=True) as file:
            file.write(_bytes(receipt))
    answer = {"erasure": asked.id, "outcome": erasure.outcome, "receipt": receipt}
    desk.answer(answer, _told(receipt, erasure.outcome, receipt_file))
    return erasure.outcome, asked.sentence


def _bytes(receipt: dict[str, Any]) -> bytes:
    return (json.dumps(receipt, indent=2, ensure_ascii=False) + "\n").encode()


def _told(receipt: dict[str, Any], outcome: Outcome | None, receipt_file: Path | None) -> list[str]:
    if outcome is Outcome.NOT_FOUND:
        return [*slip(receipt), "What arrives late from that stretch will be refused all the same."]
    kept = (
        f"Check it: bailee receipt verify {receipt_file}"
        if receipt_file is not None
        else f"Keep it: bailee receipt show {receipt['erasure']} --save FILE"
    )
    return [*slip(receipt), kept]


# -- what would go --------------------------------------------------------------------------


def _planned(plan: Plan) -> dict[str, Any]:
    return {
        "sentence": plan.sentence,
        "recordings": plan.recordings,
        "artefacts": dict(plan.artefacts),
        **say.moment("begin", plan.begin_ms),
        **say.moment("end", plan.end_ms),
        "reaching_in": list(plan.reaching_in),
        "held": plan.held,
        "names": plan.names,
    }


def _lines(plan: Plan, chosen: Selection) -> list[str]:
    lines = [click.style(f"Forget {say.name(plan.sentence)}", bold=True)]
    if chosen.from_ms is not None or chosen.to_ms is not None:
        lines.append(f"  {_here(chosen)}")
    lines.append(f"  {_numbers(plan)}")
    if plan.begin_ms is not None and plan.end_ms is not None:
        lines.append(f"  from {say.local(plan.begin_ms)} to {say.local(plan.end_ms)}")
    if plan.names:
        lines.append("  the name too: used again, it begins anew")
    if plan.reaching_in:
        lines.append("  begin before that time, reach into it, and go whole:")
        lines += [f"    {each}" for each in plan.reaching_in]
    if plan.held:
        held = say.count(plan.held, "artefact")
        lines.append(f"  {held} under a legal hold: nobody can use them, their bytes stay")
    return lines


def _here(chosen: Selection) -> str:
    begin = "the beginning" if chosen.from_ms is None else say.local(chosen.from_ms)
    end = "now" if chosen.to_ms is None else say.local(chosen.to_ms)
    return f"by this clock from {begin} to {end}"


def _numbers(plan: Plan) -> str:
    if not plan.recordings and not plan.artefacts:
        return "nothing that is held: only what arrives late from that stretch would be refused"
    counted = say.kinds(plan.artefacts)
    whole = say.count(plan.recordings, "recording")
    return f"{whole}: {counted}" if plan.recordings else counted


def _question(plan: Plan) -> str:
    if plan.recordings:
        return f"Forget {say.count(plan.recordings, 'recording')}, for good?"
    return f"Forget {say.kinds(plan.artefacts)}, for good?" if plan.artefacts else "Go on?"
