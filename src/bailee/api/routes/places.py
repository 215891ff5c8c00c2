"""Places: where devices were, coarse unless more is asked for, and what places are called."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from bailee.api.bodies import AccountRef, Body, DeviceRef, Line, Moment, PersonRef, id_of
from bailee.api.callers import Knocked
from bailee.household.whereabouts import Where
from bailee.rules.precision import middle
from bailee.types.ids import AccountId, DeviceId, PersonId
from bailee.types.place import LONGEST_NAME, Fix, Place, PlaceId, Precision, Spell
from bailee.types.purpose import Purpose

router = APIRouter(prefix="/households/{account}/places", tags=["places"])

PlaceRef = Annotated[str, id_of("plc", "A place that has a name.")]
CellRef = Annotated[
    str, Field(pattern=r"^[0-9a-f]{15}$", description="A cell of H3, of resolution 9 at most.")
]
PlaceName = Annotated[Line, Field(min_length=1, max_length=LONGEST_NAME)]


class Asked(Body):
    """Which stretch of time, whose, and how exactly: `coarse` is to about 1 km."""

    from_: Moment = Field(alias="from")
    to: Moment = Field(description="Itself left out; a month after `from` at most.")
    person: PersonRef | None = None
    device: DeviceRef | None = None
    precision: Precision = Precision.COARSE
    purpose: Purpose = Field(
        default=Purpose.OWNER_VIEW, description="It may hold the precision back."
    )
    cursor: str = Field(default="", max_length=64)


class FixShown(Body):
    """One report, exactly."""

    latitude: float
    longitude: float
    accuracy_m: float | None
    at: Moment


class SpellShown(Body):
    """A while in one cell; `fixes` is empty unless `exact` was asked for.

    `latitude` and `longitude` are about its middle, with no more decimals than it is wide.
    """

    person: PersonRef
    device: DeviceRef
    cell: CellRef
    latitude: float
    longitude: float
    begin: Moment
    end: Moment
    points: int
    fixes: list[FixShown]


class WhereaboutsShown(Body):
    """Oldest first. `next` is the cursor of the page after; null on the last.

    `unread` counts what holds no place that can be read, `closed` what the caller may not open.
    """

    spells: list[SpellShown]
    precision: Precision
    unread: int
    closed: int
    next: str | None


class NewPlace(Body):
    """What to call a cell, and whether everybody at home sees it."""

    name: PlaceName
    cell: CellRef
    for_all: bool = False


class PlaceChange(Body):
    """Another name."""

    name: PlaceName


class PlaceShown(Body):
    """A cell and its name. `person` is whose word it is; null for the household's."""

    id: PlaceRef
    name: str
    cell: CellRef
    person: PersonRef | None


class PlacesShown(Body):
    """The caller's own and the household's, by name."""

    places: list[PlaceShown]


class PlaceMade(Body):
    """Its id."""

    id: PlaceRef


@router.get("")
def whereabouts(
    account: AccountRef, asked: Annotated[Asked, Query()], knock: Knocked
) -> WhereaboutsShown:
    """Where devices were, as whiles in cells; opened with one entry in the ledger."""
    caller = knock.person()
    found = knock.service.household.whereabouts.tell(
        caller.principal,
        AccountId(account),
        Where(
            begin_ms=asked.from_,
            end_ms=asked.to,
            person_id=None if asked.person is None else PersonId(asked.person),
            device_id=None if asked.device is None else DeviceId(asked.device),
            precision=asked.precision,
            purpose=asked.purpose,
            after=asked.cursor,
        ),
    )
    return WhereaboutsShown(
        spells=[_spell_shown(each) for each in found.spells],
        precision=found.precision,
        unread=found.unread,
        closed=found.closed,
        next=found.next or None,
    )


@router.get("/names")
def list_places(account: AccountRef, knock: Knocked) -> PlacesShown:
    """What places are called, by the caller and by the household."""
    caller = knock.person()
    found = knock.service.household.places.list(caller.principal, AccountId(account))
    return PlacesShown(places=[_place_shown(each) for each in found])


@router.post("/names", status_code=201)
def name_place(account: AccountRef, new: NewPlace, knock: Knocked) -> PlaceMade:
    """Call a cell something."""
    caller = knock.person()
    made = knock.service.household.places.add(
        caller.principal, AccountId(account), new.name, new.cell, for_all=new.for_all
    )
    return PlaceMade(id=made)


@router.patch("/names/{place}", status_code=204, response_class=Response)
def rename_place(account: AccountRef, place: PlaceRef, change: PlaceChange, knock: Knocked) -> None:
    """Call it otherwise."""
    caller = knock.person()
    knock.service.household.places.rename(
        caller.principal, AccountId(account), PlaceId(place), change.name
    )


@router.delete("/names/{place}", status_code=204, response_class=Response)
def remove_place(account: AccountRef, place: PlaceRef, knock: Knocked) -> None:
    """Call it nothing any more."""
    caller = knock.person()
    knock.service.household.places.remove(caller.principal, AccountId(account), PlaceId(place))


def _spell_shown(spell: Spell) -> SpellShown:
    latitude, longitude = middle(spell.cell)
    return SpellShown(
        person=spell.person_id,
        device=spell.device_id,
        cell=spell.cell,
        latitude=latitude,
        longitude=longitude,
        begin=spell.begin_ms,
        end=spell.end_ms,
        points=spell.points,
        fixes=[_fix_shown(each) for each in spell.fixes],
    )


def _fix_shown(fix: Fix) -> FixShown:
    return FixShown(
        latitude=fix.latitude, longitude=fix.longitude, accuracy_m=fix.accuracy_m, at=fix.at_ms
    )


def _place_shown(place: Place) -> PlaceShown:
    return PlaceShown(id=place.id, name=place.name, cell=place.cell, person=place.person_id)
