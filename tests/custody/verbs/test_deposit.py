"""Deposit: what is taken, what is refused, and that a refusal of what comes late is logged."""

import io
from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest

from bailee.clock import DAY_MS, FixedClock
from bailee.custody.deposit import TOGETHER
from bailee.custody.record import SKEW_MS
from bailee.custody.vault import Vault
from bailee.errors import (
    EvidenceError,
    GoneError,
    InputError,
    LateArrivalError,
    UnavailableError,
    UnknownError,
)
from bailee.store import files
from bailee.store.database import DatabaseError
from bailee.types.kind import Kind
from bailee.types.recording import Deposit, Recording
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
    said,
)


@pytest.mark.parametrize("size", [0, 1, 4096, 4097, 65_536, 65_537, 300_000])
def test_what_goes_in_comes_out(sqlite_vault: Vault, size: int) -> None:
    """Byte for byte, at every size at which it is kept in another way."""
    content = bytes(each % 251 for each in range(size))
    assert opened(sqlite_vault, said(sqlite_vault, NOW_MS, content=content).recording_id) == content
    streamed = sqlite_vault.deposit(
        Deposit(
            account="home",
            person="Leo",
            device="phone",
            kind=Kind.VIDEO,
            content=io.BytesIO(content),
            captured_at_ms=NOW_MS,
        )
    )
    assert streamed.size_bytes == size
    assert opened(sqlite_vault, streamed.artefact_id) == content
    assert_sound(sqlite_vault)


def test_an_acknowledged_deposit_is_there_after_a_restart(vault: Vault) -> None:
    """Durable when it returns: another opening of the same home has it."""
    done = said(vault, NOW_MS, content=b"walnuts")
    with Vault.open(vault.home, clock=vault._premises.clock) as again:
        assert opened(again, done.recording_id) == b"walnuts"
        assert listed(again) == [done.recording_id]


def test_a_thousand_recordings_of_one_millisecond(vault: Vault) -> None:
    """Each has a leaf of its own: one is erased, 999 open."""
    done = vault.deposit_many(
        [
            Deposit(
                account="home",
                person="Leo",
                device="kitchen",
                kind=Kind.AUDIO,
                content=b"%d" % each,
                captured_at_ms=NOW_MS,
            )
            for each in range(1000)
        ]
    )
    _, erased = vault.erase(all_of(recordings=(done[500].recording_id,)))
    assert erased.recordings == 1
    assert len(listed(vault)) == 999
    for number, each in enumerate(done):
        if number == 500:
            with pytest.raises(GoneError):
                opened(vault, each.recording_id)
        elif number % 97 == 0 or number in {0, 499, 501, 999}:
            assert opened(vault, each.recording_id) == b"%d" % number
    assert_sound(vault)


def test_the_65537th_of_a_millisecond_is_refused(sqlite_vault: Vault) -> None:
    """A millisecond has 65,536 leaves; then it is said so, and what is there stays."""
    said(sqlite_vault, NOW_MS)
    full = 1 << 16
    with (
        mock.patch("bailee.custody.leaves._LEAVES_PER_MS", 1),
        pytest.raises(Exception, match=f"{full:,} recordings already begin"),
    ):
        said(sqlite_vault, NOW_MS)
    assert len(listed(sqlite_vault)) == 1


# ------------------------------------------------------------------------------- bad input


def test_a_time_in_the_future_is_refused(vault: Vault) -> None:
    """Beyond what a device's clock may be ahead; nothing is stored."""
    with pytest.raises(InputError, match="yet to come"):
        said(vault, NOW_MS + SKEW_MS + 1)
    with pytest.raises(InputError, match="yet to come"):
        said(vault, 1 << 60)
    assert listed(vault) == []


def test_a_clock_a_little_ahead_is_taken_to_mean_now(sqlite_vault: Vault) -> None:
    """No recording begins in the future, where an erasure up to now would miss it."""
    assert said(sqlite_vault, NOW_MS + SKEW_MS).begin_ms == NOW_MS


@pytest.mark.parametrize(
    ("captured_at_ms", "duration_ms"),
    [(0, 0), (-5, 0), (NOW_MS, -1), (NOW_MS, 1 << 48), (NOW_MS, 1 << 70)],
)
def test_a_time_that_is_none_is_refused(
    sqlite_vault: Vault, captured_at_ms: int, duration_ms: int
) -> None:
    """Before the epoch, of negative length, or without end."""
    with pytest.raises(InputError):
        said(sqlite_vault, captured_at_ms, duration_ms=duration_ms)
    assert listed(sqlite_vault) == []


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "Le\no", "Le\x00o", "\t\x07"])
def test_a_name_that_is_none_is_refused(sqlite_vault: Vault, name: str) -> None:
    """Whoever it names: account, person or device."""
    fitting = Deposit(
        account="home",
        person="Leo",
        device="kitchen",
        kind=Kind.AUDIO,
        content=b"x",
        captured_at_ms=NOW_MS,
    )
    changes: list[dict[str, str]] = [{"account": name}, {"person": name}, {"device": name}]
    for changed in changes:
        with pytest.raises(InputError, match="no name"):
            sqlite_vault.deposit(replace(fitting, **changed))  # type: ignore[arg-type]  # names


def test_a_name_in_another_case_is_the_same_name(sqlite_vault: Vault) -> None:
    """Leo, LEO and ｌｅｏ are one person, who is shown as first named."""
    for name in ("Leo", "LEO", "ｌｅｏ"):
        said(sqlite_vault, NOW_MS, person=name)
    assert len(listed(sqlite_vault, account="Home", person="lEO")) == 3
    assert {each.person for each in _recordings(sqlite_vault)} == {"Leo"}


def _recordings(vault: Vault) -> list[Recording]:
    return [vault.show(each) for each in listed(vault)]


@pytest.mark.parametrize("days", [0, -3, 1097])
def test_a_retention_that_policy_refuses(sqlite_vault: Vault, days: int) -> None:
    """Neither nothing nor for ever; the hint says how long it may be."""
    with pytest.raises(InputError) as refused:
        said(sqlite_vault, NOW_MS, keep_days=days)
    assert "1096" in refused.value.hint
    assert listed(sqlite_vault) == []


def test_names_are_not_deposited(sqlite_vault: Vault) -> None:
    """The kind of names belongs to bailee."""
    with pytest.raises(InputError):
        said(sqlite_vault, NOW_MS, kind=Kind.LABEL)


def test_a_recording_without_a_person_or_device_is_refused(sqlite_vault: Vault) -> None:
    """Unless it is made from one that has them."""
    bare = Deposit(account="home", kind=Kind.AUDIO, content=b"x", captured_at_ms=NOW_MS)
    with pytest.raises(InputError, match="person and a device"):
        sqlite_vault.deposit(bare)


# ---------------------------------------------------------------------------- derivatives


def test_what_is_made_from_two_knows_both(vault: Vault) -> None:
    """Its sources in order, and every artefact it may have been made from."""
    leo, ana = said(vault, NOW_MS - 900), said(vault, NOW_MS - 400, person="Ana")
    made = derived(vault, leo.recording_id, ana.recording_id)
    shown = vault.show(leo.recording_id)
    assert [each.kind for each in shown.artefacts] == [Kind.AUDIO, Kind.TRANSCRIPT]
    assert shown.artefacts[1].sources == (leo.recording_id, ana.recording_id)
    assert set(shown.artefacts[1].derived_from) == {leo.artefact_id, ana.artefact_id}
    assert opened(vault, made.artefact_id) == b"no more walnuts"
    assert opened(vault, ana.recording_id, Kind.TRANSCRIPT) == b"no more walnuts"


def test_nothing_is_made_from_what_is_not_there(vault: Vault) -> None:
    """Unknown is unknown, gone is gone; neither stores anything."""
    done = said(vault, NOW_MS)
    with pytest.raises(UnknownError):
        derived(vault, "rec_aaaaaaaaaaaaaaaa")
    vault.erase(all_of(recordings=(done.recording_id,)))
    with pytest.raises(GoneError):
        derived(vault, done.recording_id)


def test_nothing_is_made_from_another_accounts_recording(vault: Vault) -> None:
    """Who may not see it may not learn of it: unknown, alive or gone."""
    theirs = said(vault, NOW_MS, account="next door")
    said(vault, NOW_MS)
    with pytest.raises(UnknownError):
        derived(vault, theirs.recording_id)


# ------------------------------------------------------------------------------- too late


def late(vault: Vault, at_ms: int, **more: object) -> None:
    """Try a late upload: refused, nothing of it kept, and an entry says that it was."""
    before, there = entry_types(vault), listed(vault)
    with pytest.raises(LateArrivalError):
        said(vault, at_ms, content=bytes(LARGE), **more)  # type: ignore[arg-type]  # as said takes
    assert entry_types(vault) == [*before, "refusal"]
    assert listed(vault) == there


def test_late_into_a_forgotten_range(vault: Vault) -> None:
    """Inside it, over its edges, across all of it; beside it is taken."""
    said(vault, NOW_MS)
    begin, end = NOW_MS - 4 * HOUR_MS, NOW_MS - 2 * HOUR_MS
    vault.erase(all_of(from_ms=begin, to_ms=end))
    late(vault, begin + HOUR_MS)
    late(vault, begin - 100, duration_ms=100)
    late(vault, end, duration_ms=5)
    late(vault, begin - HOUR_MS, duration_ms=9 * HOUR_MS)
    said(vault, begin - 101, duration_ms=100)
    said(vault, end + 1)
    assert_sound(vault)
    assert vault.fsck().noted == 0


def test_late_from_a_device_first_seen_after(vault: Vault) -> None:
    """A phone that was offline begins without what was forgotten before it was known."""
    said(vault, NOW_MS)
    vault.erase(all_of(from_ms=NOW_MS - 4 * HOUR_MS, to_ms=NOW_MS - 2 * HOUR_MS))
    late(vault, NOW_MS - 3 * HOUR_MS, device="phone")
    said(vault, NOW_MS - HOUR_MS, device="phone")
    late(vault, NOW_MS - 3 * HOUR_MS, device="phone")
    late(vault, NOW_MS - 3 * HOUR_MS, person="Ana", device="tablet")


def test_late_for_a_person_erased_later_than_its_capture(vault: Vault, clock: FixedClock) -> None:
    """The same name, used again, begins at the moment of erasure."""
    said(vault, NOW_MS)
    said(vault, NOW_MS, person="Ana")
    vault.erase(all_of(person="Leo"))
    clock.advance(days=1)
    late(vault, NOW_MS - HOUR_MS)
    late(vault, NOW_MS, device="phone")
    said(vault, NOW_MS - HOUR_MS, person="Ana")
    fresh = said(vault, NOW_MS + HOUR_MS)
    late(vault, NOW_MS - HOUR_MS)
    assert opened(vault, fresh.recording_id)


def test_late_for_a_device_erased_later_than_its_capture(vault: Vault, clock: FixedClock) -> None:
    """As for a person."""
    said(vault, NOW_MS)
    vault.erase(all_of(device="kitchen"))
    clock.advance(days=1)
    late(vault, NOW_MS - HOUR_MS)
    late(vault, NOW_MS - HOUR_MS, person="Ana")
    said(vault, NOW_MS + HOUR_MS)


def test_late_for_an_account_erased_later_than_its_capture(vault: Vault, clock: FixedClock) -> None:
    """As for a person; there being no such account any more does not hide the refusal."""
    said(vault, NOW_MS)
    said(vault, NOW_MS, account="next door")
    vault.erase(all_of(everything=True))
    clock.advance(days=1)
    late(vault, NOW_MS - HOUR_MS)
    late(vault, NOW_MS - HOUR_MS, person="Ana", device="phone")
    said(vault, NOW_MS + HOUR_MS)
    late(vault, NOW_MS - HOUR_MS)


def test_late_of_a_forgotten_kind(vault: Vault) -> None:
    """A transcript for a stretch of which transcripts were forgotten; the sound is taken."""
    done = said(vault, NOW_MS - HOUR_MS)
    derived(vault, done.recording_id)
    vault.erase(all_of(kind=Kind.TRANSCRIPT, from_ms=NOW_MS - 2 * HOUR_MS, to_ms=NOW_MS - 1))
    with pytest.raises(LateArrivalError):
        derived(vault, done.recording_id)
    assert entry_types(vault)[-1] == "refusal"
    derived(vault, done.recording_id, kind=Kind.FACT)
    said(vault, NOW_MS - HOUR_MS)
    assert opened(vault, done.recording_id)


def test_the_one_that_is_late_is_the_one_that_is_logged(vault: Vault) -> None:
    """Of several handed in together, the entry tells the kind and account of the late one."""
    said(vault, NOW_MS)
    vault.erase(all_of(from_ms=1, to_ms=NOW_MS - HOUR_MS))
    items = [
        Deposit(
            account=account,
            person="Leo",
            device="kitchen",
            kind=kind,
            content=b"x",
            captured_at_ms=at_ms,
        )
        for account, kind, at_ms in (
            ("next door", Kind.AUDIO, NOW_MS),
            ("home", Kind.VIDEO, NOW_MS - DAY_MS),
        )
    ]
    with pytest.raises(LateArrivalError):
        vault.deposit_many(items)
    assert last_refusal(vault)["kind"] == "video"


def last_refusal(vault: Vault) -> dict[str, object]:
    import json

    import sqlalchemy as sa

    from bailee.store.tables import entry

    bodies = vault._premises.database.read(
        lambda c: c.scalars(sa.select(entry.c.body).order_by(entry.c.id)).all()
    )
    said_so = [json.loads(body) for body in bodies]
    refusals: list[dict[str, object]] = [each for each in said_so if each["type"] == "refusal"]
    return refusals[-1]


# -------------------------------------------------------------------------------- faults


def test_a_full_disk_stores_nothing_and_loses_nothing(sqlite_vault: Vault) -> None:
    """In words; what was there before is there, and the next one goes in."""
    before = said(sqlite_vault, NOW_MS, content=b"a" * LARGE)

    def full(fd: int, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    with mock.patch.object(files, "write", full), pytest.raises(UnavailableError, match="full"):
        said(sqlite_vault, NOW_MS, content=b"b" * LARGE)
    assert listed(sqlite_vault) == [before.recording_id]
    assert opened(sqlite_vault, before.recording_id) == b"a" * LARGE
    said(sqlite_vault, NOW_MS, content=b"b" * LARGE)
    assert_sound(sqlite_vault)


def test_a_full_database_stores_nothing_and_loses_nothing(sqlite_vault: Vault) -> None:
    """SQLite itself says that it is full: an orphan at most, and no acknowledged row is hurt."""
    before = said(sqlite_vault, NOW_MS, content=b"a" * LARGE)
    database = sqlite_vault._premises.database
    with database._writer.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    with pytest.raises(DatabaseError, match="full"):
        sqlite_vault.deposit_many(
            [
                Deposit(
                    account="home",
                    person="Leo",
                    device="kitchen",
                    kind=Kind.AUDIO,
                    content=bytes(4000 + (each == 0) * LARGE),
                    captured_at_ms=NOW_MS,
                )
                for each in range(TOGETHER)
            ]
        )
    with database._writer.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1000000")
    assert listed(sqlite_vault) == [before.recording_id]
    assert_sound(sqlite_vault)
    said(sqlite_vault, NOW_MS)


def test_a_commit_that_failed_though_stored_keeps_its_content(vault: Vault) -> None:
    """Nobody can know whether it happened: if it did, the content it names must be there."""
    database = vault._premises.database
    real = database.write

    def broken(work: object) -> None:
        real(work)  # type: ignore[arg-type]  # passed on as it came
        raise DatabaseError("the connection was lost")

    said(vault, NOW_MS)
    with mock.patch.object(database, "write", broken), pytest.raises(DatabaseError):
        said(vault, NOW_MS - 5, content=b"a" * LARGE)
    assert_sound(vault)
    assert opened(vault, listed(vault)[0])[:1] == b"a"


def test_a_file_that_fails_while_it_is_read_leaves_nothing(sqlite_vault: Vault) -> None:
    """The caller's own error comes out, and no content stays."""

    class Broken(io.RawIOBase):
        def read(self, size: int = -1, /) -> bytes:
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        sqlite_vault.deposit(
            Deposit(
                account="home",
                person="Leo",
                device="kitchen",
                kind=Kind.VIDEO,
                content=Broken(),  # type: ignore[arg-type]  # reads like one
                captured_at_ms=NOW_MS,
            )
        )
    assert list(sqlite_vault._premises.content.keys()) == []


def test_after_a_clock_stepped_back_over_an_expiry(vault: Vault, clock: FixedClock) -> None:
    """A day that is over takes nothing: refused with the reason, not kept for nobody."""
    said(vault, NOW_MS)
    clock.advance(days=20)
    vault.expire()
    clock.advance(days=-20)
    with pytest.raises(EvidenceError, match="already over"):
        said(vault, NOW_MS, keep_days=3)
    said(vault, NOW_MS, keep_days=30)
    assert_sound(vault)


def test_no_plaintext_and_no_name_in_any_file(vault_factory: object, tmp_path: Path) -> None:
    """What a thief of the folder reads is that opaque ids recorded at some times."""
    vault: Vault = vault_factory()  # type: ignore[operator]  # a MakeVault
    said(vault, NOW_MS, person="Rumpelstiltskin", content=b"spun gold" * 1000)
    said(vault, NOW_MS, person="Rumpelstiltskin", content=b"spun gold")
    for path in tmp_path.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert b"Rumpel" not in data
            assert b"spun gold" not in data
