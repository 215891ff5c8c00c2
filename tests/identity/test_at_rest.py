"""What a thief of the database reads of signing in: nothing."""

from functools import partial
from pathlib import Path

import sqlalchemy as sa

from bailee.store.identity_tables import (
    challenge,
    device_token,
    guard_bucket,
    guard_minute,
    invitation,
    known_device,
    passkey,
    pending,
    recovery_code,
    reset,
    session,
    sign_in,
    totp,
)
from bailee.store.rooms import KEPT_TABLES, ROOM_TABLES, forget_owners
from bailee.types.sign_in import Client
from identity.authenticator import Authenticator
from identity.parts_for_tests import World
from identity.test_passkeys import add

CLIENT = Client(address="203.0.113.77", description="Firefox of Ana")


def furnish(world: World) -> tuple[str, list[str]]:
    """A person with everything; their id, and all that must not be read."""
    ana = world.person("ana@home.example", client=CLIENT)
    device = Authenticator()
    token = add(world, world.enter(ana, CLIENT).token, device, "drawer key")
    made = world.identity.tokens.make("acc_home", "dev_camera")
    invitation = world.identity.enrolment.invite("per_leo", "acc_home")
    begun = world.identity.sign_in.begin(ana.name, ana.password, CLIENT)
    asked = world.identity.own_password.ask_reset(ana.name, ana.codes[0], CLIENT)
    words = [ana.name, "home.example", ana.password, ana.secret, "Firefox", "203.0.113", "drawer"]
    tokens = [token, made.token, invitation, begun.token, asked.token, *ana.codes]
    return ana.id, [*words, *tokens, "argon2", device.credential_id.hex()]


def test_nothing_personal_lies_in_the_clear(world: World) -> None:
    """No name, address, password hash, secret, browser or token is in any file of the database."""
    _, secrets = furnish(world)
    world.database.close()
    path = Path(str(sa.make_url(world.database.url).database))
    raw = b"".join(each.read_bytes() for each in path.parent.iterdir() if each.is_file())
    assert b"per_ana" in raw
    found = [each for each in secrets if each.encode() in raw or each.encode("utf-16") in raw]
    assert found == []
    assert bytes.fromhex(secrets[-1]) not in raw


def test_an_erased_person_leaves_no_row(both: World) -> None:
    """In the erasure's transaction every row that names the person goes, and only those."""
    ana_id, _ = furnish(both)
    both.person("leo@home.example")
    both.database.write(lambda c: forget_owners(c, [ana_id]))
    of_a_person = [table for table in ROOM_TABLES if "person_id" in table.c]
    assert {sign_in, totp, passkey, recovery_code, session} <= set(of_a_person)
    for table in of_a_person:
        left = sa.select(sa.func.count()).where(table.c.person_id == ana_id)
        assert both.database.read(partial(sa.Connection.scalar, statement=left)) == 0
    assert len(both.identity.tokens.list("acc_home")) == 1


def test_a_backup_brings_nothing_passing_back() -> None:
    """It holds no session, invitation, reset, half-done sign-in or count of the guard."""
    assert not {session, known_device, pending, challenge, invitation, reset} & set(KEPT_TABLES)
    assert not {guard_bucket, guard_minute} & set(KEPT_TABLES)
    assert {sign_in, totp, passkey, recovery_code, device_token} <= set(KEPT_TABLES)
