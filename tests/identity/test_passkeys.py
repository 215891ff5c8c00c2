"""Passkeys against an authenticator that is wrong in one way at a time."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bailee.errors import InputError, UnknownError
from bailee.identity.errors import FactorRefusedError, LastFactorError, SignInError
from bailee.identity.passkey_answers import parse_answer
from bailee.store.identity_tables import challenge
from bailee.types.sign_in import Factor, SessionState, SignInEvent
from identity.authenticator import USER_PRESENT, USER_VERIFIED, Authenticator
from identity.parts_for_tests import CHEAP, HERE, PASSWORD, Someone, World


def add(world: World, token: str, device: Authenticator, name: str = "my phone") -> str:
    options = world.identity.own_passkeys.begin(token)
    body = device.create(options)
    return world.identity.own_passkeys.add(token, body, name, HERE).entered.token


def with_passkey(world: World, device: Authenticator) -> Someone:
    ana = world.person()
    token = add(world, world.enter(ana).token, device)
    session = world.identity.authenticate(token)
    assert session is not None
    return ana


def sign_in(world: World, device: Authenticator) -> str:
    asked = world.identity.passkeys.begin()
    return world.identity.passkeys.finish(device.get(asked.options), asked.ticket, HERE).token


def test_a_passkey_is_enough(both: World) -> None:
    """Set up, listed under its sealed name, and good to sign in with no name and no password."""
    device = Authenticator()
    ana = with_passkey(both, device)
    token = sign_in(both, device)
    found = both.identity.authenticate(token)
    assert found is not None
    assert (found.person_id, found.factor) == (ana.id, Factor.PASSKEY)
    assert found.second_factor_ms == both.clock.now_ms()
    listed = both.identity.own_passkeys.list(token)
    assert [(each.name, each.used_day) for each in listed] == [
        ("my phone", both.clock.now_ms() // 86_400_000)
    ]


def test_options_ask_for_verification_and_name_nobody(world: World) -> None:
    """Creation wants a discoverable, verifying credential; requests list no credential."""
    ana = with_passkey(world, Authenticator())
    creation = json.loads(world.identity.own_passkeys.begin(world.enter(ana).token))
    assert creation["authenticatorSelection"]["userVerification"] == "required"
    assert creation["authenticatorSelection"]["residentKey"] == "required"
    assert len(creation["excludeCredentials"]) == 1
    assert ana.id not in json.dumps(creation)
    request = json.loads(world.identity.passkeys.begin().options)
    assert request["userVerification"] == "required"
    assert not request.get("allowCredentials")


FAULTS = {
    "without user verification": {"flags": USER_PRESENT},
    "without user presence": {"flags": USER_VERIFIED},
    "from another origin": {"origin": "https://evil.example"},
    "from another port": {"origin": "http://localhost:8080"},
    "for another domain": {"rp_id": "evil.example"},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_answer_sets_nothing_up(world: World, fault: str) -> None:
    """Registration is refused, and its challenge is spent."""
    entered = world.invite("per_ana", "ana", PASSWORD)
    options = world.identity.own_passkeys.begin(entered.token)
    wrong = replace(Authenticator(), **FAULTS[fault])  # type: ignore[arg-type]  # one field of it
    for body in (wrong.create(options), Authenticator().create(options)):
        with pytest.raises(FactorRefusedError):
            world.identity.own_passkeys.add(entered.token, body, "phone", HERE)
    assert not world.identity.has_factor("per_ana")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_answer_opens_nothing(world: World, fault: str) -> None:
    """Sign-in and step-up are refused, and the challenge is spent by the attempt."""
    device = Authenticator()
    ana = with_passkey(world, device)
    wrong = replace(device, **FAULTS[fault])  # type: ignore[arg-type]  # one field of it
    asked = world.identity.passkeys.begin()
    for body in (wrong.get(asked.options), device.get(asked.options)):
        with pytest.raises(SignInError):
            world.identity.passkeys.finish(body, asked.ticket, HERE)
    token = world.enter(ana).token
    options = world.identity.step_up.begin_passkey(token)
    with pytest.raises(SignInError):
        world.identity.step_up.by_passkey(token, wrong.get(options), HERE)


def test_an_answer_counts_once_for_its_browser_and_in_time(both: World) -> None:
    """Replayed, from another browser, late, or without a challenge of ours: refused."""
    device = Authenticator()
    with_passkey(both, device)
    asked, other = both.identity.passkeys.begin(), both.identity.passkeys.begin()
    body = device.get(asked.options)
    with pytest.raises(SignInError):
        both.identity.passkeys.finish(body, other.ticket, HERE)
    both.identity.passkeys.finish(body, asked.ticket, HERE)
    with pytest.raises(SignInError):
        both.identity.passkeys.finish(body, asked.ticket, HERE)
    late = both.identity.passkeys.begin()
    both.clock.advance(ms=CHEAP.challenge_ms)
    with pytest.raises(SignInError):
        both.identity.passkeys.finish(device.get(late.options), late.ticket, HERE)
    made_up = json.dumps({"challenge": "A" * 43})
    with pytest.raises(SignInError):
        both.identity.passkeys.finish(device.get(made_up), late.ticket, HERE)
    both.identity.sweep()
    assert both.count(challenge) == 0


def test_a_challenge_serves_its_own_ceremony(world: World) -> None:
    """One for signing in steps nothing up and sets nothing up, and the other way round."""
    device = Authenticator()
    ana = with_passkey(world, device)
    token = world.enter(ana).token
    asked = world.identity.passkeys.begin()
    with pytest.raises(SignInError):
        world.identity.step_up.by_passkey(token, device.get(asked.options), HERE)
    options = world.identity.step_up.begin_passkey(token)
    with pytest.raises(SignInError):
        world.identity.passkeys.finish(device.get(options), token, HERE)
    with pytest.raises(FactorRefusedError):
        world.identity.own_passkeys.add(token, Authenticator().create(options), "two", HERE)


def test_a_counter_that_runs_backwards_is_refused_and_told(both: World) -> None:
    """Two copies of one key: the one that lags behind is refused, and its owner hears of it."""
    device = Authenticator(count=7)
    ana = with_passkey(both, device)
    copy = replace(device)
    sign_in(both, device)
    sign_in(both, device)
    with pytest.raises(SignInError):
        sign_in(both, copy)
    assert both.told.of(ana.id)[-1] is SignInEvent.PASSKEY_CLONED
    assert both.told.entries[-1][2] is SignInEvent.PASSKEY_CLONED
    sign_in(both, device)


def test_stepping_up_with_a_passkey(both: World) -> None:
    """It moves the session to a new token, and lets the password change without the old one."""
    device = Authenticator()
    ana = with_passkey(both, device)
    token = both.enter(ana).token
    both.clock.advance(days=1)
    options = both.identity.step_up.begin_passkey(token)
    moved = both.identity.step_up.by_passkey(token, device.get(options), HERE)
    assert both.identity.authenticate(token) is None
    assert moved.session.stepped_up_ms == both.clock.now_ms()
    both.identity.own_password.change(moved.token, "", "another good chair", HERE)


def test_a_passkey_of_another_steps_nothing_up(world: World) -> None:
    """A valid passkey of a second person is refused in the session of the first."""
    ana_device, leo_device = Authenticator(), Authenticator()
    ana = with_passkey(world, ana_device)
    leo = world.person("leo@home.example")
    add(world, leo.entered.token, leo_device)
    token = world.enter(ana).token
    options = world.identity.step_up.begin_passkey(token)
    with pytest.raises(SignInError):
        world.identity.step_up.by_passkey(token, leo_device.get(options), HERE)


def test_several_passkeys_are_renamed_and_removed_but_the_last(both: World) -> None:
    """Each has its name; removing one ends all sessions; without an app the last one stays."""
    entered = both.invite("per_ana", "ana", PASSWORD)
    token = add(both, entered.token, phone := Authenticator(), "phone")
    both.clock.advance(ms=1)
    token = add(both, token, Authenticator(), "key")
    first, second = both.identity.own_passkeys.list(token)
    both.identity.own_passkeys.rename(token, second.id, " Key in the drawer ")
    assert both.identity.own_passkeys.list(token)[1].name == "Key in the drawer"
    for name in (" ", "x" * 61):
        with pytest.raises(InputError):
            both.identity.own_passkeys.rename(token, second.id, name)
    left = both.identity.own_passkeys.remove(token, first.id, HERE)
    assert both.identity.authenticate(token) is None
    with pytest.raises(SignInError):
        sign_in(both, phone)
    with pytest.raises(LastFactorError):
        both.identity.own_passkeys.remove(left.token, second.id, HERE)
    with pytest.raises(UnknownError):
        both.identity.own_passkeys.remove(left.token, first.id, HERE)
    assert len(both.identity.own_passkeys.list(left.token)) == 1


def test_the_first_passkey_brings_recovery_codes_and_a_full_session(world: World) -> None:
    """Set up from an invitation, it is the first factor: codes are shown, the session is full."""
    entered = world.invite("per_ana", "ana", PASSWORD)
    options = world.identity.own_passkeys.begin(entered.token)
    body = Authenticator().create(options)
    added = world.identity.own_passkeys.add(entered.token, body, "phone", HERE)
    assert len(added.codes) == 10
    assert added.entered.session.state is SessionState.FULL


def test_a_credential_is_set_up_once(world: World) -> None:
    """The same credential again, for whomever, is refused."""
    device = Authenticator()
    with_passkey(world, device)
    leo = world.person("leo@home.example")
    with pytest.raises(InputError):
        add(world, leo.entered.token, device)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=150)
@given(body=st.text(max_size=60) | _json.map(json.dumps))
def test_any_text_is_read_without_a_crash(body: str) -> None:
    """Whatever a browser sends is an answer or none."""
    assert parse_answer(body) is None


@settings(max_examples=120)
@given(data=st.data())
def test_an_answer_with_any_part_bent_is_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Each field of a right answer replaced by something else: refused, never an accident."""
    from bailee.identity.passkey_answers import verified_count, verified_registration

    device = Authenticator()
    options = json.dumps({"challenge": "A" * 43})
    made = json.loads(device.create(options))
    whole = json.loads(data.draw(st.sampled_from([device.create(options), device.get(options)])))
    place = data.draw(st.sampled_from(["id", "rawId", "type", *whole["response"]]))
    other = data.draw(_json | st.just("A" * 40))
    target = whole["response"] if place in whole["response"] else whole
    if target[place] == other:
        return
    target[place] = other
    answer = parse_answer(json.dumps(whole))
    if answer is None:
        return
    right = parse_answer(json.dumps(made))
    assert right is not None
    registered = verified_registration(CHEAP, right)
    assert registered is not None
    assert verified_registration(CHEAP, answer) is None
    assert verified_count(CHEAP, registered.public_key, answer) is None


def test_an_absurdly_deep_or_long_answer_is_none() -> None:
    """A bomb of brackets or of bytes is no answer."""
    assert parse_answer("[" * 60_000) is None
    assert parse_answer('{"rawId": "' + "A" * 70_000 + '"}') is None
