"""The embedded recogniser: what it understands of synthetic speech, how soon, and at what cost.

What it understands is told of sentences and voices that nothing was tuned on (`support.utterances`).
Speech is flite's and espeak-ng's: no human was recorded. *Direct* is the same two decoders in this
process, without a line, a process or a pool between.
"""

import os
import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path

from harness import Part, medians, shown
from place import Place

_ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(_ROOT), str(_ROOT / "tests")]

from bailee.intake.hearing import Embedded  # noqa: E402
from bailee.intake.hearing.commands import learn  # noqa: E402
from bailee.intake.hearing.recognise import Ears  # noqa: E402
from support.judged import every, judged, listen, reader, table  # noqa: E402
from support.speech import Voice, chunks, say  # noqa: E402
from support.utterances import HELD, HELD_FLITE, HELD_VOICES  # noqa: E402

OVERHEAD_AIM = 1.1
UNDERSTOOD_AIM = 0.95
CHUNK_MS = 64
_COLUMNS = ("said", "utterances", "done", "asked about", "missed", "understood")
_SPOKEN = (
    "delete everything i said today",
    "what time is it",
    "the soup needs a little more pepper",
)
_SLT, _AWB = Voice(name="slt"), Voice(name="awb")
_STRAINED = (
    *(replace(_SLT, noise_db=db, noise=kind) for db in (20, 10) for kind in ("pink", "babble")),
    *(replace(_AWB, pitch=pitch) for pitch in (0.8, 1.3, 1.8)),
    *(replace(_AWB, speed=speed) for speed in (0.8, 1.3)),
)


def run(place: Place) -> list[Part]:
    """Needs Debian's flite and espeak-ng."""
    engine = Embedded(reader().sentences())
    try:
        place.say("what the ears understand")
        understood = _understood(place, engine)
        place.say("how soon, and at what cost")
        return [*understood, _speed(place, engine)]
    finally:
        engine.close()


def _understood(place: Place, engine: Embedded) -> list[Part]:
    some = place.size.pick(2, 8, 31)  # the thousand are a test of the long run
    voices = place.size.pick(HELD_FLITE, HELD_FLITE, HELD_VOICES)
    cores = os.cpu_count() or 1
    asked = (*HELD.deletions[:some], *HELD.others_asked[:some])
    commands = judged(every(asked, voices), engine, cores)
    strained = judged(every(HELD.deletions[:some], _STRAINED[: some * 2]), engine, cores)
    others = judged(every((*HELD.near[:some], *HELD.far[:some]), voices), engine, cores)
    by_flite = [each for each in commands if each.voice in HELD_FLITE]
    share = sum(each.is_understood for each in by_flite) / len(by_flite)
    verdict = "met" if share >= UNDERSTOOD_AIM else "missed"
    false = sum(each.deletes for each in others)
    figures = [
        ("commands understood, flite's voices", f"{share:.0%} (aim ≥ 95 %, {verdict})"),
        (
            f"deletions done at once of {len(others)} other utterances",
            f"{false} (aim 0, {'missed' if false else 'met'})",
        ),
        ("deletions asked about, of the same", str(sum(each.asks for each in others))),
    ]
    by_voice = Part(
        title="Commands understood, by voice",
        columns=_COLUMNS,
        table=table([*commands, *strained], lambda each: str(each.voice)),
        figures=figures,
    )
    by_text = Part(
        title="Commands understood from flite's voices, by command",
        columns=_COLUMNS,
        table=table(by_flite, lambda each: f"“{each.text}”"),
    )
    return [by_voice, by_text]


def _speed(place: Place, engine: Embedded) -> Part:
    rounds = place.size.pick(1, 3, 9)
    sounds = [say(text) for text in _SPOKEN]
    seconds = sum(map(len, sounds)) / 32_000
    commands = learn(reader().sentences())
    direct = Ears(commands.language_model, commands.dictionary)

    def ours() -> None:
        for pcm in sounds:
            listen(engine, pcm)

    def theirs() -> None:
        for pcm in sounds:
            for part in chunks(pcm):
                direct.feed(part)
            _, *guesses = direct.end()
            if command := commands.taken(guesses):
                direct.is_contested(command)
            else:
                direct.drop()

    engine.warm()
    ours_s, theirs_s = medians((ours, theirs), rounds)
    overhead = ours_s / theirs_s
    after = statistics.median(_after_the_end(engine, pcm) for pcm in sounds * rounds)
    verdict = "met" if overhead <= OVERHEAD_AIM else "missed"
    return Part(
        title="Hearing: how soon, and at what cost",
        figures=[
            ("engine", engine.name),
            ("real-time factor, both ears", f"{ours_s / seconds:.2f}"),
            ("from the end of speech to the words, heard as it is said", shown(after)),
            ("over the same decoders direct", f"{overhead:.2f} × (aim ≤ 1.10 ×, {verdict})"),
            ("streams at once on one core without a late chunk", str(_streams(place))),
        ],
    )


def _after_the_end(engine: Embedded, pcm: bytes) -> float:
    """Fed as a microphone does, in real time; how long the words take after the last of it."""
    hearing = engine.listen("en")
    begun = time.monotonic()
    for number, part in enumerate(chunks(pcm, CHUNK_MS), start=1):
        time.sleep(max(0.0, begun + number * CHUNK_MS / 1000 - time.monotonic()))
        hearing.feed(part)
    ended = time.monotonic()
    hearing.end()
    return time.monotonic() - ended


def _streams(place: Place) -> int:
    """As many as one core hears without a chunk that waits longer than until the next comes."""
    most = place.size.pick(2, 6, 12)
    good = 0
    for count in range(1, most + 1):
        if _is_late(count):
            return good
        good = count
    return good


def _is_late(count: int) -> bool:
    engine = Embedded(reader().sentences(), processes=count)
    try:
        for hearing in [engine.listen("en") for _ in range(count)]:
            hearing.end()
        for pid in engine.pids():
            os.sched_setaffinity(pid, {0})
        hearings = [engine.listen("en") for _ in range(count)]
        late = 0
        begun = time.monotonic()
        parts = chunks(b"".join(say(text) for text in _SPOKEN), CHUNK_MS)
        for number, part in enumerate(parts, start=1):
            time.sleep(max(0.0, begun + number * CHUNK_MS / 1000 - time.monotonic()))
            late += sum(hearing.behind() > 1 for hearing in hearings)
            for hearing in hearings:
                hearing.feed(part)
        for hearing in hearings:
            hearing.drop()
    finally:
        engine.close()
    return late > 0
