"""What else somebody may have said who seems to have said a command: “don't …”, “I deleted …”."""

from collections.abc import Iterator
from importlib.resources import files

_FILE = "contests.en.txt"
_GOES_ON = " ..."
_FOR = " > "


class Contests:
    """All of them. Its file is read when it is made, and not again."""

    def __init__(self) -> None:
        text = (files("bailee.intake.hearing") / _FILE).read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if not line.startswith("#")]
        self._before = [line.removesuffix(_GOES_ON) for line in lines if line.endswith(_GOES_ON)]
        self._instead = [tuple(line.split(_FOR)) for line in lines if _FOR in line]

    def of(self, command: str) -> Iterator[str]:
        """Each, in words. Requires words in *command*."""
        first, *rest = command.split()
        yield from (f"{words} {command}" for words in self._before)
        yield from (" ".join((words, *rest)) for word, words in self._instead if word == first)
