"""Who may call what: every route, by everybody there can be, over HTTP.

A row says what a request that fits is answered with when it is let through, and for each caller
whether it is (`y`), or which no they get: `1` for 401, `3` for 403, `4` for 404. Who is nobody is
401, what one may not know of is 404, what one may know of and may not do is 403. Where nothing
goes through without a ceremony of its own, the status is the one that shows that it got so far.
"""

from collections.abc import Iterator

import pytest

from api.fitting import sent
from api.house import House, problem
from api.scene import Scene
from bailee.api.app import outline
from bailee.api.routes import AT_ROOT, ROUTERS
from bailee.clock import FixedClock
from bailee.custody.vault import Vault
from support.vaults import NOW_MS

CALLERS = (
    "nobody",
    "device",
    "link",
    "owner",
    "tired",
    "member",
    "guest",
    "early",
    "late",
    "child",
    "eve",
)
TABLE = """
#                                                               nobody
#                                                               | device
#                                                               | | link
#                                                               | | |  owner
#                                                               | | |  | tired: the owner, whose step-up is old
#                                                               | | |  | | member
#                                                               | | |  | | | guest
#                                                               | | |  | | | | early: before their stay
#                                                               | | |  | | | | | late: after it
#                                                               | | |  | | | | | | child: a child's role
#                                                               | | |  | | | | | | | eve: next door's owner
# The doors themselves: what does not fit them is wrong, whoever sends it.
POST   /v1/sign-in                                          422 y y y  y y y y y y y y
POST   /v1/sign-in/code                                     422 y y y  y y y y y y y y
POST   /v1/sign-in/recovery                                 422 y y y  y y y y y y y y
POST   /v1/sign-in/passkey/options                          200 y y y  y y y y y y y y
POST   /v1/sign-in/passkey                                  422 y y y  y y y y y y y y
POST   /v1/password-resets                                  422 y y y  y y y y y y y y
POST   /v1/password-resets/use                              422 y y y  y y y y y y y y
POST   /v1/invitations/accept                               422 y y y  y y y y y y y y
# Open to everybody; the ledger's tiles to the machine itself, with no token at all.
GET    /v1/notices                                          200 y y y  y y y y y y y y
GET    /v1/notices/{notice}/{version}                       200 y y y  y y y y y y y y
GET    /v1/problems/{name}                                  200 y y y  y y y y y y y y
GET    /v1/openapi.json                                     200 y y y  y y y y y y y y
GET    /v1/ledger/checkpoint                                200 y y y  y y y y y y y y
GET    /v1/ledger/tile/{path}                               200 y 1 1  1 1 1 1 1 1 1 1
GET    /health/live                                         200 y y y  y y y y y y y y
GET    /health/ready                                        200 y y y  y y y y y y y y
GET    /metrics                                             200 y y y  y y y y y y y y
# One's own session and factors. An old step-up changes no factor.
GET    /v1/session                                          200 1 1 1  y y y y y y y y
DELETE /v1/session                                          204 1 1 1  y y y y y y y y
POST   /v1/session/step-up/code                             200 1 1 1  y y y y y y y y
POST   /v1/session/step-up/passkey/options                  200 1 1 1  y y y y y y y y
POST   /v1/session/step-up/passkey                          401 1 1 1  1 1 1 1 1 1 1 1
GET    /v1/sessions                                         200 1 1 1  y y y y y y y y
DELETE /v1/sessions                                         200 1 1 1  y y y y y y y y
DELETE /v1/sessions/{session}                               404 1 1 1  y y y y y y y y
GET    /v1/me/factors                                       200 1 1 1  y y y y y y y y
POST   /v1/me/totp                                          200 1 1 1  y 3 y y y y y y
POST   /v1/me/totp/confirm                                  422 1 1 1  y 3 y y y y y y
DELETE /v1/me/totp                                          409 1 1 1  y 3 y y y y y y
POST   /v1/me/recovery-codes                                200 1 1 1  y 3 y y y y y y
GET    /v1/me/passkeys                                      200 1 1 1  y y y y y y y y
POST   /v1/me/passkeys/options                              200 1 1 1  y 3 y y y y y y
POST   /v1/me/passkeys                                      422 1 1 1  y y y y y y y y
PATCH  /v1/me/passkeys/{passkey}                            404 1 1 1  y y y y y y y y
DELETE /v1/me/passkeys/{passkey}                            404 1 1 1  y 3 y y y y y y
PUT    /v1/me/password                                      422 1 1 1  y 3 y y y y y y
DELETE /v1/me/password-reset                                404 1 1 1  y y y y y y y y
# One's own household and messages.
GET    /v1/me                                               200 1 1 1  y y y y 3 3 y y
POST   ~/join                                               204 1 1 1  y y y y y 4 y 4
GET    /v1/inbox                                            200 1 1 1  y y y y y y y y
DELETE /v1/inbox/{message}                                  204 1 1 1  4 4 y 4 4 4 4 4
GET    /v1/channels                                         200 1 1 1  y y y y y y y y
POST   /v1/channels                                         201 1 1 1  y y y y y y y y
DELETE /v1/channels/{channel}                               204 1 1 1  4 4 y 4 4 4 4 4
# Who lives there. Letting anybody in needs a step-up.
POST   ~/persons/{person}/invitation                        200 1 1 1  y 3 3 3 3 3 3 4
GET    ~                                                    200 1 1 1  y y y y 3 3 y 4
GET    ~/persons                                            200 1 1 1  y y y y 3 3 y 4
POST   ~/persons                                            201 1 1 1  y y 3 3 3 3 3 4
GET    ~/persons/{person}                                   200 1 1 1  y y y 4 3 3 4 4
PATCH  ~/persons/{person}                                   200 1 1 1  y y 3 3 3 3 3 4
PUT    ~/persons/{person}/membership                        201 1 1 1  y 3 3 3 3 3 3 4
DELETE ~/persons/{person}/membership                        204 1 1 1  y 3 3 3 3 3 3 4
PUT    ~/persons/{person}/rights                            200 1 1 1  y 3 3 3 3 3 3 4
GET    ~/persons/{child}/guardians                          200 1 1 1  y y 4 4 4 4 4 4
PUT    ~/persons/{child}/guardians/{person}                 204 1 1 1  y y 3 3 3 3 3 4
PUT    ~/persons/{child}/guardians/{person}/verified        204 1 1 1  3 3 3 3 3 3 3 3
DELETE ~/persons/{child}/guardians/{person}                 204 1 1 1  y y 3 3 3 3 3 4
# Notices and consents: of Leo, who is the member.
GET    ~/persons/{person}/notices                           200 1 1 1  y y y 4 4 4 4 4
POST   ~/persons/{person}/notices/{notice}                  204 1 1 1  3 3 y 4 4 4 4 4
GET    ~/persons/{person}/consents                          200 1 1 1  y y y 4 4 4 4 4
POST   ~/persons/{person}/consents                          201 1 1 1  3 3 y 4 4 4 4 4
DELETE ~/persons/{person}/consents/{scope}                  200 1 1 1  y y y 4 4 4 4 4
GET    ~/persons/{person}/consents/{scope}/evidence         200 1 1 1  y y y 4 4 4 4 4
# Devices.
GET    ~/devices                                            200 1 1 1  y y y y 3 3 y 4
POST   ~/devices                                            201 1 1 1  y y 3 3 3 3 3 4
GET    ~/devices/{device}                                   200 1 1 1  y y 4 4 3 3 4 4
PATCH  ~/devices/{device}                                   200 1 1 1  y y 3 3 3 3 3 4
DELETE ~/devices/{device}                                   204 1 1 1  y y 3 3 3 3 3 4
GET    ~/devices/{device}/tokens                            200 1 1 1  y y 3 3 3 3 3 4
POST   ~/devices/{device}/tokens                            201 1 1 1  y y 3 3 3 3 3 4
DELETE ~/devices/{device}/tokens/{token}                    204 1 1 1  y y 3 3 3 3 3 4
POST   /v1/device/token/rotate                              200 1 y 1  1 1 1 1 1 1 1 1
# What listens. Whose voice it is, is one's own to say.
GET    ~/endpoints                                          200 1 1 1  y y y y y y y 4
PUT    ~/endpoints/{device}                                 200 1 1 1  y y 3 3 3 3 3 4
PUT    ~/endpoints/{device}/speaker                         200 1 1 1  3 3 y 4 4 4 4 4
DELETE ~/endpoints/{device}                                 204 1 1 1  y y 3 3 3 3 3 4
POST   /v1/stt                                              200 1 y 1  1 1 1 1 1 1 1 1
# What is held: of Leo's.
GET    ~/recordings                                         200 1 1 1  y y y y y y y 4
GET    ~/recordings/{recording}                             200 1 1 1  y y y 4 4 4 4 4
POST   ~/recordings                                         201 1 y 1  y y y 4 4 4 4 4
POST   ~/recordings/{recording}/reassign                    200 1 1 1  y y 4 4 4 4 4 4
GET    ~/recordings/{recording}/content                     200 1 1 1  y y y 4 4 4 4 4
HEAD   ~/recordings/{recording}/content                     200 1 1 1  y y y 4 4 4 4 4
GET    /v1/artefacts/{artefact}/content                     200 1 1 1  y y y 4 4 4 4 4
HEAD   /v1/artefacts/{artefact}/content                     200 1 1 1  y y y 4 4 4 4 4
POST   ~/erasures/plan                                      200 1 1 1  y y y 4 4 4 4 4
POST   ~/erasures                                           202 1 1 1  y y y 4 4 4 4 4
GET    ~/erasures                                           200 1 1 1  y y y y y y y 4
GET    ~/erasures/{erasure}                                 200 1 1 1  y y y 4 4 4 4 4
GET    ~/erasures/{erasure}/receipt                         200 1 1 1  y y y 4 4 4 4 4
# Archives: of Leo's recordings; each is whose who asked for it.
POST   ~/export/plan                                        200 1 1 1  y 3 y 4 4 4 4 4
POST   ~/export                                             202 1 1 1  y 3 y 4 4 4 4 4
GET    ~/export                                             200 1 1 1  y y y 4 4 4 4 4
DELETE ~/export                                             204 1 1 1  y y y 4 4 4 4 4
GET    ~/export/archive                                     200 1 1 1  y 3 y 4 4 4 4 4
GET    ~/retention                                          200 1 1 1  y y y y y y y 4
PUT    ~/retention                                          200 1 1 1  y y y 4 4 4 4 4
GET    /v1/retention                                        200 y y y  y y y y y y y y
GET    ~/keep-for                                           200 1 1 1  y y y y y y y 4
POST   ~/keep-for/plan                                      200 1 1 1  y y y 4 4 4 4 4
PUT    ~/keep-for                                           200 1 1 1  y y y 4 4 4 4 4
DELETE ~/keep-for                                           200 1 1 1  y y y 4 4 4 4 4
GET    ~/history                                            200 1 1 1  y y y y y y y 4
# Uploads: each is whose who began it, which is Leo.
OPTIONS /v1/uploads                                         204 y y y  y y y y y y y y
POST   /v1/uploads                                          201 1 y 1  y y y 4 4 4 4 4
OPTIONS /v1/uploads/{upload}                                204 y y y  y y y y y y y y
HEAD   /v1/uploads/{upload}                                 200 1 4 1  4 4 y 4 4 4 4 4
PATCH  /v1/uploads/{upload}                                 204 1 4 1  4 4 y 4 4 4 4 4
DELETE /v1/uploads/{upload}                                 204 1 4 1  4 4 y 4 4 4 4 4
POST   /v1/uploads/{upload}                                 204 1 4 1  4 4 y 4 4 4 4 4
# Places: where phones were, and what places are called; a name is Leo's.
GET    ~/places                                             200 1 1 1  y y y y y y y 4
GET    ~/places/names                                       200 1 1 1  y y y y y y y 4
POST   ~/places/names                                       201 1 1 1  y y y y 3 3 y 4
PATCH  ~/places/names/{place}                               204 1 1 1  4 4 y 4 4 4 4 4
DELETE ~/places/names/{place}                               204 1 1 1  4 4 y 4 4 4 4 4
# Links.
POST   ~/links                                              201 1 1 1  y 3 y 4 4 4 4 4
GET    ~/links                                              200 1 1 1  y y y y y y y 4
DELETE ~/links/{link}                                       204 1 1 1  y y 3 3 3 3 3 4
GET    /v1/shared                                           200 1 1 y  1 1 1 1 1 1 1 1
GET    /v1/shared/content                                   200 1 1 y  1 1 1 1 1 1 1 1
"""
"""`~` is the household: ``/v1/households/{account}``."""
_NO = {"1": 401, "3": 403, "4": 404}


def expectations() -> Iterator[tuple[str, str, int]]:
    """Route, caller and status."""
    for line in TABLE.strip().splitlines():
        if not line.startswith("#"):
            method, path, fits, *cells = line.split()
            route = f"{method} {path.replace('~', '/v1/households/{account}')}"
            for caller, cell in zip(CALLERS, cells, strict=True):
                yield route, caller, _NO.get(cell, int(fits))


ROUTES = sorted({route for route, _, _ in expectations()})


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One for all: no request sees what another did."""
    clock, home = FixedClock(NOW_MS), tmp_path_factory.mktemp("matrix") / "vault"
    Vault.create(home, clock=clock).close()
    with House(home, clock) as house:
        yield Scene(house)


def test_every_route_has_a_row() -> None:
    """A route that nobody decided about is a mistake; so is a row without a route."""
    mounted = {"GET /v1/openapi.json"}
    for prefix, routers in (("/v1", ROUTERS), ("", AT_ROOT)):
        for route in (each for router in routers for each in router.routes):
            path = route.path.replace(":path", "")  # type: ignore[attr-defined]  # each is one
            mounted |= {f"{method} {prefix}{path}" for method in route.methods}  # type: ignore[attr-defined]  # the same
    contract = {
        f"{method.upper()} {path}"
        for path, methods in outline()[0].openapi()["paths"].items()
        for method in methods
    }
    assert contract <= mounted
    assert set(ROUTES) == mounted, "add a row to TABLE, and what it needs to REQUESTS"


@pytest.mark.parametrize("route", ROUTES)
def test_who_may(scene: Scene, route: str) -> None:
    """The status is the table's, and every no is a problem document."""
    found, meant = {}, {}
    own = " /v1/session" in route or " /v1/me/" in route  # such a request may end its session
    for asked, caller, status in expectations():
        if asked == route:
            method, path, more = sent(scene, route, caller)
            headers = {**scene.headers(caller, fresh=own), **more.get("headers", {})}
            answer = scene.house.http.request(method, path, **{**more, "headers": headers})
            meant[caller], found[caller] = status, answer.status_code
            if answer.status_code >= 400 and method != "HEAD":
                problem(answer, answer.status_code)
            if answer.status_code == 429:  # who guesses on and on is told to wait instead
                found[caller] = 401
    assert found == meant
