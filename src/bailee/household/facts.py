"""Facts for the gate, every one from the database, asked anew for each decision.

What is not found is what opens least; what contradicts itself raises, and that is a no.
"""

from dataclasses import dataclass, replace

import sqlalchemy as sa

from bailee.custody.desk import Desk, Transaction
from bailee.errors import UnknownError
from bailee.household.consents import scopes_in_force
from bailee.household.guardians import is_guardian
from bailee.household.links import rights_of
from bailee.store.database import AnyRow
from bailee.store.household_tables import (
    device_profile,
    endpoint,
    granted,
    household,
    link,
    membership,
    profile,
)
from bailee.store.tables import device, person
from bailee.types.decide import NOBODY_YET, Access, Principal, PrincipalKind
from bailee.types.facts import DeviceSort, FactSheet
from bailee.types.household import PersonSort
from bailee.types.role import Right, Role
from bailee.types.scope import Scope
from bailee.types.session_facts import SessionFacts, SessionSheet
from bailee.types.span import MAX_MS, Span

# Built once: building and keying a statement costs more than running it.
_outer = sa.select(household.c.end_to_end).where(household.c.account_id == sa.bindparam("account"))
# A row, its sort empty where nobody described it; none where it is not of the account.
_device_sort_of = (
    sa.select(device_profile.c.sort)
    .select_from(device.outerjoin(device_profile, device_profile.c.device_id == device.c.id))
    .where(device.c.id == sa.bindparam("device"), device.c.account_id == sa.bindparam("account"))
)
_registered = sa.select(device_profile.c.sort).where(
    device_profile.c.device_id == sa.bindparam("device"),
    device_profile.c.account_id == sa.bindparam("account"),
    device_profile.c.revoked_ms.is_(None),
)
_sort_of = (
    sa.select(profile.c.sort)
    .select_from(person.outerjoin(profile, profile.c.person_id == person.c.id))
    .where(person.c.id == sa.bindparam("person"), person.c.account_id == sa.bindparam("account"))
)
# A row for each right, or one without.
_belonging = (
    sa.select(membership.c.role, membership.c.since_ms, membership.c.until_ms, granted.c.permission)
    .select_from(
        membership.join(
            person,
            sa.and_(
                person.c.id == membership.c.person_id,
                person.c.account_id == membership.c.account_id,
            ),
        ).outerjoin(granted, granted.c.person_id == membership.c.person_id)
    )
    .where(
        membership.c.person_id == sa.bindparam("person"),
        membership.c.account_id == sa.bindparam("account"),
        membership.c.joined_ms.is_not(None),
        membership.c.ended_ms.is_(None),
    )
)
# Whose voice it is taken to be: their sort is empty once they are gone. Their stay, if they have one.
_speaker = (
    sa.select(endpoint.c.speaker_id, profile.c.sort, membership.c.until_ms, membership.c.ended_ms)
    .select_from(
        endpoint.outerjoin(
            profile,
            sa.and_(
                profile.c.person_id == endpoint.c.speaker_id,
                profile.c.account_id == endpoint.c.account_id,
            ),
        ).outerjoin(membership, membership.c.person_id == endpoint.c.speaker_id)
    )
    .where(
        endpoint.c.device_id == sa.bindparam("device"),
        endpoint.c.account_id == sa.bindparam("account"),
    )
)
_granted_to = sa.select(granted.c.permission).where(
    granted.c.person_id == sa.bindparam("person"), granted.c.account_id == sa.bindparam("account")
)
_live_link = sa.select(link).where(
    link.c.id == sa.bindparam("link"),
    link.c.account_id == sa.bindparam("account"),
    link.c.artefact_id == sa.bindparam("artefact"),
    link.c.revoked_ms.is_(None),
    link.c.until_ms >= sa.bindparam("now_ms"),
)


@dataclass(frozen=True, slots=True)
class HouseholdFacts:
    """Implements `types.facts.Facts`. *sessions* is how whoever signs people in answers."""

    desk: Desk
    sessions: SessionFacts

    def __call__(self, access: Access) -> FactSheet:
        """All that is known now.

        Raises:
            UnknownError: A person, a device or an artefact that is not of the account.
        """
        return self.desk.read(lambda t: self._sheet(t, access))

    def _sheet(self, t: Transaction, access: Access) -> FactSheet:
        sheet = _about_subject(t, access, _about_house(t, access, FactSheet(now_ms=t.now_ms)))
        match access.principal.kind:
            case PrincipalKind.OPERATOR:
                return replace(sheet, belongs=True, network=access.principal.network)
            case PrincipalKind.PERSON:
                return _about_person(t, access, self._with_session(t, access.principal, sheet))
            case PrincipalKind.DEVICE:
                return _about_device(t, access, self._with_session(t, access.principal, sheet))
            case PrincipalKind.VOICE:
                return _about_voice(t, access, replace(sheet, network=access.principal.network))
            case PrincipalKind.LINK:
                return _about_link(t, access, self._with_session(t, access.principal, sheet))
            case PrincipalKind.STAFF:
                return self._with_session(t, access.principal, sheet)

    def _with_session(self, t: Transaction, principal: Principal, sheet: FactSheet) -> FactSheet:
        """Ages of the session; one that is not alive leaves the network barred."""
        found = self.sessions(t.connection, principal)
        if found is None:
            return sheet
        return replace(
            sheet,
            second_factor_age_s=_age_s(found.second_factor_ms, t.now_ms),
            step_up_age_s=_age_s(found.stepped_up_ms, t.now_ms),
            network=principal.network,
        )


class NoSessions:
    """Where nobody signs in: the command line, and nothing else, is let in."""

    def __call__(self, connection: sa.Connection, principal: Principal) -> SessionSheet | None:
        """There is none."""
        del connection, principal
        return None


def _age_s(at_ms: int | None, now_ms: int) -> int | None:
    """Whole seconds, rounded down: what is yet to come is negative, and counts as never."""
    return None if at_ms is None else (now_ms - at_ms) // 1000


# -- what is asked for ----------------------------------------------------------------------


def _about_house(t: Transaction, access: Access, sheet: FactSheet) -> FactSheet:
    outer = t.connection.scalar(_outer, {"account": access.account_id})
    held = t.is_held(
        access.account_id,
        person_id=access.person_id,
        device_id=access.device_id,
        kind=access.kind,
        span=access.span,
    )
    # An account that nobody made a household of has no key but the vault's.
    return replace(sheet, end_to_end=bool(outer), held=held, device=_device_sort(t, access))


def _device_sort(t: Transaction, access: Access) -> DeviceSort:
    if access.device_id is None:
        return DeviceSort.NONE
    asked = {"device": access.device_id, "account": access.account_id}
    found = t.connection.execute(_device_sort_of, asked).one_or_none()
    if found is None:
        raise UnknownError("There is no such device in the household.")
    return DeviceSort.NONE if found.sort is None else DeviceSort(found.sort)


def _about_subject(t: Transaction, access: Access, sheet: FactSheet) -> FactSheet:
    """Whose it is. Whom nobody described may be a child: nothing of theirs is open."""
    if access.person_id is None:
        use = frozenset({Scope.USE})  # the account as a whole is no subject
        return replace(sheet, subject_is_child=False, consents=use)
    asked = {"person": access.person_id, "account": access.account_id}
    found = t.connection.execute(_sort_of, asked).one_or_none()
    if found is None and access.person_id != NOBODY_YET:
        raise UnknownError("There is no such person in the household.")
    if found is None or found.sort is None:
        return _about_undescribed(t, access, sheet)
    sort = PersonSort(found.sort)
    asker = _who_asks(t, access)
    return replace(
        sheet,
        consents=scopes_in_force(t, access.person_id, sort),
        subject_is_child=sort is PersonSort.CHILD,
        subject_is_self=asker == access.person_id,
        subject_is_ward=asker is not None and is_guardian(t, access.person_id, asker),
        subject_is_shared=sort is PersonSort.UNKNOWN,
    )


def _who_asks(t: Transaction, access: Access) -> str | None:
    """The person who asks, or whom a voice is taken for; None for anything else."""
    asker = access.principal
    if asker.kind is PrincipalKind.PERSON:
        return asker.id
    return _speaker_at(t, access) if asker.kind is PrincipalKind.VOICE else None


def _listened_to(t: Transaction, access: Access) -> AnyRow | None:
    """The listening endpoint of the device that somebody speaks at."""
    asked = {"device": access.principal.id, "account": access.account_id}
    return t.connection.execute(_speaker, asked).one_or_none()


def _speaker_at(t: Transaction, access: Access) -> str | None:
    """Whom a voice is taken for; None for nobody in particular, and for who is gone or has left."""
    found = _listened_to(t, access)
    if found is None or found.sort in {None, PersonSort.UNKNOWN} or found.ended_ms is not None:
        return None
    if found.until_ms is not None and t.now_ms > found.until_ms:
        return None
    there: str = found.speaker_id
    return there if t.has_person(access.account_id, there) else None


def _about_undescribed(t: Transaction, access: Access, sheet: FactSheet) -> FactSheet:
    """Somebody known by name alone.

    An account that nobody made a household of has no members who could be asked, and no door but
    the machine's: there, and for the operator alone, its people are grown-ups of whoever runs the
    vault. From the founding on each is described, or nothing of theirs is open.
    """
    if access.principal.kind is not PrincipalKind.OPERATOR:
        return sheet
    if t.connection.scalar(_outer, {"account": access.account_id}) is not None:
        return sheet
    return replace(sheet, subject_is_child=False, consents=frozenset({Scope.USE}))


# -- who asks -------------------------------------------------------------------------------


def _about_person(t: Transaction, access: Access, sheet: FactSheet) -> FactSheet:
    who = access.principal.id
    rows = t.connection.execute(_belonging, {"person": who, "account": access.account_id}).all()
    if not rows:
        return sheet
    row = rows[0]
    until_ms = MAX_MS if row.until_ms is None else row.until_ms
    if t.now_ms > until_ms:
        return sheet
    return replace(
        sheet,
        belongs=True,
        role=Role(row.role),
        rights=frozenset(Right(each.permission) for each in rows if each.permission is not None),
        access=Span(begin_ms=row.since_ms, end_ms=max(row.since_ms, until_ms)),
    )


def _about_device(t: Transaction, access: Access, sheet: FactSheet) -> FactSheet:
    """Registered there, not revoked."""
    asked = {"device": access.principal.id, "account": access.account_id}
    registered = t.connection.scalar(_registered, asked)
    there = registered is not None and t.has_device(access.account_id, access.principal.id)
    return replace(sheet, belongs=there)


def _about_voice(t: Transaction, access: Access, sheet: FactSheet) -> FactSheet:
    """At a listening endpoint of a device that is registered there; what its person was granted."""
    if _listened_to(t, access) is None:
        return sheet
    speaker = _speaker_at(t, access)
    rights = t.connection.scalars(_granted_to, {"person": speaker, "account": access.account_id})
    return _about_device(t, access, replace(sheet, rights=frozenset(map(Right, rights))))


def _about_link(t: Transaction, access: Access, sheet: FactSheet) -> FactSheet:
    """Made for this very artefact of this account, neither ended nor revoked."""
    asked = {
        "link": access.principal.id,
        "account": access.account_id,
        "artefact": access.artefact_id or "",
        "now_ms": t.now_ms,
    }
    row = t.connection.execute(_live_link, asked).one_or_none()
    if row is None:
        return sheet
    stay = Span(begin_ms=row.begin_ms, end_ms=row.until_ms)
    return replace(sheet, belongs=True, rights=rights_of(row), access=stay)
