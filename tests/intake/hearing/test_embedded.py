"""The embedded engine: many at once, each heard alone; one that hangs or dies costs one utterance."""

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bailee.errors import InputError, UnavailableError
from bailee.intake.hearing import Embedded, embedded
from bailee.intake.hearing.recognise import MEMORY_BYTES
from bailee.intake.hearing.seat import MOST_WAITING_BYTES
from bailee.types.hearing import Heard, Hearing
from support.judged import listen
from support.speech import chunks, noise, say, silence

SENTENCES = ("delete that", "what time is it", "delete everything leo said")
SAID = say("what time is it")
HALF = SAID[: len(SAID) // 2]


@pytest.fixture
def alone() -> Iterator[Embedded]:
    """An engine of one process, to be broken."""
    engine = Embedded(SENTENCES, processes=1)
    yield engine
    engine.close()


def _is_well(engine: Embedded) -> bool:
    return listen(engine, SAID).command == "what time is it"


def _kill(engine: Embedded) -> None:
    for pid in engine.pids():
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


def _stop(engine: Embedded) -> None:
    for seat in engine._pool._all:
        assert seat.pid is not None
        os.kill(seat.pid, signal.SIGSTOP)
        seat._patience_s = 0.2


def _fed_on(hearing: Hearing, pcm: bytes) -> None:
    """Half an hour of it."""
    for _ in range(1800 * 32_000 // len(pcm)):
        hearing.feed(pcm)


def test_both_ears_hear(engine: Embedded) -> None:
    heard = listen(engine, SAID)
    assert heard.text == heard.command == "what time is it"
    assert heard.engine == engine.name
    assert "pocketsphinx 5" in engine.name


def test_what_is_no_command_is_words_alone(engine: Embedded) -> None:
    heard = listen(engine, say("the weather is nice today"))
    assert heard == Heard(text="the weather is nice today", command="", engine=engine.name)


@pytest.mark.parametrize("pcm", [b"", b"\0\0", silence(2), noise(2, 400)], ids=len)
def test_where_nobody_speaks_no_command_is_heard(engine: Embedded, pcm: bytes) -> None:
    assert not listen(engine, pcm).command


def test_an_utterance_learns_nothing_from_the_one_before(engine: Embedded) -> None:
    """Neither its words nor its loudness: each is heard as if it were the first."""
    first = listen(engine, SAID)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda pcm: listen(engine, pcm), [noise(1, 9000), say("forget that")]))
    assert listen(engine, SAID) == first


def test_many_at_once_are_heard_each_alone(engine: Embedded) -> None:
    """More than there are processes: their sound waits, and is theirs."""
    texts = ["what time is it", "forget that", "delete that"]
    hearings = [engine.listen("en") for _ in texts]
    for parts in zip(*(chunks(say(text).ljust(80_000, b"\0")) for text in texts), strict=True):
        for hearing, part in zip(hearings, parts, strict=True):
            hearing.feed(part)
    assert [hearing.end().command for hearing in hearings] == texts


def test_what_was_dropped_is_heard_by_nobody(alone: Embedded) -> None:
    dropped = alone.listen("en")
    dropped.feed(say("delete everything leo said"))
    dropped.drop()
    dropped.drop()
    assert _is_well(alone)
    with pytest.raises(UnavailableError):
        dropped.end()


@pytest.mark.parametrize("break_it", [_kill, _stop], ids=["killed", "hangs"])
@pytest.mark.parametrize("at_the_end", [True, False], ids=["at the end", "before it"])
def test_a_process_that_hangs_or_dies_costs_one_utterance(
    alone: Embedded, break_it: Callable[[Embedded], None], at_the_end: bool
) -> None:
    """It says so, where it is fed or at the end at the latest; the next one is heard."""
    hearing = alone.listen("en")
    hearing.feed(HALF)
    broken = alone.pids()
    break_it(alone)
    with pytest.raises(UnavailableError):
        hearing.end() if at_the_end else _fed_on(hearing, HALF)
    with pytest.raises(UnavailableError):
        hearing.feed(HALF)
    for seat in alone._pool._all:
        seat._patience_s = embedded.PATIENCE_S
    assert _is_well(alone)
    assert alone.pids() != broken


def test_who_waits_too_long_for_a_process_is_told(alone: Embedded) -> None:
    holds = alone.listen("en")
    waits = alone.listen("en")
    waits._patience_s = 0.05
    waits.feed(HALF)
    with pytest.raises(UnavailableError, match="busy"):
        waits.end()
    holds.drop()
    assert _is_well(alone)


def test_what_waits_is_bounded(alone: Embedded) -> None:
    holds = alone.listen("en")
    waits = alone.listen("en")
    with pytest.raises(UnavailableError, match="busy"):
        _fed_on(waits, SAID)
    holds.drop()


def test_what_a_slow_process_has_not_taken_is_bounded(alone: Embedded) -> None:
    """Half an hour without stop, fed at once: it ends in a refusal, not in memory."""
    hearing = alone.listen("en")
    _stop(alone)
    for seat in alone._pool._all:
        seat._patience_s = 3600
    with pytest.raises(UnavailableError, match="slow"):
        _fed_on(hearing, silence(1))


def test_a_language_that_it_does_not_know(engine: Embedded) -> None:
    with pytest.raises(InputError):
        engine.listen("de")


def test_it_learns_other_commands(alone: Embedded) -> None:
    """From the next utterance on: a room was added, say."""
    assert not listen(alone, say("forget that")).command
    alone.learn(["forget that"])
    assert listen(alone, say("forget that")).command == "forget that"


def test_its_process_can_open_nothing_and_shows_no_words(alone: Embedded) -> None:
    """No file more than it has, bounded memory, no core; no name of the household in its argv."""
    alone.warm()
    (pid,) = alone.pids()
    proc = Path(f"/proc/{pid}")
    limits = {
        line[:25].strip(): line[25:].split()[0]
        for line in (proc / "limits").read_text().splitlines()
    }
    opened = [str(fd.readlink()) for fd in (proc / "fd").iterdir()]
    assert int(limits["Max open files"]) <= len(opened)
    assert int(limits["Max address space"]) == MEMORY_BYTES
    assert limits["Max core file size"] == "0"
    assert all(path == "/dev/null" or path.startswith("socket:") for path in opened)
    assert b"leo" not in (proc / "cmdline").read_bytes() + (proc / "environ").read_bytes()


@pytest.mark.long
def test_two_minutes_without_a_pause_are_heard_within_its_memory(alone: Embedded) -> None:
    pcm = b""
    while len(pcm) < MOST_WAITING_BYTES:
        pcm += say("the weather is nice today and we should go to the park", tail_s=0)
    heard = listen(alone, pcm[:MOST_WAITING_BYTES])
    assert heard.text.count("weather") > 20
    assert heard.command == ""
