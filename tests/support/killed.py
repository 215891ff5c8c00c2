"""A process that does one verb on a vault and is killed at its nth write: no handler, no farewell.

Run as a program it waits for orders, one JSON object a line, and forks for each, so that a death
costs a fork and not an interpreter. It answers with what the child said before it died.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bailee.clock import DAY_MS, FixedClock
from bailee.custody.keep_for import Change
from bailee.custody.owner import OWNER
from bailee.custody.vault import Vault
from bailee.types.keep_for import Reach, Voice
from bailee.types.kind import Kind
from bailee.types.query import Query
from support.dying import dying
from support.vaults import HOME, HOUR_MS, LARGE, NOW_MS, all_of, derived, opened

LATER_MS = NOW_MS + 2 * DAY_MS
"""When the verbs run: one of the recordings is over by then."""


def furnish(vault: Vault) -> None:
    """What every verb finds. Contents begin with their names."""
    for name, person, device, hours, days in (
        ("first", "Leo", "kitchen", 5, 30),
        ("second", "Leo", "phone", 4, 30),
        ("third", "Ana", "kitchen", 3, 30),
        ("over", "Leo", "kitchen", 2, 1),
        ("held", "Bea", "phone", 1, 30),
    ):
        _said(vault, name, person, device, NOW_MS - hours * HOUR_MS, keep_days=days)
    both = (_id(vault, "first"), _id(vault, "third"))
    derived(vault, *both, content=b"text", name="text", keep_days=30)
    vault.hold(all_of(person="Bea"))
    vault.erase(all_of(recordings=(_id(vault, "held"),)))


def _said(
    vault: Vault, name: str, person: str, device: str, at_ms: int, *, keep_days: int = 30
) -> None:
    from bailee.types.recording import Deposit

    vault.deposit(
        Deposit(
            account=HOME,
            person=person,
            device=device,
            kind=Kind.AUDIO,
            content=name.encode() + bytes(LARGE if name != "second" else 0),
            captured_at_ms=at_ms,
            duration_ms=500,
            keep_days=keep_days,
            name=name,
        )
    )


def _id(vault: Vault, name: str) -> Any:
    page = vault.list(Query(limit=100))
    return next(each.id for each in page.recordings if name in {a.name for a in each.artefacts})


def _keep_for(vault: Vault, person: str, days: int) -> None:
    mine = next(r for r in vault.list(Query(limit=100)).recordings if r.person == person)
    change = Change(
        account_id=mine.account_id,
        reach=Reach(kind=Kind.AUDIO, person_id=mine.person_id),
        days=days,
        sentence=f"all audio of {person} in home",
        principal=OWNER,
        voice=lambda _: Voice.OWN,
    )
    done = vault.keep(change, longer=True)
    if done.asked is not None:
        vault.finish(done.asked.id)


def look(vault: Vault) -> dict[str, list[Any]]:
    """By name, everything that opens: its kind, whom it hangs on, its day, how it begins."""
    seen: dict[str, list[Any]] = {}
    for recording in vault.list(Query(limit=100)).recordings:
        for each in recording.artefacts:
            content = opened(vault, each.id)
            assert content.startswith(each.name.encode())
            people = seen[each.name][1] if each.name in seen else []
            mine = sorted([*people, recording.person])
            seen[each.name] = [each.kind, mine, each.kept_until_day, len(content)]
    return seen


VERBS: dict[str, Callable[[Vault], object]] = {
    "deposit": lambda v: _said(v, "fresh", "Leo", "kitchen", LATER_MS - HOUR_MS),
    "deposit of somebody new": lambda v: _said(v, "fresh", "Eve", "porch", LATER_MS - HOUR_MS),
    "derive": lambda v: derived(v, _id(v, "second"), kind=Kind.FACT, content=b"fact", name="fact"),
    "release": lambda v: opened(v, _id(v, "first")),
    "erase a recording": lambda v: v.erase(all_of(recordings=(_id(v, "first"),))),
    "erase a kind": lambda v: v.erase(all_of(kind=Kind.TRANSCRIPT)),
    "erase a range": lambda v: v.erase(all_of(device="kitchen", from_ms=NOW_MS - 6 * HOUR_MS)),
    "erase a person": lambda v: v.erase(all_of(person="Leo")),
    "erase the account": lambda v: v.erase(all_of(everything=True)),
    "keep longer": lambda v: v.retain(all_of(person="Ana"), 60),
    "keep shorter": lambda v: v.retain(all_of(person="Ana"), 3),
    "a rule that ends some of it": lambda v: _keep_for(v, "Leo", 1),
    "a rule that shortens it": lambda v: _keep_for(v, "Leo", 9),
    "a rule that lengthens it": lambda v: _keep_for(v, "Ana", 90),
    "reassign": lambda v: v.reassign(HOME, _id(v, "first"), "Eve"),
    "expire": lambda v: v.expire(),
    "rotate": lambda v: v.rotate(),
    "hold": lambda v: v.hold(all_of(person="Leo")),
    "lift": lambda v: v.lift(v.holds()[0].id),
    "backup": lambda v: v.backup(v.home.with_name("backup")),
    "publish": lambda v: v.publish(),
    "fsck": lambda v: v.fsck(deep=True),
}
UNTOUCHED = {"release", "rotate", "hold", "lift", "backup", "publish", "fsck", "expire"}
"""Verbs after which the same opens as before."""


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _child(order: dict[str, Any], out: int) -> None:
    home = Path(order["home"])
    vault = Vault.open(home, clock=FixedClock(LATER_MS))
    with dying(vault, order["nth"], _kill):
        VERBS[order["verb"]](vault)
    os.write(out, b"done")
    os._exit(0)


def main() -> None:
    """Wait for orders."""
    for line in sys.stdin:
        order = json.loads(line)
        said_by, out = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                _child(order, out)
            finally:
                os._exit(3)
        os.close(out)
        answer = os.read(said_by, 100).decode()
        os.close(said_by)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status)
        code = None if killed else os.WEXITSTATUS(status)
        sys.stdout.write(json.dumps({"said": answer, "killed": killed, "code": code}) + "\n")
        sys.stdout.flush()


class Zygote:
    """The program, started once; `run` gives an order and waits for the end of it."""

    def __init__(self) -> None:
        folder = str(Path(__file__).parent.parent)
        self._program = subprocess.Popen(
            [sys.executable, "-m", "support.killed"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": folder},
        )

    def run(self, home: Path, verb: str, nth: int) -> bool:
        """Whether it came to its end; otherwise it was killed."""
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        print(
            json.dumps({"home": str(home), "verb": verb, "nth": nth}),
            file=self._program.stdin,
            flush=True,
        )
        answer = json.loads(self._program.stdout.readline())
        assert answer["killed"] or answer == {"said": "done", "killed": False, "code": 0}, answer
        return not answer["killed"]

    def close(self) -> None:
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.close()
        self._program.stdout.close()
        self._program.wait()


if __name__ == "__main__":
    main()
