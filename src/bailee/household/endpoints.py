"""Listening endpoints: which device a household listens with, and whose voice it takes it to be.

Wyoming carries no identity, so the endpoint is one (R-02): its device says where something was
said, its speaker who is taken to have said it. Nobody's voice is ever compared with another's: a
voiceprint would be a biometric, and nothing here needs one.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bailee.custody.desk import Transaction
from bailee.errors import ConflictError, InputError, UnknownError
from bailee.household.choosing import no_household
from bailee.household.endpoint_rows import (
    CONTEXT,
    STANDING,
    UNKNOWN_SPEAKER,
    Called,
    all_of,
    called,
    row_of,
    shown,
    unknown_speaker,
)
from bailee.household.ground import Ground, asked, open_details, seal_details
from bailee.household.knowing import Knowing
from bailee.household.persons import NewPerson, add_person, require_person
from bailee.store.household_tables import device_profile, endpoint
from bailee.types.decide import Decision, Principal, PrincipalKind, Verb
from bailee.types.endpoint import Endpoint, Way
from bailee.types.facts import DeviceSort
from bailee.types.household import PersonSort
from bailee.types.ids import AccountId, DeviceId, PersonId
from bailee.types.network import Network

_LANGUAGE = re.compile(r"[a-z]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEndpoint:
    """How a device is to be listened to; as `Endpoint`, each value untrusted.

    Attributes:
        person_id: Whose voice it is taken to be; None for the household's unknown speaker.
    """

    way: Way
    address: str = ""
    language: str = "en"
    zone: str = "UTC"
    person_id: PersonId | None = None


def voice_at(device_id: DeviceId) -> Principal:
    """Whoever speaks at a device. The gate looks up whom they are taken for."""
    return Principal(kind=PrincipalKind.VOICE, id=device_id, network=Network.HOME)


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Sets up, lists and ends listening."""

    ground: Ground

    def set(
        self, principal: Principal, account_id: AccountId, device_id: DeviceId, new: NewEndpoint
    ) -> Endpoint:
        """Listen with a device, or otherwise than so far. One row, one commit.

        To be taken for somebody in particular is theirs to say, or a parent's for a child: who
        speaks there may then forget what they said, and hear it read aloud.

        Raises:
            DeniedError: The gate said no.
            ConflictError: Another endpoint listens at that address.
            InputError: No speaker device, or an address, language or zone that is none.
            UnknownError: There is no such device or person in the household.
        """
        decision = self.ground.require(principal, Verb.ADMINISTER, account_id, device_id=device_id)
        details = _checked(new)
        person_id = new.person_id
        if (
            person_id is not None
            and self._is_somebody(account_id, person_id)
            and not self._is_taken_for(account_id, device_id, person_id)
        ):
            self.ground.require(principal, Verb.CONSENT, account_id, person_id=person_id)

        def work(t: Transaction) -> Endpoint:
            t.lock(account_id)
            _require_speaker(t, account_id, device_id)
            _require_free(t, device_id, details)
            speaker_id = _speaker(
                t, account_id, person_id, asked(t, account_id, principal, decision)
            )
            t.connection.execute(sa.delete(endpoint).where(endpoint.c.device_id == device_id))
            t.connection.execute(
                sa.insert(endpoint).values(
                    device_id=device_id,
                    account_id=account_id,
                    speaker_id=speaker_id,
                    details=seal_details(t, device_id, details, CONTEXT),
                )
            )
            self._tell(t, account_id, device_id, speaker_id, "set", principal, decision)
            return shown(t, row_of(t, account_id, device_id))

        return self.ground.desk.write(work)

    def take_for(
        self,
        principal: Principal,
        account_id: AccountId,
        device_id: DeviceId,
        person_id: PersonId | None,
    ) -> Endpoint:
        """Take the voice there for somebody, or with None for the unknown speaker; nothing else.

        It needs no part in keeping house: it is one's own to say, or a parent's for a child, that
        it is theirs, and that it is theirs no more.

        Raises:
            DeniedError: The gate said no.
            UnknownError: There is no such person, or nobody listens with that device.
        """
        before = self.of(account_id, device_id)
        decision = self._may_take(principal, before, person_id)

        def work(t: Transaction) -> Endpoint:
            t.lock(account_id)
            said = asked(t, account_id, principal, decision)
            speaker_id = _speaker(t, account_id, person_id, said)
            mine = endpoint.c.device_id == device_id
            t.connection.execute(sa.update(endpoint).where(mine).values(speaker_id=speaker_id))
            self._tell(t, account_id, device_id, speaker_id, "set", principal, decision)
            return shown(t, row_of(t, account_id, device_id))

        return self.ground.desk.write(work)

    def _may_take(
        self, principal: Principal, before: Endpoint, person_id: PersonId | None
    ) -> Decision:
        account_id = before.account_id
        if person_id is not None and self._is_somebody(account_id, person_id):
            return self.ground.require(principal, Verb.CONSENT, account_id, person_id=person_id)
        if not before.is_unknown and not Knowing(self.ground).administers(principal, account_id):
            whose = before.person_id
            return self.ground.require(principal, Verb.WITHDRAW, account_id, person_id=whose)
        return self.ground.require(
            principal, Verb.ADMINISTER, account_id, device_id=before.device_id
        )

    def end(self, principal: Principal, account_id: AccountId, device_id: DeviceId) -> None:
        """Listen no more with a device. What was said stays until it is forgotten or expires.

        Raises:
            DeniedError: The gate said no.
            UnknownError: Nobody listens with it, or there is no such device.
        """
        decision = self.ground.require(principal, Verb.ADMINISTER, account_id, device_id=device_id)

        def work(t: Transaction) -> None:
            t.lock(account_id)
            row = row_of(t, account_id, device_id)
            t.connection.execute(sa.delete(endpoint).where(endpoint.c.device_id == device_id))
            self._tell(t, account_id, device_id, row.speaker_id, "ended", principal, decision)

        self.ground.desk.write(work)

    def list(self, principal: Principal, account_id: AccountId) -> tuple[Endpoint, ...]:
        """A household's endpoints, by the device's name, for its own people.

        Raises:
            DeniedError: The session is too old to be told anything.
            UnknownError: They do not belong to the household, or there is none.
        """
        knowing = Knowing(self.ground)
        if not knowing.belongs(principal, account_id):
            raise no_household()
        knowing.require_awake(principal, account_id)
        mine = STANDING.where(endpoint.c.account_id == account_id)
        return self.ground.desk.read(lambda t: all_of(t, mine))

    def all(self) -> tuple[Endpoint, ...]:
        """Every household's: for the process that listens, which nobody asks."""
        return self.ground.desk.read(lambda t: all_of(t, STANDING))

    def of(self, account_id: AccountId, device_id: DeviceId) -> Endpoint:
        """One device's, for the same. Raises `UnknownError` where nobody listens with it."""
        return self.ground.desk.read(lambda t: shown(t, row_of(t, account_id, device_id)))

    def called(self, account_id: AccountId) -> Called:
        """How a household calls its own, for the process that listens."""
        return self.ground.desk.read(lambda t: called(t, account_id))

    def _is_somebody(self, account_id: AccountId, person_id: PersonId) -> bool:
        """Whether it is somebody in particular. Raises `UnknownError` unless they live there."""
        sort = self.ground.desk.read(lambda t: require_person(t, account_id, person_id))
        return sort is not PersonSort.UNKNOWN

    def _is_taken_for(
        self, account_id: AccountId, device_id: DeviceId, person_id: PersonId
    ) -> bool:
        mine = sa.select(endpoint.c.speaker_id).where(
            endpoint.c.device_id == device_id, endpoint.c.account_id == account_id
        )
        return self.ground.desk.read(lambda t: t.connection.scalar(mine)) == person_id

    @staticmethod
    def _tell(
        t: Transaction,
        account_id: AccountId,
        device_id: DeviceId,
        speaker_id: str,
        act: str,
        principal: Principal,
        decision: Decision,
    ) -> None:
        said = asked(t, account_id, principal, decision)
        there = t.has_person(account_id, speaker_id)
        t.tell(
            "endpoint",
            account_id,
            device=t.tag(device_id),
            person=t.tag(speaker_id) if there else None,
            act=act,
            **said,
        )


def _checked(new: NewEndpoint) -> dict[str, str]:
    address = new.address.strip()
    if new.way is Way.POST:
        if address:
            raise InputError("Who hands in sound over HTTP has no address to listen at.")
    else:
        _check_address(address)
    if not _LANGUAGE.fullmatch(new.language):
        raise InputError("A language is two small letters.", hint="Such as en.")
    try:
        ZoneInfo(new.zone)
    except (ValueError, OSError, LookupError) as error:
        raise InputError(
            "That is no time zone.", hint="Write it like Europe/Berlin, or UTC."
        ) from error
    return {"way": new.way, "address": address, "language": new.language, "zone": new.zone}


def _check_address(address: str) -> None:
    wrong = InputError(
        "That is no address to listen at.",
        hint="Write tcp://127.0.0.1:10300, or unix:///run/bailee/kitchen.sock.",
    )
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise wrong from None
    extra = parts.query or parts.fragment or parts.username or parts.password
    if parts.scheme == "tcp":
        sound = bool(parts.hostname and port) and not parts.path
    else:
        sound = parts.scheme == "unix" and not parts.netloc and len(parts.path) > 1
    if extra or not sound or not address.isprintable() or len(address) > 200:
        raise wrong


def _require_speaker(t: Transaction, account_id: AccountId, device_id: DeviceId) -> None:
    sort = t.connection.scalar(
        sa.select(device_profile.c.sort).where(
            device_profile.c.device_id == device_id,
            device_profile.c.account_id == account_id,
            device_profile.c.revoked_ms.is_(None),
        )
    )
    if sort is None:
        raise UnknownError("There is no such device in the household.")
    if sort != DeviceSort.SPEAKER:
        raise InputError("Only a speaker listens.", hint="Add the device as a speaker.")


def _require_free(t: Transaction, device_id: DeviceId, details: dict[str, str]) -> None:
    """Two may dial one satellite by mistake and find out; two cannot listen at one address."""
    if details["way"] != Way.LISTEN:
        return
    for row in t.connection.execute(STANDING.where(endpoint.c.device_id != device_id)):
        other = open_details(t, row.device_id, row.details, CONTEXT)
        if (other.get("way"), other.get("address")) == (Way.LISTEN, details["address"]):
            raise ConflictError(
                "Another endpoint listens at that address.", hint="Choose another port or path."
            )


def _speaker(
    t: Transaction, account_id: AccountId, person_id: PersonId | None, said: dict[str, str]
) -> PersonId:
    if person_id is not None:
        require_person(t, account_id, person_id)
        return person_id
    return unknown_speaker(t, account_id) or add_person(
        t, account_id, NewPerson(name=UNKNOWN_SPEAKER, sort=PersonSort.UNKNOWN), said
    )
