"""A question to the gate as it is typed: who asks, for what, about whom."""

from contextlib import suppress
from dataclasses import dataclass, replace

import sqlalchemy as sa

from bailee.cli.names import find_account, find_device, find_person
from bailee.custody.desk import Transaction
from bailee.custody.vault import Vault
from bailee.errors import InputError, UnknownError
from bailee.types.decide import OPERATOR, Access, Principal, PrincipalKind, Verb
from bailee.types.household import parse_household_id
from bailee.types.ids import AccountId, PersonId
from bailee.types.kind import Kind
from bailee.types.network import Network
from bailee.types.purpose import Purpose
from bailee.types.session_facts import SessionSheet

_VOICE = "voice:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was typed. `about` is an id or the name of a household; `person` somebody in it."""

    about: str
    person: str | None
    who: str
    purpose: Purpose
    verb: Verb | None
    kind: Kind | None
    network: Network


@dataclass(frozen=True, slots=True)
class AsIf:
    """Sessions as they are supposed to be: whoever asks has one that lives, of this sheet."""

    sheet: SessionSheet

    def __call__(self, connection: sa.Connection, principal: Principal) -> SessionSheet | None:
        """The sheet, for whoever could have a session."""
        del connection
        return None if principal.kind is PrincipalKind.OPERATOR else self.sheet


def questions(vault: Vault, typed: Typed) -> tuple[Access, ...]:
    """What the gate would be asked: of a recording, once for each of those it is of.

    Raises:
        InputError: An id is none; or the options do not go with what is asked about.
        UnknownError: There is no such thing, or nobody of that name.
        GoneError: It is forgotten or has expired.
    """
    if typed.about.startswith(("rec_", "art_")):
        return _of_something_held(vault, typed)
    if typed.kind is not None:
        raise InputError("--kind goes with a recording or one thing that is held of it.")
    return (vault.desk().read(lambda t: _of_household(t, typed)),)


def _of_something_held(vault: Vault, typed: Typed) -> tuple[Access, ...]:
    if typed.person is not None:
        raise InputError("--person goes with a household; a recording says whose it is.")
    found = vault.questions(typed.about, purpose=typed.purpose, kind=typed.kind)
    asker = vault.desk().read(lambda t: principal(t, found[0].account_id, typed))
    return tuple(replace(each, principal=asker, verb=typed.verb or each.verb) for each in found)


def _of_household(t: Transaction, typed: Typed) -> Access:
    account_id = find_account(t, typed.about)
    person_id: PersonId | None = None
    if typed.person is not None or typed.about.startswith("per_"):
        person_id = find_person(t, account_id, typed.person or typed.about)
    return Access(
        principal=principal(t, account_id, typed),
        verb=typed.verb or Verb.LIST,
        purpose=typed.purpose,
        account_id=account_id,
        person_id=person_id,
    )


def principal(t: Transaction, account_id: AccountId, typed: Typed) -> Principal:
    """Who asks, as a door would vouch for them.

    Raises as `questions`.
    """
    if typed.who == "operator":
        return OPERATOR
    if typed.who.startswith(_VOICE):
        device_id = find_device(t, account_id, typed.who.removeprefix(_VOICE))
        return _asking(PrincipalKind.VOICE, device_id, typed)
    if typed.who.startswith("lnk_"):
        link_id = parse_household_id(typed.who, "lnk")
        return _asking(PrincipalKind.LINK, link_id, typed)
    if typed.who.startswith("dev_"):
        return _asking(PrincipalKind.DEVICE, find_device(t, account_id, typed.who), typed)
    if typed.who.startswith("per_"):
        return _asking(PrincipalKind.PERSON, find_person(t, account_id, typed.who), typed)
    return _named(t, account_id, typed)


def _named(t: Transaction, account_id: AccountId, typed: Typed) -> Principal:
    """A person of that name or else a device."""
    with suppress(UnknownError):
        return _asking(PrincipalKind.PERSON, find_person(t, account_id, typed.who), typed)
    with suppress(UnknownError):
        return _asking(PrincipalKind.DEVICE, find_device(t, account_id, typed.who), typed)
    raise UnknownError(
        "There is nobody, and no device, of that name in the household.",
        hint="See who and what is there: `bailee household show NAME`. Whoever runs the vault is "
        "called operator.",
    )


def _asking(kind: PrincipalKind, opaque_id: str, typed: Typed) -> Principal:
    return Principal(kind=kind, id=opaque_id, session=opaque_id, network=typed.network)
