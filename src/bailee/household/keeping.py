"""Keeping: handing recordings in, keeping them longer or shorter, giving them to another person.

People and devices are named by opaque ids here, and custody decides and writes the entries.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from bailee.clock import iso
from bailee.custody.desk import Transaction
from bailee.custody.reassign import Reassigned
from bailee.custody.retain import Retained
from bailee.custody.vault import Vault
from bailee.errors import InputError, UnknownError
from bailee.household.choosing import (
    account_name,
    device_name,
    no_household,
    no_person,
    no_recording,
    person_name,
    selection_of,
)
from bailee.household.ground import Ground
from bailee.household.knowing import Knowing
from bailee.rules.retention import Policy
from bailee.types.choice import Choice
from bailee.types.decide import Principal, PrincipalKind
from bailee.types.ids import AccountId, DeviceId, PersonId, RecordingId
from bailee.types.kind import Kind
from bailee.types.place import MOST_BYTES, parse_fixes
from bailee.types.recording import Deposit, Deposited, Details


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRecording:
    """What is handed in; as `Deposit`, with ids for names.

    Attributes:
        person_id: Whose; None only for what derives from recordings.
        device_id: What recorded it; the same, and None for a device that deposits as itself.
        also: Others who are heard or seen in it.
        captured_at_ms: As there; 0 for a location takes its time from its own bytes.
    """

    kind: Kind
    content: bytes | BinaryIO
    person_id: PersonId | None = None
    device_id: DeviceId | None = None
    also: tuple[PersonId, ...] = ()
    captured_at_ms: int = 0
    duration_ms: int = 0
    name: str = ""
    details: Details = field(default_factory=dict)
    keep_days: int | None = None
    derived_from: tuple[RecordingId, ...] = ()


@dataclass(frozen=True, slots=True)
class Keeping:
    """Takes in, keeps, and gives over."""

    ground: Ground
    vault: Vault

    def deposit(self, principal: Principal, account_id: AccountId, new: NewRecording) -> Deposited:
        """Take one artefact into custody; durable when this returns.

        Raises:
            DeniedError: A decision about one of its persons was no.
            InputError: It says no clear thing, is no location though it is said to be one, or a
                device speaks for another one.
            LateArrivalError: It touches a forgotten stretch.
            UnknownError: No such household, person, device or source, or none they may know of.
        """
        spoken_for = own_device(principal, new.device_id, derives=bool(new.derived_from))
        persons = [each for each in (new.person_id, *new.also) if each is not None]
        with handing_in(self.ground, principal, account_id, persons, new.derived_from):
            judged = _located(new) if new.kind is Kind.LOCATION else new
            item = self.ground.desk.read(lambda t: _named(t, account_id, judged, spoken_for))
            return self.vault.deposit(item, principal=principal)

    def retain(
        self, principal: Principal, account_id: AccountId, choice: Choice, keep_for_days: int
    ) -> Retained:
        """Keep what *choice* names for *keep_for_days* days from today.

        Raises:
            DeniedError: A decision about one of the persons it touches was no.
            InputError: The policy does not let a kind among them be kept that long.
            UnknownError: Nothing that is held fits, or nothing they may know of.
        """
        with Knowing(self.ground).veiled_choice(principal, account_id, choice):
            selection = self.ground.desk.read(lambda t: selection_of(t, account_id, choice))
            return self.vault.retain(selection, keep_for_days, principal=principal)

    def reassign(
        self,
        principal: Principal,
        account_id: AccountId,
        recording_id: RecordingId,
        person_id: PersonId,
    ) -> Reassigned:
        """Give a recording, and all made from it, to another person.

        Raises:
            DeniedError: A decision about either person was no.
            ConflictError: It is theirs already, or under a legal hold.
            GoneError: It is forgotten or has expired.
            LateArrivalError: The new person has forgotten that stretch of time.
            UnknownError: No such recording or person, or none they may know of.
        """
        knowing = Knowing(self.ground)

        def known() -> bool:
            return knowing.of_recordings(principal, account_id, [recording_id])

        def may_know() -> bool:
            return known() and knowing.of_person(principal, account_id, person_id)

        def unknown() -> UnknownError:
            return no_person() if known() else no_recording()

        def names(t: Transaction) -> tuple[str, str]:
            return account_name(t, account_id), person_name(t, account_id, person_id)

        with knowing.veiled(principal, account_id, may_know, unknown):
            account, person = self.ground.desk.read(names)
            return self.vault.reassign(account, recording_id, person, principal=principal)

    def policy(self) -> Policy:
        """How long each kind is kept, what for, and why (R-19). It is published: nobody is asked."""
        return self.vault.config.policy

    def policy_for(self, principal: Principal, account_id: AccountId) -> Policy:
        """The same for a household's own people. Raises `UnknownError` for everybody else."""
        if not Knowing(self.ground).belongs(principal, account_id):
            raise no_household()
        return self.policy()


def handing_in(
    ground: Ground,
    principal: Principal,
    account_id: AccountId,
    persons: Sequence[PersonId],
    sources: Sequence[RecordingId],
) -> AbstractContextManager[None]:
    """A deposit of *persons*, made from *sources*: its *no* is for who may know of them alone."""
    knowing = Knowing(ground)

    def may_know() -> bool:
        if principal.kind is PrincipalKind.DEVICE:
            return not sources
        known = all(knowing.of_person(principal, account_id, each) for each in persons)
        return known and (not sources or knowing.of_recordings(principal, account_id, sources))

    return knowing.veiled(principal, account_id, may_know, no_recording if sources else no_person)


def own_device(
    principal: Principal, device_id: DeviceId | None, *, derives: bool
) -> DeviceId | None:
    """Which device it is. One that deposits does so as itself, whatever is said (R-02, R-25).

    Raises:
        InputError: It named another one.
    """
    if principal.kind is not PrincipalKind.DEVICE or derives:
        return device_id
    own = DeviceId(principal.id)
    if device_id not in {None, own}:
        raise InputError("A device hands in what it recorded itself.", hint="Leave the device out.")
    return own


def _named(
    t: Transaction, account_id: AccountId, new: NewRecording, device_id: DeviceId | None
) -> Deposit:
    who = new.person_id
    return Deposit(
        account=account_name(t, account_id),
        kind=new.kind,
        content=new.content,
        person=None if who is None else person_name(t, account_id, who),
        device=None if device_id is None else device_name(t, account_id, device_id),
        also=tuple(person_name(t, account_id, each) for each in new.also),
        captured_at_ms=new.captured_at_ms,
        duration_ms=new.duration_ms,
        keep_days=new.keep_days,
        derived_from=new.derived_from,
        name=new.name,
        details=new.details,
    )


def _located(new: NewRecording) -> NewRecording:
    """A location whose bytes are one and whose time is theirs: hours forget what lies in them (R-13).

    Raises:
        InputError: They are none, or of another time than is said.
    """
    body = new.content if isinstance(new.content, bytes) else new.content.read(MOST_BYTES + 1)
    fixes = parse_fixes(body)
    first_ms, last_ms = fixes[0].at_ms, fixes[-1].at_ms
    if new.captured_at_ms == 0:
        return replace(new, content=body, captured_at_ms=first_ms, duration_ms=last_ms - first_ms)
    begin_ms = new.captured_at_ms - new.captured_at_ms % 1000  # their times are whole seconds
    if not (
        new.derived_from or begin_ms <= first_ms <= last_ms <= begin_ms + new.duration_ms + 999
    ):
        raise InputError(
            f"Its places are from {iso(first_ms)} to {iso(last_ms)}: not when it says it was "
            "recorded.",
            hint="Leave its time out, and it is taken from the places.",
        )
    return replace(new, content=body)
