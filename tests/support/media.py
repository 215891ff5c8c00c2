"""Real media of every form, made on the spot by PyAV's own encoders: no tool needs installing."""

import math
import os
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

RATE = 48_000
WIDTH, HEIGHT, FPS = 64, 48, 25
AT = "2024-03-01T10:00:00Z"
AT_MS = 1_709_287_200_000
OFFSET_IFD = 8


def record(
    path: Path,
    form: str,
    *,
    picture: str = "",
    sound: str = "",
    seconds: float = 2.0,
    options: dict[str, str] | None = None,
    tags: dict[str, str] | None = None,
    cover: bool = False,
) -> Path:
    """Write *seconds* of a moving picture, a tone, or both; *cover* adds an attached still."""
    with av.open(str(path), "w", format=form, options=options or {}) as out:
        out.metadata.update(tags or {})
        film = _film_stream(out, picture) if picture else None
        tone = out.add_stream(sound, rate=RATE) if sound else None
        jacket = _film_stream(out, "mjpeg") if cover else None
        if jacket is not None:
            jacket.disposition = Disposition.attached_pic
            _encode(out, jacket, [_frame(jacket, 0)])
        if film is not None:
            _encode(out, film, [_frame(film, n) for n in range(int(seconds * FPS))])
        if tone is not None:
            assert isinstance(tone, AudioStream)
            _encode_tone(out, tone, seconds)
    return path


def _film_stream(out: OutputContainer, codec: str) -> VideoStream:
    stream = out.add_stream(codec, rate=FPS)
    assert isinstance(stream, VideoStream)
    stream.width, stream.height = WIDTH, HEIGHT
    stream.pix_fmt = {"png": "rgb24", "apng": "rgb24", "gif": "rgb8", "mjpeg": "yuvj420p"}.get(
        codec, "yuv420p"
    )
    return stream


def _frame(stream: VideoStream, number: int) -> av.VideoFrame:
    assert stream.pix_fmt is not None
    frame = av.VideoFrame(WIDTH, HEIGHT, stream.pix_fmt)
    for index, plane in enumerate(frame.planes):
        size = plane.buffer_size
        plane.update(bytes((number * 16 + index * 50 + n // 8) % 256 for n in range(size)))
    frame.pts, frame.time_base = number, Fraction(1, FPS)
    return frame


def _encode(out: OutputContainer, stream: VideoStream, frames: list[av.VideoFrame]) -> None:
    for frame in [*frames, None]:
        out.mux(stream.encode(frame))


def _encode_tone(out: OutputContainer, stream: AudioStream, seconds: float) -> None:
    convert = av.AudioResampler(format=stream.format.name, layout="stereo", rate=RATE)
    fifo, step = av.AudioFifo(), 960
    for start in range(0, int(seconds * RATE), step):
        frame = av.AudioFrame(format="s16", layout="mono", samples=step)
        wave = [int(9000 * math.sin((start + n) * 0.0576)) for n in range(step)]
        frame.planes[0].update(struct.pack(f"<{step}h", *wave))
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
        for part in convert.resample(frame):
            fifo.write(part)
    size = stream.codec_context.frame_size or step
    while whole := fifo.read(size):
        out.mux(stream.encode(whole))
    if (last := fifo.read(0, partial=True)) is not None:
        out.mux(stream.encode(last))
    out.mux(stream.encode(None))


@contextmanager
def _same_priority() -> Iterator[None]:
    """SVT-AV1, run by root, makes its process a real-time one, before which all others wait."""
    if not hasattr(os, "sched_getscheduler"):
        yield
        return
    policy, parameter = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        yield
    finally:
        os.sched_setscheduler(0, policy, parameter)


def _still(codec: str) -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        form = {"libwebp": "webp", "libsvtav1": "avif", "gif": "gif"}.get(codec, "image2pipe")
        with _same_priority():
            return record(path, form, picture=codec, seconds=1 / FPS)

    return make


def _moving(form: str, codec: str) -> Callable[[Path], Path]:
    return lambda path: record(path, form, picture=codec)


def _film(
    form: str, sound: str, picture: str = "libx264", **options: str
) -> Callable[[Path], Path]:
    return lambda path: record(path, form, picture=picture, sound=sound, options=options)


def _sound(form: str, codec: str, *, cover: bool = False) -> Callable[[Path], Path]:
    return lambda path: record(path, form, sound=codec, cover=cover)


Take = Callable[[str], Path]
"""The file of that name from the session's shelf; not to be changed."""
Make = tuple[Callable[[Path], Path], str, tuple[str, ...]]
"""How a file is made, and what should be found: its media type and codecs."""

VIDEO: dict[str, Make] = {
    "mp4": (_film("mp4", "aac"), "video/mp4", ("h264", "aac")),
    "mp4-moov-first": (_film("mp4", "aac", movflags="faststart"), "video/mp4", ("h264", "aac")),
    "mp4-fragmented": (
        _film("mp4", "aac", movflags="empty_moov", frag_duration="200000"),
        "video/mp4",
        ("h264", "aac"),
    ),
    "mov": (_film("mov", "aac"), "video/quicktime", ("h264", "aac")),
    "mkv": (_film("matroska", "aac"), "video/matroska", ("h264", "aac")),
    "mkv-live": (_film("matroska", "aac", live="1"), "video/matroska", ("h264", "aac")),
    "webm-film": (_film("webm", "libopus", "libvpx"), "video/webm", ("vp8", "opus")),
    "avi": (_film("avi", "libmp3lame", "mpeg4"), "video/vnd.avi", ("mpeg4", "mp3")),
    "ts": (_film("mpegts", "aac"), "video/mp2t", ("h264", "aac")),
    "ps": (_film("mpeg", "mp2", "mpeg1video"), "video/mpeg", ("mpeg1video", "mp2")),
    "gif-moving": (_moving("gif", "gif"), "image/gif", ("gif",)),
    "png-moving": (_moving("apng", "apng"), "image/png", ("apng",)),
    "webp-moving": (_moving("webp", "libwebp_anim"), "image/webp", ("webp",)),
}
AUDIO: dict[str, Make] = {
    "wav": (_sound("wav", "pcm_s16le"), "audio/vnd.wave", ("pcm_s16le",)),
    "wave64": (_sound("w64", "pcm_s16le"), "audio/x-w64", ("pcm_s16le",)),
    "mp3": (_sound("mp3", "libmp3lame"), "audio/mpeg", ("mp3",)),
    "mp3-cover": (_sound("mp3", "libmp3lame", cover=True), "audio/mpeg", ("mp3",)),
    "m4a": (_sound("ipod", "aac"), "audio/mp4", ("aac",)),
    "m4a-cover": (_sound("mp4", "aac", cover=True), "audio/mp4", ("aac",)),
    "flac": (_sound("flac", "flac"), "audio/flac", ("flac",)),
    "flac-cover": (_sound("flac", "flac", cover=True), "audio/flac", ("flac",)),
    "ogg": (_sound("ogg", "libopus"), "audio/ogg", ("opus",)),
    "webm": (_sound("webm", "libopus"), "audio/webm", ("opus",)),
    "aac": (_sound("adts", "aac"), "audio/aac", ("aac",)),
    "aiff": (_sound("aiff", "pcm_s16be"), "audio/aiff", ("pcm_s16be",)),
    "caf": (_sound("caf", "pcm_s16le"), "audio/x-caf", ("pcm_s16le",)),
    "au": (_sound("au", "pcm_s16be"), "audio/basic", ("pcm_s16be",)),
}
IMAGE: dict[str, Make] = {
    "jpeg": (_still("mjpeg"), "image/jpeg", ("mjpeg",)),
    "png": (_still("png"), "image/png", ("png",)),
    "gif": (_still("gif"), "image/gif", ("gif",)),
    "webp": (_still("libwebp"), "image/webp", ("webp",)),
    "tiff": (_still("tiff"), "image/tiff", ("tiff",)),
    "avif": (_still("libsvtav1"), "image/avif", ("av1",)),
}


def exif_block(order: str, taken: bytes, offset: bytes = b"") -> bytes:
    """A TIFF block with an Exif directory: DateTimeOriginal, and OffsetTimeOriginal if given."""
    head = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(f"{order}I", OFFSET_IFD)
    texts = [(0x9003, taken + b"\0")] + ([(0x9011, offset + b"\0")] if offset else [])
    main = struct.pack(f"{order}HHHIII", 1, 0x8769, 4, 1, OFFSET_IFD + 18, 0)
    at = OFFSET_IFD + 18 + 2 + 12 * len(texts) + 4
    exif, tail = struct.pack(f"{order}H", len(texts)), b""
    for tag, text in texts:
        exif += struct.pack(f"{order}HHII", tag, 2, len(text), at + len(tail))
        tail += text
    return head + main + exif + b"\0" * 4 + tail


def jpeg_with(exif: bytes, jpeg: bytes) -> bytes:
    body = b"Exif\0\0" + exif
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + jpeg[2:]


def png_chunk(name: bytes, body: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(name + body))
    return struct.pack(">I", len(body)) + name + body + check


def box(name: bytes, *bodies: bytes) -> bytes:
    body = b"".join(bodies)
    return struct.pack(">I4s", 8 + len(body), name) + body


def full_box(name: bytes, *bodies: bytes) -> bytes:
    return box(name, b"\0" * 4, *bodies)


def sample_bomb(samples: int) -> bytes:
    """A fragmented MP4 of some 650 bytes whose one `trun` claims *samples* samples of sound."""
    entry = b"\0" * 6 + struct.pack(">H", 1) + b"\0" * 8 + struct.pack(">HHHHI", 1, 16, 0, 0, RATE)
    none = struct.pack(">I", 0)
    table = box(
        b"stbl",
        full_box(b"stsd", struct.pack(">I", 1), box(b"sowt", entry)),
        *(full_box(name, none) for name in (b"stts", b"stsc", b"stco")),
        full_box(b"stsz", none, none),
    )
    media = box(
        b"mdia",
        full_box(b"mdhd", struct.pack(">IIII", 0, 0, 8000, 8000), none),
        full_box(b"hdlr", none, b"soun", b"\0" * 13),
        box(b"minf", table),
    )
    track = box(b"trak", full_box(b"tkhd", struct.pack(">IIIII", 0, 0, 1, 0, 1), b"\0" * 60), media)
    movie = box(
        b"moov",
        full_box(b"mvhd", struct.pack(">IIII", 0, 0, 1000, 1000), b"\0" * 80),
        track,
        box(b"mvex", full_box(b"trex", struct.pack(">IIIII", 1, 1, 1, 100, 0))),
    )
    run = box(
        b"traf",
        full_box(b"tfhd", struct.pack(">I", 1)),
        full_box(b"trun", struct.pack(">I", samples)),
    )
    return box(b"ftyp", b"isom\0\0\0\0") + movie + box(b"moof", full_box(b"mfhd", none), run)
