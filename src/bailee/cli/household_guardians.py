"""`bailee household verify-guardian` and `end-guardian`: only at the machine (R-06)."""

import click

from bailee.api.service import Service
from bailee.cli import say
from bailee.cli.desk import Desk
from bailee.cli.names import person_among
from bailee.cli.options import common
from bailee.cli.served import served
from bailee.types.decide import OPERATOR
from bailee.types.household import Person, Proof
from bailee.types.ids import AccountId


@click.command(name="verify-guardian")
@click.argument("name")
@click.argument("child")
@click.argument("guardian")
@click.option(
    "--proof",
    required=True,
    type=click.Choice([each.value for each in Proof]),
    help="How it was shown; operator: you vouch for it yourself.",
)
@common
def verify_guardian(desk: Desk, *, name: str, child: str, guardian: str, proof: str) -> None:
    """Record that somebody was shown to be a child's parent or guardian.

    They alone consent for the child from now on, and see, copy and forget what is the child's.
    Who vouched, and when, is in the ledger.

      bailee household verify-guardian home Mia Ana --proof operator
    """
    with served(desk) as service:
        account_id, of, who = _pair(service, name, child, guardian)
        guardians = service.household.guardians
        guardians.name(OPERATOR, account_id, of.id, who.id)
        # A crash here leaves somebody named, who may nothing until this is repeated.
        guardians.verify(OPERATOR, account_id, of.id, who.id, Proof(proof))
    desk.answer(
        {"household": account_id, "child": of.id, "guardian": who.id, "proof": proof},
        [
            f"{say.name(who.name)} is recorded as parent or guardian of {say.name(of.name)}.",
            "Nothing of the child's is taken in before they consent.",
        ],
    )


@click.command(name="end-guardian")
@click.argument("name")
@click.argument("child")
@click.argument("guardian")
@common
def end_guardian(desk: Desk, *, name: str, child: str, guardian: str) -> None:
    """Let somebody be a child's guardian no more. Consents they gave for it end with it.

    bailee household end-guardian home Mia Ana
    """
    with served(desk) as service:
        account_id, of, who = _pair(service, name, child, guardian)
        service.household.guardians.end(OPERATOR, account_id, of.id, who.id)
    desk.answer(
        {"household": account_id, "child": of.id, "guardian": who.id},
        [f"{say.name(who.name)} is no guardian of {say.name(of.name)} any more."],
    )


def _pair(
    service: Service, name: str, child: str, guardian: str
) -> tuple[AccountId, Person, Person]:
    account_id = service.household.houses.find(name)
    persons = service.household.houses.show(OPERATOR, account_id).persons
    return account_id, person_among(persons, child), person_among(persons, guardian)
