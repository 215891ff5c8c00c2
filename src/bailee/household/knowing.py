"""Who may know of what: the gate's `list`, asked where a *no* must not say that there is something.

Whoever may not know of a thing is told that there is none, in the words used where there is none;
whoever may know and may not do is told no (style.md: denied is not unknown).
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from bailee.custody.desk import Transaction
from bailee.errors import DeniedError, GoneError, UnknownError
from bailee.household.choosing import no_household, no_person, no_recording
from bailee.household.ground import Ground
from bailee.store.household_tables import device_profile, membership
from bailee.store.tables import artefact, entry, erasure, recording, tombstone
from bailee.types.choice import Choice
from bailee.types.decide import Access, Decision, Principal, PrincipalKind, Verb
from bailee.types.ids import AccountId, DeviceId, PersonId, RecordingId
from bailee.types.purpose import Purpose
from bailee.types.span import Span

Place = tuple[AccountId, PersonId, DeviceId, Span]

_TIRED = frozenset({"second-factor", "barred-network"})
"""Policies about the session and not about the thing: who meets one is told so, whatever they ask."""
_member = sa.select(membership.c.role).where(
    membership.c.person_id == sa.bindparam("who"),
    membership.c.account_id == sa.bindparam("account"),
    membership.c.ended_ms.is_(None),
)
_registered = sa.select(device_profile.c.sort).where(
    device_profile.c.device_id == sa.bindparam("who"),
    device_profile.c.account_id == sa.bindparam("account"),
    device_profile.c.revoked_ms.is_(None),
)
_owner_in = {
    each: sa.select(each.c.account_id).where(each.c.id == sa.bindparam("id"))
    for each in (recording, artefact, tombstone)
}
_request_of = (
    sa.select(entry.c.body)
    .join(erasure, erasure.c.request_entry == entry.c.id)
    .where(erasure.c.id == sa.bindparam("erasure"), erasure.c.account_id == sa.bindparam("account"))
)


@dataclass(frozen=True, slots=True)
class Knowing:
    """Asks what somebody may know of. A *no* of these is not logged: nothing was refused."""

    ground: Ground

    def belongs(self, principal: Principal, account_id: AccountId) -> bool:
        """Whether they may know that the household is there."""
        if principal.kind is PrincipalKind.OPERATOR:
            return True
        wanted = {
            PrincipalKind.PERSON: _member,
            PrincipalKind.DEVICE: _registered,
            PrincipalKind.VOICE: _registered,
        }
        statement = wanted.get(principal.kind)
        asked = {"who": principal.id, "account": account_id}
        return statement is not None and self.ground.desk.read(
            lambda t: t.connection.scalar(statement, asked) is not None
        )

    def administers(self, principal: Principal, account_id: AccountId) -> bool:
        """Whether they look after the household as a whole."""
        access = Access(
            principal=principal,
            verb=Verb.ADMINISTER,
            purpose=Purpose.OWNER_VIEW,
            account_id=account_id,
        )
        return self.ground.decide(access).allowed

    def decide(
        self, principal: Principal, place: Place, recording_id: RecordingId | None = None
    ) -> Decision:
        """The gate's word on listing what was recorded at *place*."""
        account_id, person_id, device_id, span = place
        access = Access(
            principal=principal,
            verb=Verb.LIST,
            purpose=Purpose.OWNER_VIEW,
            account_id=account_id,
            recording_id=recording_id,
            person_id=person_id or None,
            device_id=device_id or None,
            span=span,
        )
        return self.ground.decide(access)

    def of_person(self, principal: Principal, account_id: AccountId, person_id: PersonId) -> bool:
        """Whether they may know of what is recorded of somebody now."""
        now_ms = self.ground.desk.clock.now_ms()
        now = Span(begin_ms=now_ms, end_ms=now_ms)
        return self.decide(principal, (account_id, person_id, DeviceId(""), now)).allowed

    def of_recordings(
        self, principal: Principal, account_id: AccountId, ids: Iterable[RecordingId]
    ) -> bool:
        """Whether they may know of every one of *ids* whose row is still there, and any is."""
        wanted = list(ids)
        found = self.ground.desk.read(lambda t: t.places_of(wanted))
        return bool(found) and all(
            place[0] == account_id and self.decide(principal, place, RecordingId(each)).allowed
            for each, place in found.items()
        )

    def account_of(self, opaque_id: str) -> AccountId | None:
        """Where a recording or artefact is, or was before it was forgotten; None for nowhere."""
        return self.ground.desk.read(lambda t: _account_of(t, opaque_id))

    def is_of(self, account_id: AccountId, opaque_id: str) -> bool:
        """Whether a recording or artefact is of that household, or was."""
        return self.account_of(opaque_id) == account_id

    def of_erasure(self, principal: Principal, account_id: AccountId, erasure_id: str) -> bool:
        """Whether they may know of a household's erasure: who asked for it, and who keeps house."""

        def work(t: Transaction) -> tuple[bool, bool]:
            request = _request(t, account_id, erasure_id)
            return request is not None, is_asker(t, principal, account_id, request)

        there, mine = self.ground.desk.read(work)
        return mine or (there and self.administers(principal, account_id))

    def require_awake(self, principal: Principal, account_id: AccountId) -> None:
        """Say so where the session, and not what is asked for, is the reason.

        It is asked about oneself, so that the answer tells nothing of anything else.

        Raises:
            DeniedError: The second factor was shown too long ago, or the network is barred.
        """
        if principal.kind is not PrincipalKind.PERSON:
            return
        now_ms = self.ground.desk.clock.now_ms()
        now = Span(begin_ms=now_ms, end_ms=now_ms)
        place = (account_id, PersonId(principal.id), DeviceId(""), now)
        decision = self.decide(principal, place)
        if not decision.allowed and decision.policy in _TIRED:
            raise DeniedError(decision.why, policy=decision.policy)

    @contextmanager
    def veiled(
        self,
        principal: Principal,
        account_id: AccountId,
        may_know: Callable[[], bool],
        unknown: Callable[[], UnknownError],
    ) -> Iterator[None]:
        """Run custody's word, and let a *no* or a *gone* through only for who *may_know*.

        Raises:
            UnknownError: *unknown*, for everybody else; or there is no such household for them.
            DeniedError: The decision was no, or the session is too old to know anything.
            GoneError: It is forgotten or has expired.
        """
        try:
            yield
        except (DeniedError, GoneError, UnknownError) as error:
            if not self.belongs(principal, account_id):
                raise no_household() from None
            self.require_awake(principal, account_id)
            if may_know():
                raise
            if isinstance(error, GoneError) and self._of_gone(principal, account_id, error):
                raise
            raise unknown() from None

    def _of_gone(self, principal: Principal, account_id: AccountId, error: GoneError) -> bool:
        if error.erasure_id is None:  # it expired: no row says any more whose it was
            return self.administers(principal, account_id)
        return self.of_erasure(principal, account_id, error.erasure_id)

    def veiled_choice(
        self, principal: Principal, account_id: AccountId, choice: Choice
    ) -> AbstractContextManager[None]:
        """The same for what *choice* names."""
        return self.veiled(
            principal,
            account_id,
            lambda: self.of_choice(principal, account_id, choice),
            no_recording if choice.recordings else no_person,
        )

    def of_choice(self, principal: Principal, account_id: AccountId, choice: Choice) -> bool:
        """Whether they may know of what *choice* names."""
        if choice.recordings:
            return self.of_recordings(principal, account_id, choice.recordings)
        if choice.person_id is not None:
            return self.of_person(principal, account_id, choice.person_id)
        return True  # a stretch of time, a device, a kind: it says of nobody that they are there


def _request(t: Transaction, account_id: str, erasure_id: str) -> bytes | None:
    return t.connection.scalar(_request_of, {"erasure": erasure_id, "account": account_id})


def _account_of(t: Transaction, opaque_id: str) -> AccountId | None:
    table = recording if opaque_id.startswith("rec_") else artefact
    for each in (table, tombstone):
        found = t.connection.scalar(_owner_in[each], {"id": opaque_id})
        if found is not None:
            return AccountId(found)
    return None


def is_asker(t: Transaction, principal: Principal, account_id: str, request: bytes | None) -> bool:
    """Whether *request*, the ledger's entry of an erasure, says that *principal* asked."""
    if request is None:
        return False
    return bool(json.loads(request).get("principal") == t.principal(account_id, principal))
