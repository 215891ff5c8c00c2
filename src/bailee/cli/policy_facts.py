"""The facts of a decision, as people read them."""

from collections.abc import Callable, Mapping
from typing import Any

from bailee.cli import say
from bailee.types.decide import PrincipalKind
from bailee.types.facts import FactSheet
from bailee.types.span import MAX_MS, Span


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _words(value: frozenset[str]) -> str:
    return ", ".join(sorted(value)) or "none"


def _age(value: int | None) -> str:
    if value is None or value < 0:
        return "never"
    return "just now" if value == 0 else f"{value:,} s ago"


def _stay(value: Span | None) -> str:
    if value is None:
        return "not at all"
    begin = say.local(value.begin_ms)
    return f"from {begin}" if value.end_ms >= MAX_MS else f"{begin} to {say.local(value.end_ms)}"


_SAID: Mapping[str, tuple[str, Callable[[Any], str]]] = {
    "belongs": ("who asks belongs to the household", _yes),
    "role": ("their role in it", str),
    "rights": ("their rights", _words),
    "access": ("let in", _stay),
    "second_factor_age_s": ("second factor shown", _age),
    "step_up_age_s": ("and shown again on purpose", _age),
    "network": ("they ask from", str),
    "consents": ("consents in force", _words),
    "subject_is_child": ("it is of a child, or may be", _yes),
    "subject_is_self": ("it is their own", _yes),
    "subject_is_ward": ("it is of a child of theirs", _yes),
    "subject_is_shared": ("it is of nobody in particular", _yes),
    "device": ("recorded with", str),
    "held": ("under a legal hold", _yes),
    "end_to_end": ("the household alone has its key", _yes),
}
"""Every fact but the time, which is that of the question."""


_OF_SESSIONS = {"role", "second_factor_age_s", "step_up_age_s", "access"}
_OF_PERSONS = {*_OF_SESSIONS, "subject_is_self", "subject_is_ward"} - {"access"}
_OF_LINKS_TOO = {"rights", "access"}


def as_lines(facts: FactSheet, kind: PrincipalKind) -> list[str]:
    """A line a fact, aligned; without those that only others than a *kind* have."""
    left_out: set[str] = set()
    if kind is PrincipalKind.VOICE:
        left_out |= _OF_SESSIONS
    elif kind is not PrincipalKind.PERSON:
        left_out |= _OF_PERSONS
        left_out |= _OF_LINKS_TOO if kind is not PrincipalKind.LINK else set()
    shown = {name: each for name, each in _SAID.items() if name not in left_out}
    wide = max(len(label) for label, _ in shown.values())
    return [
        f"{label.ljust(wide)}  {told(getattr(facts, name))}"
        for name, (label, told) in shown.items()
    ]


def as_json(facts: FactSheet) -> dict[str, Any]:
    """The same for programs, under the names of `FactSheet`."""
    return {"now_ms": facts.now_ms} | {name: _plain(getattr(facts, name)) for name in _SAID}


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Span):
        return {"begin_ms": value.begin_ms, "end_ms": value.end_ms}
    return value
