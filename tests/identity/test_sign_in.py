"""Signing in: two factors, one error, the same work for every reason."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from bailee.identity.entering import Entered
from bailee.identity.errors import SignInError
from bailee.identity.sign_in import Begun
from bailee.store.database import Database
from bailee.store.identity_tables import pending, session, sign_in
from bailee.types.sign_in import Factor, SessionState, SignInEvent
from identity.parts_for_tests import CHEAP, HERE, PASSWORD, World


def test_password_and_code_open_a_session(both: World) -> None:
    """Both factors, in two steps: a full session with a second factor of now, told in the ledger."""
    ana = both.person()
    now_ms = both.clock.now_ms()
    entered = both.enter(ana)
    found = both.identity.authenticate(entered.token)
    assert found is not None
    assert (found.state, found.factor) == (SessionState.FULL, Factor.TOTP)
    assert found.second_factor_ms == now_ms
    assert both.told.entries[-1] == ("acc_home", ana.id, SignInEvent.ENTERED, Factor.TOTP)


def test_the_name_is_found_in_any_case(world: World) -> None:
    """Upper and lower case and spaces around are one name."""
    ana = world.person(name="ana@home.example")
    world.enter(replace(ana, name="  ANA@Home.Example "))


@pytest.mark.parametrize(
    "name", ["ana@home.example", "nobody@home.example", "", "x" * 9999, "\ud800"]
)
def test_the_first_step_says_nothing(world: World, name: str) -> None:
    """Right name or not, wrong password: one verification, one row, a token of one shape."""
    world.person()
    world.hasher.work.clear()
    before = world.count(pending)
    begun = world.identity.sign_in.begin(name, "wrong password", HERE)
    assert isinstance(begun, Begun)
    assert len(begun.token) == 43
    assert world.hasher.work == ["verify"]
    assert world.count(pending) == before + 1


def test_right_and_wrong_are_the_same_work(world: World) -> None:
    """A right password is as many statements and as much argon2 as a wrong one, or no name."""
    ana = world.person()
    seen: list[str] = []
    for engine in {world.database._writer, world.database._reader}:
        sa.event.listen(
            engine,
            "before_cursor_execute",
            lambda c, cursor, statement, *more: seen.append(statement.split("WHERE")[0]),
        )

    def work(name: str, password: str) -> tuple[list[str], list[str]]:
        seen.clear()
        world.hasher.work.clear()
        world.identity.sign_in.begin(name, password, replace(HERE, address="198.51.100.1"))
        return list(seen), list(world.hasher.work)

    work(ana.name, "warm the caches up")
    right = work(ana.name, ana.password)
    assert right == work(ana.name, "wrong password")
    nobody = work("nobody", "wrong password")
    assert right[1] == nobody[1]
    assert abs(len(right[0]) - len(nobody[0])) <= 1


def test_a_wrong_password_and_a_right_code_is_no_way_in(both: World) -> None:
    """The decoy of a wrong password is completed by nothing, with the one error."""
    ana = both.person()
    begun = both.identity.sign_in.begin(ana.name, "wrong password", HERE)
    with pytest.raises(SignInError) as wrong_password:
        both.identity.sign_in.finish(begun.token, both.code(ana.secret), HERE)
    begun = both.identity.sign_in.begin(ana.name, ana.password, HERE)
    with pytest.raises(SignInError) as wrong_code:
        both.identity.sign_in.finish(begun.token, "000000", HERE)
    begun = both.identity.sign_in.begin("nobody", ana.password, HERE)
    with pytest.raises(SignInError) as no_name:
        both.identity.sign_in.finish(begun.token, "000000", HERE)
    with pytest.raises(SignInError) as no_token:
        both.identity.sign_in.finish("no token", "000000", HERE)
    errors = {str(each.value) for each in (wrong_password, wrong_code, no_name, no_token)}
    assert len(errors) == 1


def test_what_awaits_its_code_is_no_session(world: World) -> None:
    """The token between the factors authenticates nothing."""
    ana = world.person()
    begun = world.identity.sign_in.begin(ana.name, ana.password, HERE)
    assert world.identity.authenticate(begun.token) is None


def test_a_first_step_is_over_after_five_minutes_five_tries_or_one_success(world: World) -> None:
    """Late, often or again: the token between the factors is worth nothing."""
    ana = world.person()
    late = world.identity.sign_in.begin(ana.name, ana.password, HERE)
    world.clock.advance(ms=CHEAP.pending_ms)
    with pytest.raises(SignInError):
        world.identity.sign_in.finish(late.token, world.code(ana.secret), HERE)
    world.clock.advance(days=1)
    often = world.identity.sign_in.begin(ana.name, ana.password, HERE)
    for code in ("000000", "000001", "000002", "000003", "000004"):
        with pytest.raises(SignInError):
            world.identity.sign_in.finish(often.token, code, replace(HERE, address="198.51.100.9"))
        world.clock.advance(ms=10_000)
    with pytest.raises(SignInError):
        world.identity.sign_in.finish(often.token, world.code(ana.secret), HERE)
    world.clock.advance(days=1)
    again = world.identity.sign_in.begin(ana.name, ana.password, HERE)
    world.identity.sign_in.finish(again.token, world.code(ana.secret), HERE)
    world.next_step()
    with pytest.raises(SignInError):
        world.identity.sign_in.finish(again.token, world.code(ana.secret), HERE)


def test_both_factors_in_one_step(both: World) -> None:
    """Together they open a session; a wrong code is refused without argon2 work, for any name."""
    ana = both.person()
    both.hasher.work.clear()
    for name in (ana.name, "nobody"):
        with pytest.raises(SignInError):
            both.identity.sign_in.together(name, ana.password, "000000", HERE)
    assert both.hasher.work == []
    with pytest.raises(SignInError):
        both.identity.sign_in.together(ana.name, "wrong password", both.code(ana.secret), HERE)
    entered = both.identity.sign_in.together(ana.name, ana.password, both.code(ana.secret), HERE)
    assert entered.session.state is SessionState.FULL


def test_a_recovery_code_is_a_second_factor_once(both: World) -> None:
    """With the password it opens one session, is used up, and its person is told what is left."""
    ana = both.person()
    begun = both.identity.sign_in.begin(ana.name, ana.password, HERE)
    code = ana.codes[3].upper().replace("-", " ")
    entered = both.identity.sign_in.finish_by_recovery(begun.token, code, HERE)
    assert entered.session.factor is Factor.RECOVERY
    assert (ana.id, SignInEvent.RECOVERY_USED, {"left": "9"}) in both.told.notices
    begun = both.identity.sign_in.begin(ana.name, ana.password, HERE)
    with pytest.raises(SignInError):
        both.identity.sign_in.finish_by_recovery(begun.token, code, HERE)


def test_a_recovery_code_in_one_step_is_good_once(both: World) -> None:
    """Beside a wrong password it is not used up; beside the right one it is, and that is told."""
    ana = both.person()
    with pytest.raises(SignInError):
        both.identity.sign_in.together(ana.name, "wrong password", ana.codes[1], HERE)
    entered = both.identity.sign_in.together(ana.name, ana.password, ana.codes[1], HERE)
    assert entered.session.factor is Factor.RECOVERY
    assert (ana.id, SignInEvent.RECOVERY_USED, {"left": "9"}) in both.told.notices
    with pytest.raises(SignInError):
        both.identity.sign_in.together(ana.name, ana.password, ana.codes[1], HERE)


def test_a_password_whose_code_never_came_is_told(both: World) -> None:
    """Five minutes after a right password without a second factor its owner is warned, once."""
    ana = both.person()
    stranger = replace(HERE, address="198.51.100.66")
    both.identity.sign_in.begin(ana.name, ana.password, stranger)
    both.identity.sign_in.begin(ana.name, "wrong password", stranger)
    both.identity.sweep()
    assert SignInEvent.PASSWORD_USED not in both.told.of(ana.id)
    both.clock.advance(ms=CHEAP.pending_ms)
    both.identity.sweep()
    both.identity.sign_in.begin(ana.name, ana.password, stranger)
    both.clock.advance(ms=CHEAP.pending_ms)
    both.identity.sweep()
    assert both.told.of(ana.id).count(SignInEvent.PASSWORD_USED) == 1
    assert both.count(pending) == 0


def test_new_devices_and_concurrent_sessions_are_told(world: World) -> None:
    """A device is told of once; a second session beside a live one each time, with the network."""
    ana = world.person()
    phone = replace(HERE, address="203.0.113.77", description="Phone")
    world.told.notices.clear()
    first = world.enter(ana, phone)
    place = {"device": "Phone", "network": "203.0.113.0/24"}
    assert world.told.notices == [
        (ana.id, SignInEvent.NEW_DEVICE, place),
        (ana.id, SignInEvent.CONCURRENT, {**place, "others": "1"}),
    ]
    world.identity.end_others(first.token)
    world.identity.end(first.token, first.session.id)
    world.told.notices.clear()
    world.enter(ana, replace(phone, device_cookie=first.device_cookie))
    assert world.told.notices == []


def test_a_cookie_of_another_is_no_known_device(world: World) -> None:
    """A device known for one person is new for another, and a made-up cookie is replaced."""
    ana = world.person()
    leo = world.person("leo@home.example")
    entered = world.enter(ana, replace(HERE, device_cookie="made up"))
    assert entered.device_cookie != "made up"
    world.told.notices.clear()
    world.enter(leo, replace(HERE, device_cookie=entered.device_cookie))
    assert SignInEvent.NEW_DEVICE in world.told.of(leo.id)


def test_a_raised_cost_takes_hold_at_the_next_sign_in(database: Database, world: World) -> None:
    """A right password is hashed anew at the new cost; a wrong one costs as much and stays."""
    ana = world.person()
    dearer = World(
        world.database,
        world.clock,
        settings=replace(CHEAP, argon2_passes=2),
        keys=world.keys,
    )

    def sealed() -> bytes:
        wanted = sa.select(sign_in.c.password)
        return bytes(world.database.read(lambda c: c.execute(wanted).scalar_one()))

    before = sealed()
    dearer.identity.sign_in.begin(ana.name, "wrong password", HERE)
    assert dearer.hasher.work == ["verify", "hash"]
    assert sealed() == before
    dearer.hasher.work.clear()
    dearer.identity.sign_in.begin(ana.name, ana.password, HERE)
    assert dearer.hasher.work == ["verify", "hash"]
    assert sealed() != before
    dearer.hasher.work.clear()
    dearer.enter(ana)
    assert dearer.hasher.work == ["verify"]


def test_a_password_alone_opens_nothing_for_one_without_a_factor(world: World) -> None:
    """Where the set-up was left half done, a found password sets up no factor on a new device."""
    world.invite("per_leo", "leo", PASSWORD)
    begun = world.identity.sign_in.begin("leo", PASSWORD, replace(HERE, address="198.51.100.7"))
    assert isinstance(begun, Begun)
    with pytest.raises(SignInError):
        world.identity.sign_in.finish(begun.token, "000000", HERE)
    world.clock.advance(ms=CHEAP.pending_ms)
    world.identity.sweep()
    assert SignInEvent.PASSWORD_USED in world.told.of("per_leo")


def test_without_a_factor_a_password_is_enough_only_where_that_was_chosen(world: World) -> None:
    """With the second factor switched off it opens a full session; who has one still needs it."""
    ana = world.person()
    lax = World(
        world.database, world.clock, settings=replace(CHEAP, second_factor=False), keys=world.keys
    )
    lax.invite("per_leo", "leo", PASSWORD)
    entered = lax.identity.sign_in.begin("leo", PASSWORD, HERE)
    assert isinstance(entered, Entered)
    assert entered.session.second_factor_ms is None
    assert isinstance(lax.identity.sign_in.begin(ana.name, ana.password, HERE), Begun)


def test_a_password_changed_meanwhile_completes_nothing(world: World) -> None:
    """A first step taken with the old password is void once the password changed."""
    ana = world.person()
    entered = world.enter(ana)
    begun = world.identity.sign_in.begin(ana.name, ana.password, HERE)
    world.identity.own_password.change(entered.token, ana.password, "another good chair", HERE)
    with pytest.raises(SignInError):
        world.identity.sign_in.finish(begun.token, world.code(ana.secret), HERE)


def test_an_erased_person_signs_in_no_more(world: World) -> None:
    """When the person's key is gone, nothing opens, even before the rows are."""
    ana = world.person()
    world.keys.forget(ana.id)
    with pytest.raises(SignInError):
        world.identity.sign_in.together(ana.name, ana.password, world.code(ana.secret), HERE)
    assert world.count(session) == 1
