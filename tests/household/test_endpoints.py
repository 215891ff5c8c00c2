"""Listening endpoints: who may say whose voice it is, and what the gate then makes of a voice."""

from dataclasses import replace

import pytest

from bailee.errors import ConflictError, DeniedError, InputError, UnknownError
from bailee.household.endpoint_rows import UNKNOWN_SPEAKER
from bailee.household.endpoints import NewEndpoint, voice_at
from bailee.types.choice import Choice
from bailee.types.decide import OPERATOR, Access, Principal, Verb
from bailee.types.endpoint import Endpoint, Mode, Way, Why
from bailee.types.facts import DeviceSort
from bailee.types.history import Sort
from bailee.types.household import Proof, Stay
from bailee.types.ids import DeviceId, PersonId
from bailee.types.keep_for import DONT_KEEP, Reach
from bailee.types.kind import Kind
from bailee.types.purpose import Purpose
from bailee.types.role import Right, Role
from bailee.types.scope import Scope
from household.conftest import Home
from support.vaults import NOW_MS

KITCHEN = NewEndpoint(way=Way.LISTEN, address="tcp://127.0.0.1:10300", zone="Europe/Berlin")


def kitchen(home: Home) -> DeviceId:
    devices = home.house.houses.show(home.ana, home.account_id).devices
    return next(each.id for each in devices if each.name == "kitchen")


def listen(home: Home, new: NewEndpoint = KITCHEN, who: PersonId | None = None) -> Endpoint:
    """As Ana sets it up, taken for *who*."""
    named = replace(new, person_id=who)
    return home.house.endpoints.set(home.ana, home.account_id, kitchen(home), named)


def make_parent(home: Home) -> None:
    """Ana, of Mia; the operator vouches for it."""
    home.house.guardians.name(home.ana, home.account_id, home.mia_id, home.ana_id)
    home.house.guardians.verify(OPERATOR, home.account_id, home.mia_id, home.ana_id, Proof.OPERATOR)


def may(home: Home, verb: Verb, person_id: PersonId, **asked: object) -> bool:
    """Whether a voice in the kitchen may, by the gate itself."""
    access = Access(
        principal=voice_at(kitchen(home)),
        verb=verb,
        purpose=asked.pop("purpose", Purpose.OWNER_VIEW),  # type: ignore[arg-type]
        account_id=home.account_id,
        person_id=person_id,
        **{"device_id": kitchen(home), **asked},  # type: ignore[arg-type]
    )
    return home.house.listening.ground.decide(access).allowed


def test_a_room_without_a_person_is_the_unknown_speakers(home: Home) -> None:
    """Who is made once, and serves the next endpoint too."""
    found = listen(home)
    assert (found.person, found.is_unknown) == (UNKNOWN_SPEAKER, True)
    assert (found.way, found.address, found.zone) == (Way.LISTEN, KITCHEN.address, "Europe/Berlin")
    bath = home.house.devices.add(home.ana, home.account_id, "bath", DeviceSort.SPEAKER, "")
    other = replace(KITCHEN, address="unix:///run/bath.sock")
    again = home.house.endpoints.set(home.ana, home.account_id, bath, other)
    assert again.person_id == found.person_id
    told = home.house.endpoints.list(home.leo, home.account_id)
    assert [each.device for each in told] == sorted(each.device for each in told)
    assert home.house.endpoints.all() == told


def test_nobody_is_given_another_grown_ups_voice(home: Home) -> None:
    """One's own and one's child's alone: who speaks there may forget what they said."""
    with pytest.raises(DeniedError):
        listen(home, who=home.mia_id)
    make_parent(home)
    assert listen(home, who=home.ana_id).person_id == home.ana_id
    assert listen(home, who=home.mia_id).person_id == home.mia_id
    with pytest.raises(DeniedError) as refused:
        listen(home, who=home.leo_id)
    assert refused.value.policy == "consent-is-ones-own"
    named = replace(KITCHEN, person_id=home.leo_id)
    with pytest.raises(DeniedError):
        home.house.endpoints.set(OPERATOR, home.account_id, kitchen(home), named)
    assert home.house.endpoints.of(home.account_id, kitchen(home)).person_id == home.mia_id


def test_what_stays_as_it_is_needs_no_word_again(home: Home) -> None:
    """Another may move the port of what Ana agreed to."""
    listen(home, who=home.ana_id)
    moved = replace(KITCHEN, address="tcp://127.0.0.1:10301", person_id=home.ana_id)
    found = home.house.endpoints.set(OPERATOR, home.account_id, kitchen(home), moved)
    assert (found.person_id, found.address) == (home.ana_id, "tcp://127.0.0.1:10301")


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": ""},
        {"address": "tcp://127.0.0.1"},
        {"address": "tcp://127.0.0.1:99999"},
        {"address": "tcp://user:secret@127.0.0.1:10300"},
        {"address": "http://127.0.0.1:10300"},
        {"address": "unix://"},
        {"address": "unix:///run/a\nb"},
        {"way": Way.POST, "address": "tcp://127.0.0.1:10300"},
        {"language": "English"},
        {"zone": "Europe/Atlantis"},
        {"zone": "../../etc/passwd"},
        {"zone": ""},
    ],
    ids=str,
)
def test_what_is_no_endpoint_is_refused_at_the_door(home: Home, wrong: dict[str, object]) -> None:
    """And nothing of it is there."""
    with pytest.raises(InputError) as refused:
        listen(home, replace(KITCHEN, **wrong))  # type: ignore[arg-type]
    assert refused.value.hint or wrong.get("way")
    assert home.house.endpoints.all() == ()


def test_a_camera_does_not_listen(home: Home) -> None:
    door = home.house.devices.add(home.ana, home.account_id, "door", DeviceSort.CAMERA, "")
    with pytest.raises(InputError):
        home.house.endpoints.set(home.ana, home.account_id, door, KITCHEN)


def test_two_do_not_listen_at_one_address(home: Home) -> None:
    """But one may be set up again at its own."""
    listen(home)
    listen(home)
    bath = home.house.devices.add(home.ana, home.account_id, "bath", DeviceSort.SPEAKER, "")
    with pytest.raises(ConflictError):
        home.house.endpoints.set(home.ana, home.account_id, bath, KITCHEN)


def test_who_does_not_keep_house_changes_nothing(home: Home) -> None:
    listen(home)
    for act in (
        lambda: home.house.endpoints.set(home.leo, home.account_id, kitchen(home), KITCHEN),
        lambda: home.house.endpoints.end(home.leo, home.account_id, kitchen(home)),
    ):
        with pytest.raises(DeniedError):
            act()


def test_a_revoked_device_listens_no_more(home: Home) -> None:
    """Nor does one that was ended; and a voice there is nobody's."""
    listen(home, who=home.ana_id)
    device = kitchen(home)
    assert may(home, Verb.ERASE, home.ana_id)
    home.house.devices.revoke(home.ana, home.account_id, device)
    assert home.house.endpoints.all() == ()
    assert not may(home, Verb.ERASE, home.ana_id, device_id=device)
    with pytest.raises(UnknownError):
        home.house.endpoints.end(home.ana, home.account_id, device)


def test_a_voice_may_what_its_person_may_and_little_of_it(home: Home) -> None:
    """Ana's room: her own and her child's; never Leo's; nothing is opened but words."""
    make_parent(home)
    listen(home, who=home.ana_id)
    other = home.house.devices.add(home.ana, home.account_id, "bath", DeviceSort.SPEAKER, "")
    for whose, allowed in ((home.ana_id, True), (home.mia_id, True), (home.leo_id, False)):
        assert may(home, Verb.ERASE, whose, device_id=other) is allowed
    assert not may(home, Verb.ERASE_ALL, home.ana_id)
    assert may(home, Verb.VIEW, home.ana_id, kind=Kind.FACT, purpose=Purpose.ASSIST)
    assert not may(home, Verb.VIEW, home.ana_id, kind=Kind.FACT)
    assert not may(home, Verb.HEAR, home.ana_id, kind=Kind.AUDIO, purpose=Purpose.ASSIST)
    assert not may(home, Verb.DEPOSIT, home.mia_id, kind=Kind.AUDIO)
    assert not may(home, Verb.DEPOSIT, home.ana_id, kind=Kind.AUDIO, device_id=other)


def test_the_unknown_speaker_forgets_in_that_room_alone(home: Home) -> None:
    unknown = listen(home).person_id
    other = home.house.devices.add(home.ana, home.account_id, "bath", DeviceSort.SPEAKER, "")
    assert may(home, Verb.ERASE, unknown)
    assert not may(home, Verb.ERASE, unknown, device_id=other)
    assert not may(home, Verb.ERASE, home.ana_id)


def test_a_childs_voice_forgets_as_a_parent_lets_it(home: Home) -> None:
    make_parent(home)
    listen(home, who=home.mia_id)
    assert not may(home, Verb.ERASE, home.mia_id)
    home.let_in(home.mia_id, Role.CHILD, Stay(since_ms=NOW_MS), Right.DELETE)
    assert may(home, Verb.ERASE, home.mia_id)


def take_for(home: Home, who: Principal, person_id: PersonId | None) -> Endpoint:
    return home.house.endpoints.take_for(who, home.account_id, kitchen(home), person_id)


def test_one_says_oneself_that_it_is_ones_voice(home: Home) -> None:
    """And that it is no more; Leo keeps no house, and moves nothing else."""
    unknown = listen(home).person_id
    with pytest.raises(UnknownError):
        take_for(home, home.leo, home.ana_id)
    with pytest.raises(DeniedError):
        take_for(home, home.leo, None)
    assert take_for(home, home.leo, home.leo_id).person_id == home.leo_id
    assert may(home, Verb.ERASE, home.leo_id)
    assert take_for(home, home.leo, None).person_id == unknown
    assert not may(home, Verb.ERASE, home.leo_id)


def test_who_left_or_is_forgotten_is_nobody_in_particular(home: Home) -> None:
    """The room goes on listening, for the unknown speaker."""
    unknown = listen(home).person_id
    take_for(home, home.leo, home.leo_id)
    home.house.members.end(home.ana, home.account_id, home.leo_id)
    assert not may(home, Verb.ERASE, home.leo_id)
    forgotten = Choice(person_id=home.leo_id)
    home.house.erasures.ask(home.ana, home.account_id, forgotten)
    assert home.house.endpoints.of(home.account_id, kitchen(home)).person_id == unknown
    assert may(home, Verb.DEPOSIT, unknown, kind=Kind.AUDIO)


def mode(home: Home) -> Mode:
    return home.house.listening.mode(home.house.endpoints.of(home.account_id, kitchen(home)))


def test_modes_are_the_households_own_rules(home: Home) -> None:
    """Keep, words only, nothing: rules of keeping about this person on this device."""
    listen(home, who=home.ana_id)
    assert mode(home) == Mode(audio=True, transcript=True)
    here = Reach(kind=Kind.AUDIO, person_id=home.ana_id, device_id=kitchen(home))
    home.house.keep_rules.put(home.ana, home.account_id, here, DONT_KEEP)
    assert mode(home) == Mode(audio=False, transcript=True)
    words = replace(here, kind=Kind.TRANSCRIPT)
    home.house.keep_rules.put(home.ana, home.account_id, words, DONT_KEEP)
    assert mode(home) == Mode(audio=False, transcript=False, why=Why.RULE)
    home.house.keep_rules.put(home.ana, home.account_id, here, 1)
    assert mode(home) == Mode(audio=True, transcript=False)


def test_consent_is_a_mode_too(home: Home) -> None:
    """Ended use: nothing. A child without a parent's yes: the audio exception."""
    make_parent(home)
    listen(home, who=home.ana_id)
    home.house.consents.withdraw(home.ana, home.account_id, home.ana_id, Scope.USE)
    found = mode(home)
    assert (found.keeps, found.why, found.policy) == (False, Why.STOPPED, "use-ended")
    listen(home, who=home.mia_id)
    found = mode(home)
    assert (found.keeps, found.why, found.policy) == (False, Why.CHILD, "parental-consent")


def test_that_a_child_was_answered_is_written_down(home: Home) -> None:
    """And nothing else is: by which safeguard, of whom, where (R-11)."""
    make_parent(home)
    listen(home, who=home.mia_id)
    home.house.listening.answered(home.house.endpoints.of(home.account_id, kitchen(home)))
    found = home.house.history.page(home.ana, home.account_id, sorts=[Sort.TAKEN_IN]).events[0]
    assert found.type == "answered"
    assert found.policy == "parental-consent"


def test_a_voice_forgets_through_the_household(home: Home) -> None:
    """As it asks on every other door; a no is told as one."""
    listen(home, who=home.ana_id)
    voice = voice_at(kitchen(home))
    choice = Choice(person_id=home.ana_id, from_ms=0, to_ms=home.clock.now_ms())
    begun = home.house.erasures.ask(voice, home.account_id, choice)
    assert home.house.erasures.finish(begun.erasure.id).outcome
    with pytest.raises((DeniedError, UnknownError)):
        home.house.erasures.ask(voice, home.account_id, replace(choice, person_id=home.leo_id))
