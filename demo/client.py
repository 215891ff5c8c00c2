"""A small program that uses bailee's API, and nothing of bailee: `http.client`, JSON and codes."""

import json
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyotp

PASSWORD = "seven slow herons at dusk"
STEP_S = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back. `body` is JSON where it was JSON, else bytes."""

    status: int
    headers: dict[str, str]
    body: Any

    @property
    def problem(self) -> str:
        """The sort of problem, such as ``denied``; "" where it is none."""
        if "problem+json" not in self.headers.get("content-type", ""):
            return ""
        return str(self.body["type"]).rsplit("/", 1)[-1]

    @property
    def policy(self) -> str:
        """The policy that said no."""
        return str(self.body.get("policy", "")) if isinstance(self.body, dict) else ""


@dataclass(slots=True, kw_only=True)
class Program:
    """Talks to one server in one name. *source* is the address it comes from."""

    port: int
    token: str = field(default="", repr=False)
    source: str = "127.0.0.1"

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """One request; *body* is sent as JSON unless it is bytes."""
        sent = dict(headers)
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if body is not None and not isinstance(body, bytes):
            body, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        connection = HTTPConnection(
            "localhost", self.port, timeout=60, source_address=(self.source, 0)
        )
        try:
            connection.request(
                method, path, body, {k.replace("_", "-"): v for k, v in sent.items()}
            )
            came = connection.getresponse()
            raw, kind = came.read(), came.headers.get("content-type", "")
        finally:
            connection.close()
        whole = json.loads(raw) if "json" in kind and raw else raw
        named = {name.lower(): value for name, value in came.headers.items()}
        return Answer(status=came.status, headers=named, body=whole)


@dataclass(slots=True, kw_only=True)
class Someone:
    """A person with a program and an authenticator app."""

    name: str
    id: str
    program: Program
    secret: str = field(default="", repr=False)
    codes: list[str] = field(default_factory=list, repr=False)
    used_step: int = 0

    def code(self, steps: int = 0) -> str:
        """What the app shows, so many steps of 30 seconds from now. Each code counts once."""
        now_s = int(time.time())
        self.used_step = now_s // STEP_S + steps
        return pyotp.TOTP(self.secret).at(now_s, counter_offset=steps)

    def wait_for_a_code(self) -> None:
        """Until the app shows one that was not used yet; half a minute at most."""
        while int(time.time()) // STEP_S <= self.used_step:
            time.sleep(0.2)

    def come_in(self, invitation: str) -> Answer:
        """Take an invitation; the session that may set up a second factor and nothing else."""
        said = {
            "invitation": invitation,
            "name": self.name.lower(),
            "password": PASSWORD,
            "bearer": True,
        }
        answer = self.program.ask("POST", "/v1/invitations/accept", said)
        self._keep(answer)
        return answer

    def add_app(self) -> Answer:
        """Set up the authenticator app, and step up; the codes of two steps are used by that."""
        begun = self.program.ask("POST", "/v1/me/totp")
        [self.secret] = parse_qs(urlsplit(begun.body["uri"]).query)["secret"]
        added = self.program.ask("POST", "/v1/me/totp/confirm", {"code": self.code(-1)})
        self._keep(added)
        self.codes = added.body["codes"]
        stepped = self.program.ask("POST", "/v1/session/step-up/code", {"code": self.code()})
        self._keep(stepped)
        return stepped

    def _keep(self, answer: Answer) -> None:
        if answer.status < 300:
            self.program.token = answer.body["token"]
