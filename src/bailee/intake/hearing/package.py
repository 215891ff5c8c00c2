"""Recognisers whose model is a folder of the user's: never a name, and nothing is ever fetched.

Given a name, both vosk and faster-whisper would download a model, or a part that one lacks.
"""

import importlib
import importlib.metadata
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bailee.errors import InputError, UnavailableError

# Read by the Hugging Face libraries when they are first imported.
_OFFLINE = {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A recogniser's package, and what its models are made of.

    Attributes:
        name: As the package index has it: ``faster-whisper``.
        module: As Python imports it.
        extra: The extra of bailee's that brings it.
        wants: Files of a model, below its folder; of each group one has to be there.
    """

    name: str
    module: str
    extra: str
    wants: tuple[tuple[str, ...], ...]

    def folder(self, path: Path) -> str:
        """Where the model is: absolute, so that nobody takes it for a name.

        Raises:
            InputError: It is no folder, or none with a model of this package's in it.
        """
        if not path.is_dir():
            raise InputError(
                f"There is no folder {path} with a model for {self.name}.", hint=self._expected()
            )
        for group in self.wants:
            if not any((path / each).is_file() for each in group):
                raise self.not_a_model(path, f": it lacks {' or '.join(group)}")
        return str(path.resolve())

    def not_a_model(self, path: Path, why: str = "") -> InputError:
        """What to raise where its files are not what their names say."""
        return InputError(f"{path} is not a model for {self.name}{why}.", hint=self._expected())

    def imported(self) -> Any:
        """The package itself; it takes a second or two.

        Raises:
            UnavailableError: It is not installed, or does not run here.
        """
        os.environ.update(_OFFLINE)
        try:
            return importlib.import_module(self.module)
        except (ImportError, OSError) as error:
            raise UnavailableError(
                f"{self.name} is not installed.", hint=f"pip install 'bailee[{self.extra}]'"
            ) from error

    def called(self, path: Path) -> str:
        """Package, version and model, as kept beside a transcript."""
        return f"{self.name} {importlib.metadata.version(self.name)}, {path.name}"

    def _expected(self) -> str:
        files = ", ".join(" or ".join(each) for each in self.wants)
        return f"Name the folder that holds {files}. bailee downloads none."


def require_language(language: str, known: tuple[str, ...]) -> None:
    """Raise `InputError` unless *language* is one that a model understands."""
    if language not in known:
        raise InputError(
            f"This recogniser does not understand “{language}”.",
            hint=f"It understands {', '.join(known)}.",
        )
