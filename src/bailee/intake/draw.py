"""The room without doors in which previews are drawn: a process of its own, like `examine`.

Run as ``python -P -m bailee.intake.draw FD``. It has no file at all: the recording it draws is lent
to it stretch by stretch over the socket FD (`lent`), and its plaintext is on no disk.
"""

import os
import resource
import socket
import sys

from bailee.intake.examine import import_all, shut
from bailee.intake.form import recognise
from bailee.intake.lent import DRAWN, PICTURE, QUESTION, WANTED, Lent
from bailee.intake.line import READY, received
from bailee.intake.preview import picture, waveform

CPU_S = 600
"""Of one process's life: then a fresh one is started."""


def main() -> None:
    """Answer until the other end hangs up."""
    import_all()
    shut()
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    os.nice(10)  # people wait for pages more than for their pictures
    with socket.socket(fileno=int(sys.argv[1])) as line:
        line.sendall(READY)
        while True:
            try:
                question = received(line, QUESTION.size)
            except ConnectionError:
                return
            what, size_bytes = QUESTION.unpack(question)
            drawn = _drawn(Lent(line, size_bytes), what)
            line.sendall(WANTED.pack(DRAWN, 0, len(drawn)) + drawn)


def _drawn(lent: Lent, what: int) -> bytes:
    """Empty where nothing can be drawn, whatever the reason."""
    try:
        form = recognise(lent)
        if form is None:
            return b""
        return (picture if what == PICTURE else waveform)(lent, form) or b""
    except ConnectionError:
        raise
    except Exception:  # noqa: BLE001  # PyAV raises from all over the tree on hostile bytes
        return b""


if __name__ == "__main__":
    main()
