"""Ears: recognisers behind one contract (`bailee.types.hearing`), and the end of speech.

::

    ears = Embedded(sentences=["delete what i just said", "what time is it"])
    hearing = ears.listen("en")
    for pcm in microphone:
        hearing.feed(pcm)
    heard = hearing.end()

What is fed is in memory alone: here, in the recogniser's own process, and in the line between.
"""

from bailee.intake.hearing.embedded import Embedded
from bailee.intake.hearing.ending import Ending, EndingRules
from bailee.intake.hearing.two import TwoEars

__all__ = ["Embedded", "Ending", "EndingRules", "TwoEars"]
