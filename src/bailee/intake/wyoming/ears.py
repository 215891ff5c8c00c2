"""The sound of one run of a satellite, on its way from who reads it to who listens."""

import asyncio
from collections import deque
from typing import Any

from bailee.intake.listening import LONGEST_S
from bailee.intake.wyoming.pcm import Converter, parse_format
from bailee.types.hearing import RATE_HZ, WIDTH_BYTES

_MOST_BYTES = LONGEST_S * RATE_HZ * WIDTH_BYTES


class Ears:
    """For one event loop. What nobody took within `LONGEST_S` of sound ends it."""

    def __init__(self) -> None:
        self._parts: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._came = asyncio.Event()
        self._converter: Converter | None = None
        self._is_stopped = False
        self.is_cut = False
        self.is_open = True

    def put(self, pcm: bytes, form: dict[str, Any]) -> None:
        """Hear *pcm*, unless they are shut: bailee does not listen to its own voice.

        Args:
            pcm: As it came.
            form: What its event says of it; untrusted.

        Raises:
            InputError: It is sound that bailee does not take.
        """
        if self._is_stopped or not self.is_open:
            return
        parsed = parse_format(form)
        if self._converter is None or self._converter.form != parsed:
            self._converter = Converter(parsed)
        part = self._converter.convert(pcm)
        if not part:
            return
        self._parts.append(part)
        self._waiting_bytes += len(part)
        if self._waiting_bytes > _MOST_BYTES:
            self.cut()
        self._came.set()

    def stop(self) -> None:
        """No more comes."""
        self._is_stopped = True
        self._came.set()

    def cut(self) -> None:
        """No more comes, and what came is nobody's."""
        self.is_cut = True
        self._parts.clear()
        self.stop()

    def shut(self) -> None:
        """Hear nothing, and forget what was not taken yet, until `is_open` again."""
        self.is_open = False
        self._parts.clear()
        self._waiting_bytes = 0

    async def next(self) -> bytes | None:
        """The next stretch, as `pcm.HEARD`; None where no more comes."""
        while not self._parts and not self._is_stopped:
            self._came.clear()
            await self._came.wait()
        if not self._parts:
            return None
        part = self._parts.popleft()
        self._waiting_bytes -= len(part)
        return part
