"""Files made to harm: they reach no other file, no network, and no more memory than is theirs."""

import json
import os
import resource
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import av
import pytest

from bailee.errors import InputError, UnavailableError
from bailee.intake import examiner
from bailee.intake.examiner import ANSWER_S, Examiner
from bailee.intake.form import Form
from bailee.intake.media import read_media
from bailee.intake.probe import probe
from bailee.intake.source import Reader, Source
from bailee.types.kind import Kind
from support.media import Take, box, full_box, png_chunk, sample_bomb


class Bait:
    """Two things to open: a pipe, and a server on this machine. Both tell if someone did."""

    def __init__(self, folder: Path) -> None:
        self.pipe = folder / "bait.ts"
        os.mkfifo(self.pipe)
        self.server = socket.create_server(("127.0.0.1", 0))
        self.server.setblocking(False)
        self.port = self.server.getsockname()[1]
        # Opening a pipe to write waits until someone has opened it to read: that is the trap.
        self._waiting = threading.Thread(target=self._wait)
        self._waiting.start()

    def _wait(self) -> None:
        os.close(os.open(self.pipe, os.O_WRONLY))

    def pipe_taken(self, within_s: float = 0.05) -> bool:
        self._waiting.join(within_s)
        return not self._waiting.is_alive()

    def server_taken(self) -> bool:
        try:
            self.server.accept()[0].close()
        except BlockingIOError:
            return False
        return True

    def close(self) -> None:
        os.close(os.open(self.pipe, os.O_RDONLY | os.O_NONBLOCK))
        self._waiting.join()
        self.server.close()


@pytest.fixture
def bait(tmp_path: Path) -> Iterator[Bait]:
    laid = Bait(tmp_path)
    yield laid
    laid.close()


def _playlists(pipe: Path, port: int) -> dict[str, bytes]:
    url = f"http://127.0.0.1:{port}/bait.ts"
    hls = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{}\n#EXT-X-ENDLIST\n"
    return {
        "hls-file": hls.format(pipe.name).encode(),
        "hls-path": hls.format(f"file://{pipe}").encode(),
        "hls-http": hls.format(url).encode(),
        "hls-key": hls.format(url)
        .replace("#EXTINF", f'#EXT-X-KEY:METHOD=AES-128,URI="{url}"\n#EXTINF')
        .encode(),
        "concat-file": f"ffconcat version 1.0\nfile '{pipe.name}'\n".encode(),
        "concat-http": f"ffconcat version 1.0\nfile '{url}'\n".encode(),
        "dash": f'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT1S"><Period><AdaptationSet><Representation id="1" mimeType="video/mp4" bandwidth="1"><BaseURL>{url}</BaseURL></Representation></AdaptationSet></Period></MPD>'.encode(),
        "sdp": f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio {port} RTP/AVP 0\n".encode(),
        "subtitles": f"1\n00:00:00,000 --> 00:00:09,000\n{url}\n".encode(),
        "metadata": f";FFMETADATA1\ntitle={url}\n".encode(),
        "quicktime-text": f'<?xml version="1.0"?><?quicktime type="application/x-quicktime-media-link"?><embed src="{url}" />'.encode(),
    }


_PLAYLISTS = sorted(_playlists(Path("/"), 0))


@pytest.mark.parametrize("behind", ["nothing", "a NUL", "an ID3 tag", "an MP4 box"])
@pytest.mark.parametrize("name", _PLAYLISTS)
@pytest.mark.parametrize("suffix", [".m3u8", ".ts"])
def test_a_playlist_opens_nothing(
    name: str, behind: str, suffix: str, tmp_path: Path, bait: Bait
) -> None:
    """Whatever names another file or address, as text or behind bytes, is looked at alone."""
    content = _playlists(bait.pipe, bait.port)[name]
    path = tmp_path / f"list{suffix}"
    path.write_bytes(
        {
            "nothing": content,
            "a NUL": content + b"\0\xff",
            "an ID3 tag": b"ID3\4\0\0\0\0\0\0" + content + b"\0",
            "an MP4 box": box(b"ftyp", b"isom\0\0\0\0") + content,
        }[behind]
    )
    try:
        assert probe(path).kind is None
    except InputError as error:
        assert behind.startswith("an "), error  # noqa: PT017  # taken for broken media: as good
    assert not bait.pipe_taken()
    assert not bait.server_taken()


@pytest.mark.parametrize("name", ["hls-file", "concat-file"])
def test_the_bait_is_good(name: str, tmp_path: Path, bait: Bait) -> None:
    """The control: PyAV, given such a path, does open what it names."""
    path = tmp_path / "list.m3u8"
    path.write_bytes(_playlists(bait.pipe, bait.port)[name])
    with pytest.raises(av.FFmpegError):
        av.open(str(path))
    assert bait.pipe_taken(within_s=10)


def test_a_reference_movie_opens_nothing(tmp_path: Path, bait: Bait) -> None:
    """QuickTime's way to another file: a data reference with a path in it."""
    url = f"http://127.0.0.1:{bait.port}/x".encode()
    pathed = str(bait.pipe).encode()
    alias = b"\0" * 150 + struct.pack(">hH", 2, len(pathed)) + pathed + struct.pack(">hH", -1, 0)
    references = full_box(
        b"dref", struct.pack(">I", 2), full_box(b"alis", alias), full_box(b"url ", url)
    )
    data = sample_bomb(3).replace(b"minf", b"minf" + box(b"dinf", references))
    linked = box(
        b"moov",
        box(b"rmra", box(b"rmda", full_box(b"rdrf", b"url ", struct.pack(">I", len(url)), url))),
    )
    for content in (data, box(b"ftyp", b"qt  \0\0\0\0") + linked):
        path = tmp_path / "film.mov"
        path.write_bytes(content)
        with pytest.raises(InputError):
            probe(path)
    assert not bait.pipe_taken()
    assert not bait.server_taken()


def test_the_helper_can_open_nothing() -> None:
    """The room has no doors: with one file in hand, neither a file nor a socket can be opened."""
    script = (
        "import os, socket, bailee.intake.examine as room\n"
        "room.import_all(); room.shut()\n"
        "given = os.dup(0)\n"
        "for way in (lambda: open('/etc/passwd'), socket.socket):\n"
        "    try: way()\n"
        "    except OSError as error: print(error.errno)\n"
    )
    done = subprocess.run([sys.executable, "-P", "-c", script], capture_output=True, check=True)
    assert done.stdout.split() == [b"24", b"24"]  # EMFILE


def test_a_claim_of_a_hundred_million_samples_is_refused(take: Take, tmp_path: Path) -> None:
    """Some 650 bytes that would take gigabytes are refused, and the next file is looked at."""
    path = tmp_path / "bomb.mp4"
    path.write_bytes(sample_bomb(100_000_000))
    assert path.stat().st_size < 1000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(InputError, match="damaged"):
        probe(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 << 10
    assert probe(take("mp4")).kind is Kind.VIDEO


def test_a_picture_of_four_billion_pixels_is_not_decoded(take: Take, tmp_path: Path) -> None:
    """Only its header is read: the size is told, no memory goes into it."""
    png = take("png").read_bytes()
    head = struct.pack(">IIBBBBB", 65_535, 65_535, 16, 6, 0, 0, 0)
    jpeg = bytearray(take("jpeg").read_bytes())
    at = jpeg.index(b"\xff\xc0") + 5
    jpeg[at : at + 4] = b"\xff\xff\xff\xff"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for content in (png[:8] + png_chunk(b"IHDR", head) + png[33:], bytes(jpeg)):
        path = tmp_path / "it"
        path.write_bytes(content)
        assert (probe(path).width, probe(path).height) == (65_535, 65_535)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 16 << 10


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"\0\0\0\x18ftypisom\0\0\0\0",
        b"RIFF\0\0\0\0WAVEfmt ",
        b"ID3\4\0\0\x7f\x7f\x7f\x7f",
    ],
)
def test_a_sparse_terabyte_is_not_read_through(head: bytes, tmp_path: Path) -> None:
    """A file's size says nothing about how long looking at it takes."""
    path = tmp_path / "it"
    path.write_bytes(head)
    os.truncate(path, 1 << 40)
    begun = time.monotonic()
    try:
        probe(path)
    except InputError as error:
        assert "damaged" in error.message  # noqa: PT017  # either answer is right
    assert time.monotonic() - begun < 40


def test_nested_json_is_no_json(tmp_path: Path) -> None:
    """A hundred thousand brackets do not exhaust the stack."""
    path = tmp_path / "it"
    path.write_bytes(b"[" * 100_000)
    assert probe(path).media_type == "text/plain"


@pytest.mark.parametrize("name", ["mp4", "wav", "jpeg"])
def test_nothing_is_written_on_the_terminal(name: str, take: Take, tmp_path: Path) -> None:
    """A library's own complaints about a damaged file do not reach the user's screen."""
    broken = tmp_path / "broken"
    broken.write_bytes(take(name).read_bytes()[:-200].replace(b"mvhd", b"mvhx"))
    script = (
        "import sys; from pathlib import Path; from bailee.intake.probe import probe\n"
        "from bailee.errors import InputError\n"
        "for name in sys.argv[1:]:\n"
        "    try: probe(Path(name))\n"
        "    except InputError: pass\n"
    )
    command = [sys.executable, "-X", "dev", "-c", script, str(take(name)), str(broken)]
    done = subprocess.run(command, capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")


def test_a_helper_that_dies_is_replaced(take: Take) -> None:
    """Killed between two files, or while it is asked: the next file is looked at all the same."""
    asked = Examiner()
    with Source(take("wav")) as source:
        assert asked.ask(source.fd, Form.WAV)
        first = asked._helper.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)
        assert asked.ask(source.fd, Form.WAV)
        assert asked._helper.pid != first
    asked.close()


def test_a_helper_that_hangs_is_ended(take: Take) -> None:
    """Past its time it is killed, and the file counts as unplayable; the next is looked at."""
    asked = Examiner()
    with Source(take("wav")) as source:
        assert asked.ask(source.fd, Form.WAV)
        assert asked._helper.pid is not None
        os.kill(asked._helper.pid, signal.SIGSTOP)  # alive, and silent
        asked.patience_s = 0.2
        assert asked.ask(source.fd, Form.WAV) is None
        assert asked._helper.pid is None
        asked.patience_s = ANSWER_S
        assert asked.ask(source.fd, Form.WAV)
    asked.close()


def test_a_helper_that_does_not_start_is_no_fault_of_the_file(
    take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unavailable, not wrong: nobody is told that their recording is damaged."""
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with Source(take("wav")) as source, pytest.raises(UnavailableError):
        Examiner().ask(source.fd, Form.WAV)


def test_threads_take_turns(take: Take) -> None:
    """Many at once get each their own answer."""
    names = ["wav", "mp4", "mkv", "gif"] * 4
    kinds: dict[int, object] = {}

    def look(number: int) -> None:
        kinds[number] = probe(take(names[number])).kind

    for name in set(names):
        take(name)
    threads = [threading.Thread(target=look, args=(n,)) for n in range(len(names))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = {"wav": Kind.AUDIO, "mp4": Kind.VIDEO, "mkv": Kind.VIDEO, "gif": Kind.IMAGE}
    assert kinds == {number: expected[name] for number, name in enumerate(names)}


@pytest.mark.parametrize("read_bytes", [150_000, 300_000])
def test_patience_is_bounded(
    read_bytes: int, take: Take, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the length would cost too much to find out, it is not told; the kind still is."""
    monkeypatch.setattr("bailee.intake.source.READ_BYTES", read_bytes)
    data = bytearray(take("wav").read_bytes())
    at = data.index(b"data") + 4
    data[4:8] = data[at : at + 4] = b"\xff" * 4
    path = tmp_path / "streamed"
    path.write_bytes(data)
    with Source(path) as source:
        reader = Reader(source.fd)
        found = read_media(reader, Form.WAV)
    assert reader.spent
    assert reader.read(1) == b""
    assert found is not None
    assert (found.codecs, found.duration_ms) == (("pcm_s16le",), None)


def test_what_crosses_the_line_is_plain(take: Take) -> None:
    """The answer holds no more than the probe needs, and no tag at length."""
    with Source(take("mp4")) as source:
        answer = examiner.EXAMINER.ask(source.fd, Form.MP4)
    assert answer is not None
    assert len(json.dumps(answer)) < 1000
