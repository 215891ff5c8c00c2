"""Sound as it comes, turned into sound as it is heard: 16 kHz, one channel, 16 bits. In memory."""

from dataclasses import dataclass
from typing import Any

import av

from bailee.errors import InputError
from bailee.types.hearing import RATE_HZ, WIDTH_BYTES

_LEAST_HZ, _MOST_HZ = 8_000, 48_000
_WIDTHS_BYTES = (2, 3, 4)
_LAYOUTS = {1: "mono", 2: "stereo"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """Raw PCM: signed, little-endian, channels in turn.

    Attributes:
        rate_hz: 8,000 to 48,000.
        width_bytes: Of one sample of one channel: 2, 3 or 4.
        channels: 1 or 2.
    """

    rate_hz: int
    width_bytes: int
    channels: int

    @property
    def frame_bytes(self) -> int:
        return self.width_bytes * self.channels


HEARD = Format(rate_hz=RATE_HZ, width_bytes=WIDTH_BYTES, channels=1)


def parse_format(data: dict[str, Any], otherwise: Format = HEARD) -> Format:
    """The format that an event's data says.

    Args:
        data: Untrusted.
        otherwise: What it is where *data* does not say.

    Raises:
        InputError: bailee does not take such sound.
    """
    rate, width, channels = (
        data.get("rate", otherwise.rate_hz),
        data.get("width", otherwise.width_bytes),
        data.get("channels", otherwise.channels),
    )
    if any(type(each) is not int for each in (rate, width, channels)):
        raise _refused()
    if not _LEAST_HZ <= rate <= _MOST_HZ or width not in _WIDTHS_BYTES or channels not in _LAYOUTS:
        raise _refused()
    return Format(rate_hz=rate, width_bytes=width, channels=channels)


def _refused() -> InputError:
    return InputError(
        "Refused: bailee does not take sound of that rate, width or number of channels.",
        hint="Raw PCM of 8 to 48 kHz, 16, 24 or 32 bits, one or two channels; best 16 kHz, "
        "16 bits, one.",
    )


class Converter:
    """One stretch of sound in one format, part by part."""

    def __init__(self, form: Format) -> None:
        self.form = form
        self._rest = b""
        self._resampler = (
            None
            if form == HEARD
            else av.AudioResampler(format="s16", layout="mono", rate=HEARD.rate_hz)
        )

    def convert(self, pcm: bytes) -> bytes:
        """*pcm*, as it is heard. What is less than a sample waits for the next part."""
        whole = len(self._rest) + len(pcm)
        whole -= whole % self.form.frame_bytes
        pcm = self._rest + pcm if self._rest else pcm
        pcm, self._rest = pcm[:whole], pcm[whole:]
        if self._resampler is None or not pcm:
            return pcm
        return self._resampled(self._resampler, self._frame(pcm))

    def end(self) -> bytes:
        """What the resampler held back. Half a sample is dropped."""
        self._rest = b""
        return self._resampled(self._resampler, None) if self._resampler is not None else b""

    def _frame(self, pcm: bytes) -> av.AudioFrame:
        form = self.form
        samples = len(pcm) // form.frame_bytes
        if form.width_bytes == 3:
            pcm = _widened(pcm)
        depth = "s16" if form.width_bytes == 2 else "s32"
        frame = av.AudioFrame(format=depth, layout=_LAYOUTS[form.channels], samples=samples)
        frame.sample_rate = form.rate_hz
        plane = frame.planes[0]
        plane.update(pcm + bytes(plane.buffer_size - len(pcm)))
        return frame

    @staticmethod
    def _resampled(resampler: av.AudioResampler, frame: av.AudioFrame | None) -> bytes:
        return b"".join(
            bytes(each.planes[0])[: each.samples * WIDTH_BYTES]
            for each in resampler.resample(frame)
        )


def _widened(pcm: bytes) -> bytes:
    """24 bits as 32: a low byte of nothing before each sample."""
    wide = bytearray(len(pcm) // 3 * 4)
    for place in range(3):
        wide[place + 1 :: 4] = pcm[place::3]
    return bytes(wide)
