"""Who looked, counted; the history sifted; how much there is of each kind."""

from collections import Counter

import pytest

from bailee.clock import DAY_MS
from bailee.errors import InputError, UnknownError
from bailee.types.choice import Choice
from bailee.types.decide import OPERATOR
from bailee.types.history import Only, Sort, WhoSort
from bailee.types.household import Stay
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose
from bailee.types.query import Query
from bailee.types.role import Role
from bailee.types.scope import Scope
from household.conftest import Home, person
from household.test_history import look, read
from support.vaults import NOW_MS, said

AT_MS = NOW_MS - 60_000
EVER = (0, 1 << 50)


def test_everybody_who_looked_is_counted_and_nobody_else(home: Home) -> None:
    """As often as the history tells, in the stretch in which it was; refusals and copies apart."""
    made = said(home.vault, AT_MS)
    for who in (home.leo, home.leo, home.ana):
        look(home, who, made.recording_id)
    home.clock.advance(ms=DAY_MS)
    released = home.vault.release(made.recording_id, purpose=Purpose.EXPORT, principal=OPERATOR)
    assert b"".join(released.stretches)
    edges = (NOW_MS - DAY_MS, NOW_MS + DAY_MS // 2, NOW_MS + 2 * DAY_MS)
    found = home.house.lookers.between(home.ana, home.account_id, edges)
    assert [(each.who.sort, each.opened, each.copies) for each in found] == [
        (WhoSort.YOU, (1, 0), 0),
        (WhoSort.PERSON, (2, 0), 0),
        (WhoSort.OPERATOR, (0, 1), 1),
    ]
    told = Counter(each.who for each in read(home, home.ana) if each.who)
    counted = home.house.lookers.between(home.ana, home.account_id, EVER)
    assert {each.who: sum(each.opened) + sum(each.refused) for each in counted} == told


def test_a_member_counts_what_is_theirs_alone(home: Home) -> None:
    tom_id = home.add("Tom")
    tom = home.let_in(tom_id, Role.MEMBER, Stay(since_ms=NOW_MS))
    look(home, home.ana, said(home.vault, AT_MS).recording_id)
    assert not home.house.lookers.between(tom, home.account_id, EVER)
    [leos] = home.house.lookers.between(home.leo, home.account_id, EVER)
    assert leos.who.name == "Ana"


def test_only_who_belongs_may_count_and_only_in_stretches(home: Home) -> None:
    for edges in ((), (1,), (2, 1), tuple(range(500))):
        with pytest.raises(InputError):
            home.house.lookers.between(home.ana, home.account_id, edges)
    with pytest.raises(UnknownError):
        home.house.lookers.between(person("per_aaaaaaaaaaaaaaaa"), home.account_id, EVER)


def test_the_history_is_sifted_as_if_by_hand(home: Home) -> None:
    """By who, whose, what kind and when; together with what a reader may see."""
    made = said(home.vault, AT_MS)
    look(home, home.leo, made.recording_id)
    home.clock.advance(ms=DAY_MS)
    look(home, home.ana, made.recording_id)
    everything = home.house.history.page(home.ana, home.account_id, sorts=tuple(Sort)).events

    def sifted(only: Only) -> list[int]:
        page = home.house.history.page(home.ana, home.account_id, sorts=tuple(Sort), only=only)
        return [each.number for each in page.events]

    def by_hand(by: str) -> list[int]:
        return [each.number for each in everything if each.who and each.who.id == by]

    assert sifted(Only(by=home.leo)) == by_hand(home.leo_id)
    assert sifted(Only(by=home.ana)) == by_hand(home.ana_id)
    later = [each.number for each in everything if each.at_ms >= NOW_MS + DAY_MS]
    assert sifted(Only(from_ms=NOW_MS + DAY_MS)) == later
    assert sifted(Only(to_ms=NOW_MS + DAY_MS)) == [
        each.number for each in everything if each.number not in later
    ]
    audio = [each.number for each in everything if each.kind is Kind.AUDIO]
    assert sifted(Only(kind=Kind.AUDIO)) == audio
    assert sifted(Only(person_id=home.mia_id)) == [
        each.number for each in everything if home.mia_id in each.details.values()
    ]
    looked = Only(person_id=home.leo_id, by=home.ana, kind=Kind.AUDIO)
    assert len(sifted(looked)) == 1


def test_a_member_reads_of_consents_that_are_not_theirs_nothing(home: Home) -> None:
    """A consent's scope is a word, and an erasure's is not: both are read."""
    home.house.consents.withdraw(home.ana, home.account_id, home.ana_id, Scope.USE)
    assert read(home, home.leo, Sort.CONSENT) == []
    assert len(read(home, home.ana, Sort.CONSENT)) == 1


def test_how_much_there_is_of_each_kind_is_what_the_list_shows(home: Home) -> None:
    """Until it is forgotten; of whom one may know of alone."""
    made = [said(home.vault, AT_MS + n) for n in range(3)]
    said(home.vault, AT_MS + 9, person="Ana")
    holding = home.house.timeline.holding
    listed = Counter(
        artefact.kind
        for each in home.house.timeline.list(
            home.ana, home.account_id, Query(), person_id=home.leo_id
        ).recordings
        for artefact in each.artefacts
    )
    assert holding(home.ana, home.account_id, person_id=home.leo_id) == listed
    assert sum(listed.values()) >= 3
    whole = holding(home.ana, home.account_id)
    assert whole[Kind.AUDIO] == listed[Kind.AUDIO] + 1
    assert holding(home.leo, home.account_id) == listed
    home.house.erasures.ask(home.leo, home.account_id, Choice(recordings=(made[0].recording_id,)))
    left = holding(home.ana, home.account_id, person_id=home.leo_id)
    assert left[Kind.AUDIO] == listed[Kind.AUDIO] - 1
    with pytest.raises(UnknownError):
        holding(home.leo, home.account_id, person_id=home.ana_id)
