"""Who calls: a session, a device or a link, proven by a token; and where from.

`Knock` only holds what the request brought; nothing is looked up until a route asks who it is, in
its own thread. Whatever is not a live token of the sort asked for is `SignInError`: one text.
"""

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials

from bailee.api.cookies import DEVICE, SESSION
from bailee.api.problems import CROSS_ORIGIN, ProblemError
from bailee.api.service import Service
from bailee.errors import DeniedError, UnknownError
from bailee.identity import SignInError, is_csrf
from bailee.identity.tokens import PREFIX as DEVICE_PREFIX
from bailee.types.decide import Principal, PrincipalKind
from bailee.types.ids import AccountId, ArtefactId
from bailee.types.network import Network
from bailee.types.sign_in import Client, DeviceGrant, Door, Session, SessionState

CSRF_HEADER = "X-CSRF-Token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

_bearer = HTTPBearer(
    auto_error=False, description="A session's token, a device's token or a shared link's token."
)
_cookie = APIKeyCookie(name=SESSION, auto_error=False, description="A browser's session.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody whose token is good.

    Attributes:
        principal: Whom the gate is asked about; the door vouches for it.
        client: What the door saw of where they are.
        token: Theirs; for identity's own calls alone.
        session: Of a person; None for a device or a link.
        grant: Of a device.
    """

    principal: Principal
    client: Client
    token: str = field(repr=False)
    session: Session | None = None
    grant: DeviceGrant | None = None

    @property
    def account_id(self) -> AccountId | None:
        """The household they signed in to, or whose device it is."""
        if self.session is not None:
            return self.session.account_id
        return self.grant.account_id if self.grant is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Knock:
    """What a request brought."""

    service: Service
    method: str
    network: Network
    address: str
    description: str
    bearer: str = field(repr=False)
    cookie: str = field(repr=False)
    device_cookie: str = field(repr=False)
    csrf: str = field(repr=False)

    def client(self, door: Door | None = None) -> Client:
        """The caller as the guard sees them. A browser comes by the web, a program by the API."""
        return Client(
            address=self.address,
            description=self.description,
            device_cookie=self.device_cookie,
            door=door or (Door.API if self.bearer or not self.cookie else Door.WEB),
        )

    def person(self) -> Caller:
        """Somebody with a full session. Raises `SignInError`, or `DeniedError` while enrolling."""
        caller = self.newcomer()
        assert caller.session is not None
        if caller.session.state is not SessionState.FULL:
            raise DeniedError(
                "Until you have a second factor you can set one up, and nothing else.",
                hint="Add a passkey or an authenticator app.",
                policy="second-factor",
            )
        return caller

    def newcomer(self) -> Caller:
        """The same, or somebody who is still setting up their second factor."""
        token = self.bearer or self._from_cookie()
        session = self.service.identity.authenticate(token) if token else None
        if session is None:
            raise SignInError
        principal = Principal(
            kind=PrincipalKind.PERSON,
            id=session.person_id,
            session=session.id,
            network=self.network,
        )
        return Caller(principal=principal, client=self.client(), token=token, session=session)

    def device(self) -> Caller:
        """A device. Raises `SignInError`, or `TooManyError` for who guesses."""
        client = self.client(Door.DEVICE)
        grant = self.service.identity.tokens.authenticate(self.bearer, client)
        principal = Principal(
            kind=PrincipalKind.DEVICE,
            id=grant.device_id,
            session=grant.token_id,
            network=self.network,
        )
        return Caller(principal=principal, client=client, token=self.bearer, grant=grant)

    def depositor(self) -> Caller:
        """A device or a person: whoever may hand something in."""
        return self.device() if self.bearer.startswith(DEVICE_PREFIX) else self.person()

    def link(self) -> tuple[Caller, ArtefactId]:
        """Whoever holds a shared link, and what it shows. Raises `SignInError`."""
        try:
            principal, artefact_id = self.service.household.links.holder(self.bearer)
        except UnknownError:
            raise SignInError from None
        placed = Principal(
            kind=principal.kind,
            id=principal.id,
            session=principal.session,
            network=self.network,
        )
        return Caller(principal=placed, client=self.client(), token=self.bearer), artefact_id

    def _from_cookie(self) -> str:
        """The cookie's token; for what changes anything only with the form token beside it."""
        if self.cookie and self.method not in SAFE and not is_csrf(self.cookie, self.csrf):
            raise ProblemError(CROSS_ORIGIN, hint=f"Send the session's `csrf` in {CSRF_HEADER}.")
        return self.cookie


async def _knock(
    request: Request,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
    cookie: Annotated[str | None, Security(_cookie)],
) -> Knock:
    peer = request.client.host if request.client else ""
    return Knock(
        service=request.app.state.service,
        method=request.method,
        network=request.app.state.network_of(peer),
        address=peer,
        description=request.headers.get("user-agent", ""),
        bearer=bearer.credentials if bearer else "",
        cookie=cookie or "",
        device_cookie=request.cookies.get(DEVICE, ""),
        csrf=request.headers.get(CSRF_HEADER, ""),
    )


Knocked = Annotated[Knock, Depends(_knock)]
"""What a route takes as a parameter; it asks it who calls."""
