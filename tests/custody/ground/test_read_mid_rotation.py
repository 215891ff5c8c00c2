"""Readers and rotations at once: the old root ends while somebody still reads what hung on it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from unittest import mock

import pytest
import sqlalchemy as sa

from bailee.custody.found import LEDGER_SECRET
from bailee.custody.vault import Vault
from bailee.errors import RootMissingError
from bailee.store.database import Database
from bailee.store.tables import shard
from support.gates import elsewhere
from support.vaults import NOW_MS, assert_sound, listed, opened, said

ROTATIONS = 5


def _secret(vault: Vault, connection: sa.Connection) -> bytes | None:
    return vault._premises.ring.secret(connection, LEDGER_SECRET)


def test_a_reader_whose_root_ends_meanwhile_reads_again(vault: Vault) -> None:
    """It began before the rotation and looks for the root after it: a fresh moment has the new one."""
    premises, tries = vault._premises, []
    before = premises.database.read(lambda c: _secret(vault, c))

    def rotate() -> None:
        vault.rotate()
        premises.ring._shard_keys.clear()  # as where more shards are in use than are remembered
        premises.database.read(lambda c: _secret(vault, c))

    def work(connection: sa.Connection) -> bytes | None:
        connection.execute(sa.select(shard)).all()  # from here on it sees this moment
        tries.append(1)
        if len(tries) == 1:
            elsewhere(rotate)
        return _secret(vault, connection)

    assert premises.database.read(work) == before is not None
    assert len(tries) == 2


@pytest.mark.parametrize("how", ["read", "write"])
def test_a_root_that_is_nowhere_is_missing(database: Database, how: str) -> None:
    """It is looked for a few times and then said, whoever asks."""
    work = mock.Mock(side_effect=RootMissingError("no root of generation 1"))
    with pytest.raises(RootMissingError, match="generation 1"):
        getattr(database, how)(work)
    assert 1 < work.call_count < 10


def test_many_readers_do_not_notice_rotations(vault: Vault) -> None:
    """Opening, listing and taking in go on, in threads, while the ring is wrapped again and again."""
    ids = [
        said(vault, NOW_MS - number, person=f"P{number}", content=b"walnuts").recording_id
        for number in range(3)
    ]
    over = Event()
    vault._premises.ring._shard_keys = _Forgetful()  # type: ignore[assignment]  # remembers nothing

    def read(recording_id: str) -> int:
        rounds = 0
        while not over.is_set():
            assert opened(vault, recording_id) == b"walnuts"
            assert recording_id in listed(vault)
            rounds += 1
        return rounds

    def take_in() -> int:
        rounds = 0
        while not over.is_set():
            said(vault, NOW_MS - 1000 - rounds, person="Leo")
            rounds += 1
        return rounds

    with ThreadPoolExecutor(4) as pool:
        busy = [*(pool.submit(read, each) for each in ids), pool.submit(take_in)]
        try:
            for _ in range(ROTATIONS):
                vault.rotate()
        finally:
            over.set()
        assert all(each.result() for each in busy)
    assert_sound(vault)


class _Forgetful(dict[bytes, bytes]):
    """Of shard keys: each is opened with the root every time."""

    def __setitem__(self, key: bytes, value: bytes) -> None:
        del key, value
