"""Changing how one signs in: it ends every session, is told, and never leaves nobody able to."""

from dataclasses import replace

import pytest

from bailee.errors import ConflictError, InputError
from bailee.identity.errors import (
    LastFactorError,
    PasswordRefusedError,
    SignInError,
)
from bailee.identity.sign_in import Begun
from bailee.store.identity_tables import invitation, recovery_code, reset
from bailee.types.sign_in import SessionState, SignInEvent
from identity.parts_for_tests import CHEAP, HERE, PASSWORD, World

NEW = "another good chair"


def test_every_session_ends_when_the_password_changes(both: World) -> None:
    """All sessions and half-done sign-ins end; who changed it goes on in one new session."""
    ana = both.person()
    phone, desk = both.enter(ana), both.enter(ana)
    changed = both.identity.own_password.change(desk.token, ana.password, NEW, HERE)
    for dead in (ana.entered.token, phone.token, desk.token):
        assert both.identity.authenticate(dead) is None
    assert changed.session.id != desk.session.id
    assert both.identity.authenticate(changed.token) is not None
    assert SignInEvent.PASSWORD_CHANGED in both.told.of(ana.id)
    with pytest.raises(SignInError):
        both.enter(ana)
    both.enter(replace(ana, password=NEW))


def test_a_change_is_no_proof(world: World) -> None:
    """The session after a change has the age of what was proven before it."""
    ana = world.person()
    entered = world.enter(ana)
    changed = world.identity.own_password.change(entered.token, ana.password, NEW, HERE)
    assert changed.session.second_factor_ms == entered.session.second_factor_ms


def test_the_old_password_is_asked_for(world: World) -> None:
    """A wrong old password changes nothing, and neither does a new one that will not do."""
    ana = world.person()
    entered = world.enter(ana)
    with pytest.raises(SignInError):
        world.identity.own_password.change(entered.token, "wrong password", NEW, HERE)
    with pytest.raises(PasswordRefusedError):
        world.identity.own_password.change(entered.token, ana.password, ana.name, HERE)
    world.enter(ana)


def test_every_session_ends_when_a_factor_changes(both: World) -> None:
    """Renewed codes end all sessions, and the old codes with them."""
    ana = both.person()
    phone, desk = both.enter(ana), both.enter(ana)
    added = both.identity.factors.renew_recovery(desk.token, HERE)
    assert both.identity.authenticate(phone.token) is None
    assert len(set(added.codes)) == 10
    assert not set(added.codes) & set(ana.codes)
    assert both.count(recovery_code) == 10
    begun = both.identity.sign_in.begin(ana.name, ana.password, HERE)
    with pytest.raises(SignInError):
        both.identity.sign_in.finish_by_recovery(begun.token, ana.codes[0], HERE)
    both.identity.sign_in.finish_by_recovery(begun.token, added.codes[0], HERE)


def test_the_last_factor_stays(both: World) -> None:
    """Removing the only factor is refused, and undone with its transaction."""
    ana = both.person()
    entered = both.enter(ana)
    with pytest.raises(LastFactorError):
        both.identity.factors.remove_totp(entered.token, HERE)
    assert both.identity.authenticate(entered.token) is not None
    both.enter(ana)


# -- invitations ------------------------------------------------------------------------------


def test_an_invited_person_sets_up_a_factor_before_anything_else(both: World) -> None:
    """The session after accepting may do nothing but that; with the factor it becomes another."""
    entered = both.invite("per_ana", "ana", PASSWORD)
    assert entered.session.state is SessionState.ENROL
    for use in (
        both.identity.sessions,
        both.identity.end_others,
        both.identity.own_passkeys.list,
        lambda token: both.identity.step_up.by_code(token, "000000", HERE),
        lambda token: both.identity.own_password.change(token, PASSWORD, NEW, HERE),
        lambda token: both.identity.factors.renew_recovery(token, HERE),
    ):
        with pytest.raises(SignInError):
            use(entered.token)
    _, added = both.add_app(entered.token)
    assert len(added.codes) == 10
    assert added.entered.session.state is SessionState.FULL
    assert both.identity.authenticate(entered.token) is None


def test_a_set_up_session_is_short(world: World) -> None:
    """It ends after an hour, whatever it is used for."""
    entered = world.invite("per_ana", "ana", PASSWORD)
    world.clock.advance(ms=CHEAP.enrol_ms)
    assert world.identity.authenticate(entered.token) is None


def test_an_invitation_is_good_once_and_for_a_week(both: World) -> None:
    """Used, replaced, too late or made up, it lets nobody in."""
    accept, invite = both.identity.enrolment.accept, both.identity.enrolment.invite
    used = invite("per_ana", "acc_home")
    accept(used, "ana", PASSWORD, HERE)
    replaced = invite("per_leo", "acc_home")
    late = invite("per_leo", "acc_home")
    for token in (used, replaced, "made up"):
        with pytest.raises(SignInError):
            accept(token, "leo", PASSWORD, HERE)
    both.clock.advance(ms=CHEAP.invitation_ms)
    with pytest.raises(SignInError):
        accept(late, "leo", PASSWORD, HERE)
    both.identity.sweep()
    assert both.count(invitation) == 0


def test_a_name_belongs_to_one(both: World) -> None:
    """A taken name is refused, and the invitation is not used up by it."""
    both.person("ana")
    token = both.identity.enrolment.invite("per_leo", "acc_home")
    for name in ("Ana ", "", "x" * 255):
        with pytest.raises(InputError):
            both.identity.enrolment.accept(token, name, PASSWORD, HERE)
    both.identity.enrolment.accept(token, "leo", PASSWORD, HERE)


def test_a_new_invitation_begins_anew(both: World) -> None:
    """Accepted, it ends password, app, codes and sessions of before; until then it ends nothing."""
    ana = both.person("ana")
    token = both.identity.enrolment.invite(ana.id, "acc_home")
    entered = both.enter(ana)
    both.identity.enrolment.accept(token, "ana", NEW, HERE)
    assert both.identity.authenticate(entered.token) is None
    assert not both.identity.has_factor(ana.id)
    assert both.count(recovery_code) == 0


def test_inviting_a_newcomer_takes_nobody_over(both: World) -> None:
    """Who can sign in is not invited by others of the house; who set half of it up is, again."""
    invite = both.identity.enrolment.invite_newcomer
    ana = both.person("ana")
    with pytest.raises(ConflictError):
        invite(ana.id, "acc_home")
    assert both.identity.authenticate(ana.entered.token)
    first = invite("per_leo", "acc_home")
    assert first.expires_ms == both.clock.now_ms() + CHEAP.invitation_ms
    both.identity.enrolment.accept(first.token, "leo", PASSWORD, HERE)
    again = invite("per_leo", "acc_home")
    both.identity.enrolment.accept(again.token, "leo", NEW, HERE)


def test_recovery_codes_come_with_the_first_factor_alone(both: World) -> None:
    """Another app in the place of one leaves the codes that its person has written down."""
    ana = both.person("ana")
    _, added = both.add_app(ana.entered.token)
    assert added.codes == ()
    begun = both.identity.sign_in.begin("ana", PASSWORD, HERE)
    both.identity.sign_in.finish_by_recovery(begun.token, ana.codes[0], HERE)


def test_factors_are_shown(both: World) -> None:
    """App, passkeys and how many recovery codes are left, to whoever holds a full session."""
    entered = both.invite("per_leo", "leo", PASSWORD)
    with pytest.raises(SignInError):
        both.identity.factors.show(entered.token)
    ana = both.person("ana")
    both.identity.own_password.ask_reset("ana", ana.codes[0], HERE)
    shown = both.identity.factors.show(ana.entered.token)
    assert (shown.app, shown.passkeys, shown.recovery_left) == (True, (), 9)


def test_a_known_device_may_take_up_a_set_up_again(world: World) -> None:
    """Who lost the factor by an owner's doing sets up another from a device that is known."""
    ana = world.person("ana")
    parts = world.identity._parts
    world.database.write(lambda c: parts.totp.remove(c, ana.id))
    known = replace(HERE, device_cookie=ana.entered.device_cookie)
    entered = world.identity.sign_in.begin("ana", PASSWORD, known)
    assert not isinstance(entered, Begun)
    assert entered.session.state is SessionState.ENROL


# -- resets -----------------------------------------------------------------------------------


def test_what_is_made_up_costs_no_hash(world: World) -> None:
    """An invitation or a reset that nobody was given wears nothing down; a real one is hashed for."""
    real = world.identity.enrolment.invite("per_ana", "acc_home")
    world.hasher.work.clear()
    with pytest.raises(SignInError):
        world.identity.enrolment.accept("made up", "leo", PASSWORD, HERE)
    with pytest.raises(SignInError):
        world.identity.own_password.reset("made up", NEW, HERE)
    assert not world.hasher.work
    world.identity.enrolment.accept(real, "ana", PASSWORD, HERE)
    assert world.hasher.work == ["hash"]


def test_a_reset_takes_a_code_and_a_day(both: World) -> None:
    """It is told at once, opens a day later, ends every session and begins none."""
    ana = both.person()
    asked = both.identity.own_password.ask_reset(ana.name, ana.codes[0], HERE)
    assert {SignInEvent.RESET_ASKED, SignInEvent.RECOVERY_USED} <= set(both.told.of(ana.id))
    with pytest.raises(SignInError):
        both.identity.own_password.reset(asked.token, NEW, HERE)
    both.clock.advance(ms=CHEAP.reset_delay_ms)
    with pytest.raises(PasswordRefusedError):
        both.identity.own_password.reset(asked.token, "short", HERE)
    both.identity.own_password.reset(asked.token, NEW, HERE)
    assert both.identity.authenticate(ana.entered.token) is None
    with pytest.raises(SignInError):
        both.identity.own_password.reset(asked.token, NEW, HERE)
    both.enter(replace(ana, password=NEW))


def test_its_owner_stops_a_reset(both: World) -> None:
    """Any of their sessions ends it; a changed password does too; the code stays used up."""
    ana = both.person()
    entered = both.enter(ana)
    asked = both.identity.own_password.ask_reset(ana.name, ana.codes[0], HERE)
    assert both.identity.own_password.cancel_reset(entered.token)
    assert not both.identity.own_password.cancel_reset(entered.token)
    again = both.identity.own_password.ask_reset(ana.name, ana.codes[0], HERE)
    other = both.identity.own_password.ask_reset(ana.name, ana.codes[1], HERE)
    both.identity.own_password.change(entered.token, ana.password, NEW, HERE)
    both.clock.advance(ms=CHEAP.reset_delay_ms)
    for token in (asked.token, again.token, other.token):
        with pytest.raises(SignInError):
            both.identity.own_password.reset(token, "one more good chair", HERE)


@pytest.mark.parametrize("name", ["ana@home.example", "nobody"])
def test_asking_wrongly_for_a_reset_looks_the_same(world: World, name: str) -> None:
    """A wrong code, of a person or of nobody, is answered like a right one and begins nothing."""
    world.person()
    asked = world.identity.own_password.ask_reset(name, "aaaa-aaaa-aaaa-aaaa", HERE)
    assert len(asked.token) == 43
    assert asked.opens_ms == world.clock.now_ms() + CHEAP.reset_delay_ms
    assert world.count(reset) == 0
    world.clock.advance(ms=CHEAP.reset_delay_ms)
    with pytest.raises(SignInError):
        world.identity.own_password.reset(asked.token, NEW, HERE)


def test_a_reset_ends_by_itself(world: World) -> None:
    """A day after it opened it is over, and swept."""
    ana = world.person()
    asked = world.identity.own_password.ask_reset(ana.name, ana.codes[0], HERE)
    world.clock.advance(ms=CHEAP.reset_delay_ms + CHEAP.reset_open_ms)
    with pytest.raises(SignInError):
        world.identity.own_password.reset(asked.token, NEW, HERE)
    world.identity.sweep()
    assert world.count(reset) == 0
