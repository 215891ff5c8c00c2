"""More recordings picked by id than an SQL expression is deep."""

from pathlib import Path

from bailee import Deposit, Kind, Outcome, Query, Selection, Vault
from bailee.clock import FixedClock

NOW = 1_790_000_000_000
MANY = 1_100


def test_erase_more_than_a_thousand_by_id(tmp_path: Path) -> None:
    """All of them go, the one beside them stays, and the vault opens again."""
    clock = FixedClock(NOW)
    vault = Vault.create(tmp_path / "vault", clock=clock)
    done = vault.deposit_many(
        [
            Deposit(
                account="home",
                person="Leo",
                device="sensor",
                kind=Kind.FACT,
                content=b"on",
                captured_at_ms=NOW - 10 * number,
            )
            for number in range(1, MANY + 2)
        ]
    )
    picked = tuple(each.recording_id for each in done[1:])
    _, erasure = vault.erase(Selection(account="home", recordings=picked))
    assert (erasure.outcome, erasure.recordings) == (Outcome.ERASED, MANY)
    vault.close()
    vault = Vault.open(tmp_path / "vault", clock=clock)
    left = vault.list(Query(account="home")).recordings
    assert [each.id for each in left] == [done[0].recording_id]
    vault.close()
