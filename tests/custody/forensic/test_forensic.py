"""What the raw bytes of every file give away: plaintext never, keys as long as their root lives."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from bailee import Deposit, Kind, Selection, Vault
from bailee.clock import FixedClock
from bailee.custody.keys import KeyFinder
from bailee.custody.scan import needles_of
from bailee.custody.view import lock_of, sources_of
from bailee.errors import InputError
from bailee.seal import unwrap
from bailee.store.tables import artefact, shard
from bailee.types.recording import Deposited
from conftest import PostgresServer
from custody.forensic.disks import Disks
from support.attacker import roots_of
from support.vaults import HOUR_MS, NOW_MS, assert_sound

ACCOUNT, PERSON, DEVICE = "Lindenhof 17, Oberstadt", "Zephyrine Quillon", "Lamplight speaker 4711"
FILE = "walnuts-and-lamplight.wav"
SPOKEN = b"Nobody must hear of the seventeen walnuts under the lamp. "
TRANSCRIPT = b"the transcript: seventeen walnuts, under the lamp, on a Thursday"
LARGE = SPOKEN * 2000
"""Two chunks in the content store; `SPOKEN` alone is kept in its catalogue row."""


@pytest.fixture(params=["sqlite", "postgresql"])
def disks(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disks]:
    """The folders of a deployment; with PostgreSQL, those of a server of its own."""
    folders = tuple(tmp_path / name for name in ("vault", "root", "replica", "backup"))
    if request.param == "sqlite":
        yield Disks(folders)
        return
    server = PostgresServer()
    made = Disks((*folders, server._folder))
    url = server.fresh()
    (tmp_path / "url").write_text(url)
    made.remember()
    yield made
    server.close()


@pytest.fixture
def vault(disks: Disks, tmp_path: Path, clock: FixedClock) -> Iterator[Vault]:
    """With a replica and a backup that gets fresh rings."""
    url = tmp_path / "url"
    with Vault.create(
        tmp_path / "vault",
        root_store=tmp_path / "root",
        root_replicas=[tmp_path / "replica"],
        database=url.read_text() if url.exists() else None,
        clock=clock,
    ) as made:
        yield made


@dataclass
class Told:
    """One recording, with the keys it hangs on as they were in memory."""

    done: Deposited
    node: bytes
    own_node: bytes
    kek: bytes
    dek: bytes


def keep(vault: Vault, hours_ago: int, content: bytes, person: str = PERSON) -> Deposited:
    return vault.deposit(
        Deposit(
            account=ACCOUNT,
            person=person,
            device=DEVICE,
            kind=Kind.AUDIO,
            content=content,
            captured_at_ms=NOW_MS - hours_ago * HOUR_MS,
            name=FILE,
            details={"note": TRANSCRIPT.decode()},
        )
    )


def keys_of(vault: Vault, done: Deposited) -> Told:
    """The keys of an artefact, as custody finds them."""
    ring = vault._premises.ring

    def work(connection: sa.Connection) -> Told:
        row = connection.execute(sa.select(artefact).where(artefact.c.id == done.artefact_id)).one()
        lock = lock_of(row, sources_of(connection, row.id))
        over = [ring.node_over(connection, *place) for place in (lock.sources[0], lock.own)]
        assert over[0] is not None
        assert over[1] is not None
        kek = KeyFinder(connection, ring).kek(lock)
        assert kek is not None
        return Told(done, over[0].key, over[1].key, kek, unwrap(kek, row.wrapped_dek))

    return vault._premises.database.read(work)


def shard_key(vault: Vault, done: Deposited) -> bytes:
    """The key of the account's shard."""
    of = sa.select(artefact.c.account_id).where(artefact.c.id == done.artefact_id)
    row = vault._premises.database.read(
        lambda c: c.execute(sa.select(shard).where(shard.c.id == of.scalar_subquery())).one()
    )
    return unwrap(vault._premises.roots.find(row.generation), row.wrapped_key)


def test_no_plaintext_lies_in_any_file(vault: Vault, disks: Disks, tmp_path: Path) -> None:
    """Neither what was said nor any name, before and after erasing, rotating and a backup."""
    done = keep(vault, 3, LARGE)
    keep(vault, 2, SPOKEN)
    vault.deposit(
        Deposit(
            account=ACCOUNT,
            kind=Kind.TRANSCRIPT,
            content=TRANSCRIPT,
            derived_from=(done.recording_id,),
            name=FILE,
        )
    )
    secrets = (SPOKEN[:48], TRANSCRIPT, FILE.encode(), *map(str.encode, (ACCOUNT, PERSON, DEVICE)))
    vault.backup(tmp_path / "backup")
    for needle in secrets:
        assert disks.where(needle) == []
    vault.erase(Selection(account=ACCOUNT, recordings=(done.recording_id,)))
    vault.rotate()
    for needle in secrets:
        assert disks.where(needle) == []
    planted = tmp_path / "vault" / "planted"
    planted.write_bytes(b"..." + SPOKEN + b"...")
    assert disks.where(SPOKEN[:48]) == [planted]


@pytest.mark.parametrize("whole", [False, True], ids=["a recording", "a person"])
def test_keys_die_with_the_root_and_not_before(
    vault: Vault, disks: Disks, tmp_path: Path, whole: bool
) -> None:
    """Every key of what was erased is found under the root of that moment, none under the next.

    With a recording its leaf goes and the tree of its kind stays, with a person both. The keys of
    what lives are found before and after: the hunt itself works.
    """
    gone, stays = keep(vault, 3, LARGE), keep(vault, 2, SPOKEN, person="Ana")
    vault.backup(tmp_path / "backup")
    dying, living, shards = keys_of(vault, gone), keys_of(vault, stays), shard_key(vault, gone)
    bare = (dying.node, dying.own_node, dying.kek, dying.dek, living.node, living.dek, shards)
    dead = {dying.node, shards, *([dying.own_node] if whole else [])}
    roots_then = roots_of(vault)
    picked = () if whole else (gone.recording_id,)
    vault.erase(Selection(account=ACCOUNT, person=PERSON if whole else None, recordings=picked))

    assert all(disks.where(key) == [] for key in bare)
    assert dead | {living.node} <= disks.keys_under(roots_then)
    assert dying.dek in disks.wrapped_under(dying.kek)

    vault.rotate()
    vault.backup(tmp_path / "backup")
    roots_now = roots_of(vault)
    assert not set(roots_then) & set(roots_now)
    assert all(disks.where(root) == [] for root in roots_then)
    assert len(disks.where(roots_now[0])) == 2
    found = disks.keys_under(roots_now)
    assert not dead & found
    assert {living.node, shard_key(vault, stays)} <= found
    assert all(disks.where(key) == [] for key in bare)
    assert_sound(vault)


def test_the_key_of_a_lifted_hold_dies_with_the_root(vault: Vault, disks: Disks) -> None:
    """What it kept hung on it alone."""
    keep(vault, 3, SPOKEN)
    hold = vault.hold(Selection(account=ACCOUNT, person=PERSON))
    vault.erase(Selection(account=ACCOUNT, person=PERSON))
    vault.rotate()
    key = vault._premises.database.read(lambda c: vault._premises.ring.secret(c, hold.id))
    assert key is not None
    assert key in disks.keys_under(roots_of(vault))
    vault.lift(hold.id)
    vault.rotate()
    assert key not in disks.keys_under(roots_of(vault))


def test_scan_finds_plaintext_and_nothing_else(vault: Vault, tmp_path: Path) -> None:
    """Pieces of a file, and names: none in any file, but where one was planted."""
    keep(vault, 3, LARGE)
    vault.backup(tmp_path / "backup")
    pieces = needles_of(LARGE)
    assert vault.scan([*pieces, PERSON.encode(), FILE.encode()]).found == ()
    planted = tmp_path / "vault" / "planted"
    planted.write_bytes(b"..." + pieces[0])
    found = vault.scan(pieces).found
    assert {(each.place, each.wrapped) for each in found} == {(str(planted), False)}
    with pytest.raises(InputError):
        needles_of(b"a" * 100)


@pytest.mark.parametrize(
    "disks",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)],
    indirect=True,
)
def test_scan_finds_a_key_as_long_as_its_root_lives(vault: Vault, tmp_path: Path) -> None:
    """Wrapped, in database, root stores and backup; after the rotation nowhere."""
    done = keep(vault, 3, LARGE)
    vault.backup(tmp_path / "backup")
    told = keys_of(vault, done)
    vault.erase(Selection(account=ACCOUNT, person=PERSON))
    before = vault.scan([told.node]).found
    assert before
    assert all(each.wrapped for each in before)
    vault.rotate()
    assert vault.scan([told.node]).found == ()
