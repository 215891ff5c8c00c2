"""A story in seven parts: keep, look, forget, prove, be attacked.

Run as `make demo`. It makes real speech and film, keeps them in a vault in a temporary folder,
forgets some of it in four ways and lets some expire, and then plays the attacker. Every sentence it
prints it has checked; a surprise ends it with a non-zero status.

`door.py` goes on from here: people, and the API.
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attack import Opened, Stolen, artefacts_in, loot, ring_of, roots_in, steal
from house import ACCOUNT, ANA, DOOR, LEO, PHONE, SCENES, Piece, furnish
from media import MissingToolError, ToolFailedError
from telling import SurpriseError, check, clock, count, table, title

from bailee import BaileeError, Deposit, Kind, Purpose, Query, Recording, Selection, Vault
from bailee.clock import DAY_MS, to_datetime
from bailee.custody import receipt
from bailee.custody.erase import Asked
from bailee.errors import GoneError, LateArrivalError, UnknownError

_HOUR_MS = 3_600_000
_KEPT = frozenset({"dentist", "goodnight"})


@dataclass(slots=True)
class Stage:
    """Where the story plays."""

    folder: Path
    vault: Vault
    now_ms: int
    pieces: dict[str, Piece]
    copies: dict[str, Stolen]
    slips: list[tuple[str, dict[str, Any], Asked]]
    forgotten: set[str]

    @property
    def home(self) -> Path:
        return self.vault.home

    @property
    def roots(self) -> list[Path]:
        return [Path(each) for each in self.vault.config.root_stores]

    def copy_folder(self, before: str) -> None:
        """What a backup program, or a thief, takes at this moment."""
        self.copies[before] = steal(self.home, self.folder / f"copy {len(self.copies) + 1}")

    def of(self, *keys: str) -> list[Piece]:
        """The pieces made from these scenes."""
        return [piece for key, piece in self.pieces.items() if key.split(",")[0] in keys]


def main() -> int:
    """Tell the story; 0 if every sentence held."""
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="bailee-demo-"))
    try:
        stage = open_stage(folder)
        for part in (look, forget, come_late, expire, attack_too_early, rotate, attack, last_look):
            part(stage)
        stage.vault.close()
        print(f"\nAll of it held, in {time.monotonic() - began:.0f} seconds.")
    except (SurpriseError, BaileeError, MissingToolError, ToolFailedError) as error:
        print(f"\n   ✗ {error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder)
    return 0


# -- 1 and 2: keep and look ---------------------------------------------------------------


def open_stage(folder: Path) -> Stage:
    title(1, "A house: two people, three devices")
    vault = Vault.create(
        folder / "vault", root_store=folder / "root", root_replicas=[folder / "second root"]
    )
    media = folder / "media"
    media.mkdir()
    now_ms = time.time_ns() // 1_000_000
    pieces = furnish(vault, media, now_ms)
    shutil.rmtree(media)
    filmed = sum(scene.filmed for scene in SCENES)
    check(
        len(vault.list(Query(account=ACCOUNT)).recordings) == len(SCENES),
        f"{len(SCENES) - filmed} spoken and {filmed} filmed recordings were made and deposited",
    )
    check(
        all(plain(vault, piece) == piece.content for piece in pieces.values()),
        f"with a text of each, and a reminder made from two: {len(pieces)} artefacts; each opens",
    )
    return Stage(folder, vault, now_ms, pieces, {}, [], set())


def plain(vault: Vault, piece: Piece) -> bytes:
    """A piece's bytes, as its owner sees them."""
    return b"".join(vault.release(piece.artefact_id, purpose=Purpose.OWNER_VIEW).stretches)


def look(stage: Stage) -> None:
    title(2, "What is held")
    show_list(stage.vault)


def show_list(vault: Vault) -> None:
    heads = ("when (UTC)", "who", "device", "seconds", "what", "until")
    table(heads, [shown(each) for each in vault.list(Query(account=ACCOUNT)).recordings])


def shown(recording: Recording) -> tuple[str, ...]:
    until = min(each.kept_until_day for each in recording.artefacts)
    return (
        f"{to_datetime(recording.begin_ms):%d %b %H:%M}",
        recording.person,
        recording.device,
        f"{(recording.end_ms - recording.begin_ms) / 1000:.0f}",
        ", ".join(sorted({each.kind for each in recording.artefacts})),
        f"{to_datetime(until * DAY_MS):%d %b %Y}",
    )


# -- 3 to 5: forget -----------------------------------------------------------------------


def forget(stage: Stage) -> None:
    title(3, "Forgetting, in four ways (a copy of the whole folder is stolen before each)")
    walnuts, memo = stage.pieces["walnuts"], begin_of(stage, "memo")
    erase(
        stage,
        "one recording",
        Selection(account=ACCOUNT, recordings=(walnuts.recording_id,)),
        [*stage.of("walnuts"), stage.pieces["a reminder from both"]],
    )
    erase(
        stage,
        "a stretch of time",
        Selection(account=ACCOUNT, from_ms=memo - _HOUR_MS // 2, to_ms=memo + _HOUR_MS // 2),
        stage.of("memo"),
    )
    erase(stage, "a device", Selection(account=ACCOUNT, device=DOOR), stage.of("parcel", "bicycle"))
    erase(stage, "a person", Selection(account=ACCOUNT, person=LEO), stage.of("surprise"))
    known = knows(stage.vault, person=LEO) or knows(stage.vault, device=DOOR)
    check(not known, f"nobody called {LEO} is known any more, and no device called {DOOR}")


def knows(vault: Vault, *, person: str | None = None, device: str | None = None) -> bool:
    try:
        vault.list(Query(account=ACCOUNT, person=person, device=device))
    except UnknownError:
        return False
    return True


def begin_of(stage: Stage, key: str) -> int:
    return stage.vault.show(stage.pieces[key].recording_id).begin_ms


def erase(stage: Stage, what: str, selection: Selection, gone: list[Piece]) -> None:
    """Forget, and prove it by the receipt alone."""
    stage.copy_folder(what)
    print(f"   {what.capitalize()}: {selection.sentence()}.")
    plan = stage.vault.plan(selection)
    asked, erasure = stage.vault.erase(selection)
    slip = stage.vault.receipt(erasure.id, asked=asked)
    proof = receipt.verify(slip, stage.vault.config.vkey)
    planned, went = sum(plan.artefacts.values()), sum(erasure.artefacts.values())
    check(
        planned == went == len(gone) and plan.recordings == erasure.recordings,
        f"{count(erasure.recordings, 'recording')} and {count(went, 'artefact')} went, "
        "as the dry run had said",
    )
    check(all(is_gone(stage.vault, piece) for piece in gone), "none of them opens any more")
    check(
        proof.unreadable_since_ms == erasure.unreadable_since_ms
        and proof.unrecoverable_since_ms is None,
        f"its receipt verifies offline: unreadable since {clock(proof.unreadable_since_ms)}",
    )
    stage.slips.append((what, slip, asked))
    stage.forgotten |= {piece.artefact_id for piece in gone}
    print()


def is_gone(vault: Vault, piece: Piece) -> bool:
    try:
        vault.release(piece.artefact_id, purpose=Purpose.OWNER_VIEW)
    except GoneError:
        return True
    return False


def come_late(stage: Stage) -> None:
    title(4, "A phone that was offline comes back, with what was forgotten")
    again = stage.pieces["memo"]
    late = Deposit(
        account=ACCOUNT,
        person=ANA,
        device=PHONE,
        kind=again.kind,
        content=again.content,
        captured_at_ms=begin_of_scene(stage, "memo"),
    )
    refused = False
    try:
        stage.vault.deposit(late)
    except LateArrivalError:
        refused = True
    check(refused, "it is refused, and the ledger says that it came")


def begin_of_scene(stage: Stage, key: str) -> int:
    hours = next(scene.hours_ago for scene in SCENES if scene.key == key)
    return stage.now_ms // DAY_MS * DAY_MS - int(hours * _HOUR_MS)


def expire(stage: Stage) -> None:
    title(5, "Two days go by: the shopping list was to be kept for one")
    stage.copy_folder("its expiry")
    gone = stage.of("shopping")
    ended = stage.vault.expire(as_of_ms=stage.now_ms + 2 * DAY_MS)
    check(
        sum(ended.artefacts.values()) == len(gone) and all(is_gone(stage.vault, p) for p in gone),
        f"it went by itself, {count(len(gone), 'artefact')}; everything else is kept on",
    )
    stage.forgotten |= {piece.artefact_id for piece in gone}


# -- 6 to 8: attack, rotate, attack ---------------------------------------------------------


def attack_too_early(stage: Stage) -> None:
    title(6, "The attacker comes before the root key is changed")
    print("   He has the five stolen folders, and the root key of today.")
    got = loot(list(stage.copies.values()), roots_in(stage.roots))
    lost = stage.forgotten & set(got)
    check(
        lost == stage.forgotten,
        f"he opens all {len(lost)} forgotten artefacts: unreadable is not yet unrecoverable",
    )


def rotate(stage: Stage) -> None:
    print("\n   So the root key changes: daily, by a timer for `bailee rotate`; here at once.")
    turned = stage.vault.rotate()
    check(turned.unrecoverable == len(stage.slips), "the old one is destroyed on both root stores")
    rows = []
    for what, slip, asked in stage.slips:
        fresh = stage.vault.receipt(slip["erasure"], asked=asked)
        proof = receipt.verify(fresh, stage.vault.config.vkey)
        if proof.unrecoverable_since_ms is None:
            raise SurpriseError(f"{what} is not unrecoverable")
        rows.append(
            (
                what,
                str(fresh["recordings"]),
                str(sum(fresh["artefacts"].values())),
                clock(proof.unreadable_since_ms),
                clock(proof.unrecoverable_since_ms),
            )
        )
    print()
    heads = ("forgotten", "recordings", "artefacts", "unreadable since", "unrecoverable since")
    table(heads, rows)
    print()
    check(len(rows) == len(stage.slips), "each receipt has both stamps now, and verifies offline")


def attack(stage: Stage) -> None:
    title(7, "The attacker comes again, with everything there is")
    stage.copy_folder("nothing (today)")
    print("   The stolen folders, the folder of today, the ring beside the root, today's root.")
    keys = roots_in(stage.roots)
    everything = [*stage.copies.values(), *map(ring_of, stage.roots)]
    rows = [
        (before, *tally(stage, [copy], loot([copy, *map(ring_of, stage.roots)], keys)))
        for before, copy in stage.copies.items()
    ]
    rows.append(("all together", *tally(stage, everything, loot(everything, keys))))
    print()
    heads = ("copy taken before", "artefacts in it", "forgotten: opened", "living: opened")
    table(heads, rows)
    print()
    found = loot(everything, keys)
    check(not stage.forgotten & set(found), "nothing that was forgotten opens, in any copy")
    living = [piece for piece in stage.pieces.values() if piece.artefact_id not in stage.forgotten]
    check(
        all(found[piece.artefact_id].content == piece.content for piece in living),
        f"all {len(living)} that were not forgotten do, byte for byte",
    )
    names = {opened.name for opened in found.values()}
    check(LEO not in names and DOOR not in names and ANA in names, f"nor does the name {LEO}")


def tally(stage: Stage, copies: Sequence[Stolen], got: dict[str, Opened]) -> tuple[str, str, str]:
    mine = {piece.artefact_id for piece in stage.pieces.values()}
    return (
        str(len(mine & artefacts_in(copies))),
        str(len(stage.forgotten & set(got))),
        str(len((mine & set(got)) - stage.forgotten)),
    )


def last_look(stage: Stage) -> None:
    title(8, "What is held now")
    show_list(stage.vault)
    print()
    left = {piece.artefact_id for piece in stage.of(*_KEPT)}
    check(
        {p.artefact_id for p in stage.pieces.values()} - stage.forgotten == left,
        f"{len(_KEPT)} recordings and their texts, {len(left)} artefacts",
    )
    report = stage.vault.fsck(deep=True)
    check(report.is_clean, "keys, catalogue, contents, ledger and root stores fit together")
    said = [piece.content[:48] for piece in stage.pieces.values() if piece.kind is Kind.TRANSCRIPT]
    findings = stage.vault.scan([text for text in said if len(text) >= 8])
    check(
        not findings.found,
        f"no spoken word lies in the clear in any of its {findings.files} files",
    )


if __name__ == "__main__":
    sys.exit(main())
