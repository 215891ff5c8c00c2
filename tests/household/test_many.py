"""Deciding about many at once says of each what is said of it alone."""

import random

from bailee.household import HouseholdFacts
from bailee.rules.gate import CedarGate
from bailee.types.decide import OPERATOR, Access, Principal, PrincipalKind, Verb, decide_each
from bailee.types.facts import FactSheet
from bailee.types.household import PersonSort, Stay
from bailee.types.ids import ArtefactId, DeviceId, PersonId
from bailee.types.kind import Kind
from bailee.types.network import Network
from bailee.types.purpose import Purpose
from bailee.types.role import Right, Role
from bailee.types.span import Span
from household.conftest import Home
from support.vaults import HOUR_MS, NOW_MS, all_of, said

ODD_POLICIES = f"""
// A deployment's own, as odd as they come.
@id("no-noon")
forbid (principal, action == Action::"view", resource)
when {{ context.captured_ms > {NOW_MS - 6 * HOUR_MS} && context.captured_ms < {NOW_MS - 5 * HOUR_MS} }};
@id("held-is-not-heard")
forbid (principal, action == Action::"hear", resource) when {{ context.held }};
@id("held-is-copied")
permit (principal is Person, action == Action::"list", resource) when {{ context.held }};
@id("not-that-one")
forbid (principal, action, resource == Artefact::"art_7");
"""


def test_many_are_decided_as_each_alone(sqlite_home: Home) -> None:
    """Whoever asks, whatever for; with holds, stays, and policies that name one thing or an hour."""
    home, chance = sqlite_home, random.Random(20)
    home.add("hall", PersonSort.UNKNOWN)
    guest = home.add("Gran", PersonSort.GUEST)
    stay = Stay(since_ms=NOW_MS - 5 * HOUR_MS, until_ms=NOW_MS + HOUR_MS)
    gran = home.let_in(guest, Role.GUEST, stay, Right.VIEW)
    device = home.vault.show(said(home.vault, NOW_MS).recording_id).device_id
    for hours in (8, 3):
        from_ms = NOW_MS - hours * HOUR_MS
        home.vault.hold(all_of(person="Leo", from_ms=from_ms, to_ms=from_ms + HOUR_MS))
    asked: list[Access] = []

    class Counted(HouseholdFacts):
        def __call__(self, access: Access) -> FactSheet:
            asked.append(access)
            return super().__call__(access)

    gate = CedarGate(Counted(home.vault.desk(), home.sessions), extra_policies=ODD_POLICIES)
    link = Principal(kind=PrincipalKind.LINK, id="lnk_aaaaaaaaaaaaaaaa", network=Network.HOME)
    accesses = []
    for number in range(300):
        begin_ms = NOW_MS - chance.randrange(10 * HOUR_MS)
        span = Span(begin_ms=begin_ms, end_ms=begin_ms + chance.choice((0, HOUR_MS)))
        accesses.append(
            Access(
                principal=chance.choice((home.ana, home.leo, gran, OPERATOR, link)),
                verb=chance.choice((Verb.VIEW, Verb.HEAR, Verb.LIST)),
                purpose=Purpose.OWNER_VIEW,
                account_id=home.account_id,
                kind=chance.choice((Kind.AUDIO, Kind.TRANSCRIPT)),
                artefact_id=ArtefactId(f"art_{number % 20}"),
                person_id=chance.choice((home.leo_id, home.ana_id, PersonId("per_nobody"))),
                device_id=chance.choice((device, DeviceId("dev_nobody"))),
                span=chance.choice((span, None)) if number % 9 == 0 else span,
            )
        )
    alone = [gate(each) for each in accesses]
    asked_alone = len(asked)
    assert list(decide_each(gate, accesses)) == alone
    assert len(asked) - asked_alone < asked_alone
    assert {each.allowed for each in alone} == {True, False}
    assert list(decide_each(gate.__call__, accesses)) == alone
