"""Sessions: an opaque token for the browser, its hash and the facts for us.

A session begins only when both factors were proven (or with an invitation, to set one up), always
under a token made at that moment, and gets another one whenever it may do more: a token that
somebody planted or saw earlier is worth nothing. It ends by its absolute time, by idleness, one by
one, and all at once when a password or factor changes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bailee.clock import Clock
from bailee.identity.network import network_of
from bailee.identity.settings import Settings
from bailee.identity.token import hash_token, new_token
from bailee.store.database import AnyRow
from bailee.store.identity_tables import session
from bailee.types.sealed import SealFor
from bailee.types.sign_in import Client, Factor, Session, SessionId, SessionState, new_session_id

# Built once: building and keying a statement costs more than running it.
_alive = sa.select(session).where(
    session.c.expires_ms > sa.bindparam("now_ms"),
    session.c.used_ms > sa.bindparam("idle_since_ms"),
)
_alive_by_id = _alive.where(session.c.id == sa.bindparam("id"))
_alive_by_token = _alive.where(session.c.token_hash == sa.bindparam("token_hash"))

_TOUCH_MS = 60_000
_LONGEST_DESCRIPTION = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A session as its person sees it: what it runs on, and the coarse network it came from."""

    session: Session
    device: str
    network: str


class Sessions:
    """Methods with a connection work in its transaction."""

    def __init__(self, settings: Settings, sealer: SealFor, clock: Clock) -> None:
        self._settings = settings
        self._sealer = sealer
        self._clock = clock

    def start(
        self,
        connection: sa.Connection,
        *,
        person_id: str,
        account_id: str,
        state: SessionState,
        factor: Factor,
        client: Client,
        second_factor_ms: int | None,
        stepped_up_ms: int | None = None,
    ) -> tuple[str, Session]:
        """A new session under a new token, with the ages of what was proven."""
        now_ms = self._clock.now_ms()
        lasts_ms = self._settings.session_ms
        if state is SessionState.ENROL:
            lasts_ms = self._settings.enrol_ms
        token, fresh = new_token(), new_session_id()
        row = {
            "token_hash": hash_token(token),
            "id": fresh,
            "person_id": person_id,
            "account_id": account_id,
            "state": state.value,
            "factor": factor.value,
            "made_ms": now_ms,
            "used_ms": now_ms,
            "expires_ms": now_ms + lasts_ms,
            "second_factor_ms": second_factor_ms,
            "stepped_up_ms": stepped_up_ms,
            "about": self._about(connection, person_id, fresh, client),
        }
        made = connection.execute(sa.insert(session).values(row).returning(session)).one()
        return token, _session(made)

    def find(self, connection: sa.Connection, token: str) -> Session | None:
        """The live session of *token* (untrusted)."""
        return self._find(connection, _alive_by_token, {"token_hash": hash_token(token)})

    def by_id(self, connection: sa.Connection, session_id: str) -> Session | None:
        """The live session of that id: for the gate, which knows no tokens."""
        return self._find(connection, _alive_by_id, {"id": session_id})

    def _find(
        self, connection: sa.Connection, wanted: sa.Select[Any], asked: Mapping[str, object]
    ) -> Session | None:
        now_ms = self._clock.now_ms()
        alive = {"now_ms": now_ms, "idle_since_ms": now_ms - self._settings.idle_ms}
        row = connection.execute(wanted, {**asked, **alive}).one_or_none()
        return None if row is None else _session(row)

    def is_stale(self, found: Session) -> bool:
        """Whether it is time to `touch` it: not at each request."""
        return not 0 <= self._clock.now_ms() - found.used_ms < _TOUCH_MS

    def touch(self, connection: sa.Connection, token: str) -> None:
        """Note that it is in use, unless it has ended meanwhile."""
        connection.execute(
            sa.update(session)
            .where(session.c.token_hash == hash_token(token), self._alive())
            .values(used_ms=self._clock.now_ms())
        )

    def step_up(
        self, connection: sa.Connection, token: str, factor: Factor
    ) -> tuple[str, Session] | None:
        """The same session, able to do more, under a new token; None when it has ended."""
        now_ms, fresh = self._clock.now_ms(), new_token()
        moved = connection.execute(
            sa.update(session)
            .where(
                session.c.token_hash == hash_token(token),
                session.c.state == SessionState.FULL.value,
                self._alive(),
            )
            .values(
                token_hash=hash_token(fresh),
                factor=factor.value,
                used_ms=now_ms,
                second_factor_ms=now_ms,
                stepped_up_ms=now_ms,
            )
            .returning(session)
        ).one_or_none()
        return None if moved is None else (fresh, _session(moved))

    def list(self, connection: sa.Connection, person_id: str) -> tuple[Shown, ...]:
        """A person's live sessions, the last used first."""
        wanted = sa.select(session).where(session.c.person_id == person_id, self._alive())
        rows = connection.execute(wanted.order_by(session.c.used_ms.desc(), session.c.id))
        return tuple(self._shown(connection, row) for row in rows)

    def how_many(self, connection: sa.Connection, person_id: str) -> int:
        """How many live, full sessions a person has."""
        wanted = sa.select(sa.func.count()).where(
            session.c.person_id == person_id,
            session.c.state == SessionState.FULL.value,
            self._alive(),
        )
        return int(connection.execute(wanted).scalar_one())

    @staticmethod
    def end(connection: sa.Connection, person_id: str, session_id: str) -> bool:
        """End one of a person's sessions; False when there is none such."""
        ended = connection.execute(
            sa.delete(session).where(session.c.person_id == person_id, session.c.id == session_id)
        )
        return ended.rowcount == 1

    @staticmethod
    def end_all(connection: sa.Connection, person_id: str, *, keep: SessionId | None = None) -> int:
        """End all of a person's sessions but *keep*; how many ended."""
        whose = session.c.person_id == person_id
        kept = sa.true() if keep is None else session.c.id != keep
        return connection.execute(sa.delete(session).where(whose, kept)).rowcount

    def sweep(self, connection: sa.Connection) -> None:
        """Drop what has ended by itself."""
        connection.execute(sa.delete(session).where(sa.not_(self._alive())))

    def _alive(self) -> sa.ColumnElement[bool]:
        now_ms = self._clock.now_ms()
        return sa.and_(
            session.c.expires_ms > now_ms, session.c.used_ms > now_ms - self._settings.idle_ms
        )

    def _about(
        self, connection: sa.Connection, person_id: str, session_id: str, client: Client
    ) -> bytes:
        about = about_client(client)
        return self._sealer.seal(
            connection, person_id, json.dumps(about).encode(), b"session/" + session_id.encode()
        )

    def _shown(self, connection: sa.Connection, row: AnyRow) -> Shown:
        context = b"session/" + row.id.encode()
        opened = self._sealer.open(connection, row.person_id, row.about, context)
        about = json.loads(opened) if opened else {"device": "", "network": ""}
        return Shown(session=_session(row), device=about["device"], network=about["network"])


def about_client(client: Client) -> dict[str, str]:
    """What a person is told of where a sign-in came from."""
    kept = "".join(char for char in client.description if char.isprintable())
    return {"device": kept[:_LONGEST_DESCRIPTION], "network": network_of(client.address)}


def _session(row: AnyRow) -> Session:
    return Session(
        id=row.id,
        person_id=row.person_id,
        account_id=row.account_id,
        state=SessionState(row.state),
        factor=Factor(row.factor),
        made_ms=row.made_ms,
        used_ms=row.used_ms,
        expires_ms=row.expires_ms,
        second_factor_ms=row.second_factor_ms,
        stepped_up_ms=row.stepped_up_ms,
    )
