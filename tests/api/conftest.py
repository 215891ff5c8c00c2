"""A household behind a real server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.house import House
from bailee.clock import FixedClock
from bailee.custody.vault import Vault


@pytest.fixture
def house(tmp_path: Path, clock: FixedClock) -> Iterator[House]:
    """On SQLite, as `bailee serve` has it by default."""
    Vault.create(tmp_path / "vault", clock=clock).close()
    with House(tmp_path / "vault", clock) as made:
        yield made
