"""Slips: an erasure as people read it, wherever one stands.

The words of a receipt are what was signed, so they stay as they are; only their times, which are
UTC there, are told where the reader is.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bailee.clock import to_ms
from bailee.household.erasures import Request
from bailee.types.erasure import UNTOLD, Erasure
from bailee.types.history import Who
from bailee.types.ids import ErasureId
from bailee.web.visit import Visit

_MOST_PRINTED = 6_500
"""Characters of a proof that fit beneath its slip on one page."""
_TIME = r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{3})?) UTC"
_ONE = re.compile(r"(?P<what>[a-z ]+) of rec_[a-z2-7]{16} in (?P<where>.+)", re.DOTALL)
_ENDINGS = (
    re.compile(rf"(?P<head>.*), from (?P<begin>{_TIME}) to (?P<end>{_TIME})", re.DOTALL),
    re.compile(rf"(?P<head>.*), from (?P<begin>{_TIME}) on", re.DOTALL),
    re.compile(rf"(?P<head>.*), up to (?P<end>{_TIME})", re.DOTALL),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A sentence taken apart.

    Attributes:
        head: Its words without its times; "" where the words are gone.
        begin_ms: The first moment it says; None where it says none.
        end_ms: The last one; the same.
    """

    head: str
    begin_ms: int | None = None
    end_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """An erasure to be shown.

    Attributes:
        head: What was asked, without its times; "" where the words are gone.
        when: Its times, where the reader is; "" where it has none.
        by: Who asked; None where nobody can say any more.
        is_held: A hold keeps part of it: until that lifts nothing of it is called unrecoverable.
        is_late: The rotation that was to end it is overdue.
    """

    erasure: Erasure
    head: str
    when: str
    by: Who | None = None
    is_held: bool = False
    is_late: bool = False


def take_apart(sentence: str) -> Asked:
    """The words of *sentence* and its times, as `Selection.sentence` put them together.

    A recording's id says nothing to anybody, so it is counted: as several would be.
    """
    if sentence == UNTOLD:
        return Asked(head="")
    if one := _ONE.fullmatch(sentence):
        return Asked(head=f"{one['what']} of 1 recording in {one['where']}")
    for each in _ENDINGS:
        if found := each.fullmatch(sentence):
            times = {
                name: _ms(found[name]) for name in ("begin", "end") if name in found.re.groupindex
            }
            if None not in times.values():
                return Asked(
                    head=found["head"], begin_ms=times.get("begin"), end_ms=times.get("end")
                )
    return Asked(head=sentence)


def _ms(text: str) -> int | None:
    """None for a time that no calendar has: then it is somebody's name, and no time."""
    moment = text.removesuffix(" UTC")
    form = "%Y-%m-%d %H:%M:%S.%f" if "." in moment else "%Y-%m-%d %H:%M:%S"
    try:
        return to_ms(datetime.strptime(moment, form).replace(tzinfo=UTC))
    except ValueError:
        return None


def slip_of(visit: Visit, erasure: Erasure, request: Request | None = None) -> Slip:
    """*erasure* in the reader's words and zone."""
    asked = take_apart(erasure.sentence)
    picked = request.picked if request else ()
    waits = erasure.unrecoverable_since_ms is None
    now_ms = visit.service.vault.desk().clock.now_ms()
    return Slip(
        erasure=erasure,
        head=asked.head,
        when=_when(visit, asked) or _when_picked(visit, picked),
        by=request.who if request else None,
        is_held=waits and erasure.held > 0,
        is_late=waits and erasure.held == 0 and erasure.unrecoverable_due_ms < now_ms,
    )


def slips_of(visit: Visit, erasures: Sequence[Erasure]) -> list[Slip]:
    """*erasures* with who asked for each."""
    ids: list[ErasureId] = [each.id for each in erasures]
    told = visit.service.household.erasures.requests(visit.principal, visit.account_id, ids)
    return [slip_of(visit, each, told.get(each.id)) for each in erasures]


def _when(visit: Visit, asked: Asked) -> str:
    begin_ms, end_ms = asked.begin_ms, asked.end_ms
    exact = [
        "" if each is None else visit.words.exact(each, visit.zone) for each in (begin_ms, end_ms)
    ]
    if begin_ms is None or end_ms is None:
        if end_ms is not None:
            return visit._("up to %(end)s", end=exact[1])
        return visit._("from %(begin)s on", begin=exact[0]) if begin_ms is not None else ""
    if days := _whole_days(visit, begin_ms, end_ms):
        first, last = days
        if first == last:
            return visit._("%(day)s, the whole day", day=visit.words.weekday(first))
        return visit._(
            "from %(first)s to %(last)s, whole days",
            first=visit.words.weekday(first),
            last=visit.words.weekday(last),
        )
    return visit._("from %(begin)s to %(end)s", begin=exact[0], end=exact[1])


def _when_picked(visit: Visit, begins: Sequence[int]) -> str:
    """Of recordings that were picked one by one."""
    said = [visit.words.when(each, visit.zone) for each in (*begins[:1], *begins[1:][-1:])]
    if len(said) < 2:
        return visit._("recorded on %(when)s", when=said[0]) if said else ""
    return visit._("recorded from %(begin)s to %(end)s", begin=said[0], end=said[1])


def _whole_days(visit: Visit, begin_ms: int, end_ms: int) -> tuple[date, date] | None:
    """The first and the last day, where it is from one midnight to just before another."""
    words, zone = visit.words, visit.zone
    first, after = words.date_of(begin_ms, zone), words.date_of(end_ms + 1, zone)
    ends = words.midnight_ms(first, zone), words.midnight_ms(after, zone) - 1
    return (first, after - timedelta(days=1)) if ends == (begin_ms, end_ms) else None


def printed(receipt: Mapping[str, Any]) -> str:
    """*receipt* as text that survives paper: plain letters and no space, so that none is meant.

    "" where it is too long for a page. Whoever reads it back drops every space and line break.
    """
    text = json.dumps(receipt, separators=(",", ":"), ensure_ascii=True).replace(" ", "\\u0020")
    return text if len(text) <= _MOST_PRINTED else ""
