"""What the requirements ask of custody, told as they ask it."""

import json
from pathlib import Path

import pytest

from bailee import Deposit, Kind, Purpose, Query, Selection, Vault
from bailee.clock import DAY_MS, FixedClock
from bailee.errors import GoneError, UnknownError

T0 = 1_790_000_000_000


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(T0)


@pytest.fixture
def vault(tmp_path: Path, clock: FixedClock) -> Vault:
    return Vault.create(tmp_path / "vault", clock=clock)


def said(vault: Vault, person: str, at_ms: int, device: str = "kitchen") -> str:
    kept = vault.deposit(
        Deposit(
            account="home",
            person=person,
            device=device,
            kind=Kind.AUDIO,
            content=f"{person} at {at_ms}".encode(),
            captured_at_ms=at_ms,
            duration_ms=1000,
        )
    )
    return kept.recording_id


def test_derivation_is_known_and_closes_over(vault: Vault) -> None:
    """R-03: a fact from two utterances names both; forgetting either takes it."""
    one, two = said(vault, "Leo", T0 - 5000), said(vault, "Ana", T0 - 3000)
    vault.deposit(
        Deposit(
            account="home",
            kind=Kind.FACT,
            content=b"they like walnuts",
            derived_from=(one, two),  # type: ignore[arg-type]
        )
    )
    fact = next(a for a in vault.show(one).artefacts if a.kind is Kind.FACT)
    audio = {a.id for each in (one, two) for a in vault.show(each).artefacts} - {fact.id}
    assert set(fact.sources) == {one, two}
    assert set(fact.derived_from) == audio
    vault.erase(Selection(account="home", person="Ana"))
    assert [a.kind for a in vault.show(one).artefacts] == [Kind.AUDIO]
    with pytest.raises(GoneError):
        vault.release(fact.id, purpose=Purpose.OWNER_VIEW)
    vault.close()


def test_all_of_it_is_seen_heard_and_deleted_by_date_device_and_person(vault: Vault) -> None:
    """R-13: what the filters show is what opens, and what an erasure by them takes."""
    said(vault, "Leo", T0 - 9000)
    said(vault, "Leo", T0 - 6000, "hall")
    said(vault, "Ana", T0 - 3000)
    for query, count in (
        (Query(account="home"), 3),
        (Query(account="home", person="Leo"), 2),
        (Query(account="home", device="hall"), 1),
        (Query(account="home", from_ms=T0 - 7000, to_ms=T0 - 4000), 1),
        (Query(account="home", kind=Kind.AUDIO, person="Ana"), 1),
    ):
        shown = vault.list(query).recordings
        assert len(shown) == count
        for each in shown:
            heard = b"".join(vault.release(each.id, purpose=Purpose.OWNER_VIEW).stretches)
            assert heard == f"{each.person} at {each.begin_ms}".encode()
    vault.erase(Selection(account="home", device="hall"))
    assert {r.device for r in vault.list(Query(account="home")).recordings} == {"kitchen"}
    vault.close()


def test_requests_are_kept_five_years_and_hold_no_content(
    vault: Vault, clock: FixedClock, tmp_path: Path
) -> None:
    """R-16: who asked what, and what came of it, can be shown for five years, without words."""
    recording = said(vault, "Leo", T0 - 5000)
    _, erasure = vault.erase(Selection(account="home", person="Leo"))
    vault.rotate()
    for _ in range(59):
        clock.advance(days=30)
        vault.expire()
    receipt = vault.receipt(erasure.id)
    assert receipt["recordings"] == 1
    assert receipt["sentence"] is None
    assert "Leo" not in json.dumps(receipt)
    with pytest.raises(GoneError):
        vault.show(recording)
    for _ in range(3):
        clock.advance(days=30)
        vault.expire()
    assert clock.now_ms() - T0 > 1827 * DAY_MS
    with pytest.raises(UnknownError):
        vault.receipt(erasure.id)
    vault.close()


def test_each_person_has_keys_of_their_own(vault: Vault, tmp_path: Path) -> None:
    """R-26: content lies sealed at rest, and ending one person's keys leaves another's alone."""
    kept = said(vault, "Ana", T0 - 5000)
    said(vault, "Leo", T0 - 3000)
    vault.forget(Selection(account="home", person="Leo"))
    assert b"".join(vault.release(kept, purpose=Purpose.OWNER_VIEW).stretches)
    vault.close()
    for path in tmp_path.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            assert b"Ana at" not in raw, path
            assert b"Leo at" not in raw, path


def test_each_release_is_in_the_ledger_and_so_is_each_refusal(vault: Vault) -> None:
    """R-23: who looked, and who was not let look, can be counted exactly."""
    recording = said(vault, "Leo", T0 - 5000)
    for _ in range(3):
        b"".join(vault.release(recording, purpose=Purpose.OWNER_VIEW).stretches)
    with pytest.raises(Exception, match="not allowed"):
        vault.release(recording, purpose=Purpose.TRAIN)
    size, log = vault.publish(), vault._premises.log
    types = [json.loads(log.entry(index))["type"] for index in range(size)]
    assert types.count("release") == 3
    assert types.count("refusal") == 1
    vault.close()
