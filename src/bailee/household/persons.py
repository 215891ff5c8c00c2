"""Persons of a household: what custody does not know of them, sealed under their own keys."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from bailee.custody.desk import Transaction
from bailee.errors import ConflictError, InputError, UnknownError
from bailee.household.ground import Ground, asked, open_details, seal_details
from bailee.household.messages.templates import languages
from bailee.store.database import AnyRow
from bailee.store.household_tables import granted, membership, profile
from bailee.types.decide import Decision, Principal, Verb
from bailee.types.household import Person, PersonSort
from bailee.types.ids import AccountId, PersonId
from bailee.types.role import Right, Role

_CONTEXT = "profile"
_OWN = Decision(allowed=True, policy="own-language", why="Their own messages.")
_EMAIL = re.compile(r"[^\s@\x00-\x1f]{1,64}@[^\s@\x00-\x1f]{1,190}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """Whom to add. `email` may be empty; `language` is the one of their messages."""

    name: str
    sort: PersonSort = PersonSort.ADULT
    email: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChange:
    """What to change of somebody; None leaves it as it is. An empty `email` takes it away."""

    name: str | None = None
    email: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Persons:
    """Adds and finds persons."""

    ground: Ground

    def add(self, principal: Principal, account_id: AccountId, new: NewPerson) -> PersonId:
        """Add somebody who is heard or seen; they have no part in the household by that.

        Somebody of that name whose recordings are already held is described by it.

        Raises:
            DeniedError: The gate said no.
            ConflictError: Somebody of that name is described already.
            InputError: The name or e-mail address is none.
        """
        decision = self.ground.require(principal, Verb.ADMINISTER, account_id)

        def work(t: Transaction) -> PersonId:
            t.lock(account_id)
            return add_person(t, account_id, new, asked(t, account_id, principal, decision))

        return self.ground.desk.write(work)

    def change(
        self,
        principal: Principal,
        account_id: AccountId,
        person_id: PersonId,
        change: PersonChange,
    ) -> None:
        """Describe somebody anew; their recordings and keys stay as they are.

        Raises:
            DeniedError: The gate said no.
            ConflictError: Another one bears that name.
            InputError: The name or e-mail address is none.
            UnknownError: There is no such person in the household.
        """
        decision = self.ground.require(principal, Verb.ADMINISTER, account_id)

        def work(t: Transaction) -> None:
            t.lock(account_id)
            sort = require_person(t, account_id, person_id)
            details = _changed(describe(t, person_id), change)
            if change.name is not None:
                t.rename_person(account_id, person_id, change.name)
            sealed = seal_details(t, person_id, details, _CONTEXT)
            mine = profile.c.person_id == person_id
            t.connection.execute(sa.update(profile).where(mine).values(details=sealed))
            said = asked(t, account_id, principal, decision)
            t.tell("person", account_id, person=t.tag(person_id), sort=sort, **said)

        self.ground.desk.write(work)

    def choose_language(self, principal: Principal, account_id: AccountId, language: str) -> None:
        """Read one's own messages in another language. The gate is not asked: it is one's own.

        Raises:
            InputError: There are no words in it.
            UnknownError: They are not of the household.
        """
        if language not in languages():
            raise InputError("There are no words in that language here.")

        def work(t: Transaction) -> None:
            t.lock(account_id)
            sort = require_person(t, account_id, principal.id)
            details = describe(t, principal.id) | {"language": language}
            sealed = seal_details(t, principal.id, details, _CONTEXT)
            mine = profile.c.person_id == principal.id
            t.connection.execute(sa.update(profile).where(mine).values(details=sealed))
            said = asked(t, account_id, principal, _OWN)
            t.tell("person", account_id, person=t.tag(principal.id), sort=sort, **said)

        self.ground.desk.write(work)


def clean_email(text: str) -> str:
    """An address as it is compared: NFC, trimmed, in small letters.

    Raises:
        InputError: It is none.
    """
    email = unicodedata.normalize("NFC", text).strip().casefold()
    if not _EMAIL.fullmatch(email):
        raise InputError("That is no e-mail address.", hint="Write it like ana@example.org.")
    return email


def _changed(details: Mapping[str, str], change: PersonChange) -> dict[str, str]:
    changed = dict(details)
    if change.name is not None:
        changed["name"] = change.name.strip()
    if change.email is not None:
        changed["email"] = clean_email(change.email) if change.email else ""
    if change.language is not None:
        changed["language"] = change.language
    return changed


def add_person(
    t: Transaction, account_id: AccountId, new: NewPerson, said: Mapping[str, str]
) -> PersonId:
    """Add a person to a locked account, with the entry."""
    person_id = t.make_person(account_id, new.name)
    if t.connection.scalar(sa.select(profile.c.sort).where(profile.c.person_id == person_id)):
        raise ConflictError("Somebody of that name is in the household already.")
    email = clean_email(new.email) if new.email else ""
    details = {"name": new.name.strip(), "email": email, "language": new.language}
    t.connection.execute(
        sa.insert(profile).values(
            person_id=person_id,
            account_id=account_id,
            sort=new.sort,
            details=seal_details(t, person_id, details, _CONTEXT),
        )
    )
    t.tell("person", account_id, person=t.tag(person_id), sort=new.sort, **said)
    return person_id


def require_person(t: Transaction, account_id: str, person_id: str) -> PersonSort:
    """What sort of person it is. Raises `UnknownError` unless they are of the household."""
    sort = t.connection.scalar(
        sa.select(profile.c.sort).where(
            profile.c.person_id == person_id, profile.c.account_id == account_id
        )
    )
    if sort is None:
        raise UnknownError("There is no such person in the household.")
    return PersonSort(sort)


def account_of(t: Transaction, person_id: str) -> AccountId:
    """Whose household describes them. Raises `UnknownError` where none does."""
    found = t.connection.scalar(
        sa.select(profile.c.account_id).where(profile.c.person_id == person_id)
    )
    if found is None:
        raise UnknownError("No household knows that person.")
    return AccountId(found)


def describe(t: Transaction, person_id: str) -> dict[str, str]:
    """Name, e-mail and language; empty for whom nobody described, or who is gone."""
    sealed = t.connection.scalar(
        sa.select(profile.c.details).where(profile.c.person_id == person_id)
    )
    return {} if sealed is None else open_details(t, person_id, sealed, _CONTEXT)


def persons_of(t: Transaction, account_id: str) -> tuple[Person, ...]:
    """Everybody of a household, by name."""
    rights: dict[str, set[Right]] = {}
    for row in t.connection.execute(sa.select(granted).where(granted.c.account_id == account_id)):
        rights.setdefault(row.person_id, set()).add(Right(row.permission))
    rows = t.connection.execute(
        sa.select(profile, membership.c.role, membership.c.since_ms, membership.c.until_ms)
        .add_columns(membership.c.joined_ms)
        .select_from(
            profile.outerjoin(
                membership,
                sa.and_(
                    membership.c.person_id == profile.c.person_id, membership.c.ended_ms.is_(None)
                ),
            )
        )
        .where(profile.c.account_id == account_id)
    )
    found = [_person(t, row, rights.get(row.person_id, set())) for row in rows]
    return tuple(sorted(found, key=lambda each: each.name))


def _person(t: Transaction, row: AnyRow, rights: set[Right]) -> Person:
    details = open_details(t, row.person_id, row.details, _CONTEXT)
    return Person(
        id=PersonId(row.person_id),
        name=details["name"],
        sort=PersonSort(row.sort),
        email=details["email"],
        language=details["language"],
        role=None if row.role is None else Role(row.role),
        rights=frozenset(rights),
        since_ms=row.since_ms,
        until_ms=row.until_ms,
        joined=row.joined_ms is not None,
    )
