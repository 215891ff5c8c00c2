"""A page with one entry, a search through what was said, and the stretches that were forgotten."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bailee.clock import DAY_MS
from bailee.custody.audit import audit
from bailee.errors import DeniedError, InputError, UnknownError
from bailee.household import looking
from bailee.rules.folded import Folded, fold, words_of
from bailee.rules.places import unpack
from bailee.types.choice import Choice
from bailee.types.decide import Principal
from bailee.types.found import Found
from bailee.types.history import Sort, WhoSort
from bailee.types.household import PersonSort, Stay
from bailee.types.ids import ArtefactId
from bailee.types.kind import Kind
from bailee.types.query import Query
from bailee.types.recording import Deposited
from bailee.types.role import Right, Role
from household.conftest import Home
from household.told import told
from support.vaults import HOUR_MS, NOW_MS, derived, said


def say(home: Home, text: str, *, ago_ms: int = 60_000, person: str = "Leo") -> Deposited:
    """A sound and its transcript."""
    sound = said(home.vault, NOW_MS - ago_ms, person=person)
    return derived(home.vault, sound.recording_id, content=text.encode())


def page(home: Home, who: Principal) -> dict[ArtefactId, bytes]:
    shown = home.house.timeline.list(who, home.account_id, Query()).recordings
    return home.house.looking.page(who, home.account_id, shown)


def search(home: Home, who: Principal, words: str, **filters: object) -> Found:
    query = Query(**filters)  # type: ignore[arg-type]  # as Query takes them
    return home.house.looking.search(who, home.account_id, words, query)


# -- a page ---------------------------------------------------------------------------------


def test_a_page_is_one_entry_that_its_people_see(home: Home) -> None:
    """Under who looked: once, with how many of each kind, for everybody whose recording is in it."""
    texts = [
        say(home, f"number {n}", ago_ms=n * 1000, person=("Ana", "Leo")[n % 2]) for n in range(6)
    ]
    assert page(home, home.ana) == {
        each.artefact_id: f"number {n}".encode() for n, each in enumerate(texts)
    }
    for reader, sort in ((home.ana, WhoSort.YOU), (home.leo, WhoSort.PERSON)):
        [event] = home.house.history.page(reader, home.account_id, sorts=[Sort.LOOKED]).events
        assert event.who is not None
        assert (event.type, event.who.sort, event.policy) == ("releases", sort, "owner")
        assert {each.recording_id for each in event.things} == {t.recording_id for t in texts}
        assert event.details["artefacts"] == {"transcript": 6}
    assert page(home, home.leo) == {
        each.artefact_id: f"number {n}".encode() for n, each in enumerate(texts) if n % 2
    }


def test_a_page_shows_the_beginning_of_a_long_text(sqlite_home: Home) -> None:
    """Four KiB of it."""
    text = say(sqlite_home, "walnut " * 20_000)
    assert (
        page(sqlite_home, sqlite_home.leo)[text.artefact_id] == ("walnut " * 20_000)[:4096].encode()
    )


def test_who_may_list_and_not_see_is_shown_no_text(sqlite_home: Home) -> None:
    """A child without the right to: their page says that there is something, and nothing is refused."""
    home = sqlite_home
    text = say(home, "walnuts", person="Leo")
    mia = home.let_in(home.mia_id, Role.CHILD, Stay(since_ms=NOW_MS))
    assert home.house.looking.open(mia, home.account_id, [text.artefact_id]) == {}
    assert not told(home.vault, "refusal") + told(home.vault, "releases")


def test_whoever_does_not_belong_is_told_that_there_is_none(sqlite_home: Home) -> None:
    """And a session that is too old is told so."""
    home = sqlite_home
    text = say(home, "walnuts")
    stranger = Principal(kind=home.ana.kind, id=home.mia_id)
    with pytest.raises(UnknownError):
        home.house.looking.open(stranger, home.account_id, [text.artefact_id])
    home.sessions.dead.add(home.leo_id)
    with pytest.raises(DeniedError):
        home.house.looking.open(home.leo, home.account_id, [text.artefact_id])


# -- search ---------------------------------------------------------------------------------


def test_a_search_finds_all_words_whatever_their_case(home: Home) -> None:
    """Newest first, with their places; of others' it says nothing; one entry a step."""
    first = say(home, "No more WALNUTS, please. Straße!", ago_ms=3000)
    say(home, "More hazelnuts", ago_ms=2000)
    last = say(home, "The walnuts are no longer here; more in the STRASSE", ago_ms=1000)
    say(home, "walnuts, no more, strasse", person="Ana")
    found = search(home, home.leo, "  strasse walnuts MORE no")
    assert [each.artefact_id for each in found.hits] == [last.artefact_id, first.artefact_id]
    assert (found.searched, found.back_to_ms, found.next) == (3, NOW_MS - 3000, "")
    hit = found.hits[1]
    words = [hit.text[begin:end] for begin, end in hit.marks]
    assert words == ["No", "more", "WALNUTS", "Straße"]
    [entry] = told(home.vault, "releases")
    assert len(list(unpack(entry["sources"]))) == 3
    assert search(home, home.leo, "cashew").hits == ()


def test_a_search_goes_on_where_it_stopped(
    sqlite_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its page, by what is opened at once, or by its time: every step says how far it came."""
    home = sqlite_home
    texts = [say(home, f"walnut {n}", ago_ms=1000 + n) for n in range(7)]
    for limits in ({"limit": 2}, {"MOST": 3}, {"_SEARCH_S": -1.0}):
        for name, value in limits.items():
            if name != "limit":
                monkeypatch.setattr(looking, name, value)
        query = Query(limit=int(limits.get("limit", 100)))
        hits, steps, after = [], 0, ""
        while steps == 0 or after:
            found = search(home, home.leo, "walnut", limit=query.limit, after=after)
            hits += [each.artefact_id for each in found.hits]
            assert found.back_to_ms == found.hits[-1].recording.begin_ms
            steps, after = steps + 1, found.next
        assert hits == [each.artefact_id for each in texts]
        assert steps > 2


def test_what_is_no_search_is_refused(sqlite_home: Home) -> None:
    """Nothing, too many words, too long ones."""
    for words in ("", "  ", " ".join("abcdefghijk"), "w" * 201):
        with pytest.raises(InputError):
            search(sqlite_home, sqlite_home.leo, words)


@given(st.text(max_size=30), st.text(min_size=1, max_size=5), st.text(max_size=30))
@example("x", "ﬁ", "")
@example("", "e\u0301", "a")
@example("", "\u1100\u1161", "")
@example("İ", "i̇", "ß")
def test_each_word_of_a_text_is_found_in_it(before: str, word: str, after: str) -> None:
    """In any script, folded or not; marks are places in the text, in order and apart."""
    text = f"{before} {word} {after}"
    for form in ("NFC", "NFD"):
        words = words_of(unicodedata.normalize(form, word))
        marks = Folded.of(text).marks(words)
        assert bool(marks) == bool(words)
        ends = [end for mark in marks for end in mark]
        assert ends == sorted(ends)
        assert all(begin < end <= len(Folded.of(text).plain) for begin, end in marks)
    assert fold(fold(text)) == fold(text)


# -- forgotten stretches --------------------------------------------------------------------


def test_forgotten_stretches_are_told_to_who_asked_and_who_keeps_house(home: Home) -> None:
    """By whom, of whom, on what and when; of another time, or to anybody else, nothing."""
    one = said(home.vault, NOW_MS - 5 * HOUR_MS, duration_ms=2000)
    forget = home.house.erasures.ask
    leos = Choice(person_id=home.leo_id, from_ms=NOW_MS - 3 * HOUR_MS, to_ms=NOW_MS - HOUR_MS)
    forget(home.leo, home.account_id, leos)
    home.clock.advance(ms=1000)
    forget(home.ana, home.account_id, Choice(recordings=(one.recording_id,)))
    stretches = home.house.forgotten.stretches
    picked, range_ = stretches(home.ana, home.account_id, NOW_MS - DAY_MS, NOW_MS)
    assert (range_.begin_ms, range_.end_ms) == (leos.from_ms, leos.to_ms)
    assert range_.by is not None
    assert range_.person is not None
    assert (range_.by.name, range_.person.name, range_.device) == ("Leo", "Leo", None)
    assert picked.device is not None
    assert picked.begin_ms == picked.end_ms == NOW_MS - 5 * HOUR_MS
    assert (picked.device.name, picked.kind, picked.at_ms) == ("kitchen", None, NOW_MS + 1000)
    [mine] = stretches(home.leo, home.account_id, NOW_MS - DAY_MS, NOW_MS)
    assert mine.erasure_id == range_.erasure_id
    assert mine.by is not None
    assert mine.by.sort is WhoSort.YOU
    hour = (NOW_MS - 2 * HOUR_MS, NOW_MS - 2 * HOUR_MS + 1)
    assert stretches(home.ana, home.account_id, *hour) == (range_,)
    home.add("Gran", PersonSort.GUEST)
    gran = home.let_in(
        home.add("Nan", PersonSort.GUEST),
        Role.GUEST,
        Stay(since_ms=0, until_ms=NOW_MS + DAY_MS),
        *Right,
    )
    assert stretches(gran, home.account_id, 0, NOW_MS) == ()
    with pytest.raises(InputError):
        stretches(home.ana, home.account_id, 2, 1)


def test_what_is_given_to_another_is_no_forgotten_stretch(home: Home) -> None:
    """Nobody asked to forget it; a kind that is forgotten by itself says so."""
    made = said(home.vault, NOW_MS - 1000)
    home.house.keeping.reassign(home.ana, home.account_id, made.recording_id, home.ana_id)
    stretches = home.house.forgotten.stretches
    assert stretches(home.ana, home.account_id, 0, NOW_MS) == ()
    home.house.erasures.ask(home.ana, home.account_id, Choice(kind=Kind.TRANSCRIPT, to_ms=NOW_MS))
    [kind] = stretches(home.ana, home.account_id, 0, NOW_MS)
    assert (kind.kind, kind.person, kind.begin_ms) == (Kind.TRANSCRIPT, None, 0)


def test_the_ledger_of_pages_and_searches_passes_the_audit(sqlite_home: Home) -> None:
    """Whatever was looked at before and after something was forgotten."""
    home = sqlite_home
    for n in range(4):
        say(home, f"walnut {n}", ago_ms=n * HOUR_MS)
    page(home, home.ana)
    home.house.erasures.ask(
        home.ana, home.account_id, Choice(from_ms=NOW_MS - HOUR_MS, to_ms=NOW_MS)
    )
    page(home, home.leo)
    assert search(home, home.leo, "walnut").searched == 2
    home.vault.ledger_export(home.vault.home / "export")
    assert audit(home.vault.home / "export", home.vault.config.vkey).problems == ()
