"""One connection to a satellite: bailee is its server.

The satellite says when a run begins; bailee finds where somebody speaks and where they stop, has it
heard, and says the answer. A satellite streams until it gets a transcript: where the answer is a
question, none is sent yet, and so the microphone stays open without a wake word.
"""

import asyncio
import math
from dataclasses import dataclass, field

from bailee.errors import BaileeError, InputError, UnavailableError
from bailee.intake.listening import Listening
from bailee.intake.wyoming.ears import Ears
from bailee.intake.wyoming.events import (
    AudioChunk,
    AudioStop,
    Describe,
    Error,
    Event,
    Info,
    PauseSatellite,
    Ping,
    Played,
    Pong,
    RunPipeline,
    RunSatellite,
    Transcribe,
    Transcript,
    VoiceStarted,
    VoiceStopped,
)
from bailee.intake.wyoming.means import SatelliteMeans
from bailee.intake.wyoming.mouth import Mouth
from bailee.intake.wyoming.wire import Wire, error_event
from bailee.types.hearing import RATE_HZ, WIDTH_BYTES
from bailee.types.turn import Reply, Room, Unheard

PING_S = 2.0
PONG_WITHIN_S = 5.0
"""For satellites that ever answered a ping; old ones never do."""
INTRODUCED_WITHIN_S = 5.0
_BYTES_PER_S = RATE_HZ * WIDTH_BYTES
_LEAD_BYTES = _BYTES_PER_S // 2
"""What is kept in mind of before somebody was noticed to speak: half a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What a satellite asked for.

    Attributes:
        speaks: It has a loudspeaker.
        goes_on: It streams for ever: one utterance after the other, without wake words.
    """

    ears: Ears = field(default_factory=Ears)
    speaks: bool
    goes_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    reply: Reply
    unheard: Unheard | None


class Session:
    """From the introduction until one of the two hangs up."""

    def __init__(
        self, room: Room, means: SatelliteMeans, wire: Wire, *, every_sound: bool = False
    ) -> None:
        """Say nothing yet.

        Args:
            room: Whose endpoint the satellite is.
            means: Who hears, who speaks.
            wire: The connection.
            every_sound: Listen to all that it streams. Without it a satellite that has nobody find
                its wake word is refused: it would be a home's every word.
        """
        self._room = room
        self._means = means
        self._wire = wire
        self._every_sound = every_sound
        self._run: _Run | None = None
        self._run_came = asyncio.Event()
        self._mouth = Mouth(means, wire)
        self._ponged = asyncio.Event()
        self._answers_pings = False

    async def introduce(self) -> None:
        """See that there is a satellite, and tell it that bailee is ready.

        Raises:
            InputError: It is something else.
            UnavailableError: It hung up.
            TimeoutError: It says nothing.
        """
        await self._wire.write(Describe().event())
        async with asyncio.timeout(INTRODUCED_WITHIN_S):
            info = await self._info()
        if not isinstance(info.data.get("satellite"), dict):
            raise InputError("There is something at that address, and it is no satellite.")
        await self._wire.write(RunSatellite().event())

    async def _info(self) -> Event:
        while (event := await self._wire.read()) is not None:
            if Info.is_type(event.type):
                return event
        raise UnavailableError(_HUNG_UP)

    async def run(self) -> None:
        """Until it hangs up, or is cancelled: then it is told to pause.

        Raises:
            InputError: It asks for what bailee does not do, or does not speak Wyoming.
            UnavailableError: It hung up.
            TimeoutError: It does not answer any more.
            ConnectionError: The connection broke.
        """
        tasks = [asyncio.create_task(each) for each in (self._read(), self._serve(), self._ping())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        raise UnavailableError(_HUNG_UP, hint=_ONE_SERVER)

    async def pause(self) -> None:
        """Tell it that nobody listens any more."""
        await self._wire.write(PauseSatellite().event())

    async def _read(self) -> None:
        while (event := await self._wire.read(within_s=math.inf)) is not None:
            if AudioChunk.is_type(event.type):
                await self._hear(event)
            elif AudioStop.is_type(event.type) and self._run is not None:
                self._run.ears.stop()
            elif RunPipeline.is_type(event.type):
                await self._begin(event)
            elif Ping.is_type(event.type):
                await self._wire.write(Pong(text=None).event())
            elif Pong.is_type(event.type):
                self._answers_pings = True
                self._ponged.set()
            elif Played.is_type(event.type):
                self._mouth.played.set()

    async def _hear(self, event: Event) -> None:
        if self._run is None or self._run.ears.is_cut:
            return
        try:
            self._run.ears.put(event.payload or b"", event.data)
        except InputError as error:
            self._run.ears.cut()
            await self._wire.write(error_event(error), Transcript(text="").event())

    async def _begin(self, event: Event) -> None:
        """A run begins, and ends the one before it: it did not stop, or is just being answered."""
        start, end = event.data.get("start_stage"), event.data.get("end_stage")
        if start == "wake" and not self._every_sound:
            error = InputError(
                "This satellite has no wake word of its own and streams every sound of its room.",
                hint="Give it one (`--wake-uri`), or set the endpoint to every sound.",
            )
            await self._wire.write(error_event(error), PauseSatellite().event())
            raise error
        if start not in {"wake", "asr"}:
            error = InputError("Refused: a run begins with a wake word or with speech.")
            await self._wire.write(error_event(error))
            return
        if self._run is not None:
            self._run.ears.cut()
            self._mouth.played.set()
        self._run = _Run(speaks=end == "tts", goes_on=start == "wake")
        self._run_came.set()

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(PING_S)
            self._ponged.clear()
            await self._wire.write(Ping().event())
            if self._answers_pings:
                async with asyncio.timeout(PONG_WITHIN_S):
                    await self._ponged.wait()

    async def _serve(self) -> None:
        while True:
            await self._run_came.wait()
            self._run_came.clear()
            assert self._run is not None
            try:
                await self._converse(self._run)
            except BaileeError as error:
                await self._wire.write(error_event(error), Transcript(text="").event())

    async def _converse(self, run: _Run) -> None:
        """One utterance; more while bailee asks, or where the satellite streams for ever."""
        language = self._room.endpoint.language
        await self._wire.write(Transcribe(language=language).event())
        while (said := await self._utterance(run)) is not None:
            goes_on = run.goes_on or said.reply.asks
            await self._tell(run, said)
            if not goes_on:
                return
            run.ears.is_open = True
        if not run.ears.is_cut:
            await self._wire.write(Transcript(text="").event())

    async def _utterance(self, run: _Run) -> _Said | None:
        """What is said next; None where nobody speaks, or it was cut."""
        ending, lead = self._means.endings(), b""
        listening: Listening | None = None
        try:
            while (pcm := await run.ears.next()) is not None:
                await self._means.wait_for(ending.feed, pcm)
                if listening is not None:
                    listening.feed(pcm)
                elif ending.began:
                    listening = await self._means.listen(self._room, "")
                    listening.feed(lead + pcm)
                    await self._wire.write(VoiceStarted().event())
                else:
                    lead = (lead + pcm)[-_LEAD_BYTES:]
                    if ending.ended:  # nobody spoke
                        if not run.goes_on:
                            return None
                        ending = self._means.endings()
                if listening is not None and (ending.ended or listening.is_too_long):
                    break
            if listening is None or run.ears.is_cut:
                return None
            run.ears.shut()
            await self._wire.write(VoiceStopped().event())
            reply = await self._means.wait_for(listening.end)
            return _Said(reply=reply, unheard=listening.unheard)
        finally:
            if listening is not None:
                listening.drop()

    async def _tell(self, run: _Run, said: _Said) -> None:
        reply = said.reply
        if said.unheard not in {None, Unheard.SILENCE}:
            assert said.unheard is not None
            text = reply.answer or "It was not heard."
            await self._wire.write(Error(text=text, code=said.unheard.value).event())
        if run.goes_on or not reply.asks:
            language = self._room.endpoint.language
            await self._wire.write(Transcript(text=reply.transcript, language=language).event())
        if reply.answer and run.speaks and not run.ears.is_cut:
            await self._mouth.say(reply.answer, self._room.endpoint.language, run.ears)


_HUNG_UP = "The satellite hung up."
_ONE_SERVER = (
    "A satellite has one server at a time: see that Home Assistant does not own it as well."
)
