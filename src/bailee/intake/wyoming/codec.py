"""An event on the wire: a line of JSON, then a block of JSON, then bytes. Nothing is read here.

``{"type": …, "data": {…}, "data_length": N, "payload_length": M}`` and a line feed, N bytes of
JSON that are laid over `data`, M bytes of payload. The package's own reader believes any length it
is told; what is parsed here has caps.
"""

import json
from dataclasses import dataclass
from typing import Any

from bailee.errors import InputError
from bailee.intake.wyoming.events import Event

HEADER_BYTES = 64 * 1024
"""The longest first line, its line feed with it."""
DATA_BYTES = 64 * 1024
PAYLOAD_BYTES = 1024 * 1024
"""32 s of sound at 16 kHz; those who stream send a fifteenth of a second."""
_TYPE_CHARACTERS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the first line says.

    Attributes:
        data: What it holds already.
        data_bytes: How many bytes of JSON follow; at most `DATA_BYTES`.
        payload_bytes: How many bytes follow those; at most `PAYLOAD_BYTES`.
    """

    type: str
    data: dict[str, Any]
    data_bytes: int
    payload_bytes: int


def parse_head(line: bytes) -> Head:
    """Read the first line, with or without its line feed.

    Args:
        line: Untrusted.

    Raises:
        InputError: It is no event, or asks for more than one may.
    """
    said = _parse_json(line)
    kind = said.get("type")
    if not isinstance(kind, str) or not 0 < len(kind) <= _TYPE_CHARACTERS:
        raise InputError("Refused: an event without a type.", hint=_HINT)
    data = said.get("data")
    if not isinstance(data, dict | None):
        raise InputError("Refused: an event's data is a JSON object.", hint=_HINT)
    return Head(
        type=kind,
        data=data or {},
        data_bytes=_parse_length(said.get("data_length"), DATA_BYTES),
        payload_bytes=_parse_length(said.get("payload_length"), PAYLOAD_BYTES),
    )


def join(head: Head, block: bytes, payload: bytes) -> Event:
    """The event of its three parts; *block* and *payload* are as long as *head* says.

    Raises:
        InputError: *block* is no JSON object.
    """
    data = head.data | _parse_json(block) if block else head.data
    return Event(type=head.type, data=data, payload=payload or None)


def encode(event: Event) -> bytes:
    """*event* as bytes. Text goes as ASCII: what a peer sent can always be sent back."""
    head: dict[str, Any] = {"type": event.type}
    block = json.dumps(event.data).encode() if event.data else b""
    if block:
        head["data_length"] = len(block)
    payload = event.payload or b""
    if payload:
        head["payload_length"] = len(payload)
    return json.dumps(head).encode() + b"\n" + block + payload


_HINT = "Wyoming: a line of JSON, then `data_length` bytes of JSON, then `payload_length` bytes."


def _parse_json(block: bytes) -> dict[str, Any]:
    try:
        said = json.loads(block.decode(), parse_constant=_refuse_constant)
    # A bomb of brackets ends in RecursionError, a number of 5,000 digits in ValueError.
    except (ValueError, RecursionError):
        raise InputError("Refused: that is no JSON.", hint=_HINT) from None
    if not isinstance(said, dict):
        raise InputError("Refused: an event is a JSON object.", hint=_HINT)
    return said


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _parse_length(said: object, most: int) -> int:
    if said is None:
        return 0
    if type(said) is not int or not 0 <= said <= most:
        raise InputError(f"Refused: a length is a number from 0 to {most:,}.", hint=_HINT)
    return said
