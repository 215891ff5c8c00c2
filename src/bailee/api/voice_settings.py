"""What a deployment may choose about listening, and the engine that it names."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from bailee.assistant.home_assistant.address import Address
from bailee.errors import BaileeError, InputError
from bailee.intake.hearing.embedded import Embedded
from bailee.intake.hearing.two import TwoEars
from bailee.intake.hearing.vosk import load_vosk
from bailee.intake.hearing.whisper import load_whisper
from bailee.types.hearing import Engine

EMBEDDED = "embedded"
_FORM = re.compile(r"embedded|whisper:.+|vosk:[a-z]{2}:.+|(tcp|unix)://.+")
_HINT = (
    "Write embedded, whisper:FOLDER, vosk:LANGUAGE:FOLDER with the folder of a model and what it "
    "understands, such as vosk:en:/models/vosk, or the address of another Wyoming service: "
    "tcp://127.0.0.1:10301, unix:///run/whisper.sock."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeAssistantAt:
    """Where what is not the assistant's own to answer is handed on; *token* is a long-lived one."""

    address: Address
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceSettings:
    """How a deployment listens.

    Attributes:
        recogniser: ``embedded``, ``whisper:FOLDER``, ``vosk:LANGUAGE:FOLDER``, or the address of
            another Wyoming service, to which sound is passed on.
        home_assistant: None to hand nothing on.
        phrases: A household's own file of phrases, by language.
        every_sound: Satellites without a wake word are listened to all the time.
        insecure: Endpoints may be beyond this machine, where others on the network can hear.
    """

    recogniser: str = EMBEDDED
    home_assistant: HomeAssistantAt | None = None
    phrases: tuple[tuple[str, Path], ...] = ()
    every_sound: bool = False
    insecure: bool = False

    def phrases_of(self, language: str) -> Path | None:
        """The household's own file for *language*; None for what is in the package."""
        return dict(self.phrases).get(language)


def check_recogniser(text: str) -> None:
    """Raise `InputError` unless *text* could name a recogniser; none is opened."""
    if not _FORM.fullmatch(text):
        raise InputError("That is no recogniser.", hint=_HINT)


def open_engine(settings: VoiceSettings, embedded: Embedded | None) -> Engine:
    """The recogniser that *settings* name, with the embedded one as its second ear.

    Args:
        settings: As somebody wrote them.
        embedded: None where it is not installed: then there is one opinion.

    Raises:
        InputError: They name none, or a folder without a model.
        UnavailableError: It is not installed.
    """
    check_recogniser(settings.recogniser)
    sort, _, rest = settings.recogniser.partition(":")
    if sort == EMBEDDED:
        return embedded or Embedded()
    first: Engine
    if sort == "whisper":
        first = load_whisper(Path(rest))
    elif sort == "vosk":
        first = load_vosk(Path(rest[3:]), rest[:2])
    else:
        first = _upstream(settings)
    return first if embedded is None else TwoEars(first, embedded)


def embedded_if_there() -> Embedded | None:
    """The engine within; None where the extra is not installed."""
    try:
        return Embedded()
    except BaileeError:
        return None


def _upstream(settings: VoiceSettings) -> Engine:
    from bailee.intake.wyoming.upstream import Upstream  # noqa: PLC0415  # an extra's

    return Upstream(settings.recogniser, insecure=settings.insecure)
