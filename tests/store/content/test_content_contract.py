"""The contract of `ContentStore`, kept by the folder and by S3 over HTTP."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from bailee.errors import (
    ConflictError,
    EvidenceError,
    InputError,
    UnavailableError,
    UnknownError,
)
from bailee.store.content import ContentStore, FolderContent, S3Content, open_content

KEY = "art_abcdefghijklmnop"
OTHER = "art_ponmlkjihgfedcba"
LARGE = (8 << 20) + 1
"""More than one request of S3 holds here."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """S3 over HTTP on this machine, with one bucket: its address."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "a-key-for-tests")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "not-a-secret")
        patch.setenv("MOTO_ALLOW_NONEXISTENT_REGION", "true")
        moto = ThreadedMotoServer(port=0, verbose=False)
        moto.start()
        host, port = moto.get_host_and_port()
        endpoint = f"http://{host}:{port}".replace("0.0.0.0", "127.0.0.1")
        boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1").create_bucket(
            Bucket="vault"
        )
        yield endpoint
        moto.stop()


def s3_url(endpoint: str, prefix: str) -> str:
    return f"s3://vault/{prefix}?endpoint={endpoint}&region=us-east-1&allow_http=true"


@pytest.fixture(params=["folder", "folder, a sync each", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ContentStore]:
    made: ContentStore
    if request.param == "s3":
        endpoint = request.getfixturevalue("server")
        made = S3Content(s3_url(endpoint, f"{tmp_path.parent.name}/{tmp_path.name}"))
    else:
        made = FolderContent(tmp_path / "content", share_syncs=request.param == "folder")
    yield made
    made.close()


def test_what_was_put_is_read_in_any_range(store: ContentStore) -> None:
    """Every range inside comes back exactly; the size and the length returned agree."""
    assert store.put(KEY, [b"sealed", b"", b" bytes"]) == 12
    assert store.size(KEY) == 12
    for offset in range(13):
        for length in range(13 - offset):
            assert store.read(KEY, offset, length) == b"sealed bytes"[offset : offset + length]


def test_empty_content_is_content(store: ContentStore) -> None:
    assert store.put(KEY, []) == 0
    assert store.size(KEY) == 0
    assert store.read(KEY, 0, 0) == b""


def test_large_content_is_whole(store: ContentStore) -> None:
    """Across the border between one request and several."""
    chunks = [bytes([number]) * 65536 for number in range(LARGE // 65536)] + [b"!"]
    assert store.put(KEY, iter(chunks)) == LARGE
    assert store.size(KEY) == LARGE
    assert store.read(KEY, 65535, 2) == b"\x00\x01"
    assert store.read(KEY, LARGE - 2, 2) == bytes([LARGE // 65536 - 1]) + b"!"
    with pytest.raises(ConflictError):
        store.put(KEY, iter(chunks))


def test_a_key_is_never_overwritten(store: ContentStore) -> None:
    store.put(KEY, [b"first"])
    with pytest.raises(ConflictError, match="already stored"):
        store.put(KEY, [b"second"])
    assert store.read(KEY, 0, 5) == b"first"


def test_reading_beyond_the_end_is_evidence(store: ContentStore) -> None:
    """A range that ends, or begins, beyond the content never comes back short."""
    store.put(KEY, [b"12345"])
    for offset, length in [(0, 6), (4, 2), (5, 1), (6, 0), (900, 9)]:
        with pytest.raises(EvidenceError, match="ends at byte 5"):
            store.read(KEY, offset, length)


def test_what_is_missing_is_unknown(store: ContentStore) -> None:
    assert store.size(KEY) is None
    for length in (0, 1):
        with pytest.raises(UnknownError):
            store.read(KEY, 0, length)


def test_delete_is_idempotent(store: ContentStore) -> None:
    """Missing keys, repeated keys and no keys are all fine; a deleted key may be stored again."""
    store.put(KEY, [b"x"])
    store.delete([KEY, OTHER, KEY])
    store.delete([KEY])
    store.delete([])
    assert store.size(KEY) is None
    assert store.put(KEY, [b"y"]) == 1


def test_keys_lists_what_is_there(store: ContentStore) -> None:
    store.put(KEY, [b"x"])
    store.put_many([(OTHER, b"yy"), ("art_qqqqqqqqqqqqqqqq", b"zzz")])
    store.delete([KEY])
    assert dict(store.keys()) == {OTHER: 2, "art_qqqqqqqqqqqqqqqq": 3}


def test_put_many_stores_all_or_none(store: ContentStore) -> None:
    """A key that is taken, by another content or within the same call, undoes the others."""
    store.put(KEY, [b"first"])
    for taken in (KEY, OTHER):
        with pytest.raises(ConflictError):
            store.put_many([(OTHER, b"a"), ("art_qqqqqqqqqqqqqqqq", b"b"), (taken, b"c")])
        assert dict(store.keys()) == {KEY: 5}
    assert store.read(KEY, 0, 5) == b"first"


@pytest.mark.parametrize("before", [0, 1, LARGE])
def test_a_source_that_fails_leaves_nothing(store: ContentStore, before: int) -> None:
    """Before the first byte, after some, after several parts; the source's own error comes out."""

    def source() -> Iterator[bytes]:
        yield b"x" * before
        raise FileNotFoundError("the camera is gone")

    with pytest.raises(FileNotFoundError, match="the camera is gone"):
        store.put(KEY, source())
    assert store.size(KEY) is None
    assert list(store.keys()) == []
    assert store.put(KEY, [b"again"]) == 5


@pytest.mark.parametrize(
    "key",
    ["", "short", "../../../etc/passwd", "art_abcdefgh/../x", "art_ABCDEFGHIJ", "art_abcdefghijk1",
     "art_abcdefgh\n", "a" * 65, "art_abcdefgh\0", "art_äöüabcdefgh"],
    ids=["empty", "short", "path", "path inside", "capitals", "digit one", "newline", "long", "nul",
         "umlaut"],
)  # fmt: skip
def test_no_other_name_is_a_key(store: ContentStore, key: str) -> None:
    """No path is ever made of anything that is not a key."""
    acts: list[Callable[[], object]] = [
        lambda: store.put(key, [b"x"]),
        lambda: store.put_many([(key, b"x")]),
        lambda: store.read(key, 0, 1),
        lambda: store.size(key),
        lambda: store.delete([key]),
    ]
    for act in acts:
        with pytest.raises(InputError):
            act()
    assert list(store.keys()) == []


def test_a_range_is_not_negative(store: ContentStore) -> None:
    store.put(KEY, [b"12345"])
    for offset, length in [(-1, 1), (0, -1)]:
        with pytest.raises(InputError):
            store.read(KEY, offset, length)


def test_threads_put_read_and_delete_at_once(store: ContentStore) -> None:
    """Eight threads, each with keys of its own, and one key that all want: one gets it."""
    letters = "abcdefgh"
    start = threading.Barrier(len(letters))

    def work(letter: str) -> int:
        start.wait()
        for number in "234567":
            key = f"art_{letter * 12}{number * 2}"
            store.put(key, [letter.encode() * 100, number.encode()])
            assert store.read(key, 99, 2) == (letter + number).encode()
            if number in "246":
                store.delete([key])
        try:
            store.put(KEY, [letter.encode()])
        except ConflictError:
            return 0
        return 1

    with ThreadPoolExecutor(len(letters)) as pool:
        assert sum(pool.map(work, letters)) == 1
    assert len(list(store.keys())) == 3 * len(letters) + 1


def test_open_content_takes_paths_and_urls(tmp_path: Path) -> None:
    """A path and a file URL are the same folder; anything else is refused, with a hint."""
    open_content(str(tmp_path / "a b")).put(KEY, [b"x"])
    assert open_content((tmp_path / "a b").as_uri()).read(KEY, 0, 1) == b"x"
    for url in ["", "ftp://host/x", "file://elsewhere/x", "s3://", "s3://b?secret=x", "s3://u:p@b"]:
        with pytest.raises(InputError) as refused:
            open_content(url)
        assert refused.value.hint


_HUGE = """
import json, resource, sys
from bailee.store.content import open_content
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
store = open_content(sys.argv[1])
store.put("art_warmwarmwarmwarm", (b"x" * 65536 for _ in range(300)))
before = peak()
store.put("art_hugehugehugehuge", (b"x" * 65536 for _ in range(2560)))
print(json.dumps([store.size("art_hugehugehugehuge"), peak() - before]))
"""


@pytest.mark.parametrize("kind", ["folder", "s3"])
def test_huge_content_streams_in_bounded_memory(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """160 MiB cost no more than 48 MiB beyond what 19 MiB cost."""
    url = str(tmp_path)
    if kind == "s3":
        url = s3_url(request.getfixturevalue("server"), tmp_path.name)
    run = subprocess.run(
        [sys.executable, "-c", _HUGE, url], capture_output=True, check=True, env=os.environ.copy()
    )
    size, growth_kib = json.loads(run.stdout)
    assert size == 160 << 20
    assert growth_kib < 48 << 10


def test_s3_that_is_away_is_unavailable(server: str) -> None:
    """A closed port, an unknown bucket: said so, and not mistaken for missing content."""
    moto = ThreadedMotoServer(port=0, verbose=False)
    moto.start()
    _, port = moto.get_host_and_port()
    moto.stop()
    away = S3Content(f"s3://vault?endpoint=http://127.0.0.1:{port}&region=r&allow_http=true")
    unknown = S3Content(f"s3://nobody?endpoint={server}&region=us-east-1&allow_http=true")
    for store in (away, unknown):
        for act in acts_on(store):
            with pytest.raises(UnavailableError) as refused:
                act()
            assert refused.value.hint


def acts_on(store: ContentStore) -> list[Callable[[], object]]:
    return [
        lambda: store.put(KEY, [b"x"]),
        lambda: store.read(KEY, 0, 1),
        lambda: store.delete([KEY]),
        lambda: list(store.keys()),
    ]


def test_without_its_optional_part_s3_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "obstore", None)
    with pytest.raises(InputError, match=r"pip install 'bailee\[s3\]'"):
        open_content("s3://vault")
