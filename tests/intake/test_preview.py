"""Previews: of every form that people have, small, the right way up, and nothing of hostile bytes."""

import os
import random
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import pytest
from av.video.frame import VideoFrame

from bailee.errors import GoneError
from bailee.intake import lent
from bailee.intake.drawing import Drawing
from bailee.types.kind import Kind
from bailee.types.preview import HEIGHT, NO_PREVIEW, PEAKS, PICTURE, WAVEFORM, WIDTH
from support.media import (
    AUDIO,
    IMAGE,
    VIDEO,
    Take,
    exif_block,
    jpeg_with,
    record,
    sample_bomb,
)


@dataclass
class Held:
    """A recording in memory, and how much of it was read; it is gone after so many readings."""

    content: bytes
    gone_after: int = 1 << 30
    read_bytes: int = 0

    @property
    def size_bytes(self) -> int:
        return len(self.content)

    def read(self, begin: int, end: int) -> bytes:
        assert 0 <= begin <= end <= len(self.content)
        self.gone_after -= 1
        if self.gone_after < 0:
            raise GoneError("rec_a", erasure_id=None, since="today")
        self.read_bytes += end - begin
        return self.content[begin:end]


@pytest.fixture(scope="module")
def draw() -> Iterator[Drawing]:
    drawing = Drawing(patience_s=20)
    yield drawing
    drawing.close()


def pixels(webp: bytes, folder: Path) -> VideoFrame:
    path = folder / "drawn.webp"
    path.write_bytes(webp)
    with av.open(str(path)) as container:
        return next(container.decode(video=0))


def filmed(
    path: Path, *shades: int, size: tuple[int, int] = (640, 360), form: str = "mp4"
) -> bytes:
    """A second of each shade of grey, with something bright in the upper left of all but 0."""
    width, height = size
    with av.open(str(path), "w", format=form) as out:
        stream = out.add_stream("libx264", rate=5, options={"g": "5"})
        stream.width, stream.height, stream.pix_fmt = width, height, "gray"
        for number, shade in enumerate(each for each in shades for _ in range(5)):
            frame = VideoFrame(width, height, "gray")
            plane = frame.planes[0]
            row = bytearray([shade]) * plane.line_size
            lit = bytearray([255 if shade else 0]) * (width // 4) + row[width // 4 :]
            plane.update(bytes(lit) * (height // 4) + bytes(row) * (height - height // 4))
            frame.pts = number
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path.read_bytes()


@pytest.mark.parametrize("name", sorted(VIDEO | IMAGE))
def test_every_film_and_picture_has_one(name: str, take: Take, draw: Drawing) -> None:
    """But for moving WebP, which nothing here can open yet."""
    drawn = draw(Held(take(name).read_bytes()), Kind.VIDEO if name in VIDEO else Kind.IMAGE)
    assert drawn.media_type == PICTURE or (name, drawn) == ("webp-moving", NO_PREVIEW)


@pytest.mark.parametrize("name", sorted(AUDIO))
def test_every_sound_has_one(name: str, take: Take, draw: Drawing) -> None:
    """Of its loudness; a cover that comes with it is no picture of it."""
    drawn = draw(Held(take(name).read_bytes()), Kind.AUDIO)
    assert (drawn.media_type, len(drawn.content)) == (WAVEFORM, PEAKS)
    assert sum(drawn.content) / PEAKS > 200  # a tone, as loud everywhere


def test_a_picture_is_small_and_tells_something(tmp_path: Path, draw: Drawing) -> None:
    """The first moment that is not black, in proportion, and nothing but pixels."""
    film = Held(filmed(tmp_path / "film", *[0] * 6, *[120] * 30, size=(1280, 720)))
    drawn = draw(film, Kind.VIDEO)
    shown = pixels(drawn.content, tmp_path)
    assert (shown.width, shown.height) == (WIDTH, WIDTH * 9 // 16)
    grey = shown.reformat(format="gray8").planes[0]
    assert bytes(grey)[0] > 200
    assert 80 < bytes(grey)[grey.line_size * (shown.height - 2) + WIDTH - 2] < 160
    assert b"EXIF" not in drawn.content
    tall = pixels(
        draw(Held(filmed(tmp_path / "t", 99, size=(180, 640))), Kind.VIDEO).content, tmp_path
    )
    assert (tall.width, tall.height) == (68, HEIGHT)
    black = draw(Held(filmed(tmp_path / "b", 0, 0)), Kind.VIDEO)
    assert black.media_type == PICTURE


def test_a_picture_is_turned_the_right_way_up_and_says_nothing_of_its_place(
    take: Take, tmp_path: Path, draw: Drawing
) -> None:
    """As a phone says it was held; what else it says is left behind."""
    exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
    plain = take("jpeg").read_bytes()
    upright = pixels(draw(Held(plain), Kind.IMAGE).content, tmp_path)
    turned = pixels(draw(Held(jpeg_with(exif, plain)), Kind.IMAGE).content, tmp_path)
    assert (turned.width, turned.height) == (upright.height, upright.width)
    said = jpeg_with(exif_block("<", b"2024:03:01 10:00:00"), plain)
    assert b"2024" not in draw(Held(said), Kind.IMAGE).content


def test_a_long_recording_is_read_in_places(tmp_path: Path, draw: Drawing) -> None:
    """Of sound a piece of each slot; of a film what a picture needs."""
    long = record(tmp_path / "long.wav", "wav", sound="pcm_s16le", seconds=400)
    sound = Held(long.read_bytes())
    assert len(draw(sound, Kind.AUDIO).content) == PEAKS
    assert sound.read_bytes < sound.size_bytes * 2 // 3
    noise = random.Random(1).randbytes(50_000_000)
    film = Held(
        filmed(tmp_path / "film", *[120] * 10, form="matroska") + b"\xec\x02\xfa\xf0\x7f" + noise
    )
    assert draw(film, Kind.VIDEO).media_type == PICTURE
    assert film.read_bytes < 2_000_000


def test_hostile_bytes_have_none_and_the_next_recording_has_one(take: Take, draw: Drawing) -> None:
    """Damaged, cut short, claiming to be huge, or nothing at all: in bounded time."""
    whole = take("mp4").read_bytes()
    chance = random.Random(7)
    for _ in range(40):
        broken = bytearray(whole)
        for _ in range(chance.randrange(1, 60)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        draw(Held(bytes(broken[: chance.randrange(len(broken))])), Kind.VIDEO)
    huge = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\1\xff\xff\0\1\xff\xff\x08\x02\0\0\0"
    for content in (
        b"",
        b"x",
        b"\0" * 5000,
        huge,
        sample_bomb(1 << 31),
        b"#EXTM3U\nfile:///etc/passwd",
    ):
        assert draw(Held(content), Kind.IMAGE) == NO_PREVIEW
        assert draw(Held(content), Kind.AUDIO) == NO_PREVIEW
    assert draw(Held(whole), Kind.VIDEO).media_type == PICTURE


def test_what_is_gone_meanwhile_says_so(take: Take, draw: Drawing) -> None:
    """And the next one is drawn by a fresh helper."""
    whole = take("mp4").read_bytes()
    with pytest.raises(GoneError):
        draw(Held(whole, gone_after=0), Kind.VIDEO)
    assert draw(Held(whole), Kind.VIDEO).media_type == PICTURE


def test_what_hangs_is_ended(take: Take) -> None:
    """By the clock of the near end, whatever the room does."""
    drawing = Drawing(patience_s=0.0)
    assert drawing(Held(take("mp4").read_bytes()), Kind.VIDEO) == NO_PREVIEW
    drawing.close()


def test_the_room_has_no_file_and_its_reader_knows_the_end() -> None:
    """A reader that is asked past the end, or out of patience, reads nothing."""
    near, far = socket.socketpair()
    reader = lent.Lent(far, 0)
    assert reader.read(10) == b""
    assert reader.seek(5, os.SEEK_END) == reader.tell() == 5
    assert reader.read(10) == b""
    near.close()
    far.close()
