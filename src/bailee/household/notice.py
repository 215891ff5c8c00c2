"""The registry of notices: which text is in force from when, and to whom it was shown (R-32)."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from bailee.custody.desk import Transaction
from bailee.errors import DeniedError, EvidenceError, InputError, UnknownError
from bailee.household.ground import Ground
from bailee.household.messages.outbox import queue
from bailee.household.messages.templates import Template
from bailee.household.notice_rows import BY_HAND, in_force, keep_shown, keep_text, require_current
from bailee.household.notice_text import Text, bundled
from bailee.household.persons import require_person
from bailee.store.household_tables import notice as notice_table
from bailee.store.household_tables import notice_shown
from bailee.types.consent import Channel, Notice
from bailee.types.decide import Principal, Verb
from bailee.types.household import NoticeShown
from bailee.types.ids import AccountId, PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A version that is, or was, in force; milliseconds since the epoch, UTC."""

    text: Text
    in_force_ms: int
    current: bool


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
                keep_text(t, text)
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
