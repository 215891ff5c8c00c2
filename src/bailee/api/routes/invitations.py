"""Invitations: the means to sign in, for somebody who was given a part in the household."""

from fastapi import APIRouter, Response

from bailee.api.bodies import AccountRef, Body, Moment, PersonRef
from bailee.api.callers import Knocked
from bailee.api.joining import join
from bailee.api.signed_in import Bearer, Name, Password, SignedIn, Ticket, let_in
from bailee.types.ids import AccountId, PersonId

router = APIRouter(tags=["signing in"])


class InvitationMade(Body):
    """Give it to the person, by whatever way is only theirs. It is shown this once, works once."""

    invitation: str
    expires: Moment


class Acceptance(Body):
    """The invitation, what you want to sign in with (an e-mail address is good), a password."""

    invitation: Ticket
    name: Name
    password: Password
    bearer: Bearer = False


@router.post("/households/{account}/persons/{person}/invitation")
def make_invitation(account: AccountRef, person: PersonRef, knock: Knocked) -> InvitationMade:
    """Let somebody who has a part in the household set up how they sign in.

    Another one ends the one before. For who can sign in already there is none: nobody's way in is
    taken over by inviting them once more.
    """
    caller = knock.person()
    account_id, person_id = AccountId(account), PersonId(person)
    knock.service.household.members.require_invited(caller.principal, account_id, person_id)
    made = knock.service.identity.enrolment.invite_newcomer(person_id, account_id)
    return InvitationMade(invitation=made.token, expires=made.expires_ms)


@router.post("/invitations/accept")
def accept_invitation(asked: Acceptance, knock: Knocked, response: Response) -> SignedIn:
    """Take up an invitation. The session it opens sets up a second factor and does nothing else."""
    enrolment = knock.service.identity.enrolment
    entered = enrolment.accept(asked.invitation, asked.name, asked.password, knock.client())
    join(knock, entered)
    return let_in(response, knock, entered, bearer=asked.bearer)
