"""What a vault should hold, in a screenful: no keys, no tables, one moment.

Recordings are named by when they begin, artefacts by a token that is also their name and content;
both are used once. `Model` is copied before every verb, so that a crash may be judged by either.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from bailee.types.kind import Kind

Seen = dict[str, tuple[Kind, frozenset[tuple[int, str, str]], int]]
"""By token: the kind, the recordings it hangs on (begin, person, device), the day it is kept to."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A recording; `moves` counts how often it was given to somebody else."""

    person: str
    device: str
    begin: int
    end: int
    alive: bool = True
    moves: int = 0


@dataclass(frozen=True, slots=True)
class Thing:
    """An artefact. `person` and `device` are those of the stream its own leaf is in."""

    kind: Kind
    person: str
    device: str
    sources: tuple[int, ...]
    due: int
    alive: bool = True


@dataclass(frozen=True, slots=True)
class Gone:
    """A forgotten stretch; None means everybody, every device, recordings whole."""

    person: str | None
    device: str | None
    kind: Kind | None
    begin: int
    end: int


@dataclass(slots=True)
class Model:
    """Everything, at one moment."""

    today: int
    pieces: dict[int, Piece] = field(default_factory=dict)
    things: dict[str, Thing] = field(default_factory=dict)
    gone: list[Gone] = field(default_factory=list)
    begins: dict[str, int] = field(default_factory=dict)
    """When a person or device was last erased whole; "" for the account."""
    names: set[str] = field(default_factory=set)
    """Persons and devices that answer to their name; "" for the account."""
    holds: int = 0

    def copy(self) -> "Model":
        return Model(
            today=self.today,
            pieces=dict(self.pieces),
            things=dict(self.things),
            gone=list(self.gone),
            begins=dict(self.begins),
            names=set(self.names),
            holds=self.holds,
        )

    # -- what is there --------------------------------------------------------------------

    def opens(self, thing: Thing) -> bool:
        return (
            thing.alive
            and thing.due >= self.today
            and all(self.pieces[each].alive for each in thing.sources)
        )

    def seen(self) -> Seen:
        """What a list must show, and what must open; nothing else."""
        return {
            token: (
                thing.kind,
                frozenset(
                    (each, self.pieces[each].person, self.pieces[each].device)
                    for each in thing.sources
                ),
                thing.due,
            )
            for token, thing in self.things.items()
            if self.opens(thing)
        }

    def living(self) -> list[int]:
        """The recordings a list shows."""
        return sorted({each for _, hangs_on, _ in self.seen().values() for each, _, _ in hangs_on})

    # -- what may come --------------------------------------------------------------------

    def is_late(self, person: str, device: str, kind: Kind | None, begin: int, end: int) -> bool:
        """Whether a span touches what was forgotten; a kind of None asks for the recording."""
        if kind is None and begin <= max(
            self.begins.get(each, 0) for each in ("", f"p:{person}", f"d:{device}")
        ):
            return True
        return any(
            each.kind == kind
            and each.person in {None, person}
            and each.device in {None, device}
            and each.begin <= end
            and begin <= each.end
            for each in self.gone
        )

    def add(self, token: str, piece: Piece, kind: Kind, due: int) -> None:
        self.pieces[piece.begin] = piece
        self.things[token] = Thing(kind, piece.person, piece.device, (piece.begin,), due)
        self.names |= {"", f"p:{piece.person}", f"d:{piece.device}"}

    def derive(self, token: str, sources: tuple[int, ...], kind: Kind, due: int) -> None:
        first = self.pieces[sources[0]]
        self.things[token] = Thing(kind, first.person, first.device, sources, due)

    def span_of(self, sources: Iterable[int]) -> tuple[int, int]:
        pieces = [self.pieces[each] for each in sources]
        return min(each.begin for each in pieces), max(each.end for each in pieces)

    # -- what goes ------------------------------------------------------------------------

    def cut_piece(self, begin: int) -> None:
        self.pieces[begin] = replace(self.pieces[begin], alive=False)

    def cut_thing(self, token: str) -> None:
        self.things[token] = replace(self.things[token], alive=False)

    def erase_ids(self, begins: Iterable[int], kind: Kind | None) -> None:
        for begin in begins:
            if kind is None:
                self.cut_piece(begin)
                continue
            for token, thing in list(self.things.items()):
                if begin in thing.sources and thing.kind is kind and self.opens(thing):
                    self.cut_thing(token)

    def erase_span(self, gone: Gone) -> None:
        """A stretch of time: whatever overlaps it goes, by recordings or by a kind."""
        for begin, piece in list(self.pieces.items()):
            if gone.kind is None and _fits(piece, gone) and _overlaps(begin, piece.end, gone):
                self.cut_piece(begin)
        for token, thing in list(self.things.items()):
            begin, end = self.span_of(thing.sources)
            if thing.kind is gone.kind and _fits(thing, gone) and _overlaps(begin, end, gone):
                self.cut_thing(token)
        self.gone.append(gone)

    def drop(self, name: str, now: int) -> None:
        """A person, a device or ("") the account: name and all."""
        for begin, piece in list(self.pieces.items()):
            if name in {"", f"p:{piece.person}", f"d:{piece.device}"}:
                self.cut_piece(begin)
        for token, thing in list(self.things.items()):
            if name in {"", f"p:{thing.person}", f"d:{thing.device}"}:
                self.cut_thing(token)
        self.names -= self.names if name == "" else {name}
        if name == "":  # its persons, devices and stretches were its own
            self.gone.clear()
            self.begins.clear()
        self.begins[name] = now

    def retain(self, tokens: Iterable[str], due: int) -> None:
        for token in tokens:
            self.things[token] = replace(self.things[token], due=due)

    def reassign(self, begin: int, person: str) -> None:
        piece, old = self.pieces[begin], self.pieces[begin].person
        self.pieces[begin] = replace(piece, person=person, moves=piece.moves + 1)
        for token, thing in list(self.things.items()):
            if begin in thing.sources and thing.person == old:
                self.things[token] = replace(thing, person=person)
        self.names.add(f"p:{person}")

    def pass_days(self, today: int) -> None:
        """Days go by: what is over never comes back, whatever is asked later."""
        self.today = today
        for token, thing in list(self.things.items()):
            if thing.due < today:
                self.cut_thing(token)


def _fits(where: Piece | Thing, gone: Gone) -> bool:
    return gone.person in {None, where.person} and gone.device in {None, where.device}


def _overlaps(begin: int, end: int, gone: Gone) -> bool:
    return begin <= gone.end and gone.begin <= end
