"""What an engine and its recognising process say to each other over their line.

A frame is a kind, a length and as many bytes. To each frame the process answers one: `DONE`, or
what it `HEARD`. So whoever waits sees a sign of life for each stretch of sound.
"""

import struct
from enum import IntEnum

HEAD = struct.Struct("!BI")
MOST_BYTES = 1 << 26
"""Of one frame: a language model is some megabytes."""


class Say(IntEnum):
    """To the process."""

    MODEL = 1
    """The commands' language model (ARPA)."""
    WORDS = 2
    """Their dictionary; with it, it is ready to hear."""
    FEED = 3
    """Sound."""
    END = 4
    """The utterance is over: what was it?"""
    DROP = 5
    """Forget it."""


class Answer(IntEnum):
    """From the process."""

    DONE = 1
    HEARD = 2
    """Three lines of UTF-8: the words; the words of the ear for commands; ``fits`` where those fit the
    sound as well as the first."""


def frame(kind: Say | Answer, payload: bytes = b"") -> bytes:
    return HEAD.pack(kind, len(payload)) + payload
