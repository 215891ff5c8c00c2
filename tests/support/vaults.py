"""Short words for what tests of custody do all the time."""

import secrets
from typing import Any

import sqlalchemy as sa

from bailee.clock import FixedClock
from bailee.custody.vault import Vault
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose
from bailee.types.query import Query
from bailee.types.recording import Deposit, Deposited
from bailee.types.selection import Selection

NOW_MS = 1_790_000_000_000
"""A moment in September 2026: 21 seconds before 14:13:41 UTC."""
HOUR_MS = 3_600_000
LARGE = 5_000
"""Bytes: more than a catalogue row takes in, so it becomes a content of its own."""
HOME = "home"


def said(
    vault: Vault,
    at_ms: int,
    *,
    person: str = "Leo",
    device: str = "kitchen",
    content: bytes | None = None,
    duration_ms: int = 500,
    kind: Kind = Kind.AUDIO,
    account: str = HOME,
    keep_days: int | None = None,
) -> Deposited:
    """Deposit a small recording."""
    return vault.deposit(
        Deposit(
            account=account,
            person=person,
            device=device,
            kind=kind,
            content=secrets.token_bytes(64) if content is None else content,
            captured_at_ms=at_ms,
            duration_ms=duration_ms,
            keep_days=keep_days,
        )
    )


def derived(
    vault: Vault,
    *sources: str,
    kind: Kind = Kind.TRANSCRIPT,
    content: bytes = b"no more walnuts",
    account: str = HOME,
    **more: Any,
) -> Deposited:
    """Deposit something made from recordings."""
    return vault.deposit(
        Deposit(
            account=account,
            kind=kind,
            content=content,
            derived_from=sources,  # type: ignore[arg-type]  # ids as tests hand them about
            **more,
        )
    )


def opened(vault: Vault, opaque_id: str, kind: Kind | None = None) -> bytes:
    """The whole of an artefact, as its owner sees it."""
    released = vault.release(opaque_id, purpose=Purpose.OWNER_VIEW, kind=kind)
    return b"".join(released.stretches)


def listed(vault: Vault, **filters: Any) -> list[str]:
    """The ids of the recordings of a list, all pages of it."""
    found: list[str] = []
    after = ""
    while True:
        page = vault.list(Query(**filters, after=after))
        found += [each.id for each in page.recordings]
        if not page.next:
            return found
        after = page.next


def all_of(**parts: Any) -> Selection:
    """A selection in the one account of most tests."""
    return Selection(account=HOME, **parts)


def entry_types(vault: Vault) -> list[str]:
    """The types of the ledger's entries, in order."""
    from bailee.rules import entries
    from bailee.store.tables import entry

    vault.publish()
    rows = vault._premises.database.read(
        lambda c: c.scalars(sa.select(entry.c.body).order_by(entry.c.log_index)).all()
    )
    return [entries.parse(body)["type"] for body in rows]


def assert_sound(vault: Vault) -> None:
    """Everything fits together, to the last byte."""
    report = vault.fsck(deep=True)
    assert report.is_clean, report.problems


def reopened(vault: Vault, clock: FixedClock | None = None) -> Vault:
    """Close a vault and open it again, as a restart does."""
    home, ticking = vault.home, clock or vault._premises.clock
    vault.close()
    return Vault.open(home, clock=ticking)
