"""vosk hears what it is fed, with a model in a folder of the user's, or says why it cannot."""

import sys
from pathlib import Path

import pytest

from bailee.errors import InputError, UnavailableError
from bailee.intake.hearing.vosk import load_vosk
from bailee.types.hearing import Engine, Heard
from intake.hearing.beside_packages import VOSK, install, model

FILES = ("am/final.mdl", "conf/mfcc.conf")


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """On a simulated vosk."""
    install(tmp_path, monkeypatch, vosk=VOSK)
    return load_vosk(model(tmp_path / "small-de", *FILES), "de")


def test_it_is_called_by_package_version_and_model(engine: Engine) -> None:
    assert (engine.name, engine.languages, engine.is_own) == ("vosk 9.9, small-de", ("de",), True)


def test_what_is_heard_is_every_part_of_it(engine: Engine) -> None:
    """Sentences come one by one; the last has no end of its own."""
    hearing = engine.listen("de")
    for part in (b"vergiss ", b"was ich sagte.", b"und das "):
        hearing.feed(part)
    assert hearing.end() == Heard(
        text="vergiss was ich sagte und das", command=None, engine="vosk 9.9, small-de"
    )


def test_utterances_at_once_do_not_mix(engine: Engine) -> None:
    one, other = engine.listen("de"), engine.listen("de")
    one.feed(b"eins")
    other.feed(b"zwei")
    other.feed(b" drei")
    assert (one.end().text, other.end().text) == ("eins", "zwei drei")


def test_silence_is_nothing(engine: Engine) -> None:
    assert engine.listen("de").end().text == ""


def test_a_failure_is_ours_to_tell(engine: Engine) -> None:
    hearing = engine.listen("de")
    with pytest.raises(UnavailableError, match="vosk failed"):
        hearing.feed(b"fail")


def test_what_is_dropped_is_forgotten(engine: Engine) -> None:
    hearing = engine.listen("de")
    hearing.feed(b"eins.")
    hearing.drop()
    hearing.drop()
    with pytest.raises(UnavailableError):
        hearing.end()


def test_another_language_is_refused(engine: Engine) -> None:
    with pytest.raises(InputError, match="It understands de"):
        engine.listen("en")


def test_without_the_package_the_line_that_installs_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "vosk", None)
    with pytest.raises(UnavailableError, match=r"pip install 'bailee\[vosk\]'"):
        load_vosk(model(tmp_path, *FILES), "en")


@pytest.mark.parametrize("name", ["vosk-model-small-en-us-0.15", "en-us", "", "../nowhere"])
def test_a_name_is_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """vosk would download it: it is not even asked."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "vosk", None)
    with pytest.raises(InputError, match=r"am/final.mdl or final.mdl.*bailee downloads none"):
        load_vosk(Path(name), "en")


@pytest.mark.parametrize("there", [(), FILES[:1], FILES[1:]])
def test_a_folder_that_is_no_model_is_told_what_it_lacks(
    tmp_path: Path, there: tuple[str, ...]
) -> None:
    lacking = next(each for each in FILES if each not in there)
    with pytest.raises(InputError, match=f"it lacks {lacking}"):
        load_vosk(model(tmp_path, *there), "en")


def test_a_model_that_is_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files have the right names and hold something else."""
    install(tmp_path, monkeypatch, vosk=VOSK)
    folder = model(tmp_path / "small", *FILES)
    (folder / "am/final.mdl").write_text("junk")
    with pytest.raises(InputError, match="is not a model for vosk"):
        load_vosk(folder, "en")


def test_a_folder_is_named_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is relative becomes absolute before vosk sees it."""
    install(tmp_path, monkeypatch, vosk=VOSK)
    model(tmp_path / "small", *FILES)
    monkeypatch.chdir(tmp_path)
    assert load_vosk(Path("small"), "en").name == "vosk 9.9, small"
