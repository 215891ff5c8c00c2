"""What is known about who asks and about what they ask for: looked up, never told by the caller."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from bailee.types.decide import Access
from bailee.types.network import Network
from bailee.types.role import Right, Role
from bailee.types.scope import Scope
from bailee.types.span import Span


class DeviceSort(StrEnum):
    """What sort of thing recorded it, or would."""

    SPEAKER = "speaker"
    CAMERA = "camera"
    PHONE = "phone"
    NONE = "none"
    """No device, or one that nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactSheet:
    """Everything the gate knows about one request. What is left out is what opens least.

    Where the account as a whole is asked for (`Access.person_id` is None) there is no subject: none
    of the four ``subject_is_…`` is true, and `consents` is `Scope.USE`.

    Attributes:
        now_ms: The time of the decision; milliseconds since the epoch, UTC.
        belongs: The principal is of this account *now*: a person with a role in it; a device
            registered there and not revoked; a link of this account, neither ended nor revoked,
            made for this very artefact; the operator, of any account.
        role: The person's role in the account; `STRANGER` for whoever is no person of it.
        rights: What they were granted there; for a link, what was granted with it.
        access: From when to when a guest, or a link, is let in. None lets a guest or a link see
            nothing; it is not looked at for others.
        second_factor_age_s: Seconds since this session showed a second factor; None for never.
            A negative age (the clock was set back) counts as never.
        step_up_age_s: Seconds since this session showed a factor again, for what matters most;
            None for never, and negative the same.
        network: Where the request comes from; `BARRED` too where its session is not alive.
        consents: The subject's consents that are in force *and* given to the version of the notice
            that is in force. `Scope.USE` is in it for an adult who has not withdrawn it; for a
            child only while a verified parental consent is in force.
        subject_is_child: The subject is a child, whoever asks.
        subject_is_self: The subject is who asks.
        subject_is_ward: Who asks is a parent or guardian of the subject, verified as such.
        subject_is_shared: The subject is nobody in particular: a place, an unknown speaker.
        device: The sort of device it was, or would be, recorded with.
        held: A legal hold covers it.
        end_to_end: The account's outer key is the household's alone (R-26).
    """

    now_ms: int
    belongs: bool = False
    role: Role = Role.STRANGER
    rights: frozenset[Right] = frozenset()
    access: Span | None = None
    second_factor_age_s: int | None = None
    step_up_age_s: int | None = None
    network: Network = Network.BARRED
    consents: frozenset[Scope] = field(default_factory=frozenset)
    subject_is_child: bool = True
    subject_is_self: bool = False
    subject_is_ward: bool = False
    subject_is_shared: bool = False
    device: DeviceSort = DeviceSort.NONE
    held: bool = True
    end_to_end: bool = True


class Facts(Protocol):
    """Looks up the facts of a request. Whatever it raises is a no.

    What it is asked with, the door vouches for: `Access.principal` is whom it signed in, and
    everything else is only what was asked for.

    Of `Access.span` only `held` depends, and what does not hold all of a stretch holds no part of
    it; of the artefact or recording only what a link is let in to. So for others one answer does
    for many of the same person, device and kind (`CedarGate.many`).
    """

    def __call__(self, access: Access) -> FactSheet: ...
