"""Codes from an app: RFC 6238, drift, and that none counts twice."""

import threading
from dataclasses import replace

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailee.identity.errors import FactorRefusedError, SignInError
from bailee.identity.totp import matching_step
from identity.parts_for_tests import HERE, World

# RFC 6238 appendix B, SHA-1, of the secret "12345678901234567890"; the last six of its eight digits
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
RFC_6238 = [
    (59, "287082"),
    (1_111_111_109, "081804"),
    (1_111_111_111, "050471"),
    (1_234_567_890, "005924"),
    (2_000_000_000, "279037"),
    (20_000_000_000, "353130"),
]


@pytest.mark.parametrize(("at_s", "code"), RFC_6238)
def test_rfc_6238_appendix_b(at_s: int, code: str) -> None:
    """Each published code is right at its time and gives its own step."""
    assert matching_step(RFC_SECRET, code, at_s * 1000) == at_s // 30


@pytest.mark.parametrize(("off_s", "right"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_one_step_of_drift_is_forgiven(off_s: int, right: bool) -> None:
    """A clock 30 s off either way is forgiven, 60 s is not."""
    at_s, code = RFC_6238[3]
    assert (matching_step(RFC_SECRET, code, (at_s + off_s) * 1000) is not None) is right


@given(text=st.text(max_size=12))
def test_only_its_digits_are_a_code(text: str) -> None:
    """No text but the three codes of the moment matches, spaces aside."""
    at_ms = 1_790_000_000_000
    right = {pyotp.TOTP(RFC_SECRET).at(at_ms // 1000, counter_offset=off) for off in (-1, 0, 1)}
    matched = matching_step(RFC_SECRET, text, at_ms) is not None
    assert matched == ("".join(text.split()) in right)


def test_an_app_counts_only_once_a_code_was_seen(both: World) -> None:
    """A secret that was shown and never confirmed opens nothing; a wrong code confirms nothing."""
    entered = both.invite("per_ana", "ana", "four quiet chairs")
    both.identity.factors.begin_totp(entered.token)
    with pytest.raises(FactorRefusedError):
        both.identity.factors.confirm_totp(entered.token, "000000", HERE)
    assert not both.identity.has_factor("per_ana")


def test_a_code_counts_once(both: World) -> None:
    """The code that confirmed the app, and one that opened a session, open nothing again."""
    ana = both.person()
    with pytest.raises(SignInError):
        both.identity.sign_in.together(
            ana.name, ana.password, both.code(ana.secret, steps=-1), HERE
        )
    both.next_step()
    code = both.code(ana.secret)
    both.identity.sign_in.together(ana.name, ana.password, code, HERE)
    with pytest.raises(SignInError):
        both.identity.sign_in.together(ana.name, ana.password, code, HERE)


def test_a_clock_that_steps_back_reopens_no_code(world: World) -> None:
    """After the clock went back, codes of steps already taken stay spent."""
    ana = world.person()
    world.enter(ana)
    spent = world.code(ana.secret, steps=-1)
    world.clock.advance(ms=-30_000)
    with pytest.raises(SignInError):
        world.identity.sign_in.together(ana.name, ana.password, spent, HERE)


def test_of_many_with_one_code_one_gets_in(both: World) -> None:
    """Four sign-ins at once with the same right code: one session."""
    ana = both.person()
    known = replace(HERE, device_cookie=ana.entered.device_cookie)
    code = both.code(ana.secret)
    begun = [both.identity.sign_in.begin(ana.name, ana.password, known) for _ in range(4)]
    outcomes: list[bool] = []

    def finish(token: str) -> None:
        try:
            both.identity.sign_in.finish(token, code, known)
            outcomes.append(True)
        except SignInError:
            outcomes.append(False)

    threads = [threading.Thread(target=finish, args=(each.token,)) for each in begun]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False, False, False, True]


def test_another_app_takes_over_only_when_confirmed(world: World) -> None:
    """While a new app waits for its first code, the old one goes on counting; then it ends."""
    ana = world.person()
    entered = world.enter(ana)
    uri = world.identity.factors.begin_totp(entered.token)
    assert world.enter(ana).session.person_id == ana.id
    stepped = world.identity.step_up.by_code(entered.token, world.code(ana.secret), HERE)
    world.next_step()
    secret = uri.split("secret=")[1].split("&")[0]
    world.identity.factors.confirm_totp(stepped.token, world.code(secret), HERE)
    world.next_step()
    with pytest.raises(SignInError):
        world.identity.sign_in.together(ana.name, ana.password, world.code(ana.secret), HERE)
    world.identity.sign_in.together(ana.name, ana.password, world.code(secret), HERE)
