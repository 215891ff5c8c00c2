"""`bailee household found`, `add-person`, `invite` and `let-out`."""

from typing import Any

import click

from bailee.api.service import Service
from bailee.cli import invitation, moments, say
from bailee.cli.asked import confirmed
from bailee.cli.desk import Desk
from bailee.cli.names import person_among
from bailee.cli.options import common
from bailee.cli.served import served
from bailee.errors import InputError
from bailee.household.persons import NewPerson
from bailee.types.decide import OPERATOR
from bailee.types.household import PersonSort, Stay
from bailee.types.ids import AccountId, PersonId
from bailee.types.role import Right, Role

_ROLES = click.Choice([each.value for each in Role if each is not Role.STRANGER])
_RIGHTS = click.Choice([each.value for each in Right])
_EMAIL = click.option("--email", default="", help="Where messages about it can go.")
_LANGUAGE = click.option(
    "--language", type=click.Choice(["en", "de"]), default="en", show_default=True
)


@click.command()
@click.argument("name")
@click.option("--owner", required=True, metavar="NAME", help="Its first owner, a grown-up.")
@_EMAIL
@_LANGUAGE
@invitation.ORIGIN
@common
def found(
    desk: Desk, *, name: str, owner: str, email: str, language: str, origin: str | None
) -> None:
    """Found a household, and invite its first owner.

    What was kept under that name so far becomes the household's. Whoever is heard in it is closed
    to everybody until you add them, by the same name.

      bailee household found home --owner Ana --email ana@example.org
    """
    place = invitation.clean_origin(origin)
    with served(desk) as service:
        new = NewPerson(name=owner, email=email, language=language)
        made = service.household.houses.found(OPERATOR, name, new)
        token, expires_ms = _invite(desk, service, made.account_id, made.owner_id)
    desk.answer(
        {
            "household": made.account_id,
            "owner": made.owner_id,
            **invitation.as_json(token, expires_ms),
        },
        [
            f"{say.name(name)} is founded. Its owner, {say.name(owner)}, has to set up signing in.",
            *invitation.as_lines(token, expires_ms, place),
        ],
    )


def _invite(
    desk: Desk, service: Service, account_id: AccountId, person_id: PersonId
) -> tuple[str, int]:
    """The token, and until when it works. A crash before leaves who can be invited anew."""
    token = service.identity.enrolment.invite(person_id, account_id)
    return token, desk.clock.now_ms() + service.settings.invitation_ms


# -- people ---------------------------------------------------------------------------------


@click.command(name="add-person")
@click.argument("name")
@click.argument("person")
@click.option(
    "--sort",
    type=click.Choice([each.value for each in PersonSort]),
    default=PersonSort.ADULT.value,
    show_default=True,
    help="A child is under 13; unknown is nobody in particular, such as a place.",
)
@click.option("--role", type=_ROLES, help="Their part in it; without one they are only heard.")
@click.option("--right", "rights", type=_RIGHTS, multiple=True, help="May be repeated.")
@click.option("--until", metavar="TIME", help="Until when a guest stays.")
@_EMAIL
@_LANGUAGE
@invitation.ORIGIN
@common
def add_person(
    desk: Desk,
    *,
    name: str,
    person: str,
    role: str | None,
    rights: tuple[str, ...],
    until: str | None,
    origin: str | None,
    **said: Any,
) -> None:
    """Add somebody who is heard or seen in a household.

    With --role they get a part in it, and an invitation to sign in.

      bailee household add-person home Leo --role member --right view --right hear
      bailee household add-person home Mia --sort child
    """
    if role is None and (rights or until):
        raise InputError("--right and --until go with --role.")
    place = invitation.clean_origin(origin)
    until_ms = moments.end(desk, until, "--until")
    new = NewPerson(
        name=person,
        sort=PersonSort(said["sort"]),
        email=said["email"],
        language=said["language"],
    )
    with served(desk) as service:
        account_id = service.household.houses.find(name)
        person_id = service.household.persons.add(OPERATOR, account_id, new)
        invited = None
        if role is not None:
            # A crash before: they are there without a part; an owner, or `invite`, gives them one.
            stay = Stay(since_ms=desk.clock.now_ms(), until_ms=until_ms)
            granted = [Right(each) for each in rights]
            service.household.members.invite(
                OPERATOR, account_id, person_id, Role(role), stay, granted
            )
            invited = _invite(desk, service, account_id, person_id)
    lines = [f"{say.name(person)} is in {say.name(name)}."]
    told = {"household": account_id, "person": person_id}
    if invited is not None:
        lines += invitation.as_lines(*invited, place)
        told |= invitation.as_json(*invited)
    desk.answer(told, lines)


@click.command()
@click.argument("name")
@click.argument("person")
@click.option("--role", type=_ROLES, help="Their part in it, where they have none yet.")
@click.option("--right", "rights", type=_RIGHTS, multiple=True, help="May be repeated.")
@click.option("--until", metavar="TIME", help="Until when a guest stays.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@invitation.ORIGIN
@common
def invite(
    desk: Desk,
    *,
    name: str,
    person: str,
    role: str | None,
    rights: tuple[str, ...],
    until: str | None,
    yes: bool,
    origin: str | None,
) -> None:
    """Let somebody of a household sign in, for the first time or anew.

    Once it is taken up, everything they signed in with before ends: password, passkeys, codes and
    sessions. So make sure who gets it. It is the way back for who lost everything.

      bailee household invite home Leo
    """
    if role is None and (rights or until):
        raise InputError("--right and --until go with --role.")
    place = invitation.clean_origin(origin)
    until_ms = moments.end(desk, until, "--until")
    with served(desk) as service:
        account_id = service.household.houses.find(name)
        known = person_among(service.household.houses.show(OPERATOR, account_id).persons, person)
        if role is not None:
            stay = Stay(since_ms=desk.clock.now_ms(), until_ms=until_ms)
            granted = [Right(each) for each in rights]
            service.household.members.invite(
                OPERATOR, account_id, known.id, Role(role), stay, granted
            )
        service.household.members.require_invited(OPERATOR, account_id, known.id)
        if not yes and service.identity.has_factor(known.id):
            lines = [f"{say.name(known.name)} can sign in already. The invitation ends that."]
            confirmed(desk, lines, "Invite them all the same?")
        token, expires_ms = _invite(desk, service, account_id, known.id)
    desk.answer(
        {
            "household": account_id,
            "person": known.id,
            **invitation.as_json(token, expires_ms),
        },
        [
            f"{say.name(known.name)} is invited.",
            *invitation.as_lines(token, expires_ms, place),
        ],
    )


@click.command(name="let-out")
@click.argument("name")
@click.argument("person")
@common
def let_out(desk: Desk, name: str, person: str) -> None:
    """End somebody's part in a household, with every right in it.

    What they said stays until it is forgotten or expires.

      bailee household let-out home Leo
    """
    with served(desk) as service:
        account_id = service.household.houses.find(name)
        known = person_among(service.household.houses.show(OPERATOR, account_id).persons, person)
        service.household.members.end(OPERATOR, account_id, known.id)
    desk.answer(
        {"household": account_id, "person": known.id},
        [f"{say.name(known.name)} has no part in {say.name(name)} any more."],
    )
