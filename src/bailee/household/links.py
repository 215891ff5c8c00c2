"""Sharing one artefact by a link, for a while, with whoever holds it."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256

import sqlalchemy as sa

from bailee.clock import DAY_MS
from bailee.custody.desk import Transaction
from bailee.errors import InputError, UnknownError
from bailee.household.ground import Ground, asked
from bailee.store.database import AnyRow
from bailee.store.household_tables import link
from bailee.types.decide import Decision, Principal, PrincipalKind, Verb
from bailee.types.household import Link, LinkId, new_link_id, parse_household_id
from bailee.types.ids import AccountId, ArtefactId, PersonId
from bailee.types.kind import Kind
from bailee.types.network import Network
from bailee.types.role import Right

LONGEST_DAYS = 30
_SHOWING = frozenset({Right.VIEW, Right.HEAR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A fresh link. `token` is shown once, and kept as a hash alone."""

    link: Link
    token: str


@dataclass(frozen=True, slots=True)
class Links:
    """Makes, finds and revokes links."""

    ground: Ground

    def share(
        self,
        principal: Principal,
        artefact_id: ArtefactId,
        rights: Collection[Right],
        until_ms: int,
    ) -> Shared:
        """Share an artefact until *until_ms*: asked once for each person it is about.

        Raises:
            DeniedError: The gate said no, for any of them.
            UnknownError: There is no such artefact.
            InputError: No end within `LONGEST_DAYS`, or a right that no link can give.
        """
        if not rights or not set(rights) <= _SHOWING:
            raise InputError("A link lets somebody see or hear, and nothing else.")
        now_ms = self.ground.desk.clock.now_ms()
        if not now_ms < until_ms <= now_ms + LONGEST_DAYS * DAY_MS:
            raise InputError(f"A link ends within {LONGEST_DAYS} days.", hint="Say until when.")
        account_id, decision = self._require(principal, artefact_id)
        token, link_id = secrets.token_urlsafe(32), new_link_id()

        def work(t: Transaction) -> Shared:
            t.lock(account_id)
            t.owners_of(artefact_id)  # it may have been forgotten since
            t.connection.execute(
                sa.insert(link).values(
                    id=link_id,
                    account_id=account_id,
                    artefact_id=artefact_id,
                    token_hash=_hash(token),
                    permissions=",".join(sorted(rights)),
                    begin_ms=t.now_ms,
                    until_ms=until_ms,
                    by_id=principal.id,
                )
            )
            row = t.connection.execute(sa.select(link).where(link.c.id == link_id)).one()
            _tell(t, row, "shared", asked(t, account_id, principal, decision))
            return Shared(link=_shown(row), token=token)

        return self.ground.desk.write(work)

    def _require(self, principal: Principal, artefact_id: ArtefactId) -> tuple[AccountId, Decision]:
        """One no is a no: what shows two people is shared only if it may be for either."""

        def work(t: Transaction) -> tuple[AccountId, list[PersonId], Kind]:
            account_id, persons = t.owners_of(artefact_id)
            return account_id, sorted(persons), t.address_of(artefact_id)[0]

        account_id, persons, kind = self.ground.desk.read(work)
        decisions = [
            self.ground.require(
                principal,
                Verb.SHARE,
                account_id,
                person_id=each,
                kind=kind,
                artefact_id=artefact_id,
            )
            for each in persons
        ]
        if not decisions:  # the account's own, of nobody
            decisions = [self.ground.require(principal, Verb.SHARE, account_id, kind=kind)]
        return account_id, decisions[0]

    def holder(self, token: str, network: Network = Network.BARRED) -> tuple[Principal, ArtefactId]:
        """Who holds the link of *token* (untrusted), asking from *network*, and what it shows.

        Raises:
            UnknownError: There is none, or it has ended: the same answer.
        """

        def work(t: Transaction) -> tuple[Principal, ArtefactId]:
            row = t.connection.execute(
                sa.select(link).where(
                    link.c.token_hash == _hash(token),
                    link.c.revoked_ms.is_(None),
                    link.c.until_ms >= t.now_ms,
                )
            ).one_or_none()
            if row is None:
                raise UnknownError("This link shows nothing, or not any more.")
            who = Principal(kind=PrincipalKind.LINK, id=row.id, session=row.id, network=network)
            return who, ArtefactId(row.artefact_id)

        return self.ground.desk.read(work)

    def list(self, principal: Principal, account_id: AccountId) -> tuple[Link, ...]:
        """Every link of a household that has not ended, oldest first."""
        self.ground.require(principal, Verb.ADMINISTER, account_id)

        def work(t: Transaction) -> tuple[Link, ...]:
            rows = t.connection.execute(
                sa.select(link)
                .where(link.c.account_id == account_id, link.c.until_ms >= t.now_ms)
                .order_by(link.c.begin_ms, link.c.id)
            )
            return tuple(_shown(row) for row in rows)

        return self.ground.desk.read(work)

    def revoke(self, principal: Principal, account_id: AccountId, link_id: str) -> None:
        """Let a link show nothing from now on. Who made it may always.

        Raises:
            DeniedError: The gate said no.
            UnknownError: There is no such link that still shows something.
        """
        known = parse_household_id(link_id, "lnk")
        decision = self.ground.require(principal, Verb.ADMINISTER, account_id)

        def work(t: Transaction) -> None:
            t.lock(account_id)
            mine = sa.and_(
                link.c.id == known, link.c.account_id == account_id, link.c.revoked_ms.is_(None)
            )
            row = t.connection.execute(sa.select(link).where(mine)).one_or_none()
            if row is None:
                raise UnknownError("There is no such link.")
            t.connection.execute(sa.update(link).where(mine).values(revoked_ms=t.now_ms))
            _tell(t, row, "revoked", asked(t, account_id, principal, decision))

        self.ground.desk.write(work)


def rights_of(row: AnyRow) -> frozenset[Right]:
    """What a row of `link` lets its holder do."""
    return frozenset(Right(each) for each in row.permissions.split(","))


def _hash(token: str) -> bytes:
    """Of 32 random bytes, so a plain hash tells nothing."""
    return sha256(token.encode()).digest()


def _shown(row: AnyRow) -> Link:
    return Link(
        id=LinkId(row.id),
        artefact_id=ArtefactId(row.artefact_id),
        rights=rights_of(row),
        begin_ms=row.begin_ms,
        until_ms=row.until_ms,
        revoked_ms=row.revoked_ms,
    )


def _tell(t: Transaction, row: AnyRow, act: str, said: dict[str, str]) -> None:
    """The entry names the artefact by its address; one that is gone has none and needs none."""
    try:
        kind, address = t.address_of(row.artefact_id)
    except UnknownError:
        return
    t.tell(
        "link",
        row.account_id,
        act=act,
        kind=kind,
        address=address,
        rights=sorted(rights_of(row)),
        begin=row.begin_ms,
        until=row.until_ms,
        **said,
    )
