"""The watch itself: it sees every way to a disk that there is, and nothing where there is none."""

import subprocess
import sys
from pathlib import Path

import pytest

from voice.watch import Seen, seen_in, watching

HEARD = "remember that i am allergic to walnuts"
WAYS = {
    "a file": "open('said', 'w').write(WORDS)",
    "appended": "os.write(os.open('said', os.O_WRONLY | os.O_APPEND | os.O_CREAT), DATA)",
    "at a place": "os.pwrite(os.open('said', os.O_RDWR | os.O_CREAT), DATA, 4096)",
    "gathered": "os.writev(os.open('said', os.O_RDWR | os.O_CREAT), [DATA[:9], DATA[9:]])",
    "a temporary file": "f = tempfile.NamedTemporaryFile(dir='.'); f.write(DATA); f.flush()",
    "one without a name": "f = tempfile.TemporaryFile(dir='.'); f.write(DATA); f.flush()",
    "deleted at once": "f = open('said', 'wb'); os.unlink('said'); f.write(DATA); f.flush()",
    "by a child": "subprocess.run(['/bin/sh', '-c', 'cat > said'], input=DATA)",
    "by a fork": "os.fork() or os.write(os.open('said', os.O_WRONLY | os.O_CREAT), DATA)",
    "by a thread": "t = threading.Thread(target=lambda: open('said', 'wb').write(DATA)); t.start()",
    "in shared memory": "open('/dev/shm/bailee-said', 'wb').write(DATA)",
    "in capitals": "open('said', 'w').write(WORDS.upper())",
}
UNSEEN = {
    "mapped": "f = open('said', 'w+b'); f.truncate(99); mmap.mmap(f.fileno(), 99)[:4] = DATA[:4]",
    "sent": "os.sendfile(os.open('said', 65, 384), os.open('/etc/passwd', 0), 0, 9)",
}
NAMES = {
    "a folder": "os.mkdir(WORDS)",
    "a link": "os.symlink('nowhere', WORDS)",
    "another name": "open('x', 'w').close(); os.rename('x', WORDS)",
}
MEMORY = {
    "nothing": "pass",
    "to nowhere": "open('/dev/null', 'wb').write(DATA)",
    "to a pipe": "os.write(os.pipe()[1], DATA)",
    "to a socket": "near, far = socket.socketpair(); near.send(DATA)",
    "printed": "sys.stdout.write(WORDS)",
    "in memory with a name": "os.write(os.memfd_create('said'), DATA)",
    "in memory without": "mmap.mmap(-1, 4096)[:9] = DATA[:9]",
    "read": "open('/etc/passwd').read()",
    "refused": "os.path.isdir('/proc') and not os.path.exists('/nowhere/x')",
}
HEAD = "import mmap, os, socket, subprocess, sys, tempfile, threading"


def watched(folder: Path, way: str) -> Seen:
    """What is seen of a program that does *way* with what was heard."""
    script = f"{HEAD}\nWORDS = {HEARD!r}\nDATA = WORDS.encode()\ntempfile.tempdir = '.'\n{way}\n"
    work = folder / "work"
    work.mkdir()
    python = str(Path(sys.executable).resolve())
    with watching([python, "-I", "-c", script], folder / "trace", cwd=work, stdout=-3) as child:
        pass
    assert child.returncode == 0
    return seen_in(folder / "trace")


@pytest.mark.parametrize("way", WAYS)
def test_words_on_their_way_to_a_disk_are_seen(tmp_path: Path, way: str) -> None:
    """Which file, and that they are in it."""
    seen = watched(tmp_path, WAYS[way])
    Path("/dev/shm/bailee-said").unlink(missing_ok=True)
    assert len(seen.holders([HEARD.encode()])) == 1
    assert seen.paths("open")


@pytest.mark.parametrize("way", UNSEEN)
def test_where_they_cannot_be_read_the_file_is_seen(tmp_path: Path, way: str) -> None:
    seen = watched(tmp_path, UNSEEN[way])
    assert "said" in {Path(each).name for each in seen.paths()}
    assert any(each.data is None and each.call != "open" for each in seen.touches)


@pytest.mark.parametrize("way", NAMES)
def test_a_name_is_seen(tmp_path: Path, way: str) -> None:
    """Words may stand in it."""
    assert HEARD in {Path(each).name for each in watched(tmp_path, NAMES[way]).paths()}


@pytest.mark.parametrize("way", MEMORY)
def test_what_stays_in_memory_is_no_file(tmp_path: Path, way: str) -> None:
    assert watched(tmp_path, MEMORY[way]).touches == ()


def test_a_mark_parts_what_was_before(tmp_path: Path) -> None:
    """A program says when it begins to matter."""
    here = Path(__file__).parents[1]
    script = (
        f"import sys; sys.path.insert(0, {str(here)!r}); from voice.watch import mark\n"
        "open('before', 'w').close(); mark('now'); open('later', 'w').close()"
    )
    command = [sys.executable, "-B", "-c", script]
    with watching(command, tmp_path / "trace", cwd=tmp_path) as child:
        pass
    assert child.returncode == 0
    seen = seen_in(tmp_path / "trace")
    assert {Path(each).name for each in seen.after("now").paths()} == {"later"}
    assert str(tmp_path / "before") in seen.paths()


def test_a_program_that_is_not_there_is_no_success(tmp_path: Path) -> None:
    """Else nothing would be seen of it, and all would be well."""
    with watching(["/nowhere/program"], tmp_path / "trace", stderr=subprocess.DEVNULL) as child:
        pass
    assert child.returncode != 0
