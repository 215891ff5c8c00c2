"""Consents, each with its notice and date: given after a disclosure that stands alone (R-07, R-08).

Taking one back is as easy. To stop and to forget are two acts (R-12).
"""

from dataclasses import dataclass
from datetime import timedelta

from fastapi import APIRouter, Response

from bailee.api.cookies import put
from bailee.errors import ConflictError, UnknownError
from bailee.household.calendar import begin_of
from bailee.household.consents import Agreement
from bailee.household.notice_text import Text, notice_for
from bailee.types.consent import Channel, How
from bailee.types.decide import Verb
from bailee.types.household import Consent, Person, PersonSort
from bailee.types.ids import PersonId
from bailee.types.scope import Scope
from bailee.web.asking import ask, is_tired, step_up_first
from bailee.web.notices import blocks
from bailee.web.past.event_words import CONSENTS, SCOPES
from bailee.web.render import go, page
from bailee.web.visit import Visit, Visiting

router = APIRouter()
_NO = "__Host-bailee-no"
"""Which questions this browser answered with no today: asked no more until midnight."""


def _(text: str) -> str:
    """A text, marked for the catalogue."""
    return text


_STOPS = {
    Scope.USE: (
        _("Nothing more is taken in."),
        _("Nobody else opens what there is: not even an owner of the household."),
        _("What there is stays, and you can still see it, copy it and forget it."),
    ),
    Scope.DISCLOSE: (
        _("Every link shows nothing from this moment on."),
        _("Nobody can make a new one."),
        _("Whoever saw or copied something before still has that. Nobody can take it back."),
    ),
    Scope.TRAIN: (_("Nothing is used to train a model from this moment on."),),
    Scope.REVIEW: (_("Nobody who works for whoever runs this may look."),),
    Scope.LAW_ENFORCEMENT: (
        _("Nothing is handed to the police without a court's order."),
        _("A court's order is followed with or without this."),
    ),
}
_YES = {
    Scope.USE: _("Yes, record"),
    Scope.DISCLOSE: _("Yes, allow sharing"),
    Scope.TRAIN: _("Yes, train"),
    Scope.REVIEW: _("Yes, let people look"),
    Scope.LAW_ENFORCEMENT: _("Yes, hand over"),
}
_NOT = {
    Scope.USE: _("No, do not record"),
    Scope.DISCLOSE: _("No, do not share"),
    Scope.TRAIN: _("No, do not train"),
    Scope.REVIEW: _("No, let nobody look"),
    Scope.LAW_ENFORCEMENT: _("No, do not hand over"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One scope of somebody.

    Attributes:
        text: The notice in force.
        last: The last act about it; None for none.
        said: What that act says.
        words: What stood on the button of the yes that is in force; "" where none was kept.
        outdated: They said yes to a notice that has changed since, and so it counts no more.
        declined: They said no today, in this browser.
    """

    scope: Scope
    name: str
    text: Text
    in_force: bool
    last: Consent | None
    said: str
    words: str
    outdated: bool
    declined: bool


@router.get("/consents")
def mine(visit: Visiting) -> Response:
    """One's own, and the way to those of one's children."""
    return _list(visit, visit.me)


@router.get("/people/{person}/consents")
def of_person(person: str, visit: Visiting) -> Response:
    """Somebody's: their own to give, a parent's for a child; for others to read."""
    return _list(visit, _known(visit, person))


@router.get("/people/{person}/consents/{scope}")
def question(person: str, scope: str, visit: Visiting) -> Response:
    """The disclosure, by itself, then two answers of the same size (R-08).

    That it was shown is written down as it is shown; without that there is no yes.
    """
    them, what = _known(visit, person), _scope(scope)
    decision = ask(visit, Verb.CONSENT, them.id)
    if not decision.allowed and not is_tired(decision):
        return page(visit, "consents/not_yours.html", them=them, is_child=_is_child(them))
    if tired := step_up_first(visit, decision):
        return tired
    text = _notice(visit, them, what)
    visit.service.household.notices.show_oneself(
        visit.principal, visit.account_id, visit.me.id, text.notice, text.version, Channel.PAGE
    )
    return page(
        visit,
        "consents/question.html",
        them=them,
        scope=what,
        name=visit._(SCOPES[what]),
        text=text,
        blocks=blocks(text.body),
        yes=visit._(_YES[what]),
        no=visit._(_NOT[what]),
    )


@router.post("/people/{person}/consents/{scope}")
def answer(person: str, scope: str, visit: Visiting) -> Response:
    """Yes or no, by the button that was pressed. A no is no act, and only this browser keeps it."""
    them, what = _known(visit, person), _scope(scope)
    where = "/consents" if them.id == visit.me.id else f"/people/{them.id}/consents"
    said = visit.form.text("answer")
    name = visit._(SCOPES[what])
    if said == "no":
        text = visit._("You said no: %(what)s. You are not asked again today.", what=name)
        response = go(visit, where, text)
        _remember_no(visit, response, them.id, what)
        return response
    if said != "yes":
        raise ConflictError("Neither yes nor no was pressed.", hint="Press one of the two answers.")
    agreement = Agreement(
        scope=what,
        version=visit.form.whole("version"),
        how=How.BUTTON,
        evidence={"words": visit._(_YES[what]), "place": visit.request.url.path},
    )
    consents = visit.service.household.consents
    consents.give(visit.principal, visit.account_id, them.id, agreement)
    return go(visit, where, visit._("You said yes: %(what)s.", what=name))


@router.get("/people/{person}/consents/{scope}/end")
def end_form(person: str, scope: str, visit: Visiting) -> Response:
    """What stops, in words, and what does not."""
    them, what = _known(visit, person), _scope(scope)
    return page(
        visit,
        "consents/end.html",
        them=them,
        is_me=them.id == visit.me.id,
        scope=what,
        name=visit._(SCOPES[what]),
        stops=[visit._(each) for each in _STOPS[what]],
    )


@router.post("/people/{person}/consents/{scope}/end")
def end(person: str, scope: str, visit: Visiting) -> Response:
    """Take it back: one press, no reason, no second factor. Forgetting is offered, not done."""
    them, what = _known(visit, person), _scope(scope)
    consents = visit.service.household.consents
    consents.withdraw(visit.principal, visit.account_id, them.id, what)
    where = "/consents" if them.id == visit.me.id else f"/people/{them.id}/consents"
    return go(visit, f"{where}?ended={what.value}")


def said_no(visit: Visit, person_id: PersonId, scope: Scope) -> bool:
    """Whether this browser heard a no to that today."""
    return f"{person_id}.{scope.value}" in visit.request.cookies.get(_NO, "").split("|")


def _list(visit: Visit, them: Person) -> Response:
    consents = visit.service.household.consents
    standing = consents.standing(visit.principal, visit.account_id, them.id)
    last = {each.scope: each for each in standing.history}
    ended = visit.request.query_params.get("ended", "")
    return page(
        visit,
        "consents/list.html",
        them=them,
        is_me=them.id == visit.me.id,
        is_child=_is_child(them),
        may_give=_may(visit, Verb.CONSENT, them),
        may_end=_may(visit, Verb.WITHDRAW, them),
        rows=[_row(visit, them, each, last.get(each), standing.in_force) for each in Scope],
        wards=[
            each
            for each in visit.house.persons
            if each.id != them.id and each.sort is PersonSort.CHILD
        ]
        if them.id == visit.me.id
        else [],
        history=[(each, _said(visit, them, each)) for each in reversed(standing.history)],
        ended=next((each for each in Scope if each.value == ended), None),
        still=standing.in_force,
        notice=blocks,
    )


def _row(
    visit: Visit,
    them: Person,
    scope: Scope,
    last: Consent | None,
    in_force: frozenset[Scope],
) -> Row:
    given = last is not None and last.how is not None
    evidence = {}
    if given and scope in in_force:
        consents = visit.service.household.consents
        evidence = consents.evidence(visit.principal, visit.account_id, them.id, scope)
    return Row(
        scope=scope,
        name=visit._(SCOPES[scope]),
        text=_notice(visit, them, scope),
        in_force=scope in in_force,
        last=last,
        said="" if last is None else _said(visit, them, last),
        words=evidence.get("words", ""),
        outdated=given and scope not in in_force,
        declined=said_no(visit, them.id, scope),
    )


def _said(visit: Visit, them: Person, act: Consent) -> str:
    """Such as “Ana said yes for Mia: recording at home”."""
    by = visit.people.get(act.by_id)
    said = visit._(CONSENTS[act.act]) % {"who": them.name, "scope": visit._(SCOPES[act.scope])}
    return f"{by.name if by else visit._('Somebody who is gone')} {said}"


def _may(visit: Visit, verb: Verb, them: Person) -> bool:
    decision = ask(visit, verb, them.id)
    return decision.allowed or is_tired(decision)


def _remember_no(visit: Visit, response: Response, person_id: PersonId, scope: Scope) -> None:
    now_ms = visit.service.vault.desk().clock.now_ms()
    today = visit.words.date_of(now_ms, visit.zone)
    ends_ms = begin_of(today + timedelta(days=1), visit.zone)
    known = [each for each in visit.request.cookies.get(_NO, "").split("|") if each]
    each = f"{person_id}.{scope.value}"
    value = "|".join([*(one for one in known if one != each), each][-50:])
    put(response, _NO, value, max_age_s=max(1, (ends_ms - now_ms) // 1000))


def _notice(visit: Visit, them: Person, scope: Scope) -> Text:
    notices = visit.service.household.notices
    return notices.text(notice_for(scope, child=_is_child(them)))


def _is_child(them: Person) -> bool:
    return them.sort is PersonSort.CHILD


def _known(visit: Visit, person: str) -> Person:
    """Somebody whom the reader may know of; an untrusted id. Raises `UnknownError`."""
    found = visit.people.get(person)
    if found is None:
        raise UnknownError("There is no such person in the household.")
    return found


def _scope(text: str) -> Scope:
    for each in Scope:
        if each.value == text:
            return each
    raise UnknownError("There is no such consent.")
