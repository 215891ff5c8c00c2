"""Two speak at once, and custody says what it says between a thought and its act."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest

from assistant.kitchen import PCM, SECOND_MS, Kitchen
from bailee.types.choice import Choice
from bailee.types.hearing import Heard
from bailee.types.kind import Kind
from bailee.types.turn import Reply, Sound
from support.vaults import assert_sound

EVER = "delete everything I have ever said"


def together(kitchen: Kitchen, *texts: str) -> list[Reply]:
    """Each said in a thread of its own, heard at the same moment."""
    turns = [kitchen.begin() for _ in texts]
    kitchen.clock.advance(ms=SECOND_MS)
    ready, replies, failed = Barrier(len(texts)), list[Reply](), list[BaseException]()

    def work(at: int) -> None:
        sound = Sound(pcm=PCM, begin_ms=turns[at].begun_ms + at)
        heard = Heard(text=texts[at], command=texts[at], engine="two")
        ready.wait(timeout=60)
        try:
            replies.append(turns[at].heard(heard, sound))
        except BaseException as error:  # noqa: BLE001 - told to the test that waits
            failed.append(error)

    threads = [Thread(target=work, args=(at,)) for at in range(len(texts))]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=120)
    assert not failed, failed
    assert len(replies) == len(texts)
    return replies


def test_one_yes_answers_a_question(any_kitchen: Kitchen) -> None:
    """Of two that come at once: it is done once, and the other one is no answer to anything."""
    kitchen = any_kitchen
    kitchen.say("one")
    assert kitchen.say(EVER).asks
    answers = [each.answer for each in together(kitchen, "yes", "yes")]
    assert sum(each.startswith("I forgot") for each in answers) == 1
    home = kitchen.home
    assert len(home.house.erasures.list(home.ana, home.account_id).erasures) == 1
    assert "one" not in kitchen.words()
    kitchen.clean_up()
    assert_sound(home.vault)


def test_two_are_kept_each_with_its_own(any_kitchen: Kitchen) -> None:
    together(any_kitchen, "it rains", "it pours")
    assert sorted(any_kitchen.words()) == ["it pours", "it rains"]
    assert any_kitchen.kinds().count(Kind.AUDIO) == 2


def test_deleting_and_talking_at_once_is_one_or_the_other(any_kitchen: Kitchen) -> None:
    """What is said while today goes is gone too, kept before the moment or refused after it."""
    kitchen = any_kitchen
    kitchen.say("one")
    together(kitchen, "delete everything I said today", "it rains")
    kitchen.clean_up()
    assert kitchen.kinds() == []
    assert_sound(kitchen.home.vault)


def forget_elsewhere(kitchen: Kitchen) -> None:
    home = kitchen.home
    mine = Choice(person_id=home.ana_id, to_ms=kitchen.clock.now_ms())
    home.house.erasures.ask(home.ana, home.account_id, mine)


def move_the_room(kitchen: Kitchen) -> None:
    home = kitchen.home
    home.house.endpoints.take_for(home.leo, home.account_id, kitchen.device_id, home.leo_id)


def revoke(kitchen: Kitchen) -> None:
    home = kitchen.home
    home.house.devices.revoke(home.ana, home.account_id, kitchen.device_id)


@pytest.mark.parametrize(
    ("meanwhile", "answer"),
    [
        (forget_elsewhere, "There was nothing to forget"),
        (move_the_room, "There is nothing to answer"),
        (revoke, "I may not"),
    ],
    ids=["forgotten on the page", "taken for Leo", "device revoked"],
)
def test_what_happens_between_question_and_yes_counts(
    kitchen: Kitchen, meanwhile: Callable[[Kitchen], None], answer: str
) -> None:
    kitchen.say("one")
    assert kitchen.say(EVER).asks
    meanwhile(kitchen)
    assert kitchen.say("yes").answer.startswith(answer)


def test_what_was_just_said_and_is_gone_already_is_nothing(kitchen: Kitchen) -> None:
    """Picked, forgotten on the page meanwhile, confirmed: there was nothing."""
    kitchen.say("one")
    assert kitchen.say("delete what I just said", command=None).asks
    forget_elsewhere(kitchen)
    assert kitchen.say("yes").answer.startswith("There was nothing to forget")
