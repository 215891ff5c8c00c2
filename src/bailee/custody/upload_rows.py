"""The rows of uploads, and the secrets their keys hang on: begun, found, ended."""

import json
from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa

from bailee.custody import address, intent
from bailee.custody.premises import Premises
from bailee.custody.upload_errors import NoUploadError, TooManyUploadsError, UploadEndedError
from bailee.store.database import AnyRow
from bailee.store.upload_tables import upload
from bailee.types.decide import Principal
from bailee.types.ids import RecordingId
from bailee.types.recording import Deposit, Deposited
from bailee.types.upload import Intended, Limits, Upload, UploadId, parse_upload_id

IS_OPEN = upload.c.ended_ms.is_(None)
_row_of = sa.select(upload).where(upload.c.id == sa.bindparam("id"))
_promised = sa.select(sa.func.sum(upload.c.size_bytes - upload.c.offset_bytes)).where(IS_OPEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """An upload that is about to begin."""

    id: UploadId
    intended: Intended
    item: Deposit
    size_bytes: int
    principal: Principal
    metadata: str


class UploadRows:
    """What the database knows of the uploads of one vault."""

    def __init__(self, premises: Premises, limits: Limits) -> None:
        self._premises = premises
        self._limits = limits

    def promised_bytes(self) -> int:
        """How much is yet to come, of all uploads under way."""
        return int(self._premises.database.read(lambda c: c.scalar(_promised)) or 0)

    # -- beginning ------------------------------------------------------------------------

    def begin(self, new: Beginning) -> None:
        """Row and secret, with the account locked: no erasure slips in between.

        One transaction: a crash before its commit leaves nothing.
        """
        self._premises.database.write(partial(self._insert, new=new))

    def _insert(self, connection: sa.Connection, new: Beginning) -> None:
        premises, intended = self._premises, new.intended
        if not address.lock_account(connection, intended.account_id):
            raise NoUploadError
        intent.refuse_late(connection, premises, new.item)
        self._require_few(connection, new.principal)
        others = intent.others_of(connection, intended)
        person_id, device_id = intended.person_id or "", intended.device_id or ""
        whose = (intended.account_id, person_id, device_id, *others)
        premises.ring.put_secret(connection, new.id, intended.account_id)
        key = intent.key_of(connection, premises, new.id, whose)
        if key is None:
            raise NoUploadError
        connection.execute(
            sa.insert(upload).values(
                id=new.id,
                account_id=intended.account_id,
                person_id=person_id,
                device_id=device_id,
                others=json.dumps(others),
                by_id=new.principal.id,
                size_bytes=new.size_bytes,
                offset_bytes=0,
                staged_bytes=0,
                expires_ms=self._next_expiry(),
                intended=intent.seal(key, new.id, intended, new.metadata),
            )
        )

    def _require_few(self, connection: sa.Connection, principal: Principal) -> None:
        mine = sa.select(sa.func.count()).where(upload.c.by_id == principal.id, IS_OPEN)
        if connection.execute(mine).scalar_one() >= self._limits.most_open:
            raise TooManyUploadsError(self._limits.most_open)

    def _next_expiry(self) -> int:
        return self._premises.now_ms() + self._limits.idle_ms

    # -- finding --------------------------------------------------------------------------

    def find(self, upload_id: str, principal: Principal) -> tuple[AnyRow, bytes | None]:
        """The row, and the key of its bytes while it goes on: None once it was deposited.

        Raises:
            NoUploadError: There is none, it is not the principal's, or whom it was about is gone.
            UploadEndedError: It was dropped, or nothing came for too long.
        """
        known = parse_upload_id(upload_id)
        row, key = self._premises.database.read(partial(self._read, upload_id=known))
        if row is None or row.by_id != principal.id:
            raise NoUploadError
        if row.recording_id is not None:
            return row, None
        over = row.expires_ms if row.ended_ms is None else row.ended_ms
        if over <= self._premises.now_ms():
            raise UploadEndedError(over)
        if key is None:
            raise NoUploadError
        return row, key

    def _read(
        self, connection: sa.Connection, upload_id: str
    ) -> tuple[AnyRow | None, bytes | None]:
        row = connection.execute(_row_of, {"id": upload_id}).one_or_none()
        return row, None if row is None else self.key(connection, row)

    def key(self, connection: sa.Connection, row: AnyRow) -> bytes | None:
        """The key of an upload's bytes; None once it ended, or somebody it is about was erased."""
        whose = (row.account_id, row.person_id, row.device_id, *json.loads(row.others))
        return intent.key_of(connection, self._premises, row.id, whose)

    # -- going on, and the end ------------------------------------------------------------

    def count(self, row_id: str, before: int, *, offset_bytes: int, staged_bytes: int) -> None:
        """Acknowledge bytes: they were at *before*. Raises `NoUploadError` if it ended meanwhile."""
        counting = (
            sa.update(upload)
            .where(upload.c.id == row_id, upload.c.offset_bytes == before, IS_OPEN)
            .values(
                offset_bytes=offset_bytes,
                staged_bytes=staged_bytes,
                expires_ms=self._next_expiry(),
            )
        )
        if self._premises.database.write(lambda c: c.execute(counting).rowcount) != 1:
            raise NoUploadError

    def note(self, connection: sa.Connection, done: Deposited, *, row: AnyRow) -> None:
        """In the transaction of the deposit: what it became. So it is deposited once."""
        if not self._end(connection, row, recording_id=done.recording_id):
            raise NoUploadError

    def end(self, row: AnyRow) -> bool:
        """Drop an upload that goes on as *row* says: its key, and what it was to become.

        Not if bytes came since: False then. Idempotent.
        """
        return self._premises.database.write(lambda c: self._end(c, row))

    def _end(
        self, connection: sa.Connection, row: AnyRow, *, recording_id: str | None = None
    ) -> bool:
        now_ms = self._premises.now_ms()
        ended = connection.execute(
            sa.update(upload)
            .where(upload.c.id == row.id, upload.c.offset_bytes == row.offset_bytes, IS_OPEN)
            .values(
                ended_ms=now_ms,
                expires_ms=self._next_expiry(),
                recording_id=recording_id,
                intended=b"",
            )
        )
        if ended.rowcount != 1:
            return False
        self._premises.ring.drop_secrets(connection, row.account_id, [row.id])
        return True

    def forget(self, row: AnyRow) -> None:
        """Take away the row of an upload that was deposited."""
        gone = sa.delete(upload).where(upload.c.id == row.id)
        self._premises.database.write(lambda c: c.execute(gone))


def shown(row: AnyRow, metadata: str = "") -> Upload:
    """A row as its depositor sees it."""
    recording_id = row.recording_id
    return Upload(
        id=UploadId(row.id),
        size_bytes=row.size_bytes,
        offset_bytes=row.offset_bytes,
        expires_ms=row.expires_ms,
        metadata=metadata,
        recording_id=None if recording_id is None else RecordingId(recording_id),
    )
