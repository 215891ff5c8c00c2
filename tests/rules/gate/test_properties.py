"""What holds whatever the facts are."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from tools.permission_cube import OPEN_PERMIT, OPENED

from bailee.rules.gate import DEFAULT_DENY, CedarGate
from bailee.types.decide import Access, Decision, Principal, PrincipalKind, Verb
from bailee.types.facts import DeviceSort, FactSheet
from bailee.types.ids import AccountId, ArtefactId, DeviceId, PersonId, RecordingId
from bailee.types.kind import Kind
from bailee.types.network import Network
from bailee.types.purpose import Purpose
from bailee.types.role import Right, Role
from bailee.types.scope import Scope
from bailee.types.span import MAX_MS, Span


class _Told:
    def __init__(self) -> None:
        self.sheet = FactSheet(now_ms=0)

    def __call__(self, access: Access) -> FactSheet:
        return self.sheet


TOLD = _Told()
PLAIN = CedarGate(TOLD)
OPEN = CedarGate(TOLD, extra_policies=OPEN_PERMIT)


def decided(gate: CedarGate, facts: FactSheet, access: Access) -> Decision:
    TOLD.sheet = facts
    return gate(access)


MOMENTS = st.one_of(st.integers(0, 100), st.integers(0, MAX_MS))
SPANS = st.none() | st.tuples(MOMENTS, MOMENTS).map(
    lambda pair: Span(begin_ms=min(pair), end_ms=max(pair))
)
AGES = st.sampled_from([None, -1, 0, 600, 601, 30 * 86_400, 30 * 86_400 + 1, 2**60])

FACTS = st.builds(
    FactSheet,
    now_ms=MOMENTS,
    belongs=st.booleans(),
    role=st.sampled_from(Role),
    rights=st.frozensets(st.sampled_from(Right)),
    access=SPANS,
    second_factor_age_s=AGES,
    step_up_age_s=AGES,
    network=st.sampled_from(Network),
    consents=st.frozensets(st.sampled_from(Scope)),
    subject_is_child=st.booleans(),
    subject_is_self=st.booleans(),
    subject_is_ward=st.booleans(),
    subject_is_shared=st.booleans(),
    device=st.sampled_from(DeviceSort),
    held=st.booleans(),
    end_to_end=st.booleans(),
)
ACCESSES = st.builds(
    Access,
    principal=st.builds(
        Principal, kind=st.sampled_from(PrincipalKind), id=st.sampled_from(["dev_a", "per_a"])
    ),
    verb=st.sampled_from(Verb),
    purpose=st.sampled_from(Purpose),
    account_id=st.just(AccountId("acc_a")),
    kind=st.none() | st.sampled_from(Kind),
    artefact_id=st.none() | st.just(ArtefactId("art_a")),
    recording_id=st.none() | st.just(RecordingId("rec_a")),
    person_id=st.none() | st.just(PersonId("per_a")),
    device_id=st.none() | st.just(DeviceId("dev_a")),
    span=SPANS,
)


@settings(max_examples=600, deadline=None)
@given(facts=FACTS, access=ACCESSES)
def test_the_open_permit_opens_nothing_that_a_safeguard_closes(
    facts: FactSheet, access: Access
) -> None:
    """What it opens was closed by default alone; what a safeguard closed, it closes still."""
    plain, opened = decided(PLAIN, facts, access), decided(OPEN, facts, access)
    assert "gate-error" not in {*plain.policies, *opened.policies}
    if plain.policies == (DEFAULT_DENY,):
        assert opened.policies == (OPENED,)
        assert opened.allowed
    elif plain.allowed:
        assert opened.policies == (*plain.policies, OPENED)
    else:
        assert opened == plain


@settings(max_examples=300, deadline=None)
@given(facts=FACTS, access=ACCESSES)
def test_a_hold_enables_nothing(facts: FactSheet, access: Access) -> None:
    """What is allowed under a hold is allowed without one (R-17)."""
    for gate in (PLAIN, OPEN):
        if decided(gate, replace(facts, held=True), access).allowed:
            assert decided(gate, replace(facts, held=False), access).allowed


@settings(max_examples=300, deadline=None)
@given(facts=FACTS, access=ACCESSES, more=FACTS)
def test_more_of_what_was_granted_closes_nothing(
    facts: FactSheet, access: Access, more: FactSheet
) -> None:
    """Rights, consents and fresh factors only ever open: taking one away opens nothing."""
    richer = replace(
        facts,
        rights=facts.rights | more.rights,
        consents=facts.consents | more.consents,
        second_factor_age_s=0,
        step_up_age_s=0,
        belongs=True,
        held=False,
        end_to_end=False,
    )
    for gate in (PLAIN, OPEN):
        if decided(gate, facts, access).allowed:
            assert decided(gate, richer, access).allowed


@settings(max_examples=300, deadline=None)
@given(facts=FACTS, access=ACCESSES)
def test_what_is_allowed_keeps_the_promises(facts: FactSheet, access: Access) -> None:
    """Said once more in Python, over whatever a deployment adds."""
    if not decided(OPEN, facts, access).allowed:
        return
    kind, verb = access.principal.kind, access.verb
    assert facts.belongs
    assert facts.network is not Network.BARRED
    assert kind is not PrincipalKind.STAFF
    assert verb is not Verb.REVIEW
    if kind is PrincipalKind.DEVICE:
        assert verb is Verb.DEPOSIT
        assert access.device_id == access.principal.id
    if kind is PrincipalKind.PERSON:
        assert facts.second_factor_age_s is not None
        assert 0 <= facts.second_factor_age_s <= 30 * 86_400
        assert facts.role is not Role.STRANGER
    if verb is Verb.DEPOSIT or verb is Verb.TRAIN:
        assert Scope.USE in facts.consents
    if verb is Verb.TRAIN:
        assert Scope.TRAIN in facts.consents
        assert not facts.held
    if kind is PrincipalKind.LINK:
        assert Scope.DISCLOSE in facts.consents or facts.subject_is_shared
        assert facts.access is not None
        assert facts.access.begin_ms <= facts.now_ms <= facts.access.end_ms
    if verb is Verb.CONSENT:
        assert facts.subject_is_ward if facts.subject_is_child else facts.subject_is_self


@settings(max_examples=300, deadline=None)
@given(facts=FACTS, access=ACCESSES)
def test_a_voice_keeps_to_what_a_room_may_be_trusted_with(facts: FactSheet, access: Access) -> None:
    """Whoever stands in it may be the one who speaks."""
    voice = replace(access, principal=replace(access.principal, kind=PrincipalKind.VOICE))
    if not decided(OPEN, facts, voice).allowed:
        return
    assert voice.verb in {Verb.DEPOSIT, Verb.LIST, Verb.VIEW, Verb.ERASE, Verb.WITHDRAW}
    if voice.verb is Verb.VIEW:
        assert voice.kind in {Kind.TRANSCRIPT, Kind.FACT}
        assert voice.purpose is Purpose.ASSIST
    if voice.verb is Verb.ERASE:
        assert facts.subject_is_self or facts.subject_is_ward or facts.subject_is_shared
