"""A recording, for programs and for people."""

from collections.abc import Sequence
from typing import Any

from bailee.cli import say
from bailee.types.recording import Artefact, Recording

MARK = "deposited_as"
"""The detail by which a cut-short `deposit` knows its files again: see `remembered`."""
CAPTURED = "captured_from"
_CAPTURED_FROM = {
    "told": "as told by --captured-at",
    "file": "as the file itself says",
    "modified": "by when the file was last written, less its length",
}


def as_json(recording: Recording) -> dict[str, Any]:
    """Stable keys; times in UTC and milliseconds."""
    return {
        "id": recording.id,
        "account": recording.account,
        "person": recording.person,
        "device": recording.device,
        **say.moment("begin", recording.begin_ms),
        **say.moment("end", recording.end_ms),
        "duration_ms": recording.end_ms - recording.begin_ms,
        "artefacts": [_artefact(each) for each in recording.artefacts],
    }


def _artefact(artefact: Artefact) -> dict[str, Any]:
    return {
        "id": artefact.id,
        "kind": artefact.kind,
        "size_bytes": artefact.size_bytes,
        "kept_until": say.day(artefact.kept_until_day),
        "name": artefact.name,
        "details": {key: each for key, each in artefact.details.items() if key != MARK},
        "recordings": list(artefact.sources),
        "derived_from": list(artefact.derived_from),
    }


def details(recording: Recording) -> list[str]:
    """Everything about a recording, a line each, then what is held of it."""
    captured = [str(each.details.get(CAPTURED)) for each in recording.artefacts]
    known = next((_CAPTURED_FROM[each] for each in captured if each in _CAPTURED_FROM), "")
    when = say.local(recording.begin_ms) + (f", {known}" if known else "")
    lines = [
        recording.id,
        f"  when     {when}",
        f"  length   {say.length(recording.end_ms - recording.begin_ms)}",
        f"  who      {say.name(recording.person)}",
        f"  device   {say.name(recording.device)}",
        f"  account  {say.name(recording.account)}",
        "",
    ]
    return [*lines, *_artefacts(recording.artefacts)]


def _artefacts(artefacts: Sequence[Artefact]) -> list[str]:
    head = ("kind", "size", "until", "id", "name", "")
    rows = [
        (
            each.kind.value,
            say.size(each.size_bytes),
            say.day(each.kept_until_day),
            each.id,
            say.fit(say.name(each.name), 40),
            _about(each),
        )
        for each in artefacts
    ]
    return say.table(head, rows)


def _about(artefact: Artefact) -> str:
    known = artefact.details
    parts = [str(known[key]) for key in ("codecs",) if known.get(key)]
    if known.get("width"):
        parts.append(f"{known['width']}×{known['height']}")
    if artefact.derived_from:
        parts.append(f"made from {', '.join(artefact.derived_from)}")
    return ", ".join(parts)
