"""Two opinions: whether what was heard is to be done, asked about, or is something else (R-14).

An engine's general ear and its ear for commands err in different ways. What forgets, ends keeping
or confirms either is done at once only where both heard the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bailee.assistant.command import Act, Command, Unclear
from bailee.types.hearing import Heard

Understand = Callable[[str], Command | Unclear | None]
"""`Reader.understand`: whole phrases only."""
_NEEDS_BOTH = frozenset({Act.DELETE, Act.STOP_KEEPING})
_GUARDS = frozenset(
    {
        "not",
        "don't",
        "never",
        "didn't",
        "doesn't",
        "won't",
        "can't",
        "cannot",
        "wouldn't",
        "shouldn't",
        "nobody",
        "nothing",
    }
)
"""Words that turn a command into something else, in the one language that has a second ear."""
_MOST_MORE_WORDS = 3
"""So many more or fewer words make it something else."""


class Verdict(StrEnum):
    """What to do with it."""

    ACT = "act"
    ASK = "ask"
    """It may be meant; nobody can be sure."""
    OTHER = "other"
    """It is no command."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What was understood.

    Attributes:
        command: None with `Verdict.OTHER`, and only then.
    """

    verdict: Verdict
    command: Command | Unclear | None = None


_OTHER = Judged(verdict=Verdict.OTHER)


def judge(heard: Heard, understand: Understand) -> Judged:
    """What to do with *heard*, as *understand* reads either opinion."""
    text = understand(heard.text)
    if heard.command is None:
        return _one_opinion(text)
    command = understand(heard.command) if heard.command else None
    if command is not None and text is None and not _may_be(heard.text, heard.command):
        command = None
    if text == command:
        return _judged(Verdict.ACT, text)
    return _judged(*_differing(text, command))


def _one_opinion(text: Command | Unclear | None) -> Judged:
    is_risky = text is not None and text.act in _NEEDS_BOTH
    return _judged(Verdict.ASK if is_risky else Verdict.ACT, text)


def _differing(
    text: Command | Unclear | None, command: Command | Unclear | None
) -> tuple[Verdict, Command | Unclear | None]:
    """What comes of two opinions that are not one. The ear for commands knows them better."""
    either = [each for each in (command, text) if each is not None]
    risky = next((each for each in either if each.act in _NEEDS_BOTH), None)
    if risky is not None:
        return Verdict.ASK, risky
    best = either[0] if len(either) == 1 else text
    return (Verdict.ASK if best is not None and best.act is Act.YES else Verdict.ACT), best


def _judged(verdict: Verdict, command: Command | Unclear | None) -> Judged:
    return _OTHER if command is None else Judged(verdict=verdict, command=command)


def _may_be(text: str, command: str) -> bool:
    """Whether *text* may be a *command* that was misheard, and is not one that was turned round."""
    said, meant = text.lower().split(), command.lower().split()
    is_turned = bool((_GUARDS & set(said)) - set(meant))
    return bool(said) and not is_turned and abs(len(said) - len(meant)) <= _MOST_MORE_WORDS
