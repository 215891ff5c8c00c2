"""What a change of a rule finds stored, and what it means for each: pure, but for one query."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import sqlalchemy as sa

from bailee.custody.acts import Act, CutLeaves, CutSpan
from bailee.custody.hold import is_held
from bailee.custody.premises import Premises
from bailee.custody.ruled import ruled_days
from bailee.custody.view import living_artefact
from bailee.rules.keep_for import Where, touches
from bailee.store.tables import artefact, recording, source, stream
from bailee.types.ids import AccountId
from bailee.types.keep_for import DONT_KEEP, KeepRule, Reach

MOST_SPANS = 200
"""Stretches an erasure cuts at most: clean-up asks for each of them in one statement."""
MOST_LEAVES = 5_000
"""Single leaves the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An artefact of the kind, with all that a rule looks at."""

    id: str
    stream_id: int
    leaf: int
    whose: Where
    wheres: frozenset[Where]
    begin_ms: int
    end_ms: int
    deposited_day: int
    due_day: int
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a change means for what is stored.

    Attributes:
        now: What is over by the rules as they will be: to be forgotten at once.
        kept: What is not, and is in a stream of one that is.
        sooner: What ends earlier than today, by the day it then ends.
        longer: What could be kept longer, the same way.
    """

    now: tuple[Stored, ...]
    kept: tuple[Stored, ...]
    sooner: Mapping[int, Sequence[str]]
    longer: Mapping[int, Sequence[str]]


def find(
    connection: sa.Connection,
    premises: Premises,
    account_id: AccountId,
    reach: Reach,
    before: Sequence[KeepRule],
    after: Sequence[KeepRule],
) -> Found:
    """What a change from the rules *before* to those *after* means for what *reach* is about.

    Only what the change changes: what somebody kept longer since an earlier rule stays so. But for
    what could be kept longer: that may be asked for again, where it came to no end.
    """
    now: list[Stored] = []
    kept: list[Stored] = []
    sooner: dict[int, list[str]] = defaultdict(list)
    longer: dict[int, list[str]] = defaultdict(list)
    said = {each.days for each in after if each.reach == reach}
    days_at: dict[frozenset[Where], tuple[int | None, int | None]] = {}
    for each in _stored(connection, premises, account_id, reach):
        if each.wheres not in days_at:
            days_at[each.wheres] = (
                ruled_days(premises, before, reach.kind, each.wheres),
                ruled_days(premises, after, reach.kind, each.wheres),
            )
        was, days = days_at[each.wheres]
        mine = days is not None and any(touches(reach, where) for where in each.wheres)
        day = each.deposited_day + (days or 0)
        if mine and was != days and (days == DONT_KEEP or day < premises.today()):
            now.append(each)
            continue
        kept.append(each)
        if mine and was != days and day < each.due_day:
            sooner[day].append(each.id)
        elif mine and day > each.due_day and (was != days or days in said):
            longer[day].append(each.id)
    streams = {each.stream_id for each in now}
    beside = tuple(each for each in kept if each.stream_id in streams)
    return Found(now=tuple(now), kept=beside, sooner=sooner, longer=longer)


def _stored(
    connection: sa.Connection, premises: Premises, account_id: AccountId, reach: Reach
) -> Iterator[Stored]:
    """Every living artefact of the kind, in the order of its stream."""
    own, place = stream.alias("own"), recording.alias("place")
    rows = connection.execute(
        sa.select(
            artefact.c.id,
            artefact.c.stream_id,
            artefact.c.leaf,
            artefact.c.deposited_day,
            artefact.c.due_day,
            own.c.person_id.label("own_person_id"),
            own.c.device_id.label("own_device_id"),
            place.c.person_id,
            place.c.device_id,
            place.c.begin_ms,
            place.c.end_ms,
            sa.case((is_held(), 1), else_=0).label("held"),
        )
        .select_from(
            artefact.join(own, own.c.id == artefact.c.stream_id)
            .join(source, source.c.artefact_id == artefact.c.id)
            .join(place, place.c.id == source.c.recording_id)
        )
        .where(
            artefact.c.account_id == account_id,
            artefact.c.kind == reach.kind,
            *living_artefact(premises),
        )
        .order_by(artefact.c.stream_id, artefact.c.leaf)
    )
    for _, parts in groupby(rows, key=lambda row: (row.stream_id, row.leaf)):
        mine = list(parts)
        first = mine[0]
        whose = (first.own_person_id, first.own_device_id)
        yield Stored(
            id=first.id,
            stream_id=first.stream_id,
            leaf=first.leaf,
            whose=whose,
            wheres=frozenset({whose, *((row.person_id, row.device_id) for row in mine)}),
            begin_ms=min(row.begin_ms for row in mine),
            end_ms=max(row.end_ms for row in mine),
            deposited_day=first.deposited_day,
            due_day=first.due_day,
            held=bool(first.held),
        )


# -- what is over, as acts ------------------------------------------------------------------


@dataclass(slots=True)
class _Run:
    """Neighbours in a stream, with nothing that is kept between them."""

    members: list[Stored] = field(default_factory=list)

    def span(self) -> tuple[int, int]:
        return (
            min(each.begin_ms for each in self.members),
            max(each.end_ms for each in self.members),
        )


def acts_for(
    found: Found, account_id: AccountId, reach: Reach, now_ms: int
) -> tuple[tuple[Act, ...], tuple[str, ...]]:
    """The acts that forget exactly what is over, and the ids of what no act had room for.

    Whole stretches where nothing that is kept reaches in, single leaves elsewhere: what is also
    somebody else's goes by its leaf, so that it takes nothing of theirs along.
    """
    runs, leaves = _runs(found)
    runs.sort(key=lambda run: -len(run.members))
    singles = [*leaves, *(each for run in runs[MOST_SPANS:] for each in run.members)]
    spans = [
        CutSpan(
            account_id=account_id,
            person_id=run.members[0].whose[0],
            device_id=run.members[0].whose[1],
            kind=reach.kind,
            begin_ms=run.span()[0],
            end_ms=min(run.span()[1], now_ms),
        )
        for run in runs[:MOST_SPANS]
    ]
    acts: list[Act] = [*spans]
    if singles:
        taken = singles[:MOST_LEAVES]
        acts.append(CutLeaves(leaves=tuple((each.stream_id, each.leaf) for each in taken)))
    return tuple(acts), tuple(each.id for each in singles[MOST_LEAVES:])


def _runs(found: Found) -> tuple[list[_Run], list[Stored]]:
    """Stretches of what is over, and what has to go by itself."""
    runs: list[_Run] = []
    alone = [each for each in found.now if len(each.wheres) > 1]
    going = [each for each in found.now if len(each.wheres) == 1]
    staying = (*found.kept, *alone)
    rows = sorted((*going, *staying), key=lambda each: (each.stream_id, each.leaf))
    over = {each.id for each in going}
    for _, parts in groupby(rows, key=lambda each: each.stream_id):
        for run, is_clear in _of_stream(list(parts), over):
            if is_clear and len(run.members) > 1:
                runs.append(run)
            else:
                alone += run.members
    return runs, alone


def _of_stream(rows: Sequence[Stored], over: Collection[str]) -> Iterator[tuple[_Run, bool]]:
    """The runs of one stream, and whether nothing that stays reaches into each.

    *rows* are in the order in which they begin: of those before, one may reach in; of those after,
    the next begins first.
    """
    groups = [(yes, list(some)) for yes, some in groupby(rows, key=lambda each: each.id in over)]
    reached_ms = -1
    for number, (is_over, members) in enumerate(groups):
        if not is_over:
            reached_ms = max(reached_ms, *(each.end_ms for each in members))
            continue
        run = _Run(members)
        begin_ms, end_ms = run.span()
        after = groups[number + 1][1][0].begin_ms if number + 1 < len(groups) else None
        yield run, reached_ms < begin_ms and (after is None or after > end_ms)
