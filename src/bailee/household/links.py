"""Sharing one artefact by a link, for a while, with whoever holds it."""

import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256

import sqlalchemy as sa

from bailee.clock import DAY_MS
from bailee.custody.desk import Transaction
from bailee.custody.release import Released
from bailee.custody.vault import Vault
from bailee.errors import DeniedError, GoneError, InputError, UnknownError
from bailee.household.choosing import no_household
from bailee.household.ground import Ground, asked
from bailee.household.knowing import Knowing
from bailee.household.persons import describe
from bailee.store.database import AnyRow
from bailee.store.household_tables import link
from bailee.store.tables import source
from bailee.types.cut import Cut, whole
from bailee.types.decide import (
    Access,
    Decision,
    Principal,
    PrincipalKind,
    Verb,
    verb_of_release,
)
from bailee.types.household import Link, LinkId, new_link_id, parse_household_id
from bailee.types.ids import AccountId, ArtefactId, PersonId
from bailee.types.kind import Kind
from bailee.types.network import Network
from bailee.types.purpose import Purpose
from bailee.types.recording import Artefact, Details
from bailee.types.role import Right

LONGEST_DAYS = 30
_OWN = Decision(allowed=True, policy="own-link", why="Who made a link may always end it.")
_ENDED = "This link shows nothing, or not any more."
_recording_of = (
    sa.select(source.c.recording_id)
    .where(source.c.artefact_id == sa.bindparam("artefact"))
    .order_by(source.c.position)
    .limit(1)
)
_SHOWING = frozenset({Right.VIEW, Right.HEAR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A fresh link. `token` is shown once, and kept as a hash alone."""

    link: Link
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a link shows, and until when; what it is called is not told to strangers.

    Attributes:
        by: What whoever shared it is called: their holder was given it by them. "" for who is gone.
        details: Such as its media type.
    """

    link: Link
    kind: Kind
    size_bytes: int
    by: str
    details: Details


@dataclass(frozen=True, slots=True)
class Links:
    """Makes, finds and revokes links, and opens what they show."""

    ground: Ground
    vault: Vault

    def share(
        self,
        principal: Principal,
        artefact_id: ArtefactId,
        rights: Collection[Right],
        until_ms: int,
        *,
        account_id: AccountId | None = None,
    ) -> Shared:
        """Share an artefact until *until_ms*: asked once for each person it is about.

        With *account_id*, another household's artefact is none.

        Raises:
            DeniedError: The gate said no, for any of them.
            UnknownError: There is no such artefact, or none they may know of.
            InputError: No end within `LONGEST_DAYS`, or a right that no link can give.
        """
        if not rights or not set(rights) <= _SHOWING:
            raise InputError("A link lets somebody see or hear, and nothing else.")
        now_ms = self.ground.desk.clock.now_ms()
        if not now_ms < until_ms <= now_ms + LONGEST_DAYS * DAY_MS:
            raise InputError(f"A link ends within {LONGEST_DAYS} days.", hint="Say until when.")
        account_id, decision = self._require(principal, artefact_id, account_id)
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

    def lets(self, principal: Principal, artefact_id: ArtefactId) -> Decision:
        """What the gate would say to `share`; nothing is refused yet, so there is no entry.

        Raises:
            UnknownError: There is no such artefact.
        """
        account_id, persons, kind = self.ground.desk.read(lambda t: _about(t, artefact_id))
        subjects: list[PersonId | None] = [*persons] or [None]
        asked = [
            self.ground.decide(
                Access(
                    principal=principal,
                    verb=Verb.SHARE,
                    purpose=Purpose.SHARE,
                    account_id=account_id,
                    person_id=each,
                    kind=kind,
                    artefact_id=None if each is None else artefact_id,
                )
            )
            for each in subjects
        ]
        return next((each for each in asked if not each.allowed), asked[0])

    def _require(
        self, principal: Principal, artefact_id: ArtefactId, account_id: AccountId | None
    ) -> tuple[AccountId, Decision]:
        """One no is a no: what shows two people is shared only if it may be for either."""
        found, persons, kind = self.ground.desk.read(lambda t: _about(t, artefact_id))
        if account_id not in {None, found}:
            raise _nothing_here()
        knowing = Knowing(self.ground)

        def may_know() -> bool:
            return all(knowing.of_person(principal, found, each) for each in persons)

        def ask(person_id: PersonId | None) -> Decision:
            about = None if person_id is None else artefact_id
            return self.ground.require(
                principal,
                Verb.SHARE,
                found,
                person_id=person_id,
                kind=kind,
                artefact_id=about,
            )

        # What is the account's own is of nobody, and asked about once.
        with knowing.veiled(principal, found, may_know, _nothing_here):
            decisions = [ask(each) for each in persons] or [ask(None)]
        return found, decisions[0]

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
                raise UnknownError(_ENDED)
            who = Principal(kind=PrincipalKind.LINK, id=row.id, session=row.id, network=network)
            return who, ArtefactId(row.artefact_id)

        return self.ground.desk.read(work)

    def look(self, principal: Principal, artefact_id: ArtefactId) -> Held:
        """What the holder of a link may see or hear; nothing leaves, so there is no entry.

        Raises:
            UnknownError: The link has ended, or what it showed, or a consent to show it: one answer.
        """

        def work(t: Transaction) -> tuple[AccountId, list[PersonId | None], AnyRow, str, str]:
            mine = sa.select(link).where(
                link.c.id == principal.id, link.c.artefact_id == artefact_id
            )
            row = t.connection.execute(mine).one_or_none()
            whole = t.connection.scalar(_recording_of, {"artefact": artefact_id})
            account_id, persons = t.owners_of(artefact_id)
            if row is None or whole is None:
                raise UnknownError(_ENDED)
            by = describe(t, row.by_id).get("name", "")
            return account_id, [*sorted(persons)] or [None], row, whole, by

        with _veiled():
            account_id, persons, row, whole, by = self.ground.desk.read(work)
            # Its own key may outlive its recording's until the clean-up: custody knows both.
            artefacts = self.vault.show(whole).artefacts
            held = next((each for each in artefacts if each.id == artefact_id), None)
            if held is None or not all(
                self._may_show(principal, account_id, held, each) for each in persons
            ):
                raise UnknownError(_ENDED)
        return Held(
            link=_shown(row),
            kind=held.kind,
            size_bytes=held.size_bytes,
            by=by,
            details=held.details,
        )

    def _may_show(
        self,
        principal: Principal,
        account_id: AccountId,
        held: Artefact,
        person_id: PersonId | None,
    ) -> bool:
        access = Access(
            principal=principal,
            verb=verb_of_release(held.kind, Purpose.SHARE),
            purpose=Purpose.SHARE,
            account_id=account_id,
            kind=held.kind,
            artefact_id=held.id,
            person_id=person_id,
        )
        return self.ground.decide(access).allowed

    def open(
        self,
        principal: Principal,
        artefact_id: ArtefactId,
        *,
        cut: Cut = whole,
    ) -> Released:
        """Open the bytes that *cut* says; decided and logged when this returns.

        Raises:
            UnknownError: As `look`; a refusal is in the ledger.
            InputError: The range is not within it.
        """
        with _veiled():
            return self.vault.release(
                artefact_id, purpose=Purpose.SHARE, principal=principal, cut=cut
            )

    def list(self, principal: Principal, account_id: AccountId) -> tuple[Link, ...]:
        """Every link that has not ended, oldest first; for who does not keep house, their own.

        Raises:
            UnknownError: They do not belong to the household, or there is none.
        """
        knowing = Knowing(self.ground)
        if not knowing.belongs(principal, account_id):
            raise no_household()
        knowing.require_awake(principal, account_id)
        everybodys = knowing.administers(principal, account_id)

        def work(t: Transaction) -> tuple[Link, ...]:
            wanted = sa.select(link).where(
                link.c.account_id == account_id, link.c.until_ms >= t.now_ms
            )
            if not everybodys:
                wanted = wanted.where(link.c.by_id == principal.id)
            rows = t.connection.execute(wanted.order_by(link.c.begin_ms, link.c.id))
            return tuple(_shown(row) for row in rows)

        return self.ground.desk.read(work)

    def revoke(self, principal: Principal, account_id: AccountId, link_id: str) -> None:
        """Let a link show nothing from now on. Who made it may always.

        Raises:
            DeniedError: The gate said no.
            UnknownError: There is no such link that still shows something.
        """
        known = parse_household_id(link_id, "lnk")
        decision = (
            _OWN
            if self.ground.desk.read(lambda t: _is_of(t, principal, account_id, known))
            else self.ground.require(principal, Verb.ADMINISTER, account_id)
        )

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


def _about(t: Transaction, artefact_id: ArtefactId) -> tuple[AccountId, list[PersonId], Kind]:
    """Whose household an artefact is of, whom it shows, and its kind. Raises `UnknownError`."""
    account_id, persons = t.owners_of(artefact_id)
    return account_id, sorted(persons), t.address_of(artefact_id)[0]


@contextmanager
def _veiled() -> Iterator[None]:
    """A stranger is never told why, nor that there was anything."""
    try:
        yield
    except (DeniedError, GoneError, UnknownError):
        raise UnknownError(_ENDED) from None


def _nothing_here() -> UnknownError:
    return UnknownError("There is no such thing here.")


def _is_of(t: Transaction, principal: Principal, account_id: str, link_id: str) -> bool:
    """Whether a member of the household made that link."""
    mine = sa.select(link.c.id).where(
        link.c.id == link_id,
        link.c.account_id == account_id,
        link.c.by_id == principal.id,
    )
    return t.connection.scalar(mine) is not None


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
        by_id=row.by_id,
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
