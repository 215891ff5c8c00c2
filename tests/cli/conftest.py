"""A vault to type at, and recordings of a newcomer's own."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bailee.clock import SystemClock
from cli.shell import NOW_MS, Shell
from support.media import record


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A zone that changes its clocks, and no settings from outside."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    monkeypatch.delenv("BAILEE_HOME", raising=False)
    monkeypatch.delenv("BAILEE_DEBUG", raising=False)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A fresh vault, in a folder in which one stands."""
    monkeypatch.chdir(tmp_path)
    fresh = Shell(tmp_path)
    fresh.ok("init")
    return fresh


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A quarter of a second of a tone, as a WAV."""
    path = tmp_path_factory.mktemp("sound") / "talk.wav"
    return record(path, "wav", sound="pcm_s16le", seconds=0.25).read_bytes()


@pytest.fixture
def talk(tmp_path: Path, sound: bytes) -> Path:
    """A quarter of a second of sound, last written a minute ago."""
    return written(tmp_path / "talk.wav", sound, NOW_MS - 60_000)


@pytest.fixture
def folder(tmp_path: Path, sound: bytes) -> Path:
    """Five recordings, an hour apart."""
    for number in range(5):
        written(tmp_path / "folder" / f"{number}.wav", sound, NOW_MS - number * 3_600_000)
    return tmp_path / "folder"


@pytest.fixture
def today(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A fresh vault of today, for programs that look at the machine's own clock."""
    monkeypatch.chdir(tmp_path)
    fresh = Shell(tmp_path)
    fresh.clock.at_ms = SystemClock().now_ms()
    fresh.ok("init")
    return fresh


@pytest.fixture
def folder_of_today(today: Shell, sound: bytes) -> Path:
    """Five recordings, an hour apart, the last a minute ago."""
    for number in range(5):
        at_ms = today.clock.at_ms - 60_000 - number * 3_600_000
        written(today.folder / "folder" / f"{number}.wav", sound, at_ms)
    return today.folder / "folder"


def written(path: Path, content: bytes, at_ms: int) -> Path:
    """A file as if written at *at_ms*."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    os.utime(path, ns=(at_ms * 1_000_000, at_ms * 1_000_000))
    return path
