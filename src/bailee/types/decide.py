"""The one question asked before anything is done with what bailee holds, and its answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from bailee.types.ids import AccountId, ArtefactId, DeviceId, PersonId, RecordingId
from bailee.types.kind import Kind
from bailee.types.network import Network
from bailee.types.purpose import Purpose
from bailee.types.span import Span


class Verb(StrEnum):
    """The closed list of what can be asked for."""

    VIEW = "view"
    """See it: a film, a picture, a text, a place. A film's sound comes with it."""
    HEAR = "hear"
    """Hear a sound recording."""
    DOWNLOAD = "download"
    """Take a copy away."""
    LIVE = "live"
    """Watch a camera now."""
    LIST = "list"
    """Learn that it exists, and what it is called. Who may not, is told that there is none."""
    SHARE = "share"
    """Show it to someone outside the household: make a link."""
    ADMIT = "admit"
    """Let someone into the household: a member, a guest, a right, a longer stay."""
    ENTRUST = "entrust"
    """Make someone an owner, or change or end an owner's part."""
    DEPOSIT = "deposit"
    ERASE = "erase"
    ERASE_ALL = "erase-all"
    """Forget everything there is of a person, a device or an account."""
    RETAIN = "retain"
    """Keep it longer, or shorter."""
    REASSIGN = "reassign"
    """Give a recording to another person."""
    CONSENT = "consent"
    WITHDRAW = "withdraw"
    """Take a consent back. It only ever ends a use."""
    ADMINISTER = "administer"
    """Names, rooms, devices, settings; never who else is let in, which is `admit`."""
    HOLD = "hold"
    """Lay a legal hold, or lift it."""
    TRAIN = "train"
    REVIEW = "review"
    """Look at a recording as one who works for the operator."""


class PrincipalKind(StrEnum):
    """What kind of thing asks."""

    OPERATOR = "operator"
    """Whoever runs the vault, on the machine itself: the command line."""
    PERSON = "person"
    DEVICE = "device"
    VOICE = "voice"
    """Whoever speaks at a listening endpoint; the id is its device's."""
    STAFF = "staff"
    LINK = "link"
    """Whoever holds a link that was shared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who asks.

    Attributes:
        kind: What kind of thing.
        id: Opaque, and of one kind only (``per_…``, ``dev_…``): the ledger's tag is made of it.
        session: The session, token or link through which they ask; opaque, for `Facts` alone.
        network: Where they ask from. The door vouches for it, as for who they are: it saw the
            peer's address. Where it says nothing, nothing opens.
    """

    kind: PrincipalKind
    id: str
    session: str = ""
    network: Network = Network.BARRED


OPERATOR = Principal(kind=PrincipalKind.OPERATOR, id="owner", network=Network.MACHINE)
"""The one at the command line of the machine that holds the vault."""


NOBODY_YET = PersonId("")
"""The subject of a deposit that names somebody who is not there yet: nobody described them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who asks for what, and why. Facts about them are looked up by the decider, never told.

    What concerns several persons is asked once for each; custody does so for what it releases.

    Attributes:
        principal: Who asks.
        verb: What for.
        purpose: Why. What releases nothing (a deposit, an erasure) is asked with `OWNER_VIEW`.
        account_id: Whose household.
        kind: The kind of what is asked for; None where it is no one kind.
        artefact_id: What is asked for, where it is one artefact.
        recording_id: The same for one recording.
        person_id: Whose it is: the subject; `NOBODY_YET` for whom a deposit would make. None where
            it is the account's as a whole.
        device_id: What recorded it, or would.
        span: When it was captured. None where it has no time, and for what is live.
    """

    principal: Principal
    verb: Verb
    purpose: Purpose
    account_id: AccountId
    kind: Kind | None = None
    artefact_id: ArtefactId | None = None
    recording_id: RecordingId | None = None
    person_id: PersonId | None = None
    device_id: DeviceId | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Yes or no, and what said so.

    Attributes:
        allowed: Whether it may be done.
        policy: The id of the first policy that decided. The ledger entry names it.
        policies: The ids of all that decided: every safeguard that stood against it or, where
            none did, every policy that allowed it.
        why: What the first of them says, in plain words.
    """

    allowed: bool
    policy: str
    policies: tuple[str, ...] = ()
    why: str = ""


class Decide(Protocol):
    """Default deny: an error, a doubt or silence is a no."""

    def __call__(self, access: Access) -> Decision: ...


@runtime_checkable
class DecideMany(Protocol):
    """A `Decide` that can be asked for many at once, and says of each what it says of it alone."""

    def many(self, accesses: Sequence[Access]) -> Sequence[Decision]: ...


def decide_each(decide: Decide, accesses: Sequence[Access]) -> Sequence[Decision]:
    """What *decide* says of each; together where it can."""
    if isinstance(decide, DecideMany):
        return decide.many(accesses)
    return [decide(each) for each in accesses]


def verb_of_release(kind: Kind, purpose: Purpose) -> Verb:
    """What it is called to release *kind* for *purpose*."""
    match purpose:
        case Purpose.EXPORT | Purpose.LEGAL_PROCESS:
            return Verb.DOWNLOAD
        case Purpose.TRAIN:
            return Verb.TRAIN
        case Purpose.REVIEW:
            return Verb.REVIEW
        case Purpose.OWNER_VIEW | Purpose.ASSIST | Purpose.SHARE:
            return Verb.HEAR if kind is Kind.AUDIO else Verb.VIEW
