"""Hearing by vosk, with a model from a folder of the user's; words come as the sound does.

Not run with a model by bailee's authors, who had none: tested up to it.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bailee.errors import UnavailableError
from bailee.intake.hearing.package import Package, require_language
from bailee.types.hearing import RATE_HZ, Heard, Hearing

PACKAGE = Package(
    name="vosk",
    module="vosk",
    extra="vosk",
    wants=(("am/final.mdl", "final.mdl"), ("conf/mfcc.conf", "mfcc.conf")),
)
_SILENT = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Vosk:
    """An `Engine`, in this process and from memory alone; `load_vosk` makes it.

    Attributes:
        package: vosk itself.
        model: Its model, which many may use at once.
    """

    name: str
    languages: tuple[str, ...]
    package: Any
    model: Any
    is_own: bool = True

    def listen(self, language: str) -> Hearing:
        """Begin an utterance. Raises `InputError` where the model is of another language."""
        require_language(language, self.languages)
        return _VoskHearing(self.package.KaldiRecognizer(self.model, RATE_HZ), self.name)


def load_vosk(folder: Path, language: str) -> Vosk:
    """The engine with the model in *folder*; it takes seconds, and the model's size in memory.

    Args:
        folder: Of the user's; see `PACKAGE.wants`.
        language: What the model understands (ISO 639-1), since it does not say so itself.

    Raises:
        InputError: There is no model for vosk in *folder*.
        UnavailableError: vosk is not installed.
    """
    path = PACKAGE.folder(folder)
    package = PACKAGE.imported()
    package.SetLogLevel(_SILENT)
    try:
        model = package.Model(model_path=path)
    except Exception as error:
        raise PACKAGE.not_a_model(folder) from error
    return Vosk(name=PACKAGE.called(folder), languages=(language,), package=package, model=model)


class _VoskHearing:
    def __init__(self, recogniser: Any, name: str) -> None:
        self._recogniser = recogniser
        self._name = name
        self._parts: list[str] = []

    def feed(self, pcm: bytes) -> None:
        try:
            if self._recogniser.AcceptWaveform(pcm):
                self._parts.append(_text(self._recogniser.Result()))
        except Exception as error:
            raise _failed() from error

    def end(self) -> Heard:
        try:
            self._parts.append(_text(self._recogniser.FinalResult()))
        except Exception as error:
            raise _failed() from error
        text = " ".join(each for each in self._parts if each)
        self.drop()
        return Heard(text=text, command=None, engine=self._name)

    def drop(self) -> None:
        self._recogniser = None
        self._parts.clear()


def _text(result: str) -> str:
    return str(json.loads(result)["text"])


def _failed() -> UnavailableError:
    return UnavailableError("vosk failed.", hint="Say it again; if it stays so, see its model.")
