"""Another program's ears: sound is passed on to a Wyoming service, and its words come back.

bailee cannot know what that program does with what it is given (some write every utterance to a
temporary file): such an engine is never `is_own`, and a child's voice without consent never goes
there (R-11).
"""

import socket
import threading
from dataclasses import dataclass

from bailee.errors import BaileeError, UnavailableError
from bailee.intake.wyoming.address import Tcp, Unix, parse_address, require_private
from bailee.intake.wyoming.events import (
    AudioChunk,
    AudioStart,
    AudioStop,
    Describe,
    Error,
    Event,
    Info,
    Transcribe,
    Transcript,
)
from bailee.intake.wyoming.line import Line
from bailee.types.hearing import RATE_HZ, WIDTH_BYTES, Heard

PATIENCE_S = 20.0
"""The longest that the other program may take nothing, or say nothing."""
_ASKED_WITHIN_S = 3.0
_MOST_EVENTS = 10_000
"""Before a transcript: those who stream send one for each word."""
_LONGEST_WORDS = 20_000
_NAME_CHARACTERS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the other program says of itself; untrusted, shortened."""

    name: str
    languages: tuple[str, ...]


_UNKNOWN = _Known(name="another program, by Wyoming", languages=())


class Upstream:
    """An `Engine` that is another program. One connection an utterance, as Home Assistant does."""

    is_own = False

    def __init__(
        self, address: str, *, insecure: bool = False, patience_s: float = PATIENCE_S
    ) -> None:
        """Ask nobody yet.

        Args:
            address: ``tcp://host:port`` or ``unix:///path``.
            insecure: It may be beyond this machine, as somebody said in so many words.
            patience_s: See `PATIENCE_S`.

        Raises:
            InputError: *address* is none, or others could hear what is said.
        """
        self._address = parse_address(address)
        require_private(self._address, insecure=insecure)
        self._patience_s = patience_s
        self._known: _Known | None = None
        self._asking = threading.Lock()

    @property
    def name(self) -> str:
        """What it says it is; asked once."""
        return self._asked().name

    @property
    def languages(self) -> tuple[str, ...]:
        """What it says it understands; none while it is not there."""
        return self._asked().languages

    def listen(self, language: str) -> "UpstreamHearing":
        """Begin an utterance.

        Raises:
            UnavailableError: It is not there. That it does not understand *language* it says
                itself, at the end.
        """
        line = self._connected(self._patience_s)
        try:
            line.write(
                Describe().event(),
                Transcribe(language=language).event(),
                AudioStart(RATE_HZ, WIDTH_BYTES, 1).event(),
            )
        except UnavailableError:
            line.close()
            raise
        return UpstreamHearing(line, self)

    def learn(self, info: Event) -> None:
        """Remember what it says of itself."""
        self._known = _known(info)

    def known_as(self) -> str:
        """Its name, without asking it."""
        return (self._known or _UNKNOWN).name

    def _asked(self) -> _Known:
        with self._asking:
            if self._known is None:
                try:
                    self._ask()
                except BaileeError:
                    return _UNKNOWN
            assert self._known is not None
            return self._known

    def _ask(self) -> None:
        line = self._connected(_ASKED_WITHIN_S)
        try:
            line.write(Describe().event())
            event = line.read()
            while not Info.is_type(event.type):
                event = line.read()
            self.learn(event)
        finally:
            line.close()

    def _connected(self, patience_s: float) -> Line:
        return Line(_connect(self._address, patience_s), patience_s)


class UpstreamHearing:
    """One utterance, on its way to the other program as it is said."""

    def __init__(self, line: Line, engine: Upstream) -> None:
        self._line = line
        self._engine = engine

    def feed(self, pcm: bytes) -> None:
        """Pass it on."""
        try:
            self._line.write(AudioChunk(RATE_HZ, WIDTH_BYTES, 1, pcm).event())
        except UnavailableError:
            self.drop()
            raise

    def end(self) -> Heard:
        """What it heard."""
        try:
            self._line.write(AudioStop().event())
            return self._answer()
        finally:
            self.drop()

    def drop(self) -> None:
        """Hang up in the middle: it has half a stream."""
        self._line.close()

    def _answer(self) -> Heard:
        for _ in range(_MOST_EVENTS):
            event = self._line.read()
            if Info.is_type(event.type):
                self._engine.learn(event)
            elif Error.is_type(event.type):
                raise UnavailableError("The recogniser says that it could not hear it.")
            elif Transcript.is_type(event.type):
                return Heard(text=_words(event), command=None, engine=self._engine.known_as())
        raise UnavailableError("The recogniser says everything but what it heard.")


def _words(event: Event) -> str:
    text = event.data.get("text")
    if not isinstance(text, str) or len(text) > _LONGEST_WORDS:
        raise UnavailableError("The recogniser says what no words are.")
    # Half characters could not be kept: a question mark each.
    return text.encode(errors="replace").decode().strip()


def _known(info: Event) -> _Known:
    """The first recogniser that is named there, as Home Assistant takes it."""
    match info.data.get("asr"):
        case [{"name": str(name), **rest}, *_]:
            said = [name, str(rest.get("version") or "")]
            models = rest.get("models")
        case _:
            raise UnavailableError("There is something at that address, and it is no recogniser.")
    listed = [each for each in models if isinstance(each, dict)] if isinstance(models, list) else []
    said += [str(each.get("name")) for each in listed[:1]]
    languages = [each.get("languages") for each in listed]
    return _Known(
        name=_plain(" ".join(part for part in said if part))[:_NAME_CHARACTERS],
        languages=tuple(sorted({_short(code) for some in languages for code in _texts(some)})),
    )


def _texts(some: object) -> list[str]:
    return [each for each in some if isinstance(each, str)] if isinstance(some, list) else []


def _short(code: str) -> str:
    return _plain(code).replace("_", "-").split("-")[0].lower()[:3]


def _plain(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable()).strip()


def _connect(address: Tcp | Unix, patience_s: float) -> socket.socket:
    try:
        if isinstance(address, Tcp):
            return socket.create_connection((address.host, address.port), timeout=patience_s)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(patience_s)
        try:
            line.connect(str(address.path))
        except OSError:
            line.close()
            raise
    except OSError:
        raise UnavailableError(
            "The recogniser that bailee passes sound on to is not there.",
            hint="Start it, or choose another: see docs/guide/voice.md.",
        ) from None
    return line
