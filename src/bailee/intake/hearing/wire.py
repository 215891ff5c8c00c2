"""What an engine and its recognising process say to each other over their line.

A frame is a kind, a length and as many bytes. To each frame the process answers one: an `Answer`. So whoever waits sees a sign of life for each stretch of sound.
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
    """The utterance is over: what was it? After it comes `CONTEST` or `DROP`."""
    CONTEST = 5
    """Is this contested, one of the guesses of the ear for commands? Only where there were some."""
    DROP = 6
    """Forget it."""


class Answer(IntEnum):
    """From the process."""

    DONE = 1
    HEARD = 2
    """The words, then the guesses of the ear for commands: lines of UTF-8."""
    CONTESTED = 3
    """What turns the command round fits the sound as well as it does: “I deleted …”."""


def frame(kind: Say | Answer, payload: bytes = b"") -> bytes:
    return HEAD.pack(kind, len(payload)) + payload
