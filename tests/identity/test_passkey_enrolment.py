"""An invitation taken up with a passkey and no password: nothing half-way costs it."""

import json

import pytest

from bailee.errors import InputError
from bailee.identity.errors import FactorRefusedError, SignInError, TooManyError
from bailee.types.sign_in import Factor, SessionState, SignInEvent
from identity.authenticator import USER_PRESENT, Authenticator
from identity.parts_for_tests import HERE, PASSWORD, World

NAME = "leo@home.example"


def invited(world: World, person: str = "per_leo") -> str:
    return world.identity.enrolment.invite(person, "acc_home")


def test_it_lets_in_with_both_factors_and_codes(both: World) -> None:
    """The passkey signs in from then on; no password does, since there is none."""
    door, device, token = both.identity.passkey_enrolment, Authenticator(), invited(both)
    added = door.accept(token, NAME, device.create(door.begin(token, NAME, HERE)), "phone", HERE)
    session = added.entered.session
    assert (session.state, session.factor) == (SessionState.FULL, Factor.PASSKEY)
    assert len(added.codes) == 10
    assert not both.identity.factors.show(added.entered.token).password
    asked = both.identity.passkeys.begin()
    entered = both.identity.passkeys.finish(device.get(asked.options), asked.ticket, HERE)
    assert entered.session.person_id == session.person_id
    begun = both.identity.sign_in.begin(NAME, PASSWORD, HERE)
    assert not hasattr(begun, "session")
    with pytest.raises(SignInError):
        door.begin(token, NAME, HERE)


def test_what_stops_half_way_leaves_the_invitation(world: World) -> None:
    """An answer that is wrong, a name that is taken, or nothing at all: it can be begun again."""
    ana, door, token = world.person(), world.identity.passkey_enrolment, invited(world)
    with pytest.raises(InputError):
        door.begin(token, ana.name, HERE)
    wrong = Authenticator(flags=USER_PRESENT)
    with pytest.raises(FactorRefusedError):
        door.accept(token, NAME, wrong.create(door.begin(token, NAME, HERE)), "phone", HERE)
    with pytest.raises(FactorRefusedError):
        door.accept(token, NAME, "no answer", "phone", HERE)
    late = Authenticator()
    answer = late.create(door.begin(token, NAME, HERE))
    with pytest.raises(InputError):
        door.accept(token, ana.name, answer, "phone", HERE)
    assert world.identity.enrolment.whom(token) is not None
    good = Authenticator()
    assert door.accept(token, NAME, good.create(door.begin(token, NAME, HERE)), "p", HERE).codes


def test_an_answer_is_good_for_its_own_invitation(world: World) -> None:
    """Of two that are invited at once, neither takes up the other's."""
    door, leo, mia = world.identity.passkey_enrolment, invited(world), invited(world, "per_mia")
    answer = Authenticator().create(door.begin(leo, NAME, HERE))
    with pytest.raises(FactorRefusedError):
        door.accept(mia, "mia", answer, "phone", HERE)
    with pytest.raises(SignInError):
        door.accept("made up", NAME, answer, "phone", HERE)


def test_taking_it_up_ends_what_there_was(world: World) -> None:
    """As with a password: factors, codes and sessions; the same phone may make another passkey."""
    ana, device = world.person(), Authenticator()
    before = world.enter(ana).token
    door, token = world.identity.passkey_enrolment, invited(world, ana.id)
    options = door.begin(token, NAME, HERE)
    assert json.loads(options).get("excludeCredentials", []) == []
    added = door.accept(token, NAME, device.create(options), "phone", HERE)
    assert world.identity.authenticate(before) is None
    own = world.identity.factors.show(added.entered.token)
    assert (own.app, own.password, len(own.passkeys)) == (False, False, 1)
    assert [each[2] for each in world.told.entries][-3:] == [
        SignInEvent.ENROLLED,
        SignInEvent.FACTOR_ADDED,
        SignInEvent.ENTERED,
    ]


def test_the_code_of_the_machine_is_not_guessed(world: World) -> None:
    """Typed as people type it, it is right; wrong ones soon wait."""
    code = world.identity.set_up_code
    code.prove(f" {code.show().upper().replace('-', ' ')} ", HERE)
    refused: list[type[Exception]] = []
    for _ in range(20):
        try:
            code.prove("aaaa-aaaa-aaaa-aaaa", HERE)
        except (SignInError, TooManyError) as error:
            refused.append(type(error))
    assert (refused[0], refused[-1]) == (SignInError, TooManyError)
