"""Messages: what you were told, and where it is sent beside this page."""

from fastapi import APIRouter, Response

from bailee.errors import ConflictError, InputError
from bailee.web.door.entrance import told
from bailee.web.render import go, page
from bailee.web.visit import Visiting

router = APIRouter()
_LONGEST_ADDRESS = 2000


@router.get("/you/messages")
def messages(visit: Visiting) -> Response:
    """The newest first."""
    return _messages(visit)


@router.post("/you/messages/away")
def put_all_away(visit: Visiting) -> Response:
    """Show none of those that were on the page any more."""
    shown = visit.form.all("message")
    for each in shown:
        visit.service.household.inbox.put_away(visit.principal, each)
    said = visit.n("%(n)s message is put away.", "%(n)s messages are put away.", len(shown))
    return go(visit, "/you/messages", said)


@router.post("/you/channels")
def add_channel(visit: Visiting) -> Response:
    """Send messages to another address too. It is sealed and never shown again."""
    url, channels = visit.form.text("url"), visit.service.household.channels
    if not url or len(url) > _LONGEST_ADDRESS or not url.isprintable() or " " in url:
        return _messages(visit, wrong=visit._("That is no address that messages can go to."))
    try:
        channels.add(visit.principal, visit.account_id, url)
    except (ConflictError, InputError) as error:
        return _messages(visit, wrong=told(visit, error))
    said = visit._("Messages go there too from now on. What came before is here alone.")
    return go(visit, "/you/messages", said)


@router.post("/you/channels/{channel}/remove")
def remove_channel(channel: str, visit: Visiting) -> Response:
    """Send nothing there any more."""
    visit.service.household.channels.remove(visit.principal, channel)
    return go(visit, "/you/messages", visit._("Nothing is sent there any more."))


def _messages(visit: Visiting, wrong: str = "") -> Response:
    household = visit.service.household
    return page(
        visit,
        "you/messages.html",
        status=422 if wrong else 200,
        messages=household.inbox.list(visit.principal),
        channels=household.channels.list(visit.principal),
        wrong=wrong,
    )
