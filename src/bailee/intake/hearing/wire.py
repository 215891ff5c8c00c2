"""What an engine and its recognising process say to each other over their line.

A frame is a kind, a length and as many bytes. To each frame the process answers one: `DONE`, or
what it `HEARD`. So whoever waits sees a sign of life for each stretch of sound.
"""

import struct
from enum import IntEnum, StrEnum

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
    """The utterance is over: what was it? After it comes `FIT` or `DROP`."""
    FIT = 5
    """How do the words of the ear for commands fit? Only where there were some."""
    DROP = 6
    """Forget it."""


class Answer(IntEnum):
    """From the process."""

    DONE = 1
    HEARD = 2
    """Of `END`: the words, and the words of the ear for commands, two lines of UTF-8. Of `FIT`: one."""


class Fit(StrEnum):
    """How well the words of the ear for commands fit the sound."""

    BETTER = "better"
    """Better than the general words, and clearly better than all that contests them."""
    EVEN = "even"
    """Better than what contests them."""
    CONTESTED = "contested"
    """Something that sounds alike, and is no command, fits as well: “I deleted …”."""


def frame(kind: Say | Answer, payload: bytes = b"") -> bytes:
    return HEAD.pack(kind, len(payload)) + payload
