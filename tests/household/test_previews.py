"""Previews: made when somebody first looks, seen by who may open what they show, gone with it."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from bailee.clock import DAY_MS
from bailee.custody.vault import Vault
from bailee.errors import DeniedError, GoneError, UnknownError
from bailee.household.orphan_previews import sweep_previews
from bailee.household.previews import Previews
from bailee.types.choice import Choice
from bailee.types.decide import Principal
from bailee.types.household import PersonSort, Stay
from bailee.types.ids import RecordingId
from bailee.types.keep_for import DONT_KEEP, Reach
from bailee.types.kind import Kind
from bailee.types.preview import NO_PREVIEW, NOTHING, WAVEFORM, Drawn, Readable
from bailee.types.query import Query
from bailee.types.recording import Recording
from bailee.types.role import Right, Role
from bailee.types.scope import Scope
from household.conftest import Home
from household.told import told
from support.vaults import NOW_MS, all_of, derived, opened, said


@dataclass
class Pen:
    """Draws what it reads; nothing of what is `hostile`. It does `first` before it draws."""

    drawn: list[bytes] = field(default_factory=list)
    first: Callable[[], None] = lambda: None

    def __call__(self, source: Readable, kind: Kind) -> Drawn:
        self.first()
        content = source.read(0, source.size_bytes)
        self.drawn.append(content)
        if content == b"hostile":
            return NO_PREVIEW
        return Drawn(media_type=WAVEFORM, content=b"drawn of " + content)


def previews(home: Home, pen: Pen) -> Previews:
    return Previews(home.house.timeline.ground, home.vault, pen)


def page(home: Home, who: Principal) -> list[Recording]:
    query = Query(newest_first=True)
    return list(home.house.timeline.list(who, home.account_id, query).recordings)


def make(home: Home, made: Previews, who: Principal, *ids: RecordingId) -> int:
    wanted = ids or made.lacking(page(home, who))
    return made.make(who, home.account_id, wanted)


def test_a_page_is_opened_once_and_shows_them_from_then_on(home: Home) -> None:
    """One entry for all that was opened to draw them; they are read with the page, in another."""
    for number in range(3):
        said(home.vault, NOW_MS - number - 1, content=f"sound {number}".encode())
    made = previews(home, Pen())
    assert make(home, made, home.leo) == 3
    [entry] = told(home.vault, "releases")
    assert list(entry["artefacts"]) == ["audio"]
    shown = page(home, home.leo)
    assert made.lacking(shown) == ()
    kept = [made.of(each) for each in shown]
    contents = home.house.looking.page(home.leo, home.account_id, shown)
    assert [contents[each.id] for each in kept if each] == [
        f"drawn of sound {number}".encode() for number in range(3)
    ]
    for each, recording in zip(kept, shown, strict=True):
        assert each is not None
        assert each.sources == (recording.id,)
        assert each.kept_until_day <= recording.artefacts[0].kept_until_day
    assert make(home, made, home.leo) == 0
    assert len(told(home.vault, "releases")) == 2


def test_what_has_none_is_not_tried_again(sqlite_home: Home) -> None:
    """It is remembered with its recording, by every process."""
    home, pen = sqlite_home, Pen()
    said(home.vault, NOW_MS, content=b"hostile")
    assert make(home, previews(home, pen), home.ana) == 1
    [shown] = page(home, home.ana)
    again = previews(home, pen)
    assert again.lacking([shown]) == ()
    found = again.of(shown)
    assert found is not None
    assert (found.details["media_type"], found.size_bytes) == (NOTHING, 0)
    assert pen.drawn == [b"hostile"]


def test_who_may_not_open_it_neither_makes_nor_sees_one(home: Home) -> None:
    """A child who may hear gets one; who may only list, or nothing at all, does not."""
    home.add("hall", PersonSort.UNKNOWN)
    hall = said(home.vault, NOW_MS - 1, person="hall", content=b"hall")
    said(home.vault, NOW_MS - 2, person="Ana", content=b"ana")
    guest = home.add("Gran", PersonSort.GUEST)
    stay = Stay(since_ms=NOW_MS - DAY_MS, until_ms=NOW_MS + DAY_MS)
    gran = home.let_in(guest, Role.GUEST, stay, Right.VIEW)
    pen = Pen()
    made = previews(home, pen)
    shown = page(home, gran)
    assert make(home, made, gran, *(each.id for each in page(home, home.ana))) == 0
    assert pen.drawn == []
    assert make(home, made, home.ana, hall.recording_id) == 1
    shown = page(home, gran)
    assert made.of(shown[0]) is not None
    assert home.house.looking.page(gran, home.account_id, shown) == {}
    home.house.members.grant(home.ana, home.account_id, guest, [Right.VIEW, Right.HEAR])
    assert list(home.house.looking.page(gran, home.account_id, shown).values()) == [
        b"drawn of hall"
    ]
    assert not told(home.vault, "refusal")


def test_a_guest_makes_what_they_may_open(sqlite_home: Home) -> None:
    """Though a guest takes nothing in: the house does."""
    home = sqlite_home
    home.add("hall", PersonSort.UNKNOWN)
    said(home.vault, NOW_MS - 1, person="hall", content=b"hall")
    stay = Stay(since_ms=NOW_MS - DAY_MS, until_ms=NOW_MS + DAY_MS)
    gran = home.let_in(home.add("Gran", PersonSort.GUEST), Role.GUEST, stay, Right.VIEW, Right.HEAR)
    made = previews(home, Pen())
    assert make(home, made, gran) == 1
    assert list(home.house.looking.page(gran, home.account_id, page(home, gran)).values()) == [
        b"drawn of hall"
    ]


def test_nothing_is_taken_in_of_who_ended_their_consent(sqlite_home: Home) -> None:
    """They may still open what there is; nothing more is made of it, and nothing is refused."""
    home, pen = sqlite_home, Pen()
    said(home.vault, NOW_MS - 1)
    home.house.consents.withdraw(home.leo, home.account_id, home.leo_id, Scope.USE)
    made = previews(home, pen)
    assert len(made.lacking(page(home, home.leo))) == 1
    assert make(home, made, home.leo) == 0
    assert pen.drawn == []
    assert not told(home.vault, "refusal")


def test_it_is_gone_with_its_recording(home: Home) -> None:
    """With all of it at once; and by the next sweep where only what it shows is forgotten."""
    whole, part = (said(home.vault, NOW_MS - n, content=b"%d" % n) for n in (1, 2))
    words = derived(home.vault, part.recording_id)
    made = previews(home, Pen())
    assert make(home, made, home.leo) == 2
    first, second = page(home, home.leo)
    kept = [each.id for each in (made.of(first), made.of(second)) if each]
    home.house.erasures.ask(home.leo, home.account_id, Choice(recordings=(whole.recording_id,)))
    home.house.erasures.ask(
        home.leo,
        home.account_id,
        Choice(person_id=home.leo_id, kind=Kind.AUDIO, to_ms=NOW_MS),
    )
    with pytest.raises(GoneError):
        opened(home.vault, kept[0])
    [left] = page(home, home.leo)
    assert (made.of(left), made.lacking([left])) == (None, ())
    assert sweep_previews(home.house.timeline.ground, home.vault) == 1
    assert sweep_previews(home.house.timeline.ground, home.vault) == 0
    with pytest.raises(GoneError):
        opened(home.vault, kept[1])
    assert [each.id for each in page(home, home.leo)[0].artefacts] == [words.artefact_id]


def test_no_older_copy_opens_it_once_it_is_forgotten(sqlite_home: Home) -> None:
    """A copy of the folder from before, opened after the rotation, has no preview either."""
    home = sqlite_home
    said(home.vault, NOW_MS, content=b"sound")
    assert make(home, previews(home, Pen()), home.leo) == 1
    [shown] = page(home, home.leo)
    home.vault.publish()
    folder = home.vault.home
    before = folder.with_name("before")
    shutil.copytree(folder, before)
    home.vault.erase(all_of(recordings=(shown.id,)))
    home.vault.rotate()
    home.vault.close()
    shutil.rmtree(folder)
    before.rename(folder)
    with Vault.open(folder, clock=home.clock) as older:
        for each in shown.artefacts:
            with pytest.raises(GoneError):
                opened(older, each.id)


def test_what_is_forgotten_for_previews_is_refused_once(sqlite_home: Home) -> None:
    """Somebody forgot their thumbnails: the ledger has one refusal, not one a page."""
    home, pen = sqlite_home, Pen()
    said(home.vault, NOW_MS - 5)
    made = previews(home, pen)
    home.vault.erase(all_of(kind=Kind.THUMBNAIL, person="Leo"))
    assert make(home, made, home.leo) == 0
    assert make(home, made, home.leo) == 0
    assert len(pen.drawn) == 1
    assert len(told(home.vault, "refusal")) == 1


def test_a_household_that_keeps_none_has_none_drawn(sqlite_home: Home) -> None:
    """Their rule is asked before anything is opened; a shorter one is kept to."""
    home, pen = sqlite_home, Pen()
    said(home.vault, NOW_MS - 5)
    made = previews(home, pen)
    rules = home.house.keep_rules
    reach = Reach(kind=Kind.THUMBNAIL)
    rules.put(home.ana, home.account_id, reach, DONT_KEEP)
    assert make(home, made, home.leo) == 0
    assert pen.drawn == []
    rules.put(home.ana, home.account_id, reach, 3)
    assert make(home, made, home.leo) == 1
    found = made.of(page(home, home.leo)[0])
    assert found is not None
    assert found.kept_until_day == NOW_MS // DAY_MS + 3
    assert not told(home.vault, "refusal")


def test_two_tabs_make_one(home: Home) -> None:
    """In one process the second leaves it alone; in another it finds that it is there."""
    made = said(home.vault, NOW_MS, content=b"sound")
    pen = Pen()
    here, elsewhere = previews(home, pen), previews(home, Pen())
    found: list[int] = []

    def meanwhile() -> None:
        pen.first = lambda: None
        found.append(make(home, here, home.leo, made.recording_id))
        found.append(make(home, elsewhere, home.leo, made.recording_id))

    pen.first = meanwhile
    assert make(home, here, home.leo, made.recording_id) == 1
    assert found == [0, 1]
    [shown] = page(home, home.leo)
    assert sum(each.kind is Kind.THUMBNAIL for each in shown.artefacts) == 1


def test_what_is_forgotten_while_it_is_drawn_is_not_drawn(home: Home) -> None:
    """Nor are the others held up by it."""
    lost, kept = (said(home.vault, NOW_MS - n, content=bytes(100_000)) for n in (1, 2))
    pen = Pen()

    def forget() -> None:
        pen.first = lambda: None
        home.vault.erase(all_of(recordings=(lost.recording_id,)))

    pen.first = forget
    made = previews(home, pen)
    assert make(home, made, home.leo) == 1
    [shown] = page(home, home.leo)
    assert shown.id == kept.recording_id
    assert made.of(shown) is not None


def test_a_stranger_and_an_old_session_are_told_so(sqlite_home: Home) -> None:
    """As by every page."""
    home = sqlite_home
    made = said(home.vault, NOW_MS)
    with pytest.raises(UnknownError):
        make(
            home,
            previews(home, Pen()),
            Principal(kind=home.ana.kind, id=home.mia_id),
            made.recording_id,
        )
    home.sessions.dead.add(home.leo_id)
    with pytest.raises(DeniedError):
        make(home, previews(home, Pen()), home.leo, made.recording_id)


def test_without_a_pen_nothing_is_lacking(sqlite_home: Home) -> None:
    """A deployment that draws none asks for none, and opens nothing."""
    said(sqlite_home.vault, NOW_MS)
    assert sqlite_home.house.previews.lacking(page(sqlite_home, sqlite_home.leo)) == ()
