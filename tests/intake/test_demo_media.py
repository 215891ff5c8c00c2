"""The demo's own recordings are real, or it says which program is missing."""

import importlib
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bailee.intake.probe import probe
from bailee.types.kind import Kind

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def media() -> Any:
    """`demo/media.py`."""
    return importlib.import_module("demo.media")


def test_real_media_or_a_clear_word(media: Any, tmp_path: Path) -> None:
    """With both programs, speech, film and still are what they should be; without, it says so."""

    def make(folder: Path) -> list[Path]:
        folder.mkdir()
        said = media.speak("Good morning.", folder / "said", pitch=80)
        film = media.film(
            folder / "film", seconds=1, captured_at=AT, with_sound_from=said, size="160x120"
        )
        return [said, film, media.snapshot(folder / "still", size="160x120")]

    if not (shutil.which("espeak-ng") and shutil.which("ffmpeg")):
        with pytest.raises(media.MissingToolError, match="is not installed"):
            make(tmp_path / "one")
        return
    made, again = make(tmp_path / "one"), make(tmp_path / "two")
    said, film, still = (probe(path) for path in made)
    assert (said.kind, said.sample_rate, said.channels) == (Kind.AUDIO, 16_000, 1)
    assert (film.kind, film.codecs, film.duration_ms) == (Kind.VIDEO, ("h264", "aac"), 1000)
    assert (film.captured_at_ms, film.captured_from) == (int(AT.timestamp() * 1000), "file")
    assert (still.kind, still.width, still.height) == (Kind.IMAGE, 160, 120)
    assert [path.read_bytes() for path in made] == [path.read_bytes() for path in again]


@pytest.mark.parametrize("tool", ["espeak-ng", "ffmpeg"])
def test_a_missing_program_is_named(
    tool: str, media: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names the program and how to install it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    make = {"espeak-ng": lambda path: media.speak("hello", path), "ffmpeg": media.snapshot}[tool]
    with pytest.raises(media.MissingToolError, match=f"^{tool} .*apt-get install"):
        make(tmp_path / "it")
