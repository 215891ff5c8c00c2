"""Speech to listen to: flite's and espeak-ng's voices, at any speed, pitch and noise, in memory."""

import math
import random
import struct
import subprocess
from array import array
from dataclasses import dataclass, replace
from functools import lru_cache

import av

RATE_HZ = 16_000
FLITE = ("kal16", "awb", "rms", "slt")
"""Debian's, at 16 kHz: an American man, a Scot, another American man, an American woman."""
ESPEAK = ("en-us", "en-gb", "en-gb-scotland", "en-us+f2", "en-us+f4", "en-gb+m3", "en-us+m7")
_SOURCE_HZ = 22_050
_FLITE_HZ = {"kal16": 95, "awb": 118, "rms": 105, "slt": 180}
_WORDS_A_MINUTE = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """How something is said.

    Attributes:
        name: One of `FLITE`, or what espeak-ng calls a voice and its variant.
        speed: 1 is the voice's own.
        pitch: The same; 1.6 and more sounds like a child.
        noise_db: Signal to noise; None for none.
        noise: ``white``, ``pink`` or ``babble``: others who speak in the same room.
    """

    name: str
    speed: float = 1.0
    pitch: float = 1.0
    noise_db: float | None = None
    noise: str = "pink"

    def __str__(self) -> str:
        """As a table has it: ``awb, speed × 1.2, 20 dB above pink noise``."""
        parts = [self.name]
        parts += [f"speed × {self.speed:g}"] if self.speed != 1 else []
        parts += [f"pitch × {self.pitch:g}"] if self.pitch != 1 else []
        parts += [f"{self.noise_db:g} dB above {self.noise} noise"] if self.noise_db else []
        return ", ".join(parts)

    @property
    def is_flite(self) -> bool:
        return self.name in FLITE

    @property
    def engine(self) -> str:
        return "flite" if self.is_flite else "espeak-ng"


def say(
    text: str, voice: Voice | str = "slt", *, lead_s: float = 0.3, tail_s: float = 0.5
) -> bytes:
    """*text* as 16 kHz, 16 bits, one channel, with silence (or its noise) before and after."""
    voice = Voice(name=voice) if isinstance(voice, str) else voice
    spoken = _clean(text, replace(voice, noise_db=None))
    pcm = silence(lead_s) + spoken + silence(tail_s)
    if voice.noise_db is None:
        return pcm
    level = _level(spoken) * 10 ** (-voice.noise_db / 20)
    return mixed(pcm, noise(len(pcm) / 32_000, level, voice.noise))


def silence(seconds: float) -> bytes:
    return bytes(2 * int(seconds * RATE_HZ))


def noise(seconds: float, level: float = 1000, kind: str = "pink", seed: int = 7) -> bytes:
    """Noise of one *level* (root mean square, of 32,768): the same for the same *seed*."""
    count = int(seconds * RATE_HZ)
    if kind == "babble":
        others = " ".join(_OTHERS)
        wave = array("h", _clean(others, Voice(name="rms")))
        second = array("h", _clean(others, Voice(name="slt")))
        wave = array(
            "h", ((wave[n % len(wave)] + second[-n % len(second)]) // 2 for n in range(count))
        )
        return _scaled(wave, level)
    drawn = random.Random(seed)
    if kind == "white":
        return _scaled(array("h", (_clipped(drawn.gauss(0, 8000)) for _ in range(count))), level)
    return _scaled(_pink(drawn, count), level)


def tone(seconds: float, hz: float = 440.0, level: float = 6000) -> bytes:
    """Music of a sort."""
    wave = (level * math.sin(2 * math.pi * hz * n / RATE_HZ) for n in range(int(seconds * RATE_HZ)))
    return array("h", map(_clipped, wave)).tobytes()


def mixed(one: bytes, other: bytes) -> bytes:
    """Both at once; as long as *one*."""
    a, b = array("h", one), array("h", other[: len(one)].ljust(len(one), b"\0"))
    return array("h", (_clipped(x + y) for x, y in zip(a, b, strict=True))).tobytes()


def chunks(pcm: bytes, milliseconds: int = 64) -> list[bytes]:
    """As a microphone sends it."""
    step = 32 * milliseconds
    return [pcm[at : at + step] for at in range(0, len(pcm), step)]


def wav(pcm: bytes) -> bytes:
    """The same with a WAV header."""
    form = struct.pack("<HHIIHH", 1, 1, RATE_HZ, 2 * RATE_HZ, 2, 16)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(pcm))
    return b"RIFF" + struct.pack("<I", len(body) + len(pcm)) + body + pcm


@lru_cache(maxsize=512)
def _clean(text: str, voice: Voice) -> bytes:
    return _flite(text, voice) if voice.is_flite else _espeak(text, voice)


def _flite(text: str, voice: Voice) -> bytes:
    command = ["flite", "-voice", voice.name, "-t", text, "-o", "/dev/stdout"]
    command += ["--setf", f"duration_stretch={1 / voice.speed:.3f}"]
    if voice.pitch != 1:
        command += ["--setf", f"int_f0_target_mean={_FLITE_HZ[voice.name] * voice.pitch:.0f}"]
    return _pcm(_run(command))


def _espeak(text: str, voice: Voice) -> bytes:
    pitch = max(0, min(99, int(50 * voice.pitch)))
    speed = int(_WORDS_A_MINUTE * voice.speed)
    command = ["espeak-ng", "-v", voice.name, "-s", str(speed), "-p", str(pitch), "--stdout", text]
    return _resampled(_pcm(_run(command)))


def _run(command: list[str]) -> bytes:
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=60
    )
    return done.stdout


def _pcm(sounding: bytes) -> bytes:
    """What follows the header; its lengths are wrong where a pipe was written to."""
    return sounding[sounding.index(b"data") + 8 :]


def _resampled(pcm: bytes) -> bytes:
    frame = av.AudioFrame(format="s16", layout="mono", samples=len(pcm) // 2)
    frame.sample_rate = _SOURCE_HZ
    frame.planes[0].update(pcm.ljust(frame.planes[0].buffer_size, b"\0"))
    convert = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
    made = [*convert.resample(frame), *convert.resample(None)]
    return b"".join(bytes(part.planes[0])[: 2 * part.samples] for part in made)


def _level(pcm: bytes) -> float:
    wave = array("h", pcm)
    return math.sqrt(sum(x * x for x in wave) / max(1, len(wave)))


def _scaled(wave: "array[int]", level: float) -> bytes:
    factor = level / max(1.0, _level(wave.tobytes()))
    return array("h", (_clipped(x * factor) for x in wave)).tobytes()


def _clipped(value: float) -> int:
    return max(-32_768, min(32_767, int(value)))


def _pink(drawn: random.Random, count: int) -> "array[int]":
    """White noise through Kellet's filter of three poles: 3 dB less an octave."""
    a = b = c = 0.0
    wave = array("h")
    for _ in range(count):
        white = drawn.gauss(0, 1)
        a = 0.99765 * a + white * 0.0990460
        b = 0.96300 * b + white * 0.2965164
        c = 0.57000 * c + white * 1.0526913
        wave.append(_clipped(1000 * (a + b + c + white * 0.1848)))
    return wave


_OTHERS = (
    "the weather will be fine on the coast but it may rain in the hills towards the evening",
    "she said that the train was late again and nobody had told them on which platform",
)
