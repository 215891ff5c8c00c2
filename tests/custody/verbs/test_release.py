"""Release: decided, logged, then opened; and it stops where something is forgotten meanwhile."""

from itertools import islice
from unittest import mock

import pytest

from bailee.clock import FixedClock
from bailee.custody.vault import Vault
from bailee.errors import DeniedError, EvidenceError, GoneError, InputError, UnknownError
from bailee.store.database import DatabaseError
from bailee.types.cut import between
from bailee.types.decide import Access, Decision, Principal, PrincipalKind
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose
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

MEBIBYTE = 1 << 20


@pytest.mark.parametrize("purpose", sorted(set(Purpose) - {Purpose.OWNER_VIEW, Purpose.EXPORT}))
def test_default_deny(sqlite_vault: Vault, purpose: Purpose) -> None:
    """Any purpose but the owner's own: refused, nothing opened, and the refusal is in the ledger."""
    done = said(sqlite_vault, NOW_MS)
    with pytest.raises(DeniedError):
        sqlite_vault.release(done.recording_id, purpose=purpose)
    assert entry_types(sqlite_vault)[-1] == "refusal"


NEIGHBOUR = Principal(kind=PrincipalKind.PERSON, id="per_aaaaaaaaaaaaaaaa")


def test_nobody_but_the_owner(vault: Vault) -> None:
    """Whoever else asks is refused, whatever for."""
    done = said(vault, NOW_MS)
    with pytest.raises(DeniedError):
        vault.release(done.recording_id, purpose=Purpose.OWNER_VIEW, principal=NEIGHBOUR)


def test_the_decider_is_told_facts_and_no_more(vault: Vault) -> None:
    """Opaque ids, kind, purpose and principal: what it decides on is its own to look up."""
    done = said(vault, NOW_MS)
    asked: list[Access] = []

    def decide(access: Access) -> Decision:
        asked.append(access)
        return Decision(allowed=True, policy="test")

    vault._premises.decide = decide
    b"".join(
        vault.release(done.recording_id, purpose=Purpose.REVIEW, principal=NEIGHBOUR).stretches
    )
    assert [(each.principal, each.purpose, each.kind) for each in asked] == [
        (NEIGHBOUR, Purpose.REVIEW, Kind.AUDIO)
    ]
    assert asked[0].artefact_id == done.artefact_id


def test_a_decider_that_fails_opens_nothing(vault: Vault) -> None:
    """Its error comes out, and no entry says that anything was released."""
    done = said(vault, NOW_MS)
    before = entry_types(vault)
    vault._premises.decide = mock.Mock(side_effect=RuntimeError)
    with pytest.raises(RuntimeError):
        vault.release(done.recording_id, purpose=Purpose.OWNER_VIEW)
    assert entry_types(vault) == before


def test_no_entry_no_bytes(vault: Vault) -> None:
    """Nothing is opened unless its entry is durable."""
    done = said(vault, NOW_MS)
    broken = mock.Mock(side_effect=DatabaseError("full"))
    with (
        mock.patch.object(vault._premises.database, "write", broken),
        pytest.raises(DatabaseError),
    ):
        vault.release(done.recording_id, purpose=Purpose.OWNER_VIEW)


def test_the_entry_is_there_before_the_first_byte(vault: Vault) -> None:
    """Also when nobody reads a single one."""
    done = said(vault, NOW_MS)
    vault.release(done.recording_id, purpose=Purpose.EXPORT)
    assert entry_types(vault)[-1] == "release"


def test_ranges(sqlite_vault: Vault) -> None:
    """Any half-open range within it; anything else is refused before an entry says otherwise."""
    content = bytes(each % 251 for each in range(200_000))
    done = said(sqlite_vault, NOW_MS, content=content)

    def part(begin: int, end: int | None) -> bytes:
        released = sqlite_vault.release(
            done.artefact_id, purpose=Purpose.OWNER_VIEW, cut=between(begin, end)
        )
        return b"".join(released.stretches)

    for begin, end in ((0, None), (0, 0), (65_535, 65_537), (199_999, 200_000), (200_000, None)):
        assert part(begin, end) == content[begin:end]
    for begin, end in ((-1, None), (5, 4), (0, 200_001), (200_001, None)):
        with pytest.raises(InputError):
            part(begin, end)


def test_which_of_several(vault: Vault) -> None:
    """A recording's sound before its transcript; another kind by name; what it has not, said so."""
    done = said(vault, NOW_MS, content=b"sound")
    derived(vault, done.recording_id, content=b"text")
    assert opened(vault, done.recording_id) == b"sound"
    assert opened(vault, done.recording_id, Kind.TRANSCRIPT) == b"text"
    with pytest.raises(UnknownError, match="no video"):
        opened(vault, done.recording_id, Kind.VIDEO)


@pytest.mark.parametrize("wrong", ["rec_aaaaaaaaaaaaaaaa", "art_aaaaaaaaaaaaaaaa"])
def test_an_unknown_id(sqlite_vault: Vault, wrong: str) -> None:
    """Unknown is not denied and not gone."""
    with pytest.raises(UnknownError):
        opened(sqlite_vault, wrong)


@pytest.mark.parametrize("wrong", ["", "rec_", "../../etc/passwd", "era_aaaaaaaaaaaaaaaa"])
def test_what_is_no_id(sqlite_vault: Vault, wrong: str) -> None:
    """And its text is not repeated in the error."""
    with pytest.raises(InputError) as refused:
        opened(sqlite_vault, wrong)
    assert "passwd" not in str(refused.value)


def test_erased_while_it_flows(vault: Vault) -> None:
    """The stretch in hand is the last one: by moment or after all of its clean-up."""
    for finish in (False, True):
        done = said(vault, NOW_MS - HOUR_MS * finish, content=bytes(3 * MEBIBYTE))
        flowing = vault.release(done.recording_id, purpose=Purpose.OWNER_VIEW).stretches
        assert len(b"".join(islice(flowing, 1))) == MEBIBYTE
        asked = vault.forget(all_of(recordings=(done.recording_id,)))
        if finish:
            vault.finish(asked.id)
        with pytest.raises(GoneError):
            next(flowing)


def test_something_else_erased_while_it_flows(vault: Vault) -> None:
    """It flows on."""
    done = said(vault, NOW_MS, content=bytes(3 * MEBIBYTE))
    other = said(vault, NOW_MS)
    flowing = vault.release(done.recording_id, purpose=Purpose.OWNER_VIEW).stretches
    next(flowing)
    vault.erase(all_of(recordings=(other.recording_id,)))
    assert len(b"".join(flowing)) == 2 * MEBIBYTE


def test_shortened_between_question_and_entry(vault: Vault, clock: FixedClock) -> None:
    """The day is asked again in the entry's own transaction."""
    done = said(vault, NOW_MS)
    real = vault._premises.database.write

    def meanwhile(work: object) -> object:
        with mock.patch.object(vault._premises.database, "write", real):
            vault.retain(all_of(everything=True), 1)
            clock.advance(days=2)
        return real(work)  # type: ignore[arg-type]  # passed on as it came

    with (
        mock.patch.object(vault._premises.database, "write", meanwhile),
        pytest.raises(GoneError),
    ):
        vault.release(done.recording_id, purpose=Purpose.OWNER_VIEW)
    assert "release" not in entry_types(vault)


def test_past_its_day_and_not_yet_expired(vault: Vault, clock: FixedClock) -> None:
    """The day counts, not when somebody gets round to it."""
    done = said(vault, NOW_MS, keep_days=3)
    clock.advance(days=3)
    assert opened(vault, done.recording_id)
    clock.advance(days=1)
    with pytest.raises(GoneError):
        opened(vault, done.recording_id)
    assert listed(vault) == []


def test_a_damaged_content_is_told_not_given(vault: Vault) -> None:
    """A changed byte: an error of evidence, and fsck says the same."""
    done = said(vault, NOW_MS, content=bytes(LARGE))
    [path] = (vault.home / "content").glob("*/art_*")
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)
    with pytest.raises(EvidenceError):
        opened(vault, done.recording_id)
    report = vault.fsck(deep=True)
    assert [done.artefact_id in each for each in report.problems] == [True]
    path.write_bytes(data[:-1])
    assert not vault.fsck().is_clean
    path.unlink()
    assert not vault.fsck().is_clean


def test_two_people_in_one_transcript(vault: Vault) -> None:
    """Opened by either recording, it is the same artefact, once."""
    one, two = said(vault, NOW_MS - 9), said(vault, NOW_MS - 5, person="Ana")
    made = derived(vault, one.recording_id, two.recording_id)
    for each in (one, two):
        released = vault.release(
            each.recording_id, purpose=Purpose.OWNER_VIEW, kind=Kind.TRANSCRIPT
        )
        assert released.artefact_id == made.artefact_id
    assert_sound(vault)
