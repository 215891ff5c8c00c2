"""Forget: the sentence, what would go, one button, the receipt (R-12, R-13, R-15).

Two steps end something: choose and see the numbers, then press. A whole person, device or household
takes a third, on a page of its own. Pressing twice does it once; what came in after the numbers were
shown is shown first.
"""

import base64
import json
import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlencode

from fastapi import APIRouter, BackgroundTasks, Response

from bailee.api import cookies
from bailee.api.once_store import Kept, OnceStore, Slot, Standing
from bailee.api.routes.erasures import finish
from bailee.custody import receipt as receipts
from bailee.errors import BaileeError, ConflictError, InputError
from bailee.household.erasures import Begun
from bailee.types.facts import DeviceSort
from bailee.types.kind import Kind
from bailee.types.role import Role
from bailee.web.forgetting.going import Going, count, is_more, picked
from bailee.web.forgetting.sentence import Sentence, When
from bailee.web.forgetting.slips import printed, slip_of
from bailee.web.nouns import kind_name
from bailee.web.render import go, page, part
from bailee.web.visit import Visit, Visiting

router = APIRouter()
_MOST_WAYS = 6
_LISTED = 10
_AT_ONCE = 100
"""Recordings whose clean-up is not waited for by anybody who notices."""
_ONCE = re.compile(r"[0-9a-f]{32}")
_KINDS = tuple(each for each in Kind if each not in {Kind.LABEL, Kind.DATASET, Kind.MODEL})
_ICONS = {
    DeviceSort.SPEAKER: "speaker",
    DeviceSort.CAMERA: "cctv",
    DeviceSort.PHONE: "smartphone",
    DeviceSort.NONE: "mic",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A quick choice: one press, and the numbers are there."""

    label: str
    href: str
    icon: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """The quick choices of one time."""

    title: str
    day: str
    ways: list[Way]


@router.get("/forget")
def choose(visit: Visiting) -> Response:
    """The sentence; and once something is chosen, what would go."""
    asked = _asked(visit)
    sentence, going = count(visit, asked) if asked.chosen and not asked.wrong else (asked, None)
    if visit.is_htmx:
        return part(visit, "forget/goes.html", sentence=sentence, going=going)
    return page(
        visit,
        "forget/page.html",
        sentence=sentence,
        going=going,
        grown="",
        quick=[] if asked.chosen else _quick(visit),
        picked=picked(visit, sentence, _LISTED) if going and not going.is_nothing else [],
        **_controls(visit),
    )


@router.get("/forget/sure")
def ask_once_more(visit: Visiting) -> Response:
    """The third step: a whole person, device or household, asked on a page of its own.

    The gate is asked here about the whole itself, so that a second factor is wanted before the last
    press and not after it.
    """
    sentence = _asked(visit)
    if not sentence.is_whole:
        return go(visit, sentence.href())
    visit.service.household.erasures.plan(visit.principal, visit.account_id, sentence.choice())
    return _sure(visit, sentence)


@router.post("/forget")
def forget(visit: Visiting, later: BackgroundTasks) -> Response:
    """The moment.

    A crash before it leaves nothing done; one after it leaves it done, with a receipt in the list,
    where a second press then leads.
    """
    sentence = Sentence.parse(visit.form.fields, visit.zone, _now_ms(visit))
    if sentence.wrong or not sentence.chosen:
        raise InputError("That says nothing to forget; nothing was done.")
    if sentence.is_whole and not _is_sure(visit, sentence):
        return _sure(visit, sentence, wrong=visit._("Say that you mean it; nothing was done yet."))
    once = visit.form.text("once")
    if not _ONCE.fullmatch(once):
        raise InputError("That form is not one of ours; nothing was done.")
    slot = OnceStore(visit.service).slot(_token(visit), f"forget/{once}")
    stands = slot.take(urlencode(sentence.fields()).encode())
    if stands is Standing.FRESH:
        return _once(visit, sentence, slot, later)
    if isinstance(stands, Kept):  # pressed twice, or sent again: what it did the first time
        return go(visit, dict(stands.headers)["location"])
    return go(
        visit,
        "/receipts",
        visit._("That was pressed already. What came of it stands here; nothing was done twice."),
    )


def _once(visit: Visit, sentence: Sentence, slot: Slot, later: BackgroundTasks) -> Response:
    try:
        kept, going = count(visit, sentence)
        if answer := _not_yet(visit, kept, going):
            slot.release()
            return answer
        begun = visit.service.household.erasures.ask(
            visit.principal, visit.account_id, kept.choice()
        )
    except BaileeError:
        slot.release()
        raise
    path = f"/receipts/{begun.erasure.id}"
    slot.keep(Kept(status=303, headers=[("location", path)], body=b""))
    assert going.plan is not None
    if going.plan.recordings <= _AT_ONCE:  # the receipt has its numbers when it is first seen
        finish(visit.service, begun.erasure.id)
    else:
        later.add_task(finish, visit.service, begun.erasure.id)
    if visit.service.identity.authenticate(_token(visit)) is None:
        return _farewell(visit, begun)
    return go(visit, path)


def _not_yet(visit: Visit, sentence: Sentence, going: Going) -> Response | None:
    """What is said instead of doing it: nothing is there any more, or more than was shown."""
    if going.plan is None:
        raise ConflictError(going.refused)
    if going.is_nothing:
        return page(visit, "forget/already.html", status=409, receipt=going.receipt)
    if sentence.is_whole or not is_more(going.plan, visit.form.text("seen")):
        return None
    grown = visit._("It is more than you were shown: something came in. Nothing was done yet.")
    return page(
        visit,
        "forget/page.html",
        status=409,
        sentence=sentence,
        going=going,
        grown=grown,
        quick=[],
        picked=picked(visit, sentence, _LISTED),
        **_controls(visit),
    )


def _farewell(visit: Visit, begun: Begun) -> Response:
    """Whoever had themselves forgotten: the receipt, now or never; their session is over."""
    nobody = replace(visit, caller=None, said=None)
    vault, erasure_id = visit.service.vault, begun.erasure.id
    receipt = vault.receipt(erasure_id, asked=receipts.asked_in(begun.receipt))
    erasure = replace(vault.erasure(erasure_id), sentence=begun.erasure.sentence)
    text = json.dumps(receipt, indent=2, ensure_ascii=False) + "\n"
    answer = page(
        nobody,
        "forget/farewell.html",
        it=slip_of(nobody, erasure),
        encoded=base64.b64encode(text.encode()).decode(),
        text=printed(receipt),
        vkey=vault.config.vkey,
        erasure_id=erasure_id,
    )
    cookies.let_go(answer)
    return answer


# -- what is asked ----------------------------------------------------------------------------


def _asked(visit: Visit) -> Sentence:
    query = parse_qs(visit.request.url.query, keep_blank_values=True)
    sentence = Sentence.parse(query, visit.zone, _now_ms(visit))
    alone = not visit.keeps_house and not sentence.recordings and "person" not in query
    return replace(sentence, person=visit.me.id) if alone else sentence


def _is_sure(visit: Visit, sentence: Sentence) -> bool:
    said = visit.form.text("sure")
    if not sentence.is_everything:
        return said == "yes"
    return said.casefold() == visit.house.name.strip().casefold()


def _sure(visit: Visit, sentence: Sentence, wrong: str = "") -> Response:
    kept, going = count(visit, sentence)
    if going.plan is None:
        raise ConflictError(going.refused)
    return page(
        visit,
        "forget/sure.html",
        status=422 if wrong else 200,
        sentence=kept,
        going=going,
        wrong=wrong,
    )


def _token(visit: Visit) -> str:
    assert visit.caller is not None
    return visit.caller.token


def _now_ms(visit: Visit) -> int:
    return visit.service.vault.desk().clock.now_ms()


# -- controls ---------------------------------------------------------------------------------


def _controls(visit: Visit) -> dict[str, Any]:
    """What each part of the sentence may be."""
    everybody = [("", visit._("everybody"))] if visit.keeps_house else []
    named = visit.house.persons if visit.keeps_house else (visit.me,)
    kinds = [(each, kind_name(visit.words, each)) for each in _KINDS]
    return {
        "kinds": [("", visit._("everything")), *kinds],
        "persons": [*everybody, *((each.id, each.name) for each in named)],
        "devices": [
            ("", visit._("every device")),
            *((each.id, each.name) for each in visit.house.devices),
        ],
        "whens": [
            (When.JUST_NOW, visit._("in the last 10 minutes")),
            (When.TODAY, visit._("today")),
            (When.YESTERDAY, visit._("yesterday")),
            (When.LAST_7_DAYS, visit._("in the last 7 days")),
            (When.RANGE, visit._("between two times")),
            (When.EVER, visit._("at any time")),
        ],
    }


def _quick(visit: Visit) -> list[Ways]:
    """What people want most, in the household's own names."""
    now_ms = _now_ms(visit)
    found = []
    for when, title in (
        (When.YESTERDAY, visit._("Yesterday")),
        (When.TODAY, visit._("Today")),
        (When.JUST_NOW, visit._("The last 10 minutes")),
    ):
        begin_ms = Sentence.parse({"when": [when]}, visit.zone, now_ms).begin_ms
        assert begin_ms is not None
        day = visit.words.weekday(visit.words.date_of(begin_ms, visit.zone))
        if when is When.JUST_NOW:
            since = visit.words.clock(begin_ms, visit.zone)
            day = visit._("since %(time)s", time=since)
        found.append(Ways(title=title, day=day, ways=_ways(visit, when)))
    return found


def _ways(visit: Visit, when: When) -> list[Way]:
    def href(**parts: str) -> str:
        return f"/forget?{urlencode({**parts, 'when': when})}"

    all_ = Way(label=visit._("Everything"), href=href(), icon="house")
    if when is When.JUST_NOW:
        return [all_]
    devices = [each for each in visit.house.devices if each.revoked_ms is None]
    ways = [
        Way(label=each.name, href=href(device=each.id), icon=_ICONS[each.sort])
        for each in devices[:_MOST_WAYS]
    ]
    if visit.keeps_house:
        people = [each for each in visit.house.persons if each.role is not Role.STRANGER]
        ways += [
            Way(label=each.name, href=href(person=each.id), person=each.id)
            for each in people[:_MOST_WAYS]
        ]
    return [*ways, all_]
