"""Consent: given, withdrawn by whom it is about, revoked by another (R-07, R-08, R-12).

Rows are added, never changed; the last one of a scope is its state. What is recorded as given is an
act from a closed list, after the notice in force was shown by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from bailee.custody.desk import Transaction
from bailee.errors import ConflictError
from bailee.household.endpoint_rows import row_of
from bailee.household.ground import Ground, asked, open_details, seal_details
from bailee.household.guardians import is_guardian
from bailee.household.messages.outbox import queue
from bailee.household.messages.templates import Template
from bailee.household.notice_rows import in_force, require_current, was_shown
from bailee.household.notice_text import notice_for
from bailee.household.persons import describe, require_person
from bailee.store.database import AnyRow
from bailee.store.household_tables import consent
from bailee.types.consent import ConsentAct, How, Notice
from bailee.types.decide import Principal, PrincipalKind, Verb
from bailee.types.household import Consent, Offer, PersonSort, Standing
from bailee.types.ids import AccountId, DeviceId, PersonId
from bailee.types.scope import Scope
from bailee.types.selection import Selection

_CONTEXT = "consent"
_acts_of = (
    sa.select(consent)
    .where(consent.c.person_id == sa.bindparam("person"))
    .order_by(consent.c.scope, consent.c.number)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A yes, as the door that took it saw it.

    Attributes:
        version: Of the notice that was on the page.
        how: The act.
        evidence: What shows it, in words: the label of the button, the page, a form's number.
            Sealed under whom it is about, and dying with them.
    """

    scope: Scope
    version: int
    how: How
    evidence: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Consents:
    """Gives, takes back and tells consents."""

    ground: Ground

    def give(
        self,
        principal: Principal,
        account_id: AccountId,
        person_id: PersonId,
        agreement: Agreement,
    ) -> None:
        """Record a yes, one scope at a time.

        Raises:
            DeniedError: The gate said no: it is not theirs to give.
            ConflictError: They were not shown the notice, or another version is in force.
            UnknownError: There is no such person in the household.
        """
        decision = self.ground.require(principal, Verb.CONSENT, account_id, person_id=person_id)

        def work(t: Transaction) -> None:
            t.lock(account_id)
            child = require_person(t, account_id, person_id) is PersonSort.CHILD
            notice = notice_for(agreement.scope, child=child)
            require_current(t, notice, agreement.version)
            if not was_shown(t, principal.id, notice, agreement.version):
                raise ConflictError(
                    "The notice was not shown before.",
                    hint="A yes counts after the notice was shown by itself.",
                )
            said = asked(t, account_id, principal, decision)
            given = _Act(ConsentAct.GIVEN, notice, agreement.version, agreement.how)
            _keep(
                t,
                account_id,
                person_id,
                agreement.scope,
                given,
                principal.id,
                said,
                agreement.evidence,
            )

        self.ground.desk.write(work)

    def withdraw(
        self, principal: Principal, account_id: AccountId, person_id: PersonId, scope: Scope
    ) -> Offer:
        """Take a consent back: nothing is used for it from the moment this returns (R-12).

        Nothing is forgotten by it. The answer is an offer to: a second act, of its own.

        Raises:
            DeniedError: The gate said no.
            ConflictError: There is none to take back.
            UnknownError: There is no such person in the household.
        """
        decision = self.ground.require(principal, Verb.WITHDRAW, account_id, person_id=person_id)

        def work(t: Transaction) -> Offer:
            t.lock(account_id)
            sort = require_person(t, account_id, person_id)
            last = latest(t, person_id, scope)
            if not _can_end(last, scope, sort):
                raise ConflictError("There is no such consent to take back.")
            by_id = _who_says(t, account_id, principal)
            act = ConsentAct.WITHDRAWN if by_id == person_id else ConsentAct.REVOKED
            said = asked(t, account_id, principal, decision)
            done = _Act(act, None, None, None)
            _keep(t, account_id, person_id, scope, done, by_id, said, {})
            if principal.id != person_id:
                queue(t, account_id, person_id, Template.CONSENT_REVOKED, {"scope": scope.value})
            return _offer(t, account_id, person_id, scope)

        return self.ground.desk.write(work)

    def history(
        self, principal: Principal, account_id: AccountId, person_id: PersonId
    ) -> tuple[Consent, ...]:
        """Every act about every scope of somebody, oldest first."""
        return self.standing(principal, account_id, person_id).history

    def standing(
        self, principal: Principal, account_id: AccountId, person_id: PersonId
    ) -> Standing:
        """The same, and which scopes are in force: an adult's use is, though nobody said so.

        Raises:
            DeniedError: The gate said no.
            UnknownError: There is no such person in the household, or none they may know of.
        """
        self.ground.require(principal, Verb.LIST, account_id, person_id=person_id)

        def work(t: Transaction) -> Standing:
            sort = require_person(t, account_id, person_id)
            now = scopes_in_force(t, person_id, sort)
            rows = t.connection.execute(
                sa.select(consent)
                .where(consent.c.person_id == person_id)
                .order_by(consent.c.at_ms, consent.c.scope, consent.c.number)
            ).all()
            last = {row.scope: row.number for row in rows}  # in order, so the last one stays
            history = tuple(
                _shown(row, in_force=row.number == last[row.scope] and Scope(row.scope) in now)
                for row in rows
            )
            return Standing(in_force=now, history=history)

        return self.ground.desk.read(work)

    def evidence(
        self, principal: Principal, account_id: AccountId, person_id: PersonId, scope: Scope
    ) -> dict[str, str]:
        """What shows the last yes to a scope; empty when there is none, or they are erased."""
        self.ground.require(principal, Verb.LIST, account_id, person_id=person_id)

        def work(t: Transaction) -> dict[str, str]:
            row = latest(t, person_id, scope, act=ConsentAct.GIVEN)
            return {} if row is None else open_details(t, person_id, row.evidence, _context(row))

        return self.ground.desk.read(work)


@dataclass(frozen=True, slots=True)
class _Act:
    act: ConsentAct
    notice: Notice | None
    version: int | None
    how: How | None


def latest(
    t: Transaction, person_id: str, scope: Scope, act: ConsentAct | None = None
) -> AnyRow | None:
    """The last act about a scope."""
    wanted = sa.select(consent).where(consent.c.person_id == person_id, consent.c.scope == scope)
    if act is not None:
        wanted = wanted.where(consent.c.act == act)
    return t.connection.execute(wanted.order_by(consent.c.number.desc()).limit(1)).one_or_none()


def scopes_in_force(t: Transaction, person_id: str, sort: PersonSort) -> frozenset[Scope]:
    """The consents that count now: the last word is a yes, to what the notice in force still says.

    To use: for an adult unless taken back; for a child only by a guardian who is verified now.
    """
    if sort is PersonSort.UNKNOWN:
        return frozenset({Scope.USE})  # nobody in particular: there is nobody to ask
    rows = t.connection.execute(_acts_of, {"person": person_id})
    last = {Scope(row.scope): row for row in rows}
    found = {scope for scope, row in last.items() if _counts(t, row, sort)}
    use = last.get(Scope.USE)
    if sort is not PersonSort.CHILD and (use is None or use.act == ConsentAct.GIVEN):
        found.add(Scope.USE)
    return frozenset(found)


def _counts(t: Transaction, row: AnyRow, sort: PersonSort) -> bool:
    if row.act != ConsentAct.GIVEN:
        return False
    if row.version < in_force(t, Notice(row.notice)).counts_from:
        return False
    return sort is not PersonSort.CHILD or is_guardian(t, row.person_id, row.by_id)


def _who_says(t: Transaction, account_id: AccountId, principal: Principal) -> str:
    """Who takes it back; of a voice, whom it is taken for: they are told, should it not be theirs."""
    if principal.kind is not PrincipalKind.VOICE:
        return principal.id
    speaker: str = row_of(t, account_id, DeviceId(principal.id)).speaker_id
    return speaker


def _can_end(last: AnyRow | None, scope: Scope, sort: PersonSort) -> bool:
    """A yes can be taken back whether or not it still counts; an adult's use, even if unsaid."""
    if last is None:
        return scope is Scope.USE and sort is not PersonSort.CHILD
    return bool(last.act == ConsentAct.GIVEN)


def _keep(
    t: Transaction,
    account_id: str,
    person_id: str,
    scope: Scope,
    done: _Act,
    by_id: str,
    said: Mapping[str, str],
    evidence: Mapping[str, str],
) -> None:
    """Add a row under the account's lock, so that numbers have no gap, with its entry."""
    last = latest(t, person_id, scope)
    number = 1 if last is None else last.number + 1
    context = f"{_CONTEXT}/{scope}/{number}"
    t.connection.execute(
        sa.insert(consent).values(
            person_id=person_id,
            scope=scope,
            number=number,
            account_id=account_id,
            act=done.act,
            notice=done.notice,
            version=done.version,
            how=done.how,
            at_ms=t.now_ms,
            by_id=by_id,
            evidence=seal_details(t, person_id, evidence, context),
        )
    )
    t.tell(
        "consent",
        account_id,
        person=t.tag(person_id),
        scope=scope,
        act=done.act,
        notice=done.notice,
        version=done.version,
        how=done.how,
        **said,
    )


def _context(row: AnyRow) -> str:
    return f"{_CONTEXT}/{row.scope}/{row.number}"


def _offer(t: Transaction, account_id: AccountId, person_id: PersonId, scope: Scope) -> Offer:
    account = t.name_of(account_id)
    person = describe(t, person_id)["name"]
    sentence = Selection(account=account, person=person).sentence()
    return Offer(account=account, person=person, scope=scope, sentence=sentence)


def _shown(row: AnyRow, *, in_force: bool) -> Consent:
    return Consent(
        person_id=PersonId(row.person_id),
        scope=Scope(row.scope),
        act=ConsentAct(row.act),
        notice=None if row.notice is None else Notice(row.notice),
        version=row.version,
        how=None if row.how is None else How(row.how),
        at_ms=row.at_ms,
        by_id=row.by_id,
        in_force=in_force,
    )
