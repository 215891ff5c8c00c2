"""The rows of notices: which version is in force, and to whom each was shown, with their entries."""

from dataclasses import dataclass

import sqlalchemy as sa

from bailee.custody.desk import Transaction
from bailee.errors import ConflictError, UnknownError
from bailee.household.notice_text import Text
from bailee.store.household_tables import notice as notice_table
from bailee.store.household_tables import notice_shown
from bailee.types.consent import Channel, Notice

BY_HAND = frozenset({Channel.PAGE, Channel.TERMINAL, Channel.VOICE, Channel.PAPER})
"""Channels by which a door shows a notice itself."""

# Built once: building and keying a statement costs more than running it.
_in_force = sa.select(notice_table.c.version, notice_table.c.material).where(
    notice_table.c.name == sa.bindparam("name"),
    notice_table.c.in_force_ms <= sa.bindparam("now_ms"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """The version in force, and the first one whose consents still count."""

    version: int
    counts_from: int


def in_force(t: Transaction, notice: Notice) -> InForce:
    """Which version of *notice* is in force.

    Raises:
        UnknownError: None is yet.
    """
    rows = t.connection.execute(_in_force, {"name": notice, "now_ms": t.now_ms}).all()
    if not rows:
        raise UnknownError("That notice is not in force.")
    material = [row.version for row in rows if row.material]
    return InForce(version=max(row.version for row in rows), counts_from=max(material, default=1))


def require_current(t: Transaction, notice: Notice, version: int) -> None:
    """Raise `ConflictError` unless *version* is the one in force."""
    if in_force(t, notice).version != version:
        raise ConflictError(
            "That notice has changed meanwhile.", hint="Show the one that is in force, then ask."
        )


def keep_shown(
    t: Transaction,
    account_id: str,
    person_id: str,
    notice: Notice,
    version: int,
    channel: Channel,
) -> None:
    """Record, once, that *channel* took a version for somebody, with its entry."""
    if was_shown(t, person_id, notice, version, channel):
        return
    t.connection.execute(
        sa.insert(notice_shown).values(
            person_id=person_id,
            name=notice,
            version=version,
            channel=channel,
            account_id=account_id,
            accepted_ms=t.now_ms,
        )
    )
    t.tell(
        "shown",
        account_id,
        person=t.tag(person_id),
        notice=notice,
        version=version,
        channel=channel,
    )


def was_shown(
    t: Transaction, person_id: str, notice: Notice, version: int, channel: Channel | None = None
) -> bool:
    """Whether somebody was shown a version, by *channel* or by any that a door uses itself."""
    channels = BY_HAND if channel is None else {channel}
    wanted = sa.select(notice_shown.c.accepted_ms).where(
        notice_shown.c.person_id == person_id,
        notice_shown.c.name == notice,
        notice_shown.c.version == version,
        notice_shown.c.channel.in_(channels),
    )
    return t.connection.execute(wanted).first() is not None


def keep_text(t: Transaction, text: Text) -> None:
    """Put a text in force, with its entry."""
    t.connection.execute(
        sa.insert(notice_table).values(
            name=text.notice,
            version=text.version,
            text_hash=text.text_hash,
            material=int(text.material),
            in_force_ms=t.now_ms,
        )
    )
    t.tell_of_vault(
        "notice",
        notice=text.notice,
        version=text.version,
        text=text.text_hash.hex(),
        material=text.material,
    )
