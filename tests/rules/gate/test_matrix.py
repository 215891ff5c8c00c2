"""The permission matrix is what runs, and its page says exactly that."""

import random
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from tools import permissions
from tools.permission_cube import (
    KINDS,
    OPEN_PERMIT,
    OPENING,
    SUBJECTS,
    WHO,
    Asker,
    Cell,
    cells,
    is_allowed,
    is_closed_by_default_only,
    run,
    states_of,
)
from tools.permission_rows import collapse
from tools.permissions import (
    ALLOWED,
    BY_DEFAULT,
    PAGE,
    SOURCES,
    is_current,
    page_of,
    read_page,
)

from bailee.rules.gate import DEFAULT_DENY, GATE_ERROR
from bailee.types.decide import Decision, Verb
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose
from bailee.types.role import Role


def _agrees(opened: Decision, plain: Decision) -> bool:
    """Whether a gate without the open permit says what that with it lets one expect."""
    if is_allowed(opened):
        return plain.allowed and plain.policies == opened.policies[:-1]
    if is_closed_by_default_only(opened):
        return not plain.allowed and plain.policies == (DEFAULT_DENY,)
    return plain == opened


def test_the_matrix_names_all_there_is() -> None:
    """Every role, verb, kind and purpose; 166,278 cases."""
    found = list(cells())
    assert len(found) == len(set(found)) == 166_278
    assert {cell.who for cell in found} == {*WHO} >= {*Role}
    assert {cell.what.split()[0] for cell in found} == {*Verb}
    assert {cell.purpose for cell in found} == {*Purpose}
    assert {cell.subject for cell in found} == {*SUBJECTS}
    assert sorted(kind for group in KINDS.values() for kind in group) == sorted(Kind)


_SECTIONS: tuple[tuple[str, Callable[[Decision], bool]], ...] = (
    (ALLOWED, is_allowed),
    (BY_DEFAULT, is_closed_by_default_only),
)


def test_the_page_is_of_these_policies() -> None:
    """Nothing that it comes from has changed since `make docs` asked the gate every case."""
    assert is_current(PAGE.read_text(encoding="utf-8")), "run `make docs`"


def test_a_page_of_other_policies_or_changed_by_hand_is_not_current(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One word is enough, in the page or in any file that it comes from."""
    text = PAGE.read_text(encoding="utf-8")
    assert not is_current(text.replace("| always |", "| unless held |", 1))
    assert not is_current("")
    for number, path in enumerate(SOURCES):
        other = tmp_path / path.name
        other.write_bytes(path.read_bytes() + b" ")
        monkeypatch.setattr(
            permissions, "SOURCES", (*SOURCES[:number], other, *SOURCES[number + 1 :])
        )
        assert not is_current(text), path


def test_the_page_says_of_a_sample_what_runs() -> None:
    """Each case that the page says is open, and 10,000 of those that it says are closed.

    What a short run can miss: a case outside the sample that the page says is closed and that is open
    all the same, though the page was made from these very files (`is_current`): by an error in how
    answers become rows, or by a Cedar that judges otherwise than then. The long run asks each.
    """
    text = PAGE.read_text(encoding="utf-8")
    told = {title: {*read_page(text, title)} for title, _ in _SECTIONS}
    opened = set[Cell]().union(*told.values())
    closed = {*cells()} - opened
    some, ask = random.Random(11), Asker(extra_policies=OPEN_PERMIT)
    for cell in (*opened, *some.sample(sorted(closed), 10_000)):
        found = ask(cell)
        assert GATE_ERROR not in found.policies, cell
        for title, holds in _SECTIONS:
            assert holds(found) == (cell in told[title]), (title, cell)


@pytest.mark.long
def test_the_page_unfolds_to_exactly_what_runs() -> None:
    """No case more, none fewer, none twice; and it is the page that would be written now."""
    cube = run()
    text = PAGE.read_text(encoding="utf-8")
    for title, holds in _SECTIONS:
        told = Counter(read_page(text, title))
        assert set(told.values()) == {1}
        assert told.keys() == {cell for cell, decision in cube.items() if holds(decision)}
    assert text == page_of(cube), "run `make docs`"
    assert not [cell for cell, found in cube.items() if GATE_ERROR in found.policies]


def _disagree(some: Iterable[Cell]) -> list[Cell]:
    plain, opened = Asker(), Asker(extra_policies=OPEN_PERMIT)
    return [cell for cell in some if not _agrees(opened(cell), plain(cell))]


def test_the_open_permit_opens_no_case_that_a_safeguard_closes() -> None:
    """A gate with it and a gate without agree on all but what is closed by default alone."""
    text = PAGE.read_text(encoding="utf-8")
    opened = [*read_page(text, ALLOWED), *read_page(text, BY_DEFAULT)]
    closed = list({*cells()} - {*opened})
    some = random.Random(3)
    assert not _disagree([*some.sample(opened, 2000), *some.sample(sorted(closed), 4000)])


@pytest.mark.long
def test_the_open_permit_opens_no_case_at_all_that_a_safeguard_closes() -> None:
    """The same over the whole matrix."""
    assert not _disagree(cells())


def test_kinds_of_a_class_are_not_told_apart() -> None:
    """A class of kind in the matrix stands for each kind in it."""
    ask = Asker()
    some = random.Random(5)
    for cell in cells():
        verb, _, sort = cell.what.partition(" ")
        if sort == "other" and cell.state in {"in order", "every consent"} and some.random() < 0.15:
            assert verb in OPENING
            first, *others = KINDS[sort]
            assert ask(cell, first) == ask(cell, some.choice(others))


def test_collapsing_loses_and_adds_nothing() -> None:
    """Whatever set of cells is allowed, its rows unfold to it, each cell once."""
    some = random.Random(7)
    for who in WHO:
        mine = [cell for cell in cells() if cell.who == who]
        for share in (0.0, 0.001, 0.03):
            wanted = {cell for cell in mine if some.random() < share}
            told = Counter(cell for row in collapse(who, wanted) for cell in row.cells())
            assert told.keys() == wanted
            assert set(told.values()) <= {1}
        assert len(collapse(who, mine)) == 1
        assert not collapse(who, mine)[0].unless
        assert states_of(who)[0] == "in order"
