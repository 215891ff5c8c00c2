"""Hearing by faster-whisper, with a model from a folder of the user's; it hears at the end.

Not run with a model by bailee's authors, who had none: tested up to it.
"""

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bailee.errors import UnavailableError
from bailee.intake.hearing.package import Package, require_language
from bailee.types.hearing import Heard, Hearing

# Without its tokenizer.json it would fetch another model's.
PACKAGE = Package(
    name="faster-whisper",
    module="faster_whisper",
    extra="whisper",
    wants=(
        ("model.bin",),
        ("config.json",),
        ("tokenizer.json",),
        ("vocabulary.json", "vocabulary.txt"),
    ),
)
_FULL_SCALE = 32_768.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Whisper:
    """An `Engine`, in this process and from memory alone; `load_whisper` makes it.

    Attributes:
        arrays: numpy, which it takes sound from.
        model: Its model; those who use it at once wait for each other.
    """

    name: str
    languages: tuple[str, ...]
    arrays: Any
    model: Any
    is_own: bool = True

    def listen(self, language: str) -> Hearing:
        """Begin an utterance. Raises `InputError` where the model is of other languages."""
        require_language(language, self.languages)
        return _WhisperHearing(self, language)


def load_whisper(folder: Path) -> Whisper:
    """The engine with the model in *folder*, on the processor; it takes seconds, and memory.

    Args:
        folder: Of the user's, as CTranslate2 converts one; see `PACKAGE.wants`.

    Raises:
        InputError: There is no model for faster-whisper in *folder*.
        UnavailableError: faster-whisper is not installed.
    """
    path = PACKAGE.folder(folder)
    package = PACKAGE.imported()
    try:
        model = package.WhisperModel(path, device="cpu", local_files_only=True)
    except Exception as error:
        raise PACKAGE.not_a_model(folder) from error
    return Whisper(
        name=PACKAGE.called(folder),
        languages=tuple(model.supported_languages),
        arrays=importlib.import_module("numpy"),
        model=model,
    )


class _WhisperHearing:
    def __init__(self, engine: Whisper, language: str) -> None:
        self._engine = engine
        self._language = language
        self._pcm = bytearray()

    def feed(self, pcm: bytes) -> None:
        self._pcm += pcm

    def end(self) -> Heard:
        try:
            text = self._text()
        except Exception as error:
            raise UnavailableError(
                "faster-whisper failed.", hint="Say it again; if it stays so, see its model."
            ) from error
        finally:
            self.drop()
        return Heard(text=text, command=None, engine=self._engine.name)

    def _text(self) -> str:
        arrays = self._engine.arrays
        sound = arrays.frombuffer(bytes(self._pcm), dtype="<i2").astype("float32") / _FULL_SCALE
        # It makes words up where nobody speaks, and goes on with those: so its own detector of
        # speech looks first, and no sentence leads to the next.
        segments, _ = self._engine.model.transcribe(
            sound, language=self._language, vad_filter=True, condition_on_previous_text=False
        )
        return " ".join(each.text.strip() for each in segments)

    def drop(self) -> None:
        self._pcm = bytearray()
