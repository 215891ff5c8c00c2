"""Two engines at once: the first one's words, the second one's opinion, if it has any."""

from dataclasses import dataclass, field

import pytest

from bailee.errors import InputError, UnavailableError
from bailee.intake.hearing import TwoEars
from bailee.types.hearing import Engine, Heard, Hearing


@dataclass(kw_only=True)
class Scripted:
    """A simulated engine that hears what it is told, and fails where it is told."""

    text: str
    command: str | None = None
    languages: tuple[str, ...] = ("en",)
    fails: str = ""
    is_own: bool = True
    name: str = "scripted 1"
    calls: list[str] = field(default_factory=list)

    def listen(self, language: str) -> Hearing:
        if language not in self.languages:
            raise InputError("unknown language")
        self._call("listen")
        return self

    def feed(self, pcm: bytes) -> None:
        self._call("feed")

    def end(self) -> Heard:
        self._call("end")
        return Heard(text=self.text, command=self.command, engine=self.name)

    def drop(self) -> None:
        self.calls.append("drop")

    def _call(self, what: str) -> None:
        self.calls.append(what)
        if what == self.fails:
            raise UnavailableError("scripted")


def _heard(engine: Engine, language: str = "en") -> Heard:
    hearing = engine.listen(language)
    hearing.feed(b"\0\0")
    return hearing.end()


def test_words_are_of_the_first_and_the_command_is_of_the_second() -> None:
    first = Scripted(text="Delete that.", name="whisper small")
    second = Scripted(text="the lead that", command="delete that")
    heard = _heard(TwoEars(first, second))
    assert heard == Heard(text="Delete that.", command="delete that", engine="whisper small")


@pytest.mark.parametrize("fails", ["listen", "feed", "end"])
def test_where_the_second_fails_there_is_one_opinion(fails: str) -> None:
    second = Scripted(text="", command="delete that", fails=fails)
    assert _heard(TwoEars(Scripted(text="Delete that."), second)).command is None


def test_a_language_that_the_second_does_not_know_has_one_opinion() -> None:
    ears = TwoEars(Scripted(text="lösch das", languages=("de", "en")), Scripted(text=""))
    assert _heard(ears, "de").command is None


@pytest.mark.parametrize("fails", ["listen", "feed", "end"])
def test_where_the_first_fails_so_do_both_and_nothing_is_held(fails: str) -> None:
    second = Scripted(text="", command="")
    ears = TwoEars(Scripted(text="", fails=fails), second)
    with pytest.raises(UnavailableError):
        _heard(ears)
    assert "end" not in second.calls


def test_dropped_by_both() -> None:
    first, second = Scripted(text=""), Scripted(text="")
    TwoEars(first, second).listen("en").drop()
    assert first.calls[-1] == second.calls[-1] == "drop"


@pytest.mark.parametrize(("one", "other"), [(True, False), (False, True)])
def test_own_only_where_both_are(one: bool, other: bool) -> None:
    assert not TwoEars(Scripted(text="", is_own=one), Scripted(text="", is_own=other)).is_own
    assert TwoEars(Scripted(text=""), Scripted(text="")).is_own
