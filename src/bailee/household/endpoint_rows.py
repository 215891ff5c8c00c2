"""Rows of listening endpoints, and who speaks there."""

from dataclasses import dataclass

import sqlalchemy as sa

from bailee.custody.desk import Transaction
from bailee.errors import UnknownError
from bailee.household.choosing import device_name
from bailee.household.devices import describe_device, devices_of
from bailee.household.ground import open_details
from bailee.household.persons import describe, persons_of
from bailee.store.database import AnyRow
from bailee.store.household_tables import device_profile, endpoint, profile
from bailee.types.endpoint import Endpoint, Way
from bailee.types.household import PersonSort
from bailee.types.ids import AccountId, DeviceId, PersonId

UNKNOWN_SPEAKER = "unknown speaker"
CONTEXT = "endpoint"
"""What details are sealed for."""
STANDING = sa.select(endpoint).join(
    device_profile,
    sa.and_(
        device_profile.c.device_id == endpoint.c.device_id, device_profile.c.revoked_ms.is_(None)
    ),
)
"""Those of devices that were not revoked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """How a household calls its own.

    Attributes:
        places: Rooms and devices, each name with its device: a room may have several.
        persons: Everybody but who is nobody in particular.
    """

    places: tuple[tuple[str, DeviceId], ...]
    persons: tuple[tuple[str, PersonId], ...]


def called(t: Transaction, account_id: AccountId) -> Called:
    """Its rooms, devices and people, by the names they have now."""
    devices = [each for each in devices_of(t, account_id) if each.revoked_ms is None]
    places = {(name, each.id): None for each in devices for name in (each.name, each.room) if name}
    persons = [each for each in persons_of(t, account_id) if each.sort is not PersonSort.UNKNOWN]
    return Called(places=tuple(places), persons=tuple((each.name, each.id) for each in persons))


def unknown_speaker(t: Transaction, account_id: AccountId) -> PersonId | None:
    """Who stands for a voice that nobody was named for; None where nobody needed one yet."""
    rows = t.connection.execute(
        sa.select(profile.c.person_id)
        .where(profile.c.account_id == account_id, profile.c.sort == PersonSort.UNKNOWN)
        .order_by(profile.c.person_id)
    ).all()
    found = [PersonId(row.person_id) for row in rows]
    named = [each for each in found if describe(t, each).get("name") == UNKNOWN_SPEAKER]
    return next(iter(named or found), None)


def row_of(t: Transaction, account_id: AccountId, device_id: DeviceId) -> AnyRow:
    """One device's. Raises `UnknownError` where nobody listens with it."""
    mine = STANDING.where(endpoint.c.device_id == device_id, endpoint.c.account_id == account_id)
    row = t.connection.execute(mine).one_or_none()
    if row is None:
        raise UnknownError("Nobody listens with that device.", hint="Set it up on its page.")
    return row


def all_of(t: Transaction, wanted: sa.Select[tuple[object, ...]]) -> tuple[Endpoint, ...]:
    """Those that *wanted* finds, by the device's name."""
    found = [shown(t, row) for row in t.connection.execute(wanted).all()]
    return tuple(sorted(found, key=lambda each: (each.device, each.device_id)))


def shown(t: Transaction, row: AnyRow) -> Endpoint:
    """Who was forgotten since is nobody in particular."""
    account_id, device_id = AccountId(row.account_id), DeviceId(row.device_id)
    details = open_details(t, row.device_id, row.details, CONTEXT)
    speaker_id = PersonId(row.speaker_id)
    if not t.has_person(account_id, speaker_id):
        speaker_id = unknown_speaker(t, account_id) or speaker_id
    sort = t.connection.scalar(sa.select(profile.c.sort).where(profile.c.person_id == speaker_id))
    return Endpoint(
        account_id=account_id,
        device_id=device_id,
        device=device_name(t, account_id, device_id),
        room=describe_device(t, device_id).get("room", ""),
        person_id=speaker_id,
        person=describe(t, speaker_id).get("name", UNKNOWN_SPEAKER),
        is_unknown=sort in {None, PersonSort.UNKNOWN},
        way=Way(details["way"]),
        address=details["address"],
        language=details["language"],
        zone=details["zone"],
    )
