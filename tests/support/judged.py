"""What the embedded engine and the judge make of many utterances, several processes at once."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bailee.assistant.command import Act, Command
from bailee.assistant.judging import Judged, Verdict, judge
from bailee.assistant.phrases import load_phrases
from bailee.assistant.reading import Names, Reader
from bailee.intake.hearing import Embedded
from bailee.types.hearing import Engine, Heard
from bailee.types.ids import DeviceId, PersonId
from support.speech import Voice, chunks, say
from support.utterances import PERSONS, ROOMS

Said = tuple[str, Voice]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one utterance.

    Attributes:
        wanted: What its words ask for; None where they ask for nothing.
    """

    text: str
    voice: Voice
    heard: Heard
    judged: Judged
    wanted: Command | None

    @property
    def is_understood(self) -> bool:
        """Done, or asked about with the right scope."""
        return self.wanted is not None and self.judged.command == self.wanted

    @property
    def deletes(self) -> bool:
        """Something goes at once."""
        return self.judged.verdict is Verdict.ACT and self._is_of(Act.DELETE)

    @property
    def asks(self) -> bool:
        """Whether something shall go is asked."""
        return self.judged.verdict is Verdict.ASK and self._is_of(Act.DELETE)

    def _is_of(self, act: Act) -> bool:
        return self.judged.command is not None and self.judged.command.act is act


def reader() -> Reader:
    """Of a household with the rooms and people that `utterances` name."""
    return Reader(
        load_phrases("en"),
        Names(
            places=tuple((room, DeviceId(f"device-{room}")) for room in ROOMS),
            persons=tuple((name, PersonId(f"person-{name}")) for name in PERSONS),
        ),
    )


def listen(engine: Engine, pcm: bytes) -> Heard:
    """One utterance, as a microphone sends it."""
    hearing = engine.listen("en")
    for part in chunks(pcm):
        hearing.feed(part)
    return hearing.end()


def every(texts: Iterable[str], voices: Sequence[Voice]) -> Iterator[Said]:
    """Each text in each voice."""
    return ((text, voice) for text in texts for voice in voices)


def judged(said: Iterable[Said], engine: Embedded, at_once: int = 2) -> list[Outcome]:
    """What becomes of each, in their order."""
    reads = reader()

    def outcome(one: Said) -> Outcome:
        text, voice = one
        heard = listen(engine, say(text, voice))
        return Outcome(
            text=text,
            voice=voice,
            heard=heard,
            judged=judge(heard, reads.understand),
            wanted=reads.read(text),
        )

    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(outcome, said))


def table(outcomes: Iterable[Outcome], by: Callable[[Outcome], str]) -> list[tuple[str, ...]]:
    """Rows: the name, how many, done, asked about with the right scope, missed."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault(by(outcome), []).append(outcome)
    rows: list[tuple[str, ...]] = []
    for name, group in groups.items():
        good = [each for each in group if each.is_understood]
        done = sum(each.judged.verdict is Verdict.ACT for each in good)
        counts = (len(group), done, len(good) - done, len(group) - len(good))
        rows.append((name, *map(str, counts), f"{len(good) / len(group):.0%}"))
    return rows
