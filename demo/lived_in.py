"""A house that looks lived-in: two adults, a child, five devices, three weeks, made on the spot.

Built through the household's own rooms, a day at a time, under a clock that is set to that day: what
is in its ledger happened in that order, with the people's own consents, looks and deletions.
"""

import wave
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pyotp
from media import speak
from scenes import CHILD, COURIER, FOX, VISITOR, door, garden
from serving import free_port
from weeks import (
    ANA,
    CHILDREN,
    DAYS,
    DOORBELL,
    GARDEN,
    KITCHEN,
    LEO,
    MIA,
    PHONE,
    Said,
    films_of,
    places_of,
    speech_of,
)

from bailee.api.service import Service
from bailee.clock import DAY_MS, FixedClock
from bailee.custody.vault import Vault
from bailee.household.consents import Agreement
from bailee.household.endpoints import NewEndpoint
from bailee.household.keeping import NewRecording
from bailee.household.persons import NewPerson
from bailee.household.showing import Ask
from bailee.identity import Entered
from bailee.types.choice import Choice
from bailee.types.consent import Channel, How, Notice
from bailee.types.decide import OPERATOR, Principal, PrincipalKind
from bailee.types.endpoint import Way
from bailee.types.facts import DeviceSort
from bailee.types.household import PersonSort, Proof, Stay
from bailee.types.ids import AccountId, DeviceId, PersonId, RecordingId
from bailee.types.kind import Kind
from bailee.types.network import Network
from bailee.types.purpose import Purpose
from bailee.types.role import Right, Role
from bailee.types.scope import Scope
from bailee.types.sign_in import Client

HOUSE = "the lake house"
PASSWORD = "seven slow herons at dusk"
_HERE = Client(address="127.0.0.1", description="a browser at home")
_PITCH = {ANA: 62, LEO: 32, MIA: 85}
_MINUTE_MS = 60_000
_ROOMS = {
    KITCHEN: (DeviceSort.SPEAKER, "Kitchen"),
    CHILDREN: (DeviceSort.SPEAKER, "Children's room"),
    DOORBELL: (DeviceSort.CAMERA, "Front door"),
    GARDEN: (DeviceSort.CAMERA, "Garden"),
    PHONE: (DeviceSort.PHONE, ""),
}


@dataclass(slots=True, kw_only=True)
class Dweller:
    """Somebody who signs in. `secret` is their authenticator app's."""

    id: PersonId
    name: str
    secret: str = field(repr=False)
    entered: Entered = field(repr=False)

    @property
    def principal(self) -> Principal:
        """They, in their present session, at home."""
        return Principal(
            kind=PrincipalKind.PERSON,
            id=self.id,
            session=self.entered.session.id,
            network=Network.HOME,
        )


@dataclass(slots=True, kw_only=True)
class LivedIn:
    """The house, while it is being furnished."""

    service: Service
    clock: FixedClock
    folder: Path
    account_id: AccountId
    ana: Dweller
    leo: Dweller
    mia: PersonId
    devices: Mapping[str, DeviceId]
    doors: Mapping[DeviceId, Principal]
    sounds: dict[tuple[str, str], tuple[bytes, int]] = field(default_factory=dict)
    films: dict[str, bytes] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)
    kept: list[tuple[RecordingId, PersonId | None]] = field(default_factory=list)

    @property
    def people(self) -> Mapping[str, PersonId]:
        """Everybody by name."""
        return {ANA: self.ana.id, LEO: self.leo.id, MIA: self.mia}


def furnish(home: Path, folder: Path, until_ms: int) -> LivedIn:
    """Make a vault in *home* and live in it for three weeks, up to *until_ms*.

    The service is open when this returns, and the caller's to close. *folder* takes the sounds and
    films that are made on the way.
    """
    midnight_ms = until_ms - until_ms % DAY_MS
    clock = FixedClock(midnight_ms - DAYS * DAY_MS - 6 * 3_600_000)
    Vault.create(home, clock=clock).close()
    service = Service.open(home, clock=clock)
    house = _move_in(service, clock, folder)
    for day in range(DAYS, -1, -1):
        _live(house, day, midnight_ms - day * DAY_MS, until_ms)
    clock.at_ms = until_ms
    _read_messages(house)
    service.vault.publish()
    return house


def _move_in(service: Service, clock: FixedClock, folder: Path) -> LivedIn:
    household = service.household
    founded = household.houses.found(OPERATOR, HOUSE, NewPerson(name=ANA))
    account_id = founded.account_id
    ana = _sign_in(service, clock, founded.owner_id, account_id, ANA)
    leo_id = household.persons.add(ana.principal, account_id, NewPerson(name=LEO))
    rights = (Right.VIEW, Right.HEAR, Right.DOWNLOAD)
    stay = Stay(since_ms=clock.now_ms())
    household.members.invite(ana.principal, account_id, leo_id, Role.GUARDIAN, stay, rights)
    leo = _sign_in(service, clock, leo_id, account_id, LEO)
    household.members.join(leo.principal, account_id)
    child = NewPerson(name=MIA, sort=PersonSort.CHILD)
    mia = household.persons.add(ana.principal, account_id, child)
    for parent in (ana, leo):
        household.guardians.name(ana.principal, account_id, mia, parent.id)
        household.guardians.verify(OPERATOR, account_id, mia, parent.id, Proof.OPERATOR)
    devices = {
        name: household.devices.add(ana.principal, account_id, name, sort, room)
        for name, (sort, room) in _ROOMS.items()
    }
    house = LivedIn(
        service=service,
        clock=clock,
        folder=folder,
        account_id=account_id,
        ana=ana,
        leo=leo,
        mia=mia,
        devices=devices,
        doors={each: _plug_in(service, account_id, each) for each in devices.values()},
    )
    _agree(house, ana, mia, Notice.CHILDREN)
    for each in (ana, leo):
        _agree(house, each, each.id, Notice.USE)
    _listen(house, ana)
    return house


def _listen(house: LivedIn, ana: Dweller) -> None:
    """The kitchen is Ana's room, the children's room her child's, as only she can say."""
    _step_up(house.service, house.clock, ana)
    for name, person_id in ((KITCHEN, ana.id), (CHILDREN, house.mia)):
        port = free_port()
        new = NewEndpoint(
            way=Way.LISTEN, address=f"tcp://127.0.0.1:{port}", zone="UTC", person_id=person_id
        )
        endpoints = house.service.household.endpoints
        endpoints.set(ana.principal, house.account_id, house.devices[name], new)
        house.ports[name] = port


def _sign_in(
    service: Service, clock: FixedClock, person_id: PersonId, account_id: AccountId, name: str
) -> Dweller:
    identity = service.identity
    invitation = identity.enrolment.invite(person_id, account_id)
    entered = identity.enrolment.accept(invitation, name.lower(), PASSWORD, _HERE)
    uri = identity.factors.begin_totp(entered.token)
    secret = pyotp.parse_uri(uri).secret
    added = identity.factors.confirm_totp(entered.token, _code(clock, secret), _HERE)
    dweller = Dweller(id=person_id, name=name, secret=secret, entered=added.entered)
    _step_up(service, clock, dweller)
    return dweller


def _plug_in(service: Service, account_id: AccountId, device_id: DeviceId) -> Principal:
    """A device with a token of its own."""
    tokens = service.identity.tokens
    grant = tokens.authenticate(tokens.make(account_id, device_id).token, _HERE)
    return Principal(
        kind=PrincipalKind.DEVICE, id=device_id, session=grant.token_id, network=Network.HOME
    )


def _step_up(service: Service, clock: FixedClock, dweller: Dweller) -> None:
    """Prove the second factor once more; a code counts once, so the clock moves on."""
    clock.advance(ms=30_000)
    code = _code(clock, dweller.secret)
    dweller.entered = service.identity.step_up.by_code(dweller.entered.token, code, _HERE)


def _come_in(house: LivedIn, dweller: Dweller) -> None:
    """Sign in anew, as after a night."""
    house.clock.advance(ms=30_000)
    code = _code(house.clock, dweller.secret)
    dweller.entered = house.service.identity.sign_in.together(
        dweller.name.lower(), PASSWORD, code, _HERE
    )
    _step_up(house.service, house.clock, dweller)


def _code(clock: FixedClock, secret: str) -> str:
    return pyotp.TOTP(secret).at(clock.now_ms() // 1000)


def _agree(house: LivedIn, who: Dweller, about: PersonId, notice: Notice) -> None:
    """Read a notice and say yes to it."""
    household = house.service.household
    version = household.notices.text(notice).version
    household.notices.show(house.account_id, who.id, notice, version, Channel.PAGE)
    household.consents.give(
        who.principal,
        house.account_id,
        about,
        Agreement(
            scope=Scope.USE, version=version, how=How.BUTTON, evidence={"words": "Yes, keep it"}
        ),
    )


def _read_messages(house: LivedIn) -> None:
    """All but the last few of each."""
    inbox = house.service.household.inbox
    for dweller in (house.ana, house.leo):
        for message in inbox.list(dweller.principal)[2:]:
            inbox.put_away(dweller.principal, message.id)


# -- a day --------------------------------------------------------------------------------------


def _live(house: LivedIn, day: int, midnight_ms: int, until_ms: int) -> None:
    """Everything that happens on a day, in its order."""
    house.clock.at_ms = max(house.clock.at_ms, midnight_ms + 30 * _MINUTE_MS)
    _come_in(house, house.ana)
    happenings: list[tuple[int, NewRecording, Said | None]] = []
    for said in speech_of(day):
        sound, length_ms = _spoken(house, said)
        at_ms = midnight_ms + said.minute * _MINUTE_MS
        new = NewRecording(
            kind=Kind.AUDIO,
            content=sound,
            person_id=house.people[said.person],
            device_id=house.devices[said.device],
            captured_at_ms=at_ms,
            duration_ms=length_ms,
            details={"media_type": "audio/wav"},
        )
        happenings.append((at_ms, new, said))
    for seen in films_of(day):
        at_ms = midnight_ms + seen.minute * _MINUTE_MS
        new = NewRecording(
            kind=Kind.VIDEO,
            content=_filmed(house, seen.film),
            person_id=house.ana.id,
            device_id=house.devices[seen.device],
            captured_at_ms=at_ms,
            duration_ms=6000,
            details={"media_type": "video/mp4"},
        )
        happenings.append((at_ms, new, None))
    for been in places_of(day, midnight_ms // 1000):
        at_ms = midnight_ms + been.minute * _MINUTE_MS
        new = NewRecording(
            kind=Kind.LOCATION,
            content=been.body,  # its time is within
            person_id=house.ana.id,
            device_id=house.devices[PHONE],
            details={"media_type": "application/json"},
        )
        happenings.append((at_ms, new, None))
    for at_ms, new, about in sorted(happenings, key=lambda each: each[0]):
        if at_ms + 60_000 < until_ms:
            _take_in(house, at_ms, new, about)
    if day:
        _evening(house, day, midnight_ms)


def _take_in(house: LivedIn, at_ms: int, new: NewRecording, said: Said | None) -> None:
    """A device hands in what it recorded, and what was made from it."""
    house.clock.at_ms = max(house.clock.at_ms, at_ms + new.duration_ms + 1000)
    device = house.doors[new.device_id or DeviceId("")]
    keeping = house.service.household.keeping
    done = keeping.deposit(device, house.account_id, new)
    house.kept.append((done.recording_id, new.person_id))
    if said is None:
        return
    for kind, text in ((Kind.TRANSCRIPT, said.words), (Kind.FACT, said.fact)):
        if text:
            made = NewRecording(
                kind=kind,
                content=text.encode(),
                derived_from=(done.recording_id,),
                details={"media_type": "text/plain"},
            )
            keeping.deposit(house.ana.principal, house.account_id, made)


def _evening(house: LivedIn, day: int, midnight_ms: int) -> None:
    """People look, and sometimes forget; at night the house expires and rotates."""
    house.clock.at_ms = max(house.clock.at_ms, midnight_ms + 21 * 3_600_000)
    for dweller in (house.ana, house.leo):
        if day % 2 == 0 or dweller is house.ana:
            _come_in(house, dweller)
    looker = house.ana if day % 2 else house.leo
    theirs = [each for each, person in house.kept if person in {looker.id, house.mia}]
    for recording_id in theirs[-3:]:
        _look(house, looker, recording_id)
    if day in {2, 9, 16}:
        _forget(house, day, midnight_ms)
    house.clock.at_ms = midnight_ms + DAY_MS - 30 * _MINUTE_MS
    house.service.vault.expire()
    house.service.vault.rotate()
    house.service.vault.publish()


def _look(house: LivedIn, dweller: Dweller, recording_id: RecordingId) -> None:
    ask = Ask(opaque_id=recording_id, account_id=house.account_id)
    showing = house.service.household.showing
    opened = showing.open(dweller.principal, ask, purpose=Purpose.OWNER_VIEW)
    for _stretch in opened.stretches:
        pass


def _forget(house: LivedIn, day: int, midnight_ms: int) -> None:
    """Something each: an evening at the door, a morning of Leo's, an hour in the kitchen."""
    who, choice = {
        2: (
            house.leo,
            Choice(person_id=house.leo.id, from_ms=midnight_ms, to_ms=midnight_ms + DAY_MS // 2),
        ),
        9: (
            house.ana,
            Choice(
                device_id=house.devices[DOORBELL],
                from_ms=midnight_ms,
                to_ms=midnight_ms + DAY_MS - 1,
            ),
        ),
        16: (
            house.ana,
            Choice(
                device_id=house.devices[KITCHEN],
                from_ms=midnight_ms + DAY_MS // 2,
                to_ms=midnight_ms + DAY_MS - 1,
            ),
        ),
    }[day]
    erasures = house.service.household.erasures
    begun = erasures.ask(who.principal, house.account_id, choice)
    erasures.finish(begun.erasure.id)


def _spoken(house: LivedIn, said: Said) -> tuple[bytes, int]:
    key = (said.person, said.words)
    if key not in house.sounds:
        path = speak(said.words, house.folder / "said.wav", pitch=_PITCH[said.person])
        with wave.open(str(path)) as sound:
            length_ms = sound.getnframes() * 1000 // sound.getframerate()
        house.sounds[key] = path.read_bytes(), length_ms
    return house.sounds[key]


def _filmed(house: LivedIn, name: str) -> bytes:
    if name not in house.films:
        shot, walker, night = {
            "courier": (door, COURIER, False),
            "visitor": (door, VISITOR, False),
            "fox": (garden, FOX, True),
            "child": (garden, CHILD, False),
        }[name]
        at = datetime.fromtimestamp(house.clock.at_ms / 1000, tz=UTC)
        path = shot(house.folder / "film.mp4", walker, seconds=6, at=at, night=night)
        house.films[name] = path.read_bytes()
    return house.films[name]
