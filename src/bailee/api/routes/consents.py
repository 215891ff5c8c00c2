"""Consents: given by an act, one scope at a time; taken back at any time (R-07, R-08, R-12)."""

from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import Field

from bailee.api.bodies import AccountRef, Body, Line, Moment, PersonRef
from bailee.api.callers import Knocked
from bailee.household.consents import Agreement
from bailee.types.consent import ConsentAct, How, Notice
from bailee.types.household import Consent, Offer, Standing
from bailee.types.ids import AccountId, PersonId
from bailee.types.scope import Scope

router = APIRouter(prefix="/households/{account}/persons/{person}/consents", tags=["consent"])

Version = Annotated[int, Field(ge=1, le=9999, strict=True, description="Of a notice, from 1.")]


class Act(Body):
    """What the person did, after the notice was shown by itself.

    A box ticked beforehand, terms agreed to as a bundle, going on, hovering or closing are no act
    of saying yes: there is no way to say them here.
    """

    control: Annotated[How, Field(description="What they said yes with.")]
    words: Annotated[
        Line, Field(min_length=1, description="What stood on the button, or what they said.")
    ]
    place: Annotated[Line, Field(description="The page, the device, the number of the form.")] = ""


class Yes(Body):
    """One yes, to one scope."""

    scope: Scope
    version: Annotated[Version, Field(description="Of the notice that was shown.")]
    act: Act


class ConsentShown(Body):
    """One act about one scope. `by` is who did it: they themselves, or a parent."""

    scope: Scope
    act: ConsentAct
    notice: Notice | None
    version: int | None
    how: How | None
    at: Moment
    by: str
    in_force: bool


class ConsentsShown(Body):
    """The scopes in force now, and every act, oldest first. An adult's use is in force unsaid."""

    in_force: list[Scope]
    history: list[ConsentShown]


class ErasureToAsk(Body):
    """The request that would forget it; nobody has made it."""

    method: Literal["POST"] = "POST"
    path: str
    body: dict[str, str]


class OfferShown(Body):
    """What could be forgotten too. It is a second act: nothing was forgotten by the first."""

    scope: Scope
    sentence: str
    request: ErasureToAsk


class EvidenceShown(Body):
    """What shows the last yes to a scope; empty where there was none."""

    scope: Scope
    evidence: dict[str, str]


@router.get("")
def list_consents(account: AccountRef, person: PersonRef, knock: Knocked) -> ConsentsShown:
    """Which consents are in force, and how each came and went."""
    caller = knock.person()
    consents = knock.service.household.consents
    return _standing(consents.standing(caller.principal, AccountId(account), PersonId(person)))


@router.post("", status_code=201)
def give_consent(
    account: AccountRef, person: PersonRef, asked: Yes, knock: Knocked, response: Response
) -> ConsentsShown:
    """Say yes to one scope: for yourself or, verified as their guardian, for a child.

    The notice in force must have been shown to you before (`…/notices/{notice}`), and your second
    factor proven within the last minutes.
    """
    caller = knock.person()
    consents = knock.service.household.consents
    whose = (caller.principal, AccountId(account), PersonId(person))
    evidence = {"words": asked.act.words, "place": asked.act.place}
    consents.give(
        *whose,
        Agreement(
            scope=asked.scope, version=asked.version, how=asked.act.control, evidence=evidence
        ),
    )
    response.headers["Location"] = (
        f"/v1/households/{account}/persons/{person}/consents/{asked.scope}/evidence"
    )
    return _standing(consents.standing(*whose))


@router.delete("/{scope}")
def withdraw_consent(
    account: AccountRef, person: PersonRef, scope: Scope, knock: Knocked
) -> OfferShown:
    """Take a consent back: nothing is used for it from this moment on.

    Nothing is forgotten by it. The answer says what could be, and which request would do it.
    """
    caller = knock.person()
    offer = knock.service.household.consents.withdraw(
        caller.principal, AccountId(account), PersonId(person), scope
    )
    return _offered(account, person, offer)


@router.get("/{scope}/evidence")
def show_evidence(
    account: AccountRef, person: PersonRef, scope: Scope, knock: Knocked
) -> EvidenceShown:
    """What shows the last yes to a scope."""
    caller = knock.person()
    evidence = knock.service.household.consents.evidence(
        caller.principal, AccountId(account), PersonId(person), scope
    )
    return EvidenceShown(scope=scope, evidence=evidence)


def _offered(account: str, person: str, offer: Offer) -> OfferShown:
    path = f"/v1/households/{account}/erasures"
    return OfferShown(
        scope=offer.scope,
        sentence=offer.sentence,
        request=ErasureToAsk(path=path, body={"person": person}),
    )


def _standing(standing: Standing) -> ConsentsShown:
    return ConsentsShown(
        in_force=sorted(standing.in_force),
        history=[_shown(each) for each in standing.history],
    )


def _shown(consent: Consent) -> ConsentShown:
    return ConsentShown(
        scope=consent.scope,
        act=consent.act,
        notice=consent.notice,
        version=consent.version,
        how=consent.how,
        at=consent.at_ms,
        by=consent.by_id,
        in_force=consent.in_force,
    )
