"""One household with everybody there can be.

What is asked for is Leo's, on the kitchen's speaker. What a request would use up (a recording to
forget, a device to revoke) is made for it alone: no request sees what another did.
"""

from collections.abc import Mapping
from contextlib import suppress

from api.house import HERE, House, Someone
from bailee.errors import GoneError, UnknownError
from bailee.household.consents import Agreement
from bailee.household.endpoints import NewEndpoint
from bailee.household.persons import NewPerson
from bailee.types.choice import Choice
from bailee.types.consent import Channel, How, Notice
from bailee.types.decide import OPERATOR, Principal, PrincipalKind
from bailee.types.endpoint import Way
from bailee.types.facts import DeviceSort
from bailee.types.household import PersonSort, Stay
from bailee.types.ids import AccountId, DeviceId, ErasureId, PersonId
from bailee.types.kind import Kind
from bailee.types.network import Network
from bailee.types.recording import Deposited
from bailee.types.role import Right, Role
from bailee.types.scope import Scope
from bailee.types.sign_in import Factor, SessionState
from bailee.types.upload import Intended
from support.vaults import HOUR_MS, said

MINUTE_MS = 60_000
TIRED_MS = 11 * MINUTE_MS
"""A step-up that old counts no more."""


class Scene:
    """Ana owns the household, Leo is a member of it, Mia is Ana's child."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.household = house.service.household
        self.account = house.account_id
        self.next_door, eve = house.neighbour()
        self.leo = house.person("Leo", Role.MEMBER, Right.VIEW, Right.HEAR)
        gus = house.person("Gus", Role.GUEST, Right.VIEW, Right.HEAR)
        self.mia = house.child("Mia")
        self.kitchen = house.device("kitchen")
        kim = self._joined("Kim", Role.CHILD, 0, None, PersonSort.CHILD)
        early = self._joined("Ada", Role.GUEST, 1000 * HOUR_MS, 1001 * HOUR_MS)
        late = self._joined("Lou", Role.GUEST, -2 * HOUR_MS, HOUR_MS)
        house.clock.advance(ms=2 * HOUR_MS)
        self.people: Mapping[str, tuple[Someone, AccountId]] = {
            "owner": (house.ana, self.account),
            "tired": (house.ana, self.account),
            "member": (self.leo, self.account),
            "guest": (gus, self.account),
            "early": (early, self.account),
            "late": (late, self.account),
            "child": (kim, self.account),
            "eve": (eve, self.next_door),
        }
        self._made, self._upload = 0, "upl_none"
        self._entered: dict[str, tuple[int, str, Principal]] = {}
        self.agree(Scope.DISCLOSE)
        self.words = self.recording()
        self.erasure = self._forgotten()
        share = self.household.links.share
        until_ms = house.clock.now_ms() + HOUR_MS
        self._link = share(self.member, self.words.artefact_id, [Right.HEAR], until_ms).token

    def _joined(
        self,
        name: str,
        role: Role,
        since_ms: int,
        until_ms: int | None,
        sort: PersonSort = PersonSort.ADULT,
    ) -> Someone:
        """Somebody who joined; the times of their stay count from now."""
        house, now_ms = self.house, self.house.clock.now_ms()
        person_id = house.add(name, sort)
        end = None if until_ms is None else now_ms + until_ms
        stay = Stay(since_ms=now_ms + since_ms, until_ms=end)
        rights = [Right.VIEW, Right.HEAR]
        ana = house.ana.principal
        self.household.members.invite(ana, self.account, person_id, role, stay, rights)
        found = house.sign_in(person_id, name.lower())
        self.household.members.join(found.principal, self.account)
        return found

    # -- who asks ---------------------------------------------------------------------------

    def headers(self, caller: str, *, fresh: bool) -> Mapping[str, str]:
        """Of somebody who has signed in, or of the token that they hold; *fresh*: just now."""
        if caller == "nobody":
            return {}
        if caller == "device":
            return self.house.token_of(self.kitchen)
        if fresh:
            self._entered.pop(caller, None)
        token = self._link if caller == "link" else self._enter(caller)[0]
        if fresh:  # what they ask for may end it
            self._entered.pop(caller, None)
        return {"Authorization": f"Bearer {token}"}

    def code(self, caller: str) -> str:
        """What their authenticator app shows next."""
        if caller not in self.people:
            return "000000"
        self.house.clock.advance(ms=30_000)  # a code counts once
        return self.house.code(self.people[caller][0].secret)

    def _enter(self, caller: str) -> tuple[str, Principal]:
        """A session as identity makes them, stepped up within the last minutes."""
        now_ms = self.house.clock.now_ms()
        begun_ms, token, who = self._entered.get(caller, (0, "", OPERATOR))
        if now_ms - begun_ms > MINUTE_MS:
            token, who = self._begin(caller, now_ms)
            self._entered[caller] = now_ms, token, who
        return token, who

    def _begin(self, caller: str, now_ms: int) -> tuple[str, Principal]:
        parts = self.house.service.identity._parts
        person, account_id = self.people[caller]
        proven_ms = now_ms - TIRED_MS if caller == "tired" else now_ms
        token, session = parts.database.write(
            lambda c: parts.sessions.start(
                c,
                person_id=person.id,
                account_id=account_id,
                state=SessionState.FULL,
                factor=Factor.TOTP,
                client=HERE,
                second_factor_ms=proven_ms,
                stepped_up_ms=proven_ms,
            )
        )
        who = Principal(
            kind=PrincipalKind.PERSON, id=person.id, session=session.id, network=Network.HOME
        )
        return token, who

    @property
    def owner(self) -> Principal:
        return self._enter("owner")[1]

    @property
    def member(self) -> Principal:
        return self._enter("member")[1]

    # -- what there is, made anew for who would use it up -------------------------------------

    def name(self) -> str:
        """One that nobody has yet."""
        self._made += 1
        return f"name {self._made}"

    def recording(self) -> Deposited:
        self._made += 1
        at_ms = self.house.clock.now_ms() - HOUR_MS + self._made
        return said(self.house.service.vault, at_ms, person="Leo", content=b"walnuts")

    def upload(self) -> str:
        """The id of an upload of five bytes that Leo began; the one before is given up."""
        with suppress(GoneError, UnknownError):
            self.household.uploads.drop(self.member, self._upload)
        intended = Intended(
            account_id=self.account,
            kind=Kind.AUDIO,
            person_id=self.leo.id,
            device_id=self.kitchen,
            captured_at_ms=self.house.clock.now_ms() - HOUR_MS,
        )
        self._upload = self.household.uploads.begin(self.member, intended, 5).id
        return self._upload

    def archive(self) -> None:
        """One of Leo's words, ready, of the owner's and one of Leo's own."""
        exports, choice = self.household.exports, Choice(person_id=self.leo.id)
        for who in (self.owner, self.member):
            with suppress(UnknownError):
                exports.cancel(who, self.account)
            exports.ask(who, self.account, choice)
        exports.work(lambda: True)

    def person(self, *, invited: bool) -> PersonId:
        """A grown-up, with or without a part in the household."""
        owner = self.owner
        person_id = self.household.persons.add(owner, self.account, NewPerson(name=self.name()))
        if invited:
            stay = Stay(since_ms=self.house.clock.now_ms())
            self.household.members.invite(owner, self.account, person_id, Role.MEMBER, stay)
        return person_id

    def device(self) -> DeviceId:
        return self.household.devices.add(
            self.owner, self.account, self.name(), DeviceSort.SPEAKER, ""
        )

    def endpoint(self) -> DeviceId:
        """A speaker that listens, taken for nobody in particular."""
        device = self.device()
        self.household.endpoints.set(self.owner, self.account, device, NewEndpoint(way=Way.POST))
        return device

    def token(self) -> str:
        """The id of a token of the kitchen's."""
        return self.house.service.identity.tokens.make(self.account, self.kitchen).id

    def link(self) -> str:
        """The id of a link that the owner made."""
        until_ms = self.house.clock.now_ms() + HOUR_MS
        shared = self.household.links.share(
            self.owner, self.words.artefact_id, [Right.HEAR], until_ms
        )
        return shared.link.id

    def guardian(self) -> PersonId:
        """Somebody named as Mia's guardian."""
        person_id = self.person(invited=False)
        self.household.guardians.name(self.owner, self.account, self.mia, person_id)
        return person_id

    def message(self) -> str:
        """A message to Leo."""
        member = self.member
        rights = [Right.VIEW, Right.HEAR]
        self.household.members.grant(self.owner, self.account, self.leo.id, rights)
        return self.household.inbox.list(member)[0].id

    def channel(self) -> str:
        """A channel of Leo's, and no other."""
        member = self.member
        for each in self.household.channels.list(member):
            self.household.channels.remove(member, each)
        return self.household.channels.add(member, self.account, "pigeon://loft")

    def place(self) -> str:
        """The id of a name that Leo gave a place, and no other."""
        member, places = self.member, self.household.places
        for each in places.list(member, self.account):
            places.remove(member, self.account, each.id)
        return places.add(member, self.account, "the bench", "871f1d48bffffff")

    def show(self, notice: Notice) -> None:
        """Show Leo a notice."""
        self.household.notices.show(self.account, self.leo.id, notice, 1, Channel.PAGE)

    def agree(self, scope: Scope) -> None:
        """Let Leo consent, after its notice."""
        self.show(Notice(scope.value))
        yes = Agreement(scope=scope, version=1, how=How.BUTTON, evidence={})
        self.household.consents.give(self.member, self.account, self.leo.id, yes)

    def _forgotten(self) -> ErasureId:
        """An erasure that Leo asked for."""
        choice = Choice(recordings=(self.recording().recording_id,))
        return self.household.erasures.ask(self.member, self.account, choice).erasure.id
