"""Who is parent or guardian of a child."""

from fastapi import APIRouter

from bailee.api.bodies import AccountRef, Body, Moment, PersonRef
from bailee.api.callers import Knocked
from bailee.types.household import Proof
from bailee.types.ids import AccountId, PersonId

router = APIRouter(prefix="/households/{account}/persons/{child}/guardians", tags=["household"])


class GuardianShown(Body):
    """Who was named. They may nothing until `verified` says since when they count."""

    person: PersonRef
    proof: Proof | None
    verified: Moment | None


class GuardiansShown(Body):
    """Everybody who was named as a parent or guardian of a child."""

    guardians: list[GuardianShown]


@router.get("")
def list_guardians(account: AccountRef, child: PersonRef, knock: Knocked) -> GuardiansShown:
    """Who was named as a child's parent or guardian, and who counts as one."""
    caller = knock.person()
    found = knock.service.household.guardians.list(
        caller.principal, AccountId(account), PersonId(child)
    )
    return GuardiansShown(
        guardians=[
            GuardianShown(person=each.person_id, proof=each.proof, verified=each.verified_ms)
            for each in found
        ]
    )


@router.put("/{person}", status_code=204)
def name_guardian(account: AccountRef, child: PersonRef, person: PersonRef, knock: Knocked) -> None:
    """Say who is parent or guardian of a child.

    It counts once whoever runs the vault has verified it.
    """
    caller = knock.person()
    guardians = knock.service.household.guardians
    guardians.name(caller.principal, AccountId(account), PersonId(child), PersonId(person))


@router.put("/{person}/verified", status_code=204)
def verify_guardian(
    account: AccountRef, child: PersonRef, person: PersonRef, knock: Knocked
) -> None:
    """Always refused: whoever runs the vault vouches for a guardian, at the machine itself.

    Nobody becomes a child's guardian by being signed in, and so nobody by taking over an account.
    """
    caller = knock.person()
    guardians = knock.service.household.guardians
    guardians.verify(
        caller.principal, AccountId(account), PersonId(child), PersonId(person), Proof.OPERATOR
    )


@router.delete("/{person}", status_code=204)
def end_guardian(account: AccountRef, child: PersonRef, person: PersonRef, knock: Knocked) -> None:
    """Take back that somebody was named. Once verified, only whoever runs the vault can end it."""
    caller = knock.person()
    guardians = knock.service.household.guardians
    guardians.end(caller.principal, AccountId(account), PersonId(child), PersonId(person))
