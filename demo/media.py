"""Real recordings, made on the spot: speech by espeak-ng and flite, film and stills by ffmpeg.

The same arguments give the same bytes with the same versions of both programs.
"""

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

_EXACT = ("-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact")
_PCM = ("-ar", "16000", "-ac", "1", "-f", "s16le")
_ONE_THREAD = ("-threads", "1")


class MissingToolError(Exception):
    """A program that makes the demo's recordings is not installed."""

    def __init__(self, tool: str) -> None:
        super().__init__(
            f"{tool} is needed to make the demo's recordings, and is not installed. "
            "On Debian or Ubuntu: apt-get install espeak-ng flite ffmpeg; "
            "on macOS: brew install espeak-ng flite ffmpeg."
        )


class ToolFailedError(Exception):
    """A program that makes the demo's recordings gave up."""

    def __init__(self, tool: str, said: str) -> None:
        super().__init__(
            f"{tool} could not make a recording: {said.strip() or 'it did not say why'}"
        )


def speak(text: str, path: Path, *, voice: str = "en", pitch: int = 50) -> Path:
    """Say *text* into *path*, a WAV of 16 kHz mono.

    Args:
        text: What is said.
        path: Written, or written over.
        voice: One of espeak-ng's (`espeak-ng --voices`).
        pitch: 0 to 99; a child's is about 80.
    """
    said = _run("espeak-ng", "-v", voice, "-p", str(pitch), "--stdout", "--", text)
    resampled = ("-i", "pipe:0", "-ar", "16000", "-ac", "1", "-c:a", "pcm_s16le")
    _ffmpeg(*resampled, "-map_metadata", "-1", "-f", "wav", path=path, given=said)
    return path


def utter(text: str, voice: str) -> bytes:
    """Say *text*: 16 kHz mono, 16 bits, in memory.

    Args:
        text: What is said.
        voice: One of flite's (`flite -lv`).
    """
    said = _run("flite", "-voice", voice, "-t", text, "-o", "/dev/stdout")
    return _run("ffmpeg", "-v", "error", "-i", "pipe:0", *_PCM, "pipe:1", given=said)


def film(
    path: Path,
    *,
    seconds: float,
    captured_at: datetime,
    text: str = "",
    size: str = "640x360",
    with_sound_from: Path | None = None,
) -> Path:
    """Film a moving test picture into *path*, an MP4 of H.264 and AAC.

    Args:
        path: Written, or written over.
        seconds: How long.
        captured_at: Aware; kept in the file as its creation time, to the second.
        text: Its title, kept in the file; no words appear in the picture.
        size: Width × height in pixels, both even: ``640x360``.
        with_sound_from: A recording to be heard meanwhile, silence after it; a tone without one.
    """
    assert captured_at.tzinfo is not None
    at = captured_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    heard = ("-i", str(with_sound_from)) if with_sound_from else _tone()
    _ffmpeg(
        *("-f", "lavfi", "-i", f"testsrc2=size={size}:rate=25"),
        *heard,
        *("-map", "0:v", "-map", "1:a", "-af", "apad", "-t", str(seconds)),
        *("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p"),
        *("-c:a", "aac", "-b:a", "64k", "-movflags", "+faststart", "-map_metadata", "-1"),
        *("-metadata", f"creation_time={at}", "-metadata", f"title={text}", "-f", "mp4"),
        path=path,
    )
    return path


def encode(path: Path, graph: str, *, seconds: float, captured_at: datetime) -> Path:
    """Film what ffmpeg's filter *graph* draws on its pad ``[v]`` into *path*, with quiet sound."""
    assert captured_at.tzinfo is not None
    at = captured_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    _ffmpeg(
        *("-f", "lavfi", "-i", "anoisesrc=amplitude=0.004:sample_rate=48000:seed=1"),
        *("-filter_complex", graph, "-map", "[v]", "-map", "0:a", "-t", str(seconds)),
        *("-c:v", "libx264", "-preset", "veryfast", "-crf", "30", "-pix_fmt", "yuv420p"),
        *("-c:a", "aac", "-b:a", "32k", "-movflags", "+faststart", "-map_metadata", "-1"),
        *("-metadata", f"creation_time={at}", "-f", "mp4"),
        path=path,
    )
    return path


def snapshot(path: Path, *, size: str = "640x360", after_s: float = 1.0) -> Path:
    """Take one still of the same test picture into *path*, a JPEG."""
    source = ("-f", "lavfi", "-i", f"testsrc2=size={size}:rate=25")
    _ffmpeg(
        *source, "-ss", str(after_s), "-frames:v", "1", "-c:v", "mjpeg", "-f", "mjpeg", path=path
    )
    return path


def _tone() -> tuple[str, ...]:
    return ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000")


def _ffmpeg(*arguments: str, path: Path, given: bytes = b"") -> None:
    quiet = ("-y", "-hide_banner", "-loglevel", "error")
    # An absolute path is never taken for an option or a protocol.
    _run("ffmpeg", *quiet, *arguments, *_EXACT, *_ONE_THREAD, str(path.absolute()), given=given)


def _run(tool: str, *arguments: str, given: bytes = b"") -> bytes:
    where = shutil.which(tool)
    if where is None:
        raise MissingToolError(tool)
    done = subprocess.run([where, *arguments], input=given, capture_output=True, check=False)
    if done.returncode:
        raise ToolFailedError(tool, done.stderr.decode(errors="replace"))
    return done.stdout
