"""What is found in real media, whatever its name says (R-01)."""

import os
from pathlib import Path

import av
import pytest

from bailee.intake.probe import probe
from bailee.types.kind import Kind
from support.media import AUDIO, HEIGHT, IMAGE, RATE, VIDEO, WIDTH, Take

MADE_MS = 2000


@pytest.mark.parametrize("name", VIDEO)
def test_moving_pictures_are_video(name: str, take: Take) -> None:
    """Every form of moving picture is VIDEO, with its codecs, size and length."""
    found = probe(take(name))
    assert (found.kind, found.media_type, found.codecs) == (Kind.VIDEO, *VIDEO[name][1:])
    assert (found.width, found.height) == (WIDTH, HEIGHT)
    assert found.duration_ms == pytest.approx(MADE_MS, abs=120)
    sound = (RATE, 2) if len(found.codecs) == 2 else (None, None)
    assert (found.sample_rate, found.channels) == sound


@pytest.mark.parametrize("name", AUDIO)
def test_sound_alone_is_audio(name: str, take: Take) -> None:
    """Every form of sound is AUDIO, and a cover picture does not make it a film."""
    found = probe(take(name))
    assert (found.kind, found.media_type, found.codecs) == (Kind.AUDIO, *AUDIO[name][1:])
    assert (found.width, found.height) == (None, None)
    assert (found.sample_rate, found.channels) == (RATE, 2)
    assert found.duration_ms == pytest.approx(MADE_MS, abs=120)


@pytest.mark.parametrize("name", IMAGE)
def test_stills_are_images(name: str, take: Take) -> None:
    """Every form of still is IMAGE, with its size and without a length."""
    found = probe(take(name))
    assert (found.kind, found.media_type, found.codecs) == (Kind.IMAGE, *IMAGE[name][1:])
    assert (found.width, found.height, found.duration_ms) == (WIDTH, HEIGHT, None)


@pytest.mark.parametrize("name", ["mp4", "wav", "jpeg"])
def test_a_recording_named_as_text_is_still_a_recording(
    name: str, take: Take, tmp_path: Path
) -> None:
    """The name is not asked."""
    original = take(name)
    renamed = tmp_path / "notes.txt"
    renamed.write_bytes(original.read_bytes())
    os.utime(renamed, ns=(original.stat().st_atime_ns, original.stat().st_mtime_ns))
    assert probe(renamed) == probe(original)


@pytest.mark.parametrize("name", ["film.mp4", "sound.wav", "photo.jpg", "list.m3u8"])
def test_text_named_as_a_recording_is_still_text(name: str, tmp_path: Path) -> None:
    """The reverse."""
    path = tmp_path / name
    path.write_text("Good morning, said Ana.\n")
    found = probe(path)
    assert (found.kind, found.media_type, found.codecs) == (None, "text/plain", ())


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        ("Guten Morgen, sagte Bärbel.".encode(), "text/plain"),
        ("\ufeffGood morning".encode(), "text/plain"),
        (b"1\n00:00:01,000 --> 00:00:02,000\nhello\n", "text/plain"),
        (b'{"lat": 52.5, "lon": 13.4}', "application/json"),
        (b'[{"said": "hello"}]\n', "application/json"),
        (b'{"lat": 52.5', "text/plain"),
        (b"42", "text/plain"),
        (("x" + "é" * 600_000).encode(), "text/plain"),
        (b"\x00\x01\x02\x03" * 100, "application/octet-stream"),
        ("Ana".encode("utf-16"), "application/octet-stream"),
        (b"\xff\xfe\xfd" * 50, "application/octet-stream"),
        (b"not text: \xe9t\xe9", "application/octet-stream"),
    ],
)
def test_what_proves_no_kind(content: bytes, media_type: str, tmp_path: Path) -> None:
    """Text, JSON and foreign bytes are told apart and prove no kind."""
    path = tmp_path / "it"
    path.write_bytes(content)
    found = probe(path)
    assert (found.kind, found.media_type, found.duration_ms) == (None, media_type, None)


def test_a_film_with_subtitles_is_video(tmp_path: Path) -> None:
    """Streams that are neither seen nor heard change nothing."""
    path = tmp_path / "subtitled"
    srt = tmp_path / "lines.srt"
    srt.write_text("1\n00:00:00,000 --> 00:00:01,000\nhello\n")
    film = VIDEO["mkv"][0](tmp_path / "plain")
    with (
        av.open(str(path), "w", format="matroska") as out,
        av.open(str(film)) as picture,
        av.open(str(srt)) as words,
    ):
        pairs = [(source, source.streams[0]) for source in (picture, words)]
        outs = [out.add_stream_from_template(stream) for _, stream in pairs]
        for (source, stream), target in zip(pairs, outs, strict=True):
            for packet in source.demux(stream):
                if packet.dts is not None:
                    packet.stream = target
                    out.mux(packet)
    assert (probe(path).kind, probe(path).codecs) == (Kind.VIDEO, ("h264",))
