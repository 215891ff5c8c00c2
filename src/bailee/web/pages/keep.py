"""Keep for: how long each kind is kept, from not at all; and the published policy (R-19)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, BackgroundTasks, Response

from bailee.api.routes.erasures import finish
from bailee.clock import day_of
from bailee.errors import InputError
from bailee.household.keep_rules import KeepTable, NamedRule
from bailee.rules.keep_for import capped, days_at
from bailee.rules.retention import LONGEST_DAYS, Retention
from bailee.types.ids import DeviceId, PersonId, parse_id
from bailee.types.keep_for import DONT_KEEP, KeepRule, Reach, Voice
from bailee.types.kind import CAPTURED, Kind
from bailee.web.keeping import held_plot
from bailee.web.keeping.keep_words import FIRST, TITLES, sentence, steps, time_words
from bailee.web.render import go, page, part
from bailee.web.said import Said
from bailee.web.visit import Passing, Visit, Visiting

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A kind on the page.

    Attributes:
        days: What counts now, for the people and devices that were picked.
        own: Whether a rule says just that; else it follows from another, or from the policy.
        chosen: For how long whom it is about chose for themselves, where a reader is not they.
        choices: The steps of its slider, in days and in words.
    """

    kind: Kind
    title: str
    policy: Retention
    days: int
    time: str
    own: bool
    chosen: int | None
    choices: list[tuple[int, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A change that somebody asks for; `days` is None where they take a rule away."""

    reach: Reach
    days: int | None

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> "Asked":
        """From a form or an address, untrusted. Raises `InputError`."""
        kind, days = fields.get("kind", ""), fields.get("days", "")
        if kind not in set(TITLES):
            raise InputError("There is no such kind.")
        if days and not (days.isascii() and days.isdecimal() and int(days[:6]) <= LONGEST_DAYS):
            raise InputError("That is no time to keep something for.")
        person_id, device_id = _picked(fields)
        reach = Reach(kind=Kind(kind), person_id=person_id, device_id=device_id)
        return cls(reach=reach, days=int(days) if days else None)

    def fields(self) -> dict[str, str]:
        """As a form sends it."""
        return {
            "kind": self.reach.kind,
            "person": self.reach.person_id or "",
            "device": self.reach.device_id or "",
            "days": "" if self.days is None else str(self.days),
        }

    @property
    def back(self) -> str:
        """The page with the same people and devices picked."""
        picked = {name: self.fields()[name] for name in ("person", "device")}
        some = {name: value for name, value in picked.items() if value}
        return f"/keep?{urlencode(some)}" if some else "/keep"


@router.get("/keep")
def keep(visit: Visiting) -> Response:
    """Each kind with its slider, for everybody or for whom and what was picked."""
    person_id, device_id = _picked(visit.request.query_params)
    rules = visit.service.household.keep_rules
    table = rules.table(visit.principal, visit.account_id)
    rows = [_row(visit, table, kind, person_id, device_id) for kind in TITLES]
    held = rules.held(visit.account_id, table, person_id=person_id, device_id=device_id)
    today = day_of(visit.service.vault.desk().clock.now_ms())
    return page(
        visit,
        "keep/page.html",
        rows=rows[:FIRST],
        more=rows[FIRST:],
        person=person_id or "",
        device=device_id or "",
        people=[(each.id, each.name) for each in visit.people.values()],
        devices=[(each.id, each.name) for each in visit.devices.values()],
        may=table.may_all if person_id is None else person_id in table.may,
        rules=[_told(visit, each) for each in table.rules],
        held=held_plot.draw(held, today),
        plot=held_plot,
        time=lambda days: time_words(visit.words, days),
    )


@router.get("/keep/change")
def look_ahead(visit: Visiting) -> Response:
    """What a change would do to what is stored, in numbers; nothing is changed."""
    asked = Asked.parse(visit.request.query_params)
    values = _ahead(visit, asked)
    if visit.is_htmx:
        return part(visit, "keep/ahead.html", **values)
    return page(visit, "keep/change.html", **values)


@router.post("/keep")
def change(visit: Visiting, later: BackgroundTasks) -> Response:
    """Done at once where nothing is lost, or where the form repeats how many it was told go."""
    asked = Asked.parse({name: visit.form.text(name) for name in visit.form.fields})
    told = visit.form.whole("now") if visit.form.has("now") else 0
    rules, whose = visit.service.household.keep_rules, (visit.principal, visit.account_id)
    if rules.plan(*whose, asked.reach, asked.days).now > told:
        return go(visit, f"/keep/change?{urlencode(asked.fields())}")
    before = _standing(rules.table(*whose), asked.reach)
    done = rules.put(*whose, asked.reach, asked.days, longer=visit.form.has("stored"))
    said = visit._("Done: %(sentence)s.", sentence=sentence(visit, asked.reach, asked.days))
    if done.begun is not None:
        # A crash from here on: it is forgotten, and start-up or a sweep cleans up after it.
        later.add_task(finish, visit.service, done.begun.erasure.id)
        return go(visit, f"/receipts/{done.begun.erasure.id}", said)
    return go(
        visit,
        asked.back,
        _undoable(visit, asked, before, said, changed=bool(done.sooner or done.longer)),
    )


@router.get("/retention")
def retention(visit: Passing) -> Response:
    """The deployment's published policy, for anybody; a household's own rules are its own."""
    policy = visit.service.household.keeping.policy()
    rows = [(kind, row) for kind, row in policy.items() if kind is not Kind.LABEL]
    return page(
        visit,
        "keep/retention.html",
        policy=rows,
        needs=list(dict.fromkeys(row.need for _, row in rows)),
        names=policy[Kind.LABEL],
        time=lambda days: time_words(visit.words, days),
    )


def _picked(fields: Mapping[str, str]) -> tuple[PersonId | None, DeviceId | None]:
    who, what = fields.get("person", ""), fields.get("device", "")
    return (
        PersonId(parse_id(who, "per")) if who else None,
        DeviceId(parse_id(what, "dev")) if what else None,
    )


def _row(
    visit: Visit,
    table: KeepTable,
    kind: Kind,
    person_id: PersonId | None,
    device_id: DeviceId | None,
) -> Row:
    policy = table.policy[kind]
    reach = Reach(kind=kind, person_id=person_id, device_id=device_id)
    rules = [each.rule for each in table.rules]
    found = capped(table.policy, kind, days_at(rules, kind, (person_id or "", device_id or "")))
    days = policy.keep_days if found is None else found
    return Row(
        kind=kind,
        title=visit._(TITLES[kind]),
        policy=policy,
        days=days,
        time=time_words(visit.words, days),
        own=any(each.reach == reach for each in rules),
        chosen=_chosen(visit, rules, reach),
        choices=[(n, time_words(visit.words, n)) for n in steps(policy.at_most_days, days)],
    )


def _chosen(visit: Visit, rules: list[KeepRule], reach: Reach) -> int | None:
    """What somebody chose for themselves, for another who reads it."""
    if reach.person_id in {None, visit.principal.id}:
        return None
    own = [each for each in rules if each.voice is Voice.OWN]
    return days_at(own, reach.kind, (reach.person_id or "", reach.device_id or ""))


def _told(visit: Visit, named: NamedRule) -> dict[str, Any]:
    """A rule in a sentence, and how to take it away."""
    asked = Asked(reach=named.rule.reach, days=None)
    return {
        "sentence": sentence(visit, named.rule.reach, named.days),
        "chosen": named.rule.voice is Voice.OWN
        and named.rule.reach.person_id != visit.principal.id,
        "person": named.person,
        "fields": asked.fields() if named.may_end else None,
    }


def _ahead(visit: Visit, asked: Asked) -> dict[str, Any]:
    rules, whose = visit.service.household.keep_rules, (visit.principal, visit.account_id)
    plan = rules.plan(*whose, asked.reach, asked.days)
    reach = asked.reach
    row = _row(visit, rules.table(*whose), reach.kind, reach.person_id, reach.device_id)
    return {
        "asked": asked,
        "plan": plan,
        "same": asked.days == row.days and not plan.now and not plan.sooner and not plan.longer,
        "sentence": sentence(visit, asked.reach, asked.days),
        "dont": asked.days == DONT_KEEP,
        "has_made": asked.reach.kind in CAPTURED and plan.now > 0,
        "time": "" if asked.days is None else time_words(visit.words, asked.days),
    }


def _standing(table: KeepTable, reach: Reach) -> int | None:
    """The rule that the reader may change, as it was before."""
    for each in table.rules:
        if each.rule.reach == reach and each.may_end:
            return each.rule.days
    return None


def _undoable(visit: Visit, asked: Asked, before: int | None, said: str, *, changed: bool) -> Said:
    """Nothing was lost: what ends sooner now can have its time back."""
    back = before
    if back is None and changed and asked.days is not None:
        back = visit.service.household.keeping.policy()[asked.reach.kind].keep_days
    fields = replace(asked, days=back).fields()
    return Said(
        text=said, undo="/keep", fields={**fields, **({"stored": "yes"} if changed else {})}
    )
