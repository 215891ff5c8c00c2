"""The vault: custody's verbs over one open folder.

`Vault.create` makes one, `Vault.open` opens one after bringing it up to date with its root stores.
What each verb promises stands in its own module.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa

from bailee.clock import Clock, SystemClock
from bailee.custody import (
    address,
    backup,
    cleanup,
    deposit,
    entries,
    erase,
    expire,
    fsck,
    hold,
    holding,
    keep_for,
    look,
    publish,
    reassign,
    receipt,
    release,
    restore,
    retain,
    rotate,
    ruled,
    scan,
    startup,
    tally,
    view,
)
from bailee.custody.backup import BackedUp
from bailee.custody.chosen import Asking
from bailee.custody.config import Config, read_config, write_config
from bailee.custody.desk import Desk
from bailee.custody.erase import Asked
from bailee.custody.expire import Expired
from bailee.custody.export import Exporting
from bailee.custody.found import LEDGER_SECRET, content_url, found, open_database
from bailee.custody.fsck import Report
from bailee.custody.hold import Hold
from bailee.custody.keep_for import Change, Ruled
from bailee.custody.look import Looked
from bailee.custody.owner import OWNER, decide_owner
from bailee.custody.premises import Premises, Progress, no_progress
from bailee.custody.reassign import Reassigned
from bailee.custody.release import Released
from bailee.custody.retain import Retained
from bailee.custody.rotate import Rotated
from bailee.custody.scan import Findings
from bailee.custody.staging import Staging
from bailee.store.content import open_content
from bailee.store.database import Database
from bailee.store.ledger import FolderLedger, Log
from bailee.store.ring import Ring
from bailee.store.roots import FileRootStore, RootStores
from bailee.tlog import Checkpoint, Signer
from bailee.types.cut import Cut, whole
from bailee.types.decide import Access, Decide, Principal
from bailee.types.density import Tally
from bailee.types.erasure import Erasure, Plan
from bailee.types.ids import AccountId, ArtefactId
from bailee.types.keep_for import KeepPlan, KeepRule
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose
from bailee.types.query import Page, Query
from bailee.types.recording import Deposit, Deposited, Recording
from bailee.types.selection import Selection
from bailee.types.upload import Limits

LEDGER_FOLDER = "ledger"


class Vault:
    """An open vault. Use it from any number of threads; close it, or use it in a `with`."""

    def __init__(self, home: Path, config: Config, premises: Premises) -> None:
        """Use `create`, `open` or `restore`."""
        self.home = home
        self.config = config
        self._premises = premises

    # -- opening and closing --------------------------------------------------------------

    @classmethod
    def create(
        cls,
        home: Path,
        *,
        root_store: Path | None = None,
        root_replicas: Sequence[Path] = (),
        database: str | None = None,
        content: str | None = None,
        clock: Clock | None = None,
    ) -> Self:
        """Make an empty vault in *home* and open it.

        Args:
            home: A folder that is empty or not there yet.
            root_store: Where the root key lives, outside *home*; beside it by default.
            root_replicas: Further root stores, on other disks or machines.
            database: A PostgreSQL URL; SQLite in *home* by default.
            content: A URL of S3 and kin; a folder in *home* by default.
            clock: The machine's by default.

        Raises:
            ConflictError: Something is there already.
            InputError: A URL is none.
        """
        home = home.absolute()
        stores = [root_store or home.with_name(home.name + ".root"), *root_replicas]
        ticking = clock or SystemClock()
        found(home, ticking, root_stores=stores, database=database, content=content)
        return cls.open(home, clock=ticking)

    @classmethod
    def open(cls, home: Path, *, clock: Clock | None = None, decide: Decide = decide_owner) -> Self:
        """Open the vault in *home*, after forgetting what its root stores say was forgotten.

        Raises:
            UnknownError: There is no vault there.
            RootMissingError: No root store has its root.
            JournalGapError: It is a copy from before erasures that no store can name any more.
        """
        return cls._open(home, clock=clock, decide=decide)

    @classmethod
    def _open(
        cls,
        home: Path,
        *,
        clock: Clock | None = None,
        decide: Decide = decide_owner,
        restored: bool = False,
    ) -> Self:
        home = home.absolute()
        config = read_config(home)
        with ExitStack() as refused:
            roots = _open_roots(config)
            refused.callback(roots.close)
            database = open_database(home, config)
            refused.callback(database.close)
            adopted = startup.adopt_ring(database, roots, bytes.fromhex(config.vault_id))
            premises = _open_premises(
                home, config, database, roots, clock=clock or SystemClock(), decide=decide
            )
            refused.callback(premises.content.close)
            startup.recover(premises, adopted=adopted or restored)
            refused.pop_all()
        return cls(home, config, premises)

    @classmethod
    def restore(
        cls,
        directory: Path,
        home: Path,
        *,
        root_stores: Sequence[Path] = (),
        database: str | None = None,
        content: str | None = None,
        clock: Clock | None = None,
    ) -> Self:
        """Rebuild a vault in *home* from the backup in *directory*; see `restore`."""
        home = home.absolute()
        restore.restore(
            directory, home, root_stores=root_stores, database=database, content=content
        )
        # A crash before this is over leaves husks, which `fsck` sweeps, and no entry that says so.
        return cls._open(home, clock=clock, restored=True)

    def close(self) -> None:
        """Publish what waits in the outbox, and let go of every file and connection."""
        try:
            publish.publish(self._premises)
        finally:
            self._premises.content.close()
            self._premises.roots.close()
            self._premises.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def desk(self) -> Desk:
        """Where the rooms above custody write rows of their own, sealed values and entries."""
        return Desk(self._premises)

    # -- keeping and showing --------------------------------------------------------------

    def deposit(self, item: Deposit, *, principal: Principal = OWNER) -> Deposited:
        """Take one artefact into custody; durable when this returns."""
        return deposit.deposit(self._premises, item, principal=principal)

    def deposit_many(
        self, items: Sequence[Deposit], *, principal: Principal = OWNER
    ) -> list[Deposited]:
        """Take several into custody, sharing transactions, syncs and decisions."""
        return deposit.deposit_many(self._premises, items, principal=principal)

    def staging(self, limits: Limits | None = None) -> Staging:
        """Uploads that come piece by piece, until each is whole and is deposited."""
        return Staging(self._premises, limits or Limits())

    def exporting(self) -> Exporting:
        """Archives of what is held: prepared, and released as they are fetched."""
        return Exporting(self._premises)

    def list(self, query: Query) -> Page:
        """One page of what is held."""
        return view.page(self._premises, query)

    def tally(self, query: Query, begin_ms: int, end_ms: int, width_ms: int) -> tuple[Tally, ...]:
        """How many recordings begin in each slot of a stretch of time."""
        return tally.tally(self._premises, query, begin_ms, end_ms, width_ms)

    def holding(self, query: Query) -> Mapping[Kind, int]:
        """How much there is of each kind."""
        return holding.holding(self._premises, query)

    def show(self, recording_id: str) -> Recording:
        """One recording with what is held of it."""
        return view.show(self._premises, recording_id)

    def release(
        self,
        opaque_id: str,
        *,
        purpose: Purpose,
        kind: Kind | None = None,
        principal: Principal = OWNER,
        cut: Cut = whole,
    ) -> Released:
        """Open a recording or artefact, or what *cut* says; logged before the first byte."""
        return release.release(
            self._premises,
            opaque_id,
            purpose=purpose,
            kind=kind,
            principal=principal,
            cut=cut,
        )

    def look(
        self,
        account_id: AccountId,
        artefact_ids: Sequence[ArtefactId],
        *,
        purpose: Purpose,
        principal: Principal = OWNER,
        at_most_bytes: int | None = None,
    ) -> tuple[Looked, ...]:
        """Open those of many artefacts that may be opened; one entry tells them all."""
        asking = Asking(principal=principal, purpose=purpose)
        return look.look(
            self._premises, account_id, artefact_ids, asking, at_most_bytes=at_most_bytes
        )

    def questions(
        self,
        opaque_id: str,
        *,
        purpose: Purpose,
        kind: Kind | None = None,
        principal: Principal = OWNER,
    ) -> tuple[Access, ...]:
        """What the gate would be asked before `release`, one for each of those it is of."""
        return release.questions(
            self._premises, opaque_id, purpose=purpose, kind=kind, principal=principal
        )

    # -- forgetting -----------------------------------------------------------------------

    def plan(self, selection: Selection, *, principal: Principal = OWNER) -> Plan:
        """What erasing would touch; changes nothing."""
        return erase.plan(self._premises, selection, principal=principal)

    def forget(self, selection: Selection, *, principal: Principal = OWNER) -> Asked:
        """The moment of forgetting alone, durable; `finish` cleans up after it."""
        return erase.forget(self._premises, selection, principal=principal)

    def finish(self, erasure_id: str, *, progress: Progress = no_progress) -> Erasure:
        """Clean up after an erasure, to its outcome."""
        cleanup.finish(self._premises, erasure_id, progress=progress)
        return erase.show(self._premises, erasure_id)

    def erase(
        self,
        selection: Selection,
        *,
        principal: Principal = OWNER,
        progress: Progress = no_progress,
    ) -> tuple[Asked, Erasure]:
        """Forget and clean up."""
        return erase.erase(self._premises, selection, principal=principal, progress=progress)

    def erasure(self, erasure_id: str) -> Erasure:
        """An erasure, as far as it has come."""
        return erase.show(self._premises, erasure_id)

    def receipt(self, erasure_id: str, *, asked: Asked | None = None) -> dict[str, Any]:
        """The receipt of an erasure as it stands now, with its proofs."""
        return receipt.make(self._premises, erasure_id, asked=asked)

    def retain(
        self, selection: Selection, keep_for_days: int, *, principal: Principal = OWNER
    ) -> Retained:
        """Keep longer, or shorter."""
        return retain.retain(self._premises, selection, keep_for_days, principal=principal)

    def keep_rules(self, account_id: AccountId) -> tuple[KeepRule, ...]:
        """Every rule of a household about how long a kind is kept."""
        return self._premises.database.read(lambda c: ruled.rules_of(c, account_id))

    def plan_keep(self, change: Change) -> KeepPlan:
        """What a change of such a rule would do to what is stored; changes nothing."""
        return keep_for.plan(self._premises, change)

    def keep(self, change: Change, *, longer: bool = False) -> Ruled:
        """Let a change of such a rule count, for what comes and for what is stored."""
        return keep_for.put(self._premises, change, longer=longer)

    def reassign(
        self, account: str, recording_id: str, person: str, *, principal: Principal = OWNER
    ) -> Reassigned:
        """Give a recording to another person."""
        return reassign.reassign(self._premises, account, recording_id, person, principal=principal)

    def expire(
        self,
        *,
        as_of_ms: int | None = None,
        confirm: int | None = None,
        progress: Progress = no_progress,
    ) -> Expired:
        """End everything whose day is over."""
        return expire.expire(self._premises, as_of_ms=as_of_ms, confirm=confirm, progress=progress)

    def hold(self, selection: Selection, *, principal: Principal = OWNER) -> Hold:
        """Stop the destruction of a part of an account."""
        return hold.hold(self._premises, selection, principal=principal)

    def lift(self, hold_id: str, *, principal: Principal = OWNER) -> Hold:
        """End a hold, and clean up what only it kept."""
        lifted = hold.lift(self._premises, hold_id, principal=principal)
        cleanup.finish_open(self._premises)
        cleanup.finish_expired(self._premises)
        return lifted

    def holds(self) -> Sequence[Hold]:
        """Every hold there is or was."""
        return hold.standing(self._premises)

    # -- the whole vault ------------------------------------------------------------------

    def rotate(self) -> Rotated:
        """Begin a new generation: what was forgotten becomes unrecoverable."""
        return rotate.rotate(self._premises)

    def detach(self, place: str) -> None:
        """Give up a root store by name; it may still hold the root of today."""
        config = self.config.without_store(place)

        def work(connection: sa.Connection) -> None:
            entries.append(
                connection,
                self._premises,
                "detach",
                entries.VAULT,
                stores=len(config.root_stores),
            )

        self._premises.database.write(work)
        # A crash here: the entry stands and the store is still asked; detach it again.
        write_config(self.home, config)
        self.config = config
        self._premises.roots.close()
        self._premises.roots = _open_roots(config)

    def backup(self, directory: Path, *, progress: Progress = no_progress) -> BackedUp:
        """Copy content, catalogue, ledger and ring to *directory*, which then gets fresh rings."""
        return backup.backup(self._premises, self.config, directory, progress=progress)

    def backups(self) -> tuple[Path, ...]:
        """The folders of its backups, which get fresh rings at each rotation."""
        return backup.places(self._premises)

    def forget_backup(self, directory: Path) -> None:
        """Give up a backup by name: it gets no fresh rings and opens nothing after a rotation."""
        backup.forget_place(self._premises, directory)

    def fsck(self, *, deep: bool = False, progress: Progress = no_progress) -> Report:
        """Check that everything fits together; collect orphans."""
        return fsck.fsck(self._premises, deep=deep, progress=progress)

    def scan(self, needles: Sequence[bytes], *, progress: Progress = no_progress) -> Findings:
        """Hunt plaintext or keys through every file of this vault."""
        return scan.scan(self._premises, self.config, needles, progress=progress)

    def derived_key(self, use: str) -> bytes:
        """A key of 32 bytes for a door's own notes: the same for the same *use*, gone with the root.

        Notes made under it tell nothing to who has the folder alone.
        """
        return self._premises.database.read(
            lambda connection: address.derived_key(connection, self._premises, use)
        )

    def resume(self) -> None:
        """Drive on what a crash, or a store that was away, left open. Idempotent."""
        startup.resume(self._premises)

    def unreachable(self) -> tuple[str, ...]:
        """The root stores that cannot be read now."""
        return self._premises.roots.unreachable()

    def publish(self) -> int:
        """Bring the ledger up to the outbox; its size."""
        return publish.publish(self._premises)

    def ledger_head(self) -> tuple[bytes, Checkpoint]:
        """The latest checkpoint: as a signed note, and what it says."""
        publish.publish(self._premises)
        note = self._premises.log.checkpoint()
        assert note is not None, "made by init"
        return note, self._premises.log.head()

    def ledger_file(self, path: str) -> bytes | None:
        """A file of the ledger by its C2SP path; None where there is none.

        Raises:
            InputError: No ledger has such a path.
        """
        return FolderLedger(self.home / LEDGER_FOLDER).read(path)

    def ledger_export(self, directory: Path) -> Checkpoint:
        """Copy the ledger to *directory*, for `audit`."""
        publish.publish(self._premises)
        return self._premises.log.export(directory)


def _open_roots(config: Config) -> RootStores:
    vault_id = bytes.fromhex(config.vault_id)
    return RootStores([FileRootStore(Path(each), vault_id) for each in config.root_stores])


def _open_premises(
    home: Path,
    config: Config,
    database: Database,
    roots: RootStores,
    *,
    clock: Clock,
    decide: Decide,
) -> Premises:
    ring = Ring(_Roots(roots).root_of)
    seed = database.read(lambda connection: ring.secret(connection, LEDGER_SECRET))
    assert seed is not None, "made by init"
    signer = Signer.from_seed(config.origin, seed)
    ledger = FolderLedger(home / LEDGER_FOLDER)
    return Premises(
        home=home,
        vault_id=bytes.fromhex(config.vault_id),
        vkey=config.vkey,
        database=database,
        ring=ring,
        content=open_content(content_url(home, config)),
        roots=roots,
        log=Log.create(ledger, signer, config.origin),
        clock=clock,
        decide=decide,
        policy=config.policy,
        expiry_step_days=config.expiry_step_days,
        horizon_ms=config.horizon_hours * 3_600_000,
    )


class _Roots:
    """Remembers the root of the generation last asked for, until another one is asked for."""

    def __init__(self, stores: RootStores) -> None:
        self._stores = stores
        self._known: tuple[int, bytes] | None = None

    def root_of(self, generation: int) -> bytes:
        known = self._known
        if known is None or known[0] != generation:
            known = self._known = (generation, self._stores.find(generation))
        return known[1]
