"""The end of an upload that is open for more: one request's bytes.

Order of writes: frames → sync → the row says how far it goes. Before that commit a crash leaves
bytes that nobody counts, and that whoever goes on cuts off; after it they are acknowledged, whether
or not the depositor heard of it.
"""

import hashlib
import hmac
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Self

from bailee.custody.staged import FRAME_BYTES, Staged
from bailee.custody.upload_errors import ChecksumError, TooLargeError
from bailee.custody.upload_rows import UploadRows
from bailee.errors import BaileeError, InputError
from bailee.store.database import AnyRow
from bailee.types.upload import Upload

CHECKPOINT_BYTES = 16 << 20
"""So much plaintext at most is lost to a kill or a power cut in the middle of a long request."""
CHECKSUMS = ("sha256", "sha1")
"""Best first. Against accidents on the way: the frames' own seal is against everybody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checksum:
    """What a request says its bytes hash to."""

    algorithm: str
    digest: bytes

    def __post_init__(self) -> None:
        known = self.algorithm in CHECKSUMS
        if not known or len(self.digest) != hashlib.new(self.algorithm).digest_size:
            raise InputError(
                "That checksum is not known here.", hint=f"Use {' or '.join(CHECKSUMS)}."
            )


class Tail:
    """Takes the bytes of one request, and keeps what came even where the request breaks off.

    `commit` at its end; `close` in any case. With a checksum it is all or nothing.
    """

    def __init__(
        self,
        rows: UploadRows,
        staged: Staged,
        row: AnyRow,
        key: bytes,
        *,
        checksum: Checksum | None,
        settle: Callable[[], Upload],
    ) -> None:
        """Use `Staging.append`. The file is *staged*'s, cut to what *row* says of it."""
        self._rows = rows
        self._staged = staged
        self._row = row
        self._key = key
        self._checksum = checksum
        self._hash = hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None
        self._settle = settle
        self._held = bytearray()
        self._sealed: int = row.offset_bytes
        self._counted: int = row.offset_bytes
        self._counted_end = staged.end
        self._is_done = False
        self._turn = threading.Lock()  # a door that is torn down closes while a worker still writes

    @property
    def offset_bytes(self) -> int:
        """Where the next byte goes."""
        return self._sealed + len(self._held)

    @property
    def left_bytes(self) -> int:
        """How many are still to come."""
        return int(self._row.size_bytes) - self.offset_bytes

    def write(self, data: bytes) -> None:
        """Take more bytes.

        Raises:
            TooLargeError: That is more than the upload was said to have.
            NoRoomError: The disk is full; what was acknowledged is kept.
            NoUploadError: It was given up or erased meanwhile.
        """
        with self._turn:
            self._take(data)

    def commit(self) -> Upload:
        """Acknowledge all of it; and take the upload into custody when it is whole.

        Raises:
            ChecksumError: The bytes are not those that were sent; none of them is kept.
            Whatever `write`, and a deposit, raise.
        """
        with self._turn:
            return self._finish()

    def close(self) -> None:
        """Keep what came, unless it was committed, or was to be all or nothing."""
        with self._turn:
            self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _take(self, data: bytes) -> None:
        assert not self._is_done, "nothing follows a commit, a failure or the end"
        if len(data) > self.left_bytes:
            self._give_up()
            raise TooLargeError(
                "That is more than this upload was said to have.",
                hint=f"It has {self._row.size_bytes} bytes; nothing after them is taken.",
            )
        if self._hash is not None:
            self._hash.update(data)
        self._held += data
        while len(self._held) >= FRAME_BYTES:
            self._seal(FRAME_BYTES)
        is_long = self._sealed - self._counted >= CHECKPOINT_BYTES
        # The end counts with the request alone: more of it would be more than was said.
        if is_long and self._checksum is None and self._sealed < self._row.size_bytes:
            self._checkpoint()

    def _finish(self) -> Upload:
        if self._checksum is not None and not self._is_as_sent(self._checksum):
            self._give_up()
            raise ChecksumError
        self._keep()
        self._is_done = True
        return self._settle()

    def _end(self) -> None:
        try:
            if not self._is_done and self._checksum is None:
                self._keep()
        finally:
            self._is_done = True
            with suppress(BaileeError):  # else whoever goes on cuts it off
                self._staged.cut(self._counted_end)
            self._staged.close()

    def _is_as_sent(self, checksum: Checksum) -> bool:
        assert self._hash is not None, "there is one where there is a checksum"
        return hmac.compare_digest(self._hash.digest(), checksum.digest)

    def _keep(self) -> None:
        if self._held:
            self._seal(len(self._held))
        if self._sealed > self._counted:
            self._checkpoint()

    def _seal(self, size: int) -> None:
        with memoryview(self._held) as held:
            piece = bytes(held[:size])
        with self._or_give_up():
            self._staged.add(self._key, piece, self._sealed)
        del self._held[:size]
        self._sealed += size

    @contextmanager
    def _or_give_up(self) -> Iterator[None]:
        """A frame that failed may be there in part: nothing can follow it."""
        try:
            yield
        except BaseException:
            self._give_up()
            raise

    def _checkpoint(self) -> None:
        """What was sealed counts from this commit on."""
        with self._or_give_up():
            self._staged.sync()
            self._counted_end = self._staged.end  # from here on the row may say so
            self._rows.count(
                self._row.id,
                self._counted,
                offset_bytes=self._sealed,
                staged_bytes=self._staged.end,
            )
        self._counted = self._sealed

    def _give_up(self) -> None:
        """Nothing more of this request counts."""
        self._is_done = True
        self._held.clear()
