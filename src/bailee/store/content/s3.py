"""Content in an S3 bucket, or in anything that speaks S3 over HTTP."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import chain
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from bailee.errors import BaileeError, InputError, UnavailableError, UnknownError
from bailee.store.content.contract import (
    check_key,
    check_range,
    is_key,
    missing,
    taken,
    too_short,
)

PART_BYTES = 8 << 20
"""Contents up to this size are one request; larger ones are parts of this size."""
PARTS_AT_ONCE = 2
DELETE_BATCH = 1000
"""The most keys one DeleteObjects request may name (Amazon S3 API reference)."""

_OPTIONS = {"endpoint", "region", "allow_http"}
_CLIENT = {"timeout": timedelta(seconds=60), "connect_timeout": timedelta(seconds=5)}
_RETRY = {"max_retries": 3, "retry_timeout": timedelta(seconds=60)}


class S3Content:
    """A `ContentStore` at ``s3://bucket/prefix?endpoint=…&region=…&allow_http=true``.

    Credentials come from the environment (``AWS_ACCESS_KEY_ID`` and its kin), never from the URL.

    *No overwriting* is the server's own conditional write (``If-None-Match: *``) up to
    `PART_BYTES`. Larger contents are multipart uploads, which have no such condition in every
    server: there the key is looked up first, which is enough because keys are random and fresh.
    A crash in the middle of a multipart upload leaves hidden parts, sealed under a key that was
    never kept; give the bucket a rule that aborts incomplete uploads. In a bucket with versions a
    delete hides the bytes; what makes them unreadable is the puncture, as everywhere.
    """

    def __init__(self, url: str) -> None:
        """Take the place apart; nothing is sent.

        Raises:
            InputError: The URL has another shape, or the optional part ``s3`` is not installed.
        """
        self._client = _client()
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query, keep_blank_values=True))
        if parts.scheme != "s3" or not parts.netloc or parts.username or not _known(options):
            raise InputError(
                "An S3 place is s3://BUCKET/PREFIX, with endpoint, region and allow_http "
                "as its only options.",
                hint="Credentials are read from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
            )
        self._url = url
        self._store = _open_bucket(parts.netloc, parts.path.strip("/"), options)

    @property
    def url(self) -> str:
        return self._url

    def put(self, key: str, chunks: Iterable[bytes]) -> int:
        check_key(key)
        counted = _Counted(chunks)
        head = counted.take(PART_BYTES)
        try:
            if counted.ended:
                self._create(key, head)
            else:
                self._upload(key, chain([head], counted))
        except BaileeError:
            if counted.failure is not None:  # not the server: the source's own error stays its own
                raise counted.failure from None
            raise
        return counted.bytes

    def put_many(self, items: Sequence[tuple[str, bytes]]) -> None:
        made: list[str] = []
        try:
            for key, content in items:
                self.put(key, [content])
                made.append(key)
        except BaseException:
            # Whatever stays because the server is away is an orphan, which `fsck` collects.
            self._discard(made)
            raise

    def read(self, key: str, offset: int, length: int) -> bytes:
        check_range(offset, length)
        data = self._range(check_key(key), offset, length) if length else b""
        if len(data) == length and length:
            return data
        size = self.size(key)
        if size is None:
            raise missing(key, self.url)
        if size < offset + length:
            raise too_short(key, self.url, wanted=offset + length, found=size)
        return data

    def size(self, key: str) -> int | None:
        check_key(key)
        try:
            with self._asking(key):
                return int(self._client.head(self._store, key)["size"])
        except UnknownError:
            return None

    def delete(self, keys: Sequence[str]) -> None:
        wanted = [check_key(key) for key in keys]
        # A crash between batches leaves the rest there; the caller repeats the call.
        for first in range(0, len(wanted), DELETE_BATCH):
            try:
                with self._asking(wanted[first]):
                    self._client.delete(self._store, wanted[first : first + DELETE_BATCH])
            except UnknownError:
                continue

    def keys(self) -> Iterator[tuple[str, int]]:
        with self._asking(""):
            for page in self._client.list(self._store):
                for found in page:
                    if is_key(found["path"]):
                        yield found["path"], int(found["size"])

    def close(self) -> None:
        """Nothing stays open between requests."""

    def _create(self, key: str, content: bytes) -> None:
        """One request, which the server refuses if the key is taken: atomic, durable when answered."""
        with self._asking(key):
            self._client.put(self._store, key, content, mode="create", use_multipart=False)

    def _upload(self, key: str, chunks: Iterable[bytes]) -> None:
        """A multipart upload: the key appears whole or, after any exception, not at all."""
        if self.size(key) is not None:
            raise taken(key, self.url)
        with self._asking(key):
            self._client.put(
                self._store, key, iter(chunks), chunk_size=PART_BYTES, max_concurrency=PARTS_AT_ONCE
            )

    def _range(self, key: str, offset: int, length: int) -> bytes:
        """What the server has of the range: fewer bytes, or none, where the content ends."""
        try:
            with self._asking(key):
                got = self._client.get_range(self._store, key, start=offset, length=length)
                return bytes(got)
        except _BeyondError:
            return b""

    def _discard(self, keys: Sequence[str]) -> None:
        try:
            self.delete(keys)
        except UnavailableError:
            return

    @contextmanager
    def _asking(self, key: str) -> Iterator[None]:
        """Say in our words what the server, or the way to it, refused."""
        refused = self._client.exceptions
        try:
            yield
        except refused.AlreadyExistsError:
            raise taken(key, self.url) from None
        except (FileNotFoundError, refused.NotFoundError) as error:
            if "NoSuchBucket" in str(error) or not key:
                raise self._unavailable("it has no such bucket") from None
            raise missing(key, self.url) from None
        except (refused.PermissionDeniedError, refused.UnauthenticatedError):
            raise self._unavailable("it refuses these credentials") from None
        except refused.BaseError as error:
            if "InvalidRange" in str(error):
                raise _BeyondError from None
            raise self._unavailable("it does not answer as S3 should") from error

    def _unavailable(self, evidence: str) -> UnavailableError:
        return UnavailableError(
            f"{self.url} cannot be used: {evidence}.",
            hint="Check the address, the network and the AWS_* credentials, then repeat; nothing "
            "stored before was lost.",
        )


class _BeyondError(Exception):
    """The range begins after the content's end."""


class _Counted:
    """An iterable that counts the bytes it gave, and can give a first stretch as one piece."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self.bytes = 0
        self.ended = False
        self.failure: Exception | None = None

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            chunk = next(self._chunks)
        except StopIteration:
            raise
        except Exception as error:
            self.failure = error
            raise
        self.bytes += len(chunk)
        return chunk

    def take(self, most: int) -> bytes:
        """Chunks until there are more than *most* bytes, or none left: then `ended`."""
        parts: list[bytes] = []
        while self.bytes <= most:
            try:
                parts.append(next(self))
            except StopIteration:
                self.ended = True
                break
        return b"".join(parts)


def _client() -> ModuleType:
    try:
        import obstore  # noqa: PLC0415 an optional part: only those who store in S3 install it
    except ImportError:
        raise InputError(
            "Content in S3 needs an optional part of bailee that is not installed.",
            hint="Install it with `pip install 'bailee[s3]'`.",
        ) from None
    return obstore


def _known(options: dict[str, str]) -> bool:
    return options.keys() <= _OPTIONS and options.get("allow_http", "true") in {"true", "false"}


def _open_bucket(bucket: str, prefix: str, options: dict[str, str]) -> Any:
    """The bucket as obstore knows it. Plain HTTP only where the URL says so."""
    from obstore.store import S3Store  # noqa: PLC0415 the same optional part

    client = {**_CLIENT, "allow_http": options.get("allow_http") == "true"}
    config = {name: options[name] for name in ("endpoint", "region") if name in options}
    # obstore's types name every configuration key; ours come from a URL and were checked above.
    make: Any = S3Store
    return make(bucket, prefix=prefix or None, client_options=client, retry_config=_RETRY, **config)
