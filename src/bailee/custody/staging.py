"""Staging: what is handed in piece by piece, with breaks, until it is whole and is deposited.

Plaintext touches no disk: bytes are sealed as they come, under a key that hangs on a secret of the
upload's own in the ring and on those of everybody it is about. So it goes with any of them, and
once the upload has ended the next rotation takes it out of every older copy too.

| step | a crash after it |
|---|---|
| 1. one transaction: row and secret | an upload that begins at 0; dropped when nothing comes |
| 2. frames, synced; then the row counts them | what it does not count is cut off, the rest goes on |
| 3. whole: the deposit; in its transaction the row names it, and the secret goes | before its commit: a content that `fsck` collects, and the next request deposits; after it: it is there, once |
| 4. the file is removed | the sweep does it |

Giving up, or a refusal at the end, is one transaction (row and secret), then 4.
"""

from functools import partial
from pathlib import Path

from bailee.custody import asking, brought, deposit, intent, upload_sweep
from bailee.custody.premises import Premises
from bailee.custody.staged import Staged, room_at
from bailee.custody.tail import Checksum, Tail
from bailee.custody.upload_errors import NoRoomError, OffsetError, TooLargeError
from bailee.custody.upload_rows import Beginning, UploadRows, shown
from bailee.errors import BaileeError, LateArrivalError, UnavailableError
from bailee.store import files
from bailee.store.database import AnyRow
from bailee.types.decide import Principal
from bailee.types.upload import Intended, Limits, Upload, new_upload_id

FOLDER = "uploads"


class Staging:
    """The uploads of one vault. Safe for threads and for several processes."""

    def __init__(self, premises: Premises, limits: Limits) -> None:
        """Use `Vault.staging`."""
        self.limits = limits
        self._premises = premises
        self._rows = UploadRows(premises, limits)
        self._folder: Path = premises.home / FOLDER

    def create(
        self, intended: Intended, size_bytes: int, *, principal: Principal, metadata: str = ""
    ) -> Upload:
        """Begin an upload of *size_bytes*. What a deposit asks is asked now, and again at its end.

        Raises:
            TooLargeError: No upload may be so large.
            TooManyUploadsError: The principal has too many under way.
            NoRoomError: The disk has no room for it.
            Whatever a deposit raises.
        """
        self._require_size(size_bytes)
        item = self._premises.database.read(lambda c: intent.item_of(c, self._premises, intended))
        deposit.check(self._premises, item)
        answer = asking.require(
            self._premises, lambda c: brought.of_deposits(c, self._premises, [item], principal)
        )
        deposit.require_kept(self._premises, [item], answer)
        self._require_room(size_bytes)
        new = Beginning(
            id=new_upload_id(),
            intended=intended,
            item=item,
            size_bytes=size_bytes,
            principal=principal,
            metadata=metadata,
        )
        try:
            self._rows.begin(new)
        except LateArrivalError:
            deposit.log_refused(self._premises, item, principal, why="late")
            raise
        return self.show(new.id, principal=principal)  # one of no bytes is whole

    def show(self, upload_id: str, *, principal: Principal) -> Upload:
        """How far an upload has come. One that is whole is taken into custody, if it was not yet.

        Raises:
            NoUploadError: There is none, or it is not this principal's.
            UploadEndedError: It was dropped.
            Whatever a deposit raises: it is dropped then, unless it may work later.
        """
        row, key = self._rows.find(upload_id, principal)
        if key is None:
            return shown(row)
        if row.offset_bytes < row.size_bytes:
            return shown(row, intent.opened(key, row.id, row.intended)[1])
        with Staged.lock(self._folder, row.id) as staged:
            return self._settle(staged, row.id, principal)

    def append(
        self,
        upload_id: str,
        offset_bytes: int,
        *,
        principal: Principal,
        checksum: Checksum | None = None,
    ) -> Tail:
        """Open an upload for the bytes from *offset_bytes* on; the caller commits and closes it.

        Raises:
            OffsetError: It goes on elsewhere, or is whole.
            UploadBusyError: Another request has it open.
            NoUploadError, UploadEndedError: As `show`.
        """
        self._rows.find(upload_id, principal)  # or nothing is made for it
        staged = Staged.lock(self._folder, upload_id)
        try:
            # Again, now that nobody else writes to it.
            row, key = self._rows.find(upload_id, principal)
            key = _require_there(row, key, offset_bytes)
            self._cut(staged, row)
        except BaseException:
            staged.close()
            raise
        settle = partial(self._settle, staged, row.id, principal)
        return Tail(self._rows, staged, row, key, checksum=checksum, settle=settle)

    def drop(self, upload_id: str, *, principal: Principal) -> None:
        """Give an upload up: nobody opens what came of it any more, and its bytes are deleted.

        What it became, if it was deposited, stays. Raises as `show` does.
        """
        row, key = self._rows.find(upload_id, principal)
        if key is None:
            self._rows.forget(row)
        elif self._rows.end(row):
            # A crash before this leaves a file that nobody opens; the sweep removes it.
            files.discard(self._folder / row.id)
        else:  # bytes came at this moment
            self.drop(upload_id, principal=principal)

    def sweep(self) -> int:
        """Drop what nothing came to for too long or is hopeless, and what a crash left; how many."""
        return upload_sweep.sweep(self._premises, self._rows, self._folder)

    # -- what may begin -------------------------------------------------------------------

    def _require_size(self, size_bytes: int) -> None:
        most = self.limits.most_bytes
        if not 0 <= size_bytes <= most:
            raise TooLargeError(
                "That is more than bailee takes at once.", hint=f"It takes up to {most} bytes."
            )

    def _require_room(self, size_bytes: int) -> None:
        """Room for all that is promised, for this, and for its copy in custody on the same disk."""
        here = self._premises.content.url.startswith("file:")
        wanted = self._rows.promised_bytes() + size_bytes * (2 if here else 1)
        with room_at(self._folder):
            if files.room_at(self._premises.home) < wanted + self.limits.reserve_bytes:
                raise NoRoomError

    # -- what is whole --------------------------------------------------------------------

    def _cut(self, staged: Staged, row: AnyRow) -> None:
        """Let the file end where the row says; where it ends before that, the upload is lost."""
        try:
            staged.cut(row.staged_bytes)
        except BaileeError:
            self._rows.end(row)
            staged.remove()
            raise

    def _settle(self, staged: Staged, upload_id: str, principal: Principal) -> Upload:
        """Take the upload into custody if it is whole and was not yet. Holds the file's lock."""
        row, key = self._rows.find(upload_id, principal)
        if key is not None and row.offset_bytes < row.size_bytes:
            return shown(row)
        if key is not None:
            self._cut(staged, row)
            self._deposit(staged, row, key, principal)
        staged.remove()
        return shown(self._rows.find(upload_id, principal)[0])

    def _deposit(self, staged: Staged, row: AnyRow, key: bytes, principal: Principal) -> None:
        try:
            intended, _ = intent.opened(key, row.id, row.intended)
            content = staged.read(key, row.size_bytes)
            item = self._premises.database.read(
                lambda c: intent.item_of(c, self._premises, intended, content)
            )
            deposit.deposit(
                self._premises,
                item,
                principal=principal,
                beside=partial(self._rows.note, row=row),
            )
        except UnavailableError as error:
            self._tell_room(row.size_bytes, error)
            raise
        except BaileeError:
            self._rows.end(row)  # a crash before this: the next request is refused as this one
            staged.remove()
            raise

    def _tell_room(self, size_bytes: int, error: UnavailableError) -> None:
        """Say that the disk is full, where that is why it could not be stored."""
        if files.room_at(self._premises.home) < size_bytes:
            raise NoRoomError from error


def _require_there(row: AnyRow, key: bytes | None, offset_bytes: int) -> bytes:
    if key is None or row.offset_bytes != offset_bytes:
        raise OffsetError(row.offset_bytes)
    return key
