"""Rooms that listen, set up at the machine; what can be said; what is heard, and nothing done."""

import wave
from pathlib import Path

import pytest

from cli.shell import Shell
from support.speech import say

LISTEN = ("--listen", "tcp://127.0.0.1:10300")


@pytest.fixture
def home(shell: Shell) -> Shell:
    """A household with two speakers and a camera."""
    shell.ok("household", "found", "home", "--owner", "Ana")
    for name, sort in (("kitchen", "speaker"), ("hall", "speaker"), ("door", "camera")):
        shell.ok("household", "add-device", "home", name, "--sort", sort, "--room", name)
    return shell


def endpoints(shell: Shell) -> list[tuple[str, str, str]]:
    found = shell.json("voice", "list", "home")["endpoints"]
    return [(each["name"], each["way"], each["address"]) for each in found]


def test_a_speaker_listens_and_listens_no_more(home: Shell) -> None:
    """Each says what leads on; the machine's own zone is the room's unless another is said."""
    assert "bailee voice add home" in home.ok("voice", "list", "home")
    said = home.ok("voice", "add", "home", "kitchen", *LISTEN)
    assert "kitchen listens, taken for unknown speaker." in said
    assert "they say themselves on the page Listening" in said
    made = home.json("voice", "add", "home", "Hall", "--post", "--language", "de", "--zone", "UTC")
    assert (made["unknown"], made["language"], made["zone"]) == (True, "de", "UTC")
    assert endpoints(home) == [
        ("hall", "post", ""),
        ("kitchen", "listen", "tcp://127.0.0.1:10300"),
    ]
    assert "Europe/Berlin" in home.ok("voice", "list", "home")
    home.ok("voice", "add", "home", "kitchen", "--dial", "tcp://192.168.1.7:10700")
    assert endpoints(home)[1] == ("kitchen", "dial", "tcp://192.168.1.7:10700")
    assert "kitchen listens no more." in home.ok("voice", "remove", "home", "kitchen")
    assert home.run("voice", "remove", "home", "kitchen").exit_code == 4
    assert [each[0] for each in endpoints(home)] == ["hall"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("kitchen",), 2),
        (("kitchen", *LISTEN, "--post"), 2),
        (("kitchen", "--listen", "127.0.0.1"), 2),
        (("kitchen", *LISTEN, "--language", "tlh"), 2),
        (("kitchen", *LISTEN, "--zone", "Mars/Olympus"), 2),
        (("door", *LISTEN), 2),
        (("attic", *LISTEN), 4),
        (("kitchen", *LISTEN, "--person", "Ana"), 2),
    ],
    ids=str,
)
def test_what_makes_no_sense_lets_nothing_listen(
    home: Shell, words: tuple[str, ...], code: int
) -> None:
    """A person's voice among it: only they themselves can say whose it is."""
    assert home.run("voice", "add", "home", *words).exit_code == code
    assert endpoints(home) == []


def test_two_cannot_listen_at_one_address(home: Shell) -> None:
    home.ok("voice", "add", "home", "kitchen", *LISTEN)
    assert home.run("voice", "add", "home", "hall", *LISTEN).exit_code == 6


def test_whose_voice_it_is_is_not_the_machines_to_say(home: Shell) -> None:
    """The help says so, and who can."""
    told = " ".join(home.ok("voice", "add", "--help").split())
    assert "only they themselves can say that it is theirs" in told


def test_what_can_be_said(shell: Shell) -> None:
    """In the language of the room, from the same file that it is understood by."""
    assert "  delete everything i just said\n" in shell.ok("voice", "say")
    assert "was ich gerade gesagt habe" in shell.ok("voice", "say", "--language", "de")
    assert shell.json("voice", "say")["commands"]["time"].startswith("what time")
    assert shell.run("voice", "say", "--language", "tlh").exit_code == 2


def test_what_is_heard_is_told_and_not_done(shell: Shell, tmp_path: Path) -> None:
    """By both ears of the recogniser within; whatever is no WAV is said to be none."""
    path = tmp_path / "said.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(say("what time is it"))
    told = shell.json("voice", "hear", path)
    assert (told["act"], told["verdict"]) == ("time", "act")
    assert shell.held() == []
    path.write_bytes(b"RIFF")
    assert shell.run("voice", "hear", path).exit_code == 2
