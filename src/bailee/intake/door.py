"""The door's rule: what is asked for may not contradict what the bytes prove."""

from bailee.errors import InputError
from bailee.intake.found import BYTES, Probe
from bailee.types.kind import CAPTURED, Kind

_OF_TEXT = (Kind.TRANSCRIPT, Kind.FACT, Kind.LOCATION, Kind.ANNOTATION)
_OF_BYTES = (Kind.EMBEDDING, Kind.VOICEPRINT, Kind.FACEPRINT, Kind.DATASET, Kind.MODEL)


def check_kind(probe: Probe, asked: Kind | None) -> Kind:
    """The kind under which a file may be deposited.

    Args:
        probe: What its bytes prove.
        asked: What the depositor says it is; None to take the bytes' word.

    Raises:
        InputError: The two contradict each other, or neither says.
    """
    if asked is None:
        return probe.kind or _refuse_unknown(probe)
    if not _fits(probe, asked):
        raise InputError(
            f"This file cannot be kept as {asked}: it holds {_named(probe)}.",
            hint=_advice(probe),
        )
    return asked


def _fits(probe: Probe, asked: Kind) -> bool:
    if asked in CAPTURED:
        return probe.kind is asked
    if asked is Kind.THUMBNAIL:
        return probe.kind is Kind.IMAGE
    if asked in _OF_TEXT:
        return _is_text(probe)
    # A label is written by bailee itself, never taken from a file.
    return asked in _OF_BYTES


def _refuse_unknown(probe: Probe) -> Kind:
    raise InputError(
        f"What this file is cannot be told from its content: it holds {_named(probe)}.",
        hint=_advice(probe),
    )


def _advice(probe: Probe) -> str:
    if probe.kind is Kind.IMAGE:
        return "Leave out --kind, or give --kind thumbnail."
    if probe.kind is not None:
        return "Leave out --kind: it is told from the content."
    return f"Give --kind {_choices(_OF_TEXT if _is_text(probe) else _OF_BYTES)}."


def _choices(kinds: tuple[Kind, ...]) -> str:
    return f"{', '.join(kinds[:-1])} or {kinds[-1]}"


def _is_text(probe: Probe) -> bool:
    return probe.kind is None and probe.media_type != BYTES


def _named(probe: Probe) -> str:
    if probe.kind is not None:
        return f"{probe.kind} ({probe.media_type})"
    return "text" if _is_text(probe) else "bytes that bailee does not know"
