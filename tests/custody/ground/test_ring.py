"""The ring over both databases, against a model that writes every leaf out."""

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from bailee.errors import EvidenceError
from bailee.keytree import Interval, derive_leaf, root_node
from bailee.seal import unwrap
from bailee.seal.wrap import UnwrapError
from bailee.store.copies import verify_ring, write_copy
from bailee.store.database import Database
from bailee.store.rewrap import rewrap
from bailee.store.ring import Ring, StreamAddress, covered, uncovered
from bailee.store.tables import RING_TABLES, Leaf, node, shard, state, stream
from bailee.types.ids import StreamId

HEIGHT = 8
LEAVES = 1 << HEIGHT
TOP = 64
ROOT = b"R" * 32


def founded(database: Database) -> Ring:
    """A state row and one shard, under ROOT."""
    ring = Ring({1: ROOT, 2: b"S" * 32, 3: b"T" * 32}.__getitem__)

    def work(connection: sa.Connection) -> None:
        connection.execute(
            sa.insert(state).values(
                id=1,
                schema_version=1,
                vault_id=b"v" * 16,
                generation=1,
                epoch=0,
                expired_before=0,
                rotated_ms=0,
                rotation_open=0,
            )
        )
        ring.make_shard(connection, "a")

    database.write(work)
    return ring


def a_stream(database: Database, ring: Ring, height: int = TOP, device: str = "d") -> StreamId:
    address = StreamAddress(account_id="a", person_id="p", device_id=device, kind="")
    return database.write(lambda c: ring.make_stream(c, address, "a", height=height))


def cut(database: Database, ring: Ring, stream_id: StreamId, begin: int, last: int) -> bool:
    return database.write(lambda c: ring.cut(c, stream_id, Interval(begin, last)))


def leaf_key(database: Database, ring: Ring, stream_id: StreamId, leaf: int) -> bytes | None:
    return database.read(lambda c: ring.leaf_key(c, stream_id, leaf))


def shard_key(database: Database, ring: Ring, shard_id: str) -> bytes:
    return database.write(lambda c: ring.lock_shard(c, shard_id))


def every_leaf(database: Database, ring: Ring, stream_id: StreamId) -> list[bytes | None]:
    return database.read(lambda c: [ring.leaf_key(c, stream_id, leaf) for leaf in range(LEAVES)])


_gone = st.tuples(st.integers(0, LEAVES - 1), st.integers(0, LEAVES - 1)).map(sorted)


@given(cuts=st.lists(_gone, max_size=5), within=_gone)
@settings(max_examples=12)
def test_the_ring_is_what_the_model_says(
    database: Database, cuts: list[list[int]], within: list[int]
) -> None:
    """node_over, cut, live_runs, is_live and both SQL questions, after any cuts in any order."""
    with database._writer.begin() as connection:  # an example begins with nothing
        for table in (node, stream, shard, state):
            connection.execute(sa.delete(table))
    ring = founded(database)
    stream_id = a_stream(database, ring, HEIGHT)
    before = every_leaf(database, ring, stream_id)
    model = [True] * LEAVES
    for begin, last in cuts:
        lost = cut(database, ring, stream_id, begin, last)
        assert lost == any(model[begin : last + 1])
        model[begin : last + 1] = [False] * (last + 1 - begin)
    assert every_leaf(database, ring, stream_id) == [
        key if alive else None for key, alive in zip(before, model, strict=True)
    ]

    def ask(connection: sa.Connection) -> None:
        live = ring.live_runs(connection, stream_id, Interval(*within))
        named = [leaf for run in live for leaf in range(run.begin, run.last + 1)]
        assert named == [leaf for leaf in range(within[0], within[1] + 1) if model[leaf]]
        for leaf in {0, LEAVES - 1, *within, *(end for cut in cuts for end in cut)}:
            assert ring.is_live(connection, stream_id, leaf) == model[leaf]
            stream_, leaf_ = sa.literal(int(stream_id)), sa.literal(leaf, type_=Leaf())
            alive, dead = covered(stream_, leaf_), uncovered(stream_, leaf_)
            said = connection.execute(sa.select(alive.label("alive"), dead.label("dead"))).one()
            assert bool(said.alive) == model[leaf]
            assert bool(said.dead) != model[leaf]

    database.read(ask)


def test_one_leaf_costs_64_rows_however_many_there_are(database: Database) -> None:
    """The stored form of a whole tree is one row; without one leaf, 64; without a run, at most 128."""
    ring = founded(database)
    for begin, last, most in ((5, 5, 64), (2**63 - 1, 2**63, 128)):
        stream_id = a_stream(database, ring, device=str(begin))
        cut(database, ring, stream_id, begin, last)
        assert 1 < _rows(database, stream_id) <= most


def _rows(database: Database, stream_id: StreamId) -> int:
    count = sa.select(sa.func.count()).where(node.c.stream_id == stream_id)
    return database.read(lambda c: c.scalar(count)) or 0


def test_a_tree_in_rows_is_the_tree(database: Database) -> None:
    """Leaves at both ends of 64 bits, before and after a cut, are those of the pure tree."""
    ring = founded(database)
    stream_id = a_stream(database, ring)
    whole = database.read(lambda c: ring.node_over(c, stream_id, 0))
    assert whole is not None
    assert whole.span_bits == 64
    cut(database, ring, stream_id, 2**63, 2**63 + 7)
    for leaf in (0, 2**63 - 1, 2**63 + 8, 2**64 - 1):
        expected = derive_leaf(root_node(whole.key, 64), leaf)
        assert leaf_key(database, ring, stream_id, leaf) == expected
    assert leaf_key(database, ring, stream_id, 2**63 + 3) is None


def renewed(database: Database, old_root: bytes, generation: int, new_root: bytes) -> int:
    return database.write(
        lambda c: rewrap(c, old_root=old_root, generation=generation, new_root=new_root)
    )


def is_dirty(database: Database, shard_id: str = "a") -> bool:
    wanted = sa.select(shard.c.dirty).where(shard.c.id == shard_id)
    return bool(database.read(lambda c: c.scalar(wanted)))


def test_whatever_loses_a_key_marks_its_shard(database: Database) -> None:
    """A cut, a dropped stream, a dropped secret; cutting what is gone loses nothing more."""
    ring = founded(database)
    stream_id = a_stream(database, ring)
    database.write(lambda c: ring.put_secret(c, "s", "a"))
    assert not is_dirty(database)
    losses: tuple[Callable[[sa.Connection], object], ...] = (
        lambda c: ring.cut(c, stream_id, Interval(1, 2)),
        lambda c: ring.drop_streams(c, "a", [stream_id]),
        lambda c: ring.drop_secrets(c, "a", ["s"]),
    )
    for lose in losses:
        database.write(lose)
        assert is_dirty(database)
        database.write(lambda c: c.execute(sa.update(shard).values(dirty=0)))
        database.write(lose)
        assert not is_dirty(database)


def test_a_cut_that_is_undone_cut_nothing(database: Database) -> None:
    """A crash before the commit leaves the ring as it was."""
    ring = founded(database)
    stream_id = a_stream(database, ring, HEIGHT)
    before = every_leaf(database, ring, stream_id)

    def work(connection: sa.Connection) -> None:
        ring.cut(connection, stream_id, Interval(3, 90))
        raise KeyError

    with pytest.raises(KeyError):
        database.write(work)
    assert every_leaf(database, ring, stream_id) == before
    assert not is_dirty(database)


def test_wrapping_again_changes_no_key(database: Database) -> None:
    """Every live leaf and secret is the same under the next root, and under the one after."""
    ring = founded(database)
    stream_id = a_stream(database, ring, HEIGHT)
    database.write(lambda c: ring.put_secret(c, "s", "a"))
    cut(database, ring, stream_id, 10, 20)
    before = every_leaf(database, ring, stream_id)
    secret = database.read(lambda c: ring.secret(c, "s"))
    roots = {1: ROOT, 2: b"S" * 32, 3: b"T" * 32}
    for generation, fresh in ((2, 1), (3, 0)):
        assert renewed(database, roots[generation - 1], generation, roots[generation]) == fresh
        assert every_leaf(database, ring, stream_id) == before
        assert database.read(lambda c: ring.secret(c, "s")) == secret


def test_only_a_shard_that_lost_something_gets_a_fresh_key(database: Database) -> None:
    """An old copy of its rows then opens with nothing that exists; the others' rows are untouched."""
    ring = founded(database)
    database.write(lambda c: ring.make_shard(c, "b"))
    database.write(lambda c: ring.put_secret(c, "in b", "b"))
    stream_id = a_stream(database, ring)
    cut(database, ring, stream_id, 1, 1)
    old = database.read(
        lambda c: c.execute(sa.select(node.c.begin, node.c.wrapped_key)).all()  # of shard "a"
    )
    keys = {shard_id: shard_key(database, ring, shard_id) for shard_id in ("a", "b")}
    renewed(database, ROOT, 2, b"S" * 32)
    now = {shard_id: shard_key(database, ring, shard_id) for shard_id in ("a", "b")}
    assert now["b"] == keys["b"]
    assert now["a"] != keys["a"]
    for row in old:
        with pytest.raises(UnwrapError):
            unwrap(now["a"], row.wrapped_key)


def test_the_wrong_root_changes_nothing(database: Database) -> None:
    """A rotation that begins from another root stops before it writes."""
    ring = founded(database)
    stream_id = a_stream(database, ring, HEIGHT)
    before = every_leaf(database, ring, stream_id)
    with pytest.raises(UnwrapError):
        renewed(database, b"?" * 32, 2, b"S" * 32)
    assert every_leaf(database, ring, stream_id) == before


def test_a_copy_of_the_ring_opens_with_its_root_alone(database: Database, tmp_path: Path) -> None:
    """And says which erasures it knows; a single changed byte in it is found."""
    ring = founded(database)
    a_stream(database, ring)
    database.write(lambda c: c.execute(sa.update(state).values(epoch=7)))
    copy = tmp_path / "ring.sqlite"
    database.read(lambda c: write_copy(c, copy, RING_TABLES))
    assert verify_ring(copy, ROOT) == 7
    with pytest.raises(UnwrapError):
        verify_ring(copy, b"S" * 32)
    engine = sa.create_engine(f"sqlite:///{copy}")
    with engine.begin() as connection:
        connection.execute(sa.update(node).values(wrapped_key=secrets.token_bytes(40)))
    engine.dispose()
    with pytest.raises(UnwrapError):
        verify_ring(copy, ROOT)


def test_a_shard_that_is_missing_is_told(database: Database) -> None:
    """Not guessed at, and not made."""
    ring = founded(database)
    with pytest.raises(EvidenceError, match="shard"):
        database.write(lambda c: ring.put_secret(c, "s", "nowhere"))
