"""Reading: from words to a command, where all of the words are one, and else to nothing (R-14).

A phrase counts only as a whole: “don't delete what I just said” and “delete everything is sad
today” are no commands, whatever is in them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bailee.assistant.command import Command, Unclear
from bailee.assistant.matching import Matching, NamedBy
from bailee.assistant.meaning import Named
from bailee.assistant.phrases import Phrases
from bailee.assistant.tokens import key_of
from bailee.assistant.wordings import wordings
from bailee.types.ids import DeviceId, PersonId

_LONGEST = 1_000
"""Characters of a text that is looked at; nobody says a longer command."""
_LONGEST_TAIL = 4
"""Words of what is only polite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What a household calls its own, as it is spoken: without “the”.

    Attributes:
        places: Rooms and devices, each name with its device; a device may have several.
        persons: Those who may be named, the same way.
    """

    places: tuple[tuple[str, DeviceId], ...] = ()
    persons: tuple[tuple[str, PersonId], ...] = ()


class Reader:
    """Reads one language in one household. Immutable, and so safe for threads."""

    def __init__(self, phrases: Phrases, names: Names) -> None:
        self._phrases = phrases
        self._places = names.places
        self._persons = names.persons
        endings = phrases.lexicon.endings
        self._known: NamedBy = {
            "room": _known(names.places),
            "person": _known(names.persons),
            "owner": _known(names.persons, endings),
        }

    def read(self, text: str) -> Command | None:
        """The command that *text* is, as a whole; None for whatever else it is."""
        found = self.understand(text)
        return found if isinstance(found, Command) else None

    def understand(self, text: str) -> Command | Unclear | None:
        """The same, and `Unclear` where it is a command that may mean two things."""
        if len(text) > _LONGEST:
            return None
        matching = Matching(self._phrases, self._known, text)
        tails = _tails(matching)
        found = {
            command
            for at in _begins(matching)
            for section in ("delete", "commands")
            for until, command in matching.section(section, at)
            if until in tails
        }
        return _one_of(found)

    def sentences(self) -> Iterator[str]:
        """What can be said, for a recogniser's language model; nothing of “remember that …”.

        Every command in all of its wordings, with every room and person, and times that between
        them use each word for a time; each sentence once: some thousands.
        """
        return wordings(
            self._phrases,
            rooms=tuple(dict.fromkeys(name for name, _ in self._places)),
            persons=tuple(dict.fromkeys(name for name, _ in self._persons)),
        )


def _known(
    names: Sequence[tuple[str, str]], endings: Sequence[str] = ("",)
) -> dict[tuple[str, ...], Named]:
    """By the words of each name, with each of *endings*."""
    known: dict[tuple[str, ...], Named] = {}
    for name, each in names:
        for key in {key_of(name + ending) for ending in endings}:
            first, ids = known.get(key, (name, frozenset()))
            known[key] = first, ids | {each}
    known.pop((), None)
    return known


def _begins(matching: Matching) -> set[int]:
    """Where a command may begin: at once, or after what is only polite."""
    return {0} | {until for until, _ in matching.section("politeness", 0, "before")}


def _tails(matching: Matching) -> set[int]:
    """Where a command may end: at the end, or before what is only polite."""
    whole = len(matching)
    return {whole} | {
        at
        for at in range(max(0, whole - _LONGEST_TAIL), whole)
        if any(until == whole for until, _ in matching.section("politeness", at, "after"))
    }


def _one_of(found: set[Command | Unclear]) -> Command | Unclear | None:
    """The command where there is one; what differs in its free words alone has the fewest."""
    bare = {each for each in found if not (isinstance(each, Command) and each.rest)}
    resting = [each for each in found if isinstance(each, Command) and each.rest]
    best = bare or set(sorted(resting, key=lambda each: len(each.rest))[:1])
    if len(best) > 1:
        named = next((each for each in best if isinstance(each, Unclear)), None)
        return named or Unclear(act=next(iter(best)).act, name="")
    return next(iter(best), None)
