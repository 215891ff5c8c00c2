"""When a file was captured, as the file itself says it (R-02)."""

import os
import struct
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailee.clock import to_ms
from bailee.intake.capture import parse_moment
from bailee.intake.probe import probe
from bailee.types.span import MAX_MS
from support.media import AT, AT_MS, Take, exif_block, jpeg_with, png_chunk, record

OFFSET = "2024-03-01T12:00:00+02:00"
LOCAL = "2024-03-01T05:00:00"
"""In New York, in winter, the moment `AT`."""


@pytest.fixture(autouse=True)
def _in_new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A place where local time and UTC differ."""
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("form", "sound", "tags", "options"),
    [
        ("mp4", "aac", {"creation_time": AT}, {}),
        ("mov", "aac", {"creation_time": AT}, {}),
        (
            "mov",
            "aac",
            {"com.apple.quicktime.creationdate": OFFSET, "creation_time": "2024-03-09T10:00:00Z"},
            {"movflags": "use_metadata_tags"},
        ),
        ("matroska", "libopus", {"creation_time": AT}, {}),
        ("webm", "libopus", {"creation_time": AT}, {}),
        ("wav", "pcm_s16le", {"date": LOCAL}, {}),
        (
            "wav",
            "pcm_s16le",
            {"origination_date": "2024-03-01", "origination_time": "05:00:00"},
            {"write_bext": "1"},
        ),
        ("mp3", "libmp3lame", {"date": LOCAL}, {}),
        ("flac", "flac", {"date": AT}, {}),
    ],
)
def test_a_container_tells(
    form: str, sound: str, tags: dict[str, str], options: dict[str, str], tmp_path: Path
) -> None:
    """Tags with a full date and time are the moment of capture; naive ones are local time."""
    path = record(tmp_path / "it", form, sound=sound, tags=tags, options=options, seconds=0.2)
    found = probe(path)
    assert (found.captured_at_ms, found.captured_from) == (AT_MS, "file")


@pytest.mark.parametrize("said", ["1970-01-01T00:00:00Z", "1904-01-01T00:00:00Z", "", "2024-03-01"])
def test_a_container_that_does_not_tell(said: str, tmp_path: Path) -> None:
    """The zero of a recorder without a clock, or a day without its hour, is no time of capture."""
    path = record(tmp_path / "it", "wav", sound="pcm_s16le", tags={"date": said}, seconds=0.2)
    _modified_at(path)
    found = probe(path)
    assert (found.captured_at_ms, found.captured_from) == (AT_MS + 500, "modified")


@pytest.mark.parametrize("zero", [0, 2_082_844_800])
def test_a_quicktime_zero(zero: int, take: Take, tmp_path: Path) -> None:
    """An MP4 whose clock stood at 1904 or 1970 does not tell."""
    data = bytearray(take("mp4").read_bytes())
    at = data.index(b"mvhd") + 8
    data[at : at + 4] = struct.pack(">I", zero)
    path = tmp_path / "it"
    path.write_bytes(data)
    _modified_at(path)
    assert probe(path).captured_from == "modified"


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("taken", "offset"),
    [
        (b"2024:03:01 05:00:00", b""),
        (b"2024:03:01 12:00:00", b"+02:00"),
        (b"2024:03:01 05:00:00", b"unsure"),
    ],
)
def test_exif_tells(order: str, taken: bytes, offset: bytes, take: Take, tmp_path: Path) -> None:
    """DateTimeOriginal in JPEG, PNG and WebP, in either byte order, with its offset if sound."""
    block = exif_block(order, taken, offset)
    png, webp = take("png").read_bytes(), take("webp").read_bytes()
    exif_chunk = b"EXIF" + struct.pack("<I", len(block)) + block + b"\0" * (len(block) % 2)
    for data in (
        jpeg_with(block, take("jpeg").read_bytes()),
        png[:33] + png_chunk(b"eXIf", block) + png[33:],
        webp + exif_chunk,
    ):
        path = tmp_path / "it"
        path.write_bytes(data)
        found = probe(path)
        assert (found.captured_at_ms, found.captured_from) == (AT_MS, "file")


@pytest.mark.parametrize(
    "taken", [b"0000:00:00 00:00:00", b"    :  :     :  :  ", b"1970:01:01 00:00:00", b"yesterday"]
)
def test_exif_that_does_not_tell(taken: bytes, take: Take, tmp_path: Path) -> None:
    """A camera whose clock was never set falls back to the file's own time."""
    path = tmp_path / "it"
    path.write_bytes(jpeg_with(exif_block("<", taken), take("jpeg").read_bytes()))
    _modified_at(path)
    assert probe(path).captured_at_ms == AT_MS + 500


@pytest.mark.parametrize("at_s", [-86_400, 0])
def test_a_disk_that_does_not_know(at_s: int, tmp_path: Path) -> None:
    """A modification time at or before the epoch is no time at all."""
    path = tmp_path / "it"
    path.write_text("hello")
    os.utime(path, (at_s, at_s))
    assert probe(path).captured_at_ms is None


@given(moment=st.datetimes(datetime(1970, 1, 2), datetime(9998, 12, 30)))  # noqa: DTZ001  # made aware below
def test_a_full_time_is_read_exactly(moment: datetime) -> None:
    """Any moment after the epoch written in ISO 8601 with its offset is read back to the ms."""
    aware = moment.replace(tzinfo=UTC)
    assert parse_moment(aware.isoformat()) == to_ms(aware)


@given(
    st.text(max_size=40)
    | st.from_regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?([+-]\d\d:\d\d)?", fullmatch=True)
)
def test_any_text_is_a_moment_or_none(text: str) -> None:
    """Whatever a tag says, the answer is a time that a key tree can name, or nothing."""
    found = parse_moment(text)
    assert found is None or 0 < found <= MAX_MS


def _modified_at(path: Path) -> None:
    os.utime(path, ns=(0, (AT_MS + 500) * 1_000_000))
