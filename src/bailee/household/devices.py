"""Devices of a household: what sort they are, where they stand, and until when they may record."""

from dataclasses import dataclass

import sqlalchemy as sa

from bailee.custody.desk import Transaction
from bailee.errors import ConflictError, InputError, UnknownError
from bailee.household.ground import Ground, asked, open_details, seal_details
from bailee.store.database import AnyRow
from bailee.store.household_tables import device_profile
from bailee.types.decide import Principal, Verb
from bailee.types.facts import DeviceSort
from bailee.types.household import HouseDevice
from bailee.types.ids import AccountId, DeviceId
from bailee.types.sign_in import EndTokens

_CONTEXT = "device"


@dataclass(frozen=True, slots=True)
class Devices:
    """Adds, changes and revokes devices. *end_tokens* is how whoever signs them in ends it."""

    ground: Ground
    end_tokens: EndTokens

    def add(
        self, principal: Principal, account_id: AccountId, name: str, sort: DeviceSort, room: str
    ) -> DeviceId:
        """Register a speaker, camera or phone; one that was revoked comes back by it.

        Raises:
            DeniedError: The gate said no.
            ConflictError: One of that name is registered.
            InputError: It is no sort of device, or the name is none.
        """
        if sort is DeviceSort.NONE:
            raise InputError("A device is a speaker, a camera or a phone.")
        decision = self.ground.require(principal, Verb.ADMINISTER, account_id)

        def work(t: Transaction) -> DeviceId:
            t.lock(account_id)
            device_id = t.make_device(account_id, name)
            mine = device_profile.c.device_id == device_id
            known = t.connection.execute(sa.select(device_profile).where(mine)).one_or_none()
            if known is not None and known.revoked_ms is None:
                raise ConflictError("A device of that name is in the household already.")
            t.connection.execute(sa.delete(device_profile).where(mine))
            # A token made while it was being revoked does not come back with it.
            self.end_tokens(t.connection, account_id, device_id)
            details = {"name": name.strip(), "room": room.strip()}
            t.connection.execute(
                sa.insert(device_profile).values(
                    device_id=device_id,
                    account_id=account_id,
                    sort=sort,
                    added_ms=t.now_ms,
                    details=seal_details(t, device_id, details, _CONTEXT),
                )
            )
            said = asked(t, account_id, principal, decision)
            t.tell("device", account_id, device=t.tag(device_id), act="added", sort=sort, **said)
            return device_id

        return self.ground.desk.write(work)

    def change(
        self,
        principal: Principal,
        account_id: AccountId,
        device_id: DeviceId,
        *,
        name: str | None = None,
        room: str | None = None,
    ) -> None:
        """Call a device otherwise, or put it elsewhere; None leaves it as it is.

        Raises:
            DeniedError: The gate said no.
            ConflictError: Another one bears that name.
            InputError: The name is none.
            UnknownError: It is not registered, or was revoked.
        """
        decision = self.ground.require(principal, Verb.ADMINISTER, account_id, device_id=device_id)

        def work(t: Transaction) -> None:
            t.lock(account_id)
            row = _standing(t, account_id, device_id)
            details = open_details(t, device_id, row.details, _CONTEXT)
            if name is not None:
                t.rename_device(account_id, device_id, name)
                details["name"] = name.strip()
            if room is not None:
                details["room"] = room.strip()
            sealed = seal_details(t, device_id, details, _CONTEXT)
            mine = device_profile.c.device_id == device_id
            t.connection.execute(sa.update(device_profile).where(mine).values(details=sealed))
            said = asked(t, account_id, principal, decision)
            tag = t.tag(device_id)
            t.tell("device", account_id, device=tag, act="changed", sort=row.sort, **said)

        self.ground.desk.write(work)

    def require_registered(
        self, principal: Principal, account_id: AccountId, device_id: DeviceId
    ) -> None:
        """Make sure that a device may be given tokens, and that *principal* may see to them.

        Raises:
            DeniedError: The gate said no.
            UnknownError: It is not registered, or was revoked.
        """
        self.ground.require(principal, Verb.ADMINISTER, account_id, device_id=device_id)
        self.ground.desk.read(lambda t: _standing(t, account_id, device_id))

    def revoke(self, principal: Principal, account_id: AccountId, device_id: DeviceId) -> None:
        """Let a device record no more, and end its tokens, in one transaction.

        What it recorded stays until it is forgotten or expires.

        Raises:
            DeniedError: The gate said no.
            UnknownError: It is not registered, or was revoked.
        """
        decision = self.ground.require(principal, Verb.ADMINISTER, account_id, device_id=device_id)

        def work(t: Transaction) -> None:
            t.lock(account_id)
            row = _standing(t, account_id, device_id)
            mine = device_profile.c.device_id == device_id
            t.connection.execute(sa.update(device_profile).where(mine).values(revoked_ms=t.now_ms))
            said = asked(t, account_id, principal, decision)
            tag = t.tag(device_id)
            t.tell("device", account_id, device=tag, act="revoked", sort=row.sort, **said)
            self.end_tokens(t.connection, account_id, device_id)

        self.ground.desk.write(work)


def no_tokens(connection: sa.Connection, account_id: str, device_id: str) -> None:
    """An `EndTokens` for where no device signs in: there is nothing to end."""
    del connection, account_id, device_id


def devices_of(t: Transaction, account_id: str) -> tuple[HouseDevice, ...]:
    """Every device of a household, by name."""
    rows = t.connection.execute(
        sa.select(device_profile).where(device_profile.c.account_id == account_id)
    )
    return tuple(sorted((_device(t, row) for row in rows), key=lambda each: each.name))


def describe_device(t: Transaction, device_id: str) -> dict[str, str]:
    """Name and room; empty for what nobody described, or what is gone."""
    sealed = t.connection.scalar(
        sa.select(device_profile.c.details).where(device_profile.c.device_id == device_id)
    )
    return {} if sealed is None else open_details(t, device_id, sealed, _CONTEXT)


def _standing(t: Transaction, account_id: str, device_id: str) -> AnyRow:
    row = t.connection.execute(
        sa.select(device_profile).where(
            device_profile.c.device_id == device_id,
            device_profile.c.account_id == account_id,
            device_profile.c.revoked_ms.is_(None),
        )
    ).one_or_none()
    if row is None:
        raise UnknownError("There is no such device in the household.")
    return row


def _device(t: Transaction, row: AnyRow) -> HouseDevice:
    details = open_details(t, row.device_id, row.details, _CONTEXT)
    return HouseDevice(
        id=DeviceId(row.device_id),
        name=details["name"],
        sort=DeviceSort(row.sort),
        room=details["room"],
        added_ms=row.added_ms,
        revoked_ms=row.revoked_ms,
    )
