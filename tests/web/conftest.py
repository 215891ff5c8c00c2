"""A household with pages, and one browser for all of a run."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from api.house import House
from bailee.clock import FixedClock
from bailee.custody.vault import Vault
from bailee.web import create_site
from support.phone import chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with chromium() as running:
        yield running


@pytest.fixture
def house(tmp_path: Path, clock: FixedClock) -> Iterator[House]:
    """As `bailee serve` has it by default, pages and all."""
    Vault.create(tmp_path / "vault", clock=clock).close()
    with House(tmp_path / "vault", clock, create=create_site) as made:
        yield made
