"""A visit: somebody looks at a page. Who they are, in which language, zone and light they read.

    @router.get("/keep")
    def keep(visit: Visiting) -> Response: …       # signed in, or sent to sign in and back
    @router.get("/retention")
    def policy(visit: Passing) -> Response: …      # anybody

A form proves by its hidden `csrf` that it is our own; `Visiting` has checked it before a page's
function runs, for every method that changes anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from fastapi import Depends, Request

from bailee.api.callers import Caller, Knock, Knocked
from bailee.api.gatehouse import BODY
from bailee.api.service import Service
from bailee.errors import DeniedError, UnknownError
from bailee.identity import SignInError, csrf_of
from bailee.types.decide import Principal
from bailee.types.household import House, HouseDevice, Person
from bailee.types.ids import AccountId, PersonId
from bailee.types.role import Role
from bailee.types.sign_in import SessionState
from bailee.web.form import Form
from bailee.web.said import COOKIE as SAID
from bailee.web.said import Said
from bailee.web.words import Words, choose, words_in

LANGUAGE = "__Host-bailee-language"
ZONE = "bailee-zone"
"""Set by the page's script from the browser's clock; nothing depends on its being right."""
THEME = "__Host-bailee-theme"
FIRST_STEPS = "__Host-bailee-first-steps"
KEEPERS = frozenset({Role.OWNER, Role.GUARDIAN})


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One request for a page.

    Attributes:
        caller: Who is signed in; None for nobody.
        form: What a form sent; empty else. Untrusted.
        said: What the page before left to be said on this one.
        stepping: They are signed in, but have no second factor yet.
    """

    request: Request
    knock: Knock
    caller: Caller | None
    form: Form
    words: Words
    zone: ZoneInfo
    theme: str
    said: Said | None
    stepping: bool = False
    _person: Person | None = field(default=None, repr=False)

    @property
    def service(self) -> Service:
        """Every room there is."""
        return self.knock.service

    @property
    def principal(self) -> Principal:
        """Whom the gate is asked about. For pages that asked for somebody signed in."""
        assert self.caller is not None
        return self.caller.principal

    @property
    def account_id(self) -> AccountId:
        """Their household; the same."""
        assert self.caller is not None
        return AccountId(self.caller.account_id or "")

    @property
    def csrf(self) -> str:
        """The form token of their session; "" for nobody."""
        return csrf_of(self.caller.token) if self.caller else ""

    @property
    def is_htmx(self) -> bool:
        """Whether a part of a page is wanted, by a page that is open."""
        return self.request.headers.get("hx-request") == "true"

    @cached_property
    def house(self) -> House:
        """Their household, as far as it is shown to them."""
        return self.service.household.houses.show(self.principal, self.account_id)

    @cached_property
    def is_at_home(self) -> bool:
        """Whether they are signed in, all the way, and still belong to a household."""
        if self.caller is None or self.stepping:
            return False
        try:
            return bool(self.house.persons)
        except (DeniedError, UnknownError):
            return False  # they were let out while signed in, or are too long without a factor

    @cached_property
    def me(self) -> Person:
        """They themselves."""
        own = PersonId(self.principal.id)
        for each in self.house.persons:
            if each.id == own:
                return each
        raise UnknownError("You do not belong to this household any more.")

    @property
    def keeps_house(self) -> bool:
        """Whether they look after the household: an owner or a guardian."""
        return self.me.role in KEEPERS

    @property
    def first_steps(self) -> bool:
        """Whether they are still shown what to try first."""
        return self.keeps_house and not self.request.cookies.get(FIRST_STEPS)

    @cached_property
    def people(self) -> Mapping[str, Person]:
        """Those they may know of, by id."""
        return {each.id: each for each in self.house.persons}

    @cached_property
    def devices(self) -> Mapping[str, HouseDevice]:
        """The same of devices."""
        return {each.id: each for each in self.house.devices}

    @cached_property
    def unread(self) -> int:
        """How many messages wait for them; what was read is put away."""
        return len(self.service.household.inbox.list(self.principal))

    # -- words and times ----------------------------------------------------------------------

    def _(self, message: str, **values: object) -> str:
        """A text in their language, `%(name)s` filled in."""
        return self.words.gettext(message) % values if values else self.words.gettext(message)

    def n(self, one: str, many: str, n: int, **values: object) -> str:
        """The same of *n* things; `%(n)s` is the number, written their way."""
        return self.words.ngettext(one, many, n) % {"n": self.words.number(n), **values}


def _visit(request: Request, knock: Knocked) -> Visit:
    body: bytes = request.scope.get(BODY, b"")
    form = Form.parse(body, request.headers.get("content-type", ""))
    known = replace(knock, csrf=form.text("csrf") or knock.csrf)
    caller, stepping = _caller(known)
    cookies = request.cookies
    visit = Visit(
        request=request,
        knock=known,
        caller=caller,
        form=form,
        words=words_in(cookies.get(LANGUAGE) or choose(request.headers.get("accept-language", ""))),
        zone=_zone(cookies.get(ZONE, "")),
        theme=theme if (theme := cookies.get(THEME, "")) in {"light", "dark"} else "",
        said=Said.parse(cookies.get(SAID, "")),
        stepping=stepping,
    )
    request.state.visit = visit
    return visit


def _caller(knock: Knock) -> tuple[Caller | None, bool]:
    """Who is signed in, and whether they still lack a second factor.

    Raises:
        ProblemError: A form that is not our own.
    """
    if not knock.cookie:
        return None, False
    try:
        caller = knock.newcomer()
    except SignInError:
        return None, False
    assert caller.session is not None
    return caller, caller.session.state is not SessionState.FULL


def _visiting(visit: "Passing") -> Visit:
    """Somebody with a full session. Raises `SignInError`, or `DeniedError` while they enrol."""
    if visit.caller is None:
        raise SignInError
    if visit.stepping:
        visit.knock.person()  # says what is missing
    return visit


def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name) if name in _ZONES else ZoneInfo("UTC")


_ZONES = available_timezones()

Passing = Annotated[Visit, Depends(_visit)]
"""Anybody."""
Visiting = Annotated[Visit, Depends(_visiting)]
"""Somebody who is signed in."""


def visit_of(request: Request) -> Visit | None:
    """The visit of a request whose page broke off; None if it broke before there was one."""
    found: Visit | None = getattr(request.state, "visit", None)
    return found
