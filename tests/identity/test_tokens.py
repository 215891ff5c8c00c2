"""Device tokens: one device, one verb, until it is revoked."""

import pytest

from bailee.errors import UnknownError
from bailee.identity.errors import SignInError, TooManyError
from bailee.store.rooms import forget_owners
from bailee.types.sign_in import Client, DeviceGrant, Door, SignInEvent
from identity.parts_for_tests import CHEAP, World

CAMERA = Client(address="192.0.2.50", door=Door.DEVICE)


def test_a_token_names_its_device_and_nothing_else(both: World) -> None:
    """It is no session, and its grant is one account and one device."""
    made = both.identity.tokens.make("acc_home", "dev_camera")
    grant = both.identity.tokens.authenticate(made.token, CAMERA)
    assert grant == DeviceGrant(token_id=made.id, account_id="acc_home", device_id="dev_camera")  # type: ignore[arg-type]  # ids of a test
    assert both.identity.authenticate(made.token) is None
    assert made.token not in repr(made)
    assert both.told.entries[-1][1:3] == ("dev_camera", SignInEvent.TOKEN_MADE)


def test_a_revoked_token_ends_at_once(both: World) -> None:
    """Its account revokes it, no other does."""
    made = both.identity.tokens.make("acc_home", "dev_camera")
    with pytest.raises(UnknownError):
        both.identity.tokens.revoke("acc_other", made.id)
    both.identity.tokens.revoke("acc_home", made.id)
    with pytest.raises(SignInError):
        both.identity.tokens.authenticate(made.token, CAMERA)
    assert both.identity.tokens.list("acc_home") == ()


def test_a_rotation_leaves_the_old_one_a_day(both: World) -> None:
    """Both work for a day, then the new one; an old one is rotated once."""
    made = both.identity.tokens.make("acc_home", "dev_camera")
    fresh = both.identity.tokens.rotate(made.token, CAMERA)
    with pytest.raises(SignInError):
        both.identity.tokens.rotate(made.token, CAMERA)
    both.identity.tokens.authenticate(made.token, CAMERA)
    both.clock.advance(ms=CHEAP.token_overlap_ms)
    with pytest.raises(SignInError):
        both.identity.tokens.authenticate(made.token, CAMERA)
    both.identity.tokens.authenticate(fresh.token, CAMERA)
    both.identity.sweep()
    assert [each.id for each in both.identity.tokens.list("acc_home")] == [fresh.id]


def test_the_day_of_use_is_shown(world: World) -> None:
    """The list says on which day a token was last used: a write a day, not one a deposit."""
    made = world.identity.tokens.make("acc_home", "dev_camera")
    assert world.identity.tokens.list("acc_home")[0].used_day is None
    world.identity.tokens.authenticate(made.token, CAMERA)
    world.identity.tokens.authenticate(made.token, CAMERA)
    assert world.identity.tokens.list("acc_home")[0].used_day == world.clock.now_ms() // 86_400_000


def test_guessing_tokens_makes_an_address_wait_and_a_right_one_passes(both: World) -> None:
    """Made-up tokens fill their address's bucket; the camera behind it deposits on."""
    made = both.identity.tokens.make("acc_home", "dev_camera")
    for _ in range(11):
        with pytest.raises(SignInError):
            both.identity.tokens.authenticate("bailee_dev_guess", CAMERA)
    with pytest.raises(TooManyError) as refused:
        both.identity.tokens.authenticate("bailee_dev_guess", CAMERA)
    assert refused.value.retry_after_s == 2
    both.identity.tokens.authenticate(made.token, CAMERA)
    with pytest.raises(TooManyError):
        both.identity.sign_in.begin("ana", "wrong password", Client(address=CAMERA.address))


def test_an_erased_devices_tokens_go_with_it(both: World) -> None:
    """In the erasure's transaction all tokens of the device end."""
    made = both.identity.tokens.make("acc_home", "dev_camera")
    both.database.write(lambda c: forget_owners(c, ["dev_camera"]))
    with pytest.raises(SignInError):
        both.identity.tokens.authenticate(made.token, CAMERA)
