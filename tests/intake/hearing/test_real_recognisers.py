"""The real packages of vosk and faster-whisper, as far as one comes without a model."""

import os
import subprocess
from pathlib import Path

import pytest

from intake.hearing.beside_packages import model
from support.peers import peer

ROOT = Path(__file__).parents[3]
TRIES = """
import sys
def guard(event, args):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname"}:
        print("somebody goes out:", event)
sys.addaudithook(guard)
from pathlib import Path
from bailee.errors import BaileeError
from bailee.intake.hearing.vosk import load_vosk
from bailee.intake.hearing.whisper import load_whisper
for load in (lambda path: load_vosk(path, "en"), load_whisper):
    for name in sys.argv[1:]:
        try:
            load(Path(name))
        except BaileeError as error:
            print(type(error).__name__, error.message)
print(sorted({"vosk", "faster_whisper"} & set(sys.modules)))
"""


def tried(*names: str) -> list[str]:
    """What is said to each of *names*, by vosk and then by faster-whisper."""
    done = subprocess.run(
        [peer("recognisers") / "python", "-c", TRIES, *names],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


@pytest.mark.long
def test_junk_of_the_right_names_is_refused_and_nobody_goes_out(tmp_path: Path) -> None:
    """By the packages themselves, which are asked for nothing but what is in the folder."""
    files = ("am/final.mdl", "conf/mfcc.conf", "conf/model.conf", "model.bin", "config.json")
    junk = str(model(tmp_path / "junk", *files, "tokenizer.json", "vocabulary.txt"))
    assert tried(junk) == [
        f"InputError {junk} is not a model for vosk.",
        f"InputError {junk} is not a model for faster-whisper.",
        "['faster_whisper', 'vosk']",
    ]


@pytest.mark.long
def test_a_name_is_not_even_asked_for() -> None:
    """Nothing is imported that could fetch it."""
    said = tried("tiny", "vosk-model-small-en-us-0.15")
    assert [each.split()[:4] for each in said[:-1]] == [["InputError", "There", "is", "no"]] * 4
    assert said[-1] == "[]"
