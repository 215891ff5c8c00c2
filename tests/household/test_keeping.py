"""Handing in, keeping and giving over by ids; and lists whose pages are full."""

import pytest

from bailee.clock import DAY_MS
from bailee.errors import ConflictError, DeniedError, InputError, LateArrivalError, UnknownError
from bailee.household.keeping import NewRecording
from bailee.household.showing import Ask
from bailee.types.choice import Choice
from bailee.types.cut import between
from bailee.types.decide import Access, Decision, Principal, PrincipalKind
from bailee.types.household import PersonSort, Stay
from bailee.types.ids import AccountId, DeviceId, PersonId, RecordingId
from bailee.types.kind import Kind
from bailee.types.network import Network
from bailee.types.purpose import Purpose
from bailee.types.query import Query
from bailee.types.recording import Deposited
from bailee.types.role import Right, Role
from household.conftest import Home
from household.told import told
from support.vaults import NOW_MS, derived, said

AT_MS = NOW_MS - 60_000
NOBODY = PersonId("per_aaaaaaaaaaaaaaaa")


def speaker(home: Home) -> Principal:
    """The kitchen's speaker, with a token."""
    [device] = home.house.houses.show(home.ana, home.account_id).devices
    return Principal(kind=PrincipalKind.DEVICE, id=device.id, session="tok", network=Network.HOME)


def hand_in(home: Home, who: Principal, **parts: object) -> Deposited:
    given = {
        "kind": Kind.AUDIO,
        "content": b"walnuts",
        "person_id": home.leo_id,
        "captured_at_ms": AT_MS,
        **parts,
    }
    new = NewRecording(**given)  # type: ignore[arg-type]  # as NewRecording takes them
    return home.house.keeping.deposit(who, home.account_id, new)


def test_a_device_is_itself(home: Home) -> None:
    """Whatever it says; another one's name is an error, and the entry says that it asked."""
    device = speaker(home)
    made = hand_in(home, device)
    found = home.house.timeline.show(home.leo, home.account_id, made.recording_id)
    assert (found.person_id, found.device_id) == (home.leo_id, device.id)
    hand_in(home, device, device_id=DeviceId(device.id))
    with pytest.raises(InputError):
        hand_in(home, device, device_id=DeviceId("dev_aaaaaaaaaaaaaaaa"))
    with pytest.raises(UnknownError, match="no such person"):
        hand_in(home, device, person_id=NOBODY)
    with pytest.raises(UnknownError, match="no such household"):
        home.house.keeping.deposit(
            device,
            AccountId("acc_aaaaaaaaaaaaaaaa"),
            NewRecording(kind=Kind.AUDIO, content=b"", person_id=home.leo_id),
        )


def test_a_no_to_a_device_says_so(home: Home) -> None:
    """A child without a parent's consent: the device knows its household, and is denied."""
    with pytest.raises(DeniedError):
        hand_in(home, speaker(home), person_id=home.mia_id)
    assert home.house.timeline.list(home.ana, home.account_id, Query()).recordings == ()


def test_a_clip_of_two_and_what_is_made_of_it(home: Home) -> None:
    """Both are named by id; a transcript is of whom its recording is of."""
    device = speaker(home)
    clip = hand_in(home, device, also=(home.ana_id,), kind=Kind.VIDEO)
    text = hand_in(
        home,
        home.ana,
        person_id=None,
        kind=Kind.TRANSCRIPT,
        content=b"both of us",
        derived_from=(clip.recording_id,),
    )
    held = home.house.showing.look(home.ana, Ask(opaque_id=text.artefact_id))
    assert (held.kind, len(held.sources)) == (Kind.TRANSCRIPT, 2)
    with pytest.raises(UnknownError):
        hand_in(
            home,
            home.leo,
            person_id=None,
            kind=Kind.TRANSCRIPT,
            derived_from=(said(home.vault, AT_MS, person="Ana").recording_id,),
        )


def test_a_name_that_expired_is_still_known(home: Home) -> None:
    """Who is described and was not heard for years can be recorded again, by the same id."""
    device = speaker(home)
    home.clock.advance(days=500)
    for days in range(0, 500, 25):
        home.vault.expire(as_of_ms=NOW_MS + days * DAY_MS)
    made = hand_in(home, device, captured_at_ms=home.clock.now_ms() - 1000)
    found = home.house.timeline.show(home.ana, home.account_id, made.recording_id)
    assert found.person_id == home.leo_id


def test_what_was_forgotten_is_refused_late(home: Home) -> None:
    """By id as by name."""
    hand_in(home, speaker(home))
    home.house.erasures.ask(home.leo, home.account_id, Choice(person_id=home.leo_id, to_ms=NOW_MS))
    with pytest.raises(LateArrivalError):
        hand_in(home, speaker(home))


def test_it_is_kept_by_whom_it_is_of(home: Home) -> None:
    """And the entry says who; another's is none; what is nobody's to know is denied."""
    made = hand_in(home, speaker(home))
    choice = Choice(recordings=(made.recording_id,))
    assert home.house.keeping.retain(home.leo, home.account_id, choice, 60).longer == 1
    assert home.house.keeping.retain(home.ana, home.account_id, choice, 5).shorter == 1
    anas = Choice(recordings=(said(home.vault, AT_MS, person="Ana").recording_id,))
    for hidden in (anas, Choice(recordings=(RecordingId("rec_aaaaaaaaaaaaaaaa"),))):
        with pytest.raises(UnknownError, match="no such recording"):
            home.house.keeping.retain(home.leo, home.account_id, hidden, 60)
    with pytest.raises(DeniedError):
        home.house.keeping.retain(home.leo, home.account_id, Choice(kind=Kind.AUDIO), 60)
    assert len({each["principal"] for each in told(home.vault, "retain")}) == 2
    assert home.house.keeping.policy()[Kind.AUDIO].keep_days == 30


def test_it_is_given_to_another(home: Home) -> None:
    """By who may; each of the two must be known of, and mistakes say which was wrong."""
    made = hand_in(home, speaker(home))
    give = home.house.keeping.reassign
    with pytest.raises(UnknownError, match="no such person"):
        give(home.ana, home.account_id, made.recording_id, NOBODY)
    with pytest.raises(UnknownError, match="no such recording"):
        give(home.ana, home.account_id, RecordingId("rec_aaaaaaaaaaaaaaaa"), home.ana_id)
    for to in (home.ana_id, NOBODY):
        with pytest.raises(UnknownError, match="no such person"):
            give(home.leo, home.account_id, made.recording_id, to)
    done = give(home.ana, home.account_id, made.recording_id, home.ana_id)
    assert home.house.timeline.show(home.ana, home.account_id, done.new_id).person == "Ana"
    with pytest.raises(ConflictError):
        give(home.ana, home.account_id, done.new_id, home.ana_id)


# -- lists ----------------------------------------------------------------------------------


class Counted:
    """The household's decider, and how often it was asked."""

    def __init__(self, home: Home) -> None:
        self._decide = home.house.timeline.ground.decide
        self.asked = 0
        object.__setattr__(home.house.timeline.ground, "decide", self)

    def __call__(self, access: Access) -> Decision:
        self.asked += 1
        return self._decide(access)


def test_a_page_asks_for_each_person_and_device_once(sqlite_home: Home) -> None:
    """A hundred recordings of one person and device: a few decisions, not a hundred."""
    home = sqlite_home
    for number in range(100):
        said(home.vault, AT_MS + number)
    counted = Counted(home)
    page = home.house.timeline.list(home.leo, home.account_id, Query(limit=100))
    assert len(page.recordings) == 100
    assert counted.asked <= 6


def test_pages_of_who_sees_less_are_full(home: Home) -> None:
    """Others' recordings between one's own take no room on a page."""
    mine = [
        said(home.vault, AT_MS + number, person="Leo" if number % 5 == 0 else "Ana").recording_id
        for number in range(20)
    ][::5]
    page = home.house.timeline.list(home.leo, home.account_id, Query(limit=2))
    assert [each.id for each in page.recordings] == mine[:2]
    rest = home.house.timeline.list(home.leo, home.account_id, Query(limit=2, after=page.next))
    assert [each.id for each in rest.recordings] == mine[2:]
    assert rest.next == ""


def test_a_guests_page_begins_with_their_stay(home: Home) -> None:
    """What was before is not read over page by page; an open recording from before is left out."""
    home.add("hall", PersonSort.UNKNOWN)
    guest = home.add("Gran", PersonSort.GUEST)
    stay = Stay(since_ms=NOW_MS - DAY_MS, until_ms=NOW_MS + DAY_MS)
    for number in range(5):
        said(home.vault, NOW_MS - 2 * DAY_MS + number, person="hall")
    said(home.vault, NOW_MS - DAY_MS - 100, person="hall", duration_ms=5000)
    new = said(home.vault, AT_MS, person="hall")
    gran = home.let_in(guest, Role.GUEST, stay, Right.VIEW, Right.HEAR)
    page = home.house.timeline.list(gran, home.account_id, Query(limit=1))
    assert [each.id for each in page.recordings] == [new.recording_id]
    assert page.next == ""


def test_filters_by_id_and_by_name(home: Home) -> None:
    """The same page by either; somebody one may not know of is nobody."""
    leos = said(home.vault, AT_MS, person="Leo").recording_id
    said(home.vault, AT_MS, person="Ana", device="phone")
    show = home.house.timeline.list
    by_id = show(home.ana, home.account_id, Query(), person_id=home.leo_id)
    by_name = show(home.ana, home.account_id, Query(person="LEO"))
    assert [each.id for each in by_id.recordings] == [leos]
    assert by_name == by_id
    kitchen = DeviceId(speaker(home).id)
    assert show(home.ana, home.account_id, Query(), device_id=kitchen) == by_id
    assert show(home.ana, home.account_id, Query(device="kitchen")) == by_id
    assert show(home.leo, home.account_id, Query()) == by_id
    for person_id in (home.ana_id, NOBODY):
        with pytest.raises(UnknownError, match="no such person"):
            show(home.leo, home.account_id, Query(), person_id=person_id)
    for name in ("Ana", "Nobody"):
        with pytest.raises(UnknownError, match="no such person"):
            show(home.leo, home.account_id, Query(person=name))
    with pytest.raises(UnknownError, match="no such household"):
        show(home.leo, AccountId("acc_aaaaaaaaaaaaaaaa"), Query())


# -- showing --------------------------------------------------------------------------------


def test_it_is_opened_by_recording_and_by_artefact(home: Home) -> None:
    """The first of its kinds, or the one asked for; in its own household alone."""
    made = hand_in(home, speaker(home), name="a.wav", details={"media_type": "audio/wav"})
    text = derived(home.vault, made.recording_id, content=b"text")
    show = home.house.showing
    ask = Ask(opaque_id=made.recording_id, account_id=home.account_id)
    released = show.open(home.leo, ask, purpose=Purpose.OWNER_VIEW, cut=between(1, 4))
    assert b"".join(released.stretches) == b"aln"
    assert (released.name, released.details) == ("a.wav", {"media_type": "audio/wav"})
    assert show.look(home.leo, ask).id == made.artefact_id
    assert show.look(home.leo, Ask(opaque_id=text.artefact_id)).kind is Kind.TRANSCRIPT
    kind = Ask(opaque_id=made.recording_id, kind=Kind.TRANSCRIPT)
    assert show.look(home.leo, kind).id == text.artefact_id
    for missing in (
        Ask(opaque_id=made.recording_id, account_id=AccountId("acc_aaaaaaaaaaaaaaaa")),
        Ask(opaque_id="rec_aaaaaaaaaaaaaaaa"),
        Ask(opaque_id="art_aaaaaaaaaaaaaaaa"),
        Ask(opaque_id=made.recording_id, kind=Kind.IMAGE),
    ):
        with pytest.raises(UnknownError):
            show.look(home.leo, missing)
        with pytest.raises(UnknownError):
            show.open(home.leo, missing, purpose=Purpose.OWNER_VIEW)
    with pytest.raises(DeniedError):
        show.open(home.leo, ask, purpose=Purpose.TRAIN)
