"""A household behind a real server on loopback, and its people, signed in by the real flows."""

import re
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

import httpx
import pyotp
import uvicorn
from fastapi import FastAPI

from bailee.api.app import DoorSettings, create_app
from bailee.api.patient import Patience, patient
from bailee.api.service import Service
from bailee.clock import FixedClock
from bailee.errors import InputError
from bailee.household.persons import NewPerson
from bailee.identity import Entered, Settings
from bailee.identity.passwords import Hasher
from bailee.types.decide import OPERATOR, Principal, PrincipalKind
from bailee.types.facts import DeviceSort
from bailee.types.household import PersonSort, Proof, Stay
from bailee.types.ids import AccountId, DeviceId, PersonId
from bailee.types.network import Network
from bailee.types.role import Right, Role
from bailee.types.sign_in import Client

ORIGIN = "http://localhost"
CHEAP = Settings(
    argon2_passes=1, argon2_memory_kib=8, argon2_lanes=1, origins=(ORIGIN,), rp_id="localhost"
)
"""Argon2 at its lowest cost: tests of the cost itself are identity's."""
PASSWORD = "four quiet walnut chairs"
HERE = Client(address="127.0.0.1", description="a test")


@dataclass
class Pigeon:
    """A simulated carrier: it keeps what it took."""

    taken: list[tuple[str, str, str]] = field(default_factory=list)

    def check(self, url: str) -> None:
        if not url.startswith("pigeon://"):
            raise InputError("That is no address that messages can go to.")

    def send(self, url: str, subject: str, body: str) -> bool:
        self.taken.append((url, subject, body))
        return True


@dataclass(frozen=True, kw_only=True)
class Someone:
    """A person who is signed in and has just stepped up. `auth` goes into a request's headers."""

    id: PersonId
    name: str
    secret: str
    codes: tuple[str, ...]
    entered: Entered

    @property
    def auth(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.entered.token}"}

    @property
    def principal(self) -> Principal:
        return Principal(
            kind=PrincipalKind.PERSON,
            id=self.id,
            session=self.entered.session.id,
            network=Network.HOME,
        )


class House:
    """A service over a fresh vault, its server, and an empty household called home."""

    def __init__(
        self,
        home: Path,
        clock: FixedClock,
        settings: DoorSettings | None = None,
        *,
        hasher: Hasher | None = None,
        create: Callable[[Service, DoorSettings | None], FastAPI] = create_app,
    ) -> None:
        """*hasher* is of passwords: one that counts its work, for tests of that.

        *create* makes the application: the API alone, or with the pages beside it.
        """
        self.clock = clock
        self.pigeon = Pigeon()
        self._server = Served()
        self.url = self._server.url
        origins = (*CHEAP.origins, self.url)  # a browser signs in from where it is served
        self.service = Service.open(
            home,
            settings=replace(CHEAP, origins=origins),
            clock=clock,
            carrier=self.pigeon,
            hasher=hasher,
        )
        founded = self.service.household.houses.found(OPERATOR, "home", NewPerson(name="Ana"))
        self.account_id: AccountId = founded.account_id
        self._owner_id = founded.owner_id
        self._app = create(self.service, settings)
        self.http = httpx.Client(base_url=self.url, timeout=30)

    def __enter__(self) -> Self:
        self._server.start(self._app)
        self.ana = self.sign_in(self._owner_id, "ana")
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()
        self._server.stop()
        self.service.close()

    # -- people and devices -----------------------------------------------------------------

    def person(
        self, name: str, role: Role, *rights: Right, sort: PersonSort = PersonSort.ADULT
    ) -> Someone:
        """Somebody who was let in, joined, signed in and stepped up."""
        person_id = self.add(name, sort)
        stay = Stay(since_ms=self.clock.now_ms())
        if role is Role.GUEST:
            stay = Stay(since_ms=self.clock.now_ms(), until_ms=self.clock.now_ms() + 86_400_000)
        members = self.service.household.members
        members.invite(self.ana.principal, self.account_id, person_id, role, stay, rights)
        found = self.sign_in(person_id, name.lower())
        members.join(found.principal, self.account_id)
        return found

    def child(self, name: str = "Mia") -> PersonId:
        """A child of Ana's, whose guardian she is, verified at the machine."""
        child_id = self.add(name, PersonSort.CHILD)
        guardians = self.service.household.guardians
        guardians.name(self.ana.principal, self.account_id, child_id, self.ana.id)
        guardians.verify(OPERATOR, self.account_id, child_id, self.ana.id, Proof.OPERATOR)
        return child_id

    def add(self, name: str, sort: PersonSort = PersonSort.ADULT) -> PersonId:
        new = NewPerson(name=name, sort=sort)
        return self.service.household.persons.add(self.ana.principal, self.account_id, new)

    def device(self, name: str = "kitchen", sort: DeviceSort = DeviceSort.SPEAKER) -> DeviceId:
        devices = self.service.household.devices
        return devices.add(self.ana.principal, self.account_id, name, sort, name)

    def token_of(self, device_id: DeviceId) -> Mapping[str, str]:
        """The headers of a device with a fresh token."""
        made = self.service.identity.tokens.make(self.account_id, device_id)
        return {"Authorization": f"Bearer {made.token}"}

    # -- signing in -------------------------------------------------------------------------

    def neighbour(self, name: str = "Eve") -> tuple[AccountId, Someone]:
        """Another household in the same vault, and its owner."""
        founded = self.service.household.houses.found(OPERATOR, "next door", NewPerson(name=name))
        owner = self.sign_in(founded.owner_id, name.lower(), founded.account_id)
        return founded.account_id, owner

    def sign_in(
        self, person_id: PersonId, name: str, account_id: AccountId | None = None
    ) -> Someone:
        """By invitation, password, authenticator app and a step-up."""
        identity = self.service.identity
        invitation = identity.enrolment.invite(person_id, account_id or self.account_id)
        entered = identity.enrolment.accept(invitation, name, PASSWORD, HERE)
        uri = identity.factors.begin_totp(entered.token)
        found = re.search(r"secret=([A-Z2-7]+)", uri)
        assert found is not None
        secret = found[1]
        added = identity.factors.confirm_totp(entered.token, self.code(secret), HERE)
        someone = Someone(
            id=person_id, name=name, secret=secret, codes=added.codes, entered=added.entered
        )
        return self.step_up(someone)

    def step_up(self, someone: Someone) -> Someone:
        """The same, with a second factor proven this moment."""
        self.clock.advance(ms=30_000)  # a code counts once
        entered = self.service.identity.step_up.by_code(
            someone.entered.token, self.code(someone.secret), HERE
        )
        return Someone(
            id=someone.id,
            name=someone.name,
            secret=someone.secret,
            codes=someone.codes,
            entered=entered,
        )

    def code(self, secret: str) -> str:
        """What the authenticator app shows now."""
        return pyotp.TOTP(secret).at(self.clock.now_ms() // 1000)

    # -- asking -----------------------------------------------------------------------------

    def path(self, rest: str = "") -> str:
        return f"/v1/households/{self.account_id}{rest}"

    def ask(
        self, method: str, path: str, who: Someone | Mapping[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        """A request in somebody's name; *path* begins with ``/v1`` or is the household's."""
        auth = {} if who is None else who.auth if isinstance(who, Someone) else dict(who)
        headers = {**auth, **more.pop("headers", {})}
        whole = path if path.startswith("/v1") else self.path(path)
        return self.http.request(method, whole, headers=headers, **more)


class Served:
    """An application on a loopback port of its own, in a thread; the port is known before."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://localhost:{self.port}"

    def start(self, app: Any) -> None:
        """Connections wait in the socket's queue until it answers."""
        self._server = uvicorn.Server(
            uvicorn.Config(app, http=patient(Patience()), log_level="error", lifespan="on")
        )
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=20)
        self._socket.close()


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The problem document that an answer must be."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail", "hint"} <= set(found)
    assert found["status"] == status
    return found
