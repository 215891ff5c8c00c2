"""Asking: what the gate would say, before somebody fills in a form for nothing.

A *no* of these is not logged: nothing was refused. What is done is decided by the rooms themselves.
"""

from urllib.parse import quote

from fastapi import Response

from bailee.types.decide import Access, Decision, Verb
from bailee.types.household import Person
from bailee.types.ids import PersonId
from bailee.types.purpose import Purpose
from bailee.web.render import go
from bailee.web.visit import Visit

_STEP_UP = ("step-up",)


def ask(visit: Visit, verb: Verb, person_id: PersonId | None = None) -> Decision:
    """Whether who looks may do *verb* in their household, or for *person_id* in it."""
    return visit.service.decide(
        Access(
            principal=visit.principal,
            verb=verb,
            purpose=Purpose.OWNER_VIEW,
            account_id=visit.account_id,
            person_id=person_id,
        )
    )


def may_know(visit: Visit, them: Person) -> bool:
    """Whether who looks may know what is kept of *them*: a parent keeps house, and not everybody's."""
    return them.id == visit.me.id or ask(visit, Verb.LIST, them.id).allowed


def is_tired(decision: Decision) -> bool:
    """Whether a factor shown once more is all that it lacks."""
    return not decision.allowed and decision.policies == _STEP_UP


def step_up_first(visit: Visit, decision: Decision) -> Response | None:
    """The way to the second factor and back to this page, where that is all that is missing."""
    if not is_tired(decision):
        return None
    query = f"?{visit.request.url.query}" if visit.request.url.query else ""
    back = quote(f"{visit.request.url.path}{query}", safe="")
    return go(visit, f"/step-up?back={back}")
