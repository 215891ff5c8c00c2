"""Sessions: opaque, timed, one by one or all at once, and never one that somebody planted."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bailee.clock import FixedClock
from bailee.errors import UnknownError
from bailee.identity.entering import Entered
from bailee.identity.errors import SignInError, StepUpError
from bailee.identity.token import csrf_of, hash_token, is_csrf, new_token
from bailee.store.database import Database
from bailee.store.identity_tables import session
from bailee.types.sign_in import SessionState, SignInEvent
from identity.parts_for_tests import CHEAP, HERE, PASSWORD, Someone, World, quick_folder

START_MS = 1_790_000_000_000


def test_a_session_ends_by_idleness_and_by_age(both: World) -> None:
    """Unused for the idle time it ends; used all along it ends at its absolute time."""
    ana = both.person()
    idle, used = both.enter(ana), both.enter(ana)
    while both.clock.now_ms() < used.session.made_ms + CHEAP.session_ms - CHEAP.idle_ms // 2:
        both.clock.advance(ms=CHEAP.idle_ms // 2)
        assert both.identity.authenticate(used.token) is not None
    assert both.identity.authenticate(idle.token) is None
    both.clock.advance(ms=CHEAP.idle_ms // 2)
    assert both.identity.authenticate(used.token) is None
    both.identity.sweep()
    assert both.count(session) == 0


def test_use_is_noted_once_a_minute(world: World) -> None:
    """A busy session costs a write a minute, not one a request."""
    token = world.enter(world.person()).token
    world.clock.advance(ms=60_000)
    world.identity.authenticate(token)
    used = world.identity.authenticate(token)
    world.clock.advance(ms=59_999)
    again = world.identity.authenticate(token)
    assert used is not None
    assert again is not None
    assert used.used_ms == again.used_ms == world.clock.now_ms() - 59_999


def test_only_its_hash_is_stored(world: World) -> None:
    """No row holds a token; the hash does not open the session it names."""
    token = world.enter(world.person()).token
    assert world.identity.authenticate(hash_token(token).hex()) is None
    rows = world.database.read(lambda c: c.execute(session.select()).all())
    assert token.encode() not in repr(rows).encode()


def test_stepping_up_moves_to_a_new_token(both: World) -> None:
    """After a step-up the old token is dead, the id stays, and both ages are of now."""
    ana = both.person()
    entered = both.enter(ana)
    both.clock.advance(days=1)
    moved = both.identity.step_up.by_code(entered.token, both.code(ana.secret), HERE)
    assert both.identity.authenticate(entered.token) is None
    assert moved.session.id == entered.session.id
    assert moved.session.stepped_up_ms == moved.session.second_factor_ms == both.clock.now_ms()
    assert moved.session.expires_ms == entered.session.expires_ms


def test_a_wrong_code_steps_nothing_up(world: World) -> None:
    """The session stays as it was, under its token; guessing on makes it wait."""
    ana = world.person()
    entered = world.enter(ana)
    with pytest.raises(SignInError):
        world.identity.step_up.by_code(entered.token, "000000", HERE)
    found = world.identity.authenticate(entered.token)
    assert found is not None
    assert found.stepped_up_ms is None


def test_sessions_are_listed_and_ended_one_by_one(both: World) -> None:
    """Each shows its device and coarse network; ending one leaves the others."""
    ana = both.person()
    phone = both.enter(ana, replace(HERE, address="2001:db8:1:2::3", description="Phone\x00"))
    shown = both.identity.sessions(phone.token)
    assert {(each.device, each.network) for each in shown} == {
        ("Phone", "2001:db8:1::/48"),
        ("Firefox on Linux", "192.0.2.0/24"),
    }
    both.identity.end(phone.token, ana.entered.session.id)
    assert both.identity.authenticate(ana.entered.token) is None
    assert both.identity.authenticate(phone.token) is not None
    both.identity.end(phone.token, phone.session.id)
    with pytest.raises(SignInError):
        both.identity.sessions(phone.token)
    assert [entry[2] for entry in both.told.entries][-2:] == [SignInEvent.ENDED] * 2


def test_nobody_ends_the_session_of_another(world: World) -> None:
    """Another person's session, even of the same household, is unknown."""
    ana, leo = world.person(), world.person("leo@home.example")
    with pytest.raises(UnknownError):
        world.identity.end(leo.entered.token, ana.entered.session.id)
    assert world.identity.authenticate(ana.entered.token) is not None


def test_a_form_token_is_good_for_its_session_alone() -> None:
    """The CSRF token of one session, an empty or an absurd one, is refused in another."""
    token, other = new_token(), new_token()
    assert is_csrf(token, csrf_of(token))
    assert not any(is_csrf(token, given) for given in (csrf_of(other), "", "\ud800", token))


def test_changing_anything_needs_a_fresh_factor(world: World) -> None:
    """Ten minutes after signing in, password, app, passkeys and codes change no more."""
    ana = world.person()
    entered = world.enter(ana)
    world.clock.advance(ms=CHEAP.step_up_ms)
    identity, token = world.identity, entered.token
    for change in (
        lambda: identity.own_password.change(token, ana.password, "another good chair", HERE),
        lambda: identity.factors.begin_totp(token),
        lambda: identity.factors.confirm_totp(token, "000000", HERE),
        lambda: identity.factors.remove_totp(token, HERE),
        lambda: identity.factors.renew_recovery(token, HERE),
        lambda: identity.own_passkeys.begin(token),
        lambda: identity.own_passkeys.remove(token, "pky_none", HERE),
    ):
        with pytest.raises(StepUpError):
            change()
    world.clock.advance(ms=-2 * CHEAP.step_up_ms)
    with pytest.raises(StepUpError):
        identity.factors.begin_totp(token)


@settings(max_examples=12, stateful_step_count=25)
class Tokens(RuleBasedStateMachine):
    """However people sign in, step up, change things and wait: the live tokens are those a simple
    list says, each is opaque and new at each change of privilege, and no dead one comes back."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = quick_folder()
        self.database = Database(str(Path(self.folder.name) / "catalog.sqlite"))
        self.database.create()
        self.world = World(self.database, FixedClock(START_MS))
        self.live: dict[str, tuple[str, int]] = {}  # token → session id, last use
        self.dead: set[str] = set()
        self.who: Someone | None = None
        self.password = PASSWORD

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()

    @initialize()
    def begin(self) -> None:
        self.who = self.world.person()
        self.keep(self.who.entered)

    def keep(self, entered: Entered) -> None:
        assert entered.token not in self.dead | set(self.live)
        self.live[entered.token] = (entered.session.id, self.world.clock.now_ms())

    def kill(self, *tokens: str) -> None:
        for token in tokens:
            self.live.pop(token, None)
            self.dead.add(token)

    def person(self) -> Someone:
        assert self.who is not None
        return replace(self.who, password=self.password)

    def code(self) -> str:
        self.world.clock.advance(ms=60_000)
        return self.world.code(self.person().secret)

    def pick(self, data: Any) -> str:
        # By its place: the tokens themselves are other ones each time.
        return str(sorted(self.live)[data.draw(st.integers(0, 99)) % len(self.live)])

    @rule()
    def sign_in(self) -> None:
        self.world.next_step()
        self.keep(self.world.enter(self.person()))

    @rule(name=st.sampled_from(["ana@home.example", "nobody"]))
    def sign_in_wrongly(self, name: str) -> None:
        self.world.clock.advance(ms=900_000)
        begun = self.world.identity.sign_in.begin(name, "wrong password", HERE)
        assert self.world.identity.authenticate(begun.token) is None
        self.dead.add(begun.token)

    @precondition(lambda self: self.live)
    @rule(data=st.data())
    def step_up(self, data: Any) -> None:
        token = self.pick(data)
        code = self.code()
        if not self.alive(token):
            return
        moved = self.world.identity.step_up.by_code(token, code, HERE)
        self.kill(token)
        self.keep(moved)

    @precondition(lambda self: self.live)
    @rule(data=st.data(), new=st.integers(0, 9))
    def change_password(self, data: Any, new: int) -> None:
        token, password = self.pick(data), f"a good long chair {new}"
        try:
            entered = self.world.identity.own_password.change(token, self.password, password, HERE)
        except (StepUpError, SignInError):
            return
        self.password = password
        self.kill(*self.live)
        self.keep(entered)

    @precondition(lambda self: self.live)
    @rule(data=st.data())
    def renew_codes(self, data: Any) -> None:
        try:
            added = self.world.identity.factors.renew_recovery(self.pick(data), HERE)
        except (StepUpError, SignInError):
            return
        self.kill(*self.live)
        self.keep(added.entered)

    @precondition(lambda self: self.live)
    @rule(data=st.data())
    def end_others(self, data: Any) -> None:
        token = self.pick(data)
        if self.alive(token):
            self.world.identity.end_others(token)
            self.kill(*(set(self.live) - {token}))

    @precondition(lambda self: len(self.live) > 1)
    @rule(data=st.data())
    def end_one(self, data: Any) -> None:
        one, other = data.draw(st.permutations(sorted(self.live)))[:2]
        if self.alive(one) and self.alive(other):
            self.world.identity.end(one, self.live[other][0])
            self.kill(other)

    @rule(days=st.sampled_from([0, 1, 4]))
    def wait(self, days: int) -> None:
        self.world.clock.advance(days=days, ms=1)
        self.world.identity.sweep()

    def alive(self, token: str) -> bool:
        """What a session's own times say, kept here by hand."""
        made = self.world.clock.now_ms() - self.live[token][1] < CHEAP.idle_ms
        found = self.world.identity.authenticate(token)
        if found is not None:
            assert made
            assert found.state is SessionState.FULL
            self.live[token] = (self.live[token][0], self.world.clock.now_ms())
        return found is not None

    @invariant()
    def the_dead_stay_dead(self) -> None:
        assert not any(self.world.identity.authenticate(token) for token in self.dead)
        for token in list(self.live):
            if not self.alive(token):
                self.kill(token)

    @invariant()
    def a_second_factor_stands_behind_each(self) -> None:
        rows = self.database.read(lambda c: c.execute(session.select()).all())
        assert all(row.second_factor_ms is not None for row in rows if row.state == "full")


TestTokens = Tokens.TestCase
