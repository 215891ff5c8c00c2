"""Somebody speaks in a kitchen: scripted ears, and behind them the real assistant, gate and vault.

Two opinions of each utterance are given as texts, so that no recogniser stands between a test and
what it is about.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from bailee.assistant.hand_on import HandOn
from bailee.assistant.judging import judge
from bailee.assistant.phrases import load_phrases
from bailee.assistant.reading import Names, Reader
from bailee.assistant.room import ConversingRoom
from bailee.assistant.turn import ConversingTurn
from bailee.household.consents import Agreement
from bailee.household.endpoints import NewEndpoint
from bailee.types.consent import Channel, How, Notice
from bailee.types.decide import OPERATOR
from bailee.types.endpoint import Endpoint, Way
from bailee.types.hearing import RATE_HZ, WIDTH_BYTES, Heard
from bailee.types.household import Proof
from bailee.types.ids import DeviceId, PersonId
from bailee.types.keep_for import DONT_KEEP, Reach
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose
from bailee.types.query import Query
from bailee.types.recording import Recording
from bailee.types.scope import Scope
from bailee.types.turn import Reply, Sound, Unheard
from household.conftest import Home
from support.vaults import entry_types

ENGINE = "scripted ears"
ZONE = "Europe/Berlin"
SECOND_MS, MINUTE_MS, HOUR_MS, DAY_MS = 1_000, 60_000, 3_600_000, 86_400_000
PCM = bytes(range(256)) * (RATE_HZ * WIDTH_BYTES // 256)
"""A second of sound."""


class Kitchen:
    """A room, and what is needed to speak in it."""

    def __init__(
        self,
        home: Home,
        *,
        language: str = "en",
        hand_on: HandOn | None = None,
        who: PersonId | None = None,
        nobody: bool = False,
    ) -> None:
        self.home = home
        self.clock = home.clock
        self.language = language
        self.after: list[Callable[[], object]] = []
        [device] = home.house.houses.show(home.ana, home.account_id).devices
        self.device_id = DeviceId(device.id)
        self.person_id: PersonId | None = None if nobody else who or home.ana_id
        self.endpoint = self.listen()
        self.room = self.open(hand_on)

    def listen(self) -> Endpoint:
        new = NewEndpoint(
            way=Way.LISTEN, address="tcp://127.0.0.1:10300", language=self.language, zone=ZONE
        )
        named = replace(new, person_id=self.person_id)
        endpoints = self.home.house.endpoints
        return endpoints.set(self.home.ana, self.home.account_id, self.device_id, named)

    def open(self, hand_on: HandOn | None = None) -> ConversingRoom:
        """Another room at the same endpoint: as after a restart."""
        phrases = load_phrases(self.language)
        names = Names(
            places=(("kitchen", self.device_id),),
            persons=(
                ("Ana", self.home.ana_id),
                ("Leo", self.home.leo_id),
                ("Mia", self.home.mia_id),
            ),
        )
        reader = Reader(phrases, names)
        return ConversingRoom(
            self.home.house,
            self.endpoint,
            phrases=phrases,
            names=names,
            judge=partial(judge, understand=reader.understand),
            clock=self.clock,
            later=self.after.append,
            hand_on=hand_on,
        )

    # -- speaking ---------------------------------------------------------------------------

    def begin(self) -> ConversingTurn:
        return self.room.begin()

    def say(
        self,
        text: str,
        *,
        command: str | None = "",
        turn: ConversingTurn | None = None,
        wait_ms: int = SECOND_MS,
    ) -> Reply:
        """Say *text* for a second, and wait until *wait_ms* after it.

        The second ear hears the same where *command* is "", and else what that says; None where
        there is none.
        """
        turn = turn or self.begin()
        sound = Sound(pcm=PCM, begin_ms=turn.begun_ms)
        self.clock.advance(ms=SECOND_MS)
        second = text if command == "" else command
        reply = turn.heard(Heard(text=text, command=second, engine=ENGINE), sound)
        self.clock.advance(ms=wait_ms)
        return reply

    def murmur(self, why: Unheard = Unheard.FAILED) -> Reply:
        """Speak so that no words come of it."""
        turn = self.begin()
        sound = Sound(pcm=PCM, begin_ms=turn.begun_ms)
        self.clock.advance(ms=SECOND_MS)
        return turn.unheard(why, sound)

    def clean_up(self) -> None:
        """Do what is done after the answers."""
        while self.after:
            self.after.pop(0)()

    # -- what is there -----------------------------------------------------------------------

    def recordings(self, kind: Kind | None = None) -> Sequence[Recording]:
        """Everybody's, as the vault itself lists them; oldest first."""
        return self.home.vault.list(Query(kind=kind, limit=1000)).recordings

    def kinds(self) -> list[Kind]:
        """Of every artefact that can still be opened, in order of its recording."""
        return [each.kind for one in self.recordings() for each in one.artefacts]

    def words(self) -> list[str]:
        """Every transcript that can still be opened, oldest first."""
        return [
            text.decode()
            for one in self.recordings(Kind.TRANSCRIPT)
            for text in self.texts(one, Kind.TRANSCRIPT)
        ]

    def texts(self, one: Recording, kind: Kind) -> list[bytes]:
        return [
            b"".join(self.home.vault.release(each.id, purpose=Purpose.OWNER_VIEW).stretches)
            for each in one.artefacts
            if each.kind is kind
        ]

    def entries(self) -> list[str]:
        return entry_types(self.home.vault)

    # -- the house ---------------------------------------------------------------------------

    def dont_keep(self, *kinds: Kind, person_id: PersonId | None = None) -> None:
        """A rule of the household's: of who speaks here, on this device."""
        for kind in kinds:
            whose = person_id or self.endpoint.person_id
            reach = Reach(kind=kind, person_id=whose, device_id=self.device_id)
            self.home.house.keep_rules.put(self.home.ana, self.home.account_id, reach, DONT_KEEP)

    def make_parent(self) -> None:
        """Ana, of Mia; the operator vouches for it."""
        guardians, home = self.home.house.guardians, self.home
        guardians.name(home.ana, home.account_id, home.mia_id, home.ana_id)
        guardians.verify(OPERATOR, home.account_id, home.mia_id, home.ana_id, Proof.OPERATOR)

    def agree_for_mia(self) -> None:
        """Her parent's yes: what she says may be kept."""
        self.make_parent()
        home = self.home
        home.house.notices.show(home.account_id, home.ana_id, Notice.CHILDREN, 1, Channel.PAGE)
        use = Agreement(scope=Scope.USE, version=1, how=How.SIGNED, evidence={"form": "12"})
        home.house.consents.give(home.ana, home.account_id, home.mia_id, use)

    def take_for(self, person_id: PersonId) -> None:
        """From now on it is *person_id* who speaks here."""
        self.person_id = person_id
        self.endpoint = self.listen()


class Asked:
    """Who would answer what bailee does not; it takes down what it was asked."""

    def __init__(self, answer: str | None) -> None:
        self.answer, self.asked = answer, list[tuple[str, str]]()

    def __call__(self, text: str, language: str) -> str | None:
        self.asked.append((text, language))
        return self.answer
