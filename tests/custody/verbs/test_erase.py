"""Erase: what goes, what stays, what it says, and what it costs."""

import json
from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from bailee.clock import FixedClock
from bailee.custody import acts
from bailee.custody.vault import Vault
from bailee.errors import (
    BaileeError,
    GoneError,
    InputError,
    NothingToForgetError,
    UnavailableError,
    UnknownError,
)
from bailee.store.database import RetryTransaction
from bailee.store.tables import erasure, node, stream
from bailee.types.erasure import Outcome
from bailee.types.ids import RecordingId
from bailee.types.kind import Kind
from bailee.types.recording import Deposit
from bailee.types.selection import Selection
from support.vaults import (
    HOUR_MS,
    LARGE,
    NOW_MS,
    all_of,
    assert_sound,
    derived,
    entry_types,
    listed,
    opened,
    reopened,
    said,
)


def gone(vault: Vault, *opaque_ids: str) -> None:
    """Neither opens, shows nor lists."""
    for each in opaque_ids:
        with pytest.raises(GoneError):
            opened(vault, each)
        if each.startswith("rec_"):
            with pytest.raises(GoneError):
                vault.show(each)
            assert each not in listed(vault)


# ------------------------------------------------------------------------------ selections


def test_one_recording_and_all_made_from_it(vault: Vault) -> None:
    """However far down; its neighbours of the same second are untouched."""
    first, second = (said(vault, NOW_MS - 10, content=each) for each in (b"one", b"two"))
    text = derived(vault, first.recording_id)
    fact = derived(vault, first.recording_id, second.recording_id, kind=Kind.FACT)
    asked, done = vault.erase(all_of(recordings=(first.recording_id,)))
    assert done.outcome is Outcome.ERASED
    assert (done.recordings, done.artefacts) == (
        1,
        {Kind.AUDIO: 1, Kind.TRANSCRIPT: 1, Kind.FACT: 1},
    )
    gone(vault, first.recording_id, first.artefact_id, text.artefact_id, fact.artefact_id)
    assert opened(vault, second.recording_id) == b"two"
    with pytest.raises(GoneError) as refused:
        vault.show(first.recording_id)
    assert refused.value.erasure_id == asked.id
    assert asked.id in refused.value.hint
    assert_sound(vault)


def test_what_is_made_from_two_dies_with_either(vault: Vault) -> None:
    """A fact from two utterances of two people: whichever of them forgets, it goes."""
    leo, ana, bea = (said(vault, NOW_MS - 5000, person=each) for each in ("Leo", "Ana", "Bea"))
    facts = {
        pair: derived(vault, *(each.recording_id for each in pair), kind=Kind.FACT)
        for pair in ((leo, ana), (ana, leo), (bea, leo), (ana, bea))
    }
    vault.erase(all_of(person="Leo"))
    for pair, fact in facts.items():
        if leo in pair:
            gone(vault, fact.artefact_id)
        else:
            assert opened(vault, fact.artefact_id) == b"no more walnuts"
    for each in (ana, bea):
        assert opened(vault, each.recording_id, Kind.AUDIO)
    assert_sound(vault)


def test_a_kind_alone(vault: Vault) -> None:
    """The transcript goes, the sound stays; and the other way round nothing is left of it."""
    done = said(vault, NOW_MS - 10, content=b"sound")
    text = derived(vault, done.recording_id)
    _, first = vault.erase(all_of(recordings=(done.recording_id,), kind=Kind.TRANSCRIPT))
    assert (first.recordings, first.artefacts) == (0, {Kind.TRANSCRIPT: 1})
    gone(vault, text.artefact_id)
    assert opened(vault, done.recording_id) == b"sound"
    _, second = vault.erase(all_of(kind=Kind.AUDIO))
    assert second.outcome is Outcome.ERASED
    gone(vault, done.recording_id)
    assert_sound(vault)


def test_a_kind_that_a_recording_has_not(vault: Vault) -> None:
    """It is not gone, it never was: said so, and nothing is touched."""
    done = said(vault, NOW_MS - 10)
    with pytest.raises(UnknownError):
        vault.erase(all_of(recordings=(done.recording_id,), kind=Kind.TRANSCRIPT))
    assert opened(vault, done.recording_id)


def test_a_range_of_time(vault: Vault) -> None:
    """Both ends are inside; a millisecond before and after is outside."""
    begin, end = NOW_MS - 4 * HOUR_MS, NOW_MS - 2 * HOUR_MS
    inside = [said(vault, at, duration_ms=0) for at in (begin, begin + 1, end)]
    outside = [said(vault, at, duration_ms=0) for at in (begin - 1, end + 1)]
    plan = vault.plan(all_of(from_ms=begin, to_ms=end))
    assert (plan.recordings, plan.reaching_in) == (3, ())
    vault.erase(all_of(from_ms=begin, to_ms=end))
    gone(vault, *(each.recording_id for each in inside))
    assert set(listed(vault)) == {each.recording_id for each in outside}
    assert_sound(vault)


def test_a_recording_that_reaches_into_a_range_goes_whole(vault: Vault) -> None:
    """And the plan names it first; one that ends just before does not."""
    begin, end = NOW_MS - 4 * HOUR_MS, NOW_MS - 2 * HOUR_MS
    long = said(vault, begin - HOUR_MS, duration_ms=HOUR_MS)
    longer = said(vault, begin - 40 * HOUR_MS, duration_ms=41 * HOUR_MS, device="camera")
    short = said(vault, begin - HOUR_MS, duration_ms=HOUR_MS - 1)
    late = said(vault, end, duration_ms=HOUR_MS)
    plan = vault.plan(all_of(from_ms=begin, to_ms=end))
    assert set(plan.reaching_in) == {long.recording_id, longer.recording_id}
    assert plan.recordings == 3
    vault.erase(all_of(from_ms=begin, to_ms=end))
    gone(vault, long.recording_id, longer.recording_id, late.recording_id)
    assert listed(vault) == [short.recording_id]
    assert_sound(vault)


def test_a_kind_that_reaches_into_a_range_by_one_of_its_sources(vault: Vault) -> None:
    """A fact from two utterances a month apart is of both days; the sound of either stays."""
    first = said(vault, NOW_MS - 720 * HOUR_MS, keep_days=60)
    second = said(vault, NOW_MS - HOUR_MS)
    fact = derived(vault, first.recording_id, second.recording_id, kind=Kind.FACT)
    vault.erase(all_of(kind=Kind.FACT, from_ms=NOW_MS - 2 * HOUR_MS))
    gone(vault, fact.artefact_id)
    assert len(listed(vault)) == 2
    assert_sound(vault)


def test_names_are_not_picked_by_their_kind(vault: Vault) -> None:
    """They are how the house is spoken of, and go with whom they name."""
    said(vault, NOW_MS)
    with pytest.raises(InputError):
        vault.erase(all_of(kind=Kind.LABEL))
    assert vault.show(listed(vault)[0]).person == "Leo"


def test_of_a_person_on_a_device_in_a_range(vault: Vault) -> None:
    """Every part narrows; who and what is beside it stays."""
    there = {
        (person, device, hour): said(vault, NOW_MS - hour * HOUR_MS, person=person, device=device)
        for person in ("Leo", "Ana")
        for device in ("kitchen", "phone")
        for hour in (1, 5)
    }
    vault.erase(all_of(person="Leo", device="phone", from_ms=NOW_MS - 2 * HOUR_MS))
    gone(vault, there["Leo", "phone", 1].recording_id)
    assert len(listed(vault)) == 7
    vault.erase(all_of(person="Leo", device="kitchen"))
    assert set(listed(vault)) == {
        each.recording_id for (who, what, _), each in there.items() if who == "Ana"
    } | {there["Leo", "phone", 5].recording_id}
    vault.erase(all_of(device="kitchen"))
    assert len(listed(vault)) == 3
    assert len(listed(vault, account="home", person="Leo")) == 1
    with pytest.raises(UnknownError):
        listed(vault, account="home", device="kitchen")
    assert_sound(vault)


def test_a_person_goes_name_and_all(vault: Vault) -> None:
    """Nothing answers to the name, and the name stands in no row any more."""
    said(vault, NOW_MS)
    said(vault, NOW_MS, person="Ana")
    _, done = vault.erase(all_of(person="Leo"))
    assert done.outcome is Outcome.ERASED
    with pytest.raises(UnknownError):
        vault.plan(all_of(person="Leo"))
    with pytest.raises(UnknownError):
        listed(vault, account="home", person="Leo")
    streams = vault._premises.database.read(
        lambda c: c.execute(sa.select(sa.func.count()).select_from(stream)).scalar_one()
    )
    # days, the account's name, Ana's name, the kitchen's name, her recordings, her sound
    assert streams == 6
    assert_sound(vault)


def test_a_whole_account(vault: Vault) -> None:
    """And only that one."""
    said(vault, NOW_MS)
    said(vault, NOW_MS, person="Ana", device="phone")
    other = said(vault, NOW_MS, account="next door", content=b"theirs")
    _, done = vault.erase(all_of(everything=True))
    assert (done.outcome, done.recordings) == (Outcome.ERASED, 2)
    with pytest.raises(UnknownError):
        vault.plan(all_of(everything=True))
    assert listed(vault) == [other.recording_id]
    assert opened(vault, other.recording_id) == b"theirs"
    assert_sound(vault)


def test_a_person_erased_without_a_single_recording(vault: Vault) -> None:
    """There is a name to forget, so it is an erasure and not nothing."""
    done = said(vault, NOW_MS)
    vault.erase(all_of(recordings=(done.recording_id,)))
    _, whole = vault.erase(all_of(person="Leo"))
    assert (whole.outcome, whole.recordings) == (Outcome.ERASED, 0)


def test_many_recordings_by_id(sqlite_vault: Vault) -> None:
    """More than SQLite takes in one expression: erased, cleaned up, and opened again after."""
    vault = sqlite_vault
    done = vault.deposit_many(
        [
            Deposit(
                account="home",
                person="Leo",
                device="kitchen",
                kind=Kind.AUDIO,
                content=b"x",
                captured_at_ms=NOW_MS - each,
            )
            for each in range(1600)
        ]
    )
    picked = tuple(each.recording_id for each in done[:1500])
    assert vault.plan(all_of(recordings=picked)).recordings == 1500
    _, erased = vault.erase(all_of(recordings=picked))
    assert (erased.outcome, erased.recordings) == (Outcome.ERASED, 1500)
    assert len(listed(vault)) == 100
    assert vault.fsck().is_clean


# ---------------------------------------------------------------------------- what it says


def test_zero_effect_is_not_success(vault: Vault) -> None:
    """A stretch with nothing in it is forgotten for what comes late, and told as *not found*."""
    said(vault, NOW_MS)
    _, done = vault.erase(all_of(from_ms=1, to_ms=1000))
    assert done.outcome is Outcome.NOT_FOUND
    assert (done.recordings, dict(done.artefacts)) == (0, {})
    assert entry_types(vault)[-2:] == ["erase", "erased"]


def test_nothing_asked_is_nothing_done(vault: Vault) -> None:
    """Unknown names, ids and accounts; a second time; another account's: each in its own words."""
    said(vault, NOW_MS, account="next door")
    mine = said(vault, NOW_MS)
    theirs = said(vault, NOW_MS, account="next door")
    before = entry_types(vault)
    unknown: list[Selection] = [
        Selection(account="nobody", everything=True),
        all_of(person="Bea"),
        all_of(device="toaster"),
        all_of(recordings=(RecordingId("rec_aaaaaaaaaaaaaaaa"),)),
        all_of(recordings=(mine.recording_id, theirs.recording_id)),
    ]
    for selection in unknown:
        with pytest.raises(UnknownError):
            vault.erase(selection)
    for wrong in (
        all_of(),
        all_of(recordings=("era_aaaaaaaaaaaaaaaa",)),
        all_of(recordings=(mine.recording_id,), person="Leo"),
        all_of(from_ms=5, to_ms=4),
        Selection(account="", everything=True),
    ):
        with pytest.raises(InputError):
            vault.erase(wrong)
    assert entry_types(vault) == before
    assert opened(vault, mine.recording_id)
    assert opened(vault, theirs.recording_id)


def test_an_id_erased_already_says_by_which_erasure(vault: Vault) -> None:
    """Gone, with the receipt's name; to another account it is unknown."""
    mine = said(vault, NOW_MS)
    said(vault, NOW_MS, account="next door")
    asked, _ = vault.erase(all_of(recordings=(mine.recording_id,)))
    with pytest.raises(GoneError) as refused:
        vault.erase(all_of(recordings=(mine.recording_id,)))
    assert refused.value.erasure_id == asked.id
    with pytest.raises(UnknownError):
        vault.erase(Selection(account="next door", recordings=(mine.recording_id,)))


def test_times_that_are_none(vault: Vault) -> None:
    """A range that begins before time or after now is refused; one that ends after now ends now."""
    done = said(vault, NOW_MS, duration_ms=HOUR_MS)
    for wrong in (all_of(from_ms=NOW_MS + 1), all_of(from_ms=-1), all_of(to_ms=-1)):
        with pytest.raises(InputError):
            vault.erase(wrong)
        with pytest.raises(InputError):
            vault.plan(wrong)
    assert opened(vault, done.recording_id)
    vault.erase(all_of(to_ms=NOW_MS + 30 * HOUR_MS))
    gone(vault, done.recording_id)


def test_the_words_stay_out_of_the_vault(vault: Vault) -> None:
    """The ledger has a salted hash of them; no row of the erasure has a name."""
    said(vault, NOW_MS)
    said(vault, NOW_MS, person="Ana")
    asked, _ = vault.erase(all_of(person="Leo"))
    assert "Leo" in asked.sentence
    row = vault._premises.database.read(lambda c: c.execute(sa.select(erasure)).one())
    assert "Leo" not in json.dumps([str(each) for each in row])
    assert vault.receipt(asked.id)["sentence"] is None
    assert vault.receipt(asked.id, asked=asked)["sentence"] == asked.sentence


def test_unrecoverable_is_another_moment(vault: Vault, clock: FixedClock) -> None:
    """Unreadable at the commit; unrecoverable once a rotation ended the root it hung on."""
    said(vault, NOW_MS)
    asked, done = vault.erase(all_of(person="Leo"))
    assert done.unreadable_since_ms == NOW_MS
    assert done.unrecoverable_since_ms is None
    assert done.unrecoverable_due_ms == NOW_MS + 24 * HOUR_MS
    clock.advance(ms=HOUR_MS)
    assert vault.rotate().unrecoverable == 1
    assert vault.erasure(asked.id).unrecoverable_since_ms == NOW_MS + HOUR_MS
    assert vault.rotate().unrecoverable == 0


def test_an_unknown_erasure(sqlite_vault: Vault) -> None:
    """Has neither a state nor a receipt."""
    for ask in (sqlite_vault.erasure, sqlite_vault.receipt):
        with pytest.raises(UnknownError):
            ask("era_aaaaaaaaaaaaaaaa")


# -------------------------------------------------------------------------------- the plan


def test_a_plan_changes_nothing_and_tells_what_would_go(vault: Vault) -> None:
    """Counts and kinds, and what a hold keeps; the ledger does not move."""
    first = said(vault, NOW_MS - HOUR_MS, duration_ms=10)
    derived(vault, first.recording_id)
    last = said(vault, NOW_MS - 10, duration_ms=5)
    vault.hold(all_of(from_ms=NOW_MS - 10))
    before = entry_types(vault)
    plan = vault.plan(all_of(person="Leo"))
    assert (plan.recordings, plan.held, plan.names) == (2, 1, True)
    assert plan.artefacts == {Kind.AUDIO: 2, Kind.TRANSCRIPT: 1}
    assert (plan.begin_ms, plan.end_ms) == (NOW_MS - HOUR_MS, NOW_MS - 5)
    assert entry_types(vault) == before
    assert set(listed(vault)) == {first.recording_id, last.recording_id}


# ----------------------------------------------------------------- the moment and its cost


def statements(vault: Vault, selection: Selection) -> tuple[int, int]:
    """How many statements the moment takes, and how many rows of keys it leaves."""
    database = vault._premises.database
    seen: list[str] = []
    listen = (database._writer, "before_cursor_execute", lambda *a: seen.append(a[2]))
    event.listen(*listen)
    try:
        vault.forget(selection)
    finally:
        event.remove(*listen)
    nodes = sa.select(sa.func.count()).select_from(node)
    return len(seen), database.read(lambda c: c.execute(nodes).scalar_one())


@pytest.mark.parametrize(
    "selection",
    [
        all_of(person="Leo"),
        all_of(device="kitchen"),
        all_of(everything=True),
        all_of(from_ms=NOW_MS - 900, to_ms=NOW_MS - 100),
        all_of(kind=Kind.AUDIO, from_ms=NOW_MS - 900),
    ],
    ids=["person", "device", "account", "range", "kind in a range"],
)
def test_the_moment_does_not_know_how_many_there_are(
    vault_factory: object, selection: Selection
) -> None:
    """As many statements, and as many rows of keys after it, for ten recordings as for 500."""
    costs = []
    for many in (10, 500):
        vault: Vault = vault_factory(str(many))  # type: ignore[operator]  # a MakeVault
        vault.deposit_many(
            [
                Deposit(
                    account="home",
                    person="Leo",
                    device="kitchen",
                    kind=Kind.AUDIO,
                    content=b"x",
                    captured_at_ms=NOW_MS - each * (1000 // many),
                )
                for each in range(many)
            ]
        )
        costs.append(statements(vault, selection))
    assert costs[0] == costs[1]


def test_from_its_moment_nothing_reads(vault: Vault) -> None:
    """Before any clean-up: rows and contents are there, and every read says gone."""
    done = said(vault, NOW_MS, content=bytes(LARGE))
    text = derived(vault, done.recording_id)
    asked = vault.forget(all_of(from_ms=NOW_MS - 5))
    gone(vault, done.recording_id, text.artefact_id)
    assert len(list(vault._premises.content.keys())) == 1
    assert vault.erasure(asked.id).outcome is None
    with pytest.raises(GoneError) as refused:
        opened(vault, done.recording_id)
    assert refused.value.erasure_id == asked.id
    finished = vault.finish(asked.id)
    assert finished.outcome is Outcome.ERASED
    assert list(vault._premises.content.keys()) == []


def test_a_restart_finishes_what_was_asked(vault: Vault) -> None:
    """Forgotten, then the process is gone: the next one cleans up to the outcome."""
    said(vault, NOW_MS, content=bytes(LARGE))
    asked = vault.forget(all_of(person="Leo"))
    again = reopened(vault)
    assert again.erasure(asked.id).outcome is Outcome.ERASED
    assert list(again._premises.content.keys()) == []
    assert_sound(again)
    again.close()


def test_finishing_twice_is_finishing_once(vault: Vault) -> None:
    """One outcome, in one entry."""
    said(vault, NOW_MS)
    asked, done = vault.erase(all_of(person="Leo"))
    assert replace(vault.finish(asked.id), sentence=done.sentence) == done
    assert entry_types(vault).count("erased") == 1


# --------------------------------------------------------------------------------- faults


def test_a_content_store_that_is_away(vault: Vault) -> None:
    """Unreadable all the same; the outcome is *unreachable* until a restart finds the store back."""
    done = said(vault, NOW_MS, content=bytes(LARGE))
    away = UnavailableError("The store is away.")
    with mock.patch.object(type(vault._premises.content), "delete", side_effect=away):
        asked, erased = vault.erase(all_of(person="Leo"))
    assert erased.outcome is Outcome.UNREACHABLE
    gone(vault, done.recording_id)
    assert vault.fsck().is_clean
    again = reopened(vault)
    assert again.erasure(asked.id).outcome is Outcome.ERASED
    assert list(again._premises.content.keys()) == []
    again.close()


def test_a_content_store_that_keeps_what_it_should_delete(sqlite_vault: Vault) -> None:
    """Read back: a store that says yes and keeps it is told on, not believed."""
    said(sqlite_vault, NOW_MS, content=bytes(LARGE))
    with (
        mock.patch.object(type(sqlite_vault._premises.content), "delete", return_value=None),
        pytest.raises(BaileeError, match="kept something"),
    ):
        sqlite_vault.erase(all_of(person="Leo"))


def test_without_any_root_store_nothing_is_forgotten(vault_factory: object, tmp_path: Path) -> None:
    """An erasure that no journal could take did not happen, and says so."""
    vault: Vault = vault_factory(root_store=tmp_path / "root")  # type: ignore[operator]
    done = said(vault, NOW_MS)
    (tmp_path / "root").rename(tmp_path / "away")
    with pytest.raises(UnavailableError):
        vault.erase(all_of(person="Leo"))
    (tmp_path / "away").rename(tmp_path / "root")
    assert opened(vault, done.recording_id)
    _, erased = vault.erase(all_of(person="Leo"))
    assert erased.outcome is Outcome.ERASED


def test_a_commit_that_failed_is_forgotten_by_the_next(vault: Vault) -> None:
    """Its journal was written: whoever comes next, here or after a restart, carries it out."""
    done = said(vault, NOW_MS)
    other = said(vault, NOW_MS, person="Ana")
    real = vault._premises.database.write

    def breaks(work: object) -> None:
        def undone(connection: sa.Connection) -> None:
            work(connection)  # type: ignore[operator]  # what `write` takes
            raise UnavailableError("The connection was lost.")

        real(undone)

    with (
        mock.patch.object(vault._premises.database, "write", breaks),
        pytest.raises(UnavailableError),
    ):
        vault.forget(all_of(recordings=(done.recording_id,)))
    assert opened(vault, done.recording_id)
    _, erased = vault.erase(all_of(recordings=(other.recording_id,)))
    assert erased.recordings == 1
    gone(vault, done.recording_id, other.recording_id)
    again = reopened(vault)
    assert_sound(again)
    again.close()


def test_the_same_try_again_after_its_journal(vault: Vault) -> None:
    """A race lost after the journal was written: one erasure, one row, one outcome."""
    said(vault, NOW_MS)
    real, tries = acts.apply, []

    def apply(*args: object, **more: object) -> None:
        real(*args, **more)  # type: ignore[arg-type]  # passed on as they came
        tries.append(1)
        if len(tries) < 3:
            raise RetryTransaction

    with mock.patch("bailee.custody.acts.apply", apply):
        asked, done = vault.erase(all_of(person="Leo"))
    assert done.outcome is Outcome.ERASED
    assert len(tries) == 3
    assert vault.receipt(asked.id)["entries"][0]["role"] == "request"
    assert_sound(vault)


def test_nothing_to_forget_has_words_of_its_own() -> None:
    """The error doors raise for zero effect names what was asked (R-15)."""
    assert "everything on phone" in str(NothingToForgetError("everything on phone"))
