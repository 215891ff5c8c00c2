"""The matrix collapsed: rows that stand for many cells, and unfold to exactly those."""

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tools.permission_cube import PURPOSES, WHAT, Cell, states_of, subjects_of

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """All of *what*, for each purpose, about each subject, in every state but those *unless*.

    Attributes:
        who: One of `WHO`.
        what: Verbs, with the class of kind where they open something.
        purposes: For which.
        subjects: About whom.
        unless: The states, of those that can happen to *who*, in which it is otherwise.
    """

    who: str
    what: Names
    purposes: Names
    subjects: Names
    unless: Names

    def cells(self) -> Iterator[Cell]:
        """What it stands for."""
        states = [each for each in states_of(self.who) if each not in self.unless]
        for rest in itertools.product(self.what, self.purposes, self.subjects, states):
            yield Cell(self.who, *rest)


_Key = tuple[Names, Names, Names, Names]


def _in_order(names: Iterable[str], order: Names) -> Names:
    wanted = set(names)
    return tuple(each for each in order if each in wanted)


def _merged(rows: set[_Key], place: int, order: Names) -> set[_Key]:
    """Rows that differ in one place alone become one."""
    together: dict[tuple[Names, ...], set[str]] = defaultdict(set)
    for row in rows:
        together[row[:place] + row[place + 1 :]].update(row[place])
    return {
        (*rest[:place], _in_order(names, order), *rest[place:])  # type: ignore[misc]
        for rest, names in together.items()
    }


def collapse(who: str, cells: Iterable[Cell]) -> list[Row]:
    """The fewest rows that merging one dimension after another gives, for the *cells* of *who*."""
    states: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for cell in cells:
        states[cell.what, cell.purpose, cell.subject].add(cell.state)
    all_states = states_of(who)
    rows: set[_Key] = {
        (
            (what,),
            (purpose,),
            (subject,),
            tuple(each for each in all_states if each not in found),
        )
        for (what, purpose, subject), found in states.items()
    }
    for place, order in ((2, subjects_of(who)), (0, WHAT), (1, PURPOSES)):
        rows = _merged(rows, place, order)
    return sorted(
        (
            Row(who=who, what=what, purposes=purposes, subjects=subjects, unless=unless)
            for what, purposes, subjects, unless in rows
        ),
        key=_reading_order,
    )


def _reading_order(row: Row) -> tuple[int, ...]:
    first: Callable[[Names, Names], int] = lambda names, order: order.index(names[0])  # noqa: E731
    return (
        first(row.purposes, PURPOSES),
        first(row.what, WHAT),
        first(row.subjects, subjects_of(row.who)),
        len(row.unless),
    )
