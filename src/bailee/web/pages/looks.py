"""Who looked: every release and refusal, and what else happened, from the ledger (R-23)."""

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from fastapi import APIRouter, Response

from bailee.errors import InputError
from bailee.household.calendar import begin_of
from bailee.types.history import Only, Sort, WhoSort
from bailee.types.ids import DeviceId, PersonId
from bailee.types.kind import Kind
from bailee.web.nouns import kind_name
from bailee.web.past.events import who_name
from bailee.web.past.folded import Answer, answer, principal_of, read
from bailee.web.render import page
from bailee.web.visit import Visit, Visiting

router = APIRouter()
_FIRST_YEAR, _LAST_YEAR = 1971, 9000


def _(text: str) -> str:
    """A text, marked for the catalogue."""
    return text


_SORTS = {
    Sort.LOOKED: _("Who looked"),
    Sort.FORGOTTEN: _("What was forgotten"),
    Sort.KEPT: _("How long things are kept"),
    Sort.TAKEN_IN: _("What was taken in"),
    Sort.CONSENT: _("Consents"),
    Sort.PEOPLE: _("People and links"),
    Sort.DEVICES: _("Devices"),
    Sort.SIGN_IN: _("Signing in"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What the address asks for."""

    sort: Sort
    only: Only
    said: dict[str, str]

    @property
    def narrow(self) -> bool:
        """Whether anything but the sort is asked for."""
        return self.only != Only()

    def address(self, **changed: str) -> str:
        """The same page, but for what is *changed*; "" takes it away."""
        fields = {"sort": self.sort.value, **self.said, **changed}
        if fields["sort"] == Sort.LOOKED.value:
            del fields["sort"]
        query = urlencode({name: each for name, each in fields.items() if each})
        return f"/looks?{query}" if query else "/looks"


@router.get("/looks")
def looks(visit: Visiting) -> Response:
    """The answer first, then everything it is made of."""
    asked = _parse(visit)
    today = _today(visit)
    after = visit.request.query_params.get("after", "")
    plain = asked.sort is Sort.LOOKED and not asked.narrow and not after
    found = answer(visit, today) if plain else None
    days, next_ = read(visit, asked.sort, asked.only, after)
    return page(
        visit,
        "looks/looks.html",
        asked=asked,
        title=visit._(_SORTS[asked.sort]),
        sorts=[(each, visit._(text)) for each, text in _SORTS.items()],
        answer=found,
        lookers=_lookers(visit, found) if found else (),
        days=days,
        today=today,
        yesterday=today - timedelta(days=1),
        next=asked.address(after=next_) if next_ else "",
        kinds=[
            (each.value, kind_name(visit.words, each)) for each in Kind if each is not Kind.LABEL
        ],
        people=[(each.id, each.name) for each in visit.house.persons],
        devices=[(each.id, each.name) for each in visit.house.devices],
        who_name=lambda event: who_name(visit, event),
    )


def _lookers(visit: Visit, found: Answer) -> list[tuple[str, str]]:
    """You, then everybody else who looked: what an address calls them, and how often."""
    said: list[tuple[str, str]] = []
    if found.own:
        said.append((visit.me.id, visit.n("you, %(n)s time", "you, %(n)s times", found.own)))
    for each in found.others:
        n = sum(each.opened)
        if each.who.sort is WhoSort.OPERATOR:
            text = visit.n("who runs the vault, %(n)s time", "who runs the vault, %(n)s times", n)
            said.append(("operator", text))
        elif each.who.sort is WhoSort.LINK:
            text = visit.n(
                "whoever holds a link, %(n)s time", "whoever holds a link, %(n)s times", n
            )
            said.append((each.who.id, text))
        elif each.who.sort is WhoSort.GONE:
            said.append(
                (
                    "",
                    visit.n(
                        "somebody who is gone, %(n)s time", "somebody who is gone, %(n)s times", n
                    ),
                )
            )
        else:
            text = visit.n("%(who)s, %(n)s time", "%(who)s, %(n)s times", n, who=each.who.name)
            said.append((each.who.id, text))
    return said


def _parse(visit: Visit) -> _Asked:
    """Read the address (untrusted). Raises `InputError`."""
    params = visit.request.query_params
    names = ("person", "device", "kind", "day", "by")
    said = {name: params[name] for name in names if params.get(name)}
    try:
        sort = Sort(params.get("sort") or Sort.LOOKED)
        kind = Kind(said["kind"]) if "kind" in said else None
        day = _day(said["day"]) if "day" in said else None
        by = principal_of(said["by"]) if "by" in said else None
    except ValueError as error:
        raise InputError("That address asks for something there is not.") from error
    if "by" in said and by is None:
        raise InputError("That address asks for somebody there is not.")
    only = Only(
        by=by,
        person_id=PersonId(said["person"]) if "person" in said else None,
        device_id=DeviceId(said["device"]) if "device" in said else None,
        kind=kind,
        from_ms=None if day is None else begin_of(day, visit.zone),
        to_ms=None if day is None else begin_of(day + timedelta(days=1), visit.zone),
    )
    return _Asked(sort=sort, only=only, said=said)


def _day(text: str) -> date:
    """A day that has a day after it in every zone. Raises `ValueError`."""
    day = date.fromisoformat(text)
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise ValueError
    return day


def _today(visit: Visit) -> date:
    return visit.words.date_of(visit.service.vault.desk().clock.now_ms(), visit.zone)
