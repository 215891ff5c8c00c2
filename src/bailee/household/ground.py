"""What every part of the household stands on: the desk, and the one who decides."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

import sqlalchemy as sa

from bailee.custody.desk import Desk, Transaction
from bailee.errors import DeniedError, UnknownError
from bailee.store.household_tables import membership
from bailee.types.decide import Access, Decide, Decision, Principal, PrincipalKind, Verb
from bailee.types.ids import AccountId, ArtefactId, DeviceId, PersonId
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose
from bailee.types.span import Span

Details = Mapping[str, str]
_PERSON = "person in the household"
_OF_THE_SESSION = frozenset({"second-factor", "step-up", "barred-network"})
"""Policies about how somebody is signed in, and not about what they ask for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The desk and the decider. `decide` looks its facts up by itself."""

    desk: Desk
    decide: Decide

    def require(
        self,
        principal: Principal,
        verb: Verb,
        account_id: AccountId,
        *,
        purpose: Purpose | None = None,
        person_id: PersonId | None = None,
        device_id: DeviceId | None = None,
        kind: Kind | None = None,
        artefact_id: ArtefactId | None = None,
    ) -> Decision:
        """Ask the gate, and log its no.

        Raises:
            DeniedError: The decision was no; it is in the ledger.
            UnknownError: The same, for who may not know that there is such a household, or such a
                person in it; or there is none.
        """
        if purpose is None:
            purpose = Purpose.SHARE if verb is Verb.SHARE else Purpose.OWNER_VIEW
        access = Access(
            principal=principal,
            verb=verb,
            purpose=purpose,
            account_id=account_id,
            person_id=person_id,
            device_id=device_id,
            kind=kind,
            artefact_id=artefact_id,
            span=self._now() if verb is Verb.LIST else None,
        )
        decision = self.decide(access)
        if decision.allowed:
            return decision
        nowhere = self.desk.write(lambda t: _tell_refusal(t, access, decision))
        if nowhere:
            raise UnknownError(f"There is no such {nowhere}.")
        if not self._may_know(access, decision):
            raise UnknownError(f"There is no such {_PERSON}.")
        why = decision.why or f"To {verb} is not allowed (policy {decision.policy})."
        raise DeniedError(why, hint="The refusal is in the ledger.", policy=decision.policy)

    def _may_know(self, access: Access, decision: Decision) -> bool:
        """Whether who asked may know that the person is there: whom they may list.

        A no for the sake of the session is told as such: one shows a factor again and repeats.
        """
        if access.person_id in {None, access.principal.id} or decision.policy in _OF_THE_SESSION:
            return True
        listing = replace(
            access,
            verb=Verb.LIST,
            purpose=Purpose.OWNER_VIEW,
            kind=None,
            artefact_id=None,
            span=self._now(),
        )
        return self.decide(listing).allowed

    def _now(self) -> Span:
        """What is kept of a person here is of now: a guest may know of their own."""
        now_ms = self.desk.clock.now_ms()
        return Span(begin_ms=now_ms, end_ms=now_ms)


def _tell_refusal(t: Transaction, access: Access, decision: Decision) -> str:
    """Log a no; what is not there for who asked, and empty if all of it is."""
    t.tell(
        "refusal",
        access.account_id,
        verb=access.verb,
        why="denied",
        kind=access.kind,
        purpose=access.purpose,
        policy=decision.policy,
        principal=t.principal(access.account_id, access.principal),
    )
    if not _belongs(t, access):
        return "household"
    if access.person_id is not None and not t.has_person(access.account_id, access.person_id):
        return _PERSON
    if access.device_id is not None and not t.has_device(access.account_id, access.device_id):
        return "device in the household"
    return ""


def _belongs(t: Transaction, access: Access) -> bool:
    if access.principal.kind in {PrincipalKind.OPERATOR, PrincipalKind.VOICE}:
        return True  # a voice is the household's own listening: nobody chooses whose
    mine = sa.select(membership.c.role).where(
        membership.c.person_id == access.principal.id,
        membership.c.account_id == access.account_id,
        membership.c.ended_ms.is_(None),
    )
    return t.connection.scalar(mine) is not None


def asked(
    t: Transaction, account_id: str, principal: Principal, decision: Decision
) -> dict[str, str]:
    """Who asked and by which policy, as every entry of the household says it."""
    return {"principal": t.principal(account_id, principal), "policy": decision.policy}


def seal_details(t: Transaction, owner_id: str, details: Details, context: str) -> bytes:
    """Seal words under whom they are about."""
    return t.seal(owner_id, json.dumps(dict(details), sort_keys=True).encode(), context)


def open_details(t: Transaction, owner_id: str, sealed: bytes, context: str) -> dict[str, str]:
    """The words; empty when whom they are about is gone."""
    plain = t.open(owner_id, sealed, context)
    return {} if plain is None else dict(json.loads(plain))
