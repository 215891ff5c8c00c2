"""The whole contract under fire: whatever comes, no answer is a 5xx, and each is as promised.

Every operation, as an owner who has just proven their second factor, as a device, and as nobody;
with values that fit the contract and values that do not; a part of them with ids that are there.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.house import House, Someone
from bailee.api.app import outline
from bailee.clock import FixedClock
from bailee.custody.vault import Vault
from bailee.household.persons import NewPerson
from bailee.types.decide import OPERATOR
from bailee.types.role import Role
from support.vaults import NOW_MS

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
ENDS_IT = frozenset({"sign_out", "end_other_sessions", "change_password", "end_membership"})
"""What leaves the owner without a session, or a household: done, and then everything is made anew."""
schemathesis.openapi.media_type("application/offset+octet-stream", st.binary(max_size=9000))
schemathesis.openapi.media_type("audio/wav", st.binary(max_size=2000))
SCHEMA = schemathesis.openapi.from_dict(outline()[0].openapi())
OPERATIONS = {
    each.definition.raw["operationId"]: each
    for each in (found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok))
}


@dataclass
class Furnished:
    """A household with something of everything; founded anew when somebody ended it."""

    house: House
    session: requests.Session
    who: Someone = field(init=False)
    known: dict[str, str] = field(init=False)
    device: Mapping[str, str] = field(init=False)
    _numbers: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.found()

    def found(self) -> None:
        """A fresh household, its owner signed in, a recording, an erasure, a link."""
        house, number = self.house, next(self._numbers)
        house.clock.advance(days=1)  # the guard forgets who guessed
        house.service.vault.expire()
        house.service.vault.rotate()
        made = house.service.household.houses.found(
            OPERATOR, f"house {number}", NewPerson(name="Ana")
        )
        house.account_id = made.account_id
        self.who = house.ana = house.sign_in(made.owner_id, f"ana {number}")
        device = house.device()
        self.device = house.token_of(device)
        leo = house.person(f"Leo {number}", Role.MEMBER)
        query = f"?kind=audio&captured_at=2026-09-21T14:12:00Z&person={made.owner_id}"
        kept = house.ask("POST", f"/recordings{query}", self.device, content=b"walnuts").json()
        self.known = {
            "account": made.account_id,
            "person": leo.id,
            "child": house.child(f"Mia {number}"),
            "device": device,
            "recording": kept["recording"],
            "artefact": kept["artefact"],
            "notice": "privacy",
            "version": "1",
            "scope": "use",
        }

    def is_whole(self) -> bool:
        return self.house.ask("GET", "/recordings", self.who).status_code == 200


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Furnished]:
    home = tmp_path_factory.mktemp("contract") / "vault"
    clock = FixedClock(NOW_MS)
    Vault.create(home, clock=clock).close()
    with House(home, clock) as house, requests.Session() as session:
        yield Furnished(house, session)


def attack(
    furnished: Furnished, name: str, auth: Mapping[str, str] | None, mode: GenerationMode, many: int
) -> None:
    """*many* requests of one operation, in somebody's name."""

    @settings(
        max_examples=many,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def run(data: st.DataObject) -> None:
        case: Case[Any] = data.draw(OPERATIONS[name].as_strategy(generation_mode=mode))
        if data.draw(st.integers(0, 3)):  # mostly of something that is there
            there = {
                each: furnished.known[each]
                for each in case.path_parameters or {}
                if each in furnished.known
            }
            case.path_parameters = {**(case.path_parameters or {}), **there}
        _ask(furnished, case, auth)

    with suppress(Unsatisfiable):  # nothing is given that could be wrong
        run()


def _ask(furnished: Furnished, case: Case[Any], auth: Mapping[str, str] | None) -> None:
    for name in ("Authorization", "Cookie"):  # who calls is said here, or not at all
        case.headers.pop(name, None)
    try:
        answer = case.call(
            base_url=furnished.house.url, session=furnished.session, headers=dict(auth or {})
        )
    except (requests.exceptions.InvalidHeader, UnicodeEncodeError):
        return  # no client can send that
    case.validate_response(answer, checks=CHECKS)


def everyone(furnished: Furnished, name: str, many: int, few: int) -> None:
    """One operation, by everybody who might."""
    if not furnished.is_whole():
        furnished.found()
    owner = furnished.who.auth
    attack(furnished, name, owner, GenerationMode.POSITIVE, many)
    if name not in ENDS_IT:
        attack(furnished, name, owner, GenerationMode.NEGATIVE, few)
    attack(furnished, name, None, GenerationMode.POSITIVE, few)
    attack(furnished, name, furnished.device, GenerationMode.POSITIVE, few)


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_no_request_breaks_it(furnished: Furnished, name: str) -> None:
    """A few of each operation, every day."""
    everyone(furnished, name, many=4, few=1)


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_no_request_of_many_breaks_it(furnished: Furnished, name: str) -> None:
    """Many of each operation."""
    everyone(furnished, name, many=60, few=20)


def test_every_operation_was_attacked(tmp_path: Path) -> None:
    """The list is the contract's."""
    paths: dict[str, Any] = outline()[0].openapi()["paths"]
    assert len(OPERATIONS) == sum(len(each) for each in paths.values())
