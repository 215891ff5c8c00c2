"""The assistant speaks by espeak-ng: in memory, and only what it is told to say."""

import os
import stat
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bailee.assistant.speech import MOST_CHARACTERS, MOST_S, Espeak, sayable
from bailee.errors import UnavailableError
from bailee.types.speak import Speak, Speech

SAY: Speak = Espeak()
HELLO = "Hello. I have forgotten three recordings."


def program(folder: Path, body: str) -> str:
    """One that stands where espeak-ng would: a simulated one, which fails in its own way."""
    path = folder / "voice"
    path.write_text(f"#!{sys.executable}\n{body}\n")
    path.chmod(stat.S_IRWXU)
    return str(path)


def raw(text: str, *options: str) -> bytes:
    """What espeak-ng itself makes of *text*."""
    command = ["espeak-ng", "--stdin", "--stdout", "-b", "1", "-v", "en", "-s", "160", *options]
    return subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout[44:]


def test_an_answer_becomes_sound() -> None:
    """Seconds of it, not silence, at the rate that it says; the same each time."""
    said = SAY(HELLO, "en")
    assert said.rate_hz == 22_050
    assert 1 < len(said.pcm) / 2 / said.rate_hz < 6
    samples = memoryview(said.pcm).cast("h")
    assert max(samples) > 5_000
    assert SAY(HELLO, "en") == said


def test_another_language_sounds_otherwise() -> None:
    assert SAY("Ich habe drei Aufnahmen vergessen.", "de").pcm
    assert SAY(HELLO, "de") != SAY(HELLO, "en")


def test_a_speed_is_kept() -> None:
    assert len(Espeak(words_a_minute=320)(HELLO, "en").pcm) < len(SAY(HELLO, "en").pcm) * 0.8


@pytest.mark.parametrize("text", ["", "  \n", "\x00\x01\x1b", "[[ [[", "\ue001\ud800"])
def test_nothing_to_say_is_no_sound(text: str) -> None:
    assert SAY(text, "en") == Speech(pcm=b"", rate_hz=22_050)


@pytest.mark.parametrize("text", ["--version", "-f /etc/passwd", "-w /tmp/x.wav", "--help", "-"])
def test_an_option_is_words(text: str, tmp_path: Path) -> None:
    """It is said, as anything else is; no file of that name comes to be."""
    assert SAY(text, "en").pcm == raw(text)


def test_marks_of_a_language_are_no_commands() -> None:
    """What a mark would do, it does not: nobody waits for ten seconds."""
    text = '<speak>Hello <break time="10s"/> world</speak>'
    assert len(SAY(text, "en").pcm) < len(raw(text, "-m")) * 0.8


def test_phonemes_are_letters() -> None:
    """Doubled brackets would be phonemes to espeak-ng."""
    assert SAY("[[h@l'oU]]", "en").pcm != raw("[[h@l'oU]]")
    assert SAY("[[h@l'oU]]", "en") == SAY("h@l'oU]]", "en")


def test_a_control_character_changes_nothing() -> None:
    """After an 0x01 espeak-ng would read a speed, a pitch, a voice."""
    assert raw("\x01400S hello you over there") != raw("400S hello you over there")
    assert SAY("\x01400S hello you over there", "en") == SAY("400S hello you over there", "en")


def test_a_long_text_is_said_as_far_as_a_whole_word() -> None:
    long = "walnuts " * 1_250
    assert len(long) == 10_000
    assert sayable(long) == ("walnuts " * 250).strip()
    assert SAY(long, "en") == SAY(long[:MOST_CHARACTERS], "en")


def test_a_short_text_that_lasts_is_cut() -> None:
    """2,000 digits would be spoken for far longer than anybody listens."""
    said = SAY("7 " * 1_000, "en")
    assert len(said.pcm) == MOST_S * 2 * said.rate_hz


@settings(max_examples=25)
@example("[[\x01100S<&\U000e0001" * 40)
@given(st.text(max_size=60))
def test_any_text_is_spoken_or_is_silence(text: str) -> None:
    """No text is a crash, a command or a hang."""
    said = SAY(text, "en")
    assert said.rate_hz == 22_050
    assert len(said.pcm) % 2 == 0


@pytest.mark.parametrize("language", ["xx", "", "en -w /tmp/x", "../en", "EN", "en\n", "-m"])
def test_a_language_that_there_is_not_is_refused(language: str) -> None:
    with pytest.raises(UnavailableError, match="could not say"):
        SAY(HELLO, language)


def test_without_the_program_the_line_that_installs_it_is_told() -> None:
    with pytest.raises(UnavailableError, match="apt-get install espeak-ng"):
        Espeak(program="no-such-program")(HELLO, "en")


def test_the_words_are_in_no_argument_and_nothing_of_ours_in_its_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`ps` shows the one, and /proc the other."""
    monkeypatch.setenv("BAILEE_SECRET", "walnut")
    seen = tmp_path / "seen"
    body = f"import os, sys; open({str(seen)!r}, 'w').write(repr((sys.argv, dict(os.environ))))"
    with pytest.raises(UnavailableError):
        Espeak(program=program(tmp_path, body))("walnut", "en")
    assert "--stdin" in seen.read_text()
    assert "walnut" not in seen.read_text()


@pytest.mark.parametrize(
    "body",
    [
        "import time; time.sleep(60)",
        "import sys; sys.stdout.write('RIFF'); sys.stdout.flush(); import time; time.sleep(60)",
        "import sys; sys.exit(3)",
        "import os; os.kill(os.getpid(), 11)",
        "print('espeak-ng is not feeling well today and says so at length')",
        "import sys; sys.stdin.close(); sys.exit(1)",
        "",
    ],
)
def test_a_voice_that_hangs_dies_or_talks_nonsense_is_unavailable(
    tmp_path: Path, body: str
) -> None:
    """And its process is ended."""
    pid = tmp_path / "pid"
    whole = f"import os; open({str(pid)!r}, 'w').write(str(os.getpid()))\n{body}"
    with pytest.raises(UnavailableError, match="could not say"):
        Espeak(program=program(tmp_path, whole), patience_s=1.0)(HELLO, "en")
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


def test_many_may_speak_at_once() -> None:
    """Each gets the sound of its own words."""
    texts = [f"Recording number {number}." for number in range(4)]
    said: dict[str, Speech] = {}
    threads = [Thread(target=lambda t=text: said.update({t: SAY(t, "en")})) for text in texts]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=60)
    assert {text: SAY(text, "en") for text in texts} == said
