"""The takeover drill at the level of the services; over HTTP it is the API's."""

from pathlib import Path

import pytest

from bailee.clock import FixedClock
from bailee.store.database import Database
from identity.botnet import Drill, Outcome, Size
from identity.parts_for_tests import CHEAP, World, quick_folder

SMALL = Size(pairs=2_000, right=40, addresses=200, honest=400)
FULL = Size(pairs=55_000, right=1_000, addresses=5_000, honest=4_000)


def drill(clock: FixedClock, size: Size) -> Outcome:
    with quick_folder() as folder:
        database = Database(str(Path(folder) / "catalog.sqlite"))
        database.create()
        outcome = Drill(World(database, clock, settings=CHEAP), size).run()
        database.close()
    print(outcome, f"honest failing {outcome.honest_failing:.2%}")  # noqa: T201 - a drill's figures
    return outcome


def judge(outcome: Outcome, size: Size) -> None:
    assert outcome.sessions_of_bots == 0
    assert outcome.told == size.right
    assert outcome.honest_failing < 0.01
    assert outcome.bots.total() == size.pairs


def test_two_thousand_pairs(clock: FixedClock) -> None:
    """No session without a second factor, every matched owner told, honest people get in."""
    judge(drill(clock, SMALL), SMALL)


@pytest.mark.long
def test_fifty_five_thousand_pairs(clock: FixedClock) -> None:
    """The same with 55,000 pairs, 1,000 of them right, from 5,000 addresses, at the lowest argon2
    cost (1 pass, 8 KiB, 1 lane)."""
    judge(drill(clock, FULL), FULL)
