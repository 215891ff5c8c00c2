"""An endpoint that is called, for as long as a test's coroutine runs."""

from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bailee.clock import FixedClock
from bailee.intake.wyoming.means import Means
from bailee.intake.wyoming.service import WyomingService
from bailee.intake.wyoming.wire import Bounds
from support.listening import NOW_MS, Open, SimulatedEngine, SimulatedRoom, endpoint
from support.real_satellite import Start, satellites


@pytest.fixture
def engine() -> SimulatedEngine:
    return SimulatedEngine()


@pytest.fixture
def room() -> SimulatedRoom:
    return SimulatedRoom(endpoint())


@pytest.fixture
def opened(engine: SimulatedEngine, room: SimulatedRoom) -> Open:
    """A service of *room* and *engine*, or of others; closed in the end."""

    @asynccontextmanager
    async def open_one(
        *,
        other: SimulatedRoom | None = None,
        bounds: Bounds | None = None,
        patience_s: float = 60.0,
        address: str = "",
    ) -> AsyncIterator[WyomingService]:
        at = other or room
        if address:
            at.endpoint = replace(at.endpoint, address=address)
        with ThreadPoolExecutor(32) as threads:
            clock = FixedClock(NOW_MS)
            means = Means(engine=engine, clock=clock, threads=threads, patience_s=patience_s)
            service = WyomingService(at, means, bounds=bounds)
            await service.open()
            try:
                yield service
            finally:
                await service.close()

    return open_one


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """See `satellites`."""
    with satellites(tmp_path) as started:
        yield started
