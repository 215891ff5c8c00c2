"""What is left of a recording that was cut short is told honestly, or refused."""

import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bailee.errors import InputError
from bailee.intake.found import BYTES, TEXT, Probe
from bailee.intake.probe import probe
from bailee.types.kind import Kind
from support.media import AUDIO, IMAGE, VIDEO, Take

MADE_MS = 2000


def _cut(path: Path, share: float, to: Path) -> Path:
    data = path.read_bytes()
    to.write_bytes(data[: max(1, int(len(data) * share))])
    return to


@pytest.mark.parametrize("name", VIDEO | AUDIO | IMAGE)
def test_never_longer_than_what_is_there(name: str, take: Take, tmp_path: Path) -> None:
    """Each form, cut at any point, is a shorter one of its kind, or refused; never more."""
    whole = probe(take(name))
    for percent in range(5, 100, 5):
        cut = _cut(take(name), percent / 100, tmp_path / "cut")
        try:
            found = probe(cut)
        except InputError as error:
            assert "cut short" in error.message  # noqa: PT017  # either answer is honest
            continue
        # A film of one frame left is a still; a tag alone is not yet a recording.
        assert found.kind in {whole.kind, Kind.IMAGE} or found.media_type in {BYTES, TEXT}
        assert (found.duration_ms or 0) <= (whole.duration_ms or 0)


@pytest.mark.parametrize("name", ["wav", "mp4-moov-first", "mp4-fragmented", "mkv", "flac", "ts"])
def test_half_of_it_plays_half_as_long(name: str, take: Take, tmp_path: Path) -> None:
    """The length is that of the packets that are there, whatever the header still says."""
    found = probe(_cut(take(name), 0.5, tmp_path / "cut"))
    assert found.kind is probe(take(name)).kind
    assert found.duration_ms is not None
    assert 0.2 * MADE_MS < found.duration_ms < 0.8 * MADE_MS


def test_a_wav_cut_short_is_measured(take: Take, tmp_path: Path) -> None:
    """A WAV whose data chunk promises more than there is plays exactly what there is."""
    found = probe(_cut(take("wav"), 0.25, tmp_path / "cut"))
    assert found.duration_ms == pytest.approx(MADE_MS / 4, abs=25)


@pytest.mark.parametrize("size", [0, 0xFFFF_FFFF])
def test_a_wav_that_was_streamed_is_measured(size: int, take: Take, tmp_path: Path) -> None:
    """A WAV written to a pipe does not know its size; what is there counts."""
    data = bytearray(take("wav").read_bytes())
    at = data.index(b"data") + 4
    data[4:8] = data[at : at + 4] = struct.pack("<I", size)
    path = tmp_path / "it"
    path.write_bytes(data)
    assert probe(path).duration_ms == pytest.approx(MADE_MS, abs=25)


def test_an_mp4_without_its_index_is_refused(take: Take, tmp_path: Path) -> None:
    """Without `moov` nobody can play it; the refusal says so and what to do."""
    data = take("mp4").read_bytes()
    path = tmp_path / "it"
    path.write_bytes(data[: data.index(b"moov") - 4])
    with pytest.raises(InputError, match="Nothing in this MP4 file can be played") as caught:
        probe(path)
    assert caught.value.hint


@pytest.mark.parametrize("name", ["wav", "mp4-moov-first", "flac", "avi"])
def test_a_header_without_a_recording_is_refused(name: str, take: Take, tmp_path: Path) -> None:
    """A header alone is nothing to hear or see."""
    data = take(name).read_bytes()
    body = {"wav": b"data", "mp4-moov-first": b"mdat", "avi": b"movi"}.get(name)
    at = data.index(body) + 8 if body else data.index(b"\xff\xf8", 40)
    path = tmp_path / "it"
    path.write_bytes(data[:at])
    with pytest.raises(InputError, match="damaged, or was cut short"):
        probe(path)


@settings(max_examples=60)
@given(name=st.sampled_from(sorted(VIDEO | AUDIO | IMAGE)), data=st.data())
def test_a_damaged_recording_is_a_probe_or_a_refusal(
    name: str, data: st.DataObject, take: Take, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Overwriting any stretch of a real recording gives a finding or an `InputError`."""
    content = bytearray(take(name).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        noise = data.draw(st.binary(min_size=1, max_size=24))
        at = data.draw(st.integers(0, min(len(content), 4096)))
        content[at : at + len(noise)] = noise
    path = tmp_path_factory.mktemp("damaged") / "it"
    path.write_bytes(content)
    assert_found_or_refused(path)


@settings(max_examples=60)
@given(
    head=st.sampled_from(
        [
            b"",
            b"\xff\xd8\xff",
            b"\x89PNG\r\n\x1a\n",
            b"RIFF\0\0\0\0WAVE",
            b"RIFF\0\0\0\0WEBPVP8X",
            b"RIFF\0\0\0\0AVI LIST",
            b"\0\0\0\x18ftypisom",
            b"\0\0\0\x18ftypheic",
            b"\x1aE\xdf\xa3",
            b"OggS\0",
            b"fLaC",
            b"GIF89a",
            b"ID3\4\0\0\0\0\0\1",
            b"\xff\xfb\x90\x44",
            b"\xff\xf1\x50\x80",
            b"II*\0\x08\0\0\0",
            b"FLV\1",
            b"\0\0\1\xba",
            b"caff\0\1",
            b"#!AMR\n",
            b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",
        ]
    ),
    rest=st.binary(max_size=600),
)
def test_any_bytes_are_a_probe_or_a_refusal(
    head: bytes, rest: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Any bytes, also behind any magic, give a finding or an `InputError`, and soon."""
    path = tmp_path_factory.mktemp("any") / "it"
    path.write_bytes(head + rest or b"\0")
    assert_found_or_refused(path)


def assert_found_or_refused(path: Path) -> None:
    try:
        found = probe(path)
    except InputError as error:
        assert error.message  # noqa: PT017  # either answer is right
        assert error.hint  # noqa: PT017
    else:
        assert isinstance(found, Probe)
