"""One connection of somebody who has a microphone: what they ask, and what they get."""

from enum import Enum, auto
from typing import Any

from bailee.errors import BaileeError, InputError
from bailee.intake.listening import LONGEST_S, Listening
from bailee.intake.wyoming.events import (
    AudioChunk,
    AudioStart,
    AudioStop,
    Describe,
    Error,
    Event,
    Handled,
    NotHandled,
    Ping,
    Pong,
    Transcribe,
    Transcript,
)
from bailee.intake.wyoming.info import info_of
from bailee.intake.wyoming.means import Means
from bailee.intake.wyoming.pcm import Converter, parse_format
from bailee.intake.wyoming.wire import Wire, error_event
from bailee.types.turn import Reply, Room, Unheard

_TYPED_CHARACTERS = 2_000
_UNHEARD = {
    Unheard.TOO_LONG: f"Nobody stopped speaking within {LONGEST_S} seconds.",
    Unheard.FAILED: "The recogniser could not hear it.",
    Unheard.NOT_ALLOWED: "No recogniser here may be given what was said.",
}
_GRACE_S = 2.0
"""After an error: Home Assistant knows no `error`, and takes only the end of the connection for one;
others go on at once."""
_NOT_OFFERED = {"synthesize", "synthesize-start", "recognize", "detect", "run-pipeline"}


class _State(Enum):
    IDLE = auto()
    LISTENING = auto()
    DEAF = auto()
    """What comes belongs to an utterance that was refused: passed over until it stops."""


class Conversation:
    """A peer's events, one after the other. What it began and did not end is dropped."""

    def __init__(self, room: Room, means: Means, wire: Wire) -> None:
        self._room = room
        self._means = means
        self._wire = wire
        self._state = _State.IDLE
        self._language = ""
        self._context: dict[str, Any] | None = None
        self._converter: Converter | None = None
        self._listening: Listening | None = None
        self._within_s: float | None = None

    async def run(self) -> None:
        """Until the peer hangs up.

        Raises:
            InputError: It does not speak Wyoming.
            TimeoutError: It says nothing for too long, or takes nothing.
            ConnectionError: The connection broke.
        """
        try:
            while (event := await self._wire.read(within_s=self._within_s)) is not None:
                self._within_s = None
                try:
                    await self._take(event)
                except BaileeError as error:
                    self._drop()
                    await self._fail(error_event(error))
        except TimeoutError:
            if self._within_s is None:
                raise
        finally:
            self._drop()

    async def _take(self, event: Event) -> None:
        if AudioChunk.is_type(event.type):
            await self._chunk(event)
        elif Describe.is_type(event.type):
            info = await self._means.wait_for(info_of, self._means.engine)
            await self._wire.write(info.event())
        elif Ping.is_type(event.type):
            await self._wire.write(Pong(text=_text(event, "text")).event())
        elif Transcribe.is_type(event.type):
            self._language = parse_language(event.data.get("language"))
            self._context = _context(event)
        elif AudioStart.is_type(event.type):
            await self._start(event)
        elif AudioStop.is_type(event.type):
            await self._stop()
        elif Transcript.is_type(event.type):
            await self._typed(event)
        elif event.type in _NOT_OFFERED:
            raise InputError(
                "Refused: this endpoint hears and answers, and does nothing else.",
                hint="It offers `transcribe`, and a `transcript` to be handled.",
            )

    async def _start(self, event: Event) -> None:
        self._drop()
        self._state = _State.DEAF
        converter = Converter(parse_format(event.data))
        self._listening = await self._means.listen(self._room, self._language)
        self._converter = converter
        self._state = _State.LISTENING

    async def _chunk(self, event: Event) -> None:
        if self._state is _State.DEAF:
            return
        if self._listening is None or self._converter is None:
            await self._start(event)
        assert self._listening is not None
        assert self._converter is not None
        form = self._converter.form
        if parse_format(event.data, form) != form:
            raise InputError(
                "Refused: the sound changes its format in the middle.",
                hint="Each chunk says the same as the `audio-start` before it.",
            )
        self._listening.feed(self._converter.convert(event.payload or b""))
        if self._listening.is_too_long:
            await self._end(self._listening)
            self._state = _State.DEAF

    async def _stop(self) -> None:
        listening, converter = self._listening, self._converter
        if listening is not None and converter is not None:
            listening.feed(converter.end())
            await self._end(listening)
        elif self._state is _State.IDLE:
            await self._wire.write(self._transcript(""))
        else:
            self._within_s = _GRACE_S
        self._state = _State.IDLE

    async def _end(self, listening: Listening) -> None:
        reply = await self._means.wait_for(listening.end)
        self._listening = self._converter = None
        unheard = listening.unheard
        if unheard is None or unheard is Unheard.SILENCE:
            await self._wire.write(self._transcript(reply.transcript))
        else:
            text = reply.answer or _UNHEARD[unheard]
            await self._fail(Error(text=text, code=unheard.value).event())

    async def _fail(self, event: Event) -> None:
        await self._wire.write(event)
        self._within_s = _GRACE_S

    def _transcript(self, text: str) -> Event:
        language = self._language or self._room.endpoint.language
        return Transcript(text=text, language=language, context=self._context).event()

    async def _typed(self, event: Event) -> None:
        text = _text(event, "text") or ""
        if not text.strip() or len(text) > _TYPED_CHARACTERS:
            raise InputError(f"Refused: a text has 1 to {_TYPED_CHARACTERS:,} characters.")
        context = _context(event)
        reply: Reply = await self._means.wait_for(self._room.typed, text)
        kind = Handled if reply.handled else NotHandled
        await self._wire.write(kind(text=reply.answer, context=context).event())

    def _drop(self) -> None:
        """What was being heard is nobody's: not a byte of it is kept."""
        if self._listening is not None:
            self._listening.drop()
            self._state = _State.DEAF
        self._listening = self._converter = None


def parse_language(said: object) -> str:
    """ISO 639-1 of ``en``, ``en-GB`` or ``en_GB``; "" where nothing is said.

    Raises:
        InputError: It is no language.
    """
    if said is None or said == "":
        return ""
    language = said.replace("_", "-").split("-")[0].lower() if isinstance(said, str) else ""
    if len(language) not in {2, 3} or not (language.isascii() and language.isalpha()):
        raise InputError("Refused: that is no language.", hint="`en`, `de` or `en-GB`, say.")
    return language


def _context(event: Event) -> dict[str, Any] | None:
    context = event.data.get("context")
    if not isinstance(context, dict | None):
        raise InputError("Refused: a context is a JSON object.")
    return context


def _text(event: Event, name: str) -> str | None:
    text = event.data.get(name)
    if not isinstance(text, str | None):
        raise InputError(f"Refused: `{name}` is a text.")
    try:
        (text or "").encode()
    except UnicodeEncodeError:
        raise InputError(f"Refused: `{name}` holds half a character.") from None
    return text
