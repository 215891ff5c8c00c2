"""Every role, verb, kind, purpose, subject and state, and what the gate says of each."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

from bailee.rules.gate import CedarGate
from bailee.types.decide import Access, Decision, Principal, PrincipalKind, Verb
from bailee.types.facts import DeviceSort, FactSheet
from bailee.types.ids import AccountId, ArtefactId, DeviceId, PersonId
from bailee.types.kind import Kind
from bailee.types.network import Network
from bailee.types.purpose import Purpose
from bailee.types.role import Right, Role
from bailee.types.scope import Scope
from bailee.types.span import Span

OPEN_PERMIT = "permit(principal, action, resource);"
NOW_MS = 1_800_000_000_000
DAY_MS = 86_400_000
STAY = Span(begin_ms=NOW_MS - 7 * DAY_MS, end_ms=NOW_MS + 7 * DAY_MS)
THEN = Span(begin_ms=NOW_MS - DAY_MS, end_ms=NOW_MS - DAY_MS + 4000)
"""Captured yesterday, within a guest's stay."""

ROLES = tuple(each.value for each in Role)
WHO = (*ROLES, "device", "voice", "link", "staff", "operator")

# -- what is asked for --------------------------------------------------------

KINDS: Mapping[str, tuple[Kind, ...]] = {
    "sound": (Kind.AUDIO,),
    "film": (Kind.VIDEO,),
    "words": (Kind.TRANSCRIPT, Kind.FACT),
    "other": tuple(
        each for each in Kind if each not in {Kind.AUDIO, Kind.VIDEO, Kind.TRANSCRIPT, Kind.FACT}
    ),
}
"""Kinds that no policy tells apart stand for one another; a test holds them to that."""

OPENING = (Verb.VIEW, Verb.HEAR, Verb.DOWNLOAD, Verb.LIVE, Verb.TRAIN, Verb.REVIEW)
WHAT = (
    *(f"{verb} {kind}" for verb in OPENING for kind in KINDS),
    *(verb.value for verb in Verb if verb not in OPENING),
)
"""A verb, and for those that open something, the class of kind."""

PURPOSES = tuple(each.value for each in Purpose)

# -- about whom ---------------------------------------------------------------

SUBJECTS: Mapping[str, Mapping[str, bool]] = {
    "themselves": {"subject_is_self": True},
    "their child": {"subject_is_ward": True, "subject_is_child": True},
    "another grown-up": {},
    "another's child": {"subject_is_child": True},
    "nobody in particular": {"subject_is_shared": True},
    "themselves as a child": {"subject_is_self": True, "subject_is_child": True},
}
_EVERYONE = tuple(SUBJECTS)
_PARENT = tuple(each for each in SUBJECTS if each != "themselves as a child")
_NO_PARENT = tuple(each for each in _PARENT if each != "their child")
_NO_PERSON = ("another grown-up", "another's child", "nobody in particular")


def subjects_of(who: str) -> tuple[str, ...]:
    """About whom *who* can ask. A parent of a child of the house is its guardian, or the owner.

    A voice is taken for whomever its room was given to.
    """
    if who == "voice":
        return _EVERYONE
    if who in {"owner", "guardian"}:
        return _PARENT
    return _NO_PARENT if who in ROLES else _NO_PERSON


# -- states -------------------------------------------------------------------

Change = Callable[[FactSheet, Access], tuple[FactSheet, Access]]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One thing that is otherwise than in order, and to whom it can happen."""

    who: frozenset[str]
    change: Change


def _facts(**changed: object) -> Change:
    return lambda facts, access: (replace(facts, **changed), access)  # type: ignore[arg-type]


def _without(right: Right) -> Change:
    return lambda facts, access: (replace(facts, rights=facts.rights - {right}), access)


def _with(*scopes: Scope) -> Change:
    return lambda facts, access: (replace(facts, consents=facts.consents.union(scopes)), access)


def _captured(span: Span) -> Change:
    return lambda facts, access: (facts, replace(access, span=span))


def _on_another_device(facts: FactSheet, access: Access) -> tuple[FactSheet, Access]:
    return facts, replace(access, device_id=DeviceId("dev_another"))


_ALL = frozenset(WHO)
_HOUSE = frozenset(ROLES) - {"stranger"}
_GRANTED: Mapping[Right, frozenset[str]] = {
    Right.VIEW: frozenset({"link"}),
    Right.HEAR: frozenset({"link"}),
    Right.DELETE: frozenset({"voice"}),
}
_OVER = Span(begin_ms=STAY.begin_ms, end_ms=NOW_MS - 1)
_YET = Span(begin_ms=NOW_MS + 1, end_ms=STAY.end_ms)

STATES: Mapping[str, State] = {
    "in order": State(who=_ALL, change=_facts()),
    "no second factor": State(who=_HOUSE, change=_facts(second_factor_age_s=None)),
    "second factor over 30 days old": State(
        who=_HOUSE, change=_facts(second_factor_age_s=30 * 86_400 + 1)
    ),
    "no step-up": State(who=_HOUSE, change=_facts(step_up_age_s=None)),
    "step-up over 10 minutes old": State(who=_HOUSE, change=_facts(step_up_age_s=601)),
    **{
        f"no right to {right}": State(
            who=_HOUSE | _GRANTED.get(right, frozenset()),
            change=_without(right),
        )
        for right in Right
    },
    "stay not begun": State(who=frozenset({"guest", "link"}), change=_facts(access=_YET)),
    "stay over": State(who=frozenset({"guest", "link"}), change=_facts(access=_OVER)),
    "captured before the stay": State(
        who=frozenset({"guest"}),
        change=_captured(Span(begin_ms=STAY.begin_ms - 1, end_ms=NOW_MS - 1)),
    ),
    "no consent to use": State(
        who=_HOUSE | {"device", "voice", "link", "operator"}, change=_facts(consents=frozenset())
    ),
    **{
        f"consent to {scope}": State(who=_HOUSE | {"link", "operator"}, change=_with(scope))
        for scope in Scope
        if scope is not Scope.USE
    },
    "every consent": State(who=_ALL, change=_with(*Scope)),
    "held": State(who=_HOUSE | {"link", "operator"}, change=_facts(held=True)),
    "held, every consent": State(
        who=_HOUSE | {"operator"},
        change=_facts(held=True, consents=frozenset(Scope)),
    ),
    "end-to-end": State(who=_HOUSE | {"link", "operator"}, change=_facts(end_to_end=True)),
    "not at the machine": State(who=frozenset({"operator"}), change=_facts(network=Network.HOME)),
    "network barred": State(who=_ALL - {"stranger"}, change=_facts(network=Network.BARRED)),
    "not a camera": State(who=_HOUSE | {"operator"}, change=_facts(device=DeviceSort.SPEAKER)),
    "another device": State(who=frozenset({"device", "voice"}), change=_on_another_device),
    "not of this account": State(who=_ALL - {"staff"}, change=_facts(belongs=False)),
}


@cache
def states_of(who: str) -> tuple[str, ...]:
    """The states that can happen to *who*."""
    return tuple(name for name, state in STATES.items() if who in state.who)


# -- one request --------------------------------------------------------------


class Cell(NamedTuple):
    """One place in the matrix."""

    who: str
    what: str
    purpose: str
    subject: str
    state: str


def cells() -> Iterator[Cell]:
    """All of them."""
    for who in WHO:
        for rest in itertools.product(WHAT, PURPOSES, subjects_of(who), states_of(who)):
            yield Cell(who, *rest)


_IDS = {
    "device": "dev_own",
    "voice": "dev_own",
    "link": "lnk_one",
    "staff": "stf_one",
    "operator": "owner",
}


def in_order(who: str, subject: str) -> FactSheet:
    """Everything as it should be: signed in, stepped up, granted, and consent to use alone."""
    child = who == "child" and subject == "themselves"
    return FactSheet(
        now_ms=NOW_MS,
        belongs=who != "stranger",
        role=Role(who) if who in ROLES else Role.STRANGER,
        rights=frozenset(Right),
        access=STAY,
        second_factor_age_s=60,
        step_up_age_s=60,
        network=Network.MACHINE if who == "operator" else Network.HOME,
        consents=frozenset({Scope.USE}),
        device=DeviceSort.CAMERA,
        held=False,
        end_to_end=False,
        **{"subject_is_child": child, **SUBJECTS[subject]},
    )


def asked(cell: Cell, kind: Kind | None = None) -> tuple[FactSheet, Access]:
    """The facts and the request of *cell*, for *kind* or the first of its class."""
    verb, _, sort = cell.what.partition(" ")
    facts = in_order(cell.who, cell.subject)
    access = Access(
        principal=Principal(
            kind=PrincipalKind.PERSON if cell.who in ROLES else PrincipalKind(cell.who),
            id=_IDS.get(cell.who, "per_asks"),
            network=facts.network,
        ),
        verb=Verb(verb),
        purpose=Purpose(cell.purpose),
        account_id=AccountId("acc_one"),
        kind=kind or (KINDS[sort][0] if sort else None),
        artefact_id=ArtefactId("art_one"),
        person_id=PersonId("per_subject"),
        device_id=DeviceId("dev_own"),
        span=THEN,
    )
    return STATES[cell.state].change(facts, access)


class Asker:
    """Asks a gate about cells, with the facts of each wired in as a deployment wires its own."""

    def __init__(self, *, extra_policies: str = "") -> None:
        self.gate = CedarGate(self._facts, extra_policies=extra_policies)
        self._sheet = in_order("stranger", "nobody in particular")

    def _facts(self, access: Access) -> FactSheet:
        del access
        return self._sheet

    def __call__(self, cell: Cell, kind: Kind | None = None) -> Decision:
        self._sheet, access = asked(cell, kind)
        return self.gate(access)


def run() -> dict[Cell, Decision]:
    """What a gate says of every cell once a deployment has added the open permit.

    It tells all three cases apart: closed by a safeguard; allowed by policies of ours as well;
    allowed by the open permit alone, and so closed by default only.
    """
    ask = Asker(extra_policies=OPEN_PERMIT)
    return {cell: ask(cell) for cell in cells()}


OPENED = "deployment/1"
"""The open permit's name."""


def is_allowed(decision: Decision) -> bool:
    """Whether policies of ours allow it, seen from a gate with the open permit."""
    return decision.allowed and decision.policies != (OPENED,)


def is_closed_by_default_only(decision: Decision) -> bool:
    """Whether nothing but the open permit allows it."""
    return decision.allowed and decision.policies == (OPENED,)
