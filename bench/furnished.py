"""A household over a vault: one person, signed in by the real flow, and recordings of theirs."""

import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pyotp

from bailee import Deposit, Kind
from bailee.api.service import Service
from bailee.household.persons import NewPerson
from bailee.identity import Settings
from bailee.types.decide import OPERATOR, Principal, PrincipalKind
from bailee.types.ids import AccountId, PersonId
from bailee.types.network import Network
from bailee.types.sign_in import Client

CHEAP = Settings(argon2_passes=1, argon2_memory_kib=8, argon2_lanes=1)
"""Nobody signs in while anything is measured."""
_HERE = Client(address="127.0.0.1", description="bench")
_NAME, _PASSWORD = "Ana", "four quiet walnut chairs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Furnished:
    """What was made. *artefacts* are as long as each other."""

    account_id: AccountId
    owner_id: PersonId
    token: str
    principal: Principal
    artefacts: tuple[str, ...]


def furnish(service: Service, *, count: int, size_bytes: int) -> Furnished:
    """A household called home in a fresh vault, its owner, and *count* recordings of hers."""
    founded = service.household.houses.found(OPERATOR, "home", NewPerson(name=_NAME))
    token, session = _signed_in(service, founded.account_id, founded.owner_id)
    held = service.vault.deposit_many(list(_recordings(count, size_bytes)))
    principal = Principal(
        kind=PrincipalKind.PERSON,
        id=founded.owner_id,
        session=session,
        network=Network.MACHINE,
    )
    return Furnished(
        account_id=founded.account_id,
        owner_id=founded.owner_id,
        token=token,
        principal=principal,
        artefacts=tuple(each.artefact_id for each in held),
    )


def _signed_in(service: Service, account_id: AccountId, person_id: PersonId) -> tuple[str, str]:
    identity = service.identity
    invitation = identity.enrolment.invite(person_id, account_id)
    entered = identity.enrolment.accept(invitation, _NAME, _PASSWORD, _HERE)
    found = re.search(r"secret=([A-Z2-7]+)", identity.factors.begin_totp(entered.token))
    assert found is not None
    added = identity.factors.confirm_totp(entered.token, pyotp.TOTP(found[1]).now(), _HERE)
    return added.entered.token, added.entered.session.id


def _recordings(count: int, size_bytes: int) -> Iterator[Deposit]:
    now_ms = time.time_ns() // 1_000_000
    for number in range(count):
        yield Deposit(
            account="home",
            person=_NAME,
            device="kitchen",
            kind=Kind.AUDIO,
            content=os.urandom(size_bytes),
            captured_at_ms=now_ms - 1000 * (count - number),
        )
