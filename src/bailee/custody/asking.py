"""Asking the gate: custody does nothing for anybody without a decision about all it touches (R-22).

Order: look → decide → act. What is touched is looked up in one transaction, decided about outside
of any (facts are looked up through other connections), and looked up again, under the account's
lock, in the transaction that acts. If anything moved in between (whom it touches, a consent, a
right, a stay, a link) that transaction is given up and all is decided anew. So what was decided
holds at the moment of the entry. A crash anywhere before that moment leaves nothing, or a refusal.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Generic, Protocol, TypeVar

import sqlalchemy as sa

from bailee.custody import entries
from bailee.custody.address import changes_of
from bailee.custody.premises import Premises
from bailee.errors import DeniedError, UnavailableError
from bailee.types.decide import Access, Decision
from bailee.types.ids import AccountId

NO_ACCOUNT = AccountId("")
"""Of a deposit whose account is not there yet, and will be made by it."""
NO_CHANGES = 0
"""How often an account changed that only deposits have touched."""
_TRIES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a verb touches, in the words of the gate.

    Attributes:
        accesses: One for each person and device; at least one.
        changes: How often each account touched had changed when this was looked up.
    """

    accesses: tuple[Access, ...]
    changes: tuple[tuple[AccountId, int | None], ...]


Q = TypeVar("Q", bound=Question)
Q_co = TypeVar("Q_co", bound=Question, covariant=True)
T = TypeVar("T")


class Look(Protocol[Q_co]):
    """Looks up what is touched, here and now; with *lock*, holding the account until the end."""

    def __call__(self, connection: sa.Connection, *, lock: bool = False) -> Q_co: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Generic[Q]):
    """A yes to a question, and the policy that gave it."""

    question: Q
    policy: str

    def said(self, connection: sa.Connection, premises: Premises) -> dict[str, str]:
        """Who asked and by which policy, as entries say it."""
        access = self.question.accesses[0]
        principal = entries.principal_tag(
            connection, premises, access.account_id, access.principal.id
        )
        return {"principal": principal, "policy": self.policy}


class MovedError(Exception):
    """Raised in the transaction that acts, when what was decided about is not as it was."""


def act(premises: Premises, look: Look[Q], work: Callable[[sa.Connection, Answer[Q]], T]) -> T:
    """Decide about what *look* finds, then do *work* in a transaction in which it finds the same.

    Raises:
        DeniedError: The decision was no; it is in the ledger.
    """

    def under_lock(connection: sa.Connection, answer: Answer[Q]) -> T:
        if look(connection, lock=True) != answer.question:
            raise MovedError
        return work(connection, answer)

    return attempt(premises, look, under_lock)


def attempt(
    premises: Premises,
    look: Callable[[sa.Connection], Q],
    work: Callable[[sa.Connection, Answer[Q]], T],
    *,
    answer: Answer[Q] | None = None,
) -> T:
    """The same where *work* compares by itself, and raises `MovedError`.

    An *answer* that was given just now may be handed in, to begin with.
    """
    for _ in range(_TRIES):
        answer = answer or require(premises, look)
        try:
            return premises.database.write(partial(_carry_out, work=work, answer=answer))
        except MovedError:
            answer = None
    raise UnavailableError(
        "What this touches changed each time it was decided about.",
        hint="Nothing was done. Repeat it.",
    )


def _carry_out(
    connection: sa.Connection, work: Callable[[sa.Connection, Answer[Q]], T], answer: Answer[Q]
) -> T:
    return work(connection, answer)


def require(premises: Premises, look: Callable[[sa.Connection], Q]) -> Answer[Q]:
    """Decide about what *look* finds. Raises `DeniedError`."""
    question = premises.database.read(look)
    return Answer(question=question, policy=decide(premises, question))


def decide(premises: Premises, question: Question) -> str:
    """The policy that allows all of it: what touches two is allowed only if it may be for either.

    Raises:
        DeniedError: One no is a no; it is in the ledger.
    """
    allowed = ""
    for access in question.accesses:
        decision = premises.decide(access)
        if not decision.allowed:
            premises.database.write(partial(_refuse, premises=premises, no=(access, decision)))
            raise _denied(access, decision)
        allowed = allowed or decision.policy
    return allowed


def _denied(access: Access, decision: Decision) -> DeniedError:
    message = f"To {access.verb} this is not allowed (policy {decision.policy})."
    return DeniedError(
        f"{message} {decision.why}".strip(),
        hint="The refusal is in the ledger.",
        policy=decision.policy,
    )


def _refuse(connection: sa.Connection, premises: Premises, no: tuple[Access, Decision]) -> None:
    access, decision = no
    refuse(connection, premises, access, why="denied", policy=decision.policy)


def refuse(
    connection: sa.Connection, premises: Premises, access: Access, *, why: str, policy: str | None
) -> None:
    """The entry of a no. Where there is no account it is the vault's, and names nobody."""
    account_id = access.account_id
    known = changes_of(connection, account_id) is not None
    entries.append(
        connection,
        premises,
        "refusal",
        account_id if known else entries.VAULT,
        account=entries.tag(connection, premises, account_id) if known else None,
        verb=access.verb,
        why=why,
        kind=access.kind,
        purpose=None if policy is None else access.purpose,
        policy=policy,
        principal=entries.principal_tag(connection, premises, account_id, access.principal.id)
        if known
        else None,
    )
