"""One utterance, from its first sound to what became of it: the same for every door.

The engine works in a thread of its own, so that a door never waits for it, and one that hangs
costs a thread and no more. What was said is in memory alone, `LONGEST_S` of it at most.
"""

import logging
import threading
from functools import partial

from bailee.clock import Clock
from bailee.errors import BaileeError
from bailee.types.hearing import RATE_HZ, WIDTH_BYTES, Engine, Heard, Hearing
from bailee.types.turn import Reply, Room, Sound, Unheard

LONGEST_S = 120
"""The longest utterance; what is said after it is not taken."""
PATIENCE_S = 60.0
"""An engine that gets nowhere for so long hangs. Engines have a patience of their own; this one is
for those that break their promise."""
_LONGEST_BYTES = LONGEST_S * RATE_HZ * WIDTH_BYTES
_STRIDE_BYTES = RATE_HZ * WIDTH_BYTES
_NOTHING = Reply(transcript="", answer="", handled=False)
_log = logging.getLogger(__name__)


class Listening:
    """Somebody speaks. It ends by `end` or by `drop`; until then it is fed.

    `feed` and `drop` never wait; making one and `end` do: not on an event loop.
    """

    def __init__(
        self,
        room: Room,
        engine: Engine,
        *,
        clock: Clock,
        language: str = "",
        patience_s: float = PATIENCE_S,
    ) -> None:
        """Begin a turn, at the first sound: the modes are read now (R-02).

        Args:
            room: Where it is said.
            engine: Who hears it, if it may be given it.
            clock: Ours. What a peer says of its own clock is not asked.
            language: ISO 639-1; "" for the endpoint's.
            patience_s: See `PATIENCE_S`.
        """
        self._turn = room.begin()
        self._begin_ms = clock.now_ms()
        self._engine = engine
        self._language = language or room.endpoint.language
        self._patience_s = patience_s
        self._pcm = bytearray()
        self._changed = threading.Condition()
        self._taken = 0
        self._is_over = False
        self._is_dropped = False
        self._is_done = False
        self._heard: Heard | None = None
        self._unheard: Unheard | None = None
        # a child's voice is disclosed to nobody, another program on this machine among them.
        self._may_hear = engine.is_own or not self._turn.own_engines_only
        if self._may_hear:
            threading.Thread(target=self._hear, name="listening", daemon=True).start()

    @property
    def is_too_long(self) -> bool:
        """It did not stop within `LONGEST_S`: whoever feeds it may `end` it now."""
        return self._unheard is Unheard.TOO_LONG

    @property
    def unheard(self) -> Unheard | None:
        """Once it ended: why no words came; None where some did."""
        return self._unheard

    def feed(self, pcm: bytes) -> None:
        """Take the next stretch of sound: whole samples of 16 kHz, 16 bits, one channel."""
        with self._changed:
            room = _LONGEST_BYTES - len(self._pcm)
            self._pcm += pcm[:room]
            if len(pcm) > room:
                self._unheard = Unheard.TOO_LONG
                self._is_dropped = True
            self._changed.notify_all()

    def end(self) -> Reply:
        """It was said: have it heard, kept as the mode says, and answered.

        Where it was not heard (`unheard` says why), the sound is kept or dropped all the same as
        the mode says, before this returns.
        """
        if not self._pcm:
            self.drop()
            self._unheard = Unheard.SILENCE
            return _NOTHING
        self._wait()
        sound = Sound(pcm=bytes(self._pcm), begin_ms=self._begin_ms)
        self._forget()
        heard, self._unheard = self._outcome()
        if heard is not None:
            return self._turn.heard(heard, sound)
        assert self._unheard is not None
        return self._turn.unheard(self._unheard, sound)

    def drop(self) -> None:
        """Forget what was said: nothing of it is kept.

        Where an `end` waits already it waits no more: it was said, and counts as not heard.
        """
        with self._changed:
            self._is_dropped = True
            if not self._is_over:
                self._pcm.clear()
            self._changed.notify_all()

    def _forget(self) -> None:
        """Let go of it here, also where the engine's thread hangs and holds on to this."""
        with self._changed:
            self._is_dropped = True
            self._pcm.clear()
            self._changed.notify_all()

    def _outcome(self) -> tuple[Heard | None, Unheard | None]:
        if self._unheard is not None:
            return None, self._unheard
        if not self._may_hear:
            return None, Unheard.NOT_ALLOWED
        if self._heard is None:
            return None, Unheard.FAILED
        if not self._heard.text and not self._heard.command:
            return None, Unheard.SILENCE
        return self._heard, None

    def _wait(self) -> None:
        """Until the engine is done, was told to stop, or got nowhere for too long."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()
            while self._may_hear and not (self._is_done or self._is_dropped):
                moved = partial(self._moved, self._taken)
                if not self._changed.wait_for(moved, self._patience_s):
                    return

    def _moved(self, taken: int) -> bool:
        return self._is_done or self._is_dropped or self._taken > taken

    def _hear(self) -> None:
        """The engine's thread: the hearing is nobody else's."""
        hearing: Hearing | None = None
        heard: Heard | None = None
        try:
            hearing = self._engine.listen(self._language)
            while part := self._next():
                hearing.feed(part)
                self._took(len(part))
            if not self._is_dropped:
                heard = hearing.end()
                hearing = None
        except BaileeError as error:
            _log.warning("not heard: %s", type(error).__name__)
        except Exception as error:  # noqa: BLE001  # an engine is others' code
            _log.error("an engine broke: %s", type(error).__name__)
        finally:
            if hearing is not None:
                hearing.drop()
            with self._changed:
                self._heard = heard
                self._is_done = True
                self._changed.notify_all()

    def _next(self) -> bytes:
        """The next stretch to be heard; nothing once all was, or it was dropped."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._is_over or self._is_dropped or self._taken < len(self._pcm)
            )
            return bytes(self._pcm[self._taken : self._taken + _STRIDE_BYTES])

    def _took(self, size_bytes: int) -> None:
        with self._changed:
            self._taken += size_bytes
            self._changed.notify_all()
