"""Who else loses something: what was of several persons went because one of them asked.

Clean-up leaves a row of `loss` for each of the others, in the transaction that takes the artefact's
rows away; the household tells them (design: either one's erasure reaches it, the other is told).
"""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from bailee.custody.acts import Act, CutSpan, Drop
from bailee.store.household_tables import loss, profile
from bailee.store.ring import covered
from bailee.store.tables import recording, source


def note_losses(
    connection: sa.Connection, acts: Sequence[Act], artefact_ids: Collection[str], erasure_id: str
) -> None:
    """Note who shared *artefact_ids*, about to be removed, with whoever had them forgotten.

    Only whom a household knows: there is nobody else to tell. Where everybody's was asked to be
    forgotten at once, nobody is told that somebody else asked.
    """
    asked = _asked(acts)
    if None in asked or not artefact_ids:
        return
    for row in connection.execute(_losers(artefact_ids, [each for each in asked if each])).all():
        mine = sa.and_(loss.c.erasure_id == erasure_id, loss.c.person_id == row.person_id)
        more = sa.update(loss).where(mine).values(artefacts=loss.c.artefacts + row.many)
        if not connection.execute(more).rowcount:
            connection.execute(
                sa.insert(loss).values(
                    erasure_id=erasure_id,
                    person_id=row.person_id,
                    account_id=row.account_id,
                    artefacts=row.many,
                )
            )


def _asked(acts: Sequence[Act]) -> set[str | None]:
    """Whose was asked to be forgotten, as far as the acts name anybody; None for everybody's."""
    stretches = {act.person_id for act in acts if isinstance(act, CutSpan)}
    whole = {act.part_id if act.what == "person" else None for act in acts if isinstance(act, Drop)}
    return stretches | whole


def _losers(
    artefact_ids: Collection[str], asked: Sequence[str]
) -> sa.Select[*tuple[str | int, ...]]:
    """Persons with a living part in something that is another's too; how many of them each."""
    other = source.alias("other")
    others = recording.alias("others")
    shared = (
        sa.select(sa.literal(1))
        .select_from(other.join(others, others.c.id == other.c.recording_id))
        .where(
            other.c.artefact_id == source.c.artefact_id,
            others.c.person_id != recording.c.person_id,
        )
        .exists()
    )
    return (
        sa.select(
            recording.c.person_id,
            recording.c.account_id,
            sa.func.count(source.c.artefact_id.distinct()).label("many"),
        )
        .select_from(
            source.join(recording, recording.c.id == source.c.recording_id).join(
                profile, profile.c.person_id == recording.c.person_id
            )
        )
        .where(
            source.c.artefact_id.in_(list(artefact_ids)),
            covered(source.c.stream_id, source.c.leaf),
            recording.c.person_id.not_in(list(asked)),
            shared,
        )
        .group_by(recording.c.person_id, recording.c.account_id)
    )
