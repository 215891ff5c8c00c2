"""Drawing what a recording looks like, by PyAV: here, unlike in `media`, decoders run.

Runs in a process of its own (`draw`): a decoder that a hostile file takes over has a bounded
memory, no file, no connection, and the one recording that it was given.
"""

from array import array
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice, pairwise
from typing import TypeAlias

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.filter import Graph
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from bailee.intake.form import Form
from bailee.intake.media import DEMUXERS, open_media
from bailee.intake.source import ReadSeek
from bailee.types.preview import HEIGHT, PEAKS, WIDTH

Samples: TypeAlias = "array[int]"

_STILLS = {
    Form.JPEG: "jpeg_pipe",
    Form.PNG: "png_pipe",
    Form.WEBP: "webp_pipe",
    Form.TIFF: "tiff_pipe",
}
_DECODERS = (
    "h264,hevc,vp8,vp9,libdav1d,av1,mpeg4,mpeg1video,mpeg2video,h263,theora,flv,wmv2,mjpeg,gif,"
    "png,apng,webp,tiff,aac,mp3float,mp3,mp2float,mp2,opus,libopus,vorbis,flac,alac,amrnb,amrwb,"
    "adpcm_ima_wav,adpcm_ms,pcm_u8,pcm_s8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,"
    "pcm_s32be,pcm_f32le,pcm_f32be,pcm_f64le,pcm_f64be,pcm_alaw,pcm_mulaw"
)
"""Those of the recordings that people have; no others are offered to a file."""
_MOST_PIXELS = 64 << 20
_RATE = 8_000
"""Hz: enough for how loud it is."""
_WHOLE_S = 300
"""A longer sound is listened to in `PEAKS` places, half a second each."""
_PIECE_S = 0.5
_QUIET = 1_600
"""Of 32,767: what is quieter throughout than this is not drawn as if it were loud."""
_PLACES = (Fraction(0), Fraction(1, 50), Fraction(1, 10), Fraction(1, 3), Fraction(2, 3))
"""Where in a film a picture is looked for that tells something."""
_DARK, _FLAT = 24, 12
"""Of 255: a frame darker than that, or with less between its light and its dark, tells nothing."""


def picture(reader: ReadSeek, form: Form) -> bytes | None:
    """A small picture of the first telling moment; None if there is none.

    Raises:
        av.FFmpegError: It is damaged.
    """
    with open_media(reader, _STILLS.get(form) or DEMUXERS[form], decoders=_DECODERS) as container:
        stream = next((each for each in container.streams.video if _moves(each)), None)
        if stream is None:
            return None
        stream.thread_type, stream.codec_context.skip_frame = "SLICE", "NONKEY"
        stream.codec_context.thread_count = 1
        stream.codec_context.options = {"max_pixels": str(_MOST_PIXELS)}
        best: tuple[int, VideoFrame] | None = None
        for frame in _candidates(container, stream):
            light, spread = _light(frame)
            if best is None or spread > best[0]:
                best = spread, frame
            if light >= _DARK and spread >= _FLAT:
                break
        return None if best is None else _small(best[1])


def _moves(stream: VideoStream) -> bool:
    """A cover that is attached to a sound is no film; a still is none either, and is shown."""
    return not stream.disposition & (Disposition.attached_pic | Disposition.timed_thumbnails)


def _candidates(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """One frame at each of several places; what cannot be sought in shows its beginning."""
    yield from _next_frame(container, stream)
    length = container.duration or 0
    for place in _PLACES[1:]:
        if length:
            try:
                container.seek((container.start_time or 0) + int(length * place))
            except av.FFmpegError:
                return
            yield from _next_frame(container, stream)


def _next_frame(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """The next frame, if there is one to be had."""
    try:
        yield from islice(container.decode(stream), 1)
    except av.FFmpegError:
        return


def _light(frame: VideoFrame) -> tuple[int, int]:
    """How light a frame is, and how much lies between its light and its dark parts; of 255."""
    grey = frame.reformat(width=32, height=18, format="gray8")
    plane = grey.planes[0]
    lines = bytes(plane)
    seen = sorted(each for row in range(18) for each in lines[row * plane.line_size :][:32])
    return sum(seen) // len(seen), seen[-len(seen) // 20] - seen[len(seen) // 20]


def _small(frame: VideoFrame) -> bytes:
    """*frame* turned and made smaller, as a picture with nothing but its pixels."""
    graph = Graph()
    made = [
        graph.add_buffer(
            width=frame.width,
            height=frame.height,
            format=frame.format,
            time_base=Fraction(1, 1),
        ),
        *(graph.add(name, args) for name, args in _turned(frame.rotation)),
        graph.add(
            "scale", f"'min({WIDTH},iw)':'min({HEIGHT},ih)':force_original_aspect_ratio=decrease"
        ),
        graph.add("format", "yuv420p"),
        graph.add("buffersink"),
    ]
    for before, after in pairwise(made):
        before.link_to(after)
    graph.configure()
    frame.time_base, frame.pts = Fraction(1, 1), 0
    graph.push(frame)
    shown = graph.pull()
    assert isinstance(shown, VideoFrame)
    encoder = av.CodecContext.create("libwebp", "w")
    encoder.width, encoder.height, encoder.pix_fmt = shown.width, shown.height, "yuv420p"
    encoder.time_base, encoder.options = Fraction(1, 1), {"quality": "60"}
    return b"".join(bytes(each) for each in (*encoder.encode(shown), *encoder.encode(None)))


def _turned(degrees: int) -> list[tuple[str, str]]:
    """The filters that turn a picture the right way up; *degrees* are counterclockwise."""
    return {
        90: [("transpose", "cclock")],
        180: [("hflip", ""), ("vflip", "")],
        270: [("transpose", "clock")],
    }.get(degrees % 360, [])


def waveform(reader: ReadSeek, form: Form) -> bytes | None:
    """How loud it is, from its beginning to its end, in at most `PEAKS` bytes; None without sound.

    Raises:
        av.FFmpegError: It is damaged.
    """
    with open_media(reader, DEMUXERS[form], decoders=_DECODERS) as container:
        stream = next(iter(container.streams.audio), None)
        if stream is None:
            return None
        stream.codec_context.thread_count = 1
        length_s = (container.duration or 0) / av.time_base
        peaks = (
            _listened_to(container, stream, length_s)
            if length_s > _WHOLE_S
            else _loudest_of(list(_samples(container, stream)))
        )
    full = max(_QUIET, *peaks) if peaks else 0
    return bytes(round(255 * each / full) for each in peaks) or None


def _samples(
    container: InputContainer, stream: AudioStream, most: int = _WHOLE_S * _RATE
) -> Iterator[Samples]:
    """Sound from where the container stands: 16 bits, one channel; until damage at the latest."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=_RATE)
    try:
        for frame in container.decode(stream):
            for part in resampler.resample(frame):
                heard = array("h", bytes(part.planes[0])[: 2 * part.samples])
                most -= len(heard)
                yield heard
            if most <= 0:
                return
    except av.FFmpegError:
        return  # what came before the damage can be heard


def _loudest_of(parts: list[Samples]) -> list[int]:
    """The loudest sample of each of `PEAKS` slots of the same length."""
    heard = array("h")
    for each in parts:
        heard.extend(each)
    count = min(PEAKS, len(heard))
    edges = [len(heard) * number // count for number in range(count + 1)] if count else [0]
    return [_loudest(heard[begin:end]) for begin, end in pairwise(edges)]


def _listened_to(container: InputContainer, stream: AudioStream, length_s: float) -> list[int]:
    """The same from a short piece of each slot, sought out."""
    peaks = []
    for number in range(PEAKS):
        at_s = length_s * (number + 0.5) / PEAKS
        try:
            container.seek((container.start_time or 0) + int(at_s * av.time_base))
        except av.FFmpegError:
            break
        pieces = _samples(container, stream, int(_PIECE_S * _RATE))
        peaks.append(max((_loudest(each) for each in pieces), default=0))
    return peaks


def _loudest(heard: Samples) -> int:
    if not heard:
        return 0
    highest, lowest = max(heard), min(heard)
    return max(highest, -lowest)
