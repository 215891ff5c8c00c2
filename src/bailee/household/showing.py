"""Showing: what is held of a recording, opened for who may see, hear or take it away.

Custody decides and logs (R-13, R-23); here a *no* is told only to who may know that it is there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from bailee.custody.release import Released
from bailee.custody.vault import Vault
from bailee.custody.view import why_missing
from bailee.errors import UnknownError
from bailee.household.choosing import no_recording
from bailee.household.ground import Ground
from bailee.household.knowing import Knowing
from bailee.store.tables import source
from bailee.types.cut import Cut, whole
from bailee.types.decide import Principal
from bailee.types.ids import AccountId, RecordingId
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose
from bailee.types.recording import Artefact

_ORDER = {kind: place for place, kind in enumerate(Kind)}
_sources = sa.select(source.c.recording_id).where(source.c.artefact_id == sa.bindparam("artefact"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What is asked for: an artefact by its own id, or a recording's of a kind.

    Attributes:
        opaque_id: ``art_…`` or ``rec_…``; untrusted.
        kind: None for the first of its kinds.
        account_id: Where it must be; None for wherever it is.
    """

    opaque_id: str
    kind: Kind | None = None
    account_id: AccountId | None = None


@dataclass(frozen=True, slots=True)
class Showing:
    """Looks at what is held, and opens it."""

    ground: Ground
    vault: Vault

    def account_of(self, ask: Ask) -> AccountId:
        """Where it is, or was. Raises `UnknownError` for another household's, and for nothing."""
        found = Knowing(self.ground).account_of(ask.opaque_id)
        if found is None or ask.account_id not in {None, found}:
            raise no_recording()
        return found

    def look(self, principal: Principal, ask: Ask) -> Artefact:
        """What it is, without opening it: no entry, since nothing leaves.

        Raises:
            GoneError: It is forgotten or has expired, and they may know that.
            UnknownError: There is none, or none they may know of.
        """
        account_id = self.account_of(ask)
        recordings = self._recordings(ask.opaque_id)
        knowing = Knowing(self.ground)

        def may_know() -> bool:
            return any(knowing.of_recordings(principal, account_id, [each]) for each in recordings)

        with knowing.veiled(principal, account_id, may_know, no_recording):
            if not recordings:  # cleaned up after: what it was is known by its tombstone alone
                raise self.ground.desk.read(
                    lambda t: why_missing(t.connection, ask.opaque_id, account_id)
                )
            found = _fitting(self.vault.show(recordings[0]).artefacts, ask)
            if not may_know():
                raise no_recording()
            return found

    def open(
        self,
        principal: Principal,
        ask: Ask,
        *,
        purpose: Purpose,
        cut: Cut = whole,
    ) -> Released:
        """Open the bytes that *cut* says; decided and logged when this returns.

        Raises:
            DeniedError: The decision was no; it is in the ledger.
            GoneError: It is forgotten or has expired, now or while it flows.
            InputError: The range is not within it.
            UnknownError: There is none, or none they may know of.
        """
        account_id = self.account_of(ask)
        knowing = Knowing(self.ground)

        def may_know() -> bool:
            return any(
                knowing.of_recordings(principal, account_id, [each])
                for each in self._recordings(ask.opaque_id)
            )

        with knowing.veiled(principal, account_id, may_know, no_recording):
            return self.vault.release(
                ask.opaque_id,
                purpose=purpose,
                kind=ask.kind,
                principal=principal,
                cut=cut,
            )

    def _recordings(self, opaque_id: str) -> list[RecordingId]:
        if opaque_id.startswith("rec_"):
            return [RecordingId(opaque_id)]
        return self.ground.desk.read(
            lambda t: [
                RecordingId(each)
                for each in t.connection.scalars(_sources, {"artefact": opaque_id})
            ]
        )


def _fitting(held: Sequence[Artefact], ask: Ask) -> Artefact:
    """The artefact meant: by its own id, or the first of its kinds."""
    fitting = [
        each
        for each in held
        if ask.kind in {None, each.kind} and ask.opaque_id in {each.id, *each.sources}
    ]
    if not fitting:
        kinds = ", ".join(sorted({each.kind for each in held}))
        raise UnknownError(f"It has no {ask.kind or 'such part'}.", hint=f"It has: {kinds}.")
    return min(fitting, key=lambda each: _ORDER[each.kind])
