"""Receipts: every erasure as a slip, with its proof to check, save and print (R-15, R-16)."""

import json
from contextlib import suppress
from typing import Any

from fastapi import APIRouter, Response

from bailee.custody import receipt as receipts
from bailee.errors import EvidenceError
from bailee.web.forgetting.slips import printed, slips_of
from bailee.web.render import page, part
from bailee.web.visit import Visit, Visiting

router = APIRouter()
_A_PAGE = 50


@router.get("/receipts")
def list_receipts(visit: Visiting) -> Response:
    """All of the household's for who keeps house; else those they asked for. Newest first."""
    found = visit.service.household.erasures.list(
        visit.principal,
        visit.account_id,
        limit=_A_PAGE,
        after=visit.request.query_params.get("after", ""),
    )
    return page(visit, "receipts/list.html", found=slips_of(visit, found.erasures), next=found.next)


@router.get("/receipts/{erasure}")
def show_receipt(erasure: str, visit: Visiting) -> Response:
    """A slip; it is asked for again while the page is open, until both its stamps are inked."""
    found = visit.service.household.erasures.show(visit.principal, visit.account_id, erasure)
    [slip] = slips_of(visit, [found])
    if visit.is_htmx:
        return part(visit, "receipts/slip.html", it=slip)
    receipt = _receipt(visit, erasure)
    return page(
        visit,
        "receipts/show.html",
        it=slip,
        receipt_path=f"/receipts/{found.id}/file",
        checked=_holds(visit, receipt),
        text=printed(receipt),
        vkey=visit.service.vault.config.vkey,
        erasure_id=found.id,
    )


@router.get("/receipts/{erasure}/file")
def save_receipt(erasure: str, visit: Visiting) -> Response:
    """The receipt as it stands: a file that verifies with nothing else at hand."""
    receipt = _receipt(visit, erasure)
    return Response(
        json.dumps(receipt, indent=2, ensure_ascii=False) + "\n",
        media_type="application/json",
        headers={
            "Content-Disposition": f'attachment; filename="{receipt["erasure"]}.receipt"',
            "Cache-Control": "no-store",
        },
    )


def _receipt(visit: Visit, erasure: str) -> dict[str, Any]:
    return visit.service.household.erasures.receipt(visit.principal, visit.account_id, erasure)


def _holds(visit: Visit, receipt: dict[str, Any]) -> bool:
    """Whether the house itself finds that it verifies: said as such, to who has no scripts."""
    with suppress(EvidenceError):
        receipts.verify(receipt, visit.service.vault.config.vkey)
        return True
    return False
