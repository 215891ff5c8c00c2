"""Sessions and tokens as facts for the gate: what is not found, or is another's, bars."""

from dataclasses import dataclass

import sqlalchemy as sa

from bailee.identity.house import Identity
from bailee.types.decide import Principal, PrincipalKind
from bailee.types.session_facts import SessionSheet
from bailee.types.sign_in import SessionState

_AGELESS = SessionSheet(second_factor_ms=None, stepped_up_ms=None)
"""It lives, and nobody showed a factor in it."""


@dataclass(frozen=True, slots=True)
class IdentitySessions:
    """Implements `types.session_facts.SessionFacts` over the tables of signing in."""

    identity: Identity

    def __call__(self, connection: sa.Connection, principal: Principal) -> SessionSheet | None:
        """The sheet of ``principal.session``, read in the caller's transaction.

        A person's is a session that is complete, a device's a token; a link has no more to it than
        the household's own table says. The operator and staff have none, nor has a voice: nobody
        signs in by speaking.
        """
        match principal.kind:
            case PrincipalKind.PERSON:
                return self._session(connection, principal)
            case PrincipalKind.DEVICE:
                return self._token(connection, principal)
            case PrincipalKind.LINK:
                return _AGELESS
            case PrincipalKind.OPERATOR | PrincipalKind.STAFF | PrincipalKind.VOICE:
                return None

    def _session(self, connection: sa.Connection, principal: Principal) -> SessionSheet | None:
        found = self.identity.session_of(connection, principal.session)
        if found is None or found.person_id != principal.id:
            return None
        if found.state is not SessionState.FULL:
            return None  # may set up a second factor, and do nothing that the gate is asked
        return SessionSheet(
            second_factor_ms=found.second_factor_ms, stepped_up_ms=found.stepped_up_ms
        )

    def _token(self, connection: sa.Connection, principal: Principal) -> SessionSheet | None:
        found = self.identity.tokens.by_id(connection, principal.session)
        return _AGELESS if found is not None and found.device_id == principal.id else None
