"""Sealed bytes: 64 KiB chunks of AES-256-GCM, each told its place and whether it is the last.

The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015), as in age: the nonce is eleven
bytes of big-endian chunk number and one byte that is 1 on the last chunk only. A DEK seals one
content, so nonces never repeat. Chunks cannot be reordered, dropped or added unseen, and any one
opens by itself: seeking is arithmetic.
"""

from collections.abc import Callable, Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bailee.errors import EvidenceError

CHUNK_SIZE = 65_536
TAG_SIZE = 16
_SEALED_CHUNK = CHUNK_SIZE + TAG_SIZE
_SMALL_NONCE = b"\xff" * 12  # no chunk number reaches it: 2**88 chunks


class ChunkError(EvidenceError):
    """A chunk does not open."""

    def __init__(self, index: int) -> None:
        super().__init__(
            f"Chunk {index} of a content does not verify: it was damaged, cut or exchanged.",
            hint="Run `bailee fsck`; if the disk is failing, restore the content from a backup.",
        )


def _nonce(index: int, *, last: bool) -> bytes:
    return index.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


def chunk_count(size: int) -> int:
    """How many chunks hold *size* bytes of plaintext: at least one, so that an end is marked."""
    return max(1, -(-size // CHUNK_SIZE))


def sealed_size(size: int) -> int:
    """How many bytes *size* bytes of plaintext take when sealed."""
    return size + TAG_SIZE * chunk_count(size)


def _whole_chunks(blocks: Iterable[bytes]) -> Iterator[memoryview]:
    """Cut *blocks* of any length into runs of whole chunks, and a last run that may end in part.

    At least a byte is held back while more may come, so that only the last run holds the end.
    """
    held = b""
    for block in blocks:
        whole = held + block if held else block
        keep = (len(whole) - 1) // CHUNK_SIZE * CHUNK_SIZE if whole else 0
        if keep:
            yield memoryview(whole)[:keep]
        held = whole[keep:]
    yield memoryview(held)


def seal_stream(dek: bytes, blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Seal *blocks* of any length; holds about one block in memory, sealed and unsealed."""
    aead = AESGCM(dek)
    index = 0
    runs = _whole_chunks(blocks)
    run = next(runs)
    while True:
        following = next(runs, None)
        yield _seal_run(aead, index, run, last=following is None)
        if following is None:
            return
        index, run = index + len(run) // CHUNK_SIZE, following


def _seal_run(aead: AESGCM, index: int, run: memoryview, *, last: bool) -> bytes:
    """Seal consecutive chunks; *last* says that the final one of them ends the content."""
    count = chunk_count(len(run))
    sealed = bytearray(sealed_size(len(run)))
    out = memoryview(sealed)
    for number in range(count):
        chunk = run[number * CHUNK_SIZE : (number + 1) * CHUNK_SIZE]
        nonce = _nonce(index + number, last=last and number == count - 1)
        into = out[number * _SEALED_CHUNK :][: len(chunk) + TAG_SIZE]
        aead.encrypt_into(nonce, chunk, None, into)
    return bytes(sealed)


def seal_small(dek: bytes, plain: bytes) -> bytes:
    """Seal a description under the DEK of its artefact; once for each DEK."""
    return AESGCM(dek).encrypt(_SMALL_NONCE, plain, None)


def open_small(dek: bytes, sealed: bytes) -> bytes:
    """Open what `seal_small` sealed. Raises `ChunkError` if *sealed* (untrusted) was changed."""
    try:
        return AESGCM(dek).decrypt(_SMALL_NONCE, sealed, None)
    except InvalidTag as error:
        raise ChunkError(0) from error


class Opener:
    """Opens any range of one sealed content, reading only the chunks it needs."""

    def __init__(self, dek: bytes, size: int, read: Callable[[int, int], bytes]) -> None:
        """Take the DEK, the size of the plaintext, and how to read ``(offset, length)`` sealed."""
        self._aead = AESGCM(dek)
        self._size = size
        self._read = read
        self._chunks = chunk_count(size)

    def stretches(
        self, begin: int = 0, end: int | None = None, *, chunks_at_once: int = 16
    ) -> Iterator[bytes]:
        """Plaintext ``begin … end`` (half-open), in stretches of up to 16 chunks (1 MiB).

        Requires ``0 <= begin <= end <= size``.

        Raises:
            ChunkError: A chunk (untrusted) does not verify; nothing of it was yielded.
        """
        end = self._size if end is None else end
        assert 0 <= begin <= end <= self._size, (begin, end, self._size)
        first, last = begin // CHUNK_SIZE, max(begin, end - 1) // CHUNK_SIZE
        if begin == end and self._size:
            return
        for at in range(first, min(last, self._chunks - 1) + 1, chunks_at_once):
            upto = min(at + chunks_at_once, last + 1, self._chunks)
            plain = b"".join(self._open(at, upto))
            offset = at * CHUNK_SIZE
            piece = plain[max(begin - offset, 0) : end - offset]
            if piece:
                yield piece

    def _open(self, first: int, upto: int) -> Iterator[bytes]:
        begin = first * _SEALED_CHUNK
        length = min(upto * _SEALED_CHUNK, sealed_size(self._size)) - begin
        sealed = memoryview(self._read(begin, length))
        if len(sealed) != length:
            raise ChunkError(first)
        for index in range(first, upto):
            chunk = sealed[(index - first) * _SEALED_CHUNK :][:_SEALED_CHUNK]
            try:
                nonce = _nonce(index, last=index == self._chunks - 1)
                yield self._aead.decrypt(nonce, chunk, None)
            except InvalidTag as error:
                raise ChunkError(index) from error
