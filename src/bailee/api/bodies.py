"""What every body and answer has in common: no unknown field, times as RFC 3339, opaque ids."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from bailee.clock import to_datetime, to_ms


class Body(BaseModel):
    """What is sent or answered. A field that nobody knows is refused; a repr shows no value."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def __repr_args__(self) -> Iterator[tuple[str | None, object]]:
        """None: what people send and are told is in no log and no traceback."""
        return iter(())


def parse_moment(value: object) -> int:
    """The same as `parse_when`, and milliseconds as they are: answers are built from those."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LAST_MS:
        return value
    return parse_when(value)


def parse_when(value: object) -> int:
    """Milliseconds since the epoch of an RFC 3339 time with its offset, 1970 … 9999.

    Raises:
        ValueError: It is none. (A validator's way to say so.)
    """
    if not isinstance(value, str) or len(value) > _LONGEST_TIME:
        raise ValueError("a time is text such as 2026-11-21T07:12:00Z")
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("that is no time; write it like 2026-11-21T07:12:00Z") from None
    if moment.tzinfo is None:
        raise ValueError("the time needs an offset; end it with Z for UTC")
    try:
        at_ms = to_ms(moment)
    except OverflowError:
        raise ValueError("that time is beyond any calendar") from None
    if not 0 <= at_ms <= _LAST_MS:
        raise ValueError("a time lies between 1970 and 9999")
    return at_ms


def tell_moment(at_ms: int) -> str:
    """RFC 3339, UTC, to the millisecond."""
    return to_datetime(at_ms).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_LONGEST_TIME = 40
_LAST_MS = 253_402_300_799_999
"""The last millisecond of the year 9999."""

Moment = Annotated[
    int,
    BeforeValidator(parse_moment, json_schema_input_type=str),
    PlainSerializer(tell_moment, return_type=str),
    Field(
        json_schema_extra={"format": "date-time"},
        description="RFC 3339 with an offset; answers are UTC, to the millisecond.",
    ),
]
"""Milliseconds since the epoch inside, RFC 3339 outside."""

When = Annotated[
    int,
    BeforeValidator(parse_when, json_schema_input_type=str),
    PlainSerializer(tell_moment, return_type=str),
    Field(json_schema_extra={"format": "date-time"}, description="RFC 3339 with an offset."),
]
"""The same where it is asked for: a number is no time."""

Name = Annotated[str, Field(min_length=1, max_length=200, description="On one line.")]
Line = Annotated[
    str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$", description="Words on one line.")
]


def id_of(prefix: str, what: str) -> Any:
    """A field for an opaque id of one family."""
    return Field(pattern=rf"^{prefix}_[a-z2-7]{{16}}$", description=what)


AccountRef = Annotated[str, id_of("acc", "A household.")]
PersonRef = Annotated[str, id_of("per", "A person of the household.")]
DeviceRef = Annotated[str, id_of("dev", "A device of the household.")]
RecordingRef = Annotated[str, id_of("rec", "A recording.")]
ArtefactRef = Annotated[str, id_of("art", "An artefact: one content of a recording.")]
ErasureRef = Annotated[str, id_of("era", "An erasure.")]
