"""One embedded engine for all who only listen."""

from collections.abc import Iterator

import pytest

from bailee.intake.hearing import Embedded
from support.judged import reader


@pytest.fixture(scope="session")
def engine() -> Iterator[Embedded]:
    """Two processes, which know the commands of a household; nobody may break them."""
    engine = Embedded(reader().sentences(), processes=2)
    yield engine
    engine.close()
