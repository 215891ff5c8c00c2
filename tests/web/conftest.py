"""A household with pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.house import House
from bailee.clock import FixedClock
from bailee.custody.vault import Vault
from bailee.web import create_site


@pytest.fixture
def house(tmp_path: Path, clock: FixedClock) -> Iterator[House]:
    """As `bailee serve` has it by default, pages and all."""
    Vault.create(tmp_path / "vault", clock=clock).close()
    with House(tmp_path / "vault", clock, create=create_site) as made:
        yield made
