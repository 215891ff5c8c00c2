"""The catalogue's side of a deposit, inside its transaction: address, leaf, KEK, rows, entry."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from bailee.clock import DAY_MS
from bailee.custody import address, entries, hold, labels
from bailee.custody.address import Address
from bailee.custody.asking import NO_ACCOUNT, MovedError
from bailee.custody.brought import with_others
from bailee.custody.keys import KeyFinder, Lock
from bailee.custody.leaves import Allocator, Lateness
from bailee.custody.premises import Premises
from bailee.custody.view import why_missing
from bailee.errors import EvidenceError, UnkeptError
from bailee.seal import seal_small, wrap
from bailee.store.database import AnyRow, RetryTransaction
from bailee.store.ring import covered
from bailee.store.tables import account, artefact, derivation, recording, source, stream
from bailee.tlog import hash_leaf, root_of
from bailee.types.ids import (
    AccountId,
    ArtefactId,
    DeviceId,
    PersonId,
    RecordingId,
    StreamId,
    new_recording_id,
)
from bailee.types.keep_for import DONT_KEEP
from bailee.types.recording import Deposit, Deposited
from bailee.types.span import Span

_REMEMBERED = 65_536
_shared_changes = (
    sa.select(account.c.changes)
    .where(account.c.id == sa.bindparam("id"))
    .with_for_update(read=True)
)
SKEW_MS = 120_000
"""A device's clock may be this far ahead; its recording is then taken to begin now."""


@dataclass(slots=True, kw_only=True)
class Sealed:
    """A sealed content: in memory for its catalogue row, or stored under its key."""

    artefact_id: ArtefactId
    dek: bytes
    size_bytes: int
    sealed: bytes | None = None
    content_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A recording something is made from, as it stands in this transaction."""

    recording_id: RecordingId
    stream_id: StreamId
    leaf: int
    person_id: str
    device_id: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """One deposit on its way into the tables."""

    item: Deposit
    where: Address
    lock: Lock
    dek: bytes
    span: Span
    sources: tuple[Source, ...]
    done: Deposited


@dataclass(slots=True)
class Batch:
    """Deposits of one transaction: `add` each, then `write` them all.

    `changes` are those of each account when the deposits were decided about.
    """

    connection: sa.Connection
    premises: Premises
    items: Sequence[Deposit]
    changes: Mapping[AccountId, int | None]
    _lateness: Lateness = field(init=False)
    _finder: KeyFinder = field(init=False)
    _allocator: Allocator = field(init=False)
    _addresses: dict[tuple[str, str, str], Address] = field(default_factory=dict)
    _named_until: dict[Address, int] = field(default_factory=dict)
    _streams: dict[tuple[Address, str], StreamId] = field(default_factory=dict)
    _longest: dict[StreamId, int] = field(default_factory=dict)
    _shared: set[AccountId] = field(default_factory=set)
    _rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _made: list[_Made] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._finder = KeyFinder(self.connection, self.premises.ring)
        moments = {min(item.captured_at_ms, self.premises.now_ms()) for item in self.items}
        self._allocator = Allocator(self.connection, self._finder, moments)
        self._lateness = Lateness(self.connection)
        self._rows = {"recording": [], "artefact": [], "source": [], "derivation": []}

    # -- one deposit ----------------------------------------------------------------------

    def add(self, item: Deposit, sealed: Sealed, days: int) -> None:
        """Place one deposit, kept for *days*: its address, its leaves and its wrapped DEK.

        Raises:
            UnkeptError: Its household keeps none of that kind.
            LateArrivalError: It touches a forgotten stretch.
        """
        if days == DONT_KEEP:
            raise UnkeptError(item.kind)
        due_day = self.premises.today() + days
        if item.derived_from:
            sources = self._sources(item)
            where = self._where_derived(item, sources, due_day)
            wheres: tuple[Address, ...] = (where,)
        else:
            wheres = self._everyone(item, due_day)
            where = wheres[0]
            # One recording each, at the same moment: the artefact stands on the leaves of all.
            sources = tuple(self._new_recording(item, each) for each in wheres)
        span = Span(
            begin_ms=min(each.span.begin_ms for each in sources),
            end_ms=max(each.span.end_ms for each in sources),
        )
        for each in wheres:
            self._lateness.refuse(each, item.kind, span)
        stream_id = self._stream(where, item.kind)
        leaf = self._allocator.next_leaf(artefact, stream_id, span.begin_ms)
        if len(sources) > 1:  # it may reach further than any one recording
            length_ms = span.end_ms - span.begin_ms
            self._longest[stream_id] = max(self._longest.get(stream_id, 0), length_ms)
        lock = Lock(
            artefact_id=sealed.artefact_id,
            kind=item.kind,
            day=due_day,
            own=(stream_id, leaf),
            sources=tuple((each.stream_id, each.leaf) for each in sources),
        )
        self._keep(item, sealed, lock, where, span, sources)

    def _keep(
        self,
        item: Deposit,
        sealed: Sealed,
        lock: Lock,
        where: Address,
        span: Span,
        sources: tuple[Source, ...],
    ) -> None:
        kek = self._finder.kek(lock)
        if kek is None:
            raise EvidenceError(
                "The day on which this would end is already over.",
                hint="The clock has stepped back since the last expiry; set it right.",
            )
        description = json.dumps({"name": item.name, "details": dict(item.details)}).encode()
        self._rows["artefact"].append(
            {
                "id": lock.artefact_id,
                "account_id": where.account_id,
                "kind": item.kind,
                "stream_id": lock.own[0],
                "leaf": lock.own[1],
                "deposited_day": self.premises.today(),
                "wrapped_day": lock.day,
                "due_day": lock.day,
                "size_bytes": sealed.size_bytes,
                "wrapped_dek": wrap(kek, sealed.dek),
                "description": seal_small(sealed.dek, description),
                "content_key": sealed.content_key,
                "sealed": sealed.sealed,
            }
        )
        for position, each in enumerate(sources):
            self._rows["source"].append(
                {
                    "artefact_id": lock.artefact_id,
                    "position": position,
                    "recording_id": each.recording_id,
                    "stream_id": each.stream_id,
                    "leaf": each.leaf,
                }
            )
        done = Deposited(
            recording_id=sources[0].recording_id,
            artefact_id=lock.artefact_id,
            kind=item.kind,
            size_bytes=sealed.size_bytes,
            begin_ms=sources[0].span.begin_ms,
            kept_until_day=lock.day,
        )
        self._made.append(
            _Made(
                item=item,
                where=where,
                lock=lock,
                dek=sealed.dek,
                span=span,
                sources=sources,
                done=done,
            )
        )

    # -- where it belongs -----------------------------------------------------------------

    def _everyone(self, item: Deposit, due_day: int) -> tuple[Address, ...]:
        """The addresses of all who are heard or seen, each once."""
        names = (item.person or "", *item.also)
        found = (self._where(item.account, who, item.device or "", due_day) for who in names)
        return tuple(dict.fromkeys(found))

    def _where(self, account_name: str, who: str, what: str, due_day: int) -> Address:
        names = (account_name, who, what)
        where = self._addresses.get(names)
        if where is None:
            where = address.find(self.connection, self.premises, *names) or address.make(
                self.connection, self.premises, *names, until_day=due_day
            )
            self._share_account(where.account_id)
            self._addresses[names] = where
        if not self._is_named(where, due_day):
            labels.renew_all(self.connection, self.premises, where, names, until_day=due_day)
            self._named_until[where] = due_day
        return where

    def _is_named(self, where: Address, due_day: int) -> bool:
        """Whether its names live that long, as this transaction or one before it has seen to."""
        known = max(self.premises.named_until.get(where, 0), self._named_until.get(where, 0))
        return known >= due_day

    def _where_derived(self, item: Deposit, sources: Sequence[Source], due_day: int) -> Address:
        """The address of the first source, unless the depositor names another."""
        if item.person is not None and item.device is not None:
            return self._where(item.account, item.person, item.device, due_day)
        account_id = address.find_account(self.connection, self.premises, item.account)
        where = Address(
            account_id=account_id,
            person_id=PersonId(sources[0].person_id),
            device_id=DeviceId(sources[0].device_id),
            begins_ms=0,
        )
        if not self._is_named(where, due_day):
            labels.extend_all(self.connection, self.premises, where, until_day=due_day)
            self._named_until[where] = due_day
        return where

    def _share_account(self, account_id: AccountId) -> None:
        """Share the account's lock: an erasure waits for this transaction, or this for it.

        The same for whatever else counts as a change: what was decided about stands until the end.
        """
        if account_id in self._shared:
            return
        changes = self.connection.scalar(_shared_changes, {"id": account_id})
        if changes is None:
            raise RetryTransaction  # erased a moment ago: its name begins anew
        if changes != self.changes.get(account_id, self.changes.get(NO_ACCOUNT)):
            raise MovedError
        self._shared.add(account_id)

    def _stream(self, where: Address, kind: str) -> StreamId:
        key = (where, kind)
        known = self.premises.streams.get(key) or self._streams.get(key)
        if known is None:
            known = address.stream_of(self.connection, self.premises, where, kind)
            self._streams[key] = known
        return known

    # -- recordings, new and known --------------------------------------------------------

    def _new_recording(self, item: Deposit, where: Address) -> Source:
        begin_ms = min(item.captured_at_ms, self.premises.now_ms())
        span = Span(begin_ms=begin_ms, end_ms=begin_ms + item.duration_ms)
        self._lateness.refuse(where, "", span)
        stream_id = self._stream(where, "")
        leaf = self._allocator.next_leaf(recording, stream_id, begin_ms)
        made = Source(
            recording_id=new_recording_id(),
            stream_id=stream_id,
            leaf=leaf,
            person_id=where.person_id,
            device_id=where.device_id,
            span=span,
        )
        self._rows["recording"].append(
            {
                "id": made.recording_id,
                "account_id": where.account_id,
                "person_id": where.person_id,
                "device_id": where.device_id,
                "stream_id": stream_id,
                "leaf": leaf,
                "begin_ms": span.begin_ms,
                "end_ms": span.end_ms,
            }
        )
        self._longest[stream_id] = max(self._longest.get(stream_id, 0), item.duration_ms)
        return made

    def _sources(self, item: Deposit) -> tuple[Source, ...]:
        account_id = address.find_account(self.connection, self.premises, item.account)
        self._share_account(account_id)
        wanted = with_others(self.connection, item.derived_from)
        rows = {row.id: row for row in self.connection.execute(_sources_of(wanted, account_id))}
        for recording_id in wanted:
            if recording_id not in rows:
                raise why_missing(self.connection, recording_id, account_id)
        return tuple(_source(rows[each]) for each in wanted)

    # -- writing --------------------------------------------------------------------------

    def write(self) -> list[Deposited]:
        """Insert every row and entry; what the transaction's commit makes true."""
        tables = {"recording": recording, "artefact": artefact, "source": source}
        for name, table in tables.items():
            if self._rows[name]:
                self.connection.execute(sa.insert(table), self._rows[name])
        self._derive()
        for group in self._groups():
            self._tell(group)
        self._note_longest()
        self._join_holds()
        return [each.done for each in self._made]

    def remember(self) -> None:
        """After the commit: what it made need not be looked up again. Ids never change."""
        for known in (self.premises.named_until, self.premises.streams):
            if len(known) > _REMEMBERED:
                known.clear()
        for where, day in self._named_until.items():
            self.premises.named_until[where] = day
        for key, stream_id in self._streams.items():
            self.premises.streams[key] = stream_id

    def _note_longest(self) -> None:
        for stream_id, longest_ms in self._longest.items():
            if longest_ms:
                self.connection.execute(
                    sa.update(stream)
                    .where(stream.c.id == stream_id, stream.c.longest_ms < longest_ms)
                    .values(longest_ms=longest_ms)
                )

    def _join_holds(self) -> None:
        held = hold.accounts_held(self.connection, {each.where.account_id for each in self._made})
        for each in self._made:
            if each.where.account_id in held:
                fresh = hold.Candidate(
                    account_id=each.where.account_id,
                    parts=(
                        *((s.person_id, s.device_id, s.span) for s in each.sources),
                        (each.where.person_id, each.where.device_id, each.span),
                    ),
                    kind=each.item.kind,
                    artefact_id=each.lock.artefact_id,
                    dek=each.dek,
                )
                hold.join(self.connection, self.premises, fresh)

    def _derive(self) -> None:
        """Record from which artefacts each derived one was made: all of its recordings (R-03)."""
        for each in self._made:
            if not each.item.derived_from:
                continue
            ids = [s.recording_id for s in each.sources]
            found = self.connection.scalars(
                sa.select(source.c.artefact_id)
                .where(source.c.recording_id.in_(ids))
                .where(source.c.artefact_id != each.done.artefact_id)
                .distinct()
            )
            now_ms = self.premises.now_ms()
            self._rows["derivation"] += [
                {"artefact_id": each.done.artefact_id, "from_artefact_id": a, "at_ms": now_ms}
                for a in found
            ]
        if self._rows["derivation"]:
            self.connection.execute(sa.insert(derivation), self._rows["derivation"])

    def _groups(self) -> list[list[_Made]]:
        """What shares an entry: new recordings of one kind, person, device and day of expiry."""
        groups: dict[tuple[object, ...], list[_Made]] = {}
        for number, each in enumerate(self._made):
            alone = number if each.item.derived_from or len(each.sources) > 1 else -1
            key = (each.where, each.item.kind, each.done.kept_until_day, alone)
            groups.setdefault(key, []).append(each)
        return list(groups.values())

    def _tell(self, group: list[_Made]) -> None:
        first = group[0]
        account_id = first.where.account_id
        fields: dict[str, Any] = {
            "account": entries.tag(self.connection, self.premises, account_id),
            "kind": first.item.kind,
            "due": first.done.kept_until_day * DAY_MS,
        }
        if len(group) == 1:
            fields["address"] = self._address(first)
            fields["sources"] = [self._source_address(s) for s in first.sources]
            entries.append(self.connection, self.premises, "deposit", account_id, **fields)
            return
        members = sorted(json.dumps(self._address(each)).encode() for each in group)
        fields |= {
            "person": entries.tag(self.connection, self.premises, first.where.person_id),
            "device": entries.tag(self.connection, self.premises, first.where.device_id),
            "begin": min(each.sources[0].span.begin_ms for each in group),
            "end": max(each.sources[0].span.end_ms for each in group),
            "count": len(group),
            "root": root_of([hash_leaf(member) for member in members]).hex(),
        }
        entries.append(self.connection, self.premises, "deposits", account_id, **fields)

    def _address(self, each: _Made) -> list[str | int]:
        """Of the artefact itself."""
        return entries.address(self.connection, self.premises, each.lock.own[0], each.lock.own[1])

    def _source_address(self, each: Source) -> list[str | int]:
        return entries.address(
            self.connection,
            self.premises,
            each.stream_id,
            each.leaf,
            end_ms=each.span.end_ms,
        )


def _sources_of(ids: Sequence[RecordingId], account_id: AccountId) -> sa.Select[*tuple[Any, ...]]:
    columns = (
        recording.c.id,
        recording.c.stream_id,
        recording.c.leaf,
        recording.c.person_id,
        recording.c.device_id,
        recording.c.begin_ms,
        recording.c.end_ms,
    )
    # Their rows are shared until the end: clean-up that finds one empty waits, and looks again.
    return (
        sa.select(*columns)
        .where(
            recording.c.id.in_(ids),
            recording.c.account_id == account_id,
            covered(recording.c.stream_id, recording.c.leaf),
        )
        .order_by(recording.c.id)
        .with_for_update(read=True, of=recording)
    )


def _source(row: AnyRow) -> Source:
    return Source(
        recording_id=RecordingId(row.id),
        stream_id=StreamId(row.stream_id),
        leaf=row.leaf,
        person_id=row.person_id,
        device_id=row.device_id,
        span=Span(begin_ms=row.begin_ms, end_ms=row.end_ms),
    )
