"""Two opinions: what forgets is done at once only where both heard the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailee.assistant.command import Act, Command
from bailee.assistant.judging import Verdict, judge
from bailee.types.hearing import Heard
from support.judged import reader

READS = reader()
JUST = "delete what i just said"
RISKY = (JUST, "delete everything i said today", "forget that", "stop keeping what i say")
HARMLESS = ("what time is it", "what do you keep", "what did you hear", "no")
NEITHER = ("the weather is nice", "i deleted what you just said", "")


def _judge(text: str, command: str | None) -> tuple[Verdict, str]:
    judged = judge(Heard(text=text, command=command, engine="scripted"), READS.understand)
    return judged.verdict, judged.command.act if judged.command else ""


@pytest.mark.parametrize("said", RISKY)
def test_two_that_agree_act(said: str) -> None:
    assert _judge(said, said)[0] is Verdict.ACT


def test_other_words_for_the_same_agree() -> None:
    assert _judge("Please delete what I just said.", JUST) == (Verdict.ACT, Act.DELETE)


@pytest.mark.parametrize("said", RISKY)
def test_one_that_hears_a_deletion_alone_asks(said: str) -> None:
    """Whichever it is; also where there is no second ear at all."""
    assert _judge(said, "")[0] is Verdict.ASK
    assert _judge(said, None)[0] is Verdict.ASK
    assert _judge(f"{said} now here", said)[0] is Verdict.ASK


def test_two_deletions_that_differ_ask_about_what_the_ear_for_commands_heard() -> None:
    judged = judge(
        Heard(text="delete everything i said today", command=JUST, engine="scripted"),
        READS.understand,
    )
    assert judged.verdict is Verdict.ASK
    assert judged.command == READS.understand(JUST)


@pytest.mark.parametrize(
    "text",
    [
        "don't believe what i just said",
        "never delete what i just said",
        "i didn't delete what i just said",
        "the weather is nice today and we should go to the park",
        "",
    ],
)
def test_what_is_turned_round_or_far_away_is_no_command(text: str) -> None:
    assert _judge(text, JUST) == (Verdict.OTHER, "")


def test_a_command_that_the_general_ear_misheard_is_asked_about() -> None:
    assert _judge("illegal and i just said", JUST) == (Verdict.ASK, Act.DELETE)


@pytest.mark.parametrize("said", HARMLESS)
def test_what_harms_nothing_is_done_on_one_opinion(said: str) -> None:
    assert _judge(said, None)[0] is Verdict.ACT
    assert _judge(said, "")[0] is Verdict.ACT
    assert _judge(said + "s", said)[0] is Verdict.ACT


def test_a_yes_is_certain_only_from_both_ears_where_there_are_two() -> None:
    """It is what confirms a wide deletion."""
    assert _judge("yes", "yes") == (Verdict.ACT, Act.YES)
    assert _judge("yes", "") == (Verdict.ASK, Act.YES)
    assert _judge("yes", None) == (Verdict.ACT, Act.YES)


@pytest.mark.parametrize("text", NEITHER)
def test_what_neither_takes_for_a_command_is_none(text: str) -> None:
    assert _judge(text, "") == _judge(text, None) == (Verdict.OTHER, "")


_SAID = st.sampled_from((*RISKY, *HARMLESS, *NEITHER, "yes", "delete everything leo said"))


@given(_SAID, _SAID)
def test_nothing_that_forgets_is_done_unless_both_say_so(text: str, command: str) -> None:
    judged = judge(Heard(text=text, command=command, engine="scripted"), READS.understand)
    risky = isinstance(judged.command, Command) and judged.command.act in {
        *(Act.DELETE, Act.STOP_KEEPING, Act.YES)
    }
    if judged.verdict is Verdict.ACT and risky:
        assert READS.understand(text) == READS.understand(command) == judged.command
    assert (judged.command is None) == (judged.verdict is Verdict.OTHER)
