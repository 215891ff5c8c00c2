"""Fsck: does everything fit together? It repairs what a crash explains and reports the rest.

Explained by a crash: contents nobody refers to (noted first, collected by a check an hour later, so
that a deposit under way is not mistaken for one), and rows whose keys are gone. Everything else is a
problem, told in a sentence with the opaque id it is about.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import sqlalchemy as sa

from bailee.custody import cleanup
from bailee.custody.keys import KeyFinder
from bailee.custody.premises import Premises, Progress, no_progress
from bailee.custody.publish import publish
from bailee.custody.staging import Staging
from bailee.custody.view import lock_of, sources_of
from bailee.errors import BaileeError, UnknownError
from bailee.seal import Opener, open_small, sealed_size, unwrap
from bailee.store.database import AnyRow
from bailee.store.ledger import LogReader
from bailee.store.tables import (
    artefact,
    debris,
    erasure,
    held,
    node,
    secret,
    shard,
    stream,
    suspect,
)
from bailee.tlog import parse_vkey
from bailee.types.upload import Limits

GRACE_MS = 3_600_000
"""A content that nobody refers to is collected this long after it was first noted."""
_AT_ONCE = 500


@dataclass(slots=True, kw_only=True)
class Report:
    """What a check found.

    Attributes:
        artefacts: How many were opened.
        problems: What does not fit and no crash explains; empty when all is well.
        noted: Contents that nobody refers to, seen for the first time or too short ago.
        collected: Contents that nobody refers to, deleted now.
        swept: Rows whose keys are gone, and what is left of uploads that ended; taken away now.
    """

    artefacts: int = 0
    problems: list[str] = field(default_factory=list)
    noted: int = 0
    collected: int = 0
    swept: int = 0

    @property
    def is_clean(self) -> bool:
        return not self.problems


def fsck(premises: Premises, *, deep: bool = False, progress: Progress = no_progress) -> Report:
    """Check ring, catalogue, contents, holds, ledger and root stores against each other.

    With *deep* every byte of every content is opened, otherwise its size is compared.
    """
    report = Report()
    report.swept = cleanup.sweep(premises) + Staging(premises, Limits()).sweep()
    _check_roots(premises, report)
    premises.database.read(lambda connection: _check_ring(connection, premises, report))
    _check_artefacts(premises, report, deep=deep, progress=progress)
    _check_holds(premises, report)
    _check_orphans(premises, report)
    _check_ledger(premises, report)
    return report


def _check_roots(premises: Premises, report: Report) -> None:
    for away in premises.roots.unreachable():
        report.problems.append(f"The root store {away} cannot be reached.")
    for store in premises.roots.stores:
        with suppress(BaileeError):
            if store.read().torn:
                report.problems.append(f"A slot of the root store {store.place} is damaged.")


def _check_ring(connection: sa.Connection, premises: Premises, report: Report) -> None:
    """Every key opens; the nodes of a stream are disjoint."""
    keys: dict[str, bytes] = {}
    for row in connection.execute(sa.select(shard)):
        try:
            keys[row.id] = unwrap(premises.roots.find(row.generation), row.wrapped_key)
        except BaileeError as error:
            report.problems.append(f"Shard {row.id}: {error.message}")
    for row in connection.execute(sa.select(secret)):
        _try_unwrap(report, keys, row.shard_id, row.wrapped_key, f"the secret {row.id}")
    rows = connection.execute(
        sa.select(node, stream.c.shard_id)
        .join(stream, stream.c.id == node.c.stream_id, isouter=True)
        .order_by(node.c.stream_id, node.c.begin)
    )
    before: AnyRow | None = None
    for row in rows:
        _try_unwrap(report, keys, row.shard_id, row.wrapped_key, f"a node of {row.stream_id}")
        same = before is not None and before.stream_id == row.stream_id
        if before is not None and same and before.last >= row.begin:
            report.problems.append(f"Two nodes of stream {row.stream_id} overlap.")
        if row.last - row.begin + 1 != 1 << row.span_bits:
            report.problems.append(f"A node of stream {row.stream_id} is not as long as it says.")
        before = row


def _try_unwrap(
    report: Report, keys: dict[str, bytes], shard_id: str | None, wrapped: bytes, what: str
) -> None:
    if shard_id not in keys:
        report.problems.append(f"There is no shard for {what}.")
        return
    try:
        unwrap(keys[shard_id], wrapped)
    except BaileeError:
        report.problems.append(f"The key of {what} does not open.")


def _check_artefacts(premises: Premises, report: Report, *, deep: bool, progress: Progress) -> None:
    total = premises.database.read(
        lambda c: c.execute(sa.select(sa.func.count()).select_from(artefact)).scalar_one()
    )
    after = ""
    while rows := _some(premises, after):
        for row in rows:
            problem = _problem_of(premises, row, deep=deep)
            report.artefacts += 1
            if problem:
                report.problems.append(f"{row.id}: {problem}")
        after = rows[-1].id
        progress(report.artefacts, total)


def _some(premises: Premises, after: str) -> Sequence[AnyRow]:
    wanted = sa.select(artefact).where(artefact.c.id > after).order_by(artefact.c.id)
    return premises.database.read(lambda c: c.execute(wanted.limit(_AT_ONCE)).all())


def _problem_of(premises: Premises, row: AnyRow, *, deep: bool) -> str:
    """What is wrong with one artefact; "" when nothing is."""
    try:
        dek = premises.database.read(lambda connection: _dek(connection, premises, row))
        if dek is None:
            return ""  # held, expired or just erased: clean-up's business
        open_small(dek, row.description)
        _open(premises, row, dek, deep=deep)
    except BaileeError as error:
        return "" if _is_gone(premises, row) else error.message
    return ""


def _is_gone(premises: Premises, row: AnyRow) -> bool:
    """Erased while it was looked at."""
    left = sa.select(artefact.c.id).where(artefact.c.id == row.id)
    return premises.database.read(lambda c: c.execute(left).one_or_none()) is None


def _dek(connection: sa.Connection, premises: Premises, row: AnyRow) -> bytes | None:
    lock = lock_of(row, sources_of(connection, row.id))
    kek = KeyFinder(connection, premises.ring).kek(lock)
    return None if kek is None else unwrap(kek, row.wrapped_dek)


def _open(premises: Premises, row: AnyRow, dek: bytes, *, deep: bool) -> None:
    sealed: bytes | None = row.sealed
    if sealed is None:
        size = premises.content.size(row.content_key)
        if size is None:
            raise UnknownError("Its content is missing.")
        if size != sealed_size(row.size_bytes):
            raise UnknownError(f"Its content has {size} bytes where it should have others.")
    if deep or sealed is not None:
        read = (
            (lambda at, length: sealed[at : at + length])
            if sealed is not None
            else (lambda at, length: premises.content.read(row.content_key, at, length))
        )
        for _ in Opener(dek, row.size_bytes, read).stretches():
            pass


def _check_holds(premises: Premises, report: Report) -> None:
    """What a hold keeps opens with the hold's key, whether or not its own keys are gone."""
    wanted = sa.select(held, artefact).join(artefact, artefact.c.id == held.c.artefact_id)
    for row in premises.database.read(lambda c: c.execute(wanted).all()):
        key = premises.database.read(
            lambda c, hold_id=row.hold_id: premises.ring.secret(c, hold_id)  # type: ignore[misc]
        )
        try:
            if key is None:
                raise UnknownError("The key of its hold is missing.")
            _open(premises, row, unwrap(key, row.wrapped_dek), deep=False)
        except BaileeError as error:
            report.problems.append(f"{row.id}, which a hold keeps: {error.message}")


def _check_orphans(premises: Premises, report: Report) -> None:
    now_ms = premises.now_ms()
    known = premises.database.read(_known_contents)
    orphans = {key for key, _ in premises.content.keys()} - known  # noqa: SIM118
    seen = premises.database.read(
        lambda c: {row.content_key: row.seen_ms for row in c.execute(sa.select(suspect))}
    )
    old = sorted(key for key in orphans if now_ms - seen.get(key, now_ms) >= GRACE_MS)
    premises.content.delete(old)
    report.collected, report.noted = len(old), len(orphans) - len(old)
    fresh = orphans - set(old)
    gone = set(seen) - fresh

    def work(connection: sa.Connection) -> None:
        for keys in _parts(sorted(gone)):
            connection.execute(sa.delete(suspect).where(suspect.c.content_key.in_(keys)))
        added = sorted(fresh - set(seen))
        if added:
            connection.execute(
                sa.insert(suspect), [{"content_key": key, "seen_ms": now_ms} for key in added]
            )

    premises.database.write(work)


def _known_contents(connection: sa.Connection) -> set[str]:
    named = sa.select(artefact.c.content_key).where(artefact.c.content_key.is_not(None))
    return {key for key in connection.scalars(named) if key is not None} | set(
        connection.scalars(sa.select(debris.c.content_key))
    )


def _parts(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for at in range(0, len(keys), _AT_ONCE):
        yield keys[at : at + _AT_ONCE]


def _check_ledger(premises: Premises, report: Report) -> None:
    try:
        publish(premises)
        verifier = parse_vkey(premises.vkey)
        LogReader(premises.log.store, verifier, origin=verifier.name).verify()
    except BaileeError as error:
        report.problems.append(f"The ledger: {error.message}")
    unfinished = sa.select(sa.func.count()).select_from(erasure)
    waiting = premises.database.read(
        lambda c: c.execute(
            unfinished.where(erasure.c.finished_ms.is_(None), erasure.c.unreachable == 0)
        ).scalar_one()
    )
    if waiting:
        report.problems.append(f"{waiting} erasures are not cleaned up: open the vault again.")
