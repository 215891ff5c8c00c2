"""faster-whisper hears an utterance as a whole, with a model in a folder, or says why it cannot."""

import struct
import sys
from pathlib import Path

import pytest

from bailee.errors import InputError, UnavailableError
from bailee.intake.hearing.whisper import load_whisper
from bailee.types.hearing import Engine, Heard
from intake.hearing.beside_packages import NUMPY, WHISPER, install, model

FILES = ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt")


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """On a simulated faster-whisper."""
    install(tmp_path, monkeypatch, faster_whisper=WHISPER, numpy=NUMPY)
    return load_whisper(model(tmp_path / "small", *FILES))


def test_it_is_called_by_package_version_and_model(engine: Engine) -> None:
    assert (engine.name, engine.is_own) == ("faster-whisper 9.9, small", True)
    assert engine.languages == ("en", "de")


def test_the_whole_utterance_is_heard_at_its_end(engine: Engine) -> None:
    """In pieces as they come; every segment of what it makes of them."""
    hearing = engine.listen("de")
    hearing.feed(bytes(640))
    hearing.feed(bytes(320))
    assert hearing.end() == Heard(
        text="de 480 samples. And more.", command=None, engine="faster-whisper 9.9, small"
    )


def test_utterances_at_once_do_not_mix(engine: Engine) -> None:
    one, other = engine.listen("en"), engine.listen("de")
    one.feed(bytes(2))
    other.feed(bytes(4))
    assert one.end().text.startswith("en 1 ")
    assert other.end().text.startswith("de 2 ")


def test_silence_is_nothing(engine: Engine) -> None:
    assert engine.listen("en").end().text == ""


def test_a_failure_is_ours_to_tell(engine: Engine) -> None:
    """The samples reach it between -1 and 1."""
    hearing = engine.listen("en")
    hearing.feed(struct.pack("<hh", 16_384, -32_768))
    with pytest.raises(UnavailableError, match="faster-whisper failed"):
        hearing.end()


def test_what_is_dropped_is_forgotten(engine: Engine) -> None:
    hearing = engine.listen("en")
    hearing.feed(bytes(640))
    hearing.drop()
    hearing.drop()
    assert hearing.end().text == ""


def test_another_language_is_refused(engine: Engine) -> None:
    with pytest.raises(InputError, match="It understands en, de"):
        engine.listen("fr")


def test_without_the_package_the_line_that_installs_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    with pytest.raises(UnavailableError, match=r"pip install 'bailee\[whisper\]'"):
        load_whisper(model(tmp_path, *FILES))


@pytest.mark.parametrize("name", ["tiny", "Systran/faster-whisper-tiny", "", "/nowhere"])
def test_a_name_is_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """faster-whisper would download it: it is not even asked."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    with pytest.raises(InputError, match=r"model.bin, config.json.*bailee downloads none"):
        load_whisper(Path(name))


@pytest.mark.parametrize("lacking", FILES)
def test_a_folder_that_is_no_model_is_told_what_it_lacks(tmp_path: Path, lacking: str) -> None:
    """Without a tokenizer of its own faster-whisper would fetch one."""
    folder = model(tmp_path, *(each for each in FILES if each != lacking))
    with pytest.raises(InputError, match=f"it lacks .*{lacking}"):
        load_whisper(folder)


def test_a_model_that_is_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files have the right names and hold something else."""
    install(tmp_path, monkeypatch, faster_whisper=WHISPER, numpy=NUMPY)
    folder = model(tmp_path / "small", *FILES)
    (folder / "model.bin").write_text("junk")
    with pytest.raises(InputError, match="is not a model for faster-whisper"):
        load_whisper(folder)
