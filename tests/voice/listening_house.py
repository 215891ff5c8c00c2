"""A house that listens, as a program: `python listening_house.py VAULT [leaky]`.

Real in all but its door's wiring: vault, gate, assistant, embedded recogniser, detector of speech's
end, Wyoming both ways, espeak-ng. It says ``ready`` once it listens, goes on until its input ends,
and leaves both moments as marks in its trace. With ``leaky``, its recogniser does as others do.
"""

import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from bailee.assistant.judging import judge
from bailee.assistant.phrases import load_phrases
from bailee.assistant.reading import Names, Reader
from bailee.assistant.room import ConversingRoom
from bailee.assistant.speech import Espeak
from bailee.clock import FixedClock
from bailee.custody.vault import Vault
from bailee.household import Household
from bailee.intake.hearing import Embedded, Ending
from bailee.intake.wyoming.running import Doors
from bailee.types.endpoint import Endpoint
from bailee.types.hearing import Engine, Heard, Hearing
from household.conftest import Pigeon, Sessions, open_house
from support.vaults import NOW_MS
from voice.watch import mark

LATER_MS = 60_000
READY, OVER = "ready", "over"


class Leaky:
    """A simulated upstream: it writes each utterance to a temporary file, and hears that."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.name = engine.name
        self.languages = engine.languages
        self.is_own = engine.is_own

    def listen(self, language: str) -> "LeakyHearing":
        return LeakyHearing(self._engine.listen(language))


class LeakyHearing:
    def __init__(self, hearing: Hearing) -> None:
        self._hearing = hearing
        self._pcm = b""

    def feed(self, pcm: bytes) -> None:
        self._pcm += pcm
        self._hearing.feed(pcm)

    def end(self) -> Heard:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "speech.wav").write_bytes(self._pcm)
            return self._hearing.end()

    def drop(self) -> None:
        self._hearing.drop()


def at_once(step: Callable[[], object]) -> None:
    step()


def room(house: Household, endpoint: Endpoint, clock: FixedClock) -> ConversingRoom:
    phrases = load_phrases(endpoint.language)
    names = Names(places=((endpoint.room, endpoint.device_id),))
    reader = Reader(phrases, names)
    return ConversingRoom(
        house,
        endpoint,
        phrases=phrases,
        names=names,
        judge=partial(judge, understand=reader.understand),
        clock=clock,
        later=at_once,
    )


def main() -> None:
    clock = FixedClock(NOW_MS + LATER_MS)
    with ExitStack() as stack:
        vault = stack.enter_context(Vault.open(Path(sys.argv[1]), clock=clock))
        house = open_house(vault, Sessions(clock), Pigeon())
        engine = Embedded(Reader(load_phrases("en"), Names()).sentences(), processes=1)
        stack.callback(engine.close)
        engine.warm()
        ears = Leaky(engine) if sys.argv[2:] == ["leaky"] else engine
        doors = Doors(ears, endings=Ending, speak=Espeak(), clock=clock)
        doors.start()
        stack.callback(doors.stop)
        for endpoint in house.endpoints.all():
            doors.open(room(house, endpoint, clock))
        mark(READY)
        sys.stdout.write(f"{READY}\n")
        sys.stdout.flush()
        sys.stdin.readline()
        mark(OVER)


if __name__ == "__main__":
    main()
