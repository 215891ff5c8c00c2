"""You: your name, the languages and light you read in, messages, how you sign in, and out."""

from collections.abc import Iterable, Sequence

from babel import Locale
from fastapi import APIRouter, Response

from bailee.errors import ConflictError, InputError
from bailee.household.messages.templates import languages
from bailee.household.persons import PersonChange
from bailee.web.door.entrance import told
from bailee.web.render import go, page
from bailee.web.said import Said
from bailee.web.visit import Visiting

router = APIRouter()


@router.get("/you")
def you(visit: Visiting) -> Response:
    """What is yours, a step away each."""
    return _you(visit)


@router.post("/you/name")
def rename(visit: Visiting) -> Response:
    """Be called something else; what was recorded of you stays yours."""
    name, before = visit.form.text("name"), visit.me.name
    persons = visit.service.household.persons
    try:
        persons.change(visit.principal, visit.account_id, visit.me.id, PersonChange(name=name))
    except (ConflictError, InputError) as error:
        return _you(visit, wrong=told(visit, error))
    said = visit._("You are called %(name)s now.", name=name)
    return go(visit, "/you", Said(text=said, undo="/you/name", fields={"name": before}))


@router.post("/you/language")
def choose_language(visit: Visiting) -> Response:
    """Read your messages in another language, in the inbox and wherever they are sent."""
    language = visit.form.text("language")
    visit.service.household.persons.choose_language(visit.principal, visit.account_id, language)
    return go(visit, "/you", visit._("Your messages come in that language from now on."))


def _you(visit: Visiting, wrong: str = "") -> Response:
    assert visit.caller is not None
    return page(
        visit,
        "you/you.html",
        status=422 if wrong else 200,
        own=visit.service.identity.factors.show(visit.caller.token),
        written_in=_named(languages()),
        wrong=wrong,
        name=visit.form.text("name") if wrong else visit.me.name,
    )


def _named(tags: Iterable[str]) -> Sequence[tuple[str, str]]:
    """Languages by their own names, as their readers look for them."""
    return [
        (each, (Locale.parse(each).language_name or each).capitalize()) for each in sorted(tags)
    ]
