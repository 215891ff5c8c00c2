"""Deriving from a recording at the moment the last thing held of it expires, on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from unittest import mock

import pytest
import sqlalchemy as sa

from bailee.clock import FixedClock
from bailee.custody import cleanup, deposit
from bailee.custody.vault import Vault
from bailee.errors import GoneError
from bailee.types.kind import Kind
from bailee.types.recording import Deposit
from conftest import PostgresServer
from support.vaults import HOME, NOW_MS, assert_sound, derived, listed, said


@pytest.fixture
def over(
    postgres: PostgresServer, tmp_path: Path, clock: FixedClock
) -> Iterator[tuple[Vault, str]]:
    """A vault, and a recording of which all has expired and nothing is cleaned up yet."""
    with Vault.create(tmp_path / "vault", clock=clock, database=postgres.fresh()) as vault:
        recording_id = said(vault, NOW_MS, keep_days=1).recording_id
        clock.advance(days=3)
        with (
            mock.patch("bailee.custody.cleanup.finish_expired", side_effect=KeyboardInterrupt),
            pytest.raises(KeyboardInterrupt),
        ):
            vault.expire()
        yield vault, recording_id


def _waits(vault: Vault) -> bool:
    waiting = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    return bool(vault._premises.database.read(lambda c: c.scalar(waiting)))


def test_what_is_made_just_then_keeps_its_recording(over: tuple[Vault, str]) -> None:
    """Clean-up waits for it, looks again, and lets the recording be."""
    vault, recording_id = over
    sweeper = Thread(target=cleanup.finish_expired, args=(vault._premises,))

    def beside(connection: sa.Connection, made: object) -> None:
        del connection, made
        sweeper.start()
        while sweeper.is_alive() and not _waits(vault):
            pass

    item = Deposit(
        account=HOME,
        kind=Kind.TRANSCRIPT,
        content=b"no more walnuts",
        derived_from=(recording_id,),  # type: ignore[arg-type]  # an id as tests hand it about
    )
    deposit.deposit(vault._premises, item, beside=beside)
    sweeper.join()
    assert listed(vault) == [recording_id]
    assert_sound(vault)


def test_what_comes_after_is_told_that_it_is_gone(over: tuple[Vault, str]) -> None:
    """Once clean-up is done there is nothing to derive from."""
    vault, recording_id = over
    cleanup.finish_expired(vault._premises)
    with pytest.raises(GoneError):
        derived(vault, recording_id)
    assert_sound(vault)
