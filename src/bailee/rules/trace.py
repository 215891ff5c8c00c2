"""The ledger is a trace, the duties are properties over it (design §2).

`Trace` is fed the entries in order and knows nothing else: no clock, no store. What it cannot see it
does not claim; what it finds is a sentence with the entry's place.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush

from bailee.clock import DAY_MS, day_of, iso
from bailee.rules.entries import Entry
from bailee.rules.keep_for import days_for
from bailee.rules.places import unpack
from bailee.types.keep_for import DONT_KEEP, KeepRule, Reach, Voice
from bailee.types.kind import Kind

HORIZON_MS = DAY_MS
"""A rotation follows an erasure or expiry within it (design §1)."""
REQUEST_DAYS = 30
"""A request to forget has its outcome within them."""
LATE_DAYS = 2
"""A day may be punctured this much after it ended."""
_STEP_BACK_MS = 120_000

Address = tuple[str, str, int, int, int]


@dataclass(frozen=True, slots=True)
class _Gone:
    """A stretch an erasure named. None means everybody, every device."""

    person: str | None
    device: str | None
    begin: int
    end: int

    def touches(self, address: Address) -> bool:
        person, device, begin, end, _ = address
        return (
            self.person in {None, person}
            and self.device in {None, device}
            and begin <= self.end
            and self.begin <= end
        )


@dataclass(slots=True)
class _Forgotten:
    """What one account has asked to forget, of recordings ("") or of a kind."""

    stretches: dict[str, list[_Gone]] = field(default_factory=dict)
    addresses: dict[str, set[tuple[str, str, int, int]]] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        kind = entry["kind"] or ""
        scope = entry["scope"]
        if scope is not None:
            gone = _Gone(scope["person"], scope["device"], scope["begin"], scope["end"])
            self.stretches.setdefault(kind, []).append(gone)
        # Single leaves beside a stretch are recordings, or artefacts of the kind, reaching into it.
        for person, device, begin, _, sequence in entry["addresses"]:
            self.addresses.setdefault(kind, set()).add((person, device, begin, sequence))

    def holds(self, kind: str, address: Sequence[str | int]) -> bool:
        person, device, begin, end, sequence = address
        assert isinstance(person, str)
        assert isinstance(device, str)
        assert isinstance(begin, int)
        assert isinstance(end, int)
        assert isinstance(sequence, int)
        if (person, device, begin, sequence) in self.addresses.get(kind, ()):
            return True
        where = (person, device, begin, end, sequence)
        return any(gone.touches(where) for gone in self.stretches.get(kind, ()))


@dataclass(slots=True)
class Trace:
    """The state of a replay. Feed every entry from the first, then `finish`.

    Attributes:
        problems: Duties the trace breaks, each a sentence.
        remarks: What an auditor should know and no duty forbids.
    """

    horizon_ms: int = HORIZON_MS
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    _forgotten: dict[str, _Forgotten] = field(default_factory=dict)
    _open: dict[str, int] = field(default_factory=dict)
    _due: list[int] = field(default_factory=list)
    _expired_before: int = 0
    _unrotated: int | None = None
    _generation: int = 0
    _epoch: int = 0
    _latest_ms: int = 0
    _moving: dict[str, str] = field(default_factory=dict)
    _holds: set[str] = field(default_factory=set)
    _rules: dict[str, dict[tuple[Reach, Voice], KeepRule]] = field(default_factory=dict)
    _restored: bool = False

    def feed(self, index: int, entry: Entry) -> None:
        """Judge one entry, already checked for its form by `entries.parse`."""
        if index == 0 and entry["type"] != "init":
            self._problem(index, "the log does not begin with the founding of its vault")
        if entry["at"] < self._latest_ms - _STEP_BACK_MS:
            self.remarks.append(f"At entry {index} the vault's clock steps back.")
        self._latest_ms = max(self._latest_ms, entry["at"])
        self._watch_horizon(index, entry["at"])
        judge = getattr(self, f"_on_{entry['type']}", None)
        if judge is not None:
            judge(index, entry)

    def finish(self, now_ms: int | None = None) -> None:
        """Judge what is still open at *now_ms*, or at the last entry's time."""
        now_ms = self._latest_ms if now_ms is None else now_ms
        self._watch_horizon(None, now_ms)
        for erasure, asked_ms in sorted(self._open.items(), key=lambda each: each[1]):
            if now_ms - asked_ms > REQUEST_DAYS * DAY_MS:
                self.problems.append(f"The request {erasure} has had no outcome for too long.")
            else:
                self.remarks.append(f"The request {erasure} of {iso(asked_ms)} is still open.")
        if self._due and day_of(now_ms) - self._due[0] > LATE_DAYS:
            self.problems.append(
                f"What was due on {iso(self._due[0] * DAY_MS)[:10]} has not been let expire."
            )
        for erasure in self._moving:
            self.remarks.append(f"The reassignment {erasure} has not cut its old place yet.")

    def _problem(self, index: int, what: str) -> None:
        self.problems.append(f"Entry {index}: {what}.")

    # -- rotations and expiry -------------------------------------------------------------

    def _watch_horizon(self, index: int | None, now_ms: int) -> None:
        if self._unrotated is not None and now_ms - self._unrotated > self.horizon_ms:
            since = iso(self._unrotated)
            self.problems.append(
                f"What was forgotten at {since} was not made unrecoverable within "
                f"{self.horizon_ms // 3_600_000} hours" + (f" (entry {index})." if index else ".")
            )
            self._unrotated = None  # said once

    def _lost_keys(self, at_ms: int) -> None:
        if self._unrotated is None:
            self._unrotated = at_ms

    def _on_init(self, index: int, entry: Entry) -> None:
        if index:
            self._problem(index, "a vault is founded only once")
        self._generation, self._expired_before = entry["generation"], entry["expired_before"]

    def _on_rotate(self, index: int, entry: Entry) -> None:
        if entry["generation"] < self._generation:
            self._problem(index, "the generation goes back")
        self._generation, self._unrotated = entry["generation"], None

    def _on_expire(self, index: int, entry: Entry) -> None:
        self._advance_epoch(index, entry["epoch"])
        self._lost_keys(entry["at"])
        if entry["before"] < self._expired_before:
            self._problem(index, "a day that was over is said to live again")
        self._expired_before = max(self._expired_before, entry["before"])
        while self._due and self._due[0] < self._expired_before:
            late = day_of(entry["at"]) - heappop(self._due) - 1
            if late > LATE_DAYS:
                self._problem(index, f"a day is let expire {late} days late")

    # -- deposits and releases ------------------------------------------------------------

    def _on_deposit(self, index: int, entry: Entry) -> None:
        heappush(self._due, day_of(entry["due"]))
        self._watch_rules(
            index, entry, [each[:2] for each in (entry["address"], *entry["sources"])]
        )
        gone = self._forgotten.get(entry["account"])
        if gone and (
            any(gone.holds("", each) for each in entry["sources"])
            or gone.holds(entry["kind"], entry["address"])
        ):
            self._problem(index, "something is taken in that was forgotten before")

    def _on_deposits(self, index: int, entry: Entry) -> None:
        heappush(self._due, day_of(entry["due"]))
        self._watch_rules(index, entry, [(entry["person"], entry["device"])])
        gone = self._forgotten.get(entry["account"])
        if gone is None:
            return
        for kind in ("", entry["kind"]):
            for each in gone.stretches.get(kind, ()):
                inside = each.begin <= entry["begin"] and entry["end"] <= each.end
                whose = (entry["person"], entry["device"], entry["begin"], entry["end"], 0)
                if inside and each.touches(whose):
                    self._problem(index, "recordings are taken in that were forgotten before")

    def _on_release(self, index: int, entry: Entry) -> None:
        gone = self._forgotten.get(entry["account"])
        if gone and (
            any(gone.holds("", each) for each in entry["sources"])
            or gone.holds(entry["kind"], entry["address"])
        ):
            self._problem(index, "something is released after it was forgotten")

    def _on_releases(self, index: int, entry: Entry) -> None:
        gone = self._forgotten.get(entry["account"])
        if gone is None:
            return
        opened = [("", entry["sources"]), *entry["artefacts"].items()]
        if any(gone.holds(kind, each) for kind, where in opened for each in unpack(where)):
            self._problem(index, "something is released after it was forgotten")

    def _on_export(self, index: int, entry: Entry) -> None:
        """Of what lies between two moments the ledger tells that much, and no more."""
        gone = self._forgotten.get(entry["account"])
        if gone is None:
            return
        for person, device, begin, end, _ in entry["parts"]:
            if any(
                each.begin <= begin and end <= each.end
                for each in gone.stretches.get("", ())
                if each.touches((person, device, begin, end, 0))
            ):
                self._problem(index, "recordings are taken away that were forgotten before")

    def _on_reassign(self, index: int, entry: Entry) -> None:
        del index
        self._moving[entry["erasure"]] = entry["account"]

    # -- the household's own rules of keeping ------------------------------------------------

    def _on_keep(self, index: int, entry: Entry) -> None:
        del index
        reach = Reach(
            kind=Kind(entry["kind"]), person_id=entry["person"], device_id=entry["device"]
        )
        voice, standing = Voice(entry["voice"]), self._rules.setdefault(entry["account"], {})
        if entry["days"] is None:
            standing.pop((reach, voice), None)
        else:
            standing[reach, voice] = KeepRule(reach=reach, voice=voice, days=entry["days"])

    def _watch_rules(self, index: int, entry: Entry, wheres: Sequence[Sequence[str]]) -> None:
        """Tags stand for people and devices here: a rule and a deposit of one have the same."""
        standing = tuple(self._rules.get(entry["account"], {}).values())
        days = days_for(standing, Kind(entry["kind"]), [(who, what) for who, what in wheres])
        if days == DONT_KEEP:
            self._problem(index, "something is taken in that its household chose not to keep")
        elif days is not None and day_of(entry["due"]) > day_of(entry["at"]) + days:
            self._problem(index, "something is kept for longer than its household chose")

    # -- erasures and holds ---------------------------------------------------------------

    def _advance_epoch(self, index: int, epoch: int) -> None:
        if epoch not in {self._epoch, self._epoch + 1}:
            self._problem(index, f"the erasures between {self._epoch} and {epoch} are missing")
        self._epoch = max(self._epoch, epoch)

    def _on_replay(self, index: int, entry: Entry) -> None:
        if entry["from"] > self._epoch:
            self._problem(index, "it replays from a point the log has not reached")
        self._epoch = max(self._epoch, entry["to"])
        self._lost_keys(entry["at"])
        self.remarks.append(
            f"At entry {index} the vault learned of {entry['to'] - entry['from']} erasures from "
            "its journal, after a crash or a restore."
        )

    def _on_restore(self, index: int, entry: Entry) -> None:
        self._epoch = max(self._epoch, entry["epoch"])
        self._generation = max(self._generation, entry["generation"])
        self._restored = True  # entries written after the copy, a hold's too, may be missing
        self.remarks.append(f"At entry {index} the vault was restored from an older copy.")

    def _on_erase(self, index: int, entry: Entry) -> None:
        self._advance_epoch(index, entry["epoch"])
        self._forgotten.setdefault(entry["account"], _Forgotten()).add(entry)
        self._open.setdefault(entry["erasure"], entry["at"])
        self._moving.pop(entry["erasure"], None)
        self._lost_keys(entry["at"])

    def _on_erased(self, index: int, entry: Entry) -> None:
        asked_ms = self._open.pop(entry["erasure"], None)
        if asked_ms is not None and entry["at"] - asked_ms > REQUEST_DAYS * DAY_MS:
            self._problem(index, f"{entry['erasure']} had its outcome too late")

    def _on_hold(self, index: int, entry: Entry) -> None:
        del index
        self._holds.add(entry["hold"])

    def _on_lift(self, index: int, entry: Entry) -> None:
        self._advance_epoch(index, entry["epoch"])
        self._lost_keys(entry["at"])
        if entry["hold"] not in self._holds and not self._restored:
            self._problem(index, "a hold is lifted that does not stand")
        self._holds.discard(entry["hold"])
