"""The registry of notices: which text is in force from when, and to whom it was shown (R-32)."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

import sqlalchemy as sa

from bailee.custody.desk import Transaction
from bailee.errors import ConflictError, DeniedError, EvidenceError, InputError, UnknownError
from bailee.household.ground import Ground
from bailee.household.messages.outbox import queue
from bailee.household.messages.templates import Template
from bailee.household.persons import require_person
from bailee.store.household_tables import notice as notice_table
from bailee.store.household_tables import notice_shown
from bailee.types.consent import Channel, Notice
from bailee.types.decide import Principal, Verb
from bailee.types.household import NoticeShown
from bailee.types.ids import AccountId, PersonId
from bailee.types.scope import Scope

_HEAD = {"covers", "material"}
BY_HAND = frozenset({Channel.PAGE, Channel.TERMINAL, Channel.VOICE, Channel.PAPER})
"""Channels by which a door shows a notice itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One version of a notice.

    Attributes:
        version: From 1.
        covers: The consents that can be given to it.
        material: Whether consents to an earlier version count no more.
        body: Markdown.
        text_hash: SHA-256 of the whole file; 32 bytes.
    """

    notice: Notice
    version: int
    covers: frozenset[Scope]
    material: bool
    body: str
    text_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A version that is, or was, in force; milliseconds since the epoch, UTC."""

    text: Text
    in_force_ms: int
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """The version in force, and the first one whose consents still count."""

    version: int
    counts_from: int


def parse_text(name: str, raw: bytes) -> Text:
    """Read a notice file.

    Args:
        name: Of the file, such as ``use.1.md``.
        raw: Its bytes.

    Raises:
        InputError: The name, the head or the body is not as it should be.
    """
    notice, _, rest = name.removesuffix(".md").rpartition(".")
    head, separator, body = raw.decode().removeprefix("---\n").partition("\n---\n")
    said = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    known = notice in set(Notice) and rest.isdecimal() and int(rest) > 0
    scopes = said.get("covers", "").split(", ")
    if not (known and separator and body.strip() and set(said) == _HEAD):
        raise InputError(f"{name} is no notice.")
    if not set(scopes) <= set(Scope) or said["material"] not in {"yes", "no"}:
        raise InputError(f"The head of {name} says what no notice says.")
    return Text(
        notice=Notice(notice),
        version=int(rest),
        covers=frozenset(Scope(each) for each in scopes),
        material=said["material"] == "yes",
        body=body.strip() + "\n",
        text_hash=sha256(raw).digest(),
    )


@cache
def bundled() -> tuple[Text, ...]:
    """Every text that comes with bailee, oldest version first."""
    folder = files("bailee.household.notices")
    found = (each for each in folder.iterdir() if each.name.endswith(".md"))
    texts = [parse_text(each.name, each.read_bytes()) for each in found]
    return tuple(sorted(texts, key=lambda text: (text.notice, text.version)))


def notice_for(scope: Scope, *, child: bool) -> Notice:
    """The notice that a consent is given to: to use, for a child, the one to its parents."""
    if scope is Scope.USE and child:
        return Notice.CHILDREN
    return Notice(scope.value)


class Notices:
    """Puts texts in force and keeps who was shown which."""

    def __init__(self, ground: Ground, texts: Iterable[Text] | None = None) -> None:
        """Take the bundled texts, unless others are given."""
        self._ground = ground
        chosen = bundled() if texts is None else texts
        self._texts = {(text.notice, text.version): text for text in chosen}

    def put_in_force(self) -> int:
        """Record every text not in force yet, in order of its version; how many. Idempotent.

        Raises:
            EvidenceError: A text differs from the one that was in force under its version.
        """

        def work(t: Transaction) -> int:
            known = {
                (Notice(row.name), row.version): bytes(row.text_hash)
                for row in t.connection.execute(sa.select(notice_table))
            }
            for key, text in self._texts.items():
                if known.get(key, text.text_hash) != text.text_hash:
                    raise EvidenceError(
                        f"The notice {key[0]} of version {key[1]} is not the one people saw.",
                        hint="A changed text needs a version of its own.",
                    )
            fresh = [self._texts[key] for key in sorted(self._texts) if key not in known]
            for text in fresh:
                _keep(t, text)
            return len(fresh)

        return self._ground.desk.write(work)

    def text(self, notice: Notice, version: int | None = None) -> Text:
        """A version of a notice; the one in force by default.

        Raises:
            UnknownError: There is none.
        """
        if version is None:
            version = self._ground.desk.read(lambda t: in_force(t, notice)).version
        found = self._texts.get((notice, version))
        if found is None:
            raise UnknownError("There is no such version of that notice.")
        return found

    def list(self) -> tuple[Listed, ...]:
        """Every version that is or was in force, by notice, oldest first. Anybody may know them."""

        def work(t: Transaction) -> tuple[Listed, ...]:
            rows = t.connection.execute(
                sa.select(notice_table)
                .where(notice_table.c.in_force_ms <= t.now_ms)
                .order_by(notice_table.c.name, notice_table.c.version)
            ).all()
            newest = {row.name: row.version for row in rows}  # in order, so the last one stays
            return tuple(
                Listed(
                    text=self.text(Notice(row.name), row.version),
                    in_force_ms=row.in_force_ms,
                    current=newest[row.name] == row.version,
                )
                for row in rows
                if (Notice(row.name), row.version) in self._texts  # of an older release, perhaps
            )

        return self._ground.desk.read(work)

    def shown(
        self, principal: Principal, account_id: AccountId, person_id: PersonId
    ) -> tuple[NoticeShown, ...]:
        """What somebody was shown, by which channel, and when that took it; oldest first.

        Raises:
            DeniedError: The gate said no.
            UnknownError: There is no such person in the household, or none they may know of.
        """
        self._ground.require(principal, Verb.LIST, account_id, person_id=person_id)

        def work(t: Transaction) -> tuple[NoticeShown, ...]:
            rows = t.connection.execute(
                sa.select(notice_shown)
                .where(
                    notice_shown.c.person_id == person_id,
                    notice_shown.c.account_id == account_id,
                )
                .order_by(
                    notice_shown.c.accepted_ms,
                    notice_shown.c.name,
                    notice_shown.c.version,
                    notice_shown.c.channel,
                )
            )
            return tuple(
                NoticeShown(
                    notice=Notice(row.name),
                    version=row.version,
                    channel=Channel(row.channel),
                    accepted_ms=row.accepted_ms,
                )
                for row in rows
            )

        return self._ground.desk.read(work)

    def show_oneself(
        self,
        principal: Principal,
        account_id: AccountId,
        person_id: PersonId,
        notice: Notice,
        version: int,
        channel: Channel,
    ) -> None:
        """`show` by a door that somebody signed in at: only they can say that it was before them.

        Raises as `show` does, and:
            DeniedError: The gate said no, or it is another who asks.
        """
        self._ground.require(principal, Verb.LIST, account_id, person_id=person_id)
        if principal.id != person_id:
            raise DeniedError("A notice is shown to whoever sits before it, and to nobody else.")
        self.show(account_id, person_id, notice, version, channel)

    def show(
        self,
        account_id: AccountId,
        person_id: PersonId,
        notice: Notice,
        version: int,
        channel: Channel,
    ) -> None:
        """Record that a door showed a version to somebody, whom it vouches for. Idempotent.

        Raises:
            InputError: The channel is not one by which a door shows anything itself.
            ConflictError: Another version is in force.
            UnknownError: There is no such person in the household.
        """
        if channel not in BY_HAND:
            raise InputError("A door shows a notice on a page, a terminal, aloud or on paper.")

        def work(t: Transaction) -> None:
            t.lock(account_id)
            require_person(t, account_id, person_id)
            require_current(t, notice, version)
            keep_shown(t, account_id, person_id, notice, version, channel)

        self._ground.desk.write(work)

    def send(self, account_id: AccountId, person_id: PersonId, notice: Notice) -> None:
        """Send the version in force to somebody: to their inbox at once, to their channels later.

        Raises:
            UnknownError: There is no such person in the household.
        """
        text = self.text(notice)

        def work(t: Transaction) -> None:
            t.lock(account_id)
            require_person(t, account_id, person_id)
            details = {"notice": notice.value, "version": str(text.version), "text": text.body}
            queue(t, account_id, person_id, Template.NOTICE, details)
            keep_shown(t, account_id, person_id, notice, text.version, Channel.INBOX)

        self._ground.desk.write(work)


def in_force(t: Transaction, notice: Notice) -> InForce:
    """Which version of *notice* is in force.

    Raises:
        UnknownError: None is yet.
    """
    rows = t.connection.execute(
        sa.select(notice_table.c.version, notice_table.c.material).where(
            notice_table.c.name == notice, notice_table.c.in_force_ms <= t.now_ms
        )
    ).all()
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


def _keep(t: Transaction, text: Text) -> None:
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
