"""Messages: queued with what they tell, delivered at least once, and never called read."""

import pytest
import sqlalchemy as sa

from bailee.clock import DAY_MS
from bailee.custody.desk import Transaction
from bailee.errors import ConflictError, DeniedError, InputError, UnknownError
from bailee.household.messages.courier import WAITS_MS
from bailee.household.messages.outbox import queue
from bailee.household.messages.templates import (
    NAMES,
    Template,
    catalogue,
    fields_of,
    languages,
    render,
)
from bailee.household.persons import NewPerson
from bailee.types.consent import Channel, Notice
from bailee.types.decide import OPERATOR
from bailee.types.household import Message
from bailee.types.sign_in import SignInEvent
from household.conftest import Home, person
from household.told import told
from support.vaults import NOW_MS, all_of

PIGEON = "pigeon://leo"


def tell(home: Home, **details: str) -> None:
    """Queue a message to Leo."""

    def work(t: Transaction) -> None:
        queue(t, home.account_id, home.leo_id, SignInEvent.NEW_DEVICE, details)

    home.vault.desk().write(work)


def newest(home: Home) -> Message:
    return home.house.inbox.list(home.leo)[0]


def test_it_reaches_inbox_and_channel(home: Home) -> None:
    """The inbox at once; the channel when the courier comes by; a second round carries nothing."""
    home.house.channels.add(home.leo, home.account_id, PIGEON)
    tell(home, device="Firefox", network="192.0.2.0/24")
    assert "Firefox (192.0.2.0/24)" in newest(home).body
    assert newest(home).delivered[1].accepted_ms is None
    assert home.house.deliver().accepted == 1
    assert home.house.deliver().accepted == 0
    [(url, subject, _)] = home.pigeon.taken
    assert (url, subject) == (PIGEON, "You signed in on a device we have not seen before")
    assert newest(home).delivered[1].accepted_ms == NOW_MS


def test_what_is_undone_tells_nobody(home: Home) -> None:
    """A transaction that fails takes its message along."""

    def work(t: Transaction) -> None:
        queue(t, home.account_id, home.leo_id, SignInEvent.NEW_DEVICE)
        raise ConflictError("It cannot be done.")

    before = home.house.inbox.list(home.leo)
    with pytest.raises(ConflictError):
        home.vault.desk().write(work)
    assert home.house.inbox.list(home.leo) == before


def test_a_crash_before_delivery_delivers_once(home: Home) -> None:
    """After the outbox committed, and before the courier came: the next one carries it."""
    home.house.channels.add(home.leo, home.account_id, PIGEON)
    tell(home)
    for _ in range(3):
        home.house.deliver()
    assert len(home.pigeon.taken) == 1


def test_a_crash_after_it_was_handed_over_delivers_once_more(home: Home) -> None:
    """At least once: handed over again, and its tries say so; accepted is what was written down."""
    home.house.channels.add(home.leo, home.account_id, PIGEON)
    tell(home)

    def die() -> None:
        raise KeyboardInterrupt

    home.pigeon.dies = die
    with pytest.raises(KeyboardInterrupt):
        home.house.deliver()
    home.pigeon.dies = None
    assert newest(home).delivered[1].accepted_ms is None
    assert home.house.deliver().accepted == 0  # not before its time
    home.clock.advance(ms=WAITS_MS[0])
    assert home.house.deliver().accepted == 1
    assert len(home.pigeon.taken) == 2
    assert newest(home).delivered[1].tries == 2


def test_tries_grow_rare_and_end(home: Home) -> None:
    """After every wait one try; after the last it is given up, and said to be."""
    home.house.channels.add(home.leo, home.account_id, PIGEON)
    tell(home)
    home.pigeon.away = True
    for wait_ms in WAITS_MS:
        assert home.house.deliver().failed == 1
        assert home.house.deliver().failed == 0
        home.clock.advance(ms=wait_ms)
    assert home.house.deliver().failed == 1
    home.pigeon.away = False
    home.clock.advance(ms=10 * DAY_MS)
    assert home.house.deliver().accepted == 0
    assert newest(home).delivered[1].given_up
    assert list(WAITS_MS) == sorted(WAITS_MS)


def test_a_message_dies_with_its_person(home: Home) -> None:
    """On its way when they are erased: it is handed to nobody."""
    home.house.channels.add(home.leo, home.account_id, PIGEON)
    tell(home)
    home.vault.erase(all_of(person="Leo"))
    home.house.deliver()
    assert home.pigeon.taken == []
    assert home.house.inbox.list(home.leo) == ()


def test_an_inbox_is_ones_own(home: Home) -> None:
    """Nobody reads or puts away another's; the operator has none."""
    tell(home)
    assert home.house.inbox.list(OPERATOR) == ()
    with pytest.raises(UnknownError):
        home.house.inbox.put_away(home.ana, newest(home).id)
    many = len(home.house.inbox.list(home.leo))
    home.house.inbox.put_away(home.leo, newest(home).id)
    assert len(home.house.inbox.list(home.leo)) == many - 1


def test_channels_are_ones_own_and_few(home: Home) -> None:
    """Eight at most; none that the carrier does not know; none of another's can be removed."""
    with pytest.raises(InputError):
        home.house.channels.add(home.leo, home.account_id, "file:///etc/passwd")
    with pytest.raises(DeniedError):
        home.house.channels.add(OPERATOR, home.account_id, PIGEON)
    made = [home.house.channels.add(home.leo, home.account_id, PIGEON) for _ in range(8)]
    with pytest.raises(ConflictError):
        home.house.channels.add(home.leo, home.account_id, PIGEON)
    with pytest.raises(UnknownError):
        home.house.channels.remove(home.ana, made[0])
    tell(home)
    for each in made:
        home.house.channels.remove(home.leo, each)
    home.house.deliver()
    assert home.pigeon.taken == []


def test_identity_tells_through_the_outbox(home: Home) -> None:
    """In its own transaction; whom no household knows has no inbox, and that is no error."""
    notify = home.house.sign_in_notices

    def work(connection: sa.Connection) -> None:
        notify(connection, home.leo_id, SignInEvent.CONCURRENT, {"others": "2"})
        notify(connection, "per_aaaaaaaaaaaaaaaa", SignInEvent.CONCURRENT, {})

    home.vault._premises.database.write(work)
    assert "(2)" in newest(home).body


def test_a_notice_is_accepted_channel_by_channel(home: Home) -> None:
    """The inbox when it is queued, the channel when it took it; each once, and never “read”."""
    home.house.channels.add(home.leo, home.account_id, PIGEON)
    home.house.notices.send(home.account_id, home.leo_id, Notice.REVIEW)
    assert [each["channel"] for each in told(home.vault, "shown")] == [Channel.INBOX]
    home.house.deliver()
    assert [each["channel"] for each in told(home.vault, "shown")] == [
        Channel.INBOX,
        Channel.MESSAGE,
    ]
    assert "People looking at recordings" in home.pigeon.taken[0][2]


def test_messages_are_in_ones_own_language(home: Home) -> None:
    """As far as there is a catalogue; English otherwise."""
    jo = home.house.persons.add(home.ana, home.account_id, NewPerson(name="Jo", language="de"))

    def work(t: Transaction) -> None:
        queue(t, home.account_id, jo, SignInEvent.CONCURRENT)

    home.vault.desk().write(work)
    assert home.house.inbox.list(person(jo))[0].subject == "Du bist auch anderswo angemeldet"
    assert render(SignInEvent.ENTERED, "tlh", {})[0] == "You signed in"


@pytest.mark.parametrize("language", sorted(languages()))
def test_a_catalogue_is_whole(language: str) -> None:
    """Every template, with the same fields as in English; none calls anything *read* or *oops*."""
    assert set(catalogue(language)) == {str(name) for name in NAMES}
    for name, said in catalogue(language).items():
        english = catalogue("en")[name]
        assert set(said) == {"subject", "body"}
        for part in ("subject", "body"):
            assert fields_of(said[part]) == fields_of(english[part]), name
        assert "oops" not in said["body"].lower()


def test_what_is_put_in_stays_one_line_and_no_template() -> None:
    """A browser's name of a thousand lines, or one that looks like a field, is shown as words."""
    hostile = "{recording} \r\nBcc: eve@example.org " + "x" * 999
    _, body = render(SignInEvent.NEW_DEVICE, "en", {"device": hostile})
    assert "\n" not in body
    assert "{recording} Bcc" in body
    assert len(body) < 500
    assert "{" not in render(Template.CONSENT_REVOKED, "de", {})[1]
