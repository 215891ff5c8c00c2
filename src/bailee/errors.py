"""Every way bailee says no, in one tree.

*Denied*, *wrong*, *unknown*, *gone*, *conflict* and *unavailable* are different things and stay
different on every door. A message is one sentence with the evidence; `hint` says what to do next.
Neither ever holds content, names or keys.

| class | HTTP | exit code |
|---|---|---|
| `InputError` | 422 | 2 |
| `DeniedError` | 403 | 3 |
| `UnknownError` | 404 | 4 |
| `GoneError` | 410 | 5 |
| `ConflictError` | 409 | 6 |
| `EvidenceError` | 422 from a client, 500 from our own store | 7 |
| `UnavailableError` | 503 | 8 |
"""

from typing import ClassVar


class BaileeError(Exception):
    """The root of everything bailee raises on purpose."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class InputError(BaileeError):
    """What was handed in is wrong; nothing was stored, nothing was lost."""

    exit_code = 2


class DeniedError(BaileeError):
    """A decision said no. The refusal is in the ledger; `policy` is the id of what decided."""

    exit_code = 3

    def __init__(self, message: str, *, hint: str = "", policy: str = "") -> None:
        super().__init__(message, hint=hint)
        self.policy = policy


class UnknownError(BaileeError):
    """There is no such thing, or the caller may not know that there is."""

    exit_code = 4


class NothingToForgetError(UnknownError):
    """An erasure that would touch nothing: never reported as a success (R-15)."""

    def __init__(self, sentence: str) -> None:
        super().__init__(
            f"Nothing was forgotten: bailee holds nothing that fits “{sentence}”.",
            hint="See what is held with `bailee list`.",
        )


class GoneError(BaileeError):
    """It was here and is provably erased or expired."""

    exit_code = 5

    def __init__(self, what: str, *, erasure_id: str | None, since: str) -> None:
        self.erasure_id = erasure_id
        how = "was forgotten on" if erasure_id else "was forgotten, or its time was over, by"
        hint = f"Its receipt: `bailee receipt show {erasure_id}`." if erasure_id else ""
        super().__init__(f"{what} {how} {since}.", hint=hint)


class ConflictError(BaileeError):
    """The thing is not in a state in which this can be done."""

    exit_code = 6


class LateArrivalError(ConflictError):
    """A deposit whose time touches a forgotten stretch (design §1, late arrivals)."""

    def __init__(self, span: str) -> None:
        super().__init__(
            f"Refused: {span} touches a stretch of time that was forgotten.",
            hint="What was forgotten does not come back by a late upload; the refusal is logged.",
        )


class UnkeptError(ConflictError):
    """A deposit of what its household chose not to keep (R-02, R-19)."""

    def __init__(self, kind: str) -> None:
        super().__init__(
            f"Refused: this household chose not to keep {kind} of whom this is of, from there.",
            hint="Nothing of it was stored. What is kept, and for how long, is set under “Keep for”.",
        )


class ClockStepError(ConflictError):
    """Expiry asked to step further than policy allows, as a wrong clock would."""

    def __init__(self, *, days: int, allowed_days: int, would_go: int) -> None:
        self.would_go = would_go
        super().__init__(
            f"Refused: this would let {days} days expire at once (policy allows {allowed_days}) "
            f"and end {would_go} recording{'' if would_go == 1 else 's'}.",
            hint=f"If the clock is right, repeat with `--confirm {would_go}`.",
        )


class EvidenceError(BaileeError):
    """Bytes do not verify: tampered with, damaged, or made with another key."""

    exit_code = 7


class UnavailableError(BaileeError):
    """It cannot be done or checked now; refused all the same."""

    exit_code = 8


class RootMissingError(UnavailableError):
    """No root store holds the root that opens this ring."""

    def __init__(self, evidence: str) -> None:
        super().__init__(
            f"The keys of this vault cannot be opened: {evidence}.",
            hint="Bring the root store or a replica back to where `root_stores` in vault.json says, "
            "or name its new place there; the ring that opens today is kept beside it.",
        )


class JournalGapError(UnavailableError):
    """Erasures are known to have happened that no root store can name any more."""

    def __init__(self, *, have: int, need: int) -> None:
        super().__init__(
            f"Refused: this copy knows erasures up to {have}, the root stores know of {need}, and "
            "none of them can say what went between.",
            hint="Restore a newer copy, or attach the root store that holds the journal. There is "
            "no override: opening this copy would bring back what was forgotten.",
        )


class ReplicaUnreachableError(UnavailableError):
    """A root store, or a backup that gets fresh rings, is away; a rotation waits for it."""

    def __init__(self, place: str, evidence: str) -> None:
        self.place = place
        super().__init__(
            f"{place} cannot be reached: {evidence}.",
            hint="Bring it back, or give it up by name with "
            f"`bailee rotate --detach {place}`; until then nothing is called unrecoverable.",
        )
