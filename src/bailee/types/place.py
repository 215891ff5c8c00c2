"""Places: where a phone said that it was, how exactly one may ask for it, what one calls it.

A location artefact holds one OwnTracks location, or a list of them (booklet, JSON: `_type`, `lat`,
`lon`, `acc`, `tst`). Its bytes are untrusted and become `Fix`es here, once. What else it says
(networks, batteries, pictures) is left where it is.
"""

import base64
import json
import re
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NewType, NoReturn

from bailee.errors import InputError
from bailee.types.ids import DeviceId, PersonId

PlaceId = NewType("PlaceId", str)
Cell = NewType("Cell", str)
"""A cell of H3: 15 hex digits. It says where it is, and how wide."""

MOST_BYTES = 64 * 1024
MOST_FIXES = 1000
"""In one artefact; a phone that was away sends several."""
LONGEST_NAME = 60
_SHAPE = re.compile(r"plc_[a-z2-7]{16}")
_LAST_S = 253_402_300_799
"""The last second of the year 9999."""
_WIDEST_M = 21_000_000
"""Nothing on the earth is further away."""


class Precision(StrEnum):
    """How exactly a place is told."""

    COARSE = "coarse"
    """To about 1 km: never finer than two decimals of a degree (R-05)."""
    FINE = "fine"
    """To about 200 m."""
    EXACT = "exact"
    """As it was recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """Where a device was at one moment.

    Attributes:
        latitude: Degrees north, -90 … 90.
        longitude: Degrees east, -180 … 180.
        accuracy_m: Metres around it, as the device guessed; None where it did not say.
        at_ms: Milliseconds since the epoch, UTC, on a whole second; the device's clock.
    """

    latitude: float
    longitude: float
    accuracy_m: float | None
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """A while that somebody's device was in one cell, without having been in another.

    Attributes:
        points: How often it was reported there.
        fixes: Each of them, oldest first; empty unless they were asked for exactly.
    """

    person_id: PersonId
    device_id: DeviceId
    cell: Cell
    begin_ms: int
    end_ms: int
    points: int
    fixes: tuple[Fix, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a cell is called; `person_id` is whose word it is, None for the whole household's."""

    id: PlaceId
    name: str
    cell: Cell
    person_id: PersonId | None


def new_place_id() -> PlaceId:
    return PlaceId(f"plc_{base64.b32encode(secrets.token_bytes(10)).decode().lower()}")


def parse_place_id(text: str) -> PlaceId:
    """Return *text* (untrusted) if it is the id of a place. Raises `InputError` if not."""
    if _SHAPE.fullmatch(text):
        return PlaceId(text)
    raise InputError("That is not an id that begins with plc_.")


def parse_fixes(body: bytes) -> tuple[Fix, ...]:
    """The fixes of a location artefact (untrusted), oldest first; at least one.

    Raises:
        InputError: It is too long, no JSON, no location, or one that is nowhere on the earth.
    """
    if len(body) > MOST_BYTES:
        raise _refused(f"It is longer than {MOST_BYTES} bytes.")
    try:
        found = json.loads(body.decode(), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise _refused("It is not JSON in UTF-8.") from None
    items = found if isinstance(found, list) else [found]
    if not 1 <= len(items) <= MOST_FIXES:
        raise _refused(f"A list has 1 to {MOST_FIXES} places.")
    return tuple(sorted((_fix(each) for each in items), key=lambda fix: fix.at_ms))


def _fix(said: Any) -> Fix:
    if not isinstance(said, dict) or said.get("_type") != "location":
        raise _refused("Every item is an object whose _type is location.")
    at_s = said.get("tst")
    if isinstance(at_s, bool) or not isinstance(at_s, int) or not 0 < at_s <= _LAST_S:
        raise _refused("tst is a whole number of seconds since 1970.")
    accuracy = said.get("acc")
    return Fix(
        latitude=_number(said, "lat", -90, 90),
        longitude=_number(said, "lon", -180, 180),
        accuracy_m=None if accuracy is None else _number(said, "acc", 0, _WIDEST_M),
        at_ms=at_s * 1000,
    )


def _number(said: dict[str, Any], name: str, least: int, most: int) -> float:
    value = said.get(name)
    # Compared before it is made a float: an infinity fails, and so does a whole number too long.
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise _refused(f"{name} is a number from {least} to {most}.")
    return float(value)


def _no_number(_word: str) -> NoReturn:
    raise ValueError


def _refused(why: str) -> InputError:
    return InputError(
        f"That is no location. {why}",
        hint='Such as {"_type":"location","lat":52.5,"lon":13.4,"tst":1795300000}.',
    )
