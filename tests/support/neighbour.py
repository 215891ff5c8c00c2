"""A second process on the same vault: does one thing over and over, and tells what was acknowledged.

Usage: ``python -m support.neighbour HOME WHAT ROUNDS NAME``; one JSON object a line.
"""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bailee.clock import FixedClock
from bailee.custody.vault import Vault
from support.vaults import NOW_MS, all_of, said

Told = Iterator[dict[str, str]]


def deposits(vault: Vault, rounds: int, name: str) -> Told:
    """Into one stream, and each third into a stream that is new, of a person that is new."""
    for number in range(rounds):
        new = number % 3 == 0
        done = said(
            vault,
            NOW_MS - 1000 - number,
            person=f"{name} {number}" if new else "Leo",
            device=f"{name} {number}" if new else "kitchen",
            content=f"{name} {number}".encode(),
        )
        yield {"kept": done.recording_id, "content": f"{name} {number}"}


def same_firsts(vault: Vault, rounds: int, name: str) -> Told:
    """The first deposits of streams that every other process makes at the same time."""
    for number in range(rounds):
        done = said(
            vault,
            NOW_MS - 1000,
            person=f"shared {number}",
            device="door",
            content=f"{name} {number}".encode(),
            account=f"house {number % 2}",
        )
        yield {"kept": done.recording_id, "content": f"{name} {number}"}


def erasures(vault: Vault, rounds: int, name: str) -> Told:
    """Deposit and forget again: by recording, by range, by person."""
    hall = f"hall of {name}"
    for number in range(rounds):
        at_ms = NOW_MS - 10_000_000 - number * 10
        done = said(vault, at_ms, person=name, device=hall, duration_ms=1)
        selection = (
            all_of(recordings=(done.recording_id,)),
            all_of(device=hall, from_ms=at_ms, to_ms=at_ms + 5),
            all_of(person=name),
        )[number % 3]
        vault.erase(selection)
        if number % 3 == 2:
            name += "'"
        yield {"gone": done.recording_id}


def rotations(vault: Vault, rounds: int, name: str) -> Told:
    """One generation after another."""
    del name
    for _ in range(rounds):
        vault.rotate()
        yield {}


def openings(vault: Vault, rounds: int, name: str) -> Told:
    """Start-up, which adopts, replays and drives on, beside everything else."""
    del name
    for _ in range(rounds):
        with Vault.open(vault.home, clock=FixedClock(NOW_MS)) as again:
            again.publish()
        yield {}


WORK: dict[str, Callable[[Vault, int, str], Told]] = {
    each.__name__: each for each in (deposits, same_firsts, erasures, rotations, openings)
}


def main() -> None:
    """Do it."""
    home, what, rounds, name = sys.argv[1:]
    with Vault.open(Path(home), clock=FixedClock(NOW_MS)) as vault:
        for told in WORK[what](vault, int(rounds), name):
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
