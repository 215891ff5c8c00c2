"""Erasures: what would go, forgetting it, what became of it, the receipt."""

import logging
from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Query, Response
from pydantic import Field

from bailee.api.bodies import AccountRef, Body, ErasureRef, Moment, RecordingRef
from bailee.api.callers import Knocked
from bailee.api.choices import Chosen
from bailee.api.gone import receipt_path, with_receipt
from bailee.api.service import Service
from bailee.errors import BaileeError
from bailee.types.erasure import Erasure, Outcome, Plan
from bailee.types.ids import AccountId, ErasureId
from bailee.types.kind import Kind

router = APIRouter(prefix="/households/{account}/erasures", tags=["erasures"])
_log = logging.getLogger(__name__)


class PlanShown(Body):
    """What would go, counted now. `reaching_in` begin before the time asked for, and go whole."""

    sentence: str
    recordings: int
    artefacts: dict[Kind, int]
    begin: Moment | None
    end: Moment | None
    reaching_in: list[RecordingRef]
    held: int
    names: bool


class ErasureShown(Body):
    """An erasure, as far as it has come. `outcome` is null while it is being cleaned up after."""

    id: ErasureRef
    sentence: str
    unreadable_since: Moment
    unrecoverable_since: Moment | None
    unrecoverable_due: Moment | None
    outcome: Outcome | None
    recordings: int
    artefacts: dict[Kind, int]
    held: int
    receipt: str


class Begun(Body):
    """It is forgotten, and `receipt` proves the moment already.

    Whoever had themselves forgotten should keep it: nobody can ask for it later.
    """

    erasure: ErasureShown
    receipt: dict[str, Any]


class ErasuresShown(Body):
    """Newest first. `next` is the cursor of the page after; null on the last."""

    erasures: list[ErasureShown]
    next: str | None


class Page(Body):
    """Which page."""

    limit: int = Field(default=100, ge=1, le=1000)
    cursor: str = Field(default="", max_length=64)


@router.post("/plan")
def plan_erasure(account: AccountRef, chosen: Chosen, knock: Knocked) -> PlanShown:
    """What forgetting it would touch. Nothing changes."""
    caller = knock.person()
    account_id = AccountId(account)
    with with_receipt(account_id):
        plan = knock.service.household.erasures.plan(caller.principal, account_id, chosen.choice())
    return _planned(plan)


@router.post("", status_code=202)
def ask_erasure(
    account: AccountRef,
    chosen: Chosen,
    knock: Knocked,
    response: Response,
    later: BackgroundTasks,
) -> Begun:
    """Forget it, for good: unreadable when this answers, cleaned up after it."""
    caller = knock.person()
    account_id = AccountId(account)
    with with_receipt(account_id):
        begun = knock.service.household.erasures.ask(caller.principal, account_id, chosen.choice())
    later.add_task(finish, knock.service, begun.erasure.id)
    response.headers["Location"] = f"/v1/households/{account}/erasures/{begun.erasure.id}"
    return Begun(erasure=shown(account, begun.erasure), receipt=begun.receipt)


def finish(service: Service, erasure_id: ErasureId) -> None:
    """A crash, or an error here, leaves it forgotten: start-up and every sweep go on cleaning up."""
    try:
        service.household.erasures.finish(erasure_id)
    except BaileeError as error:
        _log.warning("clean-up of %s goes on later: %s", erasure_id, type(error).__name__)


@router.get("")
def list_erasures(
    account: AccountRef, page: Annotated[Page, Query()], knock: Knocked
) -> ErasuresShown:
    """Every erasure of the household for who keeps house; else those the caller asked for."""
    caller = knock.person()
    found = knock.service.household.erasures.list(
        caller.principal, AccountId(account), limit=page.limit, after=page.cursor
    )
    return ErasuresShown(
        erasures=[shown(account, each) for each in found.erasures], next=found.next or None
    )


@router.get("/{erasure}")
def show_erasure(account: AccountRef, erasure: ErasureRef, knock: Knocked) -> ErasureShown:
    """How far it has come."""
    caller = knock.person()
    found = knock.service.household.erasures.show(caller.principal, AccountId(account), erasure)
    return shown(account, found)


@router.get("/{erasure}/receipt")
def erasure_receipt(account: AccountRef, erasure: ErasureRef, knock: Knocked) -> dict[str, Any]:
    """The receipt as it stands: it verifies with nothing else at hand (`bailee receipt verify`)."""
    caller = knock.person()
    return knock.service.household.erasures.receipt(caller.principal, AccountId(account), erasure)


def _planned(plan: Plan) -> PlanShown:
    return PlanShown(
        sentence=plan.sentence,
        recordings=plan.recordings,
        artefacts=dict(plan.artefacts),
        begin=plan.begin_ms,
        end=plan.end_ms,
        reaching_in=list(plan.reaching_in),
        held=plan.held,
        names=plan.names,
    )


def shown(account: str, found: Erasure) -> ErasureShown:
    over = found.unrecoverable_since_ms is not None
    return ErasureShown(
        id=found.id,
        sentence=found.sentence,
        unreadable_since=found.unreadable_since_ms,
        unrecoverable_since=found.unrecoverable_since_ms,
        unrecoverable_due=None if over else found.unrecoverable_due_ms,
        outcome=found.outcome,
        recordings=found.recordings,
        artefacts=dict(found.artefacts),
        held=found.held,
        receipt=receipt_path(account, found.id),
    )
