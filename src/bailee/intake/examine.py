"""The room without doors in which recordings are looked into: a process of its own.

Run as ``python -P -m bailee.intake.examine FD``, it takes one question at a time from the socket
FD: a form's name, with the file as a passed descriptor. It answers with one line of JSON. Its
memory is bounded, and it can open no file and no connection: the limit on descriptors leaves
room for the one it is given.
"""

import importlib
import json
import os
import pkgutil
import resource
import socket
import sys
from dataclasses import asdict

import av

from bailee.intake.form import Form
from bailee.intake.line import READY
from bailee.intake.media import read_media
from bailee.intake.source import Reader

MEMORY_BYTES = 1 << 30
"""Of address space, in all: the interpreter and PyAV take about a third."""
_NO_PART = {"av.__main__", "av.datasets"}


def main() -> None:
    """Answer until the other end hangs up."""
    import_all()
    shut()
    with socket.socket(fileno=int(sys.argv[1])) as line:
        line.sendall(READY)
        while True:
            question, given, _, _ = socket.recv_fds(line, 64, 1)
            if not question:
                return
            try:
                answer = _answer(given[0], Form(question.decode()))
            finally:
                os.close(given[0])
            line.sendall(answer + b"\n")


def import_all() -> None:
    """PyAV imports some parts only for the stream that needs them: too late, once shut."""
    for part in pkgutil.walk_packages(av.__path__, "av."):
        if part.name not in _NO_PART:
            importlib.import_module(part.name)


def shut() -> None:
    """From here on: no more memory than `MEMORY_BYTES`, and one more file at most."""
    av.logging.set_level(None)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    free = os.dup(0)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free + 1, free + 1))


def _answer(fd: int, form: Form) -> bytes:
    """Empty when nothing can be played, whatever the reason."""
    try:
        media = read_media(Reader(fd), form)
    except Exception:  # noqa: BLE001  # PyAV raises from all over the tree on hostile bytes
        return b""
    return json.dumps(asdict(media)).encode() if media else b""


if __name__ == "__main__":
    main()
