"""Opaque identifiers: random, meaningless, safe to write in a log."""

import base64
import re
import secrets
from typing import NewType

from bailee.errors import InputError

AccountId = NewType("AccountId", str)
PersonId = NewType("PersonId", str)
DeviceId = NewType("DeviceId", str)
RecordingId = NewType("RecordingId", str)
ArtefactId = NewType("ArtefactId", str)
ErasureId = NewType("ErasureId", str)
HoldId = NewType("HoldId", str)
StreamId = NewType("StreamId", int)
"""A random 63-bit integer: it keys a large table."""

_SHAPE = re.compile(r"(acc|per|dev|rec|art|era|hld)_[a-z2-7]{16}")


def _opaque(prefix: str) -> str:
    return f"{prefix}_{base64.b32encode(secrets.token_bytes(10)).decode().lower()}"


def new_account_id() -> AccountId:
    return AccountId(_opaque("acc"))


def new_person_id() -> PersonId:
    return PersonId(_opaque("per"))


def new_device_id() -> DeviceId:
    return DeviceId(_opaque("dev"))


def new_recording_id() -> RecordingId:
    return RecordingId(_opaque("rec"))


def new_artefact_id() -> ArtefactId:
    return ArtefactId(_opaque("art"))


def new_erasure_id() -> ErasureId:
    return ErasureId(_opaque("era"))


def new_hold_id() -> HoldId:
    return HoldId(_opaque("hld"))


def new_stream_id() -> StreamId:
    return StreamId(secrets.randbits(63))


def parse_id(text: str, prefix: str) -> str:
    """Return *text* if it is an identifier of the family *prefix* (``rec``, ``era`` …).

    Raises:
        InputError: It has another shape or family.
    """
    if _SHAPE.fullmatch(text) and text.startswith(f"{prefix}_"):
        return text
    shown = text if _SHAPE.fullmatch(text) else "what was given"
    raise InputError(
        f"{shown} is not an id that begins with {prefix}_.",
        hint="Ids are printed by `bailee list`.",
    )
