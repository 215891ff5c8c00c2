"""A house that listens, as a program: `python listening_house.py VAULT [leaky | http]`.

The service as `bailee serve` opens it, and what listens of it: vault, gate, assistant, embedded
recogniser, detector of speech's end, Wyoming both ways, espeak-ng. It says ``ready`` once it
listens, with the port of its API where it is asked for that; goes on until its input ends, and
leaves both moments as marks in its trace. With ``leaky``, its recogniser does as others do.
"""

import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import uvicorn

from bailee.api import voices
from bailee.api.app import create_app
from bailee.api.service import Service
from bailee.api.voice_settings import VoiceSettings, open_engine
from bailee.clock import FixedClock
from bailee.intake.hearing import Embedded
from bailee.types.hearing import Engine, Heard, Hearing
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


def open_leaky(settings: VoiceSettings, embedded: Embedded | None) -> Leaky:
    return Leaky(open_engine(settings, embedded))


@contextmanager
def served(service: Service) -> Iterator[int]:
    """Its API, at a port of loopback; without what happens though nobody asks."""
    listening = socket.create_server(("127.0.0.1", 0))
    app = create_app(service)
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None, ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


def main() -> None:
    if sys.argv[2:] == ["leaky"]:
        vars(voices)["open_engine"] = open_leaky
    with ExitStack() as stack:
        service = Service.open(Path(sys.argv[1]), clock=FixedClock(NOW_MS + LATER_MS))
        stack.callback(service.close)
        port = stack.enter_context(served(service)) if sys.argv[2:] == ["http"] else 0
        service.voices.start()
        service.voices.changed()  # looks at once, and answers when it has
        mark(READY)
        sys.stdout.write(f"{READY} {port}\n")
        sys.stdout.flush()
        sys.stdin.readline()
        mark(OVER)


if __name__ == "__main__":
    main()
