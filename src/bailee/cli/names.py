"""Households, people and devices as people type them: by name, or by id."""

import unicodedata
from collections.abc import Iterable
from typing import TypeVar

from bailee.custody.desk import Transaction
from bailee.errors import UnknownError
from bailee.household.devices import devices_of
from bailee.household.persons import account_of, persons_of
from bailee.types.household import HouseDevice, Person
from bailee.types.ids import AccountId, DeviceId, PersonId, parse_id

_SEE = "See who and what is there: `bailee household show NAME`."
Named = TypeVar("Named", Person, HouseDevice)


def find_account(t: Transaction, text: str) -> AccountId:
    """The account of that name, of that id, or of the person of that id.

    Raises:
        InputError: It looks like an id and is none.
        UnknownError: There is none.
    """
    if text.startswith("per_"):
        return account_of(t, parse_id(text, "per"))
    if text.startswith("acc_"):
        return AccountId(parse_id(text, "acc"))
    return t.find_account(text)


def find_person(t: Transaction, account_id: AccountId, text: str) -> PersonId:
    """The person of the household with that name or id. Raises as `find_account`."""
    if text.startswith("per_") and t.has_person(account_id, parse_id(text, "per")):
        return PersonId(text)
    return person_among(persons_of(t, account_id), text).id


def find_device(t: Transaction, account_id: AccountId, text: str) -> DeviceId:
    """The device of the household with that name or id. Raises as `find_account`."""
    if text.startswith("dev_") and t.has_device(account_id, parse_id(text, "dev")):
        return DeviceId(text)
    return device_among(devices_of(t, account_id), text).id


def person_among(persons: Iterable[Person], text: str) -> Person:
    """The one of that name or id. Raises `UnknownError`."""
    found = _among(tuple(persons), text)
    if found is None:
        raise UnknownError("There is nobody of that name in the household.", hint=_SEE)
    return found


def device_among(devices: Iterable[HouseDevice], text: str) -> HouseDevice:
    """The one of that name or id. Raises `UnknownError`."""
    found = _among(tuple(devices), text)
    if found is None:
        raise UnknownError("There is no device of that name in the household.", hint=_SEE)
    return found


def _among(known: tuple[Named, ...], text: str) -> Named | None:
    """As it was typed or, where none is called so, in small letters or capitals."""
    exact = (each for each in known if text in {each.id, each.name})
    near = (each for each in known if _folded(each.name) == _folded(text))
    return next(exact, None) or next(near, None)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip().casefold()
