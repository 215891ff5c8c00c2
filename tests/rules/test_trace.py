"""The duties as properties over a trace of entries (R-15, R-19, R-23)."""

from typing import Any

import pytest

from bailee.clock import DAY_MS
from bailee.rules.entries import FIELDS, EntryError, check, encode, parse
from bailee.rules.places import pack
from bailee.rules.trace import Trace

T0 = 1_790_000_000_000
TODAY = T0 // DAY_MS
HOME, LEO, ANA, KITCHEN, HALL = (f"{number:032x}" for number in range(1, 6))
ERASURE = "era_aaaaaaaaaaaaaaaa"


def entry(type_: str, at: int = T0, **fields: Any) -> dict[str, Any]:
    asked = {"principal": ANA, "policy": "owner"} if "principal" in FIELDS[type_] else {}
    made = {"v": 1, "type": type_, "at": at, **asked, **fields}
    check(made)
    return made


def founded() -> dict[str, Any]:
    return entry("init", generation=1, expired_before=TODAY)


def address(person: str = LEO, begin: int = T0 - 5000, seq: int = 0) -> list[Any]:
    return [person, KITCHEN, begin, begin + 1000, seq]


def deposit(at: int = T0, *, where: list[Any] | None = None, days: int = 30) -> dict[str, Any]:
    where = where or address()
    return entry(
        "deposit",
        at,
        account=HOME,
        kind="audio",
        address=where,
        sources=[where],
        due=(TODAY + days) * DAY_MS,
    )


def release(at: int, where: list[Any] | None = None, kind: str = "audio") -> dict[str, Any]:
    where = where or address()
    return entry(
        "release",
        at,
        account=HOME,
        kind=kind,
        address=where,
        sources=[where],
        purpose="owner-view",
    )


def releases(at: int, where: list[Any] | None = None) -> dict[str, Any]:
    where = where or address()
    return entry(
        "releases",
        at,
        account=HOME,
        artefacts={"audio": pack([where, address(ANA)])},
        sources=pack([where, address(ANA)]),
        purpose="owner-view",
    )


def export(at: int) -> dict[str, Any]:
    return entry(
        "export",
        at,
        account=HOME,
        export="exp_aaaaaaaaaaaaaaaa",
        artefacts={"audio": 3},
        parts=[[LEO, KITCHEN, T0 - 9000, T0 - 5000, 3]],
        statement="0" * 64,
        until=at + DAY_MS,
        purpose="export",
    )


def erase(at: int, **changes: Any) -> dict[str, Any]:
    scope = {"person": LEO, "device": None, "kind": None, "begin": 0, "end": at}
    fields: dict[str, Any] = {
        "account": HOME,
        "erasure": ERASURE,
        "epoch": 1,
        "whole": "",
        "kind": None,
        "scope": scope,
        "addresses": [],
        "statement": "0" * 64,
    }
    return entry("erase", at, **{**fields, **changes})


def erased(at: int) -> dict[str, Any]:
    return entry(
        "erased",
        at,
        account=HOME,
        erasure=ERASURE,
        outcome="erased",
        recordings=1,
        artefacts={"audio": 1},
        held=0,
    )


def keep(at: int, days: int | None, *, voice: str = "house", **reach: str) -> dict[str, Any]:
    about = {"person": None, "device": None, "kind": "audio", **reach}
    changed = {"days": days, "voice": voice, "sooner": 0, "longer": 0, "erasure": None}
    return entry("keep", at, account=HOME, **about, **changed)


def rotate(at: int, generation: int = 2) -> dict[str, Any]:
    return entry("rotate", at, generation=generation, fresh=1)


def judged(*entries: dict[str, Any], now: int | None = None) -> Trace:
    trace = Trace()
    for index, each in enumerate(entries):
        trace.feed(index, each)
    trace.finish(now)
    return trace


def test_a_life_without_fault_has_no_problem() -> None:
    """Deposit, look, forget, clean up, rotate: nothing to say."""
    trace = judged(
        founded(),
        deposit(),
        release(T0 + 1),
        releases(T0 + 1),
        export(T0 + 1),
        erase(T0 + 2),
        erased(T0 + 3),
        rotate(T0 + 4),
    )
    assert trace.problems == []
    assert trace.remarks == []


FAULTS = {
    "released-after-the-person-was-forgotten": [
        founded(), deposit(), erase(T0 + 2), erased(T0 + 3), rotate(T0 + 4), release(T0 + 5),
    ],
    "released-after-its-address-was-forgotten": [
        founded(), deposit(), erase(T0 + 2, scope=None, addresses=[address()]), erased(T0 + 3),
        rotate(T0 + 4), release(T0 + 5),
    ],
    "released-after-its-kind-was-forgotten": [
        founded(), deposit(),
        erase(T0 + 2, kind="audio",
              scope={"person": None, "device": None, "kind": "audio", "begin": 0, "end": T0}),
        erased(T0 + 3), rotate(T0 + 4), release(T0 + 5),
    ],
    "released-with-others-after-the-person-was-forgotten": [
        founded(), deposit(), erase(T0 + 2), erased(T0 + 3), rotate(T0 + 4), releases(T0 + 5),
    ],
    "released-with-others-after-its-kind-was-forgotten": [
        founded(), deposit(),
        erase(T0 + 2, kind="audio",
              scope={"person": LEO, "device": None, "kind": "audio", "begin": 0, "end": T0}),
        erased(T0 + 3), rotate(T0 + 4), releases(T0 + 5),
    ],
    "taken-away-after-the-person-was-forgotten": [
        founded(), deposit(), erase(T0 + 2), erased(T0 + 3), rotate(T0 + 4), export(T0 + 5),
    ],
    "taken-in-after-it-was-forgotten": [
        founded(), erase(T0 + 2), erased(T0 + 3), rotate(T0 + 4), deposit(T0 + 5),
    ],
    "no-outcome-in-thirty-days": [
        founded(), deposit(), erase(T0 + 2), rotate(T0 + 3), rotate(T0 + 31 * DAY_MS, 3),
    ],
    "no-rotation-within-the-horizon": [
        founded(), deposit(), erase(T0 + 2), erased(T0 + 3), rotate(T0 + 2 * DAY_MS),
    ],
    "an-erasure-is-missing": [
        founded(), deposit(), erase(T0 + 2, epoch=2), erased(T0 + 3), rotate(T0 + 4),
    ],
    "a-day-is-let-expire-late": [
        founded(), deposit(days=1),
        entry("expire", T0 + 9 * DAY_MS, before=TODAY + 9, epoch=1), rotate(T0 + 9 * DAY_MS + 1),
    ],
    "founded-twice": [founded(), founded()],
    "begins-in-the-middle": [deposit()],
    "lifts-a-hold-that-does-not-stand": [
        founded(), entry("lift", T0, account=HOME, hold="hld_aaaaaaaaaaaaaaaa", epoch=1),
    ],
    "a-day-lives-again": [
        founded(), entry("expire", T0, before=TODAY - 3, epoch=1), rotate(T0 + 1),
    ],
    "taken-in-though-nothing-of-it-is-kept": [founded(), keep(T0, 0), deposit(T0 + 1)],
    "kept-for-longer-than-the-household-chose": [founded(), keep(T0, 7), deposit(T0 + 1, days=8)],
    "kept-for-longer-than-the-person-chose": [
        founded(), keep(T0, 7, person=LEO, voice="own"), keep(T0, 90, person=LEO),
        deposit(T0 + 1, days=8),
    ],
    "the-generation-goes-back": [founded(), rotate(T0, 3), rotate(T0 + 1, 2)],
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_one_problem(fault: str) -> None:
    """A broken duty is found, once, whatever else is in order."""
    assert len(judged(*FAULTS[fault]).problems) == 1, fault


def test_another_person_may_still_be_released() -> None:
    """Forgetting Leo says nothing about Ana."""
    trace = judged(
        founded(),
        deposit(),
        deposit(where=address(ANA)),
        erase(T0 + 2),
        erased(T0 + 3),
        rotate(T0 + 4),
        release(T0 + 5, address(ANA)),
    )
    assert trace.problems == []


def test_a_rule_holds_from_its_entry_until_it_is_taken_away() -> None:
    """What came before, of another kind or of somebody else is none of its business."""
    trace = judged(
        founded(),
        deposit(days=30),
        keep(T0 + 1, 7, person=LEO),
        keep(T0 + 1, 0, kind="video"),
        deposit(T0 + 2, where=address(seq=1), days=7),
        deposit(T0 + 2, where=address(ANA), days=30),
        keep(T0 + 3, None, person=LEO),
        deposit(T0 + 4, where=address(seq=2), days=30),
    )
    assert trace.problems == []


def test_what_was_recorded_after_a_forgotten_stretch_may_be_released() -> None:
    """A stretch ends where it says."""
    later = address(begin=T0 + 10_000)
    trace = judged(
        founded(),
        erase(T0 + 2),
        erased(T0 + 3),
        rotate(T0 + 4),
        deposit(T0 + 12_000, where=later),
        release(T0 + 13_000, later),
    )
    assert trace.problems == []


def test_what_is_due_and_never_expired_is_found_at_the_end() -> None:
    """A day nobody let expire shows when the auditor says what day it is."""
    entries = (founded(), deposit(days=1))
    assert judged(*entries).problems == []
    assert len(judged(*entries, now=T0 + 10 * DAY_MS).problems) == 1


def test_an_open_request_is_a_remark_until_it_is_late() -> None:
    """Thirty days, then a problem."""
    entries = (founded(), deposit(), erase(T0 + 2), rotate(T0 + 3))
    assert judged(*entries).remarks
    assert judged(*entries).problems == []


def test_an_entry_is_canonical_or_refused() -> None:
    """What `encode` writes `parse` reads; any other bytes of the same meaning are refused."""
    body = encode(deposit())
    assert parse(body) == deposit()
    for other in (body + b" ", body.replace(b'"v":1', b'"v": 1'), b"[]", b"{", b'{"v":1}'):
        with pytest.raises(EntryError):
            parse(other)


@pytest.mark.parametrize(
    "change",
    [
        {"extra": 1},
        {"kind": "diary"},
        {"account": "Leo"},
        {"address": ["Leo", KITCHEN, 1, 2, 3]},
        {"due": -1},
        {"due": 1.5},
        {"due": True},
        {"type": "gossip"},
        {"v": 2},
        {"at": "now"},
    ],
)
def test_an_entry_says_only_what_entries_may_say(change: dict[str, Any]) -> None:
    """Closed vocabularies, opaque tags, times; no other field."""
    with pytest.raises(EntryError):
        check({**deposit(), **change})


def test_after_a_restore_a_hold_may_be_lifted_that_was_laid_in_between() -> None:
    """The entry that laid it went with the folder; the journal remembers the lifting."""
    trace = judged(
        founded(),
        entry("restore", T0 + 1, generation=1, epoch=0),
        entry("lift", T0 + 2, account=HOME, hold="hld_aaaaaaaaaaaaaaaa", epoch=1),
        rotate(T0 + 3),
    )
    assert trace.problems == []
    assert trace.remarks
