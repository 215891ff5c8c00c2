"""From opaque ids to the names by which custody knows a household, its people and devices."""

import sqlalchemy as sa

from bailee.custody.desk import Transaction
from bailee.errors import UnknownError
from bailee.household.devices import describe_device
from bailee.household.houses import describe_house
from bailee.household.persons import describe
from bailee.store.tables import account
from bailee.types.choice import Choice
from bailee.types.selection import Selection

_there = sa.select(account.c.id).where(account.c.id == sa.bindparam("account"))


def no_household() -> UnknownError:
    """The one answer for a household that is not there, and for whoever may not know that it is."""
    return UnknownError("There is no such household.")


def no_recording() -> UnknownError:
    """The same for a recording, and for what is held of it."""
    return UnknownError("There is no such recording here.", hint="See the list of recordings.")


def no_person() -> UnknownError:
    """The same for a person of it."""
    return UnknownError("There is no such person in the household.")


def account_name(t: Transaction, account_id: str) -> str:
    """What the account is called. Raises `UnknownError` when there is none.

    A name that has expired in custody is still the household's own.
    """
    if t.connection.scalar(_there, {"account": account_id}) is None:
        raise no_household()
    name = t.name_of(account_id)
    return name if name != account_id else describe_house(t, account_id).get("name", name)


def person_name(t: Transaction, account_id: str, person_id: str) -> str:
    """What a person is called; raises `UnknownError` unless they are of the account.

    A name that has expired is still in the profile, if somebody described them.
    """
    if not t.has_person(account_id, person_id):
        raise no_person()
    name = t.name_of(account_id, person_id=person_id)
    return name if name != person_id else describe(t, person_id).get("name", name)


def device_name(t: Transaction, account_id: str, device_id: str) -> str:
    """The same for a device."""
    if not t.has_device(account_id, device_id):
        raise UnknownError("There is no such device in the household.")
    name = t.name_of(account_id, device_id=device_id)
    return name if name != device_id else describe_device(t, device_id).get("name", name)


def selection_of(t: Transaction, account_id: str, choice: Choice) -> Selection:
    """*choice* in names.

    Raises:
        UnknownError: No such household, person or device.
    """
    who, what = choice.person_id, choice.device_id
    return Selection(
        account=account_name(t, account_id),
        recordings=choice.recordings,
        person=None if who is None else person_name(t, account_id, who),
        device=None if what is None else device_name(t, account_id, what),
        kind=choice.kind,
        from_ms=choice.from_ms,
        to_ms=choice.to_ms,
        everything=choice.everything,
    )
