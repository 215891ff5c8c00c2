"""Decisions of the gate: with facts asked of the database anew for each, and Cedar's part alone.

Theirs is what an engineer writes who needs no reasons: one look-up of a role and its rights by the
bare driver, and a comparison.
"""

import sqlite3
from collections.abc import Callable
from contextlib import ExitStack, closing
from typing import Any, Protocol

import psycopg
from furnished import CHEAP, Furnished, furnish
from harness import Part, Row, medians, repeat, shown
from place import DATABASES, SQLITE, Place, sqlite, vault_on

from bailee.api.service import Service
from bailee.rules.gate_policies import Policies
from bailee.rules.gate_situation import request_of, situation_of
from bailee.types.decide import Access
from bailee.types.purpose import Purpose

_TABLES = (
    "CREATE TABLE member (person TEXT PRIMARY KEY, house TEXT NOT NULL, role TEXT NOT NULL)",
    "CREATE TABLE granted (person TEXT NOT NULL, what TEXT NOT NULL, PRIMARY KEY (person, what))",
)
_SELECT = (
    "SELECT member.role, granted.what FROM member LEFT JOIN granted"
    " ON granted.person = member.person AND granted.what = 'hear'"
    " WHERE member.person = {0} AND member.house = {0}"
)
_OWNER = "Ana", "home"


class _Rows(Protocol):
    """A connection of either driver, as far as it is used here."""

    def execute(self, query: Any, params: Any = ..., /) -> Any: ...


def run(place: Place) -> list[Part]:
    """Both databases."""
    return [_on(place, database) for database in DATABASES]


def _on(place: Place, database: str) -> Part:
    count, rounds = place.size.pick((20, 1), (200, 5), (500, 15))
    place.say(f"{database}: decisions")
    kept = vault_on(place, database, "decisions")
    kept.create().close()
    with ExitStack() as ended:
        service = ended.enter_context(Service.open(kept.home, settings=CHEAP))
        made = furnish(service, count=1, size_bytes=64)
        rows = ended.enter_context(closing(_roles(place, database)))
        access = _access(service, made)
        assert service.gate(access).allowed
        sides: list[Callable[[], object]] = [
            lambda: repeat(lambda: service.gate(access), count),
            lambda: repeat(_look_up(rows, database), count),
            lambda: repeat(_cedar_alone(service, access), count),
        ]
        repeat(sides[0], 1)
        ours, theirs, cedar = (each / count for each in medians(sides, rounds))
    kept.drop()
    part = Part(title=f"Decisions, on {database}")
    part.rows.append(
        Row(
            work="a decision, its facts from the database",
            against=f"a role and its rights by the bare driver, {database}",
            ours_s=ours,
            theirs_s=theirs,
        )
    )
    part.figures = [
        ("decisions a second, one caller", f"{1 / ours:,.0f}"),
        ("of each, Cedar's part with every policy", f"{shown(cedar)} ({1 / cedar:,.0f} a second)"),
    ]
    return part


def _access(service: Service, made: Furnished) -> Access:
    """The question that a release of the first recording asks."""
    asked = made.artefacts[0]
    (access,) = service.vault.questions(asked, purpose=Purpose.OWNER_VIEW, principal=made.principal)
    return access


def _cedar_alone(service: Service, access: Access) -> Callable[[], object]:
    policies = Policies()
    request = request_of(access, situation_of(access, service.facts(access)))
    return lambda: policies.judge(request)


def _roles(place: Place, database: str) -> sqlite3.Connection | psycopg.Connection[Any]:
    if database == SQLITE:
        rows: sqlite3.Connection | psycopg.Connection[Any] = sqlite(place.fresh("roles.sqlite"))
    else:
        rows = place.postgres(place.new_database())
    for statement in (
        *_TABLES,
        "INSERT INTO member VALUES ('Ana', 'home', 'owner')",
        "INSERT INTO granted VALUES ('Ana', 'hear')",
    ):
        _execute(rows, statement)
    return rows


def _execute(rows: _Rows, statement: str) -> None:
    rows.execute(statement)


def _look_up(rows: _Rows, database: str) -> Callable[[], object]:
    select = _SELECT.format("?" if database == SQLITE else "%s")

    def look_up() -> None:
        role, right = rows.execute(select, _OWNER).fetchone()
        assert (role, right) == ("owner", "hear")

    return look_up
