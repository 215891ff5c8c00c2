"""Retention: how long each kind is kept, and keeping some of it longer or shorter (R-19)."""

from datetime import date

from fastapi import APIRouter
from pydantic import Field

from bailee.api.bodies import AccountRef, Body
from bailee.api.callers import Knocked
from bailee.api.choices import Chosen
from bailee.clock import DAY_MS, to_datetime
from bailee.rules import retention
from bailee.types.ids import AccountId
from bailee.types.kind import Kind

router = APIRouter(prefix="/households/{account}/retention", tags=["retention"])
public_router = APIRouter(prefix="/retention", tags=["retention"])
"""The same for everybody."""


class Row(Body):
    """How long a kind is kept, unless its depositor says otherwise, and at most."""

    kind: Kind
    purpose: str
    need: str
    keep_days: int
    at_most_days: int


class Policy(Body):
    """The published table; it is the one by which things expire."""

    kinds: list[Row]


class Kept(Chosen):
    """What to keep, and for how many days from today."""

    keep_days: int = Field(ge=1, le=3653)


class Changed(Body):
    """How many artefacts are kept longer, how many shorter, and until which day."""

    longer: int
    shorter: int
    kept_until: date


@router.get("")
def show_retention(account: AccountRef, knock: Knocked) -> Policy:
    """How long each kind is kept, what for, and why."""
    caller = knock.person()
    policy = knock.service.household.keeping.policy_for(caller.principal, AccountId(account))
    return Policy(kinds=rows(policy))


@public_router.get("")
def show_public_retention(knock: Knocked) -> Policy:
    """The deployment's published policy. Anybody may read it; a household's own rules are its own."""
    return Policy(kinds=rows(knock.service.household.keeping.policy()))


@router.put("")
def change_retention(account: AccountRef, kept: Kept, knock: Knocked) -> Changed:
    """Keep what is chosen for so many days from today. A shorter time counts at once."""
    caller = knock.person()
    done = knock.service.household.keeping.retain(
        caller.principal, AccountId(account), kept.choice(), kept.keep_days
    )
    return Changed(
        longer=done.longer,
        shorter=done.shorter,
        kept_until=to_datetime(done.until_day * DAY_MS).date(),
    )


def rows(policy: retention.Policy) -> list[Row]:
    """The policy as the API tells it."""
    return [
        Row(
            kind=kind,
            purpose=row.purpose,
            need=row.need,
            keep_days=row.keep_days,
            at_most_days=row.at_most_days,
        )
        for kind, row in policy.items()
    ]
