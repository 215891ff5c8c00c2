"""A helper process: one life after another, each ended for good, none shared with a fork."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from bailee.errors import UnavailableError
from bailee.intake.helper import Helper

MODULE = "bailee.intake.examine"


def helper(module: str = MODULE) -> Helper:
    return Helper(module, does="is tried out", hint="Try it elsewhere.")


@pytest.fixture
def one() -> Iterator[Helper]:
    made = helper()
    yield made
    made.end()


def runs(pid: int | None) -> bool:
    assert pid is not None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_it_is_started_when_needed_and_kept(one: Helper) -> None:
    assert one.pid is None
    line = one.line()
    first = one.pid
    assert runs(first)
    assert (one.line(), one.pid) == (line, first)


def test_ended_it_is_gone_and_the_next_is_another(one: Helper) -> None:
    """Even one that is stopped; to end it twice does no harm."""
    line = one.line()
    first = one.pid
    assert first is not None
    os.kill(first, signal.SIGSTOP)
    one.end()
    one.end()
    assert not runs(first)
    assert line.fileno() == -1
    assert one.pid is None
    one.line()
    assert one.pid != first


@pytest.mark.parametrize("fault", [TimeoutError, KeyboardInterrupt, ValueError])
def test_a_question_that_fails_ends_it(one: Helper, fault: type[BaseException]) -> None:
    """Its answer, if it still comes, is to no question of the next one."""
    one.line()
    first = one.pid
    with pytest.raises(fault), one.asked():
        raise fault
    assert not runs(first)


def test_a_question_that_is_answered_keeps_it(one: Helper) -> None:
    with one.asked():
        first = one.pid
    assert runs(first)


def test_one_that_died_is_replaced(one: Helper) -> None:
    """As soon as it is asked for; whoever holds the old line sees another one."""
    line = one.line()
    first = one.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert line.recv(1) == b""
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)
    assert one.line() is not line
    assert one.pid != first


@pytest.mark.parametrize("module", ["bailee.no_such_module", "this"])
def test_one_that_says_nothing_cannot_be_had(module: str) -> None:
    """What does not run, and what ends without a word; nothing of it is left."""
    asked = helper(module)
    with pytest.raises(UnavailableError, match="The helper that is tried out does not start") as no:
        asked.line()
    assert no.value.hint == "Try it elsewhere."
    assert asked.pid is None


def test_no_process_to_be_had_is_unavailable_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Never an `OSError`, which would read as a fault of what the helper was to look at."""
    monkeypatch.setattr(sys, "executable", "/no/such/program")
    with pytest.raises(UnavailableError), helper().asked():
        pytest.fail("nothing was started")


def test_many_of_one_kind_live_side_by_side() -> None:
    """Started by threads at once, each has a process of its own, and none holds another's line."""
    pool = [helper() for _ in range(3)]
    threads = [threading.Thread(target=each.line) for each in pool]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({each.pid for each in pool}) == len(pool)
    gone, *left = pool
    far = os.pidfd_open(gone.pid or 0)
    gone.line().shutdown(socket.SHUT_RDWR)
    os.waitid(os.P_PIDFD, far, os.WEXITED | os.WNOWAIT)
    os.close(far)
    assert all(runs(each.pid) for each in left)
    for each in pool:
        each.end()


def test_a_fork_starts_its_own_and_leaves_this_one_alone() -> None:
    """In a process without threads, as servers fork; each ends no helper but its own."""
    script = (
        "import os, sys\n"
        "from bailee.intake.helper import Helper\n"
        f"one = Helper({MODULE!r}, does='', hint='')\n"
        "line, first = one.line(), one.pid\n"
        "child = os.fork()\n"
        "if not child:\n"
        "    own = one.line() is not line and one.pid != first\n"
        "    one.end()\n"
        "    os._exit(0 if own else 1)\n"
        "_, status = os.waitpid(child, 0)\n"
        "kept = one.line() is line and one.pid == first\n"
        "one.end()\n"
        "sys.exit(0 if kept and status == 0 else 1)\n"
    )
    done = subprocess.run([sys.executable, "-P", "-c", script], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
