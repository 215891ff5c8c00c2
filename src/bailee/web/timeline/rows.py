"""The rows of a timeline: recordings, and the stretches that were forgotten, by time.

A page of recordings is opened by one look, with one entry: its first words and its waveforms. What
may be listed and not opened stands there without them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bailee.clock import DAY_MS, to_datetime
from bailee.types.ids import ArtefactId
from bailee.types.kind import Kind
from bailee.types.preview import NOTHING, WAVEFORM
from bailee.types.recording import Artefact, Recording
from bailee.types.stretch import Stretch
from bailee.web.timeline.filters import Filters
from bailee.web.timeline.transcript import Transcript
from bailee.web.timeline.wave import wave
from bailee.web.visit import Visit

TOLD = (Kind.TRANSCRIPT, Kind.FACT, Kind.ANNOTATION)
"""Kinds that are words."""
_GAP_MS = 3_600_000
_LETTERS = 140


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A recording in the list.

    Attributes:
        kind: What it is above all.
        words: The first of them; "" where there are none, or none that may be read.
        wave: Path data of its waveform; "" for none.
        picture: Whether it has a picture to show, once that is asked for.
        lacking: Whether it could have a preview, and has not been asked for one.
        until: The last day on which that is kept.
        gap_ms: How long nothing was recorded after it, before the row above.
        here: It is the moment that was asked for.
    """

    recording: Recording
    kind: Kind
    words: str
    wave: str
    picture: bool
    lacking: bool
    until: date
    gap_ms: int
    here: bool

    @property
    def length_ms(self) -> int:
        """How long it lasts."""
        return self.recording.end_ms - self.recording.begin_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Pane:
    """Which part of a day a page shows: from `below_ms` to just before `above_ms`.

    Attributes:
        top_ms: The last millisecond of what is shown of that day, on all its pages.
    """

    below_ms: int
    above_ms: int
    top_ms: int


Line = Row | Stretch


def rows_of(
    visit: Visit, recordings: Sequence[Recording], at_ms: int | None = None, above_ms: int = 0
) -> list[Row]:
    """The rows of a page, as its recordings come: newest first.

    Args:
        visit: Who looks; what they may open is opened, with one entry.
        recordings: Of one page.
        at_ms: The moment that was asked for: the first row that had begun by then is marked.
        above_ms: When the last row of the page before began; 0 for none.
    """
    household = visit.service.household
    previews = {each.id: household.previews.of(each) for each in recordings}
    lacking = set(household.previews.lacking(recordings))
    wanted = [
        *(part.id for each in recordings for part in _told(each)),
        *(each.id for each in previews.values() if each is not None and _type(each) == WAVEFORM),
    ]
    opened = household.looking.open(visit.principal, visit.account_id, wanted) if wanted else {}
    found: list[Row] = []
    for each, busy_ms in zip(recordings, _busy_until(recordings), strict=True):
        preview, main = previews[each.id], main_artefact(each)
        here = at_ms is not None and each.begin_ms <= at_ms
        found.append(
            Row(
                recording=each,
                kind=main.kind,
                words=_first_words(each, opened),
                wave=_wave(preview, opened),
                picture=preview is not None and _type(preview) not in {WAVEFORM, NOTHING},
                lacking=each.id in lacking,
                until=last_day(main),
                gap_ms=_gap(above_ms - busy_ms) if above_ms else 0,
                here=here,
            )
        )
        above_ms, at_ms = each.begin_ms, None if here else at_ms
    return found


def with_forgotten(visit: Visit, rows: Sequence[Row], asked: Filters, pane: Pane) -> list[Line]:
    """*rows* with what was forgotten beside them, by where it ended; newest first.

    Each stretch is on one page of its day: that in which it ends, or the first if it goes on.
    """
    stretches = visit.service.household.forgotten.stretches(
        visit.principal, visit.account_id, pane.below_ms, pane.above_ms - 1
    )
    lines: list[tuple[int, int, Line]] = [(each.recording.begin_ms, 0, each) for each in rows]
    for each in stretches:
        at_ms = min(each.end_ms, pane.top_ms)
        if pane.below_ms <= at_ms < pane.above_ms and _fits(each, asked):
            lines.append((at_ms, 1, each))
    lines.sort(key=lambda each: each[:2], reverse=True)
    return _told_once([line for *_place, line in lines])


def _told_once(lines: Sequence[Line]) -> list[Line]:
    """*lines* without those that say the same as the one above: one act, one person, one device."""
    found: list[Line] = []
    for line in lines:
        above = found[-1] if found else None
        if isinstance(line, Stretch) and isinstance(above, Stretch) and _says(line) == _says(above):
            continue
        found.append(line)
    return found


def _says(line: Stretch) -> tuple[object, ...]:
    return line.erasure_id, line.person, line.device, line.kind


def main_artefact(recording: Recording) -> Artefact:
    """What a recording is above all: the first of its kinds."""
    order = list(Kind)
    return min(recording.artefacts, key=lambda each: order.index(each.kind))


def last_day(artefact: Artefact) -> date:
    """The last day on which it is kept; days end for everybody at once, by UTC."""
    return to_datetime(artefact.kept_until_day * DAY_MS).date()


def _fits(stretch: Stretch, asked: Filters) -> bool:
    """Whether what was forgotten could have been in a list that is narrowed so."""
    person, device = stretch.person, stretch.device
    return (
        (asked.person is None or person is None or person.id == asked.person)
        and (asked.device is None or device is None or device.id == asked.device)
        and (asked.kind is None or stretch.kind in {None, asked.kind})
    )


def _told(recording: Recording) -> list[Artefact]:
    return [each for each in recording.artefacts if each.kind in TOLD]


def _first_words(recording: Recording, opened: dict[ArtefactId, bytes]) -> str:
    for each in sorted(_told(recording), key=lambda part: TOLD.index(part.kind)):
        if each.id in opened:
            return Transcript.parse(opened[each.id]).first(_LETTERS)
    return ""


def _wave(preview: Artefact | None, opened: dict[ArtefactId, bytes]) -> str:
    return "" if preview is None else wave(opened.get(preview.id, b""))


def _type(preview: Artefact) -> str:
    return str(preview.details.get("media_type", ""))


def _busy_until(recordings: Sequence[Recording]) -> list[int]:
    """Until when each of *recordings*, newest first, or one that began before it was recorded."""
    found: list[int] = []
    for each in reversed(recordings):
        found.append(max([each.end_ms, *found[-1:]]))
    return found[::-1]


def _gap(length_ms: int) -> int:
    return length_ms if length_ms >= _GAP_MS else 0
