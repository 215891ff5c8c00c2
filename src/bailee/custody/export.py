"""Export: an archive of what is held, prepared in the background and released as it is fetched.

| step | a crash after it |
|---|---|
| 1. list and hash (`export_list`, `export_read`), a batch a transaction | it goes on after the last batch |
| 2. fetch: decide about all whom it is of → the entry, durable (`enter`) | the ledger says too much, never too little |
| 3. plaintext flows, asking at each stretch whether it still may (`Watch`) | the answer is cut short; its length was said |

Preparing releases nothing: what is read is hashed and let go of. The archive is stored nowhere.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import sqlalchemy as sa

from bailee.custody import entries, export_list, export_proof, export_read
from bailee.custody.asking import Answer, Look, Question, act, decide, require
from bailee.custody.chosen import Asking
from bailee.custody.export_list import Batch
from bailee.custody.export_read import Held
from bailee.custody.opened import stands
from bailee.custody.premises import Premises
from bailee.custody.view import why_missing
from bailee.errors import ConflictError, InputError
from bailee.store.tables import account, state
from bailee.types.decide import OPERATOR, Access, Principal, decide_each, verb_of_release
from bailee.types.export import ExportId, Size, Wanted
from bailee.types.ids import AccountId, ArtefactId, DeviceId, PersonId
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose
from bailee.types.span import Span

MOST_PARTS = 500
"""Persons on devices an entry tells of; it has 65,535 bytes and each takes a hundred of them."""
_ONLY_AT_THE_START = frozenset({"step-up"})
"""A factor is asked for once more before it begins: a large archive takes longer than that lasts."""
OF_THE_SESSION = frozenset({"second-factor", "step-up", "barred-network"})
"""Policies about how somebody is signed in, and not about what they ask for."""
_UNASKED = Asking(principal=OPERATOR, purpose=Purpose.EXPORT)
_epoch = sa.select(state.c.epoch)
_changes = sa.select(account.c.changes).where(account.c.id == sa.bindparam("id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """Files of one kind, person and device, from the first to the last moment.

    What is of several people counts for each; as a thumbnail is asked for as what it shows, too.
    """

    kind: Kind
    person_id: PersonId
    device_id: DeviceId
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What the entry of an archive tells.

    Attributes:
        whose: All whom it is of: each is decided about, at both ends of its time. The policies
            draw lines in time, and what lies between two that may be taken away may be.
        artefacts: How many of each kind.
        parts: How many files of each person and device, from when to when.
        statement: The salted hash of its manifest; 32 bytes.
    """

    whose: tuple[Whose, ...]
    artefacts: Mapping[Kind, int]
    parts: tuple[tuple[PersonId, DeviceId, Span, int], ...]
    statement: bytes


class ForgottenMeanwhileError(ConflictError):
    """Something was forgotten between looking at an archive and giving it out."""

    def __init__(self) -> None:
        super().__init__(
            "Something was forgotten while the archive was about to be given out.",
            hint="It is put together without it: fetch it again.",
        )


class Exporting:
    """Archives of one vault. Made by `Vault.exporting`; safe for threads."""

    def __init__(self, premises: Premises) -> None:
        self._premises = premises

    # -- preparing: nothing is released ---------------------------------------------------

    def count(self, wanted: Wanted) -> Size:
        """How much there is of it, now."""
        return export_list.count(self._premises, wanted)

    def batch(self, wanted: Wanted, after: str) -> Batch:
        """The next that belong into it; see `export_list.batch`."""
        return export_list.batch(self._premises, wanted, after)

    def digests(
        self, artefact_ids: Sequence[str], tell: Callable[[int], None]
    ) -> dict[str, bytes | None]:
        """Read some and hash them; see `export_read.digests`."""
        return export_read.digests(self._premises, _UNASKED, artefact_ids, tell)

    def held(self, digests: Mapping[str, bytes | None]) -> tuple[Held, ...]:
        """Those of them that can still be opened; see `export_read.held`."""
        return export_read.held(self._premises, _UNASKED, digests)

    def epoch(self) -> int:
        """It moves with whatever is forgotten."""
        return int(self._premises.database.read(lambda c: c.execute(_epoch).scalar_one()))

    def still_there(self, artefact_ids: Sequence[str]) -> bool:
        """Whether every one of them may still be opened."""
        return export_list.still_there(self._premises, artefact_ids)

    def gone(self, artefact_ids: Sequence[str]) -> dict[str, str | None]:
        """Of those that are gone, by which erasure each."""
        return export_read.gone(self._premises, artefact_ids)

    # -- releasing ------------------------------------------------------------------------

    def refused(
        self, principal: Principal, account_id: AccountId, contents: Contents
    ) -> frozenset[tuple[PersonId, Kind]]:
        """Of what nothing may be taken away any more. Nothing is logged: it is left out.

        Raises:
            DeniedError: It is not what they ask for but how they are signed in; it is in the ledger.
        """
        accesses = _accesses(principal, account_id, contents)
        decisions = decide_each(self._premises.decide, accesses)
        if any(set(each.policies) & OF_THE_SESSION for each in decisions if not each.allowed):
            decide(self._premises, Question(accesses=accesses, changes=()))
        return frozenset(
            (access.person_id or PersonId(""), access.kind)
            for access, decision in zip(accesses, decisions, strict=True)
            if not decision.allowed and access.kind is not None
        )

    def require(self, principal: Principal, account_id: AccountId, contents: Contents) -> None:
        """Decide about all of it, where its entry stands already. Raises `DeniedError`."""
        require(self._premises, _look(principal, account_id, contents))

    def enter(
        self,
        principal: Principal,
        account_id: AccountId,
        export_id: ExportId,
        contents: Contents,
        until_ms: int,
        *,
        epoch: int,
    ) -> int:
        """Decide about all of it, and write the entry; durable when this returns its row's id.

        Args:
            principal: Who fetches it.
            account_id: Of which household.
            export_id: Which.
            contents: What is in it.
            until_ms: Until when it may be fetched without another entry.
            epoch: From before it was looked at whether all of it is still there.

        Raises:
            ForgottenMeanwhileError: Something was forgotten since; nothing was written.
            DeniedError: The decision was no, about anybody in it; it is in the ledger.
            InputError: It is of more persons on devices than an entry can tell of.
        """
        if len(contents.parts) > MOST_PARTS:
            raise InputError(
                f"It is of more than {MOST_PARTS} persons on devices.",
                hint="Take them away in several archives, one person or device each.",
            )

        def work(connection: sa.Connection, answer: Answer[Question]) -> int:
            if connection.scalar(_epoch) != epoch:  # the account's lock is shared: no erasure now
                raise ForgottenMeanwhileError
            return entries.append(
                connection,
                self._premises,
                "export",
                account_id,
                account=entries.tag(connection, self._premises, account_id),
                export=export_id,
                artefacts=dict(contents.artefacts),
                parts=[_part(connection, self._premises, *each) for each in contents.parts],
                statement=contents.statement.hex(),
                until=until_ms,
                purpose=Purpose.EXPORT,
                **answer.said(connection, self._premises),
            )

        return act(self._premises, _look(principal, account_id, contents), work)

    def receipt(self, entry_id: int, export_id: ExportId, salt: bytes) -> dict[str, Any]:
        """The receipt that lies in the archive; publishes what waits."""
        return export_proof.make(self._premises, entry_id, export_id, salt)

    def watch(self, principal: Principal, account_id: AccountId, contents: Contents) -> "Watch":
        """Asks, while it flows, whether it still may."""
        question = Question(accesses=_accesses(principal, account_id, contents), changes=())
        return Watch(self._premises, account_id, question)


class Watch:
    """Vouches for each stretch of an archive that flows. Of one thread."""

    def __init__(self, premises: Premises, account_id: AccountId, question: Question) -> None:
        """Use `Exporting.watch`, after the entry is durable."""
        self._premises, self._account_id, self._question = premises, account_id, question
        self._stood = self._stands()
        self.moves = 0
        """How often something was forgotten, or decided otherwise, since it began."""

    def still(self) -> None:
        """Where things have moved, decide anew.

        Raises:
            DeniedError: The decision is no by now; it is in the ledger.
        """
        now = self._stands()
        if now == self._stood:
            return
        self._stood, self.moves = now, self.moves + 1
        accesses = self._question.accesses
        decisions = decide_each(self._premises.decide, accesses)
        no = tuple(
            access
            for access, decision in zip(accesses, decisions, strict=True)
            if not decision.allowed and not set(decision.policies) <= _ONLY_AT_THE_START
        )
        if no:
            decide(self._premises, Question(accesses=no, changes=()))

    def require_there(self, artefact_id: ArtefactId) -> None:
        """Raise `GoneError` unless it may still be opened."""
        if not export_list.still_there(self._premises, [artefact_id]):
            raise self._premises.database.read(lambda c: why_missing(c, artefact_id))

    def watched(self, held: Held, moves: int, stretches: Iterator[bytes]) -> Iterator[bytes]:
        """*stretches* of what was there at *moves*, each yielded only after asking.

        Raises:
            DeniedError: The decision is no by now.
            GoneError: It was forgotten, or its time is over.
        """
        for stretch in stretches:
            self.still()
            if self.moves != moves:
                self.require_there(held.artefact_id)
            yield stretch

    def _stands(self) -> tuple[int | None, ...]:
        return self._premises.database.read(lambda c: stands(c, self._premises, self._account_id))


def _accesses(
    principal: Principal, account_id: AccountId, contents: Contents
) -> tuple[Access, ...]:
    return tuple(
        Access(
            principal=principal,
            verb=verb_of_release(each.kind, Purpose.EXPORT),
            purpose=Purpose.EXPORT,
            account_id=account_id,
            kind=each.kind,
            person_id=each.person_id or None,
            device_id=each.device_id or None,
            span=Span(begin_ms=at_ms, end_ms=at_ms),
        )
        for each in contents.whose
        for at_ms in dict.fromkeys((each.span.begin_ms, each.span.end_ms))
    )


def _look(principal: Principal, account_id: AccountId, contents: Contents) -> Look[Question]:
    return partial(_look_at, accesses=_accesses(principal, account_id, contents))


def _look_at(
    connection: sa.Connection, *, accesses: tuple[Access, ...], lock: bool = False
) -> Question:
    """Whether anything was forgotten meanwhile is asked as it flows, of each file."""
    account_id = accesses[0].account_id
    statement = _changes.with_for_update(read=True) if lock else _changes
    changes = connection.scalar(statement, {"id": account_id})
    return Question(accesses=accesses, changes=((account_id, changes),))


def _part(
    connection: sa.Connection,
    premises: Premises,
    person_id: PersonId,
    device_id: DeviceId,
    span: Span,
    count: int,
) -> list[str | int]:
    return [
        entries.tag(connection, premises, person_id),
        entries.tag(connection, premises, device_id),
        span.begin_ms,
        span.end_ms,
        count,
    ]
