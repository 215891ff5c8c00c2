"""Take it away: the sentence, how much it is, a bar while it is prepared, the archive (R-13)."""

from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Header, Response

from bailee.api.routes.exports import answer
from bailee.errors import ConflictError, DeniedError, InputError, UnknownError
from bailee.types.decide import Access, Decision, Verb
from bailee.types.export import Export, ExportPlan, LeftOut, Omitted
from bailee.types.ids import PersonId
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose
from bailee.types.span import Span
from bailee.web.asking import is_tired
from bailee.web.forgetting.sentence import Sentence, When
from bailee.web.nouns import kind_name
from bailee.web.past.reasons import reason
from bailee.web.render import go, page, part
from bailee.web.visit import Visit, Visiting

router = APIRouter(prefix="/export")
_CHILD = "child-asks-a-parent"
_KINDS = tuple(each for each in Kind if each not in {Kind.LABEL, Kind.DATASET, Kind.MODEL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Much:
    """How much a sentence is, or why that is not said.

    Attributes:
        tired: A second factor has to be shown once more before anything is counted.
        refused: Why it may not be taken away, in plain words.
    """

    plan: ExportPlan | None = None
    tired: bool = False
    refused: str = ""


@router.get("")
def show(visit: Visiting) -> Response:
    """One's archive as far as it has come; the sentence where there is none."""
    found = _own(visit)
    if found is not None:
        return page(visit, "export/page.html", found=found, **_about(visit, found))
    sentence = _asked(visit)
    if visit.is_htmx:
        return part(visit, "export/much.html", sentence=sentence, much=_much(visit, sentence))
    return page(
        visit,
        "export/page.html",
        found=None,
        sentence=sentence,
        much=_much(visit, sentence),
        **_controls(visit),
    )


@router.get("/state")
def state(visit: Visiting) -> Response:
    """The part of the page that moves."""
    found = _own(visit)
    return part(visit, "export/state.html", found=found, **_about(visit, found))


@router.post("")
def ask(visit: Visiting) -> Response:
    """Have it prepared. A crash after this: it is prepared all the same."""
    sentence = Sentence.parse(visit.form.fields, visit.zone, _now_ms(visit))
    if sentence.wrong or not sentence.chosen:
        raise InputError("That says nothing to take away; nothing was done.")
    exports = visit.service.household.exports
    exports.ask(visit.principal, visit.account_id, sentence.choice(), zone=visit.zone.key)
    return go(visit, "/export")


@router.post("/cancel")
def cancel(visit: Visiting) -> Response:
    """Give it up; twice is once."""
    if _own(visit) is not None:
        visit.service.household.exports.cancel(visit.principal, visit.account_id)
    return go(visit, "/export", visit._("The archive is given up. What is kept stays as it is."))


@router.get("/archive")
def fetch(
    visit: Visiting,
    asked: Annotated[str | None, Header(alias="Range")] = None,
    if_range: Annotated[str | None, Header(alias="If-Range")] = None,
) -> Response:
    """The archive itself, by parts and again."""
    try:
        found = visit.service.household.exports.fetch(visit.principal, visit.account_id)
    except ConflictError as error:
        said = " ".join(visit._(each) for each in (error.message, error.hint))
        return go(visit, "/export", said)
    return answer(found, asked, if_range)


# -- what is shown ----------------------------------------------------------------------------


def _own(visit: Visit) -> Export | None:
    try:
        return visit.service.household.exports.show(visit.principal, visit.account_id)
    except UnknownError:
        return None


def _about(visit: Visit, found: Export | None) -> dict[str, Any]:
    """What the archive's part of the page says beside it."""
    return {
        "tired": is_tired(_may(visit)),
        "left_out": [_left_out(visit, each) for each in found.omitted] if found else [],
        "vkey": visit.service.vault.config.vkey,
    }


def _left_out(visit: Visit, each: Omitted) -> tuple[str, str]:
    """A sentence, and where the receipt is."""
    return _said(visit, each), f"/receipts/{each.erasure_id}" if each.erasure_id else ""


def _said(visit: Visit, each: Omitted) -> str:
    match each.why:
        case LeftOut.FORGOTTEN:
            return visit.n(
                "%(n)s file was forgotten, or its time was over, since you asked.",
                "%(n)s files were forgotten, or their time was over, since you asked.",
                each.count,
            )
        case LeftOut.NOT_ALLOWED:
            return visit.n(
                "%(n)s file is not yours to take away any more.",
                "%(n)s files are not yours to take away any more.",
                each.count,
            )
        case LeftOut.DAMAGED:
            return visit.n(
                "%(n)s file could not be read: its bytes are damaged on the disk.",
                "%(n)s files could not be read: their bytes are damaged on the disk.",
                each.count,
            )


# -- what is asked ----------------------------------------------------------------------------


def _asked(visit: Visit) -> Sentence:
    """The address's sentence: everything ever, of oneself where one does not look after others."""
    query = parse_qs(visit.request.url.query, keep_blank_values=True)
    if not {"when", "from", "to"} & query.keys():
        query["when"] = [When.EVER]
    sentence = Sentence.parse(query, visit.zone, _now_ms(visit))
    alone = not visit.keeps_house and not sentence.recordings and "person" not in query
    return replace(sentence, person=visit.me.id) if alone else sentence


def _much(visit: Visit, sentence: Sentence) -> Much:
    """Counted for who may take it away; a *no* to a question nobody asked is not in the ledger."""
    decision = _may(visit)
    if sentence.wrong or is_tired(decision):
        return Much(tired=not sentence.wrong)
    if _CHILD in decision.policies:
        return Much(refused=reason(visit.words, _CHILD, decision.why))
    exports = visit.service.household.exports
    try:
        return Much(plan=exports.plan(visit.principal, visit.account_id, sentence.choice()))
    except DeniedError as error:
        refused = reason(visit.words, error.policy, error.message)
    except UnknownError:
        refused = visit._("One of these is not here any more, or not yours to know of.")
    except InputError as error:
        refused = visit._(error.message)
    return Much(refused=refused)


def _may(visit: Visit) -> Decision:
    """What the gate says of taking away one's own words of now."""
    now_ms = _now_ms(visit)
    return visit.service.decide(
        Access(
            principal=visit.principal,
            verb=Verb.DOWNLOAD,
            purpose=Purpose.EXPORT,
            account_id=visit.account_id,
            kind=Kind.AUDIO,
            person_id=PersonId(visit.principal.id),
            span=Span(begin_ms=now_ms, end_ms=now_ms),
        )
    )


def _now_ms(visit: Visit) -> int:
    return visit.service.vault.desk().clock.now_ms()


def _controls(visit: Visit) -> dict[str, Any]:
    """What each part of the sentence may be."""
    kinds = [(each, kind_name(visit.words, each)) for each in _KINDS]
    named = [(each.id, each.name) for each in visit.house.persons]
    devices = [(each.id, each.name) for each in visit.house.devices]
    return {
        "kinds": [("", visit._("everything")), *kinds],
        "persons": [("", visit._("everybody")), *named],
        "devices": [("", visit._("every device")), *devices],
        "whens": [
            (When.EVER, visit._("ever")),
            (When.TODAY, visit._("today")),
            (When.YESTERDAY, visit._("yesterday")),
            (When.LAST_7_DAYS, visit._("in the last 7 days")),
            (When.RANGE, visit._("between two times")),
        ],
    }
