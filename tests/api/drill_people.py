"""The people of a drill: by the thousand, so each with a transaction or two and no ceremony.

What they have is what the real way in leaves behind, made by the same parts: a place in a household,
and so an inbox; a name and a password; an authenticator app; a device they were seen on. Who has a
passkey came in by the real flow.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

import pyotp

from bailee.api.service import Service
from bailee.custody.desk import Transaction
from bailee.household.ground import asked
from bailee.household.houses import _FOUNDING
from bailee.household.persons import NewPerson, add_person
from bailee.types.decide import OPERATOR
from bailee.types.ids import AccountId, PersonId
from bailee.types.sign_in import Client
from identity.authenticator import Authenticator

_A_HOUSE = 25
_AT_HOME = Client(address="127.200.0.1", description="Home")


@dataclass(kw_only=True)
class Someone:
    """A person who may sign in. `secret` is their app's; "" for who has none."""

    id: PersonId
    name: str
    password: str
    secret: str
    device_cookie: str
    passkey: Authenticator | None = None
    used_step: int = field(default=-1)

    def code(self, now_ms: int) -> str:
        """What their app shows."""
        return pyotp.TOTP(self.secret).at(now_ms // 1000)

    def could_be(self, guess: str, now_ms: int) -> bool:
        """Whether *guess* is, by luck, a code of theirs about now."""
        if not self.secret:
            return False
        app, step = pyotp.TOTP(self.secret), now_ms // 30_000
        return any(app.generate_otp(step + each) == guess for each in range(-3, 4))


class Settling:
    """Lets people settle in a vault."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._houses = 0

    def settle(self, what: str, count: int, *, app: bool = True) -> list[Someone]:
        """*count* people called after *what*; without an *app* they stopped half-way in."""
        names = iter([f"{what}{each}" for each in range(count)])
        found: list[Someone] = []
        while batch := list(islice(names, _A_HOUSE)):
            found += self._house(batch, app=app)
        return found

    def _house(self, names: list[str], *, app: bool) -> list[Someone]:
        self._houses += 1
        service = self._service
        home = f"house {self._houses}"
        account_id = service.household.houses.found(
            OPERATOR, home, NewPerson(name="Owner")
        ).account_id
        hashes = {name: service.identity._parts.passwords.hash(password_of(name)) for name in names}

        def work(t: Transaction) -> list[Someone]:
            t.lock(account_id)
            return [self._person(t, account_id, name, hashes[name], app=app) for name in names]

        return service.vault.desk().write(work)

    def _person(
        self, t: Transaction, account_id: AccountId, name: str, hash_: str, *, app: bool
    ) -> Someone:
        parts, connection = self._service.identity._parts, t.connection
        said = asked(t, account_id, OPERATOR, _FOUNDING)
        person_id = add_person(t, account_id, NewPerson(name=name), said)
        parts.people.put(connection, person_id, account_id, name_of(name), hash_)
        cookie, _ = parts.known_devices.remember(connection, person_id, "")
        secret = ""
        if app:
            uri = parts.totp.begin(connection, person_id, name)
            secret = str(pyotp.parse_uri(uri).secret)
            code = pyotp.TOTP(secret).at(t.now_ms // 1000)
            assert parts.totp.confirm(connection, person_id, code)
        return Someone(
            id=person_id,
            name=name_of(name),
            password=password_of(name),
            secret=secret,
            device_cookie=cookie,
        )

    def settle_with_passkeys(self, what: str, count: int) -> list[Someone]:
        """People who sign in with a passkey and nothing else."""
        return list(self._with_passkeys(what, count))

    def _with_passkeys(self, what: str, count: int) -> Iterator[Someone]:
        identity = self._service.identity
        for each in range(count):
            name = f"{what}{each}"
            founded = self._service.household.houses.found(OPERATOR, name, NewPerson(name=name))
            invitation = identity.enrolment.invite(founded.owner_id, founded.account_id)
            entered = identity.enrolment.accept(
                invitation, name_of(name), password_of(name), _AT_HOME
            )
            passkey = Authenticator()
            made = passkey.create(identity.own_passkeys.begin(entered.token))
            added = identity.own_passkeys.add(entered.token, made, "phone", _AT_HOME)
            yield Someone(
                id=founded.owner_id,
                name=name_of(name),
                password=password_of(name),
                secret="",
                device_cookie=added.entered.device_cookie,
                passkey=passkey,
            )


def name_of(name: str) -> str:
    """What they sign in with."""
    return f"{name}@home.example"


def password_of(name: str) -> str:
    return f"the quiet words of {name}"
