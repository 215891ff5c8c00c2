"""What the assistant says aloud, by espeak-ng: in memory alone, in a process of its own.

The words go in by its standard input, since everybody on the machine can read what stands in a
process's arguments; the sound comes out by its standard output. It writes no file: `_ENVIRONMENT`
keeps it from looking for a sound server, and from making that one's folders at home and in /tmp.
"""

import re
import shutil
import struct
import subprocess
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from threading import Timer
from types import MappingProxyType

from bailee.errors import UnavailableError
from bailee.types.speak import Speech

MOST_CHARACTERS = 2_000
"""What is longer is said as far as that, to the end of a word."""
MOST_S = 180
"""The longest that anything is spoken: a short text of numbers may be long."""
_RATE_HZ = 22_050
_HEAD = struct.Struct("<4s4x8s4xHHI6xH4s4x")
"""A WAV's first 44 bytes, as espeak-ng writes them; its lengths, unknown to it then, are none."""
_MOST_BYTES = _HEAD.size + MOST_S * _RATE_HZ * 2
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_UNSAYABLE = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories of characters that are commands to espeak-ng, or nothing."""
_ENVIRONMENT = MappingProxyType(
    {
        "LC_ALL": "C.UTF-8",
        "HOME": "/dev/null",
        "PULSE_SERVER": "/dev/null",
        "PULSE_RUNTIME_PATH": "/dev/null",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Espeak:
    """A `Speak` that runs espeak-ng for each answer. Safe for threads.

    Attributes:
        program: Its name, or where it is.
        words_a_minute: 80 to 450.
        patience_s: The longest that it may take for one answer.
    """

    program: str = "espeak-ng"
    words_a_minute: int = 160
    patience_s: float = 20.0

    def __call__(self, text: str, language: str) -> Speech:
        """Say *text* in *language* (ISO 639-1), both untrusted: see `sayable`.

        Where there is nothing to say, the sound is empty.

        Raises:
            UnavailableError: There is no espeak-ng here, it does not speak *language*, or it failed.
        """
        if not _LANGUAGE.fullmatch(language):
            raise _failed()
        words = sayable(text)
        return _speech(self._said(words, language)) if words else Speech(pcm=b"", rate_hz=_RATE_HZ)

    def _said(self, words: str, language: str) -> bytes:
        with self._begun(language) as process:
            impatience = Timer(self.patience_s, process.kill)
            impatience.start()
            try:
                sound = _through(process, words.encode())
            finally:
                impatience.cancel()
                process.kill()
        if len(sound) < _MOST_BYTES and process.returncode != 0:
            raise _failed()
        return sound

    def _begun(self, language: str) -> subprocess.Popen[bytes]:
        program = shutil.which(self.program)
        if program is None:
            raise UnavailableError(
                "There is no espeak-ng here to speak with.",
                hint="On Debian: apt-get install espeak-ng.",
            )
        speed = str(self.words_a_minute)
        return subprocess.Popen(  # noqa: S603  # a fixed program; the text is no argument
            [program, "--stdin", "--stdout", "-b", "1", "-v", language, "-s", speed],
            env=dict(_ENVIRONMENT),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )


def sayable(text: str) -> str:
    """*text* without what espeak-ng would take for a command, at most `MOST_CHARACTERS` long.

    Control characters and those of private use go, and so do phonemes in doubled brackets: they
    are said as letters. Marks of SSML are none to it unless it is told.
    """
    held = "".join(" " if unicodedata.category(each) in _UNSAYABLE else each for each in text)
    words = " ".join(held.replace("[", " ").split())
    return words if len(words) <= MOST_CHARACTERS else words[:MOST_CHARACTERS].rpartition(" ")[0]


def _through(process: subprocess.Popen[bytes], words: bytes) -> bytes:
    """All that comes of *words*, as far as `_MOST_BYTES`; fewer than a pipe holds, they never wait."""
    assert process.stdin is not None
    assert process.stdout is not None
    # It is gone already: so its exit status says.
    with suppress(BrokenPipeError):
        process.stdin.write(words)
        process.stdin.close()
    sound = process.stdout.read(_MOST_BYTES)
    if len(sound) < _MOST_BYTES:
        process.wait()
    return sound


def _speech(sound: bytes) -> Speech:
    if len(sound) < _HEAD.size:
        raise _failed()
    riff, wave, form, channels, rate_hz, width_bits, data = _HEAD.unpack_from(sound)
    if (riff, wave, form, channels, width_bits, data) != (b"RIFF", b"WAVEfmt ", 1, 1, 16, b"data"):
        raise _failed()
    whole = len(sound) - len(sound) % 2
    return Speech(pcm=sound[_HEAD.size : whole], rate_hz=rate_hz)


def _failed() -> UnavailableError:
    return UnavailableError(
        "espeak-ng could not say that.",
        hint="The languages that it speaks: espeak-ng --voices.",
    )
