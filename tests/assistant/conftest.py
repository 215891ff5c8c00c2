"""A kitchen that listens: Ana's, in the household of three, with the real gate."""

import pytest

from assistant.kitchen import Kitchen
from bailee.clock import FixedClock
from bailee.custody.vault import Vault
from conftest import MakeVault
from household.conftest import Home, furnish


@pytest.fixture
def kitchen(sqlite_vault: Vault, clock: FixedClock) -> Kitchen:
    """Ana is taken to be who speaks there; on SQLite, where the database makes no difference."""
    return Kitchen(furnish(sqlite_vault, clock))


@pytest.fixture
def any_kitchen(vault_factory: MakeVault, clock: FixedClock) -> Kitchen:
    """The same on each sort of database."""
    return Kitchen(furnish(vault_factory(), clock))


@pytest.fixture
def sqlite_home(sqlite_vault: Vault, clock: FixedClock) -> Home:
    """The household alone."""
    return furnish(sqlite_vault, clock)


@pytest.fixture
def kitchen_of_nobody(sqlite_vault: Vault, clock: FixedClock) -> Kitchen:
    """A kitchen in which nobody in particular speaks."""
    return Kitchen(furnish(sqlite_vault, clock), nobody=True)
