"""Two ears: another engine for the words, and the embedded one as a second opinion on commands."""

from bailee.errors import BaileeError
from bailee.types.hearing import Engine, Heard, Hearing


class TwoEars:
    """An `Engine`. Where the second does not know a language, or fails, there is one opinion."""

    def __init__(self, first: Engine, second: Engine) -> None:
        """Neither is started yet.

        Args:
            first: Whose words count: it is named beside the transcript.
            second: Whose ear for commands is asked besides.
        """
        self._first = first
        self._second = second

    @property
    def name(self) -> str:
        return self._first.name

    @property
    def languages(self) -> tuple[str, ...]:
        return self._first.languages

    @property
    def is_own(self) -> bool:
        return self._first.is_own and self._second.is_own

    def listen(self, language: str) -> "BothHear":
        """As `Engine.listen` of the first."""
        return BothHear(self._first.listen(language), self._second_hears(language))

    def _second_hears(self, language: str) -> Hearing | None:
        if language not in self._second.languages:
            return None
        try:
            return self._second.listen(language)
        except BaileeError:
            return None


class BothHear:
    """A `Hearing` by two."""

    def __init__(self, first: Hearing, second: Hearing | None) -> None:
        self._first = first
        self._second = second

    def feed(self, pcm: bytes) -> None:
        """As `Hearing.feed` of the first."""
        if self._second is not None:
            try:
                self._second.feed(pcm)
            except BaileeError:
                self._second = None
        self._first.feed(pcm)

    def end(self) -> Heard:
        """The first one's words, and the second one's command."""
        try:
            heard = self._first.end()
        except BaseException:
            self.drop()
            raise
        return Heard(text=heard.text, command=self._command(), engine=heard.engine)

    def drop(self) -> None:
        """As `Hearing.drop`, of both."""
        self._first.drop()
        if self._second is not None:
            self._second.drop()

    def _command(self) -> str | None:
        if self._second is None:
            return None
        try:
            return self._second.end().command
        except BaileeError:
            return None
