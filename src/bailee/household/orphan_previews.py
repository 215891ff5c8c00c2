"""Previews of what is gone: swept away where the recording is still there.

A kind can be forgotten, or end, by itself: a transcript may be left of what was seen or heard, and
that must not be seen in small. Such a preview is shown nowhere (`preview_of`), and goes here.
"""

from contextlib import suppress

import sqlalchemy as sa

from bailee.clock import DAY_MS
from bailee.custody.desk import Transaction
from bailee.custody.vault import Vault
from bailee.errors import GoneError, UnknownError
from bailee.household.ground import Ground
from bailee.store.ring import covered
from bailee.store.tables import artefact, source, stream
from bailee.types.decide import OPERATOR
from bailee.types.ids import RecordingId
from bailee.types.kind import Kind
from bailee.types.preview import SHOWN, is_made_here, shown_by
from bailee.types.selection import Selection

_AT_ONCE = 400


def sweep_previews(ground: Ground, vault: Vault) -> int:
    """Forget them; how many. Idempotent: a crash leaves the others for the next sweep."""
    gone: dict[str, list[RecordingId]] = {}
    for recording_id in ground.desk.read(_without_source):
        with suppress(GoneError, UnknownError):
            recording = vault.show(recording_id)
            if shown_by(recording) is None and any(map(is_made_here, recording.artefacts)):
                gone.setdefault(recording.account, []).append(recording.id)
    for account, ids in gone.items():
        for at in range(0, len(ids), _AT_ONCE):
            some = tuple(ids[at : at + _AT_ONCE])
            selection = Selection(account=account, recordings=some, kind=Kind.THUMBNAIL)
            with suppress(GoneError, UnknownError):  # another process was quicker
                vault.erase(selection, principal=OPERATOR)
    return sum(map(len, gone.values()))


def _without_source(t: Transaction) -> list[RecordingId]:
    """Recordings with a thumbnail and nothing left that it could be of."""
    today = t.now_ms // DAY_MS
    theirs, other = source.alias(), artefact.alias()
    shown = (
        sa.select(sa.literal(1))
        .select_from(theirs.join(other, other.c.id == theirs.c.artefact_id))
        .where(
            theirs.c.recording_id == source.c.recording_id,
            other.c.kind.in_(SHOWN),
            other.c.due_day >= today,
            covered(other.c.stream_id, other.c.leaf),
        )
    )
    wanted = (
        sa.select(source.c.recording_id)
        .distinct()
        .select_from(source.join(artefact, artefact.c.id == source.c.artefact_id))
        .where(
            artefact.c.stream_id.in_(sa.select(stream.c.id).where(stream.c.kind == Kind.THUMBNAIL)),
            artefact.c.due_day >= today,
            covered(artefact.c.stream_id, artefact.c.leaf),
            ~shown.exists(),
        )
    )
    return [RecordingId(each) for each in t.connection.scalars(wanted)]
