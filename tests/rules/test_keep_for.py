"""Which rule counts: the most specific, the shorter voice, never longer than the policy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailee.errors import InputError
from bailee.rules.keep_for import capped, check_days, days_at, days_for, fresh_days
from bailee.rules.retention import DEFAULT_POLICY
from bailee.types.ids import DeviceId, PersonId
from bailee.types.keep_for import KeepRule, Reach, Voice
from bailee.types.kind import Kind

LEO, ANA, KITCHEN, PHONE = "leo", "ana", "kitchen", "phone"
AUDIO = Kind.AUDIO


def rule(
    days: int,
    person: str | None = None,
    device: str | None = None,
    *,
    voice: Voice = Voice.HOUSE,
    kind: Kind = AUDIO,
) -> KeepRule:
    reach = Reach(
        kind=kind,
        person_id=None if person is None else PersonId(person),
        device_id=None if device is None else DeviceId(device),
    )
    return KeepRule(reach=reach, voice=voice, days=days)


def any_rules() -> st.SearchStrategy[list[KeepRule]]:
    made = st.builds(
        rule,
        st.integers(0, 1096),
        st.sampled_from([None, LEO, ANA]),
        st.sampled_from([None, KITCHEN, PHONE]),
        voice=st.sampled_from(list(Voice)),
        kind=st.sampled_from([Kind.AUDIO, Kind.VIDEO]),
    )
    return st.lists(made, unique_by=lambda each: (each.reach, each.voice))


@pytest.mark.parametrize(
    ("rules", "days"),
    [
        ([], None),
        ([rule(7, kind=Kind.VIDEO)], None),
        ([rule(7, ANA)], None),
        ([rule(7, None, PHONE)], None),
        ([rule(30)], 30),
        ([rule(30), rule(7, None, KITCHEN)], 7),
        ([rule(7), rule(30, None, KITCHEN)], 30),
        ([rule(7, None, KITCHEN), rule(90, LEO)], 90),
        ([rule(90, LEO), rule(3, LEO, KITCHEN), rule(1)], 3),
        ([rule(365, LEO, KITCHEN), rule(7, LEO, voice=Voice.OWN)], 7),
        ([rule(7, LEO), rule(365, LEO, KITCHEN, voice=Voice.OWN)], 7),
        ([rule(0), rule(9, LEO, voice=Voice.OWN)], 9),
    ],
)
def test_the_most_specific_counts(rules: list[KeepRule], days: int | None) -> None:
    """A person before a device before everybody; of two voices about a person the shorter."""
    assert days_at(rules, AUDIO, (LEO, KITCHEN)) == days


@given(any_rules(), st.sampled_from([LEO, ANA]), st.sampled_from([KITCHEN, PHONE]))
def test_it_does_not_matter_in_which_order_they_were_made(
    rules: list[KeepRule], who: str, what: str
) -> None:
    """And one of the rules that fit is the one that counts."""
    days = days_at(rules, AUDIO, (who, what))
    assert days == days_at(rules[::-1], AUDIO, (who, what))
    fitting = {
        each.days
        for each in rules
        if each.reach.kind is AUDIO
        and each.reach.person_id in {None, who}
        and each.reach.device_id in {None, what}
    }
    assert days in fitting or (days is None and not fitting)


@given(any_rules(), st.integers(0, 1096))
def test_nobody_makes_longer_what_somebody_chose_for_themselves(
    rules: list[KeepRule], others: int
) -> None:
    """Whatever else is said about Leo, it ends no later than by what he says himself."""
    own = [each for each in rules if each.voice is Voice.OWN and each.reach.person_id == LEO]
    alone = days_at(own, AUDIO, (LEO, KITCHEN))
    with_all = days_at([*rules, rule(others, LEO, KITCHEN)], AUDIO, (LEO, KITCHEN))
    assert alone is None or (with_all is not None and with_all <= alone)


@given(any_rules())
def test_what_is_of_two_is_kept_for_the_shorter(rules: list[KeepRule]) -> None:
    """Of a clip of both, neither is kept longer than alone."""
    both = [(LEO, KITCHEN), (ANA, KITCHEN)]
    single = [days_at(rules, AUDIO, each) for each in both]
    said = [each for each in single if each is not None]
    assert days_for(rules, AUDIO, both) == (min(said) if said else None)


@given(
    st.one_of(st.none(), st.integers(1, 1096)),
    st.one_of(st.none(), st.integers(0, 4000)),
    st.sampled_from([each for each in Kind if each is not Kind.LABEL]),
)
def test_a_depositor_asks_for_less_and_never_for_more(
    asked: int | None, ruled: int | None, kind: Kind
) -> None:
    """Never longer than the rule, the policy, or what was asked for."""
    row = DEFAULT_POLICY[kind]
    days = fresh_days(asked, capped(DEFAULT_POLICY, kind, ruled), row.keep_days)
    assert ruled is None or days <= min(ruled, row.at_most_days)
    assert asked is None or days <= asked
    if asked is None and ruled is None:
        assert days == row.keep_days


def test_a_time_is_none_or_within_the_policy() -> None:
    """Zero is “don't keep”; there is no for ever, and names have no time of their own."""
    for days in (0, 1, 1096):
        check_days(DEFAULT_POLICY, AUDIO, days)
    for days in (-1, 1097):
        with pytest.raises(InputError):
            check_days(DEFAULT_POLICY, AUDIO, days)
    with pytest.raises(InputError):
        check_days(DEFAULT_POLICY, Kind.LABEL, 3)
