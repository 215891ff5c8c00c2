"""What was found: recordings in whose transcripts some words are, newest first, by day."""

from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from bailee.rules.folded import Folded, words_of
from bailee.types.found import Hit
from bailee.types.query import Query
from bailee.web.timeline.filters import Filters, day_of
from bailee.web.timeline.transcript import Transcript
from bailee.web.visit import Visit

_AROUND = 90
"""Letters before and after the first of the words that are shown."""
_STEP = 300
"""Recordings whose transcripts are read for one page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of a text; `marked` where it is what was looked for."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A recording, and where in it the words are."""

    hit: Hit
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """One page of them.

    Attributes:
        days: By day, newest first.
        count: How many.
        searched: How many transcripts were opened for it.
        back_to_ms: How far back that was; None for all the way.
        next: The cursor of what was not searched yet; "" when all was.
    """

    days: tuple[tuple[date, tuple[Match, ...]], ...]
    count: int
    searched: int
    back_to_ms: int | None
    next: str


def search(visit: Visit, asked: Filters, after: str) -> Matches:
    """Look for the words of *asked* in what the reader may open, from *after* on."""
    found = visit.service.household.looking.search(
        visit.principal,
        visit.account_id,
        asked.words,
        _within(visit, asked, asked.query(limit=_STEP, after=after)),
        person_id=asked.person,
        device_id=asked.device,
    )
    matches = [each for hit in found.hits for each in _matches(hit, asked.words)]
    days = groupby(matches, lambda each: day_of(each.hit.recording.begin_ms, visit.zone))
    return Matches(
        days=tuple((day, tuple(some)) for day, some in days),
        count=len(matches),
        searched=found.searched,
        back_to_ms=found.back_to_ms,
        next=found.next,
    )


def pieces(text: str, marks: tuple[tuple[int, int], ...]) -> tuple[Piece, ...]:
    """*text* about the first of its *marks*, cut where they begin and end."""
    begin = max(0, marks[0][0] - _AROUND) if marks else 0
    end = min(len(text), (marks[0][1] if marks else 0) + _AROUND)
    found: list[Piece] = [Piece(text="… ", marked=False)] if begin else []
    at = begin
    for first, last in sorted(marks):
        if not at <= first < last <= end:
            continue
        found += [
            Piece(text=text[at:first], marked=False),
            Piece(text=text[first:last], marked=True),
        ]
        at = last
    found.append(Piece(text=text[at:end], marked=False))
    if end < len(text):
        found.append(Piece(text=" …", marked=False))
    return tuple(each for each in found if each.text)


def _matches(hit: Hit, words: str) -> list[Match]:
    """The hit; nothing where the words were only in how its times are written."""
    if not hit.text.lstrip().startswith("{"):
        return [Match(hit=hit, pieces=pieces(hit.text, hit.marks))]
    text = Folded.of(Transcript.parse(hit.text.encode()).text)
    marks = text.marks(words_of(words))
    return [Match(hit=hit, pieces=pieces(text.plain, marks))] if marks else []


def _within(visit: Visit, asked: Filters, query: Query) -> Query:
    if asked.day is None:
        return query
    begin_ms, end_ms = asked.span(asked.day, visit.zone)
    return replace(query, begins_from_ms=begin_ms, to_ms=end_ms)
