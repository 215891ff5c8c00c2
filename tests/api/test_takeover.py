"""The takeover drill, over HTTP. R-25: no account is taken over with a password that leaked."""

from pathlib import Path

import pytest

from api.drill import Drill, Size
from api.drill_findings import Outcome
from api.drill_server import settings_of
from bailee.identity import Settings
from bailee.types.sign_in import SignInEvent
from conftest import PostgresServer
from identity.parts_for_tests import quick_folder

LOWEST = settings_of(passes=1, memory_kib=8, lanes=1)
_SHIPPED = Settings()
SHIPPED = settings_of(_SHIPPED.argon2_passes, _SHIPPED.argon2_memory_kib, _SHIPPED.argon2_lanes)

SMALL = Size(pairs=500, right=50, addresses=50, honest=40, minutes=5)
MIDDLE = Size(pairs=5_500, right=100, addresses=500, honest=400, minutes=20)
FULL = Size(pairs=55_000, right=1_000, addresses=5_000, honest=2_000, minutes=60)
COSTLY = Size(pairs=500, right=50, addresses=100, honest=100, minutes=5)
MOST_MIB = 192
"""Of a server's memory, beside what the passwords take that it hashes at the same time."""
ENOUGH_FOR_A_SHARE = 400
SHARED = "new device, a bot's address"
"""Whoever is behind the very address of a bot, on a device that nobody knows, may have to wait."""


def drill(size: Size, settings: Settings, database: str | None = None) -> None:
    with quick_folder() as folder:
        outcome = Drill(Path(folder), size, settings, database=database).run()
    print(outcome.table())  # noqa: T201 - a drill's figures
    assert outcome.tally.pairs.total() == size.pairs
    hashes_mib = settings.argon2_at_once * settings.argon2_memory_kib / 1024
    for _, _, most_mib in outcome.memory:
        assert most_mib < MOST_MIB + hashes_mib
    judge(outcome)


def judge(outcome: Outcome) -> None:
    """What must hold of any drill."""
    assert outcome.tally.let_in == 0
    assert outcome.kept.without_factor == 0
    assert outcome.kept.sessions == outcome.kept.entered == outcome.honest_in
    assert outcome.broken == 0
    if outcome.honest.done.total() >= ENOUGH_FOR_A_SHARE:
        assert outcome.honest_failing < 0.01
    else:  # one of forty would be more than that: who is nobody's neighbour gets in
        assert not [kind for kind, n in outcome.honest.failed.items() if n and kind != SHARED]
    for each in outcome.looked_at:
        assert SignInEvent.PASSWORD_USED in outcome.warned(each)
    for each in outcome.stopped:
        assert SignInEvent.ATTEMPTS_REFUSED in outcome.warned(each)
    assert len(outcome.untold) < 10
    wait = "too-many 30 s"
    assert outcome.limits == (
        ["sign-in", "sign-in", "sign-in", wait, wait, wait, "together"],
        [wait] * 6 + ["together"],
    )


def test_five_hundred_pairs() -> None:
    """Bots get no session, with a second factor or without; owners of right pairs are told; honest
    people get in; limits hold over two processes and a restart."""
    drill(SMALL, LOWEST)


@pytest.mark.long
def test_five_thousand_pairs_on_postgresql(postgres: PostgresServer) -> None:
    """The same, ten times as large, on PostgreSQL."""
    drill(MIDDLE, LOWEST, postgres.fresh())


@pytest.mark.long
def test_fifty_five_thousand_pairs() -> None:
    """The same, 110 times as large, at the lowest argon2 cost there is; and memory stays bounded."""
    drill(FULL, LOWEST)


@pytest.mark.long
def test_five_hundred_pairs_at_the_shipped_cost() -> None:
    """The same at the argon2 cost that households have."""
    drill(COSTLY, SHIPPED)
