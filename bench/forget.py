"""Forgetting a person: the moment, against deleting a wrapped key a record, or a person.

One vault a database holds everybody, and so does one table of wrapped keys. Each round puts both
back as they were, forgets somebody small to warm up, and then each person in turn, ours and theirs
alternating. "Durable" is the same on both sides: it survives a power cut once the call returns.
"""

import os
import statistics
import time
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, field

from harness import Part, Row, seconds, shown, turns
from people import HOME, fill, transcripts
from place import DATABASES, Kept, Place, vault_on
from wrapped import WrappedKeys, keys_of, wrapped_keys

from bailee import Selection, Vault

SMALL = 10
"""Recordings of each of the people who are forgotten to warm up, and against one key a person."""
CLEANED_UP_TO = 100_000


@dataclass(slots=True, kw_only=True)
class _Trial:
    """Both sides filled, and the seconds seen so far by the number of recordings forgotten."""

    kept: Kept
    theirs: WrappedKeys
    sizes: tuple[int, ...]
    rate: float = 0.0
    ours: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    deleted: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    vacuumed: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    cleaned: dict[int, float] = field(default_factory=dict)
    against_a_person: list[float] = field(default_factory=list)

    def forget(self, vault: Vault, person: int) -> str:
        return vault.forget(Selection(account=HOME, person=_name(person))).id

    def ours_once(self, vault: Vault, person: int) -> str:
        begun = time.perf_counter()
        erasure_id = self.forget(vault, person)
        self.ours[self.sizes[person]].append(time.perf_counter() - begun)
        return erasure_id

    def theirs_once(self, person: int) -> None:
        deleted = seconds(lambda: self.theirs.forget_records(person))
        vacuumed = seconds(self.theirs.vacuum)
        self.deleted[self.sizes[person]].append(deleted)
        self.vacuumed[self.sizes[person]].append(deleted + vacuumed)


def run(place: Place) -> list[Part]:
    """Both databases."""
    return [_on(place, database) for database in DATABASES]


def _on(place: Place, database: str) -> Part:
    rounds, pairs = place.size.pick((1, 2), (3, 15), (5, 31))
    sizes = place.size.pick((20, 40), (1000, 10_000), (1000, 10_000, 100_000, 1_000_000))
    trial = _Trial(
        kept=vault_on(place, database, "forget"),
        theirs=wrapped_keys(place, database),
        sizes=sizes,
    )
    place.say(f"{database}: depositing {sum(sizes):,} recordings")
    _fill(trial, small=1 + pairs)
    for number in range(rounds):
        place.say(f"{database}: forgetting, round {number + 1} of {rounds}")
        _round(trial, ours_first=number % 2 == 0, last=number == rounds - 1)
    _small_people(trial, pairs)
    trial.theirs.close()
    trial.kept.drop()
    return _part(trial, database)


def _name(person: int) -> str:
    return f"person {person}"


def _fill(trial: _Trial, *, small: int) -> None:
    """The people of `sizes` first, then small ones, numbered on; the same on both sides."""
    counts = [*trial.sizes, *[SMALL] * small]
    with closing(trial.kept.create()) as vault:
        begun = time.perf_counter()
        for person, count in enumerate(counts):
            fill(vault, transcripts(_name(person), count))
        trial.rate = sum(counts) / (time.perf_counter() - begun)
    trial.kept.keep()
    trial.theirs.fill(keys_of(counts, os.urandom(32)), persons=len(counts) + 1000)


def _both_back(trial: _Trial) -> None:
    trial.kept.put_back()
    trial.theirs.put_back()
    os.sync()  # what putting back wrote is charged to nobody


def _round(trial: _Trial, *, ours_first: bool, last: bool) -> None:
    _both_back(trial)
    with closing(Vault.open(trial.kept.home)) as vault:
        trial.forget(vault, len(trial.sizes))
        trial.theirs.forget_records(len(trial.sizes))
        for person, count in enumerate(trial.sizes):
            if not ours_first:
                trial.theirs_once(person)
            erasure_id = trial.ours_once(vault, person)
            if ours_first:
                trial.theirs_once(person)
            if last and count <= CLEANED_UP_TO:
                trial.cleaned[count] = _finish(vault, erasure_id)


def _finish(vault: Vault, erasure_id: str) -> float:
    begun = time.perf_counter()
    vault.finish(erasure_id)
    return time.perf_counter() - begun


def _small_people(trial: _Trial, pairs: int) -> None:
    """Many small people, against the one key of each."""
    _both_back(trial)
    with closing(Vault.open(trial.kept.home)) as vault:
        first = len(trial.sizes)
        trial.forget(vault, first)
        trial.theirs.forget_person(first)
        ours = iter(range(first + 1, first + 1 + pairs))
        theirs = iter(range(first + 1, first + 1 + pairs))
        taken = turns(
            (
                lambda: trial.forget(vault, next(ours)),
                lambda: trial.theirs.forget_person(next(theirs)),
            ),
            pairs,
        )
        trial.against_a_person = [statistics.median(each) for each in taken]


def _part(trial: _Trial, database: str) -> Part:
    part = Part(title=f"Forgetting a person, on {database}")
    for count in trial.sizes:
        part.rows.append(
            Row(
                work=f"forget a person with {count:,} recordings",
                against=f"one wrapped key a record, DELETE + VACUUM, {database}",
                ours_s=statistics.median(trial.ours[count]),
                theirs_s=statistics.median(trial.vacuumed[count]),
                aim=100 if count == 1_000_000 else None,
                note=f"DELETE alone {shown(statistics.median(trial.deleted[count]))}",
            )
        )
    part.rows.append(
        Row(
            work=f"forget a person with {SMALL} recordings",
            against=f"one wrapped key a person, DELETE, {database}",
            ours_s=trial.against_a_person[0],
            theirs_s=trial.against_a_person[1],
            aim=1 / 3,
        )
    )
    part.flat = _flatness(trial)
    part.figures.append(("deposits a second, 500 a transaction", f"{trial.rate:,.0f}"))
    part.figures += [
        (f"clean-up after forgetting {count:,} recordings", shown(taken))
        for count, taken in trial.cleaned.items()
    ]
    return part


def _flatness(trial: _Trial) -> float:
    """The slowest median over the fastest, from the smallest person to the largest."""
    medians = [statistics.median(trial.ours[count]) for count in trial.sizes]
    return max(medians) / min(medians)
