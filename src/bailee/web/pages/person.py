"""One person: what is held of them, what they may do, and everything that can be done about it."""

from datetime import date, timedelta

from fastapi import APIRouter, Response

from bailee.clock import DAY_MS
from bailee.errors import ConflictError, InputError, UnknownError
from bailee.household.calendar import begin_of
from bailee.household.persons import PersonChange
from bailee.types.decide import Verb
from bailee.types.household import Person, PersonSort
from bailee.types.ids import PersonId
from bailee.types.role import Role
from bailee.web.asking import ask, may_know, step_up_first
from bailee.web.belonging import GRANTED, may_say, sort_name, until_says
from bailee.web.door.addresses import address_of
from bailee.web.pages.people import guardians_of
from bailee.web.render import go, page
from bailee.web.said import Said
from bailee.web.visit import Visit, Visiting

router = APIRouter(prefix="/people/{person}")


@router.get("")
def show(person: str, visit: Visiting) -> Response:
    """What is held of them in numbers, and what can be done."""
    them = _known(visit, person)
    household, whose = visit.service.household, (visit.principal, visit.account_id)
    knows = may_know(visit, them)
    is_child = them.sort is PersonSort.CHILD
    guardians = guardians_of(visit, them.id) if is_child and knows else ()
    return page(
        visit,
        "people/person.html",
        them=them,
        is_me=them.id == visit.me.id,
        is_child=is_child,
        sort=sort_name(visit, them),
        may=may_say(visit, them),
        until=until_says(visit, them, _now(visit)),
        knows=knows,
        held=household.timeline.holding(*whose, person_id=them.id) if knows else {},
        scopes=household.consents.standing(*whose, them.id).in_force if knows else frozenset(),
        guardians=[(each, visit.people.get(each.person_id)) for each in guardians],
        nameable=[
            (each.id, each.name)
            for each in visit.house.persons
            if each.sort is PersonSort.ADULT and each.id not in {g.person_id for g in guardians}
        ],
        can_sign_in=them.role is not None and them.joined,
    )


@router.post("/name")
def change(person: str, visit: Visiting) -> Response:
    """Call them otherwise, or write to them elsewhere; what is held of them stays theirs."""
    them = _known(visit, person)
    wanted = PersonChange(name=visit.form.text("name"), email=visit.form.text("email"))
    visit.service.household.persons.change(visit.principal, visit.account_id, them.id, wanted)
    back = {"name": them.name, "email": them.email}
    text = visit._("Changed: %(who)s.", who=visit.form.text("name"))
    return go(
        visit, f"/people/{them.id}", Said(text=text, undo=f"/people/{them.id}/name", fields=back)
    )


@router.get("/part")
def part_form(person: str, visit: Visiting) -> Response:
    """What they are in the household, may do there, and until when."""
    them = _known(visit, person)
    return step_up_first(visit, ask(visit, _verb_of(them))) or _part(visit, them, {}, "")


@router.post("/part")
def set_part(person: str, visit: Visiting) -> Response:
    """Let them in, or change their part. Role and rights are two entries, and two transactions.

    A crash between the two leaves the rights they had; the page shows which.
    """
    them = _known(visit, person)
    form = visit.form
    said = {"role": form.text("role"), "until": form.text("until")}
    rights = [each for each in GRANTED if form.has(each.value)]
    members = visit.service.household.members
    try:
        role = Role(said["role"])
        until_ms = _end_of(said["until"], visit) if said["until"] else None
        whose = (visit.principal, visit.account_id, them.id)
        members.set(*whose, role, until_ms=until_ms)
        if set(rights) != them.rights:
            members.grant(*whose, rights)
    except ValueError:
        return _part(visit, them, said, visit._("Choose what they are, and a day there is."))
    except (ConflictError, InputError) as error:
        wrong = f"{visit._(error.message)} {visit._(error.hint)}".strip()
        return _part(visit, them, said, wrong)
    text = visit._("What %(who)s may do is set.", who=them.name)
    where = f"/people/{them.id}" if them.joined and them.role else f"/people/{them.id}/invite"
    return go(visit, where, text)


@router.get("/invite")
def invite_form(person: str, visit: Visiting) -> Response:
    """Before an invitation is made: what it is, and how it is handed over."""
    them = _known(visit, person)
    if them.role is None:
        return go(visit, f"/people/{them.id}/part")
    return step_up_first(visit, ask(visit, Verb.ADMIT)) or page(
        visit, "people/invite.html", them=them, link="", expires_ms=0
    )


@router.post("/invite")
def invite(person: str, visit: Visiting) -> Response:
    """Make an invitation. It is on this page and nowhere else; another one ends the one before."""
    them = _known(visit, person)
    service = visit.service
    service.household.members.require_invited(visit.principal, visit.account_id, them.id)
    made = service.identity.enrolment.invite_newcomer(them.id, visit.account_id)
    return page(
        visit,
        "people/invite.html",
        them=them,
        link=address_of(visit, "/join", made.token),
        expires_ms=made.expires_ms,
    )


@router.get("/let-out")
def let_out_form(person: str, visit: Visiting) -> Response:
    """What ends, and what does not."""
    them = _known(visit, person)
    if them.role is None:
        return go(visit, f"/people/{them.id}")
    tired = None if them.id == visit.me.id else step_up_first(visit, ask(visit, _verb_of(them)))
    return tired or page(visit, "people/let_out.html", them=them, is_me=them.id == visit.me.id)


@router.post("/let-out")
def let_out(person: str, visit: Visiting) -> Response:
    """End their part, rights and sessions and all. What was recorded of them stays."""
    them = _known(visit, person)
    own = them.id == visit.me.id
    visit.service.household.members.end(visit.principal, visit.account_id, them.id)
    if own:  # nobody is left to show a page to
        return go(visit, "/sign-in")
    text = visit._(
        "%(who)s has no part in the household any more. What was recorded stays until it is forgotten.",
        who=them.name,
    )
    return go(visit, f"/people/{them.id}", text)


@router.post("/guardians")
def name_guardian(person: str, visit: Visiting) -> Response:
    """Say who is a child's parent. It counts once whoever runs the vault vouched for it."""
    them, guardian = _known(visit, person), _known(visit, visit.form.text("guardian"))
    guardians = visit.service.household.guardians
    guardians.name(visit.principal, visit.account_id, them.id, guardian.id)
    return go(
        visit,
        f"/people/{them.id}",
        Said(
            text=visit._("%(who)s is named as parent or guardian.", who=guardian.name),
            undo=f"/people/{them.id}/guardians/end",
            fields={"guardian": guardian.id},
        ),
    )


@router.post("/guardians/end")
def end_guardian(person: str, visit: Visiting) -> Response:
    """Take back a name that was given and not vouched for."""
    them = _known(visit, person)
    guardians = visit.service.household.guardians
    guardian_id = PersonId(visit.form.text("guardian"))
    guardians.end(visit.principal, visit.account_id, them.id, guardian_id)
    return go(visit, f"/people/{them.id}", visit._("That name is taken back."))


def _known(visit: Visit, person: str) -> Person:
    """Somebody whom the reader may know of; an untrusted id. Raises `UnknownError`."""
    found = visit.people.get(person)
    if found is None:
        raise UnknownError("There is no such person in the household.")
    return found


def _verb_of(them: Person) -> Verb:
    return Verb.ENTRUST if them.role is Role.OWNER else Verb.ADMIT


def _part(visit: Visit, them: Person, said: dict[str, str], wrong: str) -> Response:
    is_child = them.sort is PersonSort.CHILD
    role = said.get("role") or (them.role or _usual(them)).value
    return page(
        visit,
        "people/part.html",
        status=422 if wrong else 200,
        them=them,
        role=role,
        roles=[Role.CHILD] if is_child else _roles(visit, them),
        rights=[
            (each, visit.form.has(each.value) if wrong else each in them.rights) for each in GRANTED
        ],
        until=said.get("until") or _day_of(visit, them.until_ms),
        first_day=(visit.words.date_of(_now(visit) + DAY_MS, visit.zone)).isoformat(),
        wrong=wrong,
    )


def _roles(visit: Visit, them: Person) -> list[Role]:
    """Which roles the reader may give: only an owner makes another."""
    found = [Role.MEMBER, Role.GUARDIAN, Role.GUEST]
    if visit.me.role is Role.OWNER or them.role is Role.OWNER:
        found.append(Role.OWNER)
    return found


def _usual(them: Person) -> Role:
    return {PersonSort.CHILD: Role.CHILD, PersonSort.GUEST: Role.GUEST}.get(them.sort, Role.MEMBER)


def _end_of(text: str, visit: Visit) -> int:
    """The last millisecond of a day (untrusted). Raises `ValueError`."""
    day = date.fromisoformat(text)
    if not 1971 <= day.year <= 9000:
        raise ValueError
    return begin_of(day + timedelta(days=1), visit.zone) - 1


def _day_of(visit: Visit, at_ms: int | None) -> str:
    return "" if at_ms is None else visit.words.date_of(at_ms, visit.zone).isoformat()


def _now(visit: Visit) -> int:
    return visit.service.vault.desk().clock.now_ms()
