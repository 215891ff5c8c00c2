"""Deciders for tests of custody, and one of each verb that they decide."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

import sqlalchemy as sa

from bailee.custody.vault import Vault
from bailee.store.rooms import ALL_TABLES
from bailee.store.tables import entry
from bailee.types.decide import Access, Decision, Principal, PrincipalKind
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose
from bailee.types.recording import Deposit
from support.vaults import HOME, NOW_MS, all_of, derived, said

ANA = Principal(kind=PrincipalKind.PERSON, id="per_ana", session="ses_one")
LARGE = 200_000
"""Bytes: more than is sealed in memory, so it is read as it is sealed."""


def elsewhere(step: Callable[[], object]) -> None:
    """Do it in another thread, and wait until it is done."""
    failed: list[BaseException] = []

    def work() -> None:
        try:
            step()
        except BaseException as error:  # noqa: BLE001 - told to the test that waits
            failed.append(error)

    thread = Thread(target=work)
    thread.start()
    thread.join(timeout=60)
    assert not thread.is_alive(), "it waits for whoever waits for it"
    assert not failed, failed


@dataclass
class Gate:
    """Says yes while `open`. What is to happen `meanwhile` comes between its yes and its use."""

    open: bool = True
    meanwhile: Callable[[], object] | None = None
    asked: list[Access] = field(default_factory=list)

    def __call__(self, access: Access) -> Decision:
        self.asked.append(access)
        decision = Decision(allowed=self.open, policy="yes" if self.open else "no")
        if self.meanwhile is not None:
            step, self.meanwhile = self.meanwhile, None
            elsewhere(step)
        return decision

    def close(self, vault: Vault) -> None:
        """As a withdrawal does: under the account's lock, in a transaction of its own."""
        vault.desk().write(lambda t: t.lock(t.find_account(HOME)))
        self.open = False


def gated(vault: Vault) -> Gate:
    """Let a fresh one decide for *vault* from now on."""
    gate = Gate()
    vault.desk().decide_by(gate)
    return gate


@dataclass
class World:
    """Leo and Ana in one house, something of both, and Ana's under a hold."""

    vault: Vault
    leo: str
    alone: str
    both: str
    hold: str
    upload: io.BytesIO

    @classmethod
    def of(cls, vault: Vault) -> "World":
        leo = said(vault, NOW_MS - 9000, person="Leo")
        ana = said(vault, NOW_MS - 8000, person="Ana", device="hall")
        both = derived(vault, leo.recording_id, ana.recording_id)
        alone = said(vault, NOW_MS - 7000, person="Leo")
        hold = vault.hold(all_of(device="hall"))
        return cls(
            vault=vault,
            leo=leo.recording_id,
            alone=alone.recording_id,
            both=both.artefact_id,
            hold=hold.id,
            upload=io.BytesIO(bytes(LARGE)),
        )

    def item(self, **more: Any) -> Deposit:
        given = {
            "account": HOME,
            "kind": Kind.AUDIO,
            "content": self.upload,
            "person": "Leo",
            "device": "kitchen",
            "captured_at_ms": NOW_MS - 1000,
            **more,
        }
        return Deposit(**given)


VERBS: dict[str, Callable[[World, Principal], object]] = {
    "deposit": lambda w, p: w.vault.deposit(w.item(), principal=p),
    "deposit of somebody new": lambda w, p: w.vault.deposit(w.item(person="Eve"), principal=p),
    "deposit in a new home": lambda w, p: w.vault.deposit(w.item(account="new"), principal=p),
    "deposit of two": lambda w, p: w.vault.deposit(w.item(also=("Ana",)), principal=p),
    "deposit of what derives": lambda w, p: w.vault.deposit(
        w.item(person=None, device=None, derived_from=(w.leo,)), principal=p
    ),
    "deposits": lambda w, p: w.vault.deposit_many([w.item(), w.item(content=b"y")], principal=p),
    "release": lambda w, p: list(
        w.vault.release(w.leo, purpose=Purpose.OWNER_VIEW, principal=p).stretches
    ),
    "plan": lambda w, p: w.vault.plan(all_of(person="Leo"), principal=p),
    "forget": lambda w, p: w.vault.forget(all_of(recordings=(w.leo,)), principal=p),
    "erase somebody": lambda w, p: w.vault.erase(all_of(person="Leo"), principal=p),
    "erase a kind": lambda w, p: w.vault.erase(all_of(kind=Kind.TRANSCRIPT), principal=p),
    "retain": lambda w, p: w.vault.retain(all_of(person="Leo"), 3, principal=p),
    "reassign": lambda w, p: w.vault.reassign(HOME, w.alone, "Eve", principal=p),
    "hold": lambda w, p: w.vault.hold(all_of(person="Leo"), principal=p),
    "lift": lambda w, p: w.vault.lift(w.hold, principal=p),
}


def rows(vault: Vault) -> dict[str, list[str]]:
    """Every row of every table but the ledger's outbox."""

    def work(connection: sa.Connection) -> dict[str, list[str]]:
        return {
            table.name: sorted(map(repr, connection.execute(sa.select(table))))
            for table in ALL_TABLES
            if table is not entry
        }

    return vault._premises.database.read(work)
